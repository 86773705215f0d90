// SPDX-License-Identifier: EUPL-1.2
/*
 * The example files and --help-config: every key of the table in a comment,
 * with what it is for, so that taking the "#" away gives a valid file.
 */
#include "daemon/config.h"
#include "daemon/config_keys.h"

static const struct {
	enum config_section section;
	const char *name;
	const char *indent; /* of its keys */
} sections[] = {
	{ CONFIG_TOP, NULL, "" },
	{ CONFIG_HARVEST, "harvest", "\t" },
	{ CONFIG_SOURCE, NULL, "\t" },
	{ CONFIG_SOURCE_AUTH, "auth", "\t\t" },
	{ CONFIG_SOURCE_CSV, "csv", "\t\t" },
};

static bool is_quoted(enum config_type type)
{
	return type != CONFIG_BOOL && type != CONFIG_NUMBER && type != CONFIG_SHARE;
}

static const char *sample_of(const struct config_key *key)
{
	if (key->example != NULL)
		return key->example;
	return key->preset != NULL ? key->preset : "";
}

/* What the key is for, what it may be, and what it is when it is not set. */
static void write_words(struct buf *out, const struct config_key *key, const char *indent)
{
	struct slice rest = slice_of(key->choices);
	struct slice word;

	buf_printf(out, "\n#%s%s %s", indent, indent[0] != 0 ? "#" : "", key->help);
	if (key->choices != NULL) {
		buf_str(out, ":");
		while (slice_split(&word, &rest, '|'))
			buf_printf(out, " %.*s", SLICE_ARG(word));
	}
	if (key->is_required)
		buf_str(out, " (required)");
	else if (key->preset != NULL && key->preset[0] != 0 && key->example != NULL)
		buf_printf(out, " (%s)", key->preset);
	if (key->is_fixed)
		buf_str(out, "; a change is taken at the next start");
	buf_char(out, '\n');
}

static void write_key(struct buf *out, const struct config_key *key, const char *indent)
{
	write_words(out, key, indent);
	if (key->type == CONFIG_MAP)
		buf_printf(out, "#%s%s { %s }\n", indent, key->name, sample_of(key));
	else if (key->type == CONFIG_LIST)
		buf_printf(out, "#%s%s = { \"%s\" }\n", indent, key->name, sample_of(key));
	else if (is_quoted(key->type))
		buf_printf(out, "#%s%s = \"%s\"\n", indent, key->name, sample_of(key));
	else
		buf_printf(out, "#%s%s = %s\n", indent, key->name, sample_of(key));
}

static void write_section(struct buf *out, size_t i)
{
	const char *outer = sections[i].indent + (sections[i].indent[0] != 0);

	if (sections[i].name != NULL)
		buf_printf(out, "\n#%s%s {\n", outer, sections[i].name);
	for (size_t k = 0; k < n_config_keys; k++)
		if (config_keys[k].section == sections[i].section)
			write_key(out, &config_keys[k], sections[i].indent);
	if (sections[i].name != NULL)
		buf_printf(out, "#%s}\n", outer);
}

void config_write_example(struct buf *out, bool is_source)
{
	if (!is_source) {
		buf_str(out, "# /etc/microcat/microcat.conf: what microcatd does, but for the "
			     "partners.\n"
			     "# Every key is here with what it is when not set; a line without its "
			     "# sets it.\n"
			     "# A time is 30s, 10m, 6h or 7d; a size 512K, 128M or 2G.\n");
		write_section(out, 0);
		write_section(out, 1);
		return;
	}
	buf_str(out, "# /etc/microcat/sources.d/example.conf: one partner's catalogue.\n"
		     "# Copy it, take the # away, keep what you need. The name in quotes is the "
		     "source's\n"
		     "# id: it stays for ever. Required are format and url.\n\n"
		     "#source \"example\" {\n");
	for (size_t i = 2; i < sizeof(sections) / sizeof(sections[0]); i++)
		write_section(out, i);
	buf_str(out, "#}\n");
}

void config_write_help(struct buf *out)
{
	config_write_example(out, false);
	buf_char(out, '\n');
	config_write_example(out, true);
}
