// SPDX-License-Identifier: EUPL-1.2
/*
 * Loading the configuration: the main file, the files it names, and what they
 * refer to, as one new struct config or nothing.
 */
#include "daemon/config.h"

#include "base/limits.h"
#include "base/mem.h"
#include "daemon/config_file.h"
#include "daemon/config_public.h"
#include "daemon/config_source.h"
#include "daemon/sockets.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

/* One load on its way. */
struct draft {
	struct config *c;
	struct config_blocks blocks; /* the first is the main file's top */
	struct err *err;
};

static struct slice top_text(const struct draft *d, const char *name)
{
	return config_block_text(&d->blocks.items[0], CONFIG_TOP, name);
}

static int64_t harvest_number(const struct draft *d, const char *name)
{
	return config_block_number(&d->blocks.items[0], CONFIG_HARVEST, name);
}

/* A path as written, or relative to the folder of the main file. */
static struct slice path_of(const struct draft *d, struct slice path)
{
	struct slice main_file = d->c->path;
	size_t n = main_file.n;

	if (path.n == 0 || path.p[0] == '/')
		return path;
	while (n > 0 && main_file.p[n - 1] != '/')
		n--;
	return arena_printf(&d->c->arena, "%.*s%.*s", (int)n, main_file.p, SLICE_ARG(path));
}

/* --- the top --- */

static enum err_code check_address(const struct draft *d, const char *key, struct slice text)
{
	struct socket_address unused;
	struct err why = ERR_INIT;

	if (socket_address_read(&unused, text, &why) == ERR_OK &&
	    (strcmp(key, "listen") == 0 || unused.is_unix))
		return ERR_OK;
	return config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, key,
				 "%s \"%.80s\": %.80s%sexpected unix:/path%s", key,
				 text.p != NULL ? text.p : "", why.msg, why.msg[0] != 0 ? "; " : "",
				 strcmp(key, "listen") == 0 ? " or tcp:address:port" : "");
}

/* Our own socket would look like another program's when it is opened again. */
static enum err_code check_address_once(const struct draft *d, const char *key, struct slice text,
					size_t n_before)
{
	for (size_t i = 0; i < n_before; i++)
		if (slice_eq(d->c->listen.items[i], text))
			return config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, key,
						 "%s \"%.80s\" again: it stands in listen already",
						 key, text.p);
	return ERR_OK;
}

static enum err_code take_addresses(struct draft *d)
{
	struct config *c = d->c;
	enum err_code rc;

	c->listen = config_block_list(&d->blocks.items[0], CONFIG_TOP, "listen", &c->arena);
	c->admin = top_text(d, "admin");
	for (size_t i = 0; i < c->listen.n; i++) {
		rc = check_address(d, "listen", c->listen.items[i]);
		if (rc == ERR_OK)
			rc = check_address_once(d, "listen", c->listen.items[i], i);
		if (rc != ERR_OK)
			return rc;
	}
	rc = check_address(d, "admin", c->admin);
	return rc == ERR_OK ? check_address_once(d, "admin", c->admin, c->listen.n) : rc;
}

static void take_top(struct draft *d)
{
	static const enum log_level levels[] = { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO,
						 LOG_LEVEL_DEBUG };
	struct config *c = d->c;

	c->state_dir = path_of(d, top_text(d, "state-dir"));
	c->sources_pattern = path_of(d, top_text(d, "sources"));
	c->secrets_dir = path_of(d, top_text(d, "secrets-dir"));
	c->vocab_dir = path_of(d, top_text(d, "vocab-dir"));
	c->log_level = levels[config_block_number(&d->blocks.items[0], CONFIG_TOP, "log-level")];
	c->parallel = (uint32_t)harvest_number(d, "parallel");
	c->worker_memory_bytes = (uint64_t)harvest_number(d, "worker-memory");
	c->worker_cpu_s = (uint32_t)((harvest_number(d, "worker-cpu") + 999) / 1000);
	c->stall_timeout_s = (uint32_t)((harvest_number(d, "stall-timeout") + 999) / 1000);
	c->max_duration_s = (uint32_t)((harvest_number(d, "max-duration") + 999) / 1000);
	c->user_agent = config_block_text(&d->blocks.items[0], CONFIG_HARVEST, "user-agent");
	if (c->user_agent.n == 0)
		c->user_agent = SLICE_LIT("microcat/" MICROCAT_VERSION);
	c->contact = config_block_text(&d->blocks.items[0], CONFIG_HARVEST, "contact");
	c->keep_responses_bytes = (uint64_t)harvest_number(d, "keep-responses");
	c->keep_days = (uint32_t)harvest_number(d, "keep-days");
}

static enum err_code check_top(const struct draft *d)
{
	const char *const lines[] = { "user-agent", "contact" };

	if (d->c->state_dir.n == 0)
		return config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, "state-dir",
					 "state-dir is empty: expected a folder");
	for (size_t i = 0; i < countof(lines); i++) {
		struct slice text =
			config_block_text(&d->blocks.items[0], CONFIG_HARVEST, lines[i]);

		for (size_t at = 0; at < text.n; at++)
			if ((unsigned char)text.p[at] < ' ')
				return config_block_fail(d->err, &d->blocks.items[0],
							 CONFIG_HARVEST, lines[i],
							 "%s: expected one line of text", lines[i]);
	}
	return ERR_OK;
}

/* --- files it refers to --- */

/* No folder yet is no source yet; one that cannot be read is a mistake. */
static int is_glob_failure(const char *path, int errnum)
{
	(void)path;
	return errnum != ENOENT && errnum != ENOTDIR;
}

static enum err_code read_source_files(struct draft *d)
{
	struct slice pattern = d->c->sources_pattern;
	enum err_code rc = ERR_OK;
	glob_t found = { 0 };
	int status;

	if (pattern.n == 0)
		return ERR_OK;
	status = glob(pattern.p, 0, is_glob_failure, &found);
	if (status != 0 && status != GLOB_NOMATCH)
		rc = config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, "sources",
				       "sources = \"%.100s\": the folder cannot be read",
				       pattern.p);
	else if (status == GLOB_NOMATCH && strpbrk(pattern.p, "*?[") == NULL)
		rc = config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, "sources",
				       "sources = \"%.100s\": no such file; expected one, or a "
				       "pattern such as sources.d/*.conf",
				       pattern.p);
	for (size_t i = 0; i < found.gl_pathc && rc == ERR_OK; i++)
		rc = config_file_read(&d->blocks, &d->c->arena, found.gl_pathv[i], false, d->err);
	globfree(&found);
	return rc;
}

static enum err_code read_whole(struct slice *out, struct config *c, const char *path,
				struct err *err)
{
	FILE *file = fopen(path, "re");
	struct buf text = BUF_INIT(LIMIT_VOCAB_OWN_BYTES);
	enum err_code rc = ERR_OK;
	char piece[16 * 1024];
	size_t n;

	if (file == NULL)
		return err_from_errno(err, errno, path);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0 && !buf_failed(&text))
		buf_append(&text, piece, n);
	if (ferror(file))
		rc = err_set(err, ERR_IO, "%s: cannot be read", path);
	else if (buf_failed(&text))
		rc = err_set(err, ERR_LIMIT, "%s: more than %d bytes", path, LIMIT_VOCAB_OWN_BYTES);
	else
		*out = arena_dup(&c->arena, buf_view(&text));
	buf_clear(&text);
	fclose(file);
	return rc;
}

static int is_table(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       slice_ends_with(slice_of(entry->d_name), SLICE_LIT(".tsv"));
}

static enum err_code read_vocab(struct draft *d)
{
	struct config *c = d->c;
	struct dirent **names = NULL;
	enum err_code rc = ERR_OK;
	struct err why = ERR_INIT;
	size_t cap = 0;
	int n;

	if (c->vocab_dir.n == 0)
		return ERR_OK;
	n = scandir(c->vocab_dir.p, &names, is_table, alphasort);
	if (n < 0) {
		rc = err_from_errno(&why, errno, c->vocab_dir.p);
		return config_block_fail(d->err, &d->blocks.items[0], CONFIG_TOP, "vocab-dir",
					 "vocab-dir: %s; expected a folder with *.tsv files",
					 why.msg);
	}
	for (int i = 0; i < n && rc == ERR_OK; i++) {
		struct setting *file = arena_push(&c->arena, (void **)&c->vocab_files.items,
						  &c->vocab_files.n, &cap, sizeof(*file));
		struct slice path =
			arena_printf(&c->arena, "%s/%s", c->vocab_dir.p, names[i]->d_name);

		if (file == NULL || path.p == NULL)
			break; /* said at the end */
		file->name = arena_dup(&c->arena, slice_of(names[i]->d_name));
		rc = read_whole(&file->value, c, path.p, d->err);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return rc;
}

/* --- sources --- */

static enum err_code check_not_known(const struct draft *d, size_t i)
{
	const struct config_block *b = &d->blocks.items[i];

	for (size_t k = 1; k < i; k++) {
		const struct config_block *other = &d->blocks.items[k];

		if (slice_eq(other->title, b->title))
			return config_block_fail(
				d->err, b, CONFIG_SOURCE, NULL,
				"source \"%.64s\" again: it stands in %s:%d already", b->title.p,
				other->file, other->line);
	}
	return ERR_OK;
}

static enum err_code make_sources(struct draft *d)
{
	struct config *c = d->c;
	size_t n = d->blocks.n - 1;
	enum err_code rc = ERR_OK;

	if (n > LIMIT_SOURCES)
		return err_set(d->err, ERR_CONFIG, "%s: %zu sources, more than %d", c->path.p, n,
			       LIMIT_SOURCES);
	c->sources = arena_new_n(&c->arena, struct config_source, n);
	if (c->sources == NULL)
		return ERR_OK; /* none, or said at the end */
	for (size_t i = 0; i < n && rc == ERR_OK; i++) {
		c->n_sources++; /* its secret is wiped, whatever comes of it */
		rc = check_not_known(d, i + 1);
		if (rc == ERR_OK)
			rc = config_source_make(&c->sources[i], &d->blocks.items[i + 1],
						c->secrets_dir, &c->arena, d->err);
		if (rc == ERR_OK)
			rc = config_check_public(&c->sources[i], &d->blocks.items[i + 1], d->err);
	}
	return rc;
}

static enum err_code load(struct draft *d)
{
	struct config *c = d->c;
	enum err_code rc;

	rc = config_file_read(&d->blocks, &c->arena, c->path.p, true, d->err);
	if (rc == ERR_OK)
		rc = take_addresses(d);
	if (rc != ERR_OK)
		return rc;
	take_top(d);
	rc = check_top(d);
	if (rc == ERR_OK)
		rc = read_source_files(d);
	if (rc == ERR_OK)
		rc = read_vocab(d);
	if (rc == ERR_OK)
		rc = make_sources(d);
	if (rc == ERR_OK && c->arena.has_failed)
		rc = err_set(d->err, ERR_CONFIG, "%s: more than %d bytes, all files together",
			     c->path.p, LIMIT_CONFIG_BYTES);
	return rc;
}

enum err_code config_load(struct config **out, const char *path, struct err *err)
{
	struct config *c = mem_new(struct config);
	struct draft d = { .c = c, .err = err };
	enum err_code rc;

	arena_init(&c->arena, LIMIT_CONFIG_BYTES);
	c->path = arena_dup(&c->arena, slice_of(path));
	rc = load(&d);
	if (rc == ERR_OK) {
		c->top = &d.blocks.items[0];
		*out = c;
	} else {
		config_free(c);
	}
	return rc;
}

enum err_code config_wrap(struct err *err, const struct config *c, const char *key)
{
	const struct config_entry *e = config_block_find(c->top, CONFIG_TOP, key);

	if (e != NULL)
		return err_wrap(err, "%s:%d: %s", c->path.p, e->line, key);
	return err_wrap(err, "%s: %s is not set, so it is %s", c->path.p, key,
			config_key_find(CONFIG_TOP, key)->preset);
}

void config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n_sources; i++) {
		struct slice secret = c->sources[i].auth.secret;

		if (secret.p != NULL)
			explicit_bzero((void *)(uintptr_t)secret.p, secret.n);
	}
	arena_clear(&c->arena);
	mem_free(c);
}

const struct config_source *config_source(const struct config *c, struct slice id)
{
	for (size_t i = 0; i < c->n_sources; i++)
		if (slice_eq(c->sources[i].source.id, id))
			return &c->sources[i];
	return NULL;
}

/* --- differences --- */

static bool is_same_list(const struct codes *a, const struct codes *b)
{
	bool is_same = a->n == b->n;

	for (size_t i = 0; i < a->n && is_same; i++)
		is_same = slice_eq(a->items[i], b->items[i]);
	return is_same;
}

static bool is_same_settings(const struct settings *a, const struct settings *b)
{
	bool is_same = a->n == b->n;

	for (size_t i = 0; i < a->n && is_same; i++)
		is_same = slice_eq(a->items[i].name, b->items[i].name) &&
			  slice_eq(a->items[i].value, b->items[i].value);
	return is_same;
}

void config_fixed_differences(struct buf *out, const struct config *old, const struct config *new_)
{
	if (!slice_eq(old->state_dir, new_->state_dir))
		buf_str(out, "state-dir\n");
	if (!is_same_list(&old->listen, &new_->listen))
		buf_str(out, "listen\n");
	if (!slice_eq(old->admin, new_->admin))
		buf_str(out, "admin\n");
	if (!slice_eq(old->vocab_dir, new_->vocab_dir) ||
	    !is_same_settings(&old->vocab_files, &new_->vocab_files))
		buf_str(out, "vocab-dir\n");
	if (!slice_eq(old->user_agent, new_->user_agent))
		buf_str(out, "user-agent\n");
	if (!slice_eq(old->contact, new_->contact))
		buf_str(out, "contact\n");
	if (old->keep_responses_bytes != new_->keep_responses_bytes)
		buf_str(out, "keep-responses\n");
	if (old->keep_days != new_->keep_days)
		buf_str(out, "keep-days\n");
}
