// SPDX-License-Identifier: EUPL-1.2
/*
 * OOAPI 4, 5 and 6: tables from paths to elements, and what tables cannot say:
 * consumers and alliances, whose organisation it is, which price counts.
 *
 * Coordinators, instructors and contacts have no row: persons are not read.
 */
#include "harvesters/ooapi_words.h"

#include "base/mem.h"
#include "catalogue/text.h"
#include "harvesters/json_peek.h"

/* One table a version: the same paths, the field names of that version's lists. */
#define ITEM_ROWS(V)                                                                               \
	{                                                                                          \
		{ "courseId|programId|programmeId", EL_RECORD_ID, JSON_VALUE, NULL },              \
			{ "abbreviation", EL_COURSE_CODE, JSON_VALUE, NULL },                      \
			{ "otherCodes.code", EL_IDENTIFIER, JSON_VALUE, "@codeType" },             \
			{ "name", EL_TITLE, JSON_LOCAL, NULL },                                    \
			{ "description", EL_DESCRIPTION, JSON_LOCAL, NULL },                       \
			{ "learningOutcomes", EL_OUTCOME, JSON_LOCAL, NULL },                      \
			{ "learningOutcomes.name|description", EL_OUTCOME, JSON_LOCAL, NULL },     \
			{ "admissionRequirements|requirements", EL_PREREQUISITES, JSON_LOCAL,      \
			  NULL },                                                                  \
			{ "qualificationRequirements", EL_PREREQUISITES, JSON_LOCAL, NULL },       \
			{ "assessment", EL_ASSESSMENT, JSON_LOCAL, NULL },                         \
			{ "studyLoad.value", EL_WORKLOAD, JSON_VALUE, "@studyLoadUnit|unit" },     \
			{ "studyLoad", EL_WORKLOAD, JSON_VALUE, NULL },                            \
			{ "ects", EL_WORKLOAD, JSON_VALUE, "ects" },                               \
			{ "duration", EL_DURATION, JSON_VALUE, NULL },                             \
			{ "levelOfQualification", EL_LEVEL, JSON_VALUE,                            \
			  V "/levelOfQualification" },                                             \
			{ "level", EL_LEVEL, JSON_VALUE, V "/level" },                             \
			{ "fieldsOfStudy", EL_SUBJECT, JSON_VALUE, "iscedf" },                     \
			{ "teachingLanguage|teachingLanguages|mainLanguage", EL_LANGUAGE,          \
			  JSON_VALUE, NULL },                                                      \
			{ "modeOfDelivery|modesOfDelivery", EL_MODE, JSON_VALUE,                   \
			  V "/modeOfDelivery" },                                                   \
			{ "modeOfStudy", EL_SCHEDULE, JSON_VALUE, V "/modeOfStudy" },              \
			{ "programType", EL_OPPORTUNITY_TYPE, JSON_VALUE, V "/programType" },      \
			{ "programmeType", EL_OPPORTUNITY_TYPE, JSON_VALUE, V "/programmeType" },  \
			{ "formalDocument", EL_CREDENTIAL_TYPE, JSON_VALUE, V "/formalDocument" }, \
			{ "ext.targetGroup", EL_AUDIENCE, JSON_LOCAL, NULL },                      \
			{ "link", EL_URL, JSON_LINK, NULL },                                       \
	}

static const struct json_row item_rows_4[] = ITEM_ROWS("ooapi-4");
static const struct json_row item_rows_5[] = ITEM_ROWS("ooapi-5");
static const struct json_row item_rows_6[] = ITEM_ROWS("ooapi-6");

/* In an alliance of the consumer eduXchange. */
#define ALLIANCE_ROWS(V)                                                                           \
	{                                                                                          \
		{ "name", EL_ALLIANCE, JSON_VALUE, NULL },                                         \
			{ "microcredential", EL_STACKABILITY, JSON_VALUE, V "/microcredential" },  \
			{ "targetGroup", EL_AUDIENCE, JSON_LOCAL, NULL },                          \
			{ "theme", EL_KEYWORD, JSON_LOCAL, "theme" },                              \
			{ "themes", EL_KEYWORD, JSON_LOCAL, "theme" },                             \
			{ "source.uuid", EL_IDENTIFIER, JSON_VALUE, "source-uuid" },               \
			{ "source.primaryCode", EL_IDENTIFIER, JSON_VALUE, "source-code" },        \
			{ "source.primaryCode.code", EL_IDENTIFIER, JSON_VALUE, "source-code" },   \
			{ "level", EL_LEVEL, JSON_VALUE, V "/level" },                             \
			{ "modeOfDelivery", EL_MODE, JSON_VALUE, V "/modeOfDelivery" },            \
	}

static const struct json_row alliance_rows_4[] = ALLIANCE_ROWS("ooapi-4");
static const struct json_row alliance_rows_5[] = ALLIANCE_ROWS("ooapi-5");
static const struct json_row alliance_rows_6[] = ALLIANCE_ROWS("ooapi-6");

/* In any consumer's object: RIO's. */
static const struct json_row consumer_rows[] = {
	{ "teachingLanguages", EL_LANGUAGE, JSON_VALUE, NULL },
	{ "jointPartnerCodes#", EL_JOINT_ID, JSON_VALUE, "rio-offerer" },
};
static const struct json_row foreign_partner_row = { "foreignPartners#", EL_JOINT_NAME, JSON_LOCAL,
						     NULL };

static const struct json_row provider_rows[] = {
	{ "name|shortName", EL_PROVIDER_NAME, JSON_LOCAL, NULL },
	{ "addresses.countryCode", EL_PROVIDER_COUNTRY, JSON_VALUE, NULL },
	{ "primaryCode.code", EL_PROVIDER_ID, JSON_VALUE, "@codeType" },
	{ "otherCodes.code", EL_PROVIDER_ID, JSON_VALUE, "@codeType" },
	{ "brin", EL_PROVIDER_ID, JSON_VALUE, "brin" },
	{ "link", EL_PROVIDER_URL, JSON_LINK, NULL },
	{ "name|shortName", EL_AWARDING_NAME, JSON_LOCAL, NULL },
	{ "addresses.countryCode", EL_AWARDING_COUNTRY, JSON_VALUE, NULL },
};

static const struct json_row unit_rows[] = {
	{ "name|shortName", EL_PROVIDER_UNIT, JSON_LOCAL, NULL },
};

#define OFFERING_ROWS(V)                                                                           \
	{                                                                                          \
		{ "offeringId|courseOfferingId|programmeOfferingId", EL_SESSION_ID, JSON_VALUE,    \
		  NULL },                                                                          \
			{ "enrollStartDate|enrolmentStartDate", EL_SESSION_APPLY_FROM, JSON_VALUE, \
			  NULL },                                                                  \
			{ "enrollEndDate|enrolmentEndDate", EL_SESSION_APPLY_UNTIL, JSON_VALUE,    \
			  NULL },                                                                  \
			{ "teachingLanguage|teachingLanguages|mainLanguage", EL_SESSION_LANGUAGE,  \
			  JSON_VALUE, NULL },                                                      \
			{ "modeOfDelivery|modesOfDelivery", EL_SESSION_MODE, JSON_VALUE,           \
			  V "/modeOfDelivery" },                                                   \
			{ "addresses.city", EL_SESSION_PLACE, JSON_VALUE, NULL },                  \
			{ "consumers.registrationStatus", EL_SESSION_STATUS, JSON_VALUE, NULL },   \
	}

static const struct json_row offering_rows_4[] = OFFERING_ROWS("ooapi-4");
static const struct json_row offering_rows_5[] = OFFERING_ROWS("ooapi-5");
static const struct json_row offering_rows_6[] = OFFERING_ROWS("ooapi-6");

#define BY_VERSION(version, name)                                                                  \
	((version) == OOAPI_4 ? name##_4 : (version) == OOAPI_6 ? name##_6 : name##_5)

const char *ooapi_standard(enum ooapi_version version)
{
	return version == OOAPI_4 ? "ooapi-4" : version == OOAPI_6 ? "ooapi-6" : "ooapi-5";
}

const struct json_row *ooapi_rows(size_t *n, enum ooapi_version version)
{
	*n = countof(item_rows_5);
	return BY_VERSION(version, item_rows);
}

/* --- what an item is --- */

enum ooapi_version ooapi_version_of(const struct json_node *item, enum ooapi_version configured)
{
	static const char marks_of_6[] = "programmeId|programmeType|teachingLanguages|"
					 "modesOfDelivery|organisationId|organisation|consumer|"
					 "learningOutcomeIds|enrolment|programmeIds";

	if (node_is_text(node_get(item, "name")))
		return OOAPI_4;
	if (configured != OOAPI_UNKNOWN)
		return configured;
	if (json_member(item, marks_of_6) != NULL || node_is_list(node_get(item, "studyLoad")))
		return OOAPI_6;
	return OOAPI_5;
}

struct slice ooapi_id(const struct json_node *item, bool *is_programme)
{
	struct slice id = slice_trim(json_text_member(item, "courseId"));

	*is_programme = id.n == 0;
	if (id.n == 0)
		id = slice_trim(json_text_member(item, "programId|programmeId"));
	return id.n > 0 ? id : SLICE_NONE;
}

struct slice ooapi_quick_id(struct slice text)
{
	static const char *const names[] = { "courseId", "programId|programmeId" };
	struct slice id = SLICE_NONE;

	for (size_t i = 0; i < countof(names) && id.n == 0; i++)
		id = json_peek(text, slice_of(names[i]));
	return id;
}

/* Whether it is shown to nobody: each group it names is told "false", and it names several. */
static bool is_hidden_by(const struct json_node *alliance)
{
	unsigned n_false = 0;

	for (size_t i = 0; node_is_object(alliance) && i < node_size(alliance); i++) {
		const struct json_node_member *member = node_member_at(alliance, i);

		if (!slice_starts_with(member->name, SLICE_LIT("visibleFor")))
			continue;
		if (json_tri(&member->value) != TRI_FALSE)
			return false;
		n_false++;
	}
	return n_false > 1;
}

static bool is_hidden(const struct json_node *item)
{
	const struct json_node *consumers = json_member(item, "consumers|consumer");
	size_t n_alliances = 0;

	for (size_t i = 0; i < json_count(consumers); i++) {
		const struct json_node *alliances = json_member(json_at(consumers, i), "alliances");

		for (size_t j = 0; j < json_count(alliances); j++, n_alliances++)
			if (!is_hidden_by(json_at(alliances, j)))
				return false;
	}
	return n_alliances > 0;
}

const char *ooapi_out_of_scope(const struct json_node *item, bool with_degrees)
{
	struct slice awarded = slice_trim(json_text_member(item, "qualificationAwarded"));

	if (is_hidden(item))
		return "visible for no group (visibleFor... is false for all)";
	if (!with_degrees && awarded.n > 0 && !slice_eq_nocase(awarded, SLICE_LIT("none")) &&
	    !text_is_placeholder(awarded))
		return "awards a degree (qualificationAwarded), so it is no micro-credential";
	return NULL;
}

const char *ooapi_expired(const struct json_node *item, const char *today)
{
	struct slice until = slice_first(slice_trim(json_text_member(item, "validTo")), 10);
	struct slice from = slice_first(slice_trim(json_text_member(item, "validFrom")), 10);

	if (until.n == 10 && slice_cmp(until, slice_of(today)) < 0)
		return "description-expired";
	if (from.n == 10 && slice_cmp(from, slice_of(today)) > 0)
		return "description-not-yet-valid";
	return NULL;
}

bool ooapi_is_root(const struct json_node *organisation)
{
	return slice_eq_nocase(
		json_text_member(organisation, "organizationType|organisationType|type"),
		SLICE_LIT("root"));
}

/* --- codes --- */

/* A code that only repeats the id, or an id of the system, is none. */
static bool is_uuid(struct slice code)
{
	if (code.n != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = ascii_lower(code.p[i]);

		if (is_dash ? c != '-' : !ascii_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* primaryCode: the human code where it is one; partners repeat the UUID in it. */
static void read_primary_code(const struct json_reading *r, const struct json_node *item)
{
	static const struct json_row identifier = { "", EL_IDENTIFIER, JSON_VALUE, NULL };
	static const struct json_row course_code = { "", EL_COURSE_CODE, JSON_VALUE, NULL };
	const struct json_node *primary = json_member(item, "primaryCode");
	const struct json_node *code =
		node_is_object(primary) ? json_member(primary, "code") : primary;
	struct slice type = slice_trim(json_text_member(primary, "codeType"));
	struct slice text = slice_trim(json_text_of(code));
	struct json_row row = identifier;
	char scheme[64];

	if (text.n == 0 || is_uuid(text) || slice_eq_nocase(type, SLICE_LIT("uuid")))
		return;
	if (type.n > 0 && type.n < sizeof(scheme)) {
		memcpy(scheme, type.p, type.n);
		scheme[type.n] = 0;
		row.scheme = arena_strdup(r->arena, scheme);
	}
	json_read_value(r, &row, code, "primaryCode.code");
	if (words_find(r->words, EL_COURSE_CODE, 0) == NULL &&
	    !slice_eq_nocase(type, SLICE_LIT("crohoCreboCode")))
		json_read_value(r, &course_code, code, "primaryCode.code");
}

/* --- consumers --- */

/* What an alliance says instead of the course itself. */
struct overrides {
	bool has_level;
	bool has_mode;
};

static void find_overrides(struct overrides *out, const struct json_node *object)
{
	const struct json_node *consumers = json_member(object, "consumers|consumer");

	*out = (struct overrides){ 0 };
	for (size_t i = 0; i < json_count(consumers); i++) {
		const struct json_node *alliances = json_member(json_at(consumers, i), "alliances");

		for (size_t j = 0; j < json_count(alliances); j++) {
			const struct json_node *alliance = json_at(alliances, j);

			out->has_level |= json_member(alliance, "level") != NULL;
			out->has_mode |= json_member(alliance, "modeOfDelivery") != NULL;
		}
	}
}

static void read_consumers(const struct json_reading *r, const struct json_node *item,
			   enum ooapi_version version)
{
	const struct json_node *consumers = json_member(item, "consumers|consumer");
	const struct json_row *rows = BY_VERSION(version, alliance_rows);
	size_t n_joint = 0;

	for (size_t i = 0; i < json_count(consumers); i++) {
		const struct json_node *consumer = json_at(consumers, i);
		const struct json_node *alliances = json_member(consumer, "alliances");
		struct json_reading inner = *r;

		inner.prefix = arena_printf(r->arena, "consumers[%zu]", i);
		inner.part = (uint16_t)n_joint;
		json_map_read(&inner, consumer_rows, countof(consumer_rows), consumer);
		n_joint += json_count(json_member(consumer, "jointPartnerCodes"));
		inner.part = (uint16_t)n_joint;
		json_map_read(&inner, &foreign_partner_row, 1, consumer);
		n_joint += json_count(json_member(consumer, "foreignPartners"));
		inner.part = 0;
		for (size_t j = 0; j < json_count(alliances); j++) {
			inner.prefix =
				arena_printf(r->arena, "consumers[%zu].alliances[%zu]", i, j);
			json_map_read(&inner, rows, countof(alliance_rows_5),
				      json_at(alliances, j));
		}
	}
}

/* --- whose it is --- */

static bool is_unit(const struct json_node *organisation)
{
	static const char *const types[] = { "department", "faculty", "branch", "academy",
					     "school" };
	struct slice type =
		json_text_member(organisation, "organizationType|organisationType|type");

	for (size_t i = 0; i < countof(types); i++)
		if (slice_eq_nocase(type, slice_of(types[i])))
			return true;
	return false;
}

static void read_provider(const struct json_reading *r, const struct json_node *item,
			  const struct json_node *root)
{
	const struct json_node *organisation = json_member(item, "organization|organisation");
	struct json_reading inner = *r;

	if (node_is_object(organisation)) {
		inner.prefix = SLICE_LIT("organization");
		if (!is_unit(organisation)) {
			json_map_read(&inner, provider_rows, countof(provider_rows), organisation);
			return;
		}
		json_map_read(&inner, unit_rows, countof(unit_rows), organisation);
	}
	if (root != NULL) {
		inner.prefix = SLICE_LIT("organizations(root)");
		json_map_read(&inner, provider_rows, countof(provider_rows), root);
	}
}

void ooapi_read_item(struct words *words, struct arena *arena, const struct json_map *map,
		     const struct json_node *item, const struct json_node *root,
		     enum ooapi_version version)
{
	const struct json_reading whole = { words, arena, SLICE_NONE, 0, NULL };
	const struct json_reading r = { words, arena, SLICE_NONE, 0, map->is_configured };
	struct overrides overrides;
	bool is_programme;

	find_overrides(&overrides, item);
	for (size_t i = 0; i < map->n; i++) {
		enum element e = map->rows[i].element;

		if (map->is_configured[e] || !((overrides.has_level && e == EL_LEVEL) ||
					       (overrides.has_mode && e == EL_MODE)))
			json_map_read(&whole, &map->rows[i], 1, item);
	}
	read_primary_code(&r, item);
	read_consumers(&r, item, version);
	read_provider(&r, item, root);
	ooapi_id(item, &is_programme);
	if (!is_programme) /* that it is a course is said by where it was found */
		json_add_word(&r, EL_OPPORTUNITY_TYPE, SLICE_LIT("course"),
			      version == OOAPI_6 ? "ooapi-6/entity" : "ooapi-5/entity",
			      SLICE_LIT("courseId"));
}

/* --- offerings --- */

/* The first of several paths that says something. */
static void read_first(const struct json_reading *r, const struct json_node *object,
		       enum element element, enum json_kind kind, const char *const *paths,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json_row row = { paths[i], element, kind, NULL };
		size_t before = r->words->n;

		json_map_read(r, &row, 1, object);
		if (r->words->n > before)
			return;
	}
}

static bool is_total(struct slice type)
{
	return slice_eq_nocase(type, SLICE_LIT("total costs")) ||
	       slice_eq_nocase(type, SLICE_LIT("total_costs"));
}

static bool is_subsidised_part(struct slice type)
{
	return slice_find_nocase(type, SLICE_LIT("stap")) >= 0;
}

/* "total costs"; else what is no part of a total ("STAP eligible" is one). */
static const struct json_node *pick_price(const struct json_node *prices)
{
	const struct json_node *picked = NULL;

	for (size_t i = 0; i < json_count(prices); i++) {
		const struct json_node *price = json_at(prices, i);
		struct slice type = slice_trim(json_text_member(price, "costType"));

		if (is_total(type))
			return price;
		if (picked == NULL && !is_subsidised_part(type))
			picked = price;
	}
	return picked;
}

static void read_price(const struct json_reading *r, const struct json_node *offering)
{
	static const struct json_row amount = { "amount", EL_SESSION_PRICE, JSON_VALUE,
						"@currency" };
	static const struct json_row shown = { "displayAmount", EL_SESSION_PRICE, JSON_LOCAL,
					       NULL };
	const struct json_node *price = pick_price(json_member(offering, "priceInformation"));
	struct json_reading inner = *r;
	size_t before = r->words->n;

	if (price == NULL)
		return;
	inner.prefix = arena_printf(r->arena, "%.*s.priceInformation", SLICE_ARG(r->prefix));
	json_map_read(&inner, &amount, 1, price);
	if (r->words->n == before)
		json_map_read(&inner, &shown, 1, price);
}

/* Alliances' own link, level of mode and remark on the dates. */
static void read_offering_alliances(const struct json_reading *r, const struct json_node *offering,
				    enum ooapi_version version)
{
	const char *mode_scheme =
		version == OOAPI_6 ? "ooapi-6/modeOfDelivery" : "ooapi-5/modeOfDelivery";
	const struct json_row rows[] = {
		{ "modeOfDelivery", EL_SESSION_MODE, JSON_VALUE, mode_scheme },
		{ "dateComment", EL_SESSION_PACE, JSON_LOCAL, NULL },
	};
	const struct json_node *consumers = json_member(offering, "consumers|consumer");
	struct json_reading inner = *r;

	for (size_t i = 0; i < json_count(consumers); i++) {
		const struct json_node *alliances = json_member(json_at(consumers, i), "alliances");

		for (size_t j = 0; j < json_count(alliances); j++) {
			inner.prefix = arena_printf(r->arena, "%.*s.consumers[%zu].alliances[%zu]",
						    SLICE_ARG(r->prefix), i, j);
			json_map_read(&inner, rows, countof(rows), json_at(alliances, j));
		}
	}
}

static void read_link(const struct json_reading *r, const struct json_node *offering)
{
	static const char *const paths[] = {
		"consumers.alliances.enrollmentUrl",
		"consumers.alliances.enrollmentUrlForGuests",
		"consumers.alliances.enrollmentUrlForProfessionals",
		"enrolmentPeriods.enrolmentUrl",
		"link",
	};

	read_first(r, offering, EL_SESSION_URL, JSON_LINK, paths, countof(paths));
}

static void read_dates(const struct json_reading *r, const struct json_node *offering)
{
	static const char *const starts[] = {
		"startDate|startDateTime",
		"flexibleEntryPeriodStart|flexibleEntryPeriodStartDateTime",
		"academicSession.startDate|startDateTime",
	};
	static const char *const ends[] = {
		"endDate|endDateTime",
		"academicSession.endDate|endDateTime",
	};
	static const char *const terms[] = { "academicSession.name", "name" };
	static const struct json_row period_rows[] = {
		{ "startDateTime|startDate", EL_SESSION_APPLY_FROM, JSON_VALUE, NULL },
		{ "endDateTime|endDate", EL_SESSION_APPLY_UNTIL, JSON_VALUE, NULL },
	};
	const struct json_node *periods = json_member(offering, "enrolmentPeriods");
	struct json_reading inner = *r;
	size_t before = r->words->n;

	read_first(r, offering, EL_SESSION_START, JSON_VALUE, starts, countof(starts));
	if (r->words->n == before) /* "Quartile 2" says something only where no date does */
		read_first(r, offering, EL_SESSION_TERM, JSON_LOCAL, terms, countof(terms));
	read_first(r, offering, EL_SESSION_END, JSON_VALUE, ends, countof(ends));
	if (json_count(periods) > 0) {
		inner.prefix =
			arena_printf(r->arena, "%.*s.enrolmentPeriods[0]", SLICE_ARG(r->prefix));
		json_map_read(&inner, period_rows, countof(period_rows), json_at(periods, 0));
	}
}

static bool is_shown(const struct json_node *offering)
{
	struct slice state = slice_trim(json_text_member(offering, "state|offeringState"));

	return state.n == 0 || slice_eq_nocase(state, SLICE_LIT("active"));
}

bool ooapi_read_offering(struct words *words, struct arena *arena, const struct json_map *map,
			 const struct json_node *offering, uint16_t part,
			 enum ooapi_version version)
{
	const struct json_row *rows = BY_VERSION(version, offering_rows);
	const struct json_reading r = { words, arena, arena_printf(arena, "offerings[%u]", part),
					part, map->is_configured };
	struct overrides overrides;

	if (!is_shown(offering))
		return false;
	find_overrides(&overrides, offering);
	for (size_t i = 0; i < countof(offering_rows_5); i++)
		if (!overrides.has_mode || rows[i].element != EL_SESSION_MODE)
			json_map_read(&r, &rows[i], 1, offering);
	read_dates(&r, offering);
	read_offering_alliances(&r, offering, version);
	read_price(&r, offering);
	read_link(&r, offering);
	return true;
}
