// SPDX-License-Identifier: EUPL-1.2
/*
 * libconfuse on top of the table of keys. All values are texts to it; the table
 * says what they are, and a wrong one is refused on its line. Entries are taken
 * where libconfuse validates a value, since line numbers are known only there.
 */
#include "daemon/config_file.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "daemon/config_near.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>

/*
 * Stands behind the last line of each file, and is known at its top alone:
 * libconfuse takes the end of a file for the end of a section, and so a file
 * that was cut for a whole one.
 */
#define END_MARK "microcat-end-of-file"

/*
 * One file on its way. libconfuse's callbacks carry no pointer of ours, and its
 * scanner is global anyway.
 */
static struct loading {
	struct arena *arena;
	struct config_blocks *out;
	const char *path;
	bool is_main;
	struct config_block top;
	struct config_block source; /* the one being read: its sections come before its end */
	bool is_ended; /* END_MARK was read at the top */
	struct err first; /* the first thing that was wrong */
} * now;

static void fail_at(int line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fail_at(int line, const char *fmt, ...)
{
	struct err what = ERR_INIT;
	va_list args;

	if (now->first.code != ERR_OK)
		return;
	va_start(args, fmt);
	err_vset(&what, ERR_CONFIG, fmt, args);
	va_end(args);
	err_set(&now->first, ERR_CONFIG, "%s:%d: %s", now->path, line, what.msg);
}

/* Of libconfuse's own names, the file's is "root". */
static enum config_section section_of(const cfg_t *cfg)
{
	for (size_t i = 0; i < CONFIG_SECTION_COUNT; i++)
		if (strcmp(cfg->name, config_section_name((enum config_section)i)) == 0)
			return (enum config_section)i;
	return CONFIG_TOP;
}

/* What stands between the quotes of one of libconfuse's messages, or absent. */
static struct slice quoted(const char *message, const char *before)
{
	struct slice rest = slice_of(message);
	struct slice name = SLICE_NONE;

	if (slice_starts_with(rest, slice_of(before))) {
		rest = slice_from(rest, strlen(before));
		if (!slice_split(&name, &rest, '\''))
			name = SLICE_NONE;
	}
	return name;
}

static void fail_unknown(const cfg_t *cfg, struct slice name)
{
	struct buf hint = BUF_INIT(ERR_MSG_BYTES);

	config_write_hint(&hint, section_of(cfg), name);
	fail_at(cfg->line, "no such option '%.*s'%s", SLICE_ARG(slice_first(name, 60)),
		buf_z(&hint));
	buf_clear(&hint);
}

static void fail_again(const cfg_t *cfg, struct slice title)
{
	for (size_t i = 0; i < now->out->n; i++) {
		const struct config_block *b = &now->out->items[i];

		if (b->file != NULL && slice_eq(b->title, title))
			fail_at(cfg->line, "source \"%.*s\" again: it stands in %s:%d already",
				SLICE_ARG(title), b->file, b->line);
	}
}

static void on_error(cfg_t *cfg, const char *fmt, va_list args)
{
	struct err what = ERR_INIT;

	/* libconfuse calls this for each line of a map, although it takes it. */
	if (cfg != NULL && (cfg->flags & CFGF_KEYSTRVAL) != 0)
		return;
	err_vset(&what, ERR_CONFIG, fmt, args);
	if (cfg != NULL && strstr(what.msg, END_MARK) != NULL) {
		fail_at(cfg->line, "%s { is not closed: expected } before the end of the file",
			cfg->name);
		return;
	}
	if (cfg != NULL && quoted(what.msg, "no such option '").p != NULL)
		fail_unknown(cfg, quoted(what.msg, "no such option '"));
	if (cfg != NULL && quoted(what.msg, "found duplicate title '").p != NULL)
		fail_again(cfg, quoted(what.msg, "found duplicate title '"));
	if (cfg != NULL && quoted(what.msg, "missing title for section '").p != NULL)
		fail_at(cfg->line, "source { } without an id: expected source \"id\" { ... }");
	/* The first one is said. */
	fail_at(cfg != NULL ? cfg->line : 0, "%s; microcatd --help-config lists what there is",
		what.msg);
}

static struct config_block *block_of(enum config_section section)
{
	return section == CONFIG_TOP || section == CONFIG_HARVEST ? &now->top : &now->source;
}

static struct config_entry *add_entry(struct config_block *b)
{
	return arena_push(now->arena, (void **)&b->entries, &b->n_entries, &b->cap_entries,
			  sizeof(*b->entries));
}

/* A text without its closing quote reaches to the end of the file: the line where it begins. */
static int first_line_of(int last_line, struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		last_line -= text.p[i] == '\n';
	return last_line;
}

/* All values the option has so far. False when one is no text ("\xff"). */
static bool take_texts(struct config_entry *e, cfg_opt_t *opt)
{
	size_t n = cfg_opt_size(opt);

	e->n_texts = 0;
	e->texts = arena_new_n(now->arena, struct slice, n);
	if (e->texts == NULL)
		return true; /* the arena is full: said at the end */
	for (size_t i = 0; i < n; i++) {
		struct slice text = slice_of(cfg_opt_getnstr(opt, (unsigned)i));

		if (text.p != NULL && strstr(text.p, END_MARK) != NULL) {
			fail_at(first_line_of(e->line, text),
				"%s: the text that begins here is not closed: expected \"",
				opt->name);
			return false;
		}
		if (!utf8_is_valid(text)) {
			fail_at(e->line, "%s: expected text in UTF-8", opt->name);
			return false;
		}
		e->texts[e->n_texts++] =
			arena_dup(now->arena, text.p != NULL ? text : SLICE_LIT(""));
	}
	return true;
}

static bool check_values(const cfg_t *cfg, const struct config_key *key,
			 const struct config_entry *e)
{
	struct buf expected = BUF_INIT(ERR_MSG_BYTES);
	bool is_good = true;
	int64_t value;

	for (size_t i = 0; i < e->n_texts && is_good; i++) {
		is_good = config_value_read(&value, key, e->texts[i].p, &expected);
		if (!is_good)
			fail_at(cfg->line, "%s = \"%.60s\": expected %s", key->name, e->texts[i].p,
				buf_z(&expected));
	}
	buf_clear(&expected);
	return is_good;
}

/* A key has a value; for a list again and again while it grows. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	enum config_section section = section_of(cfg);
	const struct config_key *key = config_key_find(section, opt->name);
	struct config_block *b = block_of(section);
	struct config_entry *e = (struct config_entry *)config_block_find(b, section, opt->name);

	require(key != NULL);
	if (!now->is_main && section == CONFIG_TOP) {
		fail_at(cfg->line, "%s belongs in the main file; expected source \"id\" { ... }",
			opt->name);
		return -1;
	}
	if (e != NULL && key->type != CONFIG_LIST) {
		fail_at(cfg->line, "%s again; it is set in line %d already", opt->name, e->line);
		return -1;
	}
	if (e == NULL)
		e = add_entry(b);
	if (e == NULL)
		return 0; /* the arena is full: said at the end */
	e->section = section;
	e->name = slice_of(key->name);
	e->line = cfg->line;
	return take_texts(e, opt) && check_values(cfg, key, e) ? 0 : -1;
}

/* The lines of a map, which libconfuse adds as options of their own. False when one is no text. */
static bool take_map(cfg_opt_t *map)
{
	cfg_t *lines = cfg_opt_size(map) > 0 ? cfg_opt_getnsec(map, 0) : NULL;

	if (lines == NULL || lines->opts == NULL)
		return true;
	for (cfg_opt_t *line = lines->opts; line->name != NULL; line++) {
		struct config_entry *e = cfg_opt_size(line) > 0 ? add_entry(&now->source) : NULL;

		if (e == NULL)
			continue;
		e->section = CONFIG_SOURCE;
		e->map = arena_dup(now->arena, slice_of(map->name));
		e->name = arena_dup(now->arena, slice_of(line->name));
		e->line = lines->line;
		if (!take_texts(e, line))
			return false;
	}
	return true;
}

static bool check_required(const cfg_t *source)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *key = &config_keys[i];

		if (key->section != CONFIG_SOURCE || !key->is_required ||
		    config_block_find(&now->source, CONFIG_SOURCE, key->name) != NULL)
			continue;
		fail_at(source->line, "source \"%.60s\" has no %s: expected %s = \"...\" (%s)",
			cfg_title((cfg_t *)(uintptr_t)source), key->name, key->name, key->help);
		return false;
	}
	return true;
}

/* A source { } is over: what was read since the one before is its. */
static int on_source(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *source = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct config_block *b;

	(void)cfg;
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].section == CONFIG_SOURCE && config_keys[i].type == CONFIG_MAP &&
		    !take_map(cfg_getopt(source, config_keys[i].name)))
			return -1;
	if (!check_required(source))
		return -1;
	b = arena_push(now->arena, (void **)&now->out->items, &now->out->n, &now->out->cap,
		       sizeof(*now->out->items));
	if (b == NULL)
		return 0;
	*b = now->source;
	b->title = arena_dup(now->arena, slice_of(cfg_title(source)));
	b->file = now->path;
	b->line = source->line;
	now->source = (struct config_block){ .entries = NULL };
	return 0;
}

static int on_harvest(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)opt;
	if (now->is_main)
		return 0;
	fail_at(cfg->line, "harvest { } belongs in the main file; expected source \"id\" { ... }");
	return -1;
}

static int on_end_mark(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)cfg;
	(void)opt;
	now->is_ended = true;
	return 0;
}

/* The options of a section, ended by CFG_END; subs go behind its keys. */
static cfg_opt_t *make_options(enum config_section section, const cfg_opt_t *subs, size_t n_subs)
{
	cfg_opt_t *opts = mem_new_n(cfg_opt_t, n_config_keys + n_subs + 1);
	static cfg_opt_t no_options[] = { CFG_END() };
	size_t n = 0;

	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *key = &config_keys[i];

		if (key->section != section)
			continue;
		if (key->type == CONFIG_MAP)
			opts[n++] = (cfg_opt_t)CFG_SEC(key->name, no_options, CFGF_KEYSTRVAL);
		else if (key->type == CONFIG_LIST)
			opts[n++] = (cfg_opt_t)CFG_STR_LIST(key->name, NULL, CFGF_NODEFAULT);
		else
			opts[n++] = (cfg_opt_t)CFG_STR(key->name, NULL, CFGF_NODEFAULT);
		if (key->type != CONFIG_MAP)
			opts[n - 1].validcb = on_value;
	}
	for (size_t i = 0; i < n_subs; i++)
		opts[n++] = subs[i];
	opts[n] = (cfg_opt_t)CFG_END();
	return opts;
}

static cfg_t *make_parser(void)
{
	cfg_opt_t *auth = make_options(CONFIG_SOURCE_AUTH, NULL, 0);
	cfg_opt_t *csv = make_options(CONFIG_SOURCE_CSV, NULL, 0);
	cfg_opt_t source_subs[] = { CFG_SEC("auth", auth, CFGF_NONE),
				    CFG_SEC("csv", csv, CFGF_NONE) };
	cfg_opt_t *source = make_options(CONFIG_SOURCE, source_subs, countof(source_subs));
	cfg_opt_t *harvest = make_options(CONFIG_HARVEST, NULL, 0);
	cfg_opt_t top_subs[] = {
		CFG_SEC("harvest", harvest, CFGF_NONE),
		CFG_SEC("source", source, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
		CFG_STR(END_MARK, NULL, CFGF_NODEFAULT),
	};
	cfg_opt_t *top;
	cfg_t *cfg;

	top_subs[0].validcb = on_harvest;
	top_subs[1].validcb = on_source;
	top_subs[2].validcb = on_end_mark;
	top = make_options(CONFIG_TOP, top_subs, countof(top_subs));
	cfg = cfg_init(top, CFGF_NONE);
	require(cfg != NULL);
	cfg_set_error_function(cfg, on_error);
	mem_free(auth);
	mem_free(csv);
	mem_free(source);
	mem_free(harvest);
	mem_free(top);
	return cfg;
}

static const char expected_file[] = "a configuration file that may be read";

/*
 * The whole file and END_MARK. libconfuse's scanner ends the program when a
 * read fails, as it does for a folder: it is given memory.
 */
static enum err_code read_whole(struct buf *out, const char *path, struct err *err)
{
	FILE *file = fopen(path, "re");
	enum err_code rc = ERR_OK;
	char piece[4096];
	size_t n;

	if (file == NULL)
		return err_from_errno_expected(err, errno, path, expected_file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(out, piece, n);
	if (ferror(file))
		rc = err_from_errno_expected(err, errno, path, expected_file);
	fclose(file);
	buf_str(out, "\n" END_MARK " = \"\"\n");
	if (rc == ERR_OK && buf_failed(out))
		rc = err_set(err, ERR_LIMIT, "%s: more than %d bytes", path, LIMIT_CONFIG_BYTES);
	return rc;
}

/* A file of another encoding would be half understood, and a zero byte ends a text early. */
static enum err_code check_bytes(struct slice text, const char *path, struct err *err)
{
	size_t n_valid = utf8_valid_prefix(text);
	ptrdiff_t zero = slice_find_byte(text, '\0');
	int line = 1;

	if (n_valid == text.n && zero < 0)
		return ERR_OK;
	if (zero >= 0 && (size_t)zero < n_valid)
		n_valid = (size_t)zero;
	for (size_t i = 0; i < n_valid; i++)
		line += text.p[i] == '\n';
	return err_set(err, ERR_CONFIG, "%s:%d: expected text in UTF-8, read the byte 0x%02x", path,
		       line, (unsigned char)text.p[n_valid]);
}

static enum err_code parse(struct loading *l, FILE *file, struct err *err)
{
	cfg_t *cfg = make_parser();
	enum err_code rc = ERR_OK;
	/* Error callbacks alone mean nothing: maps call them for each line. */
	bool is_parsed = cfg_parse_fp(cfg, file) == CFG_SUCCESS;

	if (is_parsed && !l->is_ended) {
		is_parsed = false;
		fail_at(cfg->line,
			"a section is not closed: expected } before the end of the file");
	}
	if (!is_parsed && l->first.code == ERR_OK)
		fail_at(cfg->line, "not to be understood");
	if (!is_parsed)
		rc = err_set(err, l->first.code, "%s", l->first.msg);
	else if (l->arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "%s: the configuration has more than %zu bytes",
			     l->path, l->arena->max);
	cfg_free(cfg);
	return rc;
}

enum err_code config_file_read(struct config_blocks *out, struct arena *arena, const char *path,
			       bool is_main, struct err *err)
{
	struct loading l = {
		.arena = arena, .out = out, .path = arena_strdup(arena, path), .is_main = is_main
	};
	struct buf text = BUF_INIT(LIMIT_CONFIG_BYTES);
	FILE *file = NULL;
	enum err_code rc = read_whole(&text, path, err);

	if (rc == ERR_OK)
		rc = check_bytes(buf_view(&text), path, err);
	if (rc != ERR_OK)
		goto out;
	if (is_main && arena_push(arena, (void **)&out->items, &out->n, &out->cap,
				  sizeof(*out->items)) == NULL) {
		rc = err_set(err, ERR_LIMIT, "%s: no memory for it", path);
		goto out;
	}
	file = fmemopen(text.data, text.len, "r");
	if (file == NULL) {
		rc = err_from_errno(err, errno, path);
		goto out;
	}
	now = &l;
	rc = parse(&l, file, err);
	now = NULL;
	if (rc == ERR_OK && is_main) {
		l.top.file = l.path;
		l.top.line = 1;
		out->items[0] = l.top;
	}
out:
	if (file != NULL)
		fclose(file);
	buf_clear(&text);
	return rc;
}

const struct config_entry *config_block_find(const struct config_block *b,
					     enum config_section section, const char *name)
{
	for (size_t i = 0; i < b->n_entries; i++) {
		const struct config_entry *e = &b->entries[i];

		if (e->section == section && e->map.p == NULL && slice_eq_z(e->name, name))
			return e;
	}
	return NULL;
}

struct slice config_block_text(const struct config_block *b, enum config_section section,
			       const char *name)
{
	const struct config_entry *e = config_block_find(b, section, name);
	const struct config_key *key = config_key_find(section, name);

	require(key != NULL);
	if (e != NULL && e->n_texts > 0)
		return e->texts[e->n_texts - 1];
	return slice_of(key->preset);
}

int64_t config_block_number(const struct config_block *b, enum config_section section,
			    const char *name)
{
	struct slice text = config_block_text(b, section, name);
	struct buf unused = BUF_INIT(ERR_MSG_BYTES);
	int64_t value = 0;

	if (text.p != NULL)
		require(config_value_read(&value, config_key_find(section, name), text.p, &unused));
	buf_clear(&unused);
	return value;
}

struct codes config_block_list(const struct config_block *b, enum config_section section,
			       const char *name, struct arena *arena)
{
	const struct config_entry *e = config_block_find(b, section, name);
	const struct config_key *key = config_key_find(section, name);
	struct codes list = { NULL, 0 };

	require(key != NULL);
	if (e != NULL)
		return (struct codes){ .items = e->texts, .n = e->n_texts };
	if (key->preset == NULL)
		return list;
	list.items = arena_new(arena, struct slice);
	if (list.items != NULL)
		list.items[list.n++] = slice_of(key->preset);
	return list;
}

struct settings config_block_map(const struct config_block *b, const char *map, struct arena *arena)
{
	struct settings s = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; i < b->n_entries; i++) {
		const struct config_entry *e = &b->entries[i];
		struct setting *line;

		if (!slice_eq_z(e->map, map) || e->map.p == NULL)
			continue;
		line = arena_push(arena, (void **)&s.items, &s.n, &cap, sizeof(*line));
		if (line == NULL)
			break;
		line->name = e->name;
		line->value = e->n_texts > 0 ? e->texts[e->n_texts - 1] : SLICE_LIT("");
	}
	return s;
}

enum err_code config_fail_at(struct err *err, const struct config_block *b, int line,
			     const char *what)
{
	if (line == 0)
		return err_set(err, ERR_CONFIG, "the command line: %s", what);
	return err_set(err, ERR_CONFIG, "%s:%d: %s", b->file, line, what);
}

enum err_code config_block_fail(struct err *err, const struct config_block *b,
				enum config_section section, const char *name, const char *fmt, ...)
{
	const struct config_entry *e = name != NULL ? config_block_find(b, section, name) : NULL;
	struct err what = ERR_INIT;
	va_list args;

	va_start(args, fmt);
	err_vset(&what, ERR_CONFIG, fmt, args);
	va_end(args);
	return config_fail_at(err, b, e != NULL ? e->line : b->line, what.msg);
}
