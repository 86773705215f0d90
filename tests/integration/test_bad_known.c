// SPDX-License-Identifier: EUPL-1.2
/*
 * What was known stays: a source of three records is harvested, says something
 * of them that cannot be read, and is well again. In between nothing is taken
 * away that may still be there, the report names the record where its bytes
 * show it, and afterwards all is as it was.
 */
#include "tests/support/catalogue_pages.h"
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
	const char *settings, *path, *type, *good;
} formats[] = {
	{ MOOCHUB, "/list", "application/vnd.api+json; moochub-version=3",
	  LIST(GOOD("a") "," GOOD("b") "," GOOD("c")) },
	{ OOAPI, "/list/courses", "application/json",
	  OOAPI_LIST(OOAPI_COURSE("a", "") "," OOAPI_COURSE("b", "") "," OOAPI_COURSE("c", "")) },
	{ CSV, "/list", "text/csv", "id,title\na,One\nb,Two\nc,Three\n" },
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

/* Harvests what is served now; the line in the log. */
static void harvest_again(struct two_sources *f, char *line, size_t cap)
{
	struct daemon_answer answer;

	f->d.output.len = 0;
	daemon_post(&f->d, "/v1/sources/bad/harvest", NULL, &answer);
	assert_int_equal(answer.status, 202);
	buf_clear(&answer.body);
	two_sources_line(line, cap, f, "bad");
	two_sources_check_ledger(line);
}

static void expect_all_found(struct two_sources *f, const char *name)
{
	const char *answer = daemon_get_ok(&f->d, "/v1/offers?limit=1");

	if (strstr(answer, "\"total\":6") == NULL)
		fail_msg("%s: something is lost: %s", name, answer);
}

static void expect_said(struct two_sources *f, size_t i, const char *line)
{
	const char *run = strstr(line, "run=");
	const char *report;
	char path[64];

	snprintf(path, sizeof(path), "/v1/sources/bad/runs/%.*s",
		 (int)strspn(run + 4, "0123456789"), run + 4);
	report = daemon_get_ok(&f->d, path);
	for (size_t k = 0; k < countof(cases[i].said) && cases[i].said[k] != NULL; k++)
		if (strstr(report, cases[i].said[k]) == NULL)
			fail_msg("%s: the report does not say \"%s\": %s", cases[i].name,
				 cases[i].said[k], report);
	/* Whatever is said of an item or a page names the page. */
	if (strstr(report, "\"code\":") != NULL && strstr(report, "/list") == NULL)
		fail_msg("%s: no page is named: %s", cases[i].name, report);
}

static void try_case(struct two_sources *f, size_t i)
{
	const struct format *format = &formats[cases[i].format];
	struct buf body = BUF_INIT(BODY_BYTES);
	char line[4096];
	char end[64];

	put_body(&body, cases[i].body);
	two_sources_begin(f, format->settings);
	two_sources_serve(f, format->path, format->type, slice_of(format->good));
	f->d.output.len = 0;
	f->d.seen = 0;
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	two_sources_line(line, sizeof(line), f, "good");
	two_sources_line(line, sizeof(line), f, "bad");
	two_sources_expect(cases[i].name, line, "new", KNOWN);

	two_sources_serve(f, format->path, format->type, buf_view(&body));
	harvest_again(f, line, sizeof(line));
	snprintf(end, sizeof(end), ": harvest %s", cases[i].end);
	if (strstr(line, end) == NULL)
		fail_msg("%s: not %s: %s", cases[i].name, cases[i].end, line);
	two_sources_expect(cases[i].name, line, "rejected", cases[i].rejected);
	two_sources_expect(cases[i].name, line, "kept", cases[i].kept);
	two_sources_expect(cases[i].name, line, "held", cases[i].held);
	two_sources_expect(cases[i].name, line, "absent", 0);
	expect_said(f, i, line);
	expect_all_found(f, cases[i].name);

	two_sources_serve(f, format->path, format->type, slice_of(format->good));
	harvest_again(f, line, sizeof(line));
	if (strstr(line, ": harvest complete") == NULL)
		fail_msg("%s: not well again: %s", cases[i].name, line);
	two_sources_expect(cases[i].name, line, "kept", KNOWN);
	two_sources_expect(cases[i].name, line, "new", 0);
	expect_all_found(f, cases[i].name);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	buf_clear(&body);
}

static void what_is_known_stays_when_it_cannot_be_read(void **state)
{
	for (size_t i = 0; i < countof(cases); i++)
		try_case(*state, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TWO_SOURCES(what_is_known_stays_when_it_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
