// SPDX-License-Identifier: EUPL-1.2
/*
 * The command as people and programs use it: the real microcat asks a real
 * microcatd, which has harvested a scripted partner, or the demo catalogues.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/command.h"
#include "tests/support/demo.h"

#include <jansson.h>
#include <sysexits.h>

/* --- a partner that does as told --- */

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct command_setup setup;
	struct command c;
};

static const struct page_of two_pages[] = { { 1, 6, NULL, 0 }, { 7, 11, NULL, 8 } };
static const struct partner_answer plain = { .status = 200 };

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	f->setup.socket = f->d.query;
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	command_clear(&f->c);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

static void hub_source(struct fixture *f, const char *more)
{
	daemon_source(
		&f->d, "hub",
		"format = \"moochub\" version = \"3\" url = \"%s/moochub\" every = \"30d\" %s",
		partner_base(f->p), more);
}

/* With the two pages harvested. */
static void start_harvested(struct fixture *f)
{
	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "");
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	daemon_wait_line(&f->d, "source=hub run=1: harvest complete");
}

static void stop(struct fixture *f)
{
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
}

static void show_command(const struct command *c, const char *arguments)
{
	print_error("microcat %s\n--- status %d\n--- output\n%s\n--- errors\n%s\n", arguments,
		    c->status, buf_z(&c->out), buf_z(&c->err));
}

/* Runs it on pipes; fails unless it exits so. */
static void run(struct command *c, const struct command_setup *setup, const char *arguments,
		int status)
{
	command_clear(c);
	command_run(c, setup, arguments);
	if (c->status == status)
		return;
	show_command(c, arguments);
	fail_msg("exit status %d, expected %d", c->status, status);
}

static void expect(const struct command *c, const struct buf *in, const char *text)
{
	if (slice_contains(buf_view(in), slice_of(text)))
		return;
	show_command(c, "");
	fail_msg("does not hold: %s", text);
}
#define expect_out(c, text) expect((c), &(c)->out, (text))
#define expect_err(c, text) expect((c), &(c)->err, (text))

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

/* --- what goes wrong --- */

static void without_a_daemon_there_is_one_clear_line(void **state)
{
	static const char *const commands[] = {
		"search|x",    "show|01234567890123456789012345",
		"status",      "changes",
		"stats",       "search|--csv",
		"sources",     "runs|hub",
		"quality|x",   "suggest|x",
		"harvest|x",   "confirm|x",
		"restore|x|1", "replay|x",
		"reload",      "explain|01234567890123456789012345",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(commands); i++) {
		run(&f->c, &f->setup, commands[i], EX_UNAVAILABLE);
		assert_int_equal(f->c.out.len, 0);
		assert_int_equal(count_lines(&f->c.err), 1);
		expect_err(&f->c, "microcat: no daemon answers on ");
		expect_err(&f->c, f->d.dir.path);
	}
	f->setup.socket = NULL;
	run(&f->c, &f->setup, "--url|http://127.0.0.1:1|status", EX_UNAVAILABLE);
	expect_err(&f->c, "no answer from http://127.0.0.1:1");
}

static void a_wrong_command_line_says_what_is_right(void **state)
{
	static const struct {
		const char *arguments, *says;
	} cases[] = {
		{ "serach|x", "unknown command 'serach'; see microcat --help" },
		{ "search|--colour|x",
		  "unknown option --colour for search; see microcat search --help" },
		{ "search|--limit", "--limit needs a value: --limit N" },
		{ "search|--snippets=yes", "--snippets takes no value" },
		{ "--color=blue|search", "expected auto, always or never" },
		{ "show", "usage: microcat show ID" },
		{ "show|a|b", "usage: microcat show ID" },
		{ "restore|x", "usage: microcat restore SOURCE RUN" },
		{ "status|--csv", "status is no list and has no --csv; use --json" },
		{ "lint", "expected a format" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		run(&f->c, &f->setup, cases[i].arguments, EX_USAGE);
		assert_int_equal(f->c.out.len, 0);
		expect_err(&f->c, cases[i].says);
	}
	run(&f->c, &f->setup, "", EX_USAGE);
	expect_out(&f->c, "usage: microcat ");
}

static void the_daemons_problems_become_exit_codes(void **state)
{
	static const struct {
		const char *arguments;
		int status;
		const char *says;
	} cases[] = {
		{ "show|0123456789ABCDEFGHJKMNPQRS", EX_NOINPUT, "0123456789ABCDEFGHJKMNPQRS" },
		{ "explain|0123456789ABCDEFGHJKMNPQRS", EX_NOINPUT, "0123456789ABCDEFGHJKMNPQRS" },
		{ "sources|nobody", EX_NOINPUT, "nobody" },
		{ "runs|nobody", EX_NOINPUT, "nobody" },
		{ "runs|hub|99", EX_NOINPUT, "99" },
		{ "quality|nobody", EX_NOINPUT, "nobody" },
		{ "harvest|nobody", EX_NOINPUT, "no source nobody is configured" },
		{ "restore|hub|99", EX_NOINPUT, "99" },
		{ "confirm|hub", EX_TEMPFAIL, "hub" },
		{ "search|level:moon", EX_USAGE, "level=moon: expected" },
		{ "search|--csv|level:moon", EX_USAGE, "level=moon: expected" },
		{ "search|--sort|price", EX_USAGE, "sort=price" },
		{ "stats|moon", EX_USAGE, "moon" },
		{ "stats|--csv|moon", EX_USAGE, "moon" },
		{ "changes|--since|x", EX_USAGE, "since=x" },
		{ "changes|--ndjson|--since|x", EX_USAGE, "since=x" },
	};
	struct fixture *f = *state;

	start_harvested(f);
	for (size_t i = 0; i < countof(cases); i++) {
		run(&f->c, &f->setup, cases[i].arguments, cases[i].status);
		assert_int_equal(f->c.out.len, 0);
		assert_int_equal(count_lines(&f->c.err), 1);
		assert_true(slice_starts_with(buf_view(&f->c.err), SLICE_LIT("microcat: ")));
		expect_err(&f->c, cases[i].says);
	}
	stop(f);
}

static void administration_is_refused_where_it_is_not_allowed(void **state)
{
	struct fixture *f = *state;
	const char *other = temp_dir_path(&f->d.dir, "other");
	char env[256];

	start_harvested(f);
	/* Under another name the query socket is not taken for the admin socket beside it. */
	assert_int_equal(symlink(f->d.query, other), 0);
	f->setup.socket = other;
	run(&f->c, &f->setup, "harvest|hub", EX_NOPERM);
	expect_err(&f->c, "admin");
	run(&f->c, &f->setup, "reload", EX_NOPERM);
	f->setup.socket = f->d.query;
	run(&f->c, &f->setup, "reload", EX_OK);
	snprintf(env, sizeof(env), "MICROCAT_ADMIN_SOCKET=%s", f->d.admin);
	f->setup.socket = other;
	f->setup.env = env;
	run(&f->c, &f->setup, "reload", EX_OK);
	stop(f);
}

static void a_socket_that_is_not_ours_is_not_allowed(void **state)
{
	struct fixture *f = *state;

	if (getuid() != 0) {
		print_message("skipped: needs root to be somebody else\n");
		skip();
	}
	start_harvested(f);
	assert_int_equal(chmod(f->d.dir.path, 0711), 0);
	f->setup.uid = 65534;
	run(&f->c, &f->setup, "status", EX_OK);
	run(&f->c, &f->setup, "harvest|hub", EX_NOPERM);
	expect_err(&f->c, "not allowed to use ");
	stop(f);
}

static void a_reader_that_leaves_is_no_error_message(void **state)
{
	static const char *const commands[] = {
		"search", "search|--json",    "search|--csv", "search|--ndjson", "sources",
		"status", "changes|--ndjson", "stats|--csv",  "stats",           "runs|hub|1",
	};
	struct fixture *f = *state;

	start_harvested(f);
	f->setup.is_closed = true;
	for (size_t i = 0; i < countof(commands); i++) {
		run(&f->c, &f->setup, commands[i], EX_IOERR);
		assert_int_equal(f->c.err.len, 0);
	}
	stop(f);
}

/* --- harvesting by hand --- */

static void a_harvest_ends_with_its_ledger(void **state)
{
	struct fixture *f = *state;

	start_harvested(f);
	run(&f->c, &f->setup, "harvest|hub", EX_OK);
	expect_out(&f->c, "hub run 2: complete\n"
			  "  shown         11 = 10 unchanged + 1 rejected\n"
			  "  before        10 = 10 kept\n");
	assert_int_equal(f->c.err.len, 0); /* no progress but on a terminal */
	run(&f->c, &f->setup, "harvest|hub|--json", EX_OK);
	expect_out(&f->c, "\"state\":\"complete\"");
	run(&f->c, &f->setup, "harvest|hub|--no-wait", EX_OK);
	expect_out(&f->c, "hub: running, run 4\n");
	daemon_wait_line(&f->d, "run=4: harvest complete");
	run(&f->c, &f->setup, "runs|hub", EX_OK);
	assert_int_equal(count_lines(&f->c.out), 5);
	stop(f);
}

static void progress_is_shown_on_a_terminal(void **state)
{
	struct fixture *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	start_harvested(f);
	partner_route(f->p, "/moochub.2", &stalled);
	f->setup.columns = 60;
	command_start(&f->c, &f->setup, "harvest|hub");
	command_wait_text(&f->c, "\rhub: 6 shown, 1 pages, ");
	serve_moochub(f->p, two_pages, 2, &plain);
	partner_release(f->p, NULL);
	command_end(&f->c);
	expect_out(&f->c, "\r\033[K");
	expect_out(&f->c, "hub\033[0m run 2: ");
	assert_true(command_widest_line(&f->c) <= 60);
	stop(f);
}

static void a_harvest_under_way_is_joined(void **state)
{
	struct fixture *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };
	struct command other;
	struct command replay = { .status = 0 };

	start_harvested(f);
	partner_route(f->p, "/moochub.2", &stalled);
	f->setup.columns = 80;
	command_start(&f->c, &f->setup, "harvest|hub");
	command_wait_text(&f->c, "hub: 6 shown");
	command_start(&other, &f->setup, "harvest|hub");
	command_wait_text(&other, "hub: 6 shown");
	f->setup.columns = 0;
	run(&replay, &f->setup, "replay|hub", EX_TEMPFAIL); /* is something else */
	expect_err(&replay, "hub is being harvested already");
	partner_release(f->p, NULL);
	command_end(&f->c);
	command_end(&other);
	expect_out(&f->c, "run 2: ");
	expect_out(&other, "run 2: ");
	assert_int_equal(f->c.status, other.status);
	run(&f->c, &f->setup, "runs|hub|--ndjson", EX_OK);
	assert_int_equal(count_lines(&f->c.out), 2);
	command_clear(&other);
	command_clear(&replay);
	stop(f);
}

static void several_sources_run_side_by_side(void **state)
{
	struct fixture *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	start_harvested(f);
	serve_csv(f->p, 1, 3, &plain);
	daemon_source(&f->d, "table", "format = \"csv\" every = \"30d\" url = \"%s/c.csv\"",
		      partner_base(f->p));
	run(&f->c, &f->setup, "reload", EX_OK);
	expect_out(&f->c, "reloaded: 2 sources\n");
	daemon_wait_line(&f->d, "source=table run=2: harvest complete");
	/* The first is not waited for before the second is asked for. */
	partner_route(f->p, "/moochub", &stalled);
	command_clear(&f->c);
	command_start(&f->c, &f->setup, "harvest|hub|table|nobody");
	daemon_wait_line(&f->d, "source=table run=4: harvest complete");
	partner_release(f->p, NULL);
	command_end(&f->c);
	assert_int_equal(f->c.status, EX_NOINPUT); /* the last failure, of nobody */
	expect_out(&f->c, "hub run 3: ");
	expect_out(&f->c, "table run 4: complete");
	expect_err(&f->c, "no source nobody is configured");
	run(&f->c, &f->setup, "harvest|table|table|--json", EX_OK);
	expect_out(&f->c, "{\"runs\":[{\"run\":");
	stop(f);
}

static void a_run_that_is_not_complete_is_75(void **state)
{
	struct fixture *f = *state;
	struct partner_answer gone = { .status = 404 };

	start_harvested(f);
	partner_route(f->p, "/moochub.2", &gone);
	run(&f->c, &f->setup, "harvest|hub", EX_TEMPFAIL);
	expect_out(&f->c, "hub run 2: incomplete\n  ");
	run(&f->c, &f->setup, "runs|hub|2", EX_OK);
	expect_out(&f->c, "page-lost ");
	expect_out(&f->c, "/moochub.2");
	stop(f);
}

static void a_held_run_is_confirmed_and_restored(void **state)
{
	static const struct page_of few[] = { { 1, 2, NULL, 0 } };
	struct fixture *f = *state;

	start_harvested(f);
	serve_moochub(f->p, few, 1, &plain);
	run(&f->c, &f->setup, "harvest|hub", EX_TEMPFAIL);
	expect_out(&f->c, "hub run 2: held\n  ");
	expect_out(&f->c, "before        10 = 2 kept + 8 held\n");
	run(&f->c, &f->setup, "status", EX_OK);
	expect_out(&f->c, "Held");
	run(&f->c, &f->setup, "sources|hub|--csv", EX_OK);
	expect_out(&f->c, ",2\r\n");
	run(&f->c, &f->setup, "search|--source|hub", EX_OK);
	expect_out(&f->c, "10 of 10 offers\n");

	run(&f->c, &f->setup, "confirm|hub", EX_OK);
	run(&f->c, &f->setup, "search", EX_OK);
	expect_out(&f->c, "2 of 2 offers\n");
	run(&f->c, &f->setup, "confirm|hub", EX_TEMPFAIL); /* once is enough */
	run(&f->c, &f->setup, "changes|--ndjson|--since|1", EX_OK);
	expect_out(&f->c, "\"kind\":\"removed\"");

	run(&f->c, &f->setup, "restore|hub|2", EX_OK);
	run(&f->c, &f->setup, "search", EX_OK);
	expect_out(&f->c, "10 of 10 offers\n");
	run(&f->c, &f->setup, "search|--limit|0", EX_OK);
	expect_out(&f->c, "10 offers\n");
	run(&f->c, &f->setup, "replay|hub", EX_OK); /* of what shows two: it removes nothing */
	expect_out(&f->c, "before        10 = 2 kept + 8 left as they were\n");
	stop(f);
}

static void a_replay_asks_the_partner_nothing(void **state)
{
	struct fixture *f = *state;
	size_t n;

	start_harvested(f);
	n = partner_count(f->p, NULL);
	run(&f->c, &f->setup, "replay|hub", EX_OK);
	expect_out(&f->c, "hub run 2: complete\n"
			  "  shown         11 = 10 unchanged + 1 rejected\n");
	assert_int_equal(partner_count(f->p, NULL), n);
	stop(f);
}

static void a_reload_with_a_mistake_says_where_it_is(void **state)
{
	struct fixture *f = *state;

	start_harvested(f);
	daemon_source(&f->d, "table", "format = \"xls\" url = \"https://x.example/\"");
	run(&f->c, &f->setup, "reload", EX_CONFIG);
	expect_err(&f->c, "table.conf:");
	expect_err(&f->c, "format = \"xls\": expected one of");
	run(&f->c, &f->setup, "sources", EX_OK); /* the old configuration is in force */
	assert_int_equal(count_lines(&f->c.out), 2);
	daemon_source(&f->d, "table", "%s", "");
	daemon_config(&f->d, "harvest { parallel = 3 }\nvocab-dir = \"vocab\"");
	assert_int_equal(mkdir(temp_dir_path(&f->d.dir, "vocab"), 0700), 0);
	run(&f->c, &f->setup, "reload", EX_OK);
	expect_out(&f->c, "reloaded: 1 sources\n");
	expect_out(&f->c, "vocab-dir changed: needs a restart\n");
	stop(f);
}

static void the_daemon_going_away_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	start_harvested(f);
	partner_route(f->p, "/moochub.2", &stalled);
	f->setup.columns = 80;
	command_start(&f->c, &f->setup, "harvest|hub");
	command_wait_text(&f->c, "hub: 6 shown");
	assert_int_equal(daemon_stop(&f->d, SIGKILL), 128 + SIGKILL);
	command_end(&f->c);
	assert_int_equal(f->c.status, EX_UNAVAILABLE);
	expect_out(&f->c, "the daemon went away while the run went on");
}

/* --- lint --- */

static const char csv_of_two[] = "id,title,language,workload\nA1,Statistics,en,5 ECTS\n"
				 "A2,Tilastotiede,fi,3 op\n";

static void lint_needs_no_daemon(void **state)
{
	struct fixture *f = *state;
	char arguments[512];
	json_t *record;

	temp_dir_write(&f->d.dir, "two.csv", csv_of_two);
	snprintf(arguments, sizeof(arguments), "lint|csv|%s|--ndjson|--set|country=FI",
		 temp_dir_path(&f->d.dir, "two.csv"));
	run(&f->c, &f->setup, arguments, 0);
	assert_int_equal(count_lines(&f->c.out), 2);
	record = json_loadb(buf_z(&f->c.out),
			    (size_t)(strchr(buf_z(&f->c.out), '\n') - buf_z(&f->c.out)), 0, NULL);
	assert_non_null(record);
	assert_string_equal(json_string_value(json_object_get(record, "recordId")), "A1");
	json_decref(record);

	f->setup.input = "id,title\nA1,\nA2,Statistics\n";
	run(&f->c, &f->setup, "lint|csv|-|--ndjson", 1);
	assert_int_equal(count_lines(&f->c.out), 1);
	expect_out(&f->c, "\"recordId\":\"A2\"");
	expect_err(&f->c, "A1");
	expect_err(&f->c, "no title");

	run(&f->c, &f->setup, "lint|xls|-", EX_USAGE);
	run(&f->c, &f->setup, "lint|csv|/nowhere/at/all.csv", EX_NOINPUT);
}

/* --- the demo catalogues, harvested once --- */

struct demo_fixture {
	struct demo demo;
	struct command_setup setup;
	struct command c;
};

static int open_demo(void **state)
{
	struct demo_fixture *f = mem_new(struct demo_fixture);

	demo_open(&f->demo);
	f->setup.socket = f->demo.d.query;
	command_run(&f->c, &f->setup, "harvest|" DEMO_SOURCES);
	if (f->c.status != EX_OK)
		show_command(&f->c, "harvest");
	assert_int_equal(f->c.status, EX_OK);
	*state = f;
	return 0;
}

static int close_demo(void **state)
{
	struct demo_fixture *f = *state;

	command_clear(&f->c);
	demo_close(&f->demo);
	mem_free(f);
	return 0;
}

static json_t *run_json(struct demo_fixture *f, const char *arguments)
{
	char text[1024];
	json_t *json;

	snprintf(text, sizeof(text), "%s|--json", arguments);
	run(&f->c, &f->setup, text, EX_OK);
	json = json_loadb(buf_z(&f->c.out), f->c.out.len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		show_command(&f->c, text);
	assert_non_null(json);
	return json;
}

/* The ID that a search prints first; static. */
static const char *first_id(struct demo_fixture *f, const char *query)
{
	static char id[27];
	char text[1024];

	snprintf(text, sizeof(text), "search|%s|--limit|1", query);
	run(&f->c, &f->setup, text, EX_OK);
	assert_non_null(strchr(buf_z(&f->c.out), '\n'));
	snprintf(id, sizeof(id), "%.26s", strchr(buf_z(&f->c.out), '\n') + 1);
	return id;
}

static void every_list_is_the_same_in_every_format(void **state)
{
	static const struct {
		const char *arguments, *list; /* of the JSON; NULL: it is the list */
	} cases[] = {
		{ "search|data*|--limit|15", "offers" },
		{ "search|--source|donau|--limit|50", "offers" },
		{ "search|nothing-at-all", "offers" },
		{ "suggest|dat", "suggestions" },
		{ "stats|country,level", "cells" },
		{ "stats|subject|--country|FI", "cells" },
		{ "sources", "sources" },
		{ "runs", "runs" },
		{ "runs|kallavuori", "runs" },
		{ "runs|kallavuori|1", "noteList" },
		{ "quality|kallavuori", "missing" },
		{ "changes|--limit|10", NULL },
	};
	struct demo_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		const char *arguments = cases[i].arguments;
		json_t *json, *list, *item;
		struct slice rest, line;
		char text[1024];
		size_t n = 0;

		if (strcmp(arguments, "runs|kallavuori|1") == 0) {
			/* Which number its run had depends on who was first. */
			json = run_json(f, "runs|kallavuori|--limit|1");
			snprintf(text, sizeof(text), "runs|kallavuori|%lld",
				 (long long)json_integer_value(json_object_get(
					 json_array_get(json_object_get(json, "runs"), 0), "run")));
			json_decref(json);
			arguments = mem_strdup(text);
		}
		json = run_json(f, arguments);
		list = cases[i].list != NULL ? json_object_get(json, cases[i].list) : json;
		assert_true(json_is_array(list));

		snprintf(text, sizeof(text), "%s|--ndjson", arguments);
		run(&f->c, &f->setup, text, EX_OK);
		rest = buf_view(&f->c.out);
		while (slice_split(&line, &rest, '\n') && line.n > 0) {
			item = json_loadb(line.p, line.n, 0, NULL);
			assert_non_null(item);
			assert_true(json_equal(item, json_array_get(list, n)));
			json_decref(item);
			n++;
		}
		assert_int_equal(n, json_array_size(list));

		snprintf(text, sizeof(text), "%s|--csv", arguments);
		run(&f->c, &f->setup, text, EX_OK);
		n = 0;
		rest = buf_view(&f->c.out);
		for (bool is_quoted = false; rest.n > 0; rest = slice_from(rest, 1)) {
			is_quoted = is_quoted != (rest.p[0] == '"');
			n += rest.p[0] == '\n' && !is_quoted; /* cells may hold lines */
		}
		assert_int_equal(n, json_array_size(list) + 1);
		json_decref(json);
		if (arguments != cases[i].arguments)
			mem_free((void *)(uintptr_t)arguments);
	}
}

static void one_thing_is_json_and_readable(void **state)
{
	struct demo_fixture *f = *state;
	const char *id = first_id(f, "--source|waterhoven|stewardship");
	char text[256];
	json_t *json;

	snprintf(text, sizeof(text), "show|%s", id);
	json = run_json(f, text);
	assert_string_equal(json_string_value(json_object_get(json, "id")), id);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(json, "subjects"), 0), "label")),
		"Inter-disciplinary programmes and qualifications involving Information "
		"and Communication Technologies (ICTs)");
	json_decref(json);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "Data stewardship for researchers\n");
	expect_out(&f->c, "Workload          4 ECTS; the source says “4 ects”\n");
	expect_out(&f->c,
		   "Level             EQF 7 (by degree or cycle), second cycle; the source says "
		   "“master”\n");
	expect_out(&f->c, "Subjects          0688 Inter-disciplinary ");
	expect_out(&f->c, "- 2026-10-12 to 2026-12-04; apply 2026-07-14 to 2026-09-28");
	expect_out(&f->c, "450 EUR");
	expect_out(&f->c, "Records           waterhoven: ");

	snprintf(text, sizeof(text), "show|%s|--hl|nl", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "Datastewardship voor onderzoekers\n");

	snprintf(text, sizeof(text), "show|%s|--csv", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "id,title,provider,");
	assert_int_equal(count_lines(&f->c.out), 2);
	snprintf(text, sizeof(text), "show|%s|--records", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "title\n  Data stewardship for researchers (en-GB)  at name[0].value\n");
	snprintf(text, sizeof(text), "show|%s|--records|--csv", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c,
		   "source,record_id,state,element,part,lang,scheme,text,path\r\nwaterhoven,");
}

static void explain_leads_from_words_to_values(void **state)
{
	struct demo_fixture *f = *state;
	const char *id = first_id(f, "--source|kallavuori|Ennakoiva");
	char text[256];
	json_t *json;

	snprintf(text, sizeof(text), "explain|%s", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "kallavuori: KV-TEK-118 (live)\n");
	expect_out(&f->c, "workload\n  2,5 op  at column Laajuus\n"
			  "  → 2.5 ECTS, credit-systems.tsv: op (FI) = 1 ECTS\n");
	expect_out(&f->c, "sessions.start\n  05.10.2026  at column Alkaa\n  → 2026-10-05, ");
	expect_out(&f->c, "doubts\n");
	expect_out(&f->c, "read “Kone- ja tuotantotekniikka”");
	json = run_json(f, text);
	assert_string_equal(json_string_value(json_object_get(json, "id")), id);
	json_decref(json);
	snprintf(text, sizeof(text), "explain|%s|--csv", id);
	run(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "source,record_id,element,text,lang,scheme,path,rule,result,from\r\n");
}

/* A cursor is there to be copied: it is never cut. */
static void cut_cursor(struct buf *out)
{
	ptrdiff_t at = slice_find(buf_view(out), SLICE_LIT("more: --cursor "));

	if (at >= 0)
		buf_truncate(out, (size_t)at);
}

static void tables_fit_their_terminal(void **state)
{
	static const unsigned short widths[] = { 60, 80, 120, 200 };
	struct demo_fixture *f = *state;
	char show[64], explain[64], records[64];
	const char *const commands[] = {
		"search|--limit|50",
		"search|data*|--snippets|--facets|country,subject,provider",
		"suggest|dat",
		"stats|country,level,subject",
		"stats|provider",
		"sources",
		"runs",
		"runs|kallavuori",
		"quality|kallavuori",
		"quality|waterhoven",
		"changes",
		"status",
		show,
		explain,
		records,
	};
	const char *id = first_id(f, "--source|kallavuori|Ennakoiva");

	snprintf(show, sizeof(show), "show|%s", id);
	snprintf(explain, sizeof(explain), "explain|%s", id);
	snprintf(records, sizeof(records), "show|%s|--records", id);
	for (size_t w = 0; w < countof(widths); w++) {
		f->setup.columns = widths[w];
		for (size_t i = 0; i < countof(commands); i++) {
			run(&f->c, &f->setup, commands[i], EX_OK);
			cut_cursor(&f->c.out);
			if (command_widest_line(&f->c) > widths[w]) {
				show_command(&f->c, commands[i]);
				fail_msg("%zu columns on a terminal of %u",
					 command_widest_line(&f->c), widths[w]);
			}
			assert_true(f->c.out.len > 0);
		}
	}
	/* A wide terminal shows what a narrow one leaves out. */
	run(&f->c, &f->setup, "search|--limit|50", EX_OK);
	expect_out(&f->c, "Provider");
	expect_out(&f->c, "Price");
	f->setup.columns = 60;
	run(&f->c, &f->setup, "search|--limit|50", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "Provider"));
	expect_out(&f->c, "…");
	f->setup.env = "COLUMNS=200";
	run(&f->c, &f->setup, "search|--limit|50", EX_OK);
	expect_out(&f->c, "Provider");
	f->setup.env = NULL;
	f->setup.columns = 0;
	/* In a file nothing is cut. */
	run(&f->c, &f->setup, "search|--limit|50", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "…"));
}

static void colour_is_for_terminals(void **state)
{
	static const struct {
		const char *arguments, *env;
		unsigned short columns;
		bool is_coloured;
	} cases[] = {
		{ "search|data*|--snippets", NULL, 80, true },
		{ "search|data*|--snippets", NULL, 0, false },
		{ "search|data*|--snippets", "NO_COLOR=1", 80, false },
		{ "search|data*|--snippets", "NO_COLOR=", 80, true },
		{ "search|data*|--snippets", "TERM=dumb", 80, false },
		{ "search|data*|--snippets|--color=never", NULL, 80, false },
		{ "search|data*|--snippets|--color=always", NULL, 0, true },
		{ "search|data*|--snippets|--color|always", "NO_COLOR=1", 0, true },
		{ "runs", NULL, 80, true },
		{ "sources|--json", NULL, 80, false },
	};
	struct demo_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		bool is_coloured;

		f->setup.env = cases[i].env;
		f->setup.columns = cases[i].columns;
		run(&f->c, &f->setup, cases[i].arguments, EX_OK);
		is_coloured = strstr(buf_z(&f->c.out), "\033[") != NULL;
		if (is_coloured != cases[i].is_coloured)
			fail_msg("case %zu: %s", i, cases[i].arguments);
	}
	f->setup.env = NULL;
	f->setup.columns = 80;
	run(&f->c, &f->setup, "search|stewardship|--snippets", EX_OK);
	f->setup.columns = 0;
}

static void searches_say_how_to_go_on(void **state)
{
	struct demo_fixture *f = *state;
	char text[1024];
	const char *cursor;
	char first[27];

	run(&f->c, &f->setup, "search|--limit|3|--sort|title", EX_OK);
	expect_out(&f->c, "3 of 201 offers\nmore: --cursor ");
	snprintf(first, sizeof(first), "%.26s", strchr(buf_z(&f->c.out), '\n') + 1);
	cursor = strstr(buf_z(&f->c.out), "--cursor ") + strlen("--cursor ");
	snprintf(text, sizeof(text), "search|--limit|3|--sort|title|--cursor|%.*s",
		 (int)strcspn(cursor, "\n"), cursor);
	run(&f->c, &f->setup, text, EX_OK);
	assert_null(strstr(buf_z(&f->c.out), first));
	run(&f->c, &f->setup, "search|zzzz", EX_OK);
	assert_string_equal(buf_z(&f->c.out), "no offers found\n");
	/* Of what takes one value, the last; filters count together. */
	run(&f->c, &f->setup, "search|--limit|1|--limit|2|--country|FI|--country|SE", EX_OK);
	expect_out(&f->c, "2 of 65 offers\n");
	/* Minus is part of the query; what stands behind -- is no option. */
	run(&f->c, &f->setup, "search|data*|-stewardship|--|--limit", EX_OK);
	run(&f->c, &f->setup, "search|machine learning|lang:en", EX_OK);
}

static void facets_come_in_the_order_asked_for(void **state)
{
	struct demo_fixture *f = *state;
	const char *level, *country;

	run(&f->c, &f->setup, "search|--limit|1|--facets|level,country,provider", EX_OK);
	level = strstr(buf_z(&f->c.out), "\nlevel\n");
	country = strstr(buf_z(&f->c.out), "\ncountry\n");
	assert_non_null(level);
	assert_non_null(country);
	assert_true(level < country);
	assert_true(country < strstr(buf_z(&f->c.out), "\nprovider\n"));
	run(&f->c, &f->setup, "search|--limit|1|--facets|country,level", EX_OK);
	assert_true(strstr(buf_z(&f->c.out), "\ncountry\n") <
		    strstr(buf_z(&f->c.out), "\nlevel\n"));
	run(&f->c, &f->setup, "search|--limit|1|--facets|subject", EX_OK);
	expect_out(&f->c, "Education");
}

static void reports_are_readable(void **state)
{
	struct demo_fixture *f = *state;
	char text[64];
	json_t *status;

	run(&f->c, &f->setup, "quality|kallavuori", EX_OK);
	expect_out(&f->c, "kallavuori: 22 records, ");
	expect_out(&f->c, "KV-LIIKE-199      no title: ");
	expect_out(&f->c, "(no id)           line ");
	assert_null(strstr(buf_z(&f->c.out), "parse")); /* rejects are no doubts */
	run(&f->c, &f->setup, "status", EX_OK);
	expect_out(&f->c, "201 offers of 201 records");
	expect_out(&f->c, "Due (UTC)");
	run(&f->c, &f->setup, "sources", EX_OK);
	assert_int_equal(count_lines(&f->c.out), 11);
	run(&f->c, &f->setup, "stats|country", EX_OK);
	expect_out(&f->c, "201 offers, as of ");
	run(&f->c, &f->setup, "changes|--since|1", EX_OK);
	expect_out(&f->c, "what comes next: --since ");
	status = run_json(f, "status");
	snprintf(text, sizeof(text), "changes|--since|%lld",
		 (long long)json_integer_value(json_object_get(status, "generation")));
	json_decref(status);
	run(&f->c, &f->setup, text, EX_OK);
	assert_string_equal(buf_z(&f->c.out), "no changes\n");
	run(&f->c, &f->setup, "changes|--since|1000000", EX_USAGE);
}

static void every_command_has_help(void **state)
{
	static const char *const names[] = {
		"search",  "show",    "explain", "suggest", "stats",   "sources",
		"runs",    "quality", "changes", "status",  "harvest", "confirm",
		"restore", "replay",  "reload",  "lint",
	};
	struct demo_fixture *f = *state;

	f->setup.socket = NULL;
	run(&f->c, &f->setup, "--help", EX_OK);
	for (size_t i = 0; i < countof(names); i++) {
		char text[64], usage[64];

		snprintf(text, sizeof(text), "\n  %s ", names[i]);
		run(&f->c, &f->setup, "--help", EX_OK);
		expect_out(&f->c, text);
		snprintf(text, sizeof(text), "%s|--help", names[i]);
		snprintf(usage, sizeof(usage), "usage: microcat %s", names[i]);
		run(&f->c, &f->setup, text, EX_OK);
		expect_out(&f->c, usage);
		assert_int_equal(f->c.err.len, 0);
	}
	run(&f->c, &f->setup, "--version", EX_OK);
	expect_out(&f->c, "microcat ");
	f->setup.socket = f->demo.d.query;
}

/* --- completion and manual --- */

static void complete(struct demo_fixture *f, const char *words, const char *expected)
{
	struct command_setup bash = f->setup;
	char script[2048];

	snprintf(script, sizeof(script),
		 "-c|PATH=%s:$PATH; source %s/docs/completions/microcat.bash; COMP_WORDS=(%s); "
		 "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _microcat; echo \"${COMPREPLY[*]}\"",
		 MICROCAT_BIN_DIR, MICROCAT_SOURCE_DIR, words);
	bash.program = "/bin/bash";
	run(&f->c, &bash, script, 0);
	if (strcmp(buf_z(&f->c.out), expected) != 0)
		show_command(&f->c, words);
	assert_string_equal(buf_z(&f->c.out), expected);
	assert_int_equal(f->c.err.len, 0);
}

static void bash_completes(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{ "microcat ha", "harvest\n" },
		{ "microcat s", "search show suggest stats sources status\n" },
		{ "microcat --json re", "restore replay reload\n" },
		{ "microcat harvest ka", "kallavuori\n" },
		{ "microcat harvest donau ka", "kallavuori\n" },
		{ "microcat search --sn", "--snippets\n" },
		{ "microcat search --sort r", "relevance\n" },
		{ "microcat search --source wa", "waterhoven\n" },
		{ "microcat search --color a", "auto always\n" },
		{ "microcat --soc", "--socket\n" },
		{ "microcat harvest --no", "--no-wait\n" },
		{ "microcat lint moo", "moochub\n" },
	};
	struct demo_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++)
		complete(f, cases[i].words, cases[i].expected);
}

static void read_page(struct buf *out, const char *name)
{
	char path[1024];
	char piece[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/docs/man/%s", MICROCAT_SOURCE_DIR, name);
	file = fopen(path, "re");
	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(out, piece, n);
	fclose(file);
}

/* The first word of each line that begins so and goes on with a letter, or a dash. */
static bool next_name(struct slice *name, struct slice *rest, const char *begin)
{
	struct slice line;

	while (slice_split(&line, rest, '\n')) {
		struct slice words = slice_from(line, strlen(begin));

		if (slice_starts_with(line, slice_of(begin)) && words.n > 0 && words.p[0] != ' ' &&
		    slice_split(name, &words, ' '))
			return true;
	}
	return false;
}

/* "Fl -limit", at the begin of a macro or behind another word. */
static void expect_option(const struct buf *manual, struct slice option)
{
	char text[128];

	snprintf(text, sizeof(text), "Fl -%.*s", SLICE_ARG(slice_from(option, 2)));
	if (!slice_contains(buf_view(manual), slice_of(text)))
		fail_msg("the manual lacks the option %.*s", SLICE_ARG(option));
}

static void the_manual_has_every_command_and_option(void **state)
{
	struct demo_fixture *f = *state;
	struct buf manual = BUF_INIT(1 << 20);
	struct command help;
	struct slice commands, options, name, option;
	size_t n_commands = 0;
	size_t n_options = 0;
	char text[128];

	read_page(&manual, "microcat.1");
	run(&f->c, &f->setup, "--help", EX_OK);
	commands = slice_from(buf_view(&f->c.out),
			      (size_t)slice_find(buf_view(&f->c.out), SLICE_LIT("commands:")));
	for (; next_name(&name, &commands, "  ") && name.p[0] != '-'; n_commands++) {
		snprintf(text, sizeof(text), "\n.It Cm %.*s", SLICE_ARG(name));
		if (!slice_contains(buf_view(&manual), slice_of(text)))
			fail_msg("the manual lacks the command %.*s", SLICE_ARG(name));
		snprintf(text, sizeof(text), "%.*s|--help", SLICE_ARG(name));
		command_run(&help, &f->setup, text);
		options = buf_view(&help.out);
		for (; next_name(&option, &options, "  "); n_options++) {
			if (slice_starts_with(option, SLICE_LIT("--")))
				expect_option(&manual, option);
		}
		command_clear(&help);
	}
	assert_int_equal(n_commands, 16);
	assert_true(n_options > 100);
	buf_clear(&manual);
}

/* Keys of --help-config: "#name = value", "#	name { ... }". */
static bool next_key(struct slice *key, struct slice *rest)
{
	struct slice line;

	while (slice_split(&line, rest, '\n')) {
		struct slice words =
			slice_from(line, slice_starts_with(line, SLICE_LIT("#")) ? 1 : 0);

		words = slice_trim(words);
		if (words.n == 0 || !ascii_is_alpha(words.p[0]) ||
		    slice_starts_with(line, SLICE_LIT("# ")) || !slice_split(key, &words, ' '))
			continue;
		if (words.n > 1 && (words.p[0] == '=' || (words.p[0] == '{' && words.n > 2)))
			return true;
	}
	return false;
}

static void the_manual_has_every_key(void **state)
{
	struct demo_fixture *f = *state;
	struct command_setup daemon = { .program = MICROCAT_BIN_DIR "/microcatd" };
	struct buf manual = BUF_INIT(1 << 20);
	struct slice rest, key;
	size_t n = 0;

	read_page(&manual, "microcat.conf.5");
	run(&f->c, &daemon, "--help-config", EX_OK);
	rest = buf_view(&f->c.out);
	for (; next_key(&key, &rest); n++) {
		char text[128];

		snprintf(text, sizeof(text), "\n.It Cm %.*s ", SLICE_ARG(key));
		if (!slice_contains(buf_view(&manual), slice_of(text)))
			fail_msg("the manual lacks the key %.*s", SLICE_ARG(key));
	}
	assert_true(n > 50);
	buf_clear(&manual);
}

#define OWN(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest scripted[] = {
		OWN(without_a_daemon_there_is_one_clear_line),
		OWN(a_wrong_command_line_says_what_is_right),
		OWN(the_daemons_problems_become_exit_codes),
		OWN(administration_is_refused_where_it_is_not_allowed),
		OWN(a_socket_that_is_not_ours_is_not_allowed),
		OWN(a_reader_that_leaves_is_no_error_message),
		OWN(a_harvest_ends_with_its_ledger),
		OWN(progress_is_shown_on_a_terminal),
		OWN(a_harvest_under_way_is_joined),
		OWN(several_sources_run_side_by_side),
		OWN(a_run_that_is_not_complete_is_75),
		OWN(a_held_run_is_confirmed_and_restored),
		OWN(a_replay_asks_the_partner_nothing),
		OWN(a_reload_with_a_mistake_says_where_it_is),
		OWN(the_daemon_going_away_is_noticed),
		OWN(lint_needs_no_daemon),
	};
	const struct CMUnitTest demo[] = {
		cmocka_unit_test(every_list_is_the_same_in_every_format),
		cmocka_unit_test(one_thing_is_json_and_readable),
		cmocka_unit_test(explain_leads_from_words_to_values),
		cmocka_unit_test(tables_fit_their_terminal),
		cmocka_unit_test(colour_is_for_terminals),
		cmocka_unit_test(searches_say_how_to_go_on),
		cmocka_unit_test(facets_come_in_the_order_asked_for),
		cmocka_unit_test(reports_are_readable),
		cmocka_unit_test(every_command_has_help),
		cmocka_unit_test(bash_completes),
		cmocka_unit_test(the_manual_has_every_command_and_option),
		cmocka_unit_test(the_manual_has_every_key),
	};
	int failed = cmocka_run_group_tests(scripted, NULL, NULL);

	failed += cmocka_run_group_tests(demo, open_demo, close_demo);
	return failed;
}
