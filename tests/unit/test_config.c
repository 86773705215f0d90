// SPDX-License-Identifier: EUPL-1.2
/*
 * The configuration: what is read, what is refused and with which words, the
 * example files, and what a reload may not take.
 */
#include "tests/support/temp_dir.h"

#include "daemon/config.h"
#include "daemon/config_keys.h"
#include "daemon/sockets.h"

struct fixture {
	struct temp_dir dir;
	struct config *config;
	struct err err;
};

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	temp_dir_make(&f->dir);
	unsetenv("CREDENTIALS_DIRECTORY");
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	config_free(f->config);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static enum err_code load(struct fixture *f, const char *text)
{
	config_free(f->config);
	f->config = NULL;
	err_clear(&f->err);
	return config_load(&f->config, temp_dir_write(&f->dir, "m.conf", text), &f->err);
}

#define assert_loads(f, text)                                                                      \
	do {                                                                                       \
		if (load((f), (text)) != ERR_OK)                                                   \
			fail_msg("refused: %s", (f)->err.msg);                                     \
	} while (0)

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

static void a_folder_in_place_of_a_file_is_a_mistake_like_others(void **state)
{
	struct fixture *f = *state;

	temp_dir_write(&f->dir, "sources.d/other", "");
	assert_int_equal(mkdir(temp_dir_path(&f->dir, "sources.d/s.conf"), 0700), 0);
	assert_int_not_equal(load(f, ""), ERR_OK);
	assert_non_null(strstr(f->err.msg, "/sources.d/s.conf: Is a directory"));
}

static void a_password_in_a_url_is_not_repeated(void **state)
{
	struct fixture *f = *state;

	temp_dir_write(&f->dir, "sources.d/s.conf",
		       "source \"a\" { format = \"csv\" url = \"https://u:hush@a.org/\" }");
	assert_int_not_equal(load(f, ""), ERR_OK);
	assert_non_null(strstr(f->err.msg, "/sources.d/s.conf:1: url: a user name or password"));
	assert_null(strstr(f->err.msg, "hush"));
}

/* Main file and, in sources.d/s.conf, one source; what the message has to hold. */
static const struct mistake {
	const char *main;
	const char *source;
	const char *expected; /* part of the message, behind the folder's path */
} mistakes[] = {
	{ "parallel = 3\n", NULL,
	  "/m.conf:1: no such option 'parallel' here: it belongs in harvest { }" },
	{ "harvset {\n parallel = 3\n}\n", NULL,
	  "no such option 'harvset': expected harvest, perhaps" },
	{ "harvest {\n parallel = 0\n}\n", NULL,
	  "/m.conf:2: parallel = \"0\": expected a number from 1 to 64" },
	{ "harvest {\n worker-cpu = \"10\"\n}\n", NULL,
	  "/m.conf:2: worker-cpu = \"10\": expected a time such as 30s, 10m, 6h or 7d" },
	{ "harvest {\n worker-memory = \"1M\"\n}\n", NULL,
	  "/m.conf:2: worker-memory = \"1M\": expected a size such as 512K, 128M or 2G, from 32M "
	  "to "
	  "4G" },
	{ "harvest { keep-responses = \"2000T\" }\n", NULL, "2G, from 0 to 1024T" },
	{ "harvest { stall-timeout = \"30\" }\n", NULL, "6h or 7d, from 1s to 1d" },
	{ "", "source \"a\" { connect-timeout = \"5ms\" }\n", "6h or 7d, from 100ms to 1h" },
	{ "log-level = \"loud\"\n", NULL,
	  "/m.conf:1: log-level = \"loud\": expected one of error warning info debug" },
	{ "state-dir = \"/a\"\n\nstate-dir = \"/b\"\n", NULL,
	  "/m.conf:3: state-dir again; it is set in line 1 already" },
	{ "state-dir = \"\"\n", NULL, "/m.conf:1: state-dir is empty" },
	{ "# J\xe4rvi\nlog-level = info\n", NULL,
	  "/m.conf:1: expected text in UTF-8, read the byte 0xe4" },
	{ "\nadmin = \"unix:/\\xff\"\n", NULL, "/m.conf:2: admin: expected text in UTF-8" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" columns { x = \"\\xe4\" } }\n",
	  "/sources.d/s.conf:1: x: expected text in UTF-8" },
	{ "\nlisten = { \"tcp:localhost:80\" }\n", NULL,
	  "/m.conf:2: listen \"tcp:localhost:80\": the address is not a number; expected "
	  "unix:/path or tcp:address:port" },
	{ "admin = \"tcp:127.0.0.1:80\"\n", NULL, "/m.conf:1: admin \"tcp:127.0.0.1:80\"" },
	{ "admin = \"unix:relative\"\n", NULL, "the path is not absolute" },
	{ "listen = { \"unix:/a\" }\n\nadmin = \"unix:/a\"\n", NULL,
	  "/m.conf:3: admin \"unix:/a\" again: it stands in listen already" },
	{ "listen = { \"tcp:127.0.0.1:1\", \"tcp:127.0.0.1:1\" }\n", NULL,
	  "/m.conf:1: listen \"tcp:127.0.0.1:1\" again" },
	{ "\nsources = \"nowhere/a.conf\"\n", NULL,
	  "/nowhere/a.conf\": no such file; expected one" },
	{ "\ninclude(\"a.conf\")\n", NULL,
	  "/m.conf:2: no such option 'include': expected sources = \"sources.d/*.conf\"" },
	{ "vocab-dir = \"nowhere\"\n", NULL, "/m.conf:1: vocab-dir: " },
	{ "", "state-dir = \"/x\"\n", "/sources.d/s.conf:1: state-dir belongs in the main file" },
	{ "", "harvest { parallel = 2 }\n", "/sources.d/s.conf:1: harvest { } belongs" },
	{ "", "source \"a\" {\n format = \"csv\"\n}\n",
	  "/sources.d/s.conf:3: source \"a\" has no url: expected url = \"...\"" },
	{ "", "source \"a\" {\n url = \"https://a.org\"\n}\n", "has no format" },
	{ "", "source \"a\" {\n format = \"pdf\" url = \"https://a.org\" }\n",
	  "/sources.d/s.conf:2: format = \"pdf\": expected one of " },
	{ "", "source \"A b\" { format = \"csv\" url = \"https://a.org\" }\n",
	  "source \"A b\": expected an id of a to z" },
	{ "", "source \"a\" { format = \"csv\" url = \"ftp://a.org\" }\n",
	  "url = \"ftp://a.org\": expected https://host/path" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://u:p@a.org/\" }\n",
	  "expected https" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\"\n every = \"6 h\" }\n",
	  "/sources.d/s.conf:2: every = \"6 h\": expected a time" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" shrink-guard = 1.5 }\n",
	  "expected a share from 0.0 to 1.0" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" enabled = maybe }\n",
	  "enabled = \"maybe\": expected true or false" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\"\n\n country = \"XX\" }\n",
	  "/sources.d/s.conf:3: country = \"XX\": expected a code of ISO 3166" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" country = \"Finland\" }\n",
	  "country = \"Finland\"" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" csv { decimal = \",,\" } }\n",
	  "decimal = \",,\": expected one character" },
	{ "", "source \"a\" { format = \"ooapi\" url = \"https://a.org\"\n version = \"9\" }\n",
	  "/sources.d/s.conf:2: version = \"9\": expected 4, 5 or 6" },
	{ "", "source \"a\" { format = \"moochub\" url = \"https://a.org\"\n version = \"25\" }\n",
	  "/sources.d/s.conf:2: version = \"25\": expected 2 or 3" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n csv {\n encoding = \"ebcdic\" "
	  "} }\n",
	  "/sources.d/s.conf:3: encoding = \"ebcdic\": expected utf-8, utf-16le" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n csv {\n date-format = \"foo\" "
	  "} }\n",
	  "/sources.d/s.conf:3: date-format = \"foo\": expected a pattern of d, M and yyyy" },
	{ "",
	  "source \"a\" { format = \"ooapi\" url = \"https://a.org\"\n csv { date-format = \"foo\" "
	  "} }\n",
	  "/sources.d/s.conf:2: date-format = \"foo\": expected a pattern" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n columns { title = \"x\"\n "
	  "titel = \"x\" } }\n",
	  "/sources.d/s.conf:3: columns: \"titel\" is no element: expected a name such as" },
	{ "",
	  "source \"a\" { format = \"ooapi\" url = \"https://a.org\"\n columns { titel = \"x\" } "
	  "}\n",
	  "/sources.d/s.conf:2: columns: \"titel\" is no element" },
	{ "",
	  "source \"a\" { format = \"moochub\" url = \"https://a.org\"\n columns { titel = \"x\" } "
	  "}\n",
	  "/sources.d/s.conf:2: columns: \"titel\" is no element" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n language = \"the language of "
	  "bees\" }\n",
	  "/sources.d/s.conf:2: language = \"the language of bees\": expected a tag such as fi" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\"\n language = \"xx\" }\n",
	  "/sources.d/s.conf:2: language = \"xx\": expected a tag such as fi" },
	{ "", "source \"a\" { format = \"csv\"\n url = \"https://a.org?x=1&api_key=hush\" }\n",
	  "/sources.d/s.conf:2: url: the parameter \"api_key\" looks like a secret; expected it in "
	  "auth { type = \"query\" name = \"api_key\" secret = \"FILE\" } alone" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n query { page = 1\n Token = "
	  "hush "
	  "} }\n",
	  "/sources.d/s.conf:3: query: the parameter \"Token\" looks like a secret" },
	{ "secrets-dir = \"secrets\"\n",
	  "source \"a\" { format = \"csv\" url = \"https://a.org/?k=\"\n query { k = hush }\n"
	  " auth { type = \"query\" name = \"k\" secret = \"long\" } }\n",
	  "/sources.d/s.conf:2: query: the parameter \"k\" is set twice" },
	{ "secrets-dir = \"secrets\"\n",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n"
	  " auth { type = \"query\" name = \"k\"\n secret = \"short\" } }\n",
	  "/sources.d/s.conf:3: secret \"short\": expected at least 8 characters" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n"
	  " auth { type = \"query\" name = \"k=\" secret = \"long\" } }\n",
	  "/sources.d/s.conf:2: name = \"k=\": expected the name of a parameter" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" csv { colour = \"x\" } }\n",
	  "/sources.d/s.conf:1: no such option 'colour'; microcatd --help-config lists what" },
	{ "", "source \"a\" {\n format = \"csv\"\n intervall = \"6h\" }\n",
	  "/sources.d/s.conf:3: no such option 'intervall'; microcatd --help-config lists what" },
	{ "", "source \"a\" {\n format = \"csv\"\n evrey = \"6h\" }\n",
	  "/sources.d/s.conf:3: no such option 'evrey': expected every, perhaps" },
	{ "", "source \"a\" {\n format = \"csv\"\n pagesize = 6 }\n",
	  "no such option 'pagesize': expected page-size, perhaps" },
	{ "", "source \"a\" {\n auth { typ = \"bearer\" } }\n", "'typ': expected type, perhaps" },
	{ "", "source \"a\" {\n secret = \"x\" }\n",
	  "/sources.d/s.conf:2: no such option 'secret' here: it belongs in auth { }" },
	{ "", "source \"a\" {\n secrets-dir = \"x\" }\n",
	  "/sources.d/s.conf:2: no such option 'secrets-dir' here: it belongs at the top of" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" headers { A = \"1\" }\n"
	  " colour = \"x\" }\n",
	  "/sources.d/s.conf:2: no such option 'colour'" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" headers { Host = \"x\" } }\n",
	  "headers: Host: expected a header that may be set" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" headers { \"A B\" = \"x\" } }\n",
	  "headers: A B:" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"basic\" "
	  "secret = \"x\" } }\n",
	  "/sources.d/s.conf:2: auth of type basic: expected user = \"...\" beside it" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"bearer\" } "
	  "}\n",
	  "expected secret = \"...\" beside it" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"oauth2\" "
	  "secret = \"x\" client-id = \"c\" token-url = \"login\" } }\n",
	  "token-url = \"login\"" },
	{ "secrets-dir = \"secrets\"\n",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"bearer\" "
	  "secret = \"gone\" } }\n",
	  "/sources.d/s.conf:2: the secret cannot be read: " },
	{ "secrets-dir = \"secrets\"\n",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"bearer\" "
	  "secret = \"two-lines\" } }\n",
	  "expected one line of text" },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\"\n auth { type = \"bearer\" "
	  "secret = \"../etc\" } }\n",
	  "expected the name of a file in secrets-dir" },
	{ "source \"a\" { format = \"csv\" url = \"https://a.org\" }\n",
	  "source \"a\" { format = \"csv\" url = \"https://b.org\" }\n",
	  "/sources.d/s.conf:1: source \"a\" again: it stands in " },
	{ "",
	  "source \"a\" { format = \"csv\" url = \"https://a.org\" }\n"
	  "source \"a\" { format = \"csv\" url = \"https://b.org\" }\n",
	  "/sources.d/s.conf:2: source \"a\" again: it stands in " },
	{ "\nstate-dir = \"/var\nlog-level = info\n", NULL,
	  "/m.conf:2: state-dir: the text that begins here is not closed: expected \"" },
	{ "", "\nsource { format = \"csv\" }\n",
	  "/sources.d/s.conf:2: source { } without an id: expected source \"id\" {" },
	/* Files that were cut. */
	{ "harvest {\n parallel = 2\n", NULL, "/m.conf:4: harvest { is not closed: expected }" },
	{ "", "source \"a\" { format = \"csv\"\n url = \"https://a.org\"",
	  "/sources.d/s.conf:3: source { is not closed: expected }" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" csv { decimal = \",\"\n",
	  "csv { is not closed: expected }" },
	{ "", "source \"a\" { format = \"csv\" url = \"https://a.org\" headers { A = \"1\"\n",
	  "a section is not closed: expected }" },
};

static void a_mistake_names_file_line_what_was_read_and_what_was_expected(void **state)
{
	struct fixture *f = *state;

	temp_dir_write(&f->dir, "secrets/two-lines", "a\nb\n");
	temp_dir_write(&f->dir, "secrets/long", "long enough");
	temp_dir_write(&f->dir, "secrets/short", "short");
	for (size_t i = 0; i < countof(mistakes); i++) {
		const struct mistake *m = &mistakes[i];

		temp_dir_write(&f->dir, "sources.d/s.conf", m->source != NULL ? m->source : "");
		if (load(f, m->main) == ERR_OK)
			fail_msg("taken: %s%s", m->main, m->source != NULL ? m->source : "");
		assert_int_equal(f->err.code, ERR_CONFIG);
		if (strstr(f->err.msg, m->expected) == NULL ||
		    strstr(f->err.msg, f->dir.path) == NULL)
			fail_msg("got      %s\nexpected %s", f->err.msg, m->expected);
		assert_null(strstr(f->err.msg, "hush"));
	}
}

/* The value is right in itself, and what it names cannot be used. */
static void a_socket_that_cannot_be_opened_is_told_with_its_key(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "listen = { \"tcp:127.0.0.1:0\" }\n\nadmin = \"unix:/nowhere/a\"\n",
		  "/m.conf:3: admin: /nowhere/a: No such file or directory; expected a folder" },
		{ "listen = {\n\"unix:/nowhere/q\"}\n", "/m.conf:2: listen: /nowhere/q: " },
		{ "listen = { \"tcp:192.0.2.1:1\" }\n", "/m.conf:1: listen: tcp:192.0.2.1:1: " },
		{ "admin = \"unix:/proc/version\" listen = { \"tcp:127.0.0.1:0\" }\n",
		  "/m.conf:1: admin: /proc/version is there and no socket" },
	};
	struct fixture *f = *state;
	struct sockets none;

	for (size_t i = 0; i < countof(cases); i++) {
		assert_loads(f, cases[i].text);
		assert_int_not_equal(sockets_open(&none, f->config, &f->err), ERR_OK);
		if (strstr(f->err.msg, cases[i].expected) == NULL)
			fail_msg("got      %s\nexpected %s", f->err.msg, cases[i].expected);
	}
}

static void a_preset_that_cannot_be_used_is_told_as_one(void **state)
{
	struct fixture *f = *state;

	assert_loads(f, "state-dir = \"/x\"\n");
	err_set(&f->err, ERR_NOTFOUND, "not there");
	assert_int_equal(config_wrap(&f->err, f->config, "admin"), ERR_NOTFOUND);
	assert_non_null(strstr(f->err.msg, "/m.conf: admin is not set, so it is "
					   "unix:/run/microcat/admin.sock: not there"));
	err_set(&f->err, ERR_NOTFOUND, "not there");
	(void)config_wrap(&f->err, f->config, "state-dir");
	assert_non_null(strstr(f->err.msg, "/m.conf:1: state-dir: not there"));
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_load(&f->config, "/nowhere/m.conf", &f->err), ERR_NOTFOUND);
	assert_string_equal(f->err.msg, "/nowhere/m.conf: No such file or directory; expected a "
					"configuration file that may be read");
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

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(an_empty_file_gives_every_preset),
		WITH_FIXTURE(every_key_of_a_source_is_read),
		WITH_FIXTURE(what_the_store_keeps_has_no_secret),
		WITH_FIXTURE(settings_hash_changes_with_what_may_change_a_record),
		WITH_FIXTURE(credentials_of_systemd_come_before_the_secrets_folder),
		WITH_FIXTURE(a_source_that_is_off_may_wait_for_its_secret),
		WITH_FIXTURE(a_folder_in_place_of_a_file_is_a_mistake_like_others),
		WITH_FIXTURE(a_password_in_a_url_is_not_repeated),
		WITH_FIXTURE(a_mistake_names_file_line_what_was_read_and_what_was_expected),
		WITH_FIXTURE(a_socket_that_cannot_be_opened_is_told_with_its_key),
		WITH_FIXTURE(a_preset_that_cannot_be_used_is_told_as_one),
		WITH_FIXTURE(a_file_that_is_not_there_is_named),
		WITH_FIXTURE(relative_paths_start_at_the_main_file),
		WITH_FIXTURE(a_reload_names_what_it_cannot_take),
		cmocka_unit_test(the_example_files_are_what_the_table_says),
		WITH_FIXTURE(the_examples_are_valid_without_their_comment_marks),
		cmocka_unit_test(every_preset_is_a_value_its_key_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
