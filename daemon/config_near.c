// SPDX-License-Identifier: EUPL-1.2
/*
 * The nearest key.
 */
#include "daemon/config_near.h"

#include "base/mem.h"

enum {
	LONGEST_NAME = 32, /* a longer one is no misspelt key */
	LETTERS_A_MISTAKE = 3, /* one letter of so many may be wrong */
};

static const char *const section_names[CONFIG_SECTION_COUNT] = {
	[CONFIG_TOP] = "",           [CONFIG_HARVEST] = "harvest",
	[CONFIG_SOURCE] = "source",  [CONFIG_SOURCE_AUTH] = "auth",
	[CONFIG_SOURCE_CSV] = "csv",
};

const char *config_section_name(enum config_section section)
{
	return section_names[section];
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: a swap of two neighbours is one mistake. */
static unsigned distance(struct slice a, struct slice b)
{
	unsigned d[LONGEST_NAME + 1][LONGEST_NAME + 1];

	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = (unsigned)i;
	for (size_t k = 0; k <= b.n; k++)
		d[0][k] = (unsigned)k;
	for (size_t i = 1; i <= a.n; i++) {
		for (size_t k = 1; k <= b.n; k++) {
			unsigned change = d[i - 1][k - 1] + (a.p[i - 1] != b.p[k - 1]);

			d[i][k] = least(change, least(d[i - 1][k], d[i][k - 1]) + 1);
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	}
	return d[a.n][b.n];
}

/* Names of blocks are known beside the keys: NULL behind the last one. */
static const char *block_of(enum config_section section, size_t i)
{
	static const char *const of_top[] = { "source", "harvest" };
	static const char *const of_source[] = { "auth", "csv" };

	if (section == CONFIG_TOP)
		return i < countof(of_top) ? of_top[i] : NULL;
	return section == CONFIG_SOURCE && i < countof(of_source) ? of_source[i] : NULL;
}

struct nearest {
	struct slice wanted;
	const char *name; /* NULL: nothing near enough */
	unsigned distance;
};

static void consider(struct nearest *n, const char *name)
{
	struct slice known = slice_of(name);
	unsigned d;

	if (known.n > LONGEST_NAME)
		return;
	d = distance(n->wanted, known);
	if (d >= n->distance)
		return;
	n->name = name;
	n->distance = d;
}

static const char *nearest_name(enum config_section section, struct slice name)
{
	struct nearest n = { .wanted = name };
	const char *block;

	if (name.n > LONGEST_NAME)
		return NULL;
	n.distance = 1 + (unsigned)name.n / LETTERS_A_MISTAKE;
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].section == section)
			consider(&n, config_keys[i].name);
	for (size_t i = 0; (block = block_of(section, i)) != NULL; i++)
		consider(&n, block);
	return n.name;
}

/* The same name elsewhere; false: nowhere. */
static bool find_elsewhere(enum config_section *out, struct slice name)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		if (!slice_eq_z(name, config_keys[i].name))
			continue;
		*out = config_keys[i].section;
		return true;
	}
	return false;
}

void config_write_hint(struct buf *out, enum config_section section, struct slice name)
{
	const char *near = nearest_name(section, name);
	enum config_section other = section;

	if (find_elsewhere(&other, name) && other == CONFIG_TOP)
		buf_str(out, " here: it belongs at the top of the main file");
	else if (other != section)
		buf_printf(out, " here: it belongs in %s { }", config_section_name(other));
	else if (near != NULL)
		buf_printf(out, ": expected %s, perhaps", near);
	else
		buf_str(out, "; microcatd --help-config lists what there is");
}
