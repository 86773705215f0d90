// SPDX-License-Identifier: EUPL-1.2
/*
 * What no partner sends, and yet happens to an operator: mistakes in the
 * configuration, a state directory that cannot be written, a clock that jumps,
 * memory that runs out. docs/bad-input.md lists the cases.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/db_dump.h"
#include "tests/support/two_sources.h"

#define OOAPI "format = \"ooapi\" version = \"5\" retries = 1"
#define CSV "format = \"csv\" retries = 1"

static const struct {
	const char *name;
	const char *source; /* sources.d/two.conf */
	const char *said[3];
} config_mistakes[] = {
	{ "an unknown key",
	  "source \"two\" {\n  format = \"csv\"\n  url = \"https://example.org/\"\n  colour = "
	  "3\n}\n",
	  { "sources.d/two.conf:4: ", "colour" } },
	{ "a missing URL",
	  "source \"two\" {\n  format = \"csv\"\n}\n",
	  { "sources.d/two.conf:", "url" } },
	{ "two sources of one name",
	  "source \"one\" {\n  format = \"csv\"\n  url = \"https://example.org/\"\n}\n",
	  { "sources.d/two.conf:", "one", "sources.d/one.conf" } },
};

static void configurations_of_every_kind(void **state)
{
	struct two_sources *f = *state;

	daemon_source(&f->d, "one", "format = \"csv\" url = \"https://example.org/c.csv\"");
	for (size_t i = 0; i < countof(config_mistakes); i++) {
		f->d.output.len = f->d.seen = 0;
		temp_dir_write(&f->d.dir, "sources.d/two.conf", config_mistakes[i].source);
		assert_int_equal(daemon_run_once(&f->d, "--check", NULL), 78);
		assert_int_equal(daemon_run_once(&f->d, "--once", NULL), 78);
		for (size_t k = 0; k < 3 && config_mistakes[i].said[k] != NULL; k++)
			if (!daemon_has_said(&f->d, config_mistakes[i].said[k]))
				fail_msg("%s: \"%s\" is not in: %s", config_mistakes[i].name,
					 config_mistakes[i].said[k], buf_z(&f->d.output));
		/* Nothing was begun. */
		assert_int_equal(access(temp_dir_path(&f->d.dir, "state"), F_OK), -1);
	}
}

static int temp_dir_open_one(const char *path, const struct stat *s, int flag, struct FTW *ftw)
{
	(void)s;
	(void)ftw;
	return chmod(path, flag == FTW_D ? 0755 : 0644);
}

/* Who runs the tests may be root, to whom no folder is read-only. */
static void a_state_directory_that_cannot_be_written(void **state)
{
	struct two_sources *f = *state;

	two_sources_begin(f, CSV);
	temp_dir_write(&f->d.dir, "microcat.conf",
		       "state-dir = \"/proc/microcat\"\nlisten = { \"unix:/tmp/none\" }\n"
		       "admin = \"unix:/tmp/none2\"\n");
	assert_int_not_equal(daemon_run_once(&f->d, "--once", NULL), 0);
	daemon_wait_line(&f->d, "/proc/microcat");
	assert_int_equal(partner_count(f->p, NULL), 0);
	/* Something else stands in its place. */
	daemon_config(&f->d, " ");
	temp_dir_write(&f->d.dir, "state", "a file");
	assert_int_not_equal(daemon_run_once(&f->d, "--once", NULL), 0);
	daemon_wait_line(&f->d, "/state");
	assert_int_equal(partner_count(f->p, NULL), 0);
	/* Its owner is another, and it may only be read. */
	if (geteuid() == 0) {
		remove(temp_dir_path(&f->d.dir, "state"));
		assert_int_equal(mkdir(temp_dir_path(&f->d.dir, "state"), 0555), 0);
		assert_int_equal(chmod(f->d.dir.path, 0755), 0);
		assert_int_equal(chmod(f->d.config, 0644), 0);
		nftw(temp_dir_path(&f->d.dir, "sources.d"), temp_dir_open_one, 16, FTW_PHYS);
		f->d.user = 65534;
		assert_int_not_equal(daemon_run_once(&f->d, "--once", NULL), 0);
		daemon_wait_line(&f->d, "/state");
		assert_int_equal(partner_count(f->p, NULL), 0);
	}
}

/*
 * The clock stands years ahead, or behind, and is put right: no source waits
 * for a time that never comes, and no time in the database runs back.
 */
static void a_clock_that_jumps(void **state)
{
	static const char *const clocks[] = { "MICROCAT_TEST_CLOCK_OFFSET_S=0",
					      "MICROCAT_TEST_CLOCK_OFFSET_S=315360000",
					      "MICROCAT_TEST_CLOCK_OFFSET_S=60",
					      "MICROCAT_TEST_CLOCK_OFFSET_S=-315360000",
					      "MICROCAT_TEST_CLOCK_OFFSET_S=120" };
	const struct partner_answer plain = { .status = 200 };
	struct two_sources *f = *state;

	two_sources_begin(f, CSV);
	two_sources_serve(f, "/list", "text/csv", SLICE_LIT("id,title\na,One\n"));
	for (size_t i = 0; i < countof(clocks); i++) {
		long n = TWO_GOOD + (long)i;
		char line[4096];

		serve_csv(f->other, 1, (int)n, &plain);
		f->d.output.len = f->d.seen = 0;
		assert_int_equal(daemon_run_once(&f->d, "--once", clocks[i]), 0);
		db_check_whole(temp_dir_path(&f->d.dir, "state"));
		two_sources_line(line, sizeof(line), f, "good");
		two_sources_check_ledger(line);
		two_sources_expect(clocks[i], line, "new", i == 0 ? n : 1);
		two_sources_expect(clocks[i], line, "before", i == 0 ? 0 : n - 1);
	}
}

/* A real worker and a page that needs more than it may have. */
static void a_worker_that_needs_too_much(void **state)
{
	struct two_sources *f = *state;
	struct buf body = BUF_INIT(8 * 1024 * 1024);
	char line[4096];

	daemon_config(&f->d, "harvest { worker-memory = \"32M\" }");
	two_sources_begin(f, OOAPI);
	buf_str(&body, "{\"pageSize\":250,\"pageNumber\":1,\"hasNextPage\":false,\"rest\":[");
	for (unsigned i = 0; i < 1000000; i++)
		buf_str(&body, "{},");
	buf_str(&body, "{}],\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]}");
	two_sources_serve(f, "/list/courses", "application/json", buf_view(&body));
	f->d.output.len = f->d.seen = 0;
	(void)daemon_run_once(&f->d, "--once", NULL);
	two_sources_line(line, sizeof(line), f, "good");
	assert_non_null(strstr(line, "harvest complete"));
	two_sources_line(line, sizeof(line), f, "bad");
	assert_non_null(strstr(line, "harvest failed: bad: the worker needs more than 32 MiB of "
				     "memory (worker-memory) while reading http://127.0.0.1:"));
	two_sources_check_ledger(line);
	db_check_whole(temp_dir_path(&f->d.dir, "state"));
	buf_clear(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TWO_SOURCES(configurations_of_every_kind),
		WITH_TWO_SOURCES(a_state_directory_that_cannot_be_written),
		WITH_TWO_SOURCES(a_clock_that_jumps),
		WITH_TWO_SOURCES(a_worker_that_needs_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
