// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_writer [--offers N] [--batch N]: what the writer does with
 * what a worker said, on one core: frames to items, items to a committed
 * transaction with its columns; all new, all seen again, a tenth changed.
 */
#include "catalogue/text.h"
#include "daemon/frames_to_items.h"
#include "index/columns.h"
#include "index/db.h"
#include "index/sources.h"
#include "tests/bench/catalogue.h"
#include "tests/bench/stage.h"

#include "base/loop.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW_S = 1795255200 };

struct writer {
	struct db db;
	struct columns *columns;
	struct index_changes changes;
	struct run_state *run;
	double convert_s, apply_s, commit_s, columns_s;
	uint64_t n_transactions;
};

static void check(enum err_code rc, const struct err *err)
{
	if (rc != ERR_OK)
		stage_die("%s", err->msg);
}

static void begin(struct writer *w)
{
	struct err err = ERR_INIT;

	index_changes_init(&w->changes);
	check(db_begin_write(&w->db, &err), &err);
}

static void end(struct writer *w)
{
	struct err err = ERR_INIT;
	double start = stage_now();

	check(db_commit(&w->db, &err), &err);
	if (db_log_is_full(w->db.log_pages, 0))
		db_copy_back(&w->db);
	w->commit_s += stage_now() - start;
	start = stage_now();
	if (w->changes.generation != 0)
		columns_publish(w->columns, columns_prepare(w->columns, &w->changes));
	columns_keep(w->columns);
	w->columns_s += stage_now() - start;
	index_changes_clear(&w->changes);
	w->n_transactions++;
}

static void open_database(struct writer *w, const char *path)
{
	struct source_entry entry = {
		.id = "bench", .title = "Bench", .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	struct err err = ERR_INIT;

	*w = (struct writer){ .run = NULL };
	check(db_open(&w->db, path, DB_WRITE, NULL, &err), &err);
	check(columns_load(&w->columns, &w->db, &err), &err);
	begin(w);
	check(sources_apply(&w->db, &entry, 1, NOW_S, &err), &err);
	end(w);
}

static void open_run(struct writer *w)
{
	struct run_options options = {
		.source_id = "bench", .kind = RUN_HARVEST, .mapping_version = "1", .now_s = NOW_S
	};
	struct err err = ERR_INIT;

	begin(w);
	check(run_open(&w->run, &w->db, &options, &err), &err);
	end(w);
	w->convert_s = w->apply_s = w->commit_s = w->columns_s = 0;
	w->n_transactions = 0;
}

static void apply(struct writer *w, const struct frame_items *items, size_t at, size_t n)
{
	struct err err = ERR_INIT;
	double start;

	begin(w);
	run_state_mark(w->run);
	start = stage_now();
	check(apply_batch(&w->db, w->run, items->items + at, n, &w->changes, NOW_S, &err), &err);
	w->apply_s += stage_now() - start;
	end(w);
}

/* Pages together until a batch has as many offers as asked for. */
static void apply_pass(struct writer *w, const struct pass *pass, size_t pages_a_batch)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < pass->n_batches; i += pages_a_batch) {
		struct arena arena = ARENA_INIT(256 << 20), readings = ARENA_INIT(256 << 20);
		struct frame_items items = { .n = 0 };
		struct buf frames = BUF_INIT(256 << 20);
		double start = stage_now();

		for (size_t k = i; k < i + pages_a_batch && k < pass->n_batches; k++)
			buf_slice(&frames, buf_view(&pass->batches[k]));
		check(frames_to_items(&items, &arena, buf_view(&frames), NULL, 0, &err), &err);
		apply_read_ahead(items.items, items.n, &readings);
		w->convert_s += stage_now() - start;
		apply(w, &items, 0, items.n);
		arena_clear(&arena);
		arena_clear(&readings);
		buf_clear(&frames);
	}
}

static void settle(struct writer *w, bool is_quiet)
{
	struct run_settle good = {
		.is_proven = true, .end_rule = "bench", .shrink_guard_permille = 300, .now_s = NOW_S
	};
	struct run_outcome outcome;
	struct err err = ERR_INIT;

	begin(w);
	check(run_settle(&outcome, &w->db, w->run, &good, &w->changes, &err), &err);
	end(w);
	if (outcome.end != RUN_COMPLETE && !is_quiet)
		stage_die("the run ended as %s: %s", run_end_name(outcome.end), outcome.why);
	run_state_free(w->run);
	w->run = NULL;
}

static void measure(struct writer *w, const char *what, const struct pass *pass, uint64_t n,
		    size_t pages_a_batch)
{
	double start, cpu, seconds;

	open_run(w);
	start = stage_now();
	cpu = stage_cpu();
	apply_pass(w, pass, pages_a_batch);
	seconds = stage_now() - start;
	cpu = stage_cpu() - cpu;
	printf("%-14s %9.0f a second, %7.1f us each (%.1f us of processor): convert %.1f, apply "
	       "%.1f,"
	       " commit %.1f, columns %.1f; %" PRIu64 " transactions\n",
	       what, (double)n / seconds, seconds / (double)n * 1e6, cpu / (double)n * 1e6,
	       w->convert_s / (double)n * 1e6, w->apply_s / (double)n * 1e6,
	       w->commit_s / (double)n * 1e6, w->columns_s / (double)n * 1e6, w->n_transactions);
	settle(w, false);
}

static void measure_all(struct writer *w, uint64_t n, size_t pages_a_batch)
{
	struct pages pages;
	struct pass first, again, changed;

	pages_make(&pages, n, 0);
	stage_harvest(&first, &pages, NULL, 0, true);
	measure(w, "new", &first, n, pages_a_batch);
	stage_harvest(&again, &pages, first.hashes, first.n_hashes, true);
	pages_clear(&pages);
	measure(w, "seen again", &again, n, pages_a_batch);
	pages_make(&pages, n, n / 10);
	stage_harvest(&changed, &pages, first.hashes, first.n_hashes, true);
	pages_clear(&pages);
	measure(w, "10 % changed", &changed, n, pages_a_batch);
	pass_clear(&first);
	pass_clear(&again);
	pass_clear(&changed);
}

int main(int argc, char **argv)
{
	uint64_t n = stage_number(argc, argv, "--offers", 10000);
	size_t pages_a_batch = stage_number(argc, argv, "--batch", 1000) / STAGE_PAGE_ITEMS;
	char dir[] = "/tmp/mcbenchXXXXXX";
	struct writer w;
	char path[200];
	struct stat file;

	catalogue_init();
	text_init();
	loop_claim_thread();
	pool_claim_thread();
	if (mkdtemp(dir) == NULL)
		stage_die("cannot make %s", dir);
	snprintf(path, sizeof(path), "%s/microcat.db", dir);
	open_database(&w, path);
	measure_all(&w, n, pages_a_batch > 0 ? pages_a_batch : 1);
	columns_free(w.columns);
	db_close(&w.db);
	if (stat(path, &file) == 0)
		printf("%.0f bytes of database an offer\n", (double)file.st_size / (double)n);
	unlink(path);
	rmdir(dir);
	catalogue_free();
	return 0;
}
