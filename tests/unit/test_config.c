// SPDX-License-Identifier: EUPL-1.2
/*
 * The configuration: what is read, the example files, and what a reload may not
 * take. What is refused is in test_config_mistakes.c.
 */
#include "tests/support/config_fixture.h"

#include "daemon/config_keys.h"

static void an_empty_file_gives_every_preset(void **state)
{
	struct fixture *f = *state;
	const struct config *c;

	assert_loads(f, "");
	c = f->config;
	assert_slice(c->state_dir, "/var/lib/microcat");
	assert_int_equal(c->listen.n, 1);
	assert_slice(c->listen.items[0], "unix:/run/microcat/query.sock");
	assert_slice(c->admin, "unix:/run/microcat/admin.sock");
	assert_int_equal(c->parallel, 4);
	assert_int_equal(c->worker_memory_bytes, 128u << 20);
	assert_int_equal(c->worker_cpu_s, 600);
	assert_int_equal(c->stall_timeout_s, 1800);
	assert_int_equal(c->max_duration_s, 12 * 3600);
	assert_int_equal(c->keep_responses_bytes, UINT64_C(2) << 30);
	assert_int_equal(c->keep_days, 30);
	assert_int_equal(c->log_level, LOG_LEVEL_INFO);
	assert_int_equal(c->n_sources, 0);
}

static const char whole_source[] =
	"source \"jyu\" {\n"
	"  title = \"University of Jyv\xc3\xa4skyl\xc3\xa4\"\n"
	"  country = \"FI\" alliance = { \"FORTHEM\", \"Other\" } role = \"republisher\"\n"
	"  language = \"fi\" format = \"ooapi\" version = \"5\"\n"
	"  url = \"https://example.org/ooapi/v5/\"\n"
	"  every = \"6h\" full-every = \"7d\" details-every = \"90m\" enabled = true\n"
	"  auth { type = \"bearer\" secret = \"jyu-token\" }\n"
	"  headers { X-Route = \"endpoint=jyu\" } query { consumer = \"eduxchange\" n = 2 }\n"
	"  page-size = 250 parallel-requests = 3 delay = \"1500ms\" total = \"hint\"\n"
	"  allow-private = yes shrink-guard = 0.25 absent-grace = \"2d\" max-body = \"10M\"\n"
	"  connect-timeout = \"5s\" idle-timeout = \"6s\" request-timeout = \"7s\"\n"
	"  retries = 5 retry-delay = \"10ms\"\n"
	"  csv { separator = \"tab\" encoding = \"windows-1252\" date-format = \"dd.MM.yyyy\"\n"
	"        decimal = \",\" header = false split = \"|\" id-columns = { \"Kod\" } }\n"
	"  columns { title = \"Nimi\" workload = \"Laajuus\" }\n"
	"  options { offerings = \"no\" }\n"
	"}\n";

static void every_key_of_a_source_is_read(void **state)
{
	struct fixture *f = *state;
	const struct config_source *c;

	temp_dir_write(&f->dir, "secrets/jyu-token", "  s3cret\n");
	temp_dir_write(&f->dir, "sources.d/jyu.conf", whole_source);
	assert_loads(f, "secrets-dir = \"secrets\"\n");
	assert_int_equal(f->config->n_sources, 1);
	c = config_source(f->config, SLICE_LIT("jyu"));
	assert_non_null(c);
	assert_null(config_source(f->config, SLICE_LIT("jy")));
	assert_slice(c->source.title, "University of Jyv\xc3\xa4skyl\xc3\xa4");
	assert_slice(c->source.country, "FI");
	assert_int_equal(c->source.alliances.n, 2);
	assert_slice(c->source.alliances.items[1], "Other");
	assert_int_equal(c->source.role, ROLE_REPUBLISHER);
	assert_slice(c->source.language, "fi");
	assert_slice(c->source.format, "ooapi");
	assert_slice(c->source.version, "5");
	assert_slice(c->source.url, "https://example.org/ooapi/v5/");
	assert_int_equal(c->every_s, 6 * 3600);
	assert_int_equal(c->full_every_s, 7 * 86400);
	assert_int_equal(c->details_every_s, 90 * 60);
	assert_true(c->is_enabled);
	assert_int_equal(c->auth.type, AUTH_BEARER);
	assert_slice(c->auth.secret, "s3cret");
	assert_int_equal(c->headers.n, 1);
	assert_slice(settings_get(&c->headers, "X-Route"), "endpoint=jyu");
	assert_slice(settings_get(&c->source.query, "consumer"), "eduxchange");
	assert_slice(settings_get(&c->source.query, "n"), "2");
	assert_int_equal(c->source.page_size, 250);
	assert_int_equal(c->parallel_requests, 3);
	assert_int_equal(c->delay_ms, 1500);
	assert_true(c->source.is_total_hint);
	assert_true(c->allow_private);
	assert_false(c->allow_http);
	assert_int_equal(c->shrink_guard_permille, 250);
	assert_int_equal(c->absent_grace_s, 2 * 86400);
	assert_int_equal(c->max_body_bytes, 10u << 20);
	assert_int_equal(c->connect_timeout_ms, 5000);
	assert_int_equal(c->idle_timeout_ms, 6000);
	assert_int_equal(c->request_timeout_ms, 7000);
	assert_int_equal(c->n_retries, 5);
	assert_int_equal(c->retry_delay_ms, 10);
	assert_int_equal(c->source.csv.separator, '\t');
	assert_slice(c->source.csv.encoding, "windows-1252");
	assert_slice(c->source.csv.date_format, "dd.MM.yyyy");
	assert_int_equal(c->source.csv.decimal, ',');
	assert_false(c->source.csv.has_header);
	assert_slice(c->source.csv.split, "|");
	assert_int_equal(c->source.csv.id_columns.n, 1);
	assert_slice(settings_get(&c->source.columns, "workload"), "Laajuus");
	assert_slice(settings_get(&c->source.options, "offerings"), "no");
}

static void what_the_store_keeps_has_no_secret(void **state)
{
	struct fixture *f = *state;
	const struct config_source *c;

	temp_dir_write(&f->dir, "secrets/jyu-token", "s3cret");
	temp_dir_write(&f->dir, "sources.d/jyu.conf", whole_source);
	assert_loads(f, "secrets-dir = \"secrets\"\n");
	c = &f->config->sources[0];
	assert_true(slice_contains(c->settings_json, SLICE_LIT("\"consumer\":\"eduxchange\"")));
	assert_false(slice_contains(c->settings_json, SLICE_LIT("s3cret")));
	assert_false(slice_contains(c->settings_json, SLICE_LIT("jyu-token")));
	assert_false(slice_contains(c->settings_json, SLICE_LIT("endpoint=jyu")));
}

static void settings_hash_changes_with_what_may_change_a_record(void **state)
{
	static const struct {
		const char *line;
		bool is_other;
	} cases[] = {
		{ "", false },
		{ "page-size = 100", false },
		{ "total = \"hint\"", false },
		{ "every = \"5h\"", false },
		{ "language = \"fi\"", true },
		{ "country = \"FI\"", true },
		{ "columns { title = \"Nimi\" }", true },
		{ "version = \"4\"", true },
	};
	struct fixture *f = *state;
	uint8_t plain[16];

	for (size_t i = 0; i < countof(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text),
			 "source \"a\" { format = \"csv\" url = \"https://a.org/\" %s }",
			 cases[i].line);
		assert_loads(f, text);
		if (i == 0)
			memcpy(plain, f->config->sources[0].settings_hash, sizeof(plain));
		if ((memcmp(plain, f->config->sources[0].settings_hash, 16) != 0) !=
		    cases[i].is_other)
			fail_msg("%s", cases[i].line);
	}
}

static void credentials_of_systemd_come_before_the_secrets_folder(void **state)
{
	struct fixture *f = *state;

	temp_dir_write(&f->dir, "secrets/t", "from the folder");
	temp_dir_write(&f->dir, "credentials/t", "from systemd");
	setenv("CREDENTIALS_DIRECTORY", temp_dir_path(&f->dir, "credentials"), 1);
	assert_loads(f, "secrets-dir = \"secrets\" source \"a\" { format = \"csv\" "
			"url = \"https://a.org\" auth { type = \"bearer\" secret = \"t\" } }");
	assert_slice(f->config->sources[0].auth.secret, "from systemd");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void a_source_that_is_off_may_wait_for_its_secret(void **state)
{
	struct fixture *f = *state;

	assert_loads(f, "source \"a\" { enabled = false format = \"csv\" url = \"https://a.org\" "
			"auth { type = \"bearer\" secret = \"none-such\" } }");
	assert_null(f->config->sources[0].auth.secret.p);
}

static void relative_paths_start_at_the_main_file(void **state)
{
	struct fixture *f = *state;

	temp_dir_write(&f->dir, "words/languages.tsv", "# nothing\n");
	temp_dir_write(&f->dir, "words/README", "not a table\n");
	assert_loads(f, "state-dir = \"state\" vocab-dir = \"words\"");
	assert_slice(f->config->state_dir, temp_dir_path(&f->dir, "state"));
	assert_int_equal(f->config->vocab_files.n, 1);
	assert_slice(settings_get(&f->config->vocab_files, "languages.tsv"), "# nothing\n");
}

static void a_reload_names_what_it_cannot_take(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "", "" },
		{ "harvest { parallel = 9 }", "" },
		{ "source \"a\" { format = \"csv\" url = \"https://a.org\" }", "" },
		{ "state-dir = \"/x\"", "state-dir\n" },
		{ "listen = { \"unix:/a\", \"unix:/b\" } admin = \"unix:/c\"", "listen\nadmin\n" },
	};
	struct fixture *f = *state;
	struct config *old = NULL;

	assert_loads(f, "");
	old = f->config;
	f->config = NULL;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(1000);

		assert_loads(f, cases[i].text);
		config_fixed_differences(&out, old, f->config);
		assert_buf(&out, cases[i].expected);
		buf_clear(&out);
	}
	config_free(old);
}

/* --- the example files --- */

static void read_file(struct buf *out, const char *name)
{
	char path[512];
	char piece[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", MICROCAT_SOURCE_DIR, name);
	file = fopen(path, "re");
	if (file == NULL)
		fail_msg("%s", path);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(out, piece, n);
	fclose(file);
}

static void the_example_files_are_what_the_table_says(void **state)
{
	static const char *const files[] = { "config/microcat.conf",
					     "config/sources.d/example.conf" };

	(void)state;
	for (size_t i = 0; i < countof(files); i++) {
		struct buf expected = BUF_INIT(1 << 20);
		struct buf got = BUF_INIT(1 << 20);

		config_write_example(&expected, i == 1);
		read_file(&got, files[i]);
		if (!slice_eq(buf_view(&got), buf_view(&expected)))
			fail_msg("%s is not what microcatd --help-config prints", files[i]);
		buf_clear(&expected);
		buf_clear(&got);
	}
}

/* Takes the "#" of every line that sets something. */
static void uncomment(struct buf *out, struct slice text)
{
	struct slice line;

	while (slice_split(&line, &text, '\n')) {
		if (line.n > 1 && line.p[0] == '#' && line.p[1] != ' ')
			line = slice_from(line, 1);
		buf_slice(out, line);
		buf_char(out, '\n');
	}
}

static void the_examples_are_valid_without_their_comment_marks(void **state)
{
	struct fixture *f = *state;
	struct buf example = BUF_INIT(1 << 20);
	struct buf text = BUF_INIT(1 << 20);

	mkdir(temp_dir_path(&f->dir, "vocab"), 0700);
	config_write_example(&example, true);
	uncomment(&text, buf_view(&example));
	temp_dir_write(&f->dir, "sources.d/example.conf", buf_z(&text));
	temp_dir_write(&f->dir, "credentials/example-token", "x");
	setenv("CREDENTIALS_DIRECTORY", temp_dir_path(&f->dir, "credentials"), 1);
	assert_loads(f, "");
	assert_int_equal(f->config->n_sources, 1);
	assert_slice(f->config->sources[0].auth.secret, "x");

	buf_reset(&example);
	buf_reset(&text);
	config_write_example(&example, false);
	uncomment(&text, buf_view(&example));
	/* Its vocab-dir is an example's, and not there. */
	assert_int_equal(load(f, buf_z(&text)), ERR_CONFIG);
	assert_non_null(strstr(f->err.msg, "vocab-dir: /etc/microcat/vocab"));
	buf_clear(&example);
	buf_clear(&text);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void every_preset_is_a_value_its_key_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_config_keys; i++) {
		const struct config_key *key = &config_keys[i];
		struct buf expected = BUF_INIT(1000);
		int64_t value;

		if (key->preset != NULL && !config_value_read(&value, key, key->preset, &expected))
			fail_msg("%s = %s: expected %s", key->name, key->preset, buf_z(&expected));
		assert_non_null(key->help);
		buf_clear(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(an_empty_file_gives_every_preset),
		WITH_FIXTURE(every_key_of_a_source_is_read),
		WITH_FIXTURE(what_the_store_keeps_has_no_secret),
		WITH_FIXTURE(settings_hash_changes_with_what_may_change_a_record),
		WITH_FIXTURE(credentials_of_systemd_come_before_the_secrets_folder),
		WITH_FIXTURE(a_source_that_is_off_may_wait_for_its_secret),
		WITH_FIXTURE(relative_paths_start_at_the_main_file),
		WITH_FIXTURE(a_reload_names_what_it_cannot_take),
		cmocka_unit_test(the_example_files_are_what_the_table_says),
		WITH_FIXTURE(the_examples_are_valid_without_their_comment_marks),
		cmocka_unit_test(every_preset_is_a_value_its_key_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
