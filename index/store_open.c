// SPDX-License-Identifier: EUPL-1.2
/*
 * The start of the store: databases, what a crash left, columns.
 */
#include "index/store.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "index/offer_index.h"
#include "index/run.h"
#include "index/store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

static enum err_code make_state_dir(const char *path, struct err *err)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_from_errno(err, errno, path);
	return ERR_OK;
}

/* One transaction of the start. */
static enum err_code recover_step(struct store *store, int64_t now_s,
				  enum err_code (*step)(struct store *, struct index_changes *,
							int64_t, struct err *),
				  struct err *err)
{
	struct index_changes changes;
	enum err_code rc;

	index_changes_init(&changes);
	rc = db_begin_write(&store->writer, err);
	if (rc == ERR_OK)
		rc = step(store, &changes, now_s, err);
	if (rc == ERR_OK)
		rc = db_commit(&store->writer, err);
	if (rc != ERR_OK)
		db_rollback(&store->writer);
	index_changes_clear(&changes); /* the columns are loaded afterwards */
	return rc;
}

static enum err_code end_runs(struct store *store, struct index_changes *changes, int64_t now_s,
			      struct err *err)
{
	size_t n = 0;
	enum err_code rc = run_interrupt_left_over(&store->writer, now_s, &n, err);

	(void)changes;
	if (rc == ERR_OK && n > 0)
		log_warning(LOG_STORE, "runs=%zu: were running when the daemon stopped", n);
	return rc;
}

static enum err_code index_dirty(struct store *store, struct index_changes *changes, int64_t now_s,
				 struct err *err)
{
	size_t n = 0;
	enum err_code rc = records_index_dirty(&store->writer, changes, now_s, &n, err);

	if (rc == ERR_OK && n > 0)
		log_info(LOG_STORE, "records=%zu: indexed what was left", n);
	return rc;
}

/* After an upgrade, or with other rows in vocab-dir: harvests and replays bring the new rules in.
 */
static enum err_code tell_read_otherwise(struct store *store, const char *mapping_version,
					 struct err *err)
{
	sqlite3_stmt *st = db_stmt(&store->writer, STMT_SOURCES_READ_OTHERWISE);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_z(st, ":mapping_version", mapping_version);
	rc = stmt_next(&store->writer, st, &has_row, "rules of sources", err);
	if (rc == ERR_OK && stmt_i64(st, 0) > 0)
		log_info(LOG_STORE,
			 "sources=%lld: were read by other rules than this version's; their next "
			 "harvests read them again, microcat replay SOURCE does so at once",
			 (long long)stmt_i64(st, 0));
	stmt_done(st);
	return rc;
}

static enum err_code note_versions(struct store *store, const struct store_options *options,
				   struct err *err)
{
	enum err_code rc = tell_read_otherwise(store, options->mapping_version, err);

	if (rc == ERR_OK)
		rc = db_begin_write(&store->writer, err);
	if (rc != ERR_OK)
		return rc;
	rc = db_meta_set(&store->writer, "mapping_version", slice_of(options->mapping_version),
			 err);
	if (rc == ERR_OK)
		rc = db_meta_set(&store->writer, "vocab_version", slice_of(options->vocab_version),
				 err);
	if (rc == ERR_OK)
		rc = db_commit(&store->writer, err);
	if (rc != ERR_OK)
		db_rollback(&store->writer);
	return rc;
}

static enum err_code check_text_version(struct store *store, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct slice version = SLICE_NONE;
	enum err_code rc = db_meta_get(&store->writer, &version, &arena, "text_version", err);

	if (rc == ERR_OK && !slice_eq_z(version, OFFER_TEXT_VERSION)) {
		log_info(LOG_STORE, "full text: version %.*s becomes %s",
			 SLICE_ARG(version.p != NULL ? version : SLICE_LIT("none")),
			 OFFER_TEXT_VERSION);
		rc = offer_index_rebuild(&store->writer, err);
	}
	arena_clear(&arena);
	return rc;
}

static enum err_code refresh_attrs(struct store *store, struct index_changes *changes,
				   int64_t now_s, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct slice version = SLICE_NONE;
	struct index_refreshed done = { .n_changed = 0 };
	enum err_code rc = db_meta_get(&store->writer, &version, &arena, "attrs_version", err);

	if (rc == ERR_OK && !slice_eq_z(version, offer_attrs_version()))
		rc = offer_index_refresh(&done, &store->writer, changes, now_s, err);
	if (rc == ERR_OK && done.n_changed > 0)
		log_info(LOG_STORE,
			 "offers=%zu: what they are found by follows this version's rules now",
			 done.n_changed);
	if (rc == ERR_OK && done.n_kept > 0)
		log_warning(LOG_STORE, "offers=%zu: are found by what they were; %s", done.n_kept,
			    done.first.msg);
	arena_clear(&arena);
	return rc;
}

static enum err_code clean_files(struct store *store, struct err *err)
{
	size_t n = 0;
	enum err_code rc = response_dir_make(store->responses_dir, err);

	if (rc == ERR_OK)
		rc = response_files_clean(store->responses_dir, &store->writer, &n, err);
	if (rc == ERR_OK && n > 0)
		log_info(LOG_STORE, "responses=%zu: deleted files that nothing names", n);
	return rc;
}

static enum err_code recover(struct store *store, const struct store_options *options,
			     struct err *err)
{
	enum err_code rc = recover_step(store, options->now_s, end_runs, err);

	if (rc == ERR_OK)
		rc = check_text_version(store, err);
	if (rc == ERR_OK)
		rc = recover_step(store, options->now_s, index_dirty, err);
	if (rc == ERR_OK)
		rc = recover_step(store, options->now_s, refresh_attrs, err);
	if (rc == ERR_OK)
		rc = note_versions(store, options, err);
	if (rc == ERR_OK)
		rc = clean_files(store, err);
	return rc;
}

static enum err_code read_identity(struct store *store, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct slice uuid = SLICE_NONE;
	enum err_code rc = db_meta_get(&store->writer, &uuid, &arena, "db_uuid", err);

	if (rc == ERR_OK && uuid.p == NULL)
		rc = err_set(err, ERR_DB, "the database has no identity (meta, db_uuid)");
	if (rc == ERR_OK)
		store->db_uuid = mem_strndup(uuid.p, uuid.n);
	if (rc == ERR_OK)
		rc = db_generation(&store->writer, &store->generation, err);
	arena_clear(&arena);
	return rc;
}

static enum err_code open_databases(struct store *store, const struct store_options *options,
				    struct err *err)
{
	char path[PATH_BYTES];
	enum err_code rc;

	if (snprintf(path, sizeof(path), "%s/microcat.db", options->state_dir) >= PATH_BYTES)
		return err_set(err, ERR_LIMIT, "%.100s...: path is too long", options->state_dir);
	rc = db_open(&store->writer, path, DB_WRITE, options->vfs, err);
	if (rc == ERR_OK)
		rc = recover(store, options, err);
	if (rc == ERR_OK)
		rc = read_identity(store, err);
	if (rc == ERR_OK)
		rc = columns_load(&store->columns, &store->writer, err);
	for (unsigned i = 0; rc == ERR_OK && i < STORE_READERS; i++)
		rc = db_open(&store->readers[i].db, path, DB_READ, options->vfs, err);
	if (rc == ERR_OK)
		rc = db_open(&store->copier, path, DB_COPY, options->vfs, err);
	return rc;
}

void store_close_databases(struct store *store)
{
	for (unsigned i = 0; i < STORE_READERS; i++)
		db_close(&store->readers[i].db);
	db_close(&store->copier);
	/* As the last connection it copies the log back and removes it. */
	db_close(&store->writer);
}

void store_free(struct store *store)
{
	if (store->columns != NULL)
		columns_free(store->columns);
	mem_free(store->db_uuid);
	mem_free(store->responses_dir);
	mem_free(store->mapping_version);
	mem_free(store);
}

static char *join_path(const char *dir, const char *name)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *path = mem_zalloc(n);

	snprintf(path, n, "%s/%s", dir, name);
	return path;
}

enum err_code store_open(struct store **out, struct loop *loop, const struct store_options *options,
			 struct err *err)
{
	struct store *store = mem_new(struct store);
	enum err_code rc;

	assert_on_loop();
	store->loop = loop;
	store->responses_dir = join_path(options->state_dir, "responses");
	store->mapping_version = mem_strdup(options->mapping_version);
	store->keep_responses_bytes = options->keep_responses_bytes;
	store->keep_days = options->keep_days;
	list_init(&store->reads);
	read_lines_init(&store->lines, STORE_READERS);
	list_init(&store->overtaken);
	list_init(&store->writes);
	list_init(&store->transfers);
	rc = make_state_dir(options->state_dir, err);
	if (rc == ERR_OK)
		rc = open_databases(store, options, err);
	if (rc != ERR_OK) {
		store_close_databases(store);
		store_free(store);
		return rc;
	}
	pool_queue_init_low(&store->writer_queue, loop, "writer");
	pool_queue_init_low(&store->copier_queue, loop, "copier");
	pool_queue_init_low(&store->files_queue, loop, "files");
	for (unsigned i = 0; i < STORE_READERS; i++) {
		store->readers[i].store = store;
		pool_queue_init(&store->readers[i].queue, loop, "reader", 1);
	}
	store_tidy_open(store, options->quiet_ms);
	*out = store;
	return ERR_OK;
}
