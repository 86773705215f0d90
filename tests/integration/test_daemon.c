// SPDX-License-Identifier: EUPL-1.2
/*
 * The real program as a service: readiness, sockets, one owner of its state,
 * what an administrator asks of it, reload, stop.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_partner.h"

#include "base/clock.h"

#include <sys/socket.h>
#include <sys/un.h>

static const struct page_of two_pages[] = { { 1, 6, NULL, 0 }, { 7, 10, NULL, 0 } };
static const struct partner_answer plain = { .status = 200 };

static void hub_source(struct daemon_partner *f, const char *more)
{
	daemon_source(&f->d, "hub", "format = \"moochub\" version = \"3\" url = \"%s/moochub\" %s",
		      partner_base(f->p), more);
}

static void start_ready(struct daemon_partner *f)
{
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
}

/* Asks over the admin socket; the status must be this. */
static void post(struct daemon_partner *f, const char *path, const char *body, long status)
{
	struct daemon_answer a;

	daemon_post(&f->d, path, body, &a);
	if (a.status != status)
		fail_msg("POST %s: %ld, expected %ld: %s", path, a.status, status, buf_z(&a.body));
	buf_clear(&a.body);
}

static const char *harvest_hub(struct daemon_partner *f, const char *end)
{
	char text[64];

	post(f, "/v1/sources/hub/harvest", NULL, 202);
	snprintf(text, sizeof(text), ": harvest %s", end);
	return daemon_wait_line(&f->d, text);
}

static void stop(struct daemon_partner *f)
{
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	assert_false(daemon_has_said(&f->d, "did not end cleanly"));
}

/* --- the command line --- */

static void check_says_whether_the_configuration_is_good(void **state)
{
	struct daemon_partner *f = *state;

	hub_source(f, "");
	assert_int_equal(daemon_run_once(&f->d, "--check", NULL), 0);
	daemon_wait_line(&f->d, "microcat.conf: ok, 1 source");
	hub_source(f, "every = \"soon\"");
	assert_int_equal(daemon_run_once(&f->d, "--check", NULL), 78);
	daemon_wait_line(&f->d, "every = \"soon\": expected a time");
	assert_int_equal(daemon_run_once(&f->d, NULL, NULL), 78);
	assert_int_equal(daemon_run_once(&f->d, "--once", NULL), 78);
}

static void the_command_line_explains_itself(void **state)
{
	static const struct {
		const char *option;
		int status;
		const char *line;
	} cases[] = {
		{ "--help", 0, "usage: microcatd" },
		{ "--version", 0, "microcatd " },
		{ "--help-config", 0, "state-dir" },
		{ "--log-level=loud", 64, "no log level: loud" },
		{ "--nonsense", 64, "unrecognized option" },
		{ "surplus", 64, "not understood: surplus" },
	};
	struct daemon_partner *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(daemon_run_once(&f->d, cases[i].option, NULL), cases[i].status);
		daemon_wait_line(&f->d, cases[i].line);
	}
}

/* --- life --- */

static void it_is_ready_when_it_answers_and_leaves_nothing_behind(void **state)
{
	struct daemon_partner *f = *state;
	struct stat s;

	start_ready(f);
	daemon_get_ok(&f->d, "/healthz");
	daemon_get_ok(&f->d, "/readyz");
	assert_int_equal(stat(f->d.query, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0666);
	assert_int_equal(stat(f->d.admin, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0660);
	assert_int_equal(stat(temp_dir_path(&f->d.dir, "state"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0700);
	stop(f);
	daemon_wait_notified(&f->d, "STOPPING=1");
	assert_int_equal(stat(f->d.query, &s), -1);
	assert_int_equal(stat(f->d.admin, &s), -1);
}

/* As long as the loop turns, and whatever runs beside it; systemd would end it otherwise. */
static void it_tells_the_watchdog_that_it_is_alive(void **state)
{
	struct daemon_partner *f = *state;

	daemon_start_env(&f->d, NULL, "WATCHDOG_USEC=300000");
	daemon_wait_ready(&f->d);
	for (int i = 0; i < 5; i++)
		daemon_wait_notified(&f->d, "WATCHDOG=1");
	stop(f);
}

static void a_second_start_names_the_first(void **state)
{
	struct daemon_partner *f = *state;
	struct daemon_fixture second = f->d;
	char expected[64];

	start_ready(f);
	snprintf(expected, sizeof(expected), "in use by process %d", (int)f->d.pid);
	/* The same configuration, and output of its own. */
	second.pid = 0;
	second.has_reader = false;
	buf_init(&second.output, 1 << 20);
	pthread_mutex_init(&second.lock, NULL);
	pthread_cond_init(&second.came, NULL);
	assert_int_equal(daemon_run_once(&second, NULL, NULL), 75);
	daemon_wait_line(&second, expected);
	buf_clear(&second.output);
	pthread_mutex_destroy(&second.lock);
	pthread_cond_destroy(&second.came);
	daemon_get_ok(&f->d, "/healthz");
	stop(f);
}

static void sockets_that_a_dead_daemon_left_are_taken_over(void **state)
{
	struct daemon_partner *f = *state;

	start_ready(f);
	assert_int_equal(daemon_stop(&f->d, SIGKILL), 128 + SIGKILL);
	assert_int_equal(access(f->d.query, F_OK), 0);
	start_ready(f);
	daemon_get_ok(&f->d, "/healthz");
	stop(f);
}

static void a_socket_of_another_program_is_left_alone(void **state)
{
	struct daemon_partner *f = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, f->d.query, strlen(f->d.query) + 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(daemon_run_once(&f->d, NULL, NULL), 75);
	daemon_wait_line(&f->d, "another program listens there");
	assert_int_equal(access(f->d.query, F_OK), 0);
	close(fd);
}

static void only_the_admin_socket_administers(void **state)
{
	struct daemon_partner *f = *state;
	struct partner *once = partner_open(NULL);
	uint16_t port = partner_port(once); /* one that is free when it has closed */
	struct daemon_answer a;
	char text[1024];

	partner_close(once);
	snprintf(text, sizeof(text),
		 "state-dir = \"state\"\nlisten = { \"unix:%s\", \"tcp:127.0.0.1:%u\" }\n"
		 "admin = \"unix:%s\"\n",
		 f->d.query, port, f->d.admin);
	temp_dir_write(&f->d.dir, "microcat.conf", text);
	start_ready(f);
	daemon_request(&f->d, "POST", false, "/v1/reload", "", &a);
	assert_int_equal(a.status, 403);
	buf_clear(&a.body);
	snprintf(f->d.query, sizeof(f->d.query), "%u", port);
	daemon_get_ok(&f->d, "/healthz");
	daemon_request(&f->d, "POST", false, "/v1/reload", "", &a);
	assert_int_equal(a.status, 403);
	buf_clear(&a.body);
	stop(f);
}

static void sockets_of_systemd_are_used_and_left(void **state)
{
	struct daemon_partner *f = *state;
	struct daemon_answer a;

	f->d.passes_sockets = true;
	start_ready(f);
	daemon_get_ok(&f->d, "/healthz");
	daemon_request(&f->d, "POST", false, "/v1/reload", "", &a);
	assert_int_equal(a.status, 403);
	buf_clear(&a.body);
	post(f, "/v1/reload", NULL, 200);
	stop(f);
	/* They are systemd's: the files stay. */
	assert_int_equal(access(f->d.query, F_OK), 0);
	assert_int_equal(access(f->d.admin, F_OK), 0);
}

static void it_stops_quickly_with_a_harvest_under_way(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };
	uint64_t start_ms;

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	hub_source(f, "");
	start_ready(f);
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	daemon_wait_line(&f->d, "run=1: stored"); /* the first page */
	start_ms = clock_mono_ms();
	stop(f);
	assert_true(clock_mono_ms() - start_ms < patience_ms(2000));
	assert_int_equal(daemon_figure(daemon_wait_line(&f->d, ": harvest cancelled"), "new"), 6);
	/* It is due again at the next start, at once. */
	serve_moochub(f->p, two_pages, 2, &plain);
	start_ready(f);
	assert_int_equal(daemon_figure(daemon_wait_line(&f->d, ": harvest complete"), "shown"), 10);
	stop(f);
}

static void it_stops_at_any_moment_of_a_harvest(void **state)
{
	static const char *const moments[] = {
		"harvest: source=hub: its turn", "run=1: pulling",
		"moochub: status 200",           "run=1: settling",
		"run=1: harvest complete",
	};
	struct daemon_partner *f = *state;

	for (size_t i = 0; i < countof(moments); i++) {
		serve_moochub(f->p, two_pages, 2, &plain);
		hub_source(f, "");
		daemon_start(&f->d, NULL);
		daemon_wait_line(&f->d, moments[i]);
		stop(f);
		nftw(temp_dir_path(&f->d.dir, "state"), temp_dir_remove_one, 16,
		     FTW_DEPTH | FTW_PHYS);
		f->d.seen = f->d.output.len;
	}
}

/* --- administration --- */

static void a_harvest_may_be_asked_for(void **state)
{
	struct daemon_partner *f = *state;
	struct daemon_answer a;

	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest complete");
	daemon_post(&f->d, "/v1/sources/hub/harvest", NULL, &a);
	assert_int_equal(a.status, 202);
	assert_non_null(strstr(a.location, "/v1/sources/hub/runs/2"));
	buf_clear(&a.body);
	assert_int_equal(
		daemon_figure(daemon_wait_line(&f->d, "run=2: harvest complete"), "unchanged"), 10);
	post(f, "/v1/sources/none/harvest", NULL, 404);
	stop(f);
}

/* Of the files that hold the database. */
static long long database_bytes(struct daemon_partner *f)
{
	static const char *const files[] = { "state/microcat.db", "state/microcat.db-wal" };
	long long bytes = 0;

	for (size_t i = 0; i < countof(files); i++) {
		struct stat file;

		assert_int_equal(stat(temp_dir_path(&f->d.dir, files[i]), &file), 0);
		assert_true(file.st_size > 0);
		bytes += file.st_size;
	}
	return bytes;
}

static void the_size_of_the_database_counts_its_log(void **state)
{
	struct daemon_partner *f = *state;
	bool is_found = false;

	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest complete");
	/* When the next run is due may be written in between: then once more. */
	for (int i = 0; i < 100 && !is_found; i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "\"bytes\":%lld}", database_bytes(f));
		is_found = strstr(daemon_get_ok(&f->d, "/v1/status"), expected) != NULL;
	}
	assert_true(is_found);
	stop(f);
}

static void a_source_has_one_run_at_a_time(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	hub_source(f, "");
	start_ready(f);
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	post(f, "/v1/sources/hub/harvest", NULL, 202); /* joins the one under way */
	post(f, "/v1/sources/hub/replay", NULL, 409);
	post(f, "/v1/sources/hub/confirm", NULL, 409);
	partner_release(f->p, NULL);
	daemon_wait_line(&f->d, ": harvest ");
	stop(f);
}

static void no_more_runs_at_once_than_configured(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	partner_route(f->p, "/c.csv", &stalled);
	daemon_config(&f->d, "harvest { parallel = 1 }");
	for (char id[] = "a"; id[0] <= 'c'; id[0]++)
		daemon_source(&f->d, id, "format = \"csv\" every = \"30d\" url = \"%s/c.csv\"",
			      partner_base(f->p));
	start_ready(f);
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	post(f, "/v1/sources/b/harvest", NULL, 202); /* it waits for its turn already */
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/status"), "\"queued\""));
	assert_int_equal(partner_count(f->p, "/c.csv"), 1);
	partner_release(f->p, NULL);
	daemon_wait_line(&f->d, "source=b run=");
	stop(f);
}

static void held_runs_are_confirmed_and_removals_restored(void **state)
{
	struct daemon_partner *f = *state;
	const struct page_of few[] = { { 1, 2, NULL, 0 } };

	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest complete");
	post(f, "/v1/sources/hub/confirm", NULL, 409); /* nothing is held */
	serve_moochub(f->p, few, 1, &plain);
	harvest_hub(f, "held");
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), "\"total\":10"));
	post(f, "/v1/sources/hub/confirm", NULL, 202);
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), "\"total\":2"));
	post(f, "/v1/sources/hub/restore?run=2", NULL, 202);
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), "\"total\":10"));
	stop(f);
}

static void a_replay_asks_the_partner_nothing(void **state)
{
	struct daemon_partner *f = *state;
	char before[256];
	size_t n;

	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest complete");
	n = partner_count(f->p, NULL);
	partner_unroute(f->p, "/moochub");
	post(f, "/v1/sources/hub/replay", NULL, 202);
	assert_int_equal(
		daemon_figure(daemon_wait_line(&f->d, "run=2: replay complete"), "unchanged"), 10);
	assert_int_equal(partner_count(f->p, NULL), n);
	stop(f);
	/* With other settings every record is read again, from the same bytes. */
	hub_source(f, "every = \"30d\" country = \"DE\"");
	start_ready(f);
	post(f, "/v1/sources/hub/replay", NULL, 202);
	assert_int_equal(
		daemon_figure(daemon_wait_line(&f->d, "run=3: replay complete"), "changed"), 10);
	assert_int_equal(partner_count(f->p, NULL), n);
	stop(f);
	/* Where nothing comes of that, as of a new program's mapping, nobody notices. */
	hub_source(f, "every = \"30d\" country = \"DE\" options { other = \"x\" }");
	start_ready(f);
	snprintf(before, sizeof(before), "%s", daemon_get_ok(&f->d, "/v1/offers?limit=0"));
	post(f, "/v1/sources/hub/replay", NULL, 202);
	assert_int_equal(
		daemon_figure(daemon_wait_line(&f->d, "run=4: replay complete"), "unchanged"), 10);
	assert_string_equal(daemon_get_ok(&f->d, "/v1/offers?limit=0"),
			    before); /* generation, too */
	stop(f);
}

static void a_partner_that_asked_for_time_is_not_asked_by_hand_either(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer busy = { .status = 503, .headers = { { "Retry-After", "7200" } } };

	partner_route(f->p, "/moochub", &busy);
	hub_source(f, "");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest incomplete");
	post(f, "/v1/sources/hub/harvest", NULL, 409);
	stop(f);
	/* Nor after a restart. */
	start_ready(f);
	post(f, "/v1/sources/hub/harvest", NULL, 409);
	assert_int_equal(partner_count(f->p, "/moochub"), 1);
	stop(f);
}

/* --- reload --- */

static void a_reload_takes_new_sources(void **state)
{
	struct daemon_partner *f = *state;

	serve_moochub(f->p, two_pages, 2, &plain);
	serve_csv(f->p, 1, 3, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, "source=hub run=1: harvest complete");
	daemon_source(&f->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->p));
	assert_int_equal(kill(f->d.pid, SIGHUP), 0);
	daemon_wait_notified(&f->d, "RELOADING=1");
	daemon_wait_notified(&f->d, "READY=1");
	daemon_wait_line(&f->d, "source=table run=2: harvest complete");
	/* One that is gone keeps its offers. */
	daemon_source(&f->d, "hub", "%s", "");
	post(f, "/v1/reload", NULL, 200);
	post(f, "/v1/sources/hub/harvest", NULL, 404);
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), "\"total\":13"));
	stop(f);
}

static void a_reload_with_a_mistake_keeps_the_old_configuration(void **state)
{
	struct daemon_partner *f = *state;
	struct daemon_answer a;

	serve_moochub(f->p, two_pages, 2, &plain);
	hub_source(f, "every = \"30d\"");
	start_ready(f);
	daemon_wait_line(&f->d, ": harvest complete");
	daemon_source(&f->d, "table", "format = \"xls\" url = \"https://x.org/\"");
	daemon_post(&f->d, "/v1/reload", NULL, &a);
	assert_int_equal(a.status, 422);
	assert_non_null(strstr(buf_z(&a.body), "expected one of"));
	buf_clear(&a.body);
	daemon_wait_line(&f->d, "the old configuration stays");
	assert_int_equal(daemon_figure(harvest_hub(f, "complete"), "unchanged"), 10);
	stop(f);
}

static void a_reload_says_what_only_a_restart_takes(void **state)
{
	struct daemon_partner *f = *state;
	struct daemon_answer a;

	start_ready(f);
	daemon_config(&f->d, "vocab-dir = \"\" harvest { keep-days = 3 parallel = 2 }");
	daemon_post(&f->d, "/v1/reload", NULL, &a);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(buf_z(&a.body), "keep-days"));
	assert_null(strstr(buf_z(&a.body), "parallel"));
	buf_clear(&a.body);
	stop(f);
}

static void a_reload_during_a_harvest_leaves_it_alone(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	hub_source(f, "");
	start_ready(f);
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	for (int i = 0; i < 3; i++)
		post(f, "/v1/reload", NULL, 200);
	partner_release(f->p, NULL);
	daemon_wait_line(&f->d, ": harvest ");
	post(f, "/v1/reload", NULL, 200);
	stop(f);
}

#define WITH_FIXTURE(test)                                                                         \
	cmocka_unit_test_setup_teardown(test, daemon_partner_open, daemon_partner_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(check_says_whether_the_configuration_is_good),
		WITH_FIXTURE(the_command_line_explains_itself),
		WITH_FIXTURE(it_is_ready_when_it_answers_and_leaves_nothing_behind),
		WITH_FIXTURE(it_tells_the_watchdog_that_it_is_alive),
		WITH_FIXTURE(a_second_start_names_the_first),
		WITH_FIXTURE(sockets_that_a_dead_daemon_left_are_taken_over),
		WITH_FIXTURE(a_socket_of_another_program_is_left_alone),
		WITH_FIXTURE(only_the_admin_socket_administers),
		WITH_FIXTURE(sockets_of_systemd_are_used_and_left),
		WITH_FIXTURE(it_stops_quickly_with_a_harvest_under_way),
		WITH_FIXTURE(it_stops_at_any_moment_of_a_harvest),
		WITH_FIXTURE(a_harvest_may_be_asked_for),
		WITH_FIXTURE(the_size_of_the_database_counts_its_log),
		WITH_FIXTURE(a_source_has_one_run_at_a_time),
		WITH_FIXTURE(no_more_runs_at_once_than_configured),
		WITH_FIXTURE(held_runs_are_confirmed_and_removals_restored),
		WITH_FIXTURE(a_replay_asks_the_partner_nothing),
		WITH_FIXTURE(a_partner_that_asked_for_time_is_not_asked_by_hand_either),
		WITH_FIXTURE(a_reload_takes_new_sources),
		WITH_FIXTURE(a_reload_with_a_mistake_keeps_the_old_configuration),
		WITH_FIXTURE(a_reload_says_what_only_a_restart_takes),
		WITH_FIXTURE(a_reload_during_a_harvest_leaves_it_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
