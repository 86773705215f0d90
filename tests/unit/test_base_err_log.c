// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/err and base/log: messages of one line, and where they go. */
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"

#include "base/utf8.h"

#include "tests/support/unit.h"

#include <errno.h>
#include <pthread.h>

static void failing_is_one_line(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&err, ERR_PARSE, "page %d: ends", 3), ERR_PARSE);
	assert_int_equal(err.code, ERR_PARSE);
	assert_string_equal(err.msg, "page 3: ends");
	assert_int_equal(err_set(NULL, ERR_LIMIT, "nobody listens"), ERR_LIMIT);
	err_clear(&err);
	assert_int_equal(err.code, ERR_OK);
	assert_string_equal(err.msg, "");
	err_clear(NULL);
}

static void a_message_is_never_empty_nor_two_lines(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_NOTFOUND, "%s", "");
	assert_string_equal(err.msg, "not-found");
	err_set(&err, ERR_PARSE, "a\nb\r\nc");
	assert_string_equal(err.msg, "a b  c");
}

static void a_long_message_is_cut_between_code_points(void **state)
{
	(void)state;
	for (int lead = ERR_MSG_BYTES - 6; lead < ERR_MSG_BYTES + 3; lead++) {
		struct err err = ERR_INIT;

		err_set(&err, ERR_PARSE, "%*s\xe2\x82\xac\xe2\x82\xac", lead, "");
		assert_true(utf8_is_valid(slice_of(err.msg)));
		assert_in_range(strlen(err.msg), ERR_MSG_BYTES - 3, ERR_MSG_BYTES - 1);
		err_wrap(&err, "x");
		assert_true(utf8_is_valid(slice_of(err.msg)));
		assert_memory_equal(err.msg, "x:  ", 4);
	}
}

static void a_failure_without_a_code_is_internal(void **state)
{
	static const int codes[] = { ERR_OK, ERR_COUNT, -1, 1000 };

	(void)state;
	for (size_t i = 0; i < countof(codes); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(err_set(&err, (enum err_code)codes[i], "x"), ERR_INTERNAL);
		assert_int_equal(err.code, ERR_INTERNAL);
	}
	assert_string_equal(err_code_name((enum err_code)1000), "internal");
	assert_false(err_is_retryable((enum err_code)1000));
}

static void wrapping_puts_context_in_front(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_REMOTE, "status 500");
	assert_int_equal(err_wrap(&err, "page %d", 3), ERR_REMOTE);
	assert_int_equal(err_wrap(&err, "source=%s", "jyu"), ERR_REMOTE);
	assert_string_equal(err.msg, "source=jyu: page 3: status 500");
	assert_int_equal(err_wrap(NULL, "x"), ERR_INTERNAL);
}

static void an_error_may_be_made_of_its_own_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_IO, "first");
	err_set(&err, ERR_DB, "then %s and %s", err.msg, err.msg);
	assert_string_equal(err.msg, "then first and first");
	assert_int_equal(err.code, ERR_DB);
}

static void every_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT; i++) {
		const char *name = err_code_name((enum err_code)i);

		assert_non_null(name);
		assert_int_equal(err_code_of_name(name), i);
		for (const char *p = name; *p != '\0'; p++)
			assert_true(*p == '-' || (*p >= 'a' && *p <= 'z'));
	}
	assert_int_equal(err_code_of_name("no such"), ERR_INTERNAL);
	assert_int_equal(err_code_of_name(NULL), ERR_INTERNAL);
	assert_true(err_is_retryable(ERR_TIMEOUT));
	assert_false(err_is_retryable(ERR_PARSE));
	assert_false(err_is_retryable(ERR_OK));
}

static void system_errors_are_translated(void **state)
{
	static const struct {
		int errnum;
		enum err_code code;
		const char *msg;
	} cases[] = {
		{ ENOENT, ERR_NOTFOUND, "open /x: No such file or directory" },
		{ EACCES, ERR_DENIED, "open /x: Permission denied" },
		{ ENOSPC, ERR_FULL, "open /x: No space left on device" },
		{ ECONNREFUSED, ERR_NETWORK, "open /x: Connection refused" },
		{ EFBIG, ERR_LIMIT, "open /x: File too large" },
		{ EBUSY, ERR_BUSY, "open /x: Device or resource busy" },
		{ EEXIST, ERR_CONFLICT, "open /x: File exists" },
		{ ENOSYS, ERR_UNSUPPORTED, "open /x: Function not implemented" },
		{ EIO, ERR_IO, "open /x: Input/output error" },
		{ 4711, ERR_IO, "open /x: Unknown error 4711" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(err_from_errno(&err, cases[i].errnum, "open /x"), cases[i].code);
		assert_string_equal(err.msg, cases[i].msg);
	}
}

static void libuv_errors_are_translated(void **state)
{
	static const struct {
		int status;
		enum err_code code;
	} cases[] = {
		{ UV_ENOENT, ERR_NOTFOUND },
		{ UV_EADDRINUSE, ERR_BUSY },
		{ UV_ECANCELED, ERR_CANCELLED },
		{ UV_ECONNRESET, ERR_NETWORK },
		{ UV_EOF, ERR_NETWORK },
		{ UV_EAI_NONAME, ERR_NETWORK },
		{ UV_EAI_CANCELED, ERR_CANCELLED },
		{ UV_UNKNOWN, ERR_IO },
		{ UV_ETIMEDOUT, ERR_TIMEOUT },
		{ 0, ERR_IO },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(err_from_uv(&err, cases[i].status, "listen"), cases[i].code);
		assert_memory_equal(err.msg, "listen: ", 8);
		assert_true(strlen(err.msg) > 8);
	}
}

/* Standard error, into a pipe, while a test logs. */
struct capture {
	int saved;
	int reading;
	char text[64 * 1024];
};

static void capture_start(struct capture *c)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	c->saved = dup(STDERR_FILENO);
	assert_true(c->saved >= 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	c->reading = ends[0];
}

static void capture_end(struct capture *c)
{
	size_t n = 0;
	ssize_t got;

	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	while ((got = read(c->reading, c->text + n, sizeof(c->text) - 1 - n)) > 0)
		n += (size_t)got;
	c->text[n] = '\0';
	close(c->reading);
}

static void a_line_for_a_terminal_has_time_level_and_area(void **state)
{
	struct capture c;

	(void)state;
	capture_start(&c);
	errno = ENOENT;
	log_warning(LOG_HARVEST, "source=%s page=%d: x", "jyu", 3);
	assert_int_equal(errno, ENOENT);
	capture_end(&c);
	/* "12:00:01 warning harvest: ..." */
	assert_int_equal(c.text[2], ':');
	assert_int_equal(c.text[5], ':');
	assert_true(ascii_is_digit(c.text[0]) && ascii_is_digit(c.text[7]));
	assert_string_equal(c.text + 8, " warning harvest: source=jyu page=3: x\n");
}

static void a_line_for_the_journal_has_its_mark(void **state)
{
	struct capture c;

	(void)state;
	log_set_journal(true);
	capture_start(&c);
	log_error(LOG_STORE, "a");
	log_warning(LOG_API, "b");
	log_info(LOG_MAIN, "c");
	capture_end(&c);
	log_set_journal(false);
	assert_string_equal(c.text, "<3>store: a\n<4>api: b\n<6>main: c\n");
}

static int n_evaluated;

static int evaluated(void)
{
	return ++n_evaluated;
}

static void lines_above_the_level_are_dropped(void **state)
{
	static const struct {
		const char *level;
		const char *lines;
	} cases[] = {
		{ "error", "<3>main: e\n" },
		{ "warning", "<3>main: e\n<4>main: w\n" },
		{ "info", "<3>main: e\n<4>main: w\n<6>main: i\n" },
		{ "debug", "<3>main: e\n<4>main: w\n<6>main: i\n<7>main: d1\n" },
	};
	enum log_level level;

	(void)state;
	log_set_journal(true);
	for (size_t i = 0; i < countof(cases); i++) {
		struct capture c;

		assert_true(log_level_of_name(&level, cases[i].level));
		log_set_level(level);
		capture_start(&c);
		log_error(LOG_MAIN, "e");
		log_warning(LOG_MAIN, "w");
		log_info(LOG_MAIN, "i");
		log_debug(LOG_MAIN, "d%d", evaluated());
		capture_end(&c);
		assert_string_equal(c.text, cases[i].lines);
	}
	assert_int_equal(n_evaluated, 1); /* arguments of a dropped debug line cost nothing */
	assert_false(log_level_of_name(&level, "loud"));
	assert_false(log_level_of_name(&level, ""));
	log_set_level(LOG_LEVEL_INFO);
	log_set_journal(false);
}

static void control_characters_are_escaped(void **state)
{
	static const char *const cases[][2] = {
		{ "a\nb\r\tc", "a\\nb\\r\\tc" },
		{ "\x1b[31mred", "\\x1b[31mred" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m" }, /* CSI in one code point */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" }, /* line separator */
		{ "\xff\xe2\x82", "\\xff\\xe2\\x82" }, /* no UTF-8 */
		{ "\xef\xbf\xbd\xc3\xa4", "\xef\xbf\xbd\xc3\xa4" }, /* text stays */
	};

	(void)state;
	log_set_journal(true);
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf expected = BUF_INIT(100);
		struct capture c;

		capture_start(&c);
		log_info(LOG_MAIN, "%s", cases[i][0]);
		capture_end(&c);
		buf_printf(&expected, "<6>main: %s\n", cases[i][1]);
		assert_string_equal(c.text, expected.data);
		buf_clear(&expected);
	}
	log_set_journal(false);
}

static void a_long_line_is_cut_and_still_a_line(void **state)
{
	/* What grows when it is escaped too. */
	static const char *const pieces[] = { "x", "\xe2\x82\xac", "\n" };

	(void)state;
	for (size_t i = 0; i < countof(pieces); i++) {
		struct buf text = BUF_INIT(3 * LIMIT_LOG_LINE_BYTES);
		struct capture c;
		size_t n;

		while (text.len < 2 * LIMIT_LOG_LINE_BYTES)
			buf_str(&text, pieces[i]);
		capture_start(&c);
		log_info(LOG_MAIN, "%s", text.data);
		capture_end(&c);
		n = strlen(c.text);
		assert_in_range(n, LIMIT_LOG_LINE_BYTES / 2, LIMIT_LOG_LINE_BYTES);
		assert_string_equal(c.text + n - 4, "...\n");
		assert_true(utf8_is_valid(slice_of(c.text)));
		assert_ptr_equal(strchr(c.text, '\n'), c.text + n - 1);
		buf_clear(&text);
	}
}

enum { N_LINES = 100 };

static void *log_many(void *letter)
{
	char text[101];

	memset(text, *(char *)letter, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < N_LINES; i++)
		log_info(LOG_MAIN, "%s", text);
	return NULL;
}

static void lines_of_two_threads_do_not_mix(void **state)
{
	char letters[2] = { 'a', 'b' };
	size_t n_lines[2] = { 0, 0 };
	pthread_t threads[2];
	struct capture c;
	struct slice rest;
	struct slice line;

	(void)state;
	log_set_journal(true);
	capture_start(&c);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, &letters[i]), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	capture_end(&c);
	log_set_journal(false);
	rest = slice_of(c.text);
	while (slice_split(&line, &rest, '\n')) {
		struct slice text = slice_from(line, strlen("<6>main: "));

		assert_int_equal(text.n, 100);
		for (size_t i = 1; i < text.n; i++)
			assert_int_equal(text.p[i], text.p[0]);
		n_lines[text.p[0] == 'b']++;
	}
	assert_int_equal(n_lines[0], N_LINES);
	assert_int_equal(n_lines[1], N_LINES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failing_is_one_line),
		cmocka_unit_test(a_message_is_never_empty_nor_two_lines),
		cmocka_unit_test(a_long_message_is_cut_between_code_points),
		cmocka_unit_test(a_failure_without_a_code_is_internal),
		cmocka_unit_test(wrapping_puts_context_in_front),
		cmocka_unit_test(an_error_may_be_made_of_its_own_message),
		cmocka_unit_test(every_code_has_a_name_of_its_own),
		cmocka_unit_test(system_errors_are_translated),
		cmocka_unit_test(libuv_errors_are_translated),
		cmocka_unit_test(a_line_for_a_terminal_has_time_level_and_area),
		cmocka_unit_test(a_line_for_the_journal_has_its_mark),
		cmocka_unit_test(lines_above_the_level_are_dropped),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(a_long_line_is_cut_and_still_a_line),
		cmocka_unit_test(lines_of_two_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
