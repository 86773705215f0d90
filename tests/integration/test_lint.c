// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of the lint command, as a process: this program is also the command
 * (first argument "lint") and its worker ("--worker").
 */
#include "daemon/lint.h"

#include "harvesters/worker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/unit.h"

#include <errno.h>
#include <sysexits.h>

struct fixture {
	struct temp_dir dir;
	struct buf out;
	struct buf err;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	temp_dir_make(&f->dir);
	buf_init(&f->out, 1000000);
	buf_init(&f->err, 1000000);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	temp_dir_remove(&f->dir);
	buf_clear(&f->out);
	buf_clear(&f->err);
	mem_free(f);
	return 0;
}

static void read_file(struct buf *out, const char *path)
{
	FILE *file = fopen(path, "r");
	char bytes[4096];
	size_t n;

	assert_non_null(file);
	buf_reset(out);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_append(out, bytes, n);
	fclose(file);
}

static void redirect(const char *path, int fd, int flags)
{
	int file = open(path, flags, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
}

/* Runs the command with arguments separated by '|'; its exit status. */
static int lint(struct fixture *f, const char *arguments, const char *input)
{
	const char *out = temp_dir_path(&f->dir, "out");
	const char *err = temp_dir_path(&f->dir, "err");
	char *text = mem_strdup(arguments);
	char *args[24] = { "test_lint", "lint" };
	size_t n = 2;
	int status = 0;
	pid_t child;

	for (char *word = text; word != NULL && n < countof(args) - 1; n++) {
		char *end = strchr(word, '|');

		args[n] = word;
		if (end != NULL)
			*end++ = '\0';
		word = end;
	}
	child = fork();
	if (child == 0) {
		redirect(input != NULL ? input : "/dev/null", 0, O_RDONLY);
		redirect(out, 1, O_WRONLY | O_CREAT | O_TRUNC);
		redirect(err, 2, O_WRONLY | O_CREAT | O_TRUNC);
		execv(program_invocation_name, args); /* /proc/self/exe may be a runner */
		_exit(98);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	read_file(&f->out, out);
	read_file(&f->err, err);
	mem_free(text);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The same with a file of this content in place of FILE. */
static int lint_text(struct fixture *f, const char *name, const char *content,
		     const char *arguments)
{
	const char *path = temp_dir_write(&f->dir, name, content);
	struct buf text = BUF_INIT(10000);
	const char *at = strstr(arguments, "FILE");
	int status;

	assert_non_null(at);
	buf_append(&text, arguments, (size_t)(at - arguments));
	buf_str(&text, path);
	buf_str(&text, at + 4);
	status = lint(f, buf_z(&text), NULL);
	buf_clear(&text);
	return status;
}

static void expect_in(const struct buf *where, const char *text)
{
	if (strstr(buf_z(where), text) == NULL)
		fail_msg("\"%s\" is not in:\n%s", text, buf_z(where));
}

static void expect_status(const struct fixture *f, int got, int expected)
{
	if (got != expected)
		fail_msg("status %d, expected %d\n%s%s", got, expected, buf_z(&f->out),
			 buf_z(&f->err));
}

#define COLUMNS "|--set|columns.id=Code|--set|columns.title=Name|--set|columns.workload=Credits"

static const char good_csv[] = "Code;Name;Credits\n"
			       "A1;Data analysis;5 ECTS\n"
			       "A2;Beekeeping \x1b[31mfor all;2,5 ECTS\n";

static void good_file_is_zero_and_has_a_summary(void **state)
{
	struct fixture *f = *state;

	expect_status(f, lint_text(f, "a.csv", good_csv, "csv|FILE|--set|country=FI" COLUMNS), 0);
	expect_in(&f->out, "Data analysis\n  id                A1\n");
	expect_in(&f->out, "title");
	expect_in(&f->out, "records                  2  ");
	expect_in(&f->out, "% complete on average");
	expect_in(&f->out, "records without");
	assert_null(strchr(buf_z(&f->out), '\x1b'));
	assert_string_equal(buf_z(&f->err), "");
}

static void rejects_are_one_with_their_reason(void **state)
{
	struct fixture *f = *state;

	expect_status(f,
		      lint_text(f, "a.csv", "Code;Name;Credits\nA1;;5 ECTS\nA2;Fine;1\n",
				"csv|FILE" COLUMNS),
		      1);
	expect_in(&f->out, "rejected: A1: ");
	expect_in(&f->out, "rejected                 1");
	expect_in(&f->out, "records                  1");
}

static void ndjson_has_records_alone_on_standard_output(void **state)
{
	struct fixture *f = *state;
	struct slice rest;
	struct slice line;
	unsigned n = 0;

	expect_status(f,
		      lint_text(f, "a.csv", "Code;Name;Credits\nA1;One;5 ECTS\nA0;;3\nA2;Two;2\n",
				"csv|FILE|--ndjson" COLUMNS),
		      1);
	rest = buf_view(&f->out);
	while (slice_split(&line, &rest, '\n')) {
		n++;
		assert_true(slice_starts_with(line, n == 1 ? SLICE_LIT("{\"recordId\":\"A1\",")
							   : SLICE_LIT("{\"recordId\":\"A2\",")));
		assert_true(slice_ends_with(line, SLICE_LIT("}")));
	}
	assert_int_equal(n, 2);
	expect_in(&f->out, "\"ects\":5");
	expect_in(&f->err, "rejected: A0: ");
	expect_in(&f->err, "records                  2");
}

static void explain_shows_word_rule_and_result(void **state)
{
	struct fixture *f = *state;

	expect_status(f, lint_text(f, "a.csv", good_csv, "csv|FILE|--explain" COLUMNS), 0);
	expect_in(&f->out, "workload          \"5 ECTS\"");
	expect_in(&f->out, "-> ");
	expect_status(f, lint_text(f, "a.csv", good_csv, "csv|FILE|--explain|--ndjson" COLUMNS), 0);
	expect_in(&f->out, "\"explain\":[{\"element\":");
}

static void several_files_are_the_pages_of_one_list(void **state)
{
	struct fixture *f = *state;
	static const char page1[] = "{\"links\":{\"next\":\"https://file.invalid/"
				    "2\"},\"data\":[{\"id\":\"m1\",\"type\":"
				    "\"courses\",\"attributes\":{\"name\":\"One\"}}]}";
	static const char page2[] = "{\"links\":{},\"data\":[{\"id\":\"m2\",\"type\":\"courses\","
				    "\"attributes\":{\"name\":\"Two\"}}]}";
	const char *path2 = temp_dir_write(&f->dir, "2.json", page2);
	struct buf arguments = BUF_INIT(1000);

	buf_printf(&arguments, "moochub|FILE|%s|--ndjson", path2);
	expect_status(f, lint_text(f, "1.json", page1, buf_z(&arguments)), 0);
	expect_in(&f->out, "\"recordId\":\"m1\"");
	expect_in(&f->out, "\"recordId\":\"m2\"");
	/* Without the second: what is not in the file is no loss. */
	expect_status(f, lint_text(f, "1.json", page1, "moochub|FILE"), 0);
	expect_in(&f->out, "not looked at            1");
	buf_clear(&arguments);
}

static void standard_input_is_a_file(void **state)
{
	struct fixture *f = *state;
	const char *path = temp_dir_write(&f->dir, "in.csv", good_csv);

	expect_status(f, lint(f, "csv|-" COLUMNS, path), 0);
	expect_in(&f->out, "records                  2");
}

static void settings_come_from_a_file_and_the_command_line(void **state)
{
	struct fixture *f = *state;
	const char *source = temp_dir_write(
		&f->dir, "partner.conf",
		"source \"partner\" {\n title = \"Partner\"\n format = \"csv\"\n country = \"SE\"\n"
		" url = \"https://partner.example/list.csv\"\n auth { type = \"bearer\" secret = "
		"\"nowhere\" }\n columns { id = \"Code\" title = \"Name\" }\n}\n");
	struct buf arguments = BUF_INIT(1000);

	buf_printf(&arguments, "csv|FILE|--ndjson|--source-file|%s|--set|columns.workload=Credits",
		   source);
	expect_status(f, lint_text(f, "a.csv", good_csv, buf_z(&arguments)), 0);
	expect_in(&f->out, "\"country\":\"SE\"");
	expect_in(&f->out, "\"ects\":5");
	buf_printf(&arguments, "|--set|country=FI");
	expect_status(f, lint_text(f, "a.csv", good_csv, buf_z(&arguments)), 0);
	expect_in(&f->out, "\"country\":\"FI\"");
	buf_clear(&arguments);
}

static void mistakes_have_their_statuses(void **state)
{
	static const struct {
		const char *arguments;
		int status;
		const char *message;
	} cases[] = {
		{ "csv", EX_USAGE, "expected a format, and a file or URL" },
		{ "morse|x.csv", EX_USAGE, "no harvester reads the format \"morse\"" },
		{ "csv|x.csv|--colour", EX_USAGE, "--colour: not an option" },
		{ "csv|x.csv|https://a.org/", EX_USAGE, "expected one URL, or files" },
		{ "csv|/nowhere/x.csv", EX_NOINPUT, "/nowhere/x.csv: No such file" },
		{ "csv|-|--set|shoe-size=43", EX_CONFIG, "no setting \"shoe-size\"" },
		{ "csv|-|--set|country", EX_CONFIG, "expected KEY=VALUE" },
		{ "csv|-|--set|country=Atlantis", EX_CONFIG, "lint: the command line: country = " },
		{ "csv|-|--set|csv.encoding=x", EX_CONFIG, "the command line: encoding = \"x\"" },
		{ "csv|-|--set|columns.title=\xff", EX_CONFIG, "expected text in UTF-8" },
		{ "csv|-|--set|page-size=many", EX_CONFIG, "page-size=many" },
		{ "csv|https://a.org/x.csv", EX_USAGE, "files only" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		expect_status(f, lint(f, cases[i].arguments, NULL), cases[i].status);
		expect_in(&f->err, cases[i].message);
		assert_string_equal(buf_z(&f->out), "");
	}
	expect_status(f, lint(f, "--help", NULL), 0);
	expect_in(&f->out, "usage: microcat lint FORMAT");
}

static void bytes_of_another_kind_are_unreadable_data(void **state)
{
	struct fixture *f = *state;

	expect_status(f, lint_text(f, "a.json", "<html>Sign in</html>", "moochub|FILE"),
		      EX_DATAERR);
	expect_in(&f->err, "lost: ");
}

int main(int argc, char **argv)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(good_file_is_zero_and_has_a_summary),
		T(rejects_are_one_with_their_reason),
		T(ndjson_has_records_alone_on_standard_output),
		T(explain_shows_word_rule_and_result),
		T(several_files_are_the_pages_of_one_list),
		T(standard_input_is_a_file),
		T(settings_come_from_a_file_and_the_command_line),
		T(mistakes_have_their_statuses),
		T(bytes_of_another_kind_are_unreadable_data),
	};

	if (argc > 1 && strcmp(argv[1], "--worker") == 0)
		return worker_main(3);
	if (argc > 1 && strcmp(argv[1], "lint") == 0)
		return lint_main(argc - 1, argv + 1, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
