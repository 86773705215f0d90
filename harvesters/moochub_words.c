// SPDX-License-Identifier: EUPL-1.2
/*
 * MOOChub: one table for versions 2 and 3, since answers mix them, with the
 * misspelt names that platforms send; and what a table cannot say: workload
 * without a unit, pairs of dates, prices, who offers the course.
 *
 * Instructors, and creators and contributors that are persons, are not read.
 */
#include "harvesters/moochub_words.h"

#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/text.h"
#include "harvesters/json_peek.h"

enum { MAX_HOURS_A_WEEK = 60 };

/* Paths from the item; a feed without "attributes" has them in the item itself. */
#define A "attributes."

static const struct json_row rows[] = {
	{ "id", EL_RECORD_ID, JSON_VALUE, NULL },
	{ A "courseCode", EL_COURSE_CODE, JSON_VALUE, NULL },
	{ A "name|title", EL_TITLE, JSON_LOCAL, NULL },
	{ A "learningObjectives|learningobjectives|learningObjective", EL_OUTCOME, JSON_LOCAL,
	  NULL },
	{ A "keywords", EL_KEYWORD, JSON_LIST, NULL },
	{ A "languages|inLanguage|language", EL_LANGUAGE, JSON_LIST, NULL },
	{ A "duration", EL_DURATION, JSON_VALUE, NULL },
	{ A "educationalCredentialsAwarded|educationalCredentialAwarded", EL_CREDENTIAL_TYPE,
	  JSON_LIST, "moochub-3/credentialType" },
	{ A "contentLocation.address.addressCountry", EL_PROVIDER_COUNTRY, JSON_VALUE, NULL },
	{ A "url|uniformResourceLocator|uniformressourcelocator", EL_URL, JSON_LINK, NULL },
	{ A "image.url|contentUrl", EL_IMAGE, JSON_VALUE, NULL },
	{ A "image", EL_IMAGE, JSON_VALUE, NULL },
};

const struct json_row *moochub_rows(size_t *n)
{
	*n = countof(rows);
	return rows;
}

static const struct json_node *attributes_of(const struct json_node *item)
{
	const struct json_node *attributes = node_get(item, "attributes");

	return node_is_object(attributes) ? attributes : item;
}

unsigned moochub_version_of(const struct json_node *item, unsigned configured)
{
	const struct json_node *a = attributes_of(item);

	if (slice_eq(json_text_of(node_get(item, "type")), SLICE_LIT("Course")) ||
	    node_get(a, "inLanguage") != NULL)
		return 3;
	if (slice_eq(json_text_of(node_get(item, "type")), SLICE_LIT("courses")) ||
	    node_get(a, "languages") != NULL)
		return 2;
	return configured != 0 ? configured : 3;
}

const char *moochub_standard(unsigned version)
{
	return version == 2 ? "moochub-2" : "moochub-3";
}

#define ADDRESS "url|uniformResourceLocator|uniformressourcelocator"

static struct slice address_of(const struct json_node *a)
{
	return slice_trim(json_text_member(a, ADDRESS));
}

struct slice moochub_peek_address(struct slice text)
{
	struct slice address = json_peek(text, SLICE_LIT(A ADDRESS));

	return address.n > 0 ? address : json_peek(text, SLICE_LIT(ADDRESS));
}

const char *moochub_out_of_scope(const struct json_node *item)
{
	const struct json_node *id = node_get(item, "id");
	int64_t number = 0;

	if (json_whole_number(&number, id) && number == 1 &&
	    slice_ends_with(address_of(attributes_of(item)), SLICE_LIT("course/view.php?id=1")))
		return "the front page of a Moodle site (course 1), no course";
	return NULL;
}

static void read_at(const struct json_reading *r, const struct json_node *a, const char *path,
		    enum element element, enum json_kind kind, const char *scheme)
{
	struct json_row row = { path, element, kind, scheme };

	json_map_read(r, &row, 1, a);
}

/* "name[i]", without what stands before all paths of a reading. */
static struct slice bare_path_at(const struct json_reading *r, const char *name, size_t i)
{
	struct json_reading bare = *r;

	bare.prefix = SLICE_NONE;
	return json_path_at(&bare, slice_of(name), i);
}

/* Adds a text that stands nowhere by itself (a rule made it, or parts of a text). */
static void add_word(const struct json_reading *r, enum element element, struct slice text,
		     const char *scheme, struct slice path)
{
	struct word word = { .element = element,
			     .part = r->part,
			     .scheme = slice_of(scheme),
			     .text = text,
			     .path = path };

	words_add(r->words, r->arena, word);
}

/* --- texts --- */

/* The abstract only where the description does not hold it: it is often its beginning. */
static void read_description(const struct json_reading *r, const struct json_node *a)
{
	struct slice description = json_text_member(a, "description");
	struct slice abstract = json_text_member(a, "abstract|abtract|summary");

	if (!slice_contains(description, slice_trim(abstract)))
		read_at(r, a, "abstract|abtract|summary", EL_DESCRIPTION, JSON_LOCAL, NULL);
	read_at(r, a, "description", EL_DESCRIPTION, JSON_LOCAL, NULL);
}

static bool framework_is(const struct json_node *object, const char *name)
{
	struct slice framework = json_text_member(object, "educationalFramework");

	return slice_find_nocase(framework, slice_of(name)) >= 0;
}

/* What is taught: outcomes; those of a framework are skills as well. */
static void read_teaches(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *teaches = json_member(a, "teaches");
	uint16_t n_skills = 0;

	for (size_t i = 0; i < json_count(teaches); i++) {
		const struct json_node *skill = json_at(teaches, i);
		struct json_reading inner = *r;
		size_t before = r->words->n;

		inner.prefix = json_path_at(r, SLICE_LIT("teaches"), i);
		read_at(&inner, skill, "name", EL_OUTCOME, JSON_LOCAL, NULL);
		if (r->words->n == before)
			read_at(&inner, skill, "description", EL_OUTCOME, JSON_LOCAL, NULL);
		if (!framework_is(skill, "ESCO") && !framework_is(skill, "DigComp") &&
		    !framework_is(skill, "GRETA"))
			continue;
		inner.part = n_skills++;
		read_at(&inner, skill, "name", EL_SKILL_LABEL, JSON_LOCAL, NULL);
		read_at(&inner, skill, "targetUrl", EL_SKILL_URI, JSON_VALUE,
			"@educationalFramework");
	}
}

/* "http://.../educationalAudienceRole/generalPublic": its last part says who is meant. */
/* The last part of an address as words: ".../generalPublic" is "general public". */
static struct slice words_of_address(struct slice address, struct arena *arena)
{
	struct slice name = address;
	size_t n = 0;
	char *text;

	while (slice_find_byte(name, '/') >= 0)
		name = slice_from(name, (size_t)slice_find_byte(name, '/') + 1);
	text = arena_alloc(arena, 2 * name.n + 1);
	if (text == NULL)
		return name;
	for (size_t i = 0; i < name.n; i++) {
		bool is_upper = name.p[i] >= 'A' && name.p[i] <= 'Z';

		if (is_upper && i > 0 && name.p[i - 1] >= 'a' && name.p[i - 1] <= 'z')
			text[n++] = ' ';
		text[n++] = ascii_lower(name.p[i]);
	}
	return slice_make(text, n);
}

static void read_audience(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *audience = json_member(a, "audience");

	for (size_t i = 0; i < json_count(audience); i++) {
		const struct json_node *one = json_at(audience, i);
		struct slice text = slice_trim(json_text_of(one));

		if (node_is_object(one))
			text = slice_trim(json_text_member(one, "audienceType|name"));
		if (slice_find(text, SLICE_LIT("://")) >= 0)
			text = words_of_address(text, r->arena);
		add_word(r, EL_AUDIENCE, text, NULL, json_path_at(r, SLICE_LIT("audience"), i));
	}
}

static void read_subjects(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *list = json_member(a, "educationalAlignment");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_node *one = json_at(list, i);
		struct json_reading inner = *r;
		bool is_iscedf = framework_is(one, "ISCED");

		inner.prefix = json_path_at(r, SLICE_LIT("educationalAlignment"), i);
		if (is_iscedf)
			read_at(&inner, one, "shortCode|targetUrl", EL_SUBJECT, JSON_VALUE,
				"iscedf");
		else
			read_at(&inner, one, "name", EL_KEYWORD, JSON_LOCAL, NULL);
	}
}

/* Competence levels (DigComp, Bloom) are no levels of qualification: only EQF and DQR are read. */
static void read_levels(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *list = json_member(a, "educationalLevel");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_node *one = json_at(list, i);
		struct json_reading inner = *r;

		inner.prefix = json_path_at(r, SLICE_LIT("educationalLevel"), i);
		if (framework_is(one, "EQF") || framework_is(one, "EQR"))
			read_at(&inner, one, "shortCode", EL_LEVEL, JSON_VALUE, "eqf");
		else if (framework_is(one, "DQR"))
			read_at(&inner, one, "shortCode", EL_LEVEL, JSON_VALUE, "DQR");
	}
}

/* Parts that are tests: a weak sign of an assessment, each kind once. */
static void read_assessment(const struct json_reading *r, const struct json_node *a)
{
	static const char *const kinds[] = { "Quiz", "Test", "Exercise" };
	const struct json_node *parts = json_member(a, "hasPart");

	for (size_t k = 0; k < countof(kinds); k++) {
		for (size_t i = 0; i < json_count(parts); i++) {
			struct slice type = json_text_member(json_at(parts, i), "type");

			if (!slice_eq_nocase(slice_trim(type), slice_of(kinds[k])))
				continue;
			add_word(r, EL_ASSESSMENT, type, "moochub-3/hasPart",
				 arena_printf(r->arena, "%.*s.hasPart[%zu].type",
					      SLICE_ARG(r->prefix), i));
			break;
		}
	}
}

/* Part of a program: that is what stackable means. */
static void read_stackability(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *programs = json_member(a, "isPartOf");

	for (size_t i = 0; i < json_count(programs); i++) {
		const struct json_node *program = json_at(programs, i);

		if (json_member(program, "title|name|identifier|url") == NULL)
			continue;
		add_word(r, EL_STACKABILITY, SLICE_LIT("stackable"), NULL,
			 json_path_at(r, SLICE_LIT("isPartOf"), i));
		return;
	}
}

/* --- workload --- */

static bool is_zero(const struct json_node *number)
{
	return (node_is(number, NODE_INTEGER) && number->as.integer == 0) ||
	       (node_is(number, NODE_REAL) && number->as.real == 0.0) ||
	       slice_eq(slice_trim(json_text_of(number)), SLICE_LIT("0"));
}

/* ECTS by the standard, where 0 says that there are none. */
static void read_credits(const struct json_reading *r, const struct json_node *a)
{
	if (!is_zero(json_member(a, "numberOfCredits")))
		read_at(r, a, "numberOfCredits", EL_WORKLOAD, JSON_VALUE, "ects");
}

/* Hours a week by the standard; a number that cannot be one (1080) is kept without a unit. */
static void read_workload(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *workload = json_member(a, "workload");
	struct json_reading inner = *r;
	struct slice unit;
	int64_t value = 0;

	if (!node_is_object(workload)) {
		bool is_weekly = json_whole_number(&value, workload) && value > 0 &&
				 value <= MAX_HOURS_A_WEEK;

		read_at(r, a, "workload", is_weekly ? EL_HOURS_PER_WEEK : EL_WORKLOAD, JSON_VALUE,
			is_weekly ? "h/week" : NULL);
		return;
	}
	inner.prefix = arena_printf(r->arena, "%.*s.workload", SLICE_ARG(r->prefix));
	unit = slice_trim(json_text_member(workload, "timeUnit"));
	if (slice_eq_nocase(unit, SLICE_LIT("h/week")))
		read_at(&inner, workload, "timeValue", EL_HOURS_PER_WEEK, JSON_VALUE, "h/week");
	else
		read_at(&inner, workload, "timeValue", EL_WORKLOAD, JSON_VALUE, "@timeUnit");
}

/* --- sessions --- */

struct date_list {
	const struct json_node *value;
	const char *name;
	enum element element;
};

/* Dates pairwise by index; one that is not in a list holds for each session. */
static size_t read_dates(const struct json_reading *r, const struct json_node *a)
{
	struct date_list lists[] = {
		{ NULL, "startDate", EL_SESSION_START },
		{ NULL, "endDate", EL_SESSION_END },
	};
	size_t n = 0;

	for (size_t k = 0; k < countof(lists); k++) {
		lists[k].value = json_member(a, lists[k].name);
		if (json_count(lists[k].value) > n)
			n = json_count(lists[k].value);
	}
	for (size_t k = 0; k < countof(lists); k++) {
		struct json_row row = { lists[k].name, lists[k].element, JSON_VALUE, NULL };
		struct json_reading inner = *r;

		for (size_t i = 0; i < n && i < LIMIT_OFFER_SESSIONS; i++) {
			inner.part = (uint16_t)i;
			if (node_is_list(lists[k].value))
				json_read_value(&inner, &row, json_at(lists[k].value, i),
						bare_path_at(r, lists[k].name, i).p);
			else if (i == 0)
				json_read_value(&inner, &row, lists[k].value, lists[k].name);
		}
	}
	return n < LIMIT_OFFER_SESSIONS ? n : LIMIT_OFFER_SESSIONS;
}

static void read_application(const struct json_reading *r, const struct json_node *a,
			     size_t n_sessions)
{
	static const struct {
		const char *name;
		enum element element;
	} fields[] = {
		{ "applicationStartDate", EL_SESSION_APPLY_FROM },
		{ "applicationDeadline", EL_SESSION_APPLY_UNTIL },
	};

	for (size_t k = 0; k < countof(fields); k++) {
		struct json_row row = { fields[k].name, fields[k].element, JSON_VALUE, NULL };
		const struct json_node *value = json_member(a, fields[k].name);
		struct json_reading inner = *r;

		for (size_t i = 0; value != NULL && i < (n_sessions > 0 ? n_sessions : 1); i++) {
			inner.part = (uint16_t)i;
			if (!node_is_list(value) || i < node_size(value))
				json_read_value(&inner, &row, json_at(value, i), fields[k].name);
		}
	}
}

static struct slice last_part(struct slice iri)
{
	ptrdiff_t at;

	while ((at = slice_find_byte(iri, '/')) >= 0)
		iri = slice_from(iri, (size_t)at + 1);
	return iri;
}

/* "Monday 10:30:00Z-12:00:00Z; Wednesday ...", and whether all meet at a time. */
static void read_pace(const struct json_reading *r, const struct json_node *a, size_t n_sessions)
{
	const struct json_node *repeats = json_member(a, "repeatFrequency");
	struct slice pace = SLICE_LIT("");
	const struct json_node *modes = json_member(a, "courseMode");

	for (size_t i = 0; i < json_count(repeats) && i < 20; i++) {
		const struct json_node *one = json_at(repeats, i);
		struct slice day = last_part(json_text_member(one, "byDay"));
		struct slice from = json_text_member(one, "startTime");
		struct slice until = json_text_member(one, "endTime");

		if (day.n > 0)
			pace = arena_printf(r->arena, "%.*s%s%.*s %.*s%s%.*s", SLICE_ARG(pace),
					    pace.n > 0 ? "; " : "", SLICE_ARG(day), SLICE_ARG(from),
					    until.n > 0 ? "-" : "", SLICE_ARG(until));
		else
			pace = slice_trim(json_text_of(one));
	}
	for (size_t i = 0; i < json_count(modes); i++) {
		struct slice mode = slice_trim(json_text_of(json_at(modes, i)));

		if (slice_eq_nocase(mode, SLICE_LIT("synchronous")) ||
		    slice_eq_nocase(mode, SLICE_LIT("asynchronous")))
			pace = arena_printf(r->arena, "%.*s%s%.*s", SLICE_ARG(pace),
					    pace.n > 0 ? "; " : "", SLICE_ARG(mode));
	}
	for (size_t i = 0; i < n_sessions && pace.n > 0; i++) {
		struct json_reading inner = *r;

		inner.part = (uint16_t)i;
		add_word(&inner, EL_SESSION_PACE, pace, NULL,
			 SLICE_LIT("attributes.repeatFrequency, courseMode"));
	}
}

/* --- price --- */

static const struct json_node *offer_of(const struct json_node *offers, const char *category,
					size_t *index)
{
	for (size_t i = 0; i < json_count(offers); i++) {
		const struct json_node *one = json_at(offers, i);

		if (!slice_eq_nocase(slice_trim(json_text_member(one, "category")),
				     slice_of(category)))
			continue;
		*index = i;
		return one;
	}
	return NULL;
}

/* The place of a word in "access", or -1. */
static int find_access(const struct json_node *a, const char *word)
{
	const struct json_node *access = json_member(a, "access");

	for (size_t i = 0; i < json_count(access) && i < 100; i++)
		if (slice_eq_nocase(slice_trim(json_text_of(json_at(access, i))), slice_of(word)))
			return (int)i;
	return -1;
}

/*
 * Free if "access" says so or the course itself costs 0; else what the course
 * costs. What a certificate costs is not the price of the course.
 */
static void read_price(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *offers = json_member(a, "offer|offers");
	size_t i = 0;
	const struct json_node *offer = offer_of(offers, "course", &i);
	struct json_reading inner = *r;
	int free_at = find_access(a, "free");

	if (free_at >= 0) {
		add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			 arena_printf(r->arena, "attributes.access[%d]", free_at));
		return;
	}
	if (json_tri(json_member(a, "isAccessibleForFree")) == TRI_TRUE) {
		add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			 SLICE_LIT("attributes.isAccessibleForFree"));
		return;
	}
	if (offer == NULL)
		offer = offer_of(offers, "complete", &i);
	if (offer != NULL && is_zero(node_get(offer, "price"))) {
		add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			 arena_printf(r->arena, "attributes.offer[%zu].price", i));
	} else if (offer != NULL) {
		inner.prefix = bare_path_at(r, "attributes.offer", i);
		read_at(&inner, offer, "price", EL_PRICE, JSON_VALUE, "@priceCurrency");
	} else if (find_access(a, "paid") >= 0) {
		add_word(r, EL_PRICE, SLICE_LIT("paid"), NULL, SLICE_LIT("attributes.access"));
	}
}

/* --- whose it is --- */

/* Who takes part in a course, each once. */
struct parties {
	const struct json_reading *r;
	struct slice names[16];
	size_t n;
	uint16_t n_joint;
	bool has_provider;
	bool has_awarding;
};

static struct slice name_of(const struct json_node *party)
{
	struct slice name =
		node_is_object(party) ? json_text_member(party, "name") : json_text_of(party);

	if (name.p == NULL && node_is_object(party)) /* a list of labels */
		name = json_text_member(json_at(json_member(party, "name"), 0), "name|value");
	return slice_trim(name);
}

static bool is_known(const struct parties *p, struct slice name)
{
	for (size_t i = 0; i < p->n; i++)
		if (slice_eq_nocase(p->names[i], name))
			return true;
	return false;
}

static void read_party(const struct parties *p, const struct json_node *party, struct slice path,
		       enum element name, enum element id, uint16_t part)
{
	struct json_reading inner = *p->r;

	inner.prefix = path;
	inner.part = part;
	if (node_is_object(party))
		read_at(&inner, party, "name", name, JSON_LOCAL, NULL);
	else
		read_at(&inner, party, "", name, JSON_LOCAL, NULL);
	if (id == EL_PROVIDER_URL)
		read_at(&inner, party, "url|identifier", id, JSON_VALUE, NULL);
	else if (id != EL_COUNT)
		read_at(&inner, party, "url|identifier", id, JSON_VALUE, "url");
}

/* An organisation in a role: the provider if there is none yet, else one of the others. */
static void add_party(struct parties *p, const struct json_node *party, struct slice path)
{
	struct slice name = name_of(party);

	if (name.n == 0 || text_is_placeholder(name) || is_known(p, name) ||
	    p->n == countof(p->names))
		return;
	p->names[p->n++] = name;
	if (!p->has_provider)
		read_party(p, party, path, EL_PROVIDER_NAME, EL_PROVIDER_URL, 0);
	else
		read_party(p, party, path, EL_JOINT_NAME, EL_JOINT_ID, p->n_joint++);
	p->has_provider = true;
}

static void award(struct parties *p, const struct json_node *party, struct slice path)
{
	if (p->has_awarding || name_of(party).n == 0)
		return;
	read_party(p, party, path, EL_AWARDING_NAME, EL_COUNT, 0);
	p->has_awarding = true;
}

static bool is_organisation(const struct json_node *party)
{
	return slice_eq_nocase(json_text_member(party, "type"), SLICE_LIT("Organization"));
}

/* All of a list: institutes of version 2 are organisations, creators of 3 only if they say so. */
static void add_parties(struct parties *p, const struct json_node *a, const char *keys,
			bool must_say_so, bool is_awarding)
{
	const struct json_node *list = json_member(a, keys);

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_node *party = json_at(list, i);
		struct slice first = slice_of(keys), name;
		struct slice path;

		if (must_say_so && !is_organisation(party))
			continue;
		slice_split(&name, &first, '|');
		path = json_path_at(p->r, name, i);
		if (is_awarding)
			award(p, party, path);
		else
			add_party(p, party, path);
	}
}

static void read_parties(const struct json_reading *r, const struct json_node *a)
{
	struct parties p = { .r = r };

	add_parties(&p, a, "moocProvider", false, false);
	if (!p.has_provider) /* a publisher need not say what it is: a platform */
		add_parties(&p, a, "publisher", false, false);
	add_parties(&p, a, "partnerInstitutes|partnerInstitute", false, false);
	add_parties(&p, a, "creator", true, false);
	add_parties(&p, a, "contributor", true, false);
	add_parties(&p, a, "partnerInstitutes|partnerInstitute", false, true);
	add_parties(&p, a, "creator", true, true);
	add_parties(&p, a, "moocProvider", false, true);
	add_parties(&p, a, "publisher", false, true);
}

/* --- the item --- */

/* Rows name "attributes."; where there are none, what stands behind the name counts. */
static void read_rows(const struct json_reading *r, const struct json_map *map,
		      const struct json_node *item, bool is_flat)
{
	for (size_t i = 0; i < map->n; i++) {
		struct json_row row = map->rows[i];

		if (is_flat && strncmp(row.path, A, sizeof(A) - 1) == 0)
			row.path += sizeof(A) - 1;
		json_map_read(r, &row, 1, item);
	}
}

static bool has_row(const struct json_map *map, enum element e)
{
	/* The configuration replaced the rows of this element: what code reads for it stays out. */
	for (size_t i = 0; i < map->n; i++)
		if (map->rows != rows && map->rows[i].element == e)
			return true;
	return false;
}

void moochub_read_item(struct words *words, struct arena *arena, const struct json_map *map,
		       const struct json_node *item, unsigned version, bool id_is_url)
{
	const struct json_node *a = attributes_of(item);
	struct json_reading whole = { words, arena, SLICE_NONE, 0 };
	struct json_reading r = { words, arena, a != item ? SLICE_LIT("attributes") : SLICE_NONE,
				  0 };
	size_t n_sessions;

	if (id_is_url)
		add_word(&r, EL_RECORD_ID, address_of(a), NULL, SLICE_LIT("attributes.url"));
	read_rows(&whole, map, item, a == item);
	if (!has_row(map, EL_DESCRIPTION))
		read_description(&r, a);
	read_teaches(&r, a);
	read_audience(&r, a);
	read_at(&r, a, "competencyRequired.name", EL_PREREQUISITES, JSON_LOCAL, NULL);
	read_subjects(&r, a);
	read_levels(&r, a);
	read_assessment(&r, a);
	read_at(&r, a, "courseMode", EL_MODE, JSON_LIST,
		version == 2 ? "moochub-2/courseMode" : "moochub-3/courseMode");
	if (version == 2) /* "MOOC" says what it is as well */
		read_at(&r, a, "courseMode", EL_OPPORTUNITY_TYPE, JSON_VALUE,
			"moochub-2/courseMode");
	read_stackability(&r, a);
	if (!has_row(map, EL_WORKLOAD)) {
		read_credits(&r, a);
		read_workload(&r, a);
	}
	n_sessions = read_dates(&r, a);
	read_application(&r, a, n_sessions);
	read_pace(&r, a, n_sessions);
	read_price(&r, a);
	read_parties(&r, a);
}
