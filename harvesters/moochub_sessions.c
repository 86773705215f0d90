// SPDX-License-Identifier: EUPL-1.2
/*
 * When a MOOChub course takes place and what it costs.
 */
#include "harvesters/moochub_parts.h"

#include "base/limits.h"
#include "base/mem.h"

struct slice moochub_last_part(struct slice address)
{
	ptrdiff_t at;

	while ((at = slice_find_byte(address, '/')) >= 0)
		address = slice_from(address, (size_t)at + 1);
	return address;
}

bool moochub_is_zero(const struct json_node *number)
{
	return (node_is(number, NODE_INTEGER) && number->as.integer == 0) ||
	       (node_is(number, NODE_REAL) && number->as.real == 0.0) ||
	       slice_eq(slice_trim(json_text_of(number)), SLICE_LIT("0"));
}

/* --- sessions --- */

/* The i-th of a list; what is not in a list is read for any i. */
static void read_nth(const struct json_reading *r, const struct json_node *a, const char *name,
		     enum element element, size_t i)
{
	const struct json_node *value = json_member(a, name);
	struct json_reading inner = *r;

	inner.part = (uint16_t)i;
	if (!node_is_list(value)) {
		json_read_path(&inner, a, name, element, JSON_VALUE, NULL);
	} else if (i < node_size(value)) {
		inner.prefix = json_path_at(r, slice_of(name), i);
		json_read_path(&inner, node_item(value, i), "", element, JSON_VALUE, NULL);
	}
}

/* Dates pairwise by index; one that is not in a list is the first session's. */
static size_t read_dates(const struct json_reading *r, const struct json_node *a)
{
	static const struct {
		const char *name;
		enum element element;
	} fields[] = {
		{ "startDate", EL_SESSION_START },
		{ "endDate", EL_SESSION_END },
	};
	size_t most = 0;

	for (size_t k = 0; k < countof(fields); k++) {
		size_t n = json_count(json_member(a, fields[k].name));

		if (n > LIMIT_OFFER_SESSIONS)
			n = LIMIT_OFFER_SESSIONS;
		for (size_t i = 0; i < n; i++)
			read_nth(r, a, fields[k].name, fields[k].element, i);
		most = n > most ? n : most;
	}
	return most;
}

/* For each session, where it is not in a list. */
static void read_application(const struct json_reading *r, const struct json_node *a,
			     size_t n_sessions)
{
	for (size_t i = 0; i < (n_sessions > 0 ? n_sessions : 1); i++) {
		read_nth(r, a, "applicationStartDate", EL_SESSION_APPLY_FROM, i);
		read_nth(r, a, "applicationDeadline", EL_SESSION_APPLY_UNTIL, i);
	}
}

/* "Monday 10:30:00Z-12:00:00Z; Wednesday ...", and whether all meet at a time. */
static void read_pace(const struct json_reading *r, const struct json_node *a, size_t n_sessions)
{
	const struct json_node *repeats = json_member(a, "repeatFrequency");
	struct slice pace = SLICE_LIT("");
	const struct json_node *modes = json_member(a, "courseMode");

	for (size_t i = 0; i < json_count(repeats) && i < 20; i++) {
		const struct json_node *one = json_at(repeats, i);
		struct slice day = moochub_last_part(json_text_member(one, "byDay"));
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
		json_add_word(&inner, EL_SESSION_PACE, pace, NULL,
			      json_path(r, SLICE_LIT("repeatFrequency, courseMode")));
	}
}

void moochub_read_sessions(const struct json_reading *r, const struct json_node *a)
{
	size_t n = read_dates(r, a);

	read_application(r, a, n);
	read_pace(r, a, n);
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
void moochub_read_price(const struct json_reading *r, const struct json_node *a)
{
	struct slice offer_name, access = SLICE_LIT("access");
	const struct json_node *offers = json_member_named(a, "offer|offers", &offer_name);
	size_t i = 0;
	const struct json_node *offer = offer_of(offers, "course", &i);
	struct json_reading inner = *r;
	int free_at = find_access(a, "free"), paid_at = find_access(a, "paid");

	if (offer == NULL)
		offer = offer_of(offers, "complete", &i);
	if (offer != NULL)
		inner.prefix = json_path_at(r, offer_name, i);
	if (free_at >= 0)
		json_add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			      json_path_at(r, access, (size_t)free_at));
	else if (json_tri(json_member(a, "isAccessibleForFree")) == TRI_TRUE)
		json_add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			      json_path(r, SLICE_LIT("isAccessibleForFree")));
	else if (offer != NULL && moochub_is_zero(node_get(offer, "price")))
		json_add_word(r, EL_PRICE, SLICE_LIT("free"), NULL,
			      json_path(&inner, SLICE_LIT("price")));
	else if (offer != NULL)
		json_read_path(&inner, offer, "price", EL_PRICE, JSON_VALUE, "@priceCurrency");
	else if (paid_at >= 0)
		json_add_word(r, EL_PRICE, SLICE_LIT("paid"), NULL,
			      json_path_at(r, access, (size_t)paid_at));
}
