// SPDX-License-Identifier: EUPL-1.2
/*
 * Mistakes in the configuration: each is told with file, line, what was read and
 * what was expected, and none with a secret.
 */
#include "tests/support/config_fixture.h"

#include "daemon/sockets.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(a_folder_in_place_of_a_file_is_a_mistake_like_others),
		WITH_FIXTURE(a_password_in_a_url_is_not_repeated),
		WITH_FIXTURE(a_mistake_names_file_line_what_was_read_and_what_was_expected),
		WITH_FIXTURE(a_socket_that_cannot_be_opened_is_told_with_its_key),
		WITH_FIXTURE(a_preset_that_cannot_be_used_is_told_as_one),
		WITH_FIXTURE(a_file_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
