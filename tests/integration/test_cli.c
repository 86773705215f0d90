// SPDX-License-Identifier: EUPL-1.2
/*
 * The command and what can go wrong: the real microcat asks a real microcatd,
 * which harvests a scripted partner. What it prints of catalogues:
 * test_cli_lists.c.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/command.h"
#include "tests/support/daemon_fixture.h"

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
		command_try(&f->c, &f->setup, commands[i], EX_UNAVAILABLE);
		assert_int_equal(f->c.out.len, 0);
		assert_int_equal(command_lines(&f->c.err), 1);
		expect_err(&f->c, "microcat: no daemon answers on ");
		expect_err(&f->c, f->d.dir.path);
	}
	f->setup.socket = NULL;
	command_try(&f->c, &f->setup, "--url|http://127.0.0.1:1|status", EX_UNAVAILABLE);
	expect_err(&f->c, "no answer from http://127.0.0.1:1");
}

/* Also from within a generation, where the answer had no room for the rest of it. */
static void what_comes_next_of_changes_is_said(void **state)
{
	static const struct {
		const char *link, *says;
	} rows[] = {
		{ "", "next: --since 41\n" },
		{ "</v1/changes?limit=4&since=41>; rel=\"next\"", "next: --since 41\n" },
		{ "</v1/changes?since=41&after=77>; rel=\"next\"",
		  "next: --since 41 --after 77\n" },
		{ "</v1/changes?since=41&after=>; rel=\"next\"", "next: --since 41\n" },
	};
	struct fixture *f = *state;
	char arguments[200];

	f->setup.socket = NULL;
	snprintf(arguments, sizeof(arguments), "--url|%s|changes|--after|7", partner_base(f->p));
	for (size_t i = 0; i < countof(rows); i++) {
		struct partner_answer answer = {
			.content_type = "application/x-ndjson",
			.body = "{\"generation\":41,\"at\":\"2026-11-22T10:00:00Z\","
				"\"kind\":\"removed\",\"id\":\"0123456789ABCDEFGHJKMNPQRS\"}\n",
		};

		if (rows[i].link[0] != '\0') {
			snprintf(answer.headers[0].name, sizeof(answer.headers[0].name), "Link");
			snprintf(answer.headers[0].value, sizeof(answer.headers[0].value), "%s",
				 rows[i].link);
		}
		partner_route(f->p, "/v1/changes", &answer);
		command_try(&f->c, &f->setup, arguments, EX_OK);
		expect_out(&f->c, rows[i].says);
	}
}

static void a_wrong_command_line_says_what_is_right(void **state)
{
	static const struct {
		const char *arguments, *says;
	} cases[] = {
		{ "serach|x", "unknown command 'serach': expected search, perhaps" },
		{ "dance|x", "unknown command 'dance'; see microcat --help" },
		{ "search|--colour|x",
		  "unknown option --colour for search: expected --color, perhaps" },
		{ "search|--rainbow|x",
		  "unknown option --rainbow for search; see microcat search --help" },
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
		command_try(&f->c, &f->setup, cases[i].arguments, EX_USAGE);
		assert_int_equal(f->c.out.len, 0);
		expect_err(&f->c, cases[i].says);
	}
	command_try(&f->c, &f->setup, "", EX_USAGE);
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
		command_try(&f->c, &f->setup, cases[i].arguments, cases[i].status);
		assert_int_equal(f->c.out.len, 0);
		assert_int_equal(command_lines(&f->c.err), 1);
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
	command_try(&f->c, &f->setup, "harvest|hub", EX_NOPERM);
	expect_err(&f->c, "admin");
	command_try(&f->c, &f->setup, "reload", EX_NOPERM);
	f->setup.socket = f->d.query;
	command_try(&f->c, &f->setup, "reload", EX_OK);
	snprintf(env, sizeof(env), "MICROCAT_ADMIN_SOCKET=%s", f->d.admin);
	f->setup.socket = other;
	f->setup.env = env;
	command_try(&f->c, &f->setup, "reload", EX_OK);
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
	command_try(&f->c, &f->setup, "status", EX_OK);
	command_try(&f->c, &f->setup, "harvest|hub", EX_NOPERM);
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
		command_try(&f->c, &f->setup, commands[i], EX_IOERR);
		assert_int_equal(f->c.err.len, 0);
	}
	stop(f);
}

/* --- harvesting by hand --- */

static void a_harvest_ends_with_its_ledger(void **state)
{
	struct fixture *f = *state;

	start_harvested(f);
	command_try(&f->c, &f->setup, "harvest|hub", EX_OK);
	expect_out(&f->c, "hub run 2: complete\n"
			  "  shown         11 = 10 unchanged + 1 rejected\n"
			  "  before        10 = 10 kept\n");
	assert_int_equal(f->c.err.len, 0); /* no progress but on a terminal */
	command_try(&f->c, &f->setup, "harvest|hub|--json", EX_OK);
	expect_out(&f->c, "\"state\":\"complete\"");
	command_try(&f->c, &f->setup, "harvest|hub|--no-wait", EX_OK);
	expect_out(&f->c, "hub: running, run 4\n");
	daemon_wait_line(&f->d, "run=4: harvest complete");
	command_try(&f->c, &f->setup, "runs|hub", EX_OK);
	assert_int_equal(command_lines(&f->c.out), 5);
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
	command_try(&replay, &f->setup, "replay|hub", EX_TEMPFAIL); /* is something else */
	expect_err(&replay, "hub is being harvested already");
	partner_release(f->p, NULL);
	command_end(&f->c);
	command_end(&other);
	expect_out(&f->c, "run 2: ");
	expect_out(&other, "run 2: ");
	assert_int_equal(f->c.status, other.status);
	command_try(&f->c, &f->setup, "runs|hub|--ndjson", EX_OK);
	assert_int_equal(command_lines(&f->c.out), 2);
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
	command_try(&f->c, &f->setup, "reload", EX_OK);
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
	command_try(&f->c, &f->setup, "harvest|table|table|--json", EX_OK);
	expect_out(&f->c, "{\"runs\":[{\"run\":");
	stop(f);
}

static void a_run_that_is_not_complete_is_75(void **state)
{
	struct fixture *f = *state;
	struct partner_answer gone = { .status = 404 };

	start_harvested(f);
	partner_route(f->p, "/moochub.2", &gone);
	command_try(&f->c, &f->setup, "harvest|hub", EX_TEMPFAIL);
	expect_out(&f->c, "hub run 2: incomplete\n  ");
	command_try(&f->c, &f->setup, "runs|hub|2", EX_OK);
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
	command_try(&f->c, &f->setup, "harvest|hub", EX_TEMPFAIL);
	expect_out(&f->c, "hub run 2: held\n  ");
	expect_out(&f->c, "before        10 = 2 kept + 8 held\n");
	command_try(&f->c, &f->setup, "status", EX_OK);
	expect_out(&f->c, "Held");
	command_try(&f->c, &f->setup, "sources|hub|--csv", EX_OK);
	expect_out(&f->c, ",2\r\n");
	command_try(&f->c, &f->setup, "search|--source|hub", EX_OK);
	expect_out(&f->c, "10 of 10 offers\n");

	command_try(&f->c, &f->setup, "confirm|hub", EX_OK);
	command_try(&f->c, &f->setup, "search", EX_OK);
	expect_out(&f->c, "2 of 2 offers\n");
	command_try(&f->c, &f->setup, "confirm|hub", EX_TEMPFAIL); /* once is enough */
	command_try(&f->c, &f->setup, "changes|--ndjson|--since|1", EX_OK);
	expect_out(&f->c, "\"kind\":\"removed\"");

	command_try(&f->c, &f->setup, "restore|hub|2", EX_OK);
	command_try(&f->c, &f->setup, "search", EX_OK);
	expect_out(&f->c, "10 of 10 offers\n");
	command_try(&f->c, &f->setup, "search|--limit|0", EX_OK);
	expect_out(&f->c, "10 offers\n");
	command_try(&f->c, &f->setup, "replay|hub",
		    EX_OK); /* of what shows two: it removes nothing */
	expect_out(&f->c, "before        10 = 2 kept + 8 left as they were\n");
	stop(f);
}

static void a_replay_asks_the_partner_nothing(void **state)
{
	struct fixture *f = *state;
	size_t n;

	start_harvested(f);
	n = partner_count(f->p, NULL);
	command_try(&f->c, &f->setup, "replay|hub", EX_OK);
	expect_out(&f->c, "hub run 2: complete\n"
			  "  shown         11 = 10 unchanged + 1 rejected\n");
	assert_int_equal(partner_count(f->p, NULL), n);
	stop(f);
}

/* An operator's own rows are other rules: those who read by older ones are named, until they are
 * read again. */
static void what_older_rules_have_read_is_named_until_it_is_replayed(void **state)
{
	struct fixture *f = *state;

	start_harvested(f);
	command_try(&f->c, &f->setup, "status", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "older"));
	stop(f);
	assert_int_equal(mkdir(temp_dir_path(&f->d.dir, "vocab"), 0700), 0);
	temp_dir_write(&f->d.dir, "vocab/language-forms.tsv",
		       "bcp47\tin_lang\tform\nfi\tsv\tp\303\245 finska h\303\244r\n");
	daemon_config(&f->d, "vocab-dir = \"vocab\"");
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	daemon_wait_line(&f->d, "sources=1: were read by other rules");
	command_try(&f->c, &f->setup, "status", EX_OK);
	expect_out(&f->c, "microcat replay SOURCE does so now");
	expect_out(&f->c, "hub       older-rules\n");
	command_try(&f->c, &f->setup, "replay|hub", EX_OK);
	command_try(&f->c, &f->setup, "status", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "older"));
	stop(f);
}

static void a_reload_with_a_mistake_says_where_it_is(void **state)
{
	struct fixture *f = *state;

	start_harvested(f);
	daemon_source(&f->d, "table", "format = \"xls\" url = \"https://x.example/\"");
	command_try(&f->c, &f->setup, "reload", EX_CONFIG);
	expect_err(&f->c, "table.conf:");
	expect_err(&f->c, "format = \"xls\": expected one of");
	command_try(&f->c, &f->setup, "sources", EX_OK); /* the old configuration is in force */
	assert_int_equal(command_lines(&f->c.out), 2);
	daemon_source(&f->d, "table", "%s", "");
	daemon_config(&f->d, "harvest { parallel = 3 }\nvocab-dir = \"vocab\"");
	assert_int_equal(mkdir(temp_dir_path(&f->d.dir, "vocab"), 0700), 0);
	command_try(&f->c, &f->setup, "reload", EX_OK);
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
	command_try(&f->c, &f->setup, arguments, 0);
	assert_int_equal(command_lines(&f->c.out), 2);
	record = json_loadb(buf_z(&f->c.out),
			    (size_t)(strchr(buf_z(&f->c.out), '\n') - buf_z(&f->c.out)), 0, NULL);
	assert_non_null(record);
	assert_string_equal(json_string_value(json_object_get(record, "recordId")), "A1");
	json_decref(record);

	f->setup.input = "id,title\nA1,\nA2,Statistics\n";
	command_try(&f->c, &f->setup, "lint|csv|-|--ndjson", 1);
	assert_int_equal(command_lines(&f->c.out), 1);
	expect_out(&f->c, "\"recordId\":\"A2\"");
	expect_err(&f->c, "A1");
	expect_err(&f->c, "no title");

	command_try(&f->c, &f->setup, "lint|xls|-", EX_USAGE);
	command_try(&f->c, &f->setup, "lint|csv|/nowhere/at/all.csv", EX_NOINPUT);
}

#define OWN(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OWN(without_a_daemon_there_is_one_clear_line),
		OWN(what_comes_next_of_changes_is_said),
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
		OWN(what_older_rules_have_read_is_named_until_it_is_replayed),
		OWN(a_reload_with_a_mistake_says_where_it_is),
		OWN(the_daemon_going_away_is_noticed),
		OWN(lint_needs_no_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
