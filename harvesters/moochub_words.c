// SPDX-License-Identifier: EUPL-1.2
/*
 * MOOChub: one table for versions 2 and 3, since answers mix them, with the
 * misspelt names that platforms send; and what a table cannot say, as workload
 * without a unit. Dates and prices: moochub_sessions.c; who offers the course:
 * moochub_parties.c.
 *
 * Instructors, and creators and contributors that are persons, are not read.
 */
#include "harvesters/moochub_words.h"

#include "base/mem.h"
#include "catalogue/text.h"
#include "harvesters/json_peek.h"
#include "harvesters/moochub_parts.h"

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

/* --- texts --- */

/* The abstract only where the description does not hold it: it is often its beginning. */
static void read_description(const struct json_reading *r, const struct json_node *a)
{
	struct slice description = json_text_member(a, "description");
	struct slice abstract = json_text_member(a, "abstract|abtract|summary");

	if (!slice_contains(description, slice_trim(abstract)))
		json_read_path(r, a, "abstract|abtract|summary", EL_DESCRIPTION, JSON_LOCAL, NULL);
	json_read_path(r, a, "description", EL_DESCRIPTION, JSON_LOCAL, NULL);
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
		json_read_path(&inner, skill, "name", EL_OUTCOME, JSON_LOCAL, NULL);
		if (r->words->n == before)
			json_read_path(&inner, skill, "description", EL_OUTCOME, JSON_LOCAL, NULL);
		if (!framework_is(skill, "ESCO") && !framework_is(skill, "DigComp") &&
		    !framework_is(skill, "GRETA"))
			continue;
		inner.part = n_skills++;
		json_read_path(&inner, skill, "name", EL_SKILL_LABEL, JSON_LOCAL, NULL);
		json_read_path(&inner, skill, "targetUrl", EL_SKILL_URI, JSON_VALUE,
			       "@educationalFramework");
	}
}

/* The last part of an address as words: ".../generalPublic" is "general public". */
static struct slice words_of_address(struct slice address, struct arena *arena)
{
	struct slice name = moochub_last_part(address);
	size_t n = 0;
	char *text;

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

/* "http://.../educationalAudienceRole/generalPublic": its last part says who is meant. */
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
		json_add_word(r, EL_AUDIENCE, text, NULL,
			      json_path_at(r, SLICE_LIT("audience"), i));
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
			json_read_path(&inner, one, "shortCode|targetUrl", EL_SUBJECT, JSON_VALUE,
				       "iscedf");
		else
			json_read_path(&inner, one, "name", EL_KEYWORD, JSON_LOCAL, NULL);
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
			json_read_path(&inner, one, "shortCode", EL_LEVEL, JSON_VALUE, "eqf");
		else if (framework_is(one, "DQR"))
			json_read_path(&inner, one, "shortCode", EL_LEVEL, JSON_VALUE, "DQR");
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
			struct json_reading inner = *r;

			if (!slice_eq_nocase(slice_trim(type), slice_of(kinds[k])))
				continue;
			inner.prefix = json_path_at(r, SLICE_LIT("hasPart"), i);
			json_add_word(&inner, EL_ASSESSMENT, type, "moochub-3/hasPart",
				      json_path(&inner, SLICE_LIT("type")));
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
		json_add_word(r, EL_STACKABILITY, SLICE_LIT("stackable"), NULL,
			      json_path_at(r, SLICE_LIT("isPartOf"), i));
		return;
	}
}

/* --- workload --- */

/* ECTS by the standard, where 0 says that there are none. */
static void read_credits(const struct json_reading *r, const struct json_node *a)
{
	if (!moochub_is_zero(json_member(a, "numberOfCredits")))
		json_read_path(r, a, "numberOfCredits", EL_WORKLOAD, JSON_VALUE, "ects");
}

/* Hours a week by the standard; a number that cannot be one (1080) is kept without a unit. */
static void read_workload(const struct json_reading *r, const struct json_node *a)
{
	const struct json_node *workload = json_member(a, "workload");
	int64_t value = 0;

	if (node_is_object(workload)) {
		struct slice unit = slice_trim(json_text_member(workload, "timeUnit"));
		bool is_weekly = slice_eq_nocase(unit, SLICE_LIT("h/week"));

		json_read_path(r, a, "workload.timeValue",
			       is_weekly ? EL_HOURS_PER_WEEK : EL_WORKLOAD, JSON_VALUE,
			       is_weekly ? "h/week" : "@timeUnit");
	} else {
		bool is_weekly = json_whole_number(&value, workload) && value > 0 &&
				 value <= MAX_HOURS_A_WEEK;

		json_read_path(r, a, "workload", is_weekly ? EL_HOURS_PER_WEEK : EL_WORKLOAD,
			       JSON_VALUE, is_weekly ? "h/week" : NULL);
	}
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

void moochub_read_item(struct words *words, struct arena *arena, const struct json_map *map,
		       const struct json_node *item, unsigned version, bool id_is_url)
{
	const struct json_node *a = attributes_of(item);
	const struct json_reading whole = { words, arena, SLICE_NONE, 0, NULL };
	const struct json_reading r = { words, arena,
					a != item ? SLICE_LIT("attributes") : SLICE_NONE, 0,
					map->is_configured };

	if (id_is_url)
		json_add_word(&whole, EL_RECORD_ID, address_of(a), NULL,
			      json_path(&r, SLICE_LIT("url")));
	read_rows(&whole, map, item, a == item);
	read_description(&r, a);
	read_teaches(&r, a);
	read_audience(&r, a);
	json_read_path(&r, a, "competencyRequired.name", EL_PREREQUISITES, JSON_LOCAL, NULL);
	read_subjects(&r, a);
	read_levels(&r, a);
	read_assessment(&r, a);
	json_read_path(&r, a, "courseMode", EL_MODE, JSON_LIST,
		       version == 2 ? "moochub-2/courseMode" : "moochub-3/courseMode");
	if (version == 2) /* "MOOC" says what it is as well */
		json_read_path(&r, a, "courseMode", EL_OPPORTUNITY_TYPE, JSON_VALUE,
			       "moochub-2/courseMode");
	read_stackability(&r, a);
	read_credits(&r, a);
	if (!map->is_configured[EL_WORKLOAD]) /* hours a week, too, say how much it is */
		read_workload(&r, a);
	moochub_read_sessions(&r, a);
	moochub_read_price(&r, a);
	moochub_read_parties(&r, a);
}
