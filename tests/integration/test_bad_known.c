// SPDX-License-Identifier: EUPL-1.2
/*
 * What was known stays: a source of three records is harvested, says something
 * of them that cannot be read, and is well again. In between nothing is taken
 * away that may still be there, the report names the record where its bytes
 * show it, and afterwards all is as it was. Each case is a source of one daemon.
 */
#include "tests/support/partner.h"
#include "tests/support/two_sources.h"

enum { KNOWN = 3, BODY_BYTES = 16 * 1024 * 1024, LARGE_BYTES = 9 * 1024 * 1024 };

#define MOOCHUB "format = \"moochub\" version = \"3\" retries = 1"
#define OOAPI "format = \"ooapi\" version = \"5\" retries = 1"
#define CSV "format = \"csv\" retries = 1"

/* In bodies: an item of 100,000 levels, of 9 MiB, an id of 600 bytes. */
#define DEEP "\x01"
#define LARGE "\x02"
#define LONG_ID "\x03"

#define COURSE(id, title)                                                                          \
	"{\"type\":\"Course\",\"id\":\"" id "\",\"attributes\":{\"name\":" title                   \
	",\"inLanguage\":[\"en\"],\"url\":\"https://example.org/\"}}"
#define GOOD(id) COURSE(id, "\"Course " id "\"")
#define LIST(items) "{\"links\":{},\"data\":[" items "]}"
#define OOAPI_COURSE(id, more)                                                                     \
	"{\"courseId\":\"" id "\",\"name\":[{\"language\":\"en\",\"value\":\"Course " id           \
	"\"}]," more "\"teachingLanguage\":\"eng\"}"
#define OOAPI_LIST(items)                                                                          \
	"{\"pageSize\":20,\"pageNumber\":1,\"hasNextPage\":false,\"items\":[" items "]}"
#define BYTES(text)                                                                                \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	} /* may hold a 0 */

static const struct format {
	const char *settings;
	const char *path; /* of the list, below the source's URL */
	const char *type, *good;
} formats[] = {
	{ MOOCHUB, "", "application/vnd.api+json; moochub-version=3",
	  LIST(GOOD("a") "," GOOD("b") "," GOOD("c")) },
	{ OOAPI, "/courses", "application/json",
	  OOAPI_LIST(OOAPI_COURSE("a", "") "," OOAPI_COURSE("b", "") "," OOAPI_COURSE("c", "")) },
	{ CSV, "", "text/csv", "id,title\na,One\nb,Two\nc,Three\n" },
};

enum { IN_MOOCHUB, IN_OOAPI, IN_CSV };

static const struct {
	const char *name;
	int format;
	struct slice body;
	const char *end;
	long rejected, kept, held;
	const char *said[2]; /* in the report */
} cases[] = {
	{ "a NUL byte in a record",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\0y\"") "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "control character 0x0" } },
	{ "half a surrogate in a record",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\\ud800y\"") "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "invalid Unicode" } },
	{ "duplicate keys in a record",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") ",{\"type\":\"Course\",\"id\":\"b\",\"attributes\":{\"name\":\"x\","
			       "\"name\":\"y\"}}," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "duplicate object key" } },
	{ "a record without a title",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," COURSE("b", "null") "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "title" } },
	{ "100,000 levels in a record",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," COURSE("b", DEEP) "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "LIMIT_JSON_DEPTH" } },
	{ "a record of 9 MiB",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"" LARGE "\"") "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "LIMIT_ITEM_BYTES" } },
	{ "an id that is too long",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") "," GOOD(LONG_ID) "," GOOD("c"))),
	  "held",
	  1,
	  2,
	  1,
	  { "an id of 600 bytes", "no id could be read of 1 rejected items" } },
	{ "no object where a record was",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") ",7," GOOD("c"))),
	  "held",
	  1,
	  2,
	  1,
	  { "is no object: 7", "1 absent records may be among them" } },
	{ "no object beside all records",
	  IN_MOOCHUB,
	  BYTES(LIST(GOOD("a") ",7," GOOD("b") "," GOOD("c"))),
	  "complete",
	  1,
	  3,
	  0,
	  { "is no object: 7" } },
	{ "JSON that ends early",
	  IN_MOOCHUB,
	  BYTES("{\"links\":{},\"data\":[" GOOD("a") ",{\"ty"),
	  "incomplete",
	  0,
	  1,
	  2,
	  { "page 1: ends at byte" } },
	{ "status 200 with an error inside",
	  IN_MOOCHUB,
	  BYTES("{\"errors\":[{\"title\":\"database down\"}]}"),
	  "incomplete",
	  0,
	  0,
	  3,
	  { "database down" } },
	{ "an empty list",
	  IN_MOOCHUB,
	  BYTES(LIST("")),
	  "held",
	  0,
	  0,
	  3,
	  { "no record was shown where there were 3" } },
	{ "duplicate keys in a record",
	  IN_OOAPI,
	  BYTES(OOAPI_LIST(OOAPI_COURSE("a", "") "," OOAPI_COURSE(
		  "b", "\"x\":1,\"x\":2,") "," OOAPI_COURSE("c", ""))),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"", "duplicate object key" } },
	{ "half a record",
	  IN_OOAPI,
	  BYTES("{\"pageNumber\":1,\"hasNextPage\":false,\"items\":[" OOAPI_COURSE(
		  "a", "") ","
			   "{\"courseId\":"),
	  "incomplete",
	  0,
	  1,
	  2,
	  { "page 1: ends at byte" } },
	{ "a cell too many",
	  IN_CSV,
	  BYTES("id,title\na,One\nb,Two,more\nc,Three\n"),
	  "complete",
	  1,
	  3,
	  0,
	  { "\"recordId\":\"b\"" } },
	{ "a row without its id",
	  IN_CSV,
	  BYTES("id,title\na,One\n,Two\nc,Three\n"),
	  "held",
	  1,
	  2,
	  1,
	  { "no id could be read of 1 rejected items" } },
	{ "a quote that never closes",
	  IN_CSV,
	  BYTES("id,title\na,One\nb,\"Two\nc,Three\n"),
	  "incomplete",
	  0,
	  1,
	  2,
	  { "inside quotes that line 3 opens" } },
};

/* The body with what stands for large things put in. */
static void put_body(struct buf *out, struct slice body)
{
	for (size_t i = 0; i < body.n; i++) {
		char c = body.p[i];

		if (c == DEEP[0]) {
			buf_fill(out, '[', 100000);
			buf_fill(out, ']', 100000);
		} else if (c == LARGE[0]) {
			buf_fill(out, 'x', LARGE_BYTES);
		} else if (c == LONG_ID[0]) {
			buf_fill(out, 'i', 600);
		} else {
			buf_char(out, c);
		}
	}
	assert_false(buf_failed(out));
}

static const char *name_of(size_t i)
{
	static char name[16];

	snprintf(name, sizeof(name), "case-%zu", i);
	return name;
}

static void serve(struct two_sources *f, size_t i, struct slice body)
{
	const struct format *format = &formats[cases[i].format];
	char path[64];

	snprintf(path, sizeof(path), "/%s%s", name_of(i), format->path);
	two_sources_serve(f, path, format->type, body);
}

static void ask_for_harvest(struct two_sources *f, size_t i)
{
	struct daemon_answer answer;
	char path[64];

	snprintf(path, sizeof(path), "/v1/sources/%s/harvest", name_of(i));
	daemon_post(&f->d, path, NULL, &answer);
	assert_int_equal(answer.status, 202);
	buf_clear(&answer.body);
}

/* Some new sources are harvested at once, the others would be within minutes. */
static bool has_run(struct two_sources *f, size_t i)
{
	char path[64];

	snprintf(path, sizeof(path), "/v1/sources/%s/runs", name_of(i));
	return strstr(daemon_get_ok(&f->d, path), "\"run\":") != NULL;
}

/* Waits for the end of the run; its line in the log. */
static void wait_for_end(struct two_sources *f, size_t i, char *line, size_t cap)
{
	two_sources_line(line, cap, f, name_of(i));
	two_sources_check_ledger(line);
}

static void expect_all_found(struct two_sources *f, size_t i)
{
	const char *answer;
	char path[64];

	snprintf(path, sizeof(path), "/v1/offers?limit=1&source=%s", name_of(i));
	answer = daemon_get_ok(&f->d, path);
	if (strstr(answer, "\"total\":3") == NULL)
		fail_msg("%s: something is lost: %s", cases[i].name, answer);
}

static void expect_said(struct two_sources *f, size_t i, const char *line)
{
	const char *report = two_sources_report(f, name_of(i), line);
	char path[64];

	two_sources_expect_said(cases[i].name, report, cases[i].said, countof(cases[i].said));
	/* Whatever is said of an item or a page names the page. */
	snprintf(path, sizeof(path), "/%s", name_of(i));
	if (strstr(report, "\"code\":") != NULL && strstr(report, path) == NULL)
		fail_msg("%s: no page is named: %s", cases[i].name, report);
}

/* --- three days --- */

static void know_all(struct two_sources *f)
{
	char line[4096];

	for (size_t i = 0; i < countof(cases); i++) {
		serve(f, i, slice_of(formats[cases[i].format].good));
		daemon_source(&f->d, name_of(i), "%s url = \"%s/%s\" every = \"30d\"",
			      formats[cases[i].format].settings, partner_base(f->p), name_of(i));
	}
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	for (size_t i = 0; i < countof(cases); i++)
		if (!has_run(f, i))
			ask_for_harvest(f, i);
	for (size_t i = 0; i < countof(cases); i++) {
		wait_for_end(f, i, line, sizeof(line));
		two_sources_expect(cases[i].name, line, "new", KNOWN);
	}
}

static void serve_what_cannot_be_read(struct two_sources *f)
{
	daemon_forget_output(&f->d);
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf body = BUF_INIT(BODY_BYTES);

		put_body(&body, cases[i].body);
		serve(f, i, buf_view(&body));
		ask_for_harvest(f, i);
		buf_clear(&body);
	}
	for (size_t i = 0; i < countof(cases); i++) {
		char line[4096];
		char end[64];

		wait_for_end(f, i, line, sizeof(line));
		snprintf(end, sizeof(end), ": harvest %s", cases[i].end);
		if (strstr(line, end) == NULL)
			fail_msg("%s: not %s: %s", cases[i].name, cases[i].end, line);
		two_sources_expect(cases[i].name, line, "rejected", cases[i].rejected);
		two_sources_expect(cases[i].name, line, "kept", cases[i].kept);
		two_sources_expect(cases[i].name, line, "held", cases[i].held);
		two_sources_expect(cases[i].name, line, "absent", 0);
		expect_said(f, i, line);
		expect_all_found(f, i);
	}
}

static void serve_what_is_good(struct two_sources *f)
{
	daemon_forget_output(&f->d);
	for (size_t i = 0; i < countof(cases); i++) {
		serve(f, i, slice_of(formats[cases[i].format].good));
		ask_for_harvest(f, i);
	}
	for (size_t i = 0; i < countof(cases); i++) {
		char line[4096];

		wait_for_end(f, i, line, sizeof(line));
		if (strstr(line, ": harvest complete") == NULL)
			fail_msg("%s: not well again: %s", cases[i].name, line);
		two_sources_expect(cases[i].name, line, "kept", KNOWN);
		two_sources_expect(cases[i].name, line, "new", 0);
		expect_all_found(f, i);
	}
}

static void what_is_known_stays_when_it_cannot_be_read(void **state)
{
	struct two_sources *f = *state;

	know_all(f);
	serve_what_cannot_be_read(f);
	serve_what_is_good(f);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TWO_SOURCES(what_is_known_stays_when_it_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
