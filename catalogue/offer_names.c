// SPDX-License-Identifier: EUPL-1.2
/*
 * The names that the enums of offer.h have in JSON, and back.
 */
#include "catalogue/offer.h"

#include "base/mem.h"

static const char *const from_names[FROM_COUNT] = {
	[FROM_INFERRED] = "inferred", [FROM_HOURS] = "hours",         [FROM_CYCLE] = "cycle",
	[FROM_NQF] = "nqf",           [FROM_CONVERTED] = "converted", [FROM_DECLARED] = "declared",
};
static const char *const cycle_names[] = {
	[CYCLE_SHORT] = "short",
	[CYCLE_FIRST] = "first",
	[CYCLE_SECOND] = "second",
	[CYCLE_THIRD] = "third",
};
static const char *const size_names[] = {
	[SIZE_NANO] = "nano",       [SIZE_MICRO] = "micro", [SIZE_COURSE] = "course",
	[SIZE_PATHWAY] = "pathway", [SIZE_MACRO] = "macro",
};
static const char *const required_names[REQ_COUNT] = {
	[REQ_TITLE] = "title",
	[REQ_AWARDING_BODY] = "awardingBodies",
	[REQ_COUNTRY] = "country",
	[REQ_OUTCOMES] = "learningOutcomes",
	[REQ_WORKLOAD] = "workload",
	[REQ_LEVEL] = "level",
	[REQ_ASSESSMENT] = "assessment",
	[REQ_MODE] = "mode",
	[REQ_QUALITY_ASSURANCE] = "qualityAssurance",
	[REQ_LANGUAGES] = "languages",
	[REQ_SUBJECT] = "subjects",
};

static const char *name_at(const char *const *names, size_t n, size_t i)
{
	return i < n ? names[i] : NULL;
}

/* Index of the name, or other. */
static size_t find_name(const char *const *names, size_t n, struct slice name, size_t other)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] != NULL && slice_eq_z(name, names[i]))
			return i;
	return other;
}

const char *from_name(enum from from)
{
	return name_at(from_names, countof(from_names), from);
}

enum from from_of_name(struct slice name)
{
	return (enum from)find_name(from_names, countof(from_names), name, FROM_NONE);
}

const char *cycle_name(enum cycle cycle)
{
	return name_at(cycle_names, countof(cycle_names), cycle);
}

enum cycle cycle_of_name(struct slice name)
{
	return (enum cycle)find_name(cycle_names, countof(cycle_names), name, CYCLE_NONE);
}

const char *size_class_name(enum size_class size)
{
	return name_at(size_names, countof(size_names), size);
}

enum size_class size_class_of_name(struct slice name)
{
	return (enum size_class)find_name(size_names, countof(size_names), name, SIZE_NONE);
}

const char *required_element_name(enum required_element e)
{
	return name_at(required_names, countof(required_names), e);
}

enum required_element required_element_of_name(struct slice name)
{
	return (enum required_element)find_name(required_names, countof(required_names), name,
						REQ_COUNT);
}
