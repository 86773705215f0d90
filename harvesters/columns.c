// SPDX-License-Identifier: EUPL-1.2
/* The table of short names; the elements' own names come from word.h. */
#include "harvesters/columns.h"

#include "base/mem.h"

static const struct column_name short_names[] = {
	{ "id", EL_RECORD_ID, NULL },
	{ "code", EL_COURSE_CODE, NULL },
	{ "outcomes", EL_OUTCOME, NULL },
	{ "keyword", EL_KEYWORD, NULL },
	{ "provider", EL_PROVIDER_NAME, NULL },
	{ "faculty", EL_PROVIDER_UNIT, NULL },
	{ "unit", EL_PROVIDER_UNIT, NULL },
	{ "country", EL_PROVIDER_COUNTRY, NULL },
	{ "jointProvider", EL_JOINT_NAME, NULL },
	{ "awardingBody", EL_AWARDING_NAME, NULL },
	{ "alliance", EL_ALLIANCE, NULL },
	{ "ects", EL_WORKLOAD, "ects" },
	{ "credits", EL_WORKLOAD, NULL },
	{ "hours", EL_WORKLOAD_HOURS, NULL },
	{ "hoursPerWeek", EL_HOURS_PER_WEEK, NULL },
	{ "eqf", EL_LEVEL, "eqf" },
	{ "subject", EL_SUBJECT, NULL },
	{ "iscedf", EL_SUBJECT, "iscedf" },
	{ "language", EL_LANGUAGE, NULL },
	{ "type", EL_OPPORTUNITY_TYPE, NULL },
	{ "quality", EL_QUALITY_ASSURANCE, NULL },
	{ "credential", EL_CREDENTIAL_TYPE, NULL },
	{ "skill", EL_SKILL_LABEL, NULL },
	{ "start", EL_SESSION_START, NULL },
	{ "end", EL_SESSION_END, NULL },
	{ "applyFrom", EL_SESSION_APPLY_FROM, NULL },
	{ "applyUntil", EL_SESSION_APPLY_UNTIL, NULL },
	{ "deadline", EL_SESSION_APPLY_UNTIL, NULL },
	{ "term", EL_SESSION_TERM, NULL },
	{ "timezone", EL_SESSION_TIMEZONE, NULL },
	{ "place", EL_SESSION_PLACE, NULL },
	{ "city", EL_SESSION_PLACE, NULL },
	{ "status", EL_SESSION_STATUS, NULL },
	{ "pace", EL_SESSION_PACE, NULL },
	{ "cost", EL_PRICE, NULL },
};

static const struct column_name own_names[] = {
#define X(constant, name) { name, constant, NULL },
	CATALOGUE_ELEMENTS(X)
#undef X
};

const struct column_name *column_of_name(struct slice name)
{
	name = slice_trim(name);
	for (size_t i = 0; i < countof(own_names); i++)
		if (slice_eq_nocase(name, slice_of(own_names[i].name)))
			return &own_names[i];
	for (size_t i = 0; i < countof(short_names); i++)
		if (slice_eq_nocase(name, slice_of(short_names[i].name)))
			return &short_names[i];
	return NULL;
}

enum err_code columns_check(const struct settings *columns, const char *also,
			    struct source_place *place, struct err *err)
{
	for (size_t i = 0; i < columns->n; i++) {
		struct slice name = columns->items[i].name;

		if (column_of_name(name) != NULL ||
		    (also != NULL && slice_eq_nocase(slice_trim(name), slice_of(also))))
			continue;
		*place = (struct source_place){ "columns", name };
		return err_set(err, ERR_CONFIG,
			       "columns: \"%.*s\" is no element: expected a name such as title, "
			       "workload or provider.name",
			       SLICE_ARG(slice_first(name, 60)));
	}
	return ERR_OK;
}
