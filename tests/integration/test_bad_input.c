// SPDX-License-Identifier: EUPL-1.2
/*
 * What partners really send, and worse, where an operator meets it: the real
 * daemon harvests a partner that misbehaves beside one that does not. Each
 * case says what the run becomes, its ledger, and the words of its report;
 * the other source is complete, and what was good is found. docs/bad-input.md
 * lists the cases, with those that other tests have.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/two_sources.h"

#include <zlib.h>

enum { BODY_BYTES = 300 * 1024 * 1024 };

/* --- pages --- */

#define MOOCHUB_TYPE "application/vnd.api+json; moochub-version=3"
#define COURSE(id, title)                                                                          \
	"{\"type\":\"Course\",\"id\":\"" id "\",\"attributes\":{\"name\":" title                   \
	",\"inLanguage\":[\"en\"],\"url\":\"https://example.org/" id "\"}}"
#define GOOD(id) COURSE(id, "\"Course " id "\"")
/* In a table of constants; may hold a 0. */
#define BYTES(text)                                                                                \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}
#define LIST(items) "{\"links\":{},\"data\":[" items "]}"

/* --- a run and its report --- */

struct expectation {
	const char *end; /* "complete" ... */
	long shown, new_, rejected;
	const char *said[4]; /* in the run's report */
};

/* A first harvest of both sources. */
static void harvest(struct two_sources *f, const char *name, const struct expectation *e)
{
	char line[4096];
	char end[64];

	daemon_forget_output(&f->d);
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	two_sources_line(line, sizeof(line), f, "good");
	if (strstr(line, "harvest complete") == NULL)
		fail_msg("%s: the other source: %s", name, line);
	two_sources_expect(name, line, "new", TWO_GOOD);
	two_sources_line(line, sizeof(line), f, "bad");
	two_sources_check_ledger(line);
	two_sources_expect_said(name, two_sources_report(f, "bad", line), e->said,
				countof(e->said));
	snprintf(end, sizeof(end), ": harvest %s", e->end);
	if (strstr(line, end) == NULL)
		fail_msg("%s: not %s: %s", name, e->end, line);
	two_sources_expect(name, line, "shown", e->shown);
	two_sources_expect(name, line, "new", e->new_);
	two_sources_expect(name, line, "rejected", e->rejected);
	/* What is good is found, of both. */
	snprintf(end, sizeof(end), "\"total\":%ld", TWO_GOOD + e->new_);
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), end));
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
}

#define MOOCHUB "format = \"moochub\" version = \"3\" retries = 1"
#define OOAPI "format = \"ooapi\" version = \"5\" retries = 1"
#define CSV "format = \"csv\" retries = 1"

/* --- JSON --- */

static const struct {
	const char *name;
	struct slice body;
	struct expectation e;
} json_cases[] = {
	{ "JSON that ends early",
	  BYTES("{\"links\":{},\"data\":[" GOOD("a") "," GOOD(
		  "b") ",{\"type\":\"Course\",\"id\":\"c\",\"attr"),
	  { "incomplete",
	    2,
	    2,
	    0,
	    { "page 1: ends at byte 271 inside item 3, which begins at byte 240", "\"pagesLost\":1",
	      "/list\"" } } },
	{ "JSON that ends between items",
	  BYTES("{\"links\":{},\"data\":[" GOOD("a") "," GOOD("b") ","),
	  { "incomplete", 2, 2, 0, { "page 1: ends at byte 240 after 2 items" } } },
	{ "duplicate keys in a record",
	  BYTES(LIST(GOOD("a") ",{\"type\":\"Course\",\"id\":\"b\",\"id\":\"c\",\"attributes\":{"
			       "\"name\":\"x\"}}," GOOD("d"))),
	  { "complete",
	    3,
	    2,
	    1,
	    { "not JSON at byte 160 (in the item at byte 130): duplicate object key",
	      "/list\"" } } },
	{ "duplicate keys of the page",
	  BYTES("{\"links\":{},\"links\":{\"next\":\"http://127.0.0.1/\"},\"data\":[" GOOD(
		  "a") "]}"),
	  { "incomplete",
	    1,
	    1,
	    0,
	    { "links.next leads to another host: http://127.0.0.1/", "next-link-elsewhere" } } },
	{ "a NUL byte in a text",
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\0y\"") "," GOOD("c"))),
	  { "complete", 3, 2, 1, { "(in the item at byte 130): control character 0x0" } } },
	{ "an escaped NUL in a text",
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\\u0000y\"") "," GOOD("c"))),
	  { "complete", 3, 3, 0, { NULL } } },
	{ "invalid UTF-8 in a text",
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\xff\xfey\"") "," GOOD("c"))),
	  { "complete", 3, 3, 0, { "not-utf8", "byte 130", "bytes of windows-1252" } } },
	{ "half a surrogate",
	  BYTES(LIST(GOOD("a") "," COURSE("b", "\"x\\ud800y\"") "," GOOD("c"))),
	  { "complete", 3, 2, 1, { "(in the item at byte 130): invalid Unicode" } } },
	{ "a byte order mark",
	  BYTES("\xef\xbb\xbf" LIST(GOOD("a") "," GOOD("b"))),
	  { "complete", 2, 2, 0, { "\"notes\":0" } } },
	{ "numbers where text belongs",
	  BYTES(LIST(
		  GOOD("a") "," COURSE("b", "42") ",{\"type\":\"Course\",\"id\":7,\"attributes\":{"
						  "\"name\":\"Seven\"}}," GOOD("c"))),
	  { "complete", 4, 4, 0, { NULL } } },
	{ "a text where a list belongs",
	  BYTES("{\"links\":{},\"data\":\"none\"}"),
	  { "incomplete", 0, 0, 0, { "page 1: \\\"data\\\" is no list" } } },
	{ "an item that is no object",
	  BYTES(LIST(GOOD("a") ",7,null,[1]," GOOD("b"))),
	  { "complete",
	    5,
	    2,
	    3,
	    { "the item at byte 130 is no object: 7", "is no object: null",
	      "is no object: [1]" } } },
	{ "status 200 with an error inside",
	  BYTES("{\"errors\":[{\"status\":\"500\",\"title\":\"database down\"}]}"),
	  { "incomplete", 0, 0, 0, { "page 1: the answer is an error: database down" } } },
	{ "a page in HTML",
	  BYTES("<!DOCTYPE html><html><body>We are moving</body></html>"),
	  { "incomplete", 0, 0, 0, { "page 1: an HTML page instead of JSON" } } },
	{ "nothing at all",
	  BYTES(""),
	  { "incomplete", 0, 0, 0, { "page 1: the body is empty, expected JSON" } } },
	{ "an empty list",
	  BYTES(LIST("")),
	  { "complete", 0, 0, 0, { "links.next is absent or empty" } } },
	{ "a next link to another host",
	  BYTES("{\"links\":{\"next\":\"http://localhost:1/list?page=2\"},\"data\":[" GOOD(
		  "a") "]}"),
	  { "incomplete",
	    2,
	    1,
	    0,
	    { "next-link-elsewhere", "http://localhost:1/list?page=2",
	      "a link on the source's own host" } } },
	{ "a next link that is no link",
	  BYTES("{\"links\":{\"next\":17},\"data\":[" GOOD("a") "]}"),
	  { "incomplete", 1, 1, 0, { "links.next is no link" } } },
};

static void json_of_every_kind(void **state)
{
	struct two_sources *f = *state;

	for (size_t i = 0; i < countof(json_cases); i++) {
		two_sources_begin(f, MOOCHUB);
		two_sources_serve(f, "/list", MOOCHUB_TYPE, json_cases[i].body);
		harvest(f, json_cases[i].name, &json_cases[i].e);
	}
}

static void put_levels(struct buf *out, unsigned n)
{
	buf_fill(out, '[', n);
	buf_fill(out, ']', n);
}

static void a_hundred_thousand_levels(void **state)
{
	const struct expectation record = {
		"complete",
		3,
		2,
		1,
		{ "the item at byte 130 is not read: it is nested deeper than" }
	};
	const struct expectation page = {
		"incomplete", 1, 1, 0, { "page 1: what stands beside the list cannot be read" }
	};
	struct two_sources *f = *state;
	struct buf body = BUF_INIT(BODY_BYTES);

	two_sources_begin(f, MOOCHUB);
	buf_str(&body, "{\"links\":{},\"data\":[" GOOD(
			       "a") ",{\"type\":\"Course\",\"id\":\"b\",\"attributes\":{\"name\":");
	put_levels(&body, 100000);
	buf_str(&body, "}}," GOOD("c") "]}");
	two_sources_serve(f, "/list", MOOCHUB_TYPE, buf_view(&body));
	harvest(f, "100,000 levels in a record", &record);
	buf_reset(&body);
	buf_str(&body, "{\"links\":{},\"meta\":");
	put_levels(&body, 100000);
	buf_str(&body, ",\"data\":[" GOOD("a") "]}");
	two_sources_begin(f, MOOCHUB);
	two_sources_serve(f, "/list", MOOCHUB_TYPE, buf_view(&body));
	harvest(f, "100,000 levels beside the list", &page);
	buf_clear(&body);
}

/* prefix, 200 MB of one letter, suffix; compressed. */
static void put_huge(struct buf *out, struct slice prefix, struct slice suffix)
{
	const size_t piece_bytes = 1024 * 1024;
	char *letters = mem_zalloc(piece_bytes);
	z_stream z = { .opaque = NULL };

	memset(letters, 'x', piece_bytes);
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (int i = -1; i <= 200; i++) {
		struct slice in = i < 0     ? prefix
				  : i < 200 ? slice_make(letters, piece_bytes)
					    : suffix;

		z.next_in = (Bytef *)(uintptr_t)in.p;
		z.avail_in = (uInt)in.n;
		do {
			z.next_out = (Bytef *)buf_room(out, piece_bytes);
			z.avail_out = (uInt)piece_bytes;
			deflate(&z, i == 200 ? Z_FINISH : Z_NO_FLUSH);
			buf_added(out, piece_bytes - z.avail_out);
		} while (z.avail_out == 0);
	}
	deflateEnd(&z);
	mem_free(letters);
}

static void a_record_of_200_mb(void **state)
{
	const struct expectation e = { "complete",
				       3,
				       2,
				       1,
				       { "the item at byte 130 is not read: it is larger than 8 "
					 "MiB (LIMIT_ITEM_BYTES)" } };
	struct partner_answer a = { .content_type = MOOCHUB_TYPE,
				    .headers = { { "Content-Encoding", "gzip" } } };
	struct two_sources *f = *state;
	struct buf body = BUF_INIT(BODY_BYTES);

	put_huge(
		&body,
		SLICE_LIT("{\"links\":{},\"data\":[" GOOD("a") ",{\"type\":\"Course\",\"id\":\"b\","
							       "\"attributes\":{\"name\":\""),
		SLICE_LIT("\"}}," GOOD("c") "]}"));
	a.body = body.data;
	a.body_bytes = body.len;
	two_sources_begin(f, MOOCHUB);
	partner_route(f->p, "/list", &a);
	harvest(f, "a record of 200 MB", &e);
	buf_clear(&body);
}

/* --- lists of pages --- */

#define OOAPI_PAGE(number, more, items)                                                            \
	"{\"pageSize\":2,\"pageNumber\":" number "," more "\"items\":[" items "]}"
#define OOAPI_COURSE(id)                                                                           \
	"{\"courseId\":\"" id "\",\"name\":[{\"language\":\"en\",\"value\":\"Course " id           \
	"\"}],\"teachingLanguage\":\"eng\"}"

static const struct {
	const char *name;
	const char *settings;
	const char *
		page[3]; /* answers to the first, second and third request of the list; NULL: 404 */
	struct expectation e;
} list_cases[] = {
	{ "a page that is its own next",
	  MOOCHUB,
	  { "{\"links\":{\"next\":\"/list\"},\"data\":[" GOOD("a") "]}" },
	  { "complete", 1, 1, 0, { "links.next is the page itself" } } },
	{ "a next link back to the first page",
	  MOOCHUB,
	  { "{\"links\":{\"next\":\"/list?page=2\"},\"data\":[" GOOD("a") "]}",
	    "{\"links\":{\"next\":\"/list\"},\"data\":[" GOOD("b") "]}" },
	  { "incomplete", 2, 2, 0, { "page 2 links to one that was read: /list" } } },
	{ "other links, always the same page",
	  MOOCHUB,
	  { "{\"links\":{\"next\":\"/list?page=2\"},\"data\":[" GOOD("a") "]}",
	    "{\"links\":{\"next\":\"/list?page=3\"},\"data\":[" GOOD("a") "]}",
	    "{\"links\":{\"next\":\"/list?page=4\"},\"data\":[" GOOD("a") "]}" },
	  { "incomplete",
	    2,
	    1,
	    0,
	    { "page 2 shows nothing new and links to a next one",
	      "\"recordId\":\"a\",\"message\":\"shown before in this run\"" } } },
	{ "a server that ignores page numbers",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"hasNextPage\":true,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("1", "\"hasNextPage\":true,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("1", "\"hasNextPage\":true,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")) },
	  { "incomplete", 4, 2, 0, { "asked for page 2, the answer is page 1" } } },
	{ "an empty first page with a second",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"hasNextPage\":true,", ""),
	    OOAPI_PAGE("2", "\"hasNextPage\":false,", OOAPI_COURSE("a")) },
	  { "incomplete", 0, 0, 0, { "page 1 is empty and says that there are more" } } },
	{ "a total of more pages than there are",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"totalPages\":3,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("2", "\"totalPages\":3,", OOAPI_COURSE("c")) },
	  { "incomplete",
	    3,
	    3,
	    0,
	    { "courses page 3: the server answered 404", "\"pagesLost\":1" } } },
	{ "a total of fewer pages than there are",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"totalPages\":1,\"hasNextPage\":true,",
		       OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("2", "\"totalPages\":1,\"hasNextPage\":false,", OOAPI_COURSE("c")) },
	  { "complete", 3, 3, 0, { "hasNextPage is false" } } },
	{ "a list that shrinks while it is paged",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"totalPages\":3,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("2", "\"totalPages\":2,", OOAPI_COURSE("d")) },
	  { "incomplete",
	    3,
	    3,
	    0,
	    { "the list shrank while it was paged, from 3 pages to 2: items may have been passed "
	      "over" } } },
	{ "a list that grows while it is paged",
	  OOAPI,
	  { OOAPI_PAGE("1", "\"hasNextPage\":true,", OOAPI_COURSE("a") "," OOAPI_COURSE("b")),
	    OOAPI_PAGE("2", "\"hasNextPage\":false,", OOAPI_COURSE("b") "," OOAPI_COURSE("c")) },
	  { "complete", 4, 3, 0, { "\"recordId\":\"b\"", "shown before in this run" } } },
};

static void lists_of_every_kind(void **state)
{
	const struct partner_answer missing = { .status = 404 };
	struct two_sources *f = *state;

	for (size_t i = 0; i < countof(list_cases); i++) {
		struct partner_answer answers[4];
		size_t n = 0;

		while (n < 3 && list_cases[i].page[n] != NULL) {
			answers[n] = (struct partner_answer){ .body = list_cases[i].page[n],
							      .content_type = "application/json" };
			n++;
		}
		answers[n] = missing;
		two_sources_begin(f, list_cases[i].settings);
		partner_route_sequence(f->p, "/list", answers, n + 1);
		partner_route_sequence(f->p, "/list/courses", answers, n + 1);
		harvest(f, list_cases[i].name, &list_cases[i].e);
	}
}

/* --- HTTP --- */

#define TWO_ITEMS LIST(GOOD("a") "," GOOD("b"))

static const struct {
	const char *name;
	const char *settings; /* more of them */
	struct partner_answer answers[2]; /* status 0: none */
	struct expectation e;
} http_cases[] = {
	{ "404",
	  "",
	  { { .status = 404 } },
	  { "incomplete",
	    0,
	    0,
	    0,
	    { "page 1: the server answered 404", "\"code\":\"not-found\"", "/list\"" } } },
	{ "401",
	  "",
	  { { .status = 401 } },
	  { "incomplete", 0, 0, 0, { "page 1: the server answered 401" } } },
	{ "429 with Retry-After",
	  "",
	  { { .status = 429, .headers = { { "Retry-After", "1" } } },
	    { .status = 200, .body = TWO_ITEMS } },
	  { "complete", 2, 2, 0, { "\"requests\":2" } } },
	{ "429 with a long Retry-After",
	  "",
	  { { .status = 429, .headers = { { "Retry-After", "90000" } } } },
	  { "incomplete",
	    0,
	    0,
	    0,
	    { "page 1: status 429, and to be left alone for 90000 s", "\"requests\":1" } } },
	{ "500, then 200",
	  "",
	  { { .status = 500 }, { .status = 200, .body = TWO_ITEMS } },
	  { "complete", 2, 2, 0, { "\"requests\":2" } } },
	{ "a connection cut in the body",
	  "",
	  { { .status = 200, .body = TWO_ITEMS, .fault = PARTNER_CUT, .fault_at_bytes = 140 } },
	  { "incomplete",
	    1,
	    1,
	    0,
	    { "page 1: transfer closed with 101 bytes remaining to read" } } },
	{ "a connection reset in the body",
	  "",
	  { { .status = 200, .body = TWO_ITEMS, .fault = PARTNER_RESET } },
	  { "incomplete", 0, 0, 0, { "page 1: ", "eset by peer" } } },
	{ "a body slower than the idle limit",
	  "idle-timeout = \"2s\"",
	  { { .status = 200, .body = TWO_ITEMS, .fault = PARTNER_STALL, .fault_at_bytes = 140 } },
	  { "incomplete", 1, 1, 0, { "page 1: nothing came for longer than idle-timeout" } } },
	{ "a gzip bomb",
	  "max-body = \"8M\"",
	  { { .status = 200, .bomb_bytes = 2000000000 } },
	  { "incomplete", 0, 0, 0, { "page 1: the body has more than 8388608 bytes" } } },
	{ "an endless body",
	  "max-body = \"1M\"",
	  { { .status = 200, .body = TWO_ITEMS, .is_endless = true } },
	  { "incomplete", 2, 2, 0, { "page 1: the body has more than 1048576 bytes" } } },
	{ "a ring of redirects",
	  "",
	  { { .status = 302, .headers = { { "Location", "/list" } } } },
	  { "incomplete", 0, 0, 0, { "page 1: more than 5 redirects" } } },
	{ "a redirect to a file",
	  "",
	  { { .status = 302, .headers = { { "Location", "file:///etc/passwd" } } } },
	  { "incomplete", 0, 0, 0, { "is not asked over file" } } },
};

static void answers_of_every_kind(void **state)
{
	struct two_sources *f = *state;

	for (size_t i = 0; i < countof(http_cases); i++) {
		struct partner_answer answers[2] = { http_cases[i].answers[0],
						     http_cases[i].answers[1] };
		char settings[256];

		for (size_t k = 0; k < 2; k++)
			snprintf(answers[k].content_type, sizeof(answers[k].content_type), "%s",
				 MOOCHUB_TYPE);
		snprintf(settings, sizeof(settings), "%s %s", MOOCHUB, http_cases[i].settings);
		two_sources_begin(f, settings);
		partner_route_sequence(f->p, "/list", answers, answers[1].status != 0 ? 2 : 1);
		harvest(f, http_cases[i].name, &http_cases[i].e);
	}
}

/* --- CSV --- */

static const struct {
	const char *name;
	struct slice body;
	struct expectation e;
} csv_cases[] = {
	{ "Windows-1252 labelled as UTF-8",
	  BYTES("id,title\na,Caf\xe9 f\xfcr alle\nb,Plain\n"),
	  { "complete",
	    2,
	    2,
	    0,
	    { "encoding windows-1252 (neither UTF-8 nor anything else that shows)" } } },
	{ "a quote that never closes",
	  BYTES("id,title\na,One\nb,\"Two\nc,Three\nd,Four\n"),
	  { "incomplete", 1, 1, 0, { "the text ends inside quotes that line 3 opens" } } },
	{ "a NUL byte in a cell",
	  BYTES("id,title\na,On\0e\nb,Two\n"),
	  { "complete", 2, 2, 0, { NULL } } },
	{ "no line but the headings",
	  BYTES("id,title\n"),
	  { "complete", 0, 0, 0, { "the end of the file" } } },
};

static void csv_of_every_kind(void **state)
{
	struct two_sources *f = *state;

	for (size_t i = 0; i < countof(csv_cases); i++) {
		two_sources_begin(f, CSV);
		two_sources_serve(f, "/list", "text/csv; charset=utf-8", csv_cases[i].body);
		harvest(f, csv_cases[i].name, &csv_cases[i].e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TWO_SOURCES(json_of_every_kind),
		WITH_TWO_SOURCES(a_hundred_thousand_levels),
		WITH_TWO_SOURCES(a_record_of_200_mb),
		WITH_TWO_SOURCES(lists_of_every_kind),
		WITH_TWO_SOURCES(answers_of_every_kind),
		WITH_TWO_SOURCES(csv_of_every_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
