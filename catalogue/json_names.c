// SPDX-License-Identifier: EUPL-1.2
/*
 * Names that occur twice in an object: see json_names.h. Few are compared each
 * with each, many are sorted, so that no document takes long.
 */
#include "catalogue/json_names.h"

#include "base/mem.h"

#include <stdlib.h>

enum { FEW_MEMBERS = 48 };

static const struct json_node_member **by_name(const struct json_node_member *members, size_t n,
					       int (*compare)(const void *, const void *))
{
	const struct json_node_member **sorted = mem_new_n(const struct json_node_member *, n);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &members[i];
	qsort(sorted, n, sizeof(struct json_node_member *), compare);
	return sorted;
}

static int order_of(const struct json_node_member *a, const struct json_node_member *b)
{
	return (a > b) - (a < b); /* of one array: as they were written */
}

static int compare_names(const void *a, const void *b)
{
	const struct json_node_member *left = *(const struct json_node_member *const *)a;
	const struct json_node_member *right = *(const struct json_node_member *const *)b;
	int order = slice_cmp(left->name, right->name);

	return order != 0 ? order : order_of(left, right);
}

/* One of 64 bits, the same for equal names. */
static uint64_t mark_of(struct slice name)
{
	size_t ends = name.n > 0 ? (size_t)(uint8_t)name.p[0] * 5 + (uint8_t)name.p[name.n - 1] : 0;

	return UINT64_C(1) << ((ends + name.n * 11) & 63);
}

static bool few_have_duplicates(const struct json_node_member *members, size_t n)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t mark = mark_of(members[i].name);

		for (size_t k = 0; k < i && (marks & mark) != 0; k++)
			if (slice_eq(members[i].name, members[k].name))
				return true;
		marks |= mark;
	}
	return false;
}

bool json_names_repeat(const struct json_node_member *members, size_t n)
{
	const struct json_node_member **sorted;
	bool has_any = false;

	if (n <= FEW_MEMBERS)
		return few_have_duplicates(members, n);
	sorted = by_name(members, n, compare_names);
	for (size_t i = 1; i < n && !has_any; i++)
		has_any = slice_eq(sorted[i - 1]->name, sorted[i]->name);
	mem_free(sorted);
	return has_any;
}

static size_t drop_unnamed(struct json_node_member *members, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (members[i].name.p != NULL)
			members[kept++] = members[i];
	return kept;
}

size_t json_names_keep_last(struct json_node_member *members, size_t n)
{
	const struct json_node_member **sorted = by_name(members, n, compare_names);
	size_t first = 0;

	for (size_t i = 1; i < n; i++) {
		if (!slice_eq(sorted[i]->name, sorted[first]->name)) {
			first = i;
			continue;
		}
		members[sorted[first] - members].value = sorted[i]->value;
	}
	/* Names of all but the first: taken only when none is compared any more. */
	for (size_t i = n - 1; i > 0; i--)
		if (slice_eq(sorted[i]->name, sorted[i - 1]->name))
			members[sorted[i] - members].name = SLICE_NONE;
	mem_free(sorted);
	return drop_unnamed(members, n);
}

/* By trimmed name; those that need no trimming before those that do. */
static int compare_trimmed(const void *a, const void *b)
{
	const struct json_node_member *left = *(const struct json_node_member *const *)a;
	const struct json_node_member *right = *(const struct json_node_member *const *)b;
	struct slice l = slice_trim(left->name), r = slice_trim(right->name);
	bool is_left_whole = l.n == left->name.n, is_right_whole = r.n == right->name.n;
	int order = slice_cmp(l, r);

	if (order == 0)
		order = is_right_whole - is_left_whole;
	return order != 0 ? order : order_of(left, right);
}

size_t json_names_trim(struct json_node_member *members, size_t n)
{
	const struct json_node_member **sorted = by_name(members, n, compare_trimmed);
	size_t first = 0;

	for (size_t i = 1; i < n; i++) {
		if (!slice_eq(slice_trim(sorted[i]->name), slice_trim(sorted[first]->name)))
			first = i;
		else
			members[sorted[i] - members].name = SLICE_NONE;
	}
	mem_free(sorted);
	for (size_t i = 0; i < n; i++)
		if (members[i].name.p != NULL)
			members[i].name = slice_trim(members[i].name);
	return drop_unnamed(members, n);
}
