// SPDX-License-Identifier: EUPL-1.2
/*
 * The nearest key.
 */
#include "daemon/config_near.h"

#include "base/mem.h"
#include "base/near.h"

static const char *const section_names[CONFIG_SECTION_COUNT] = {
	[CONFIG_TOP] = "",           [CONFIG_HARVEST] = "harvest",
	[CONFIG_SOURCE] = "source",  [CONFIG_SOURCE_AUTH] = "auth",
	[CONFIG_SOURCE_CSV] = "csv",
};

const char *config_section_name(enum config_section section)
{
	return section_names[section];
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

static const char *nearest_name(enum config_section section, struct slice name)
{
	struct near near = NEAR(name);
	const char *block;

	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].section == section)
			near_consider(&near, config_keys[i].name);
	for (size_t i = 0; (block = block_of(section, i)) != NULL; i++)
		near_consider(&near, block);
	return near.name;
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

	if (slice_eq_z(name, "include"))
		buf_str(out,
			": expected sources = \"sources.d/*.conf\", which names further files");
	else if (find_elsewhere(&other, name) && other == CONFIG_TOP)
		buf_str(out, " here: it belongs at the top of the main file");
	else if (other != section)
		buf_printf(out, " here: it belongs in %s { }", config_section_name(other));
	else if (near != NULL)
		buf_printf(out, ": expected %s, perhaps", near);
	else
		buf_str(out, "; microcatd --help-config lists what there is");
}
