// SPDX-License-Identifier: EUPL-1.2
/*
 * What partners really send, and worse, where an operator meets it: the real
 * daemon harvests a partner that misbehaves beside one that does not. Each
 * case says what the run becomes, its ledger, and the words of its report;
 * the other source is complete, and what was good is found. docs/bad-input.md
 * lists the cases, with those that other tests have.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/db_dump.h"
#include "tests/support/folder.h"

#include <zlib.h>

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct partner *other; /* of the good source: waits are by host */
};

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	f->other = partner_open(NULL);
	assert_true(f->p != NULL && f->other != NULL);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	daemon_fixture_close(&f->d);
	partner_close(f->p);
	partner_close(f->other);
	mem_free(f);
	return 0;
}

enum { BODY_BYTES = 300 * 1024 * 1024, N_GOOD = 3 };

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

static void serve_bytes(struct fixture *f, const char *path, const char *type, struct slice body)
{
	struct partner_answer a = { .body = body.p, .body_bytes = body.n };

	snprintf(a.content_type, sizeof(a.content_type), "%s", type);
	partner_route(f->p, path, &a);
}

/* --- a run and its report --- */

struct expectation {
	const char *end; /* "complete" ... */
	long shown, new_, rejected;
	const char *said[4]; /* in the run's report */
};

static void check_ledger(const char *line)
{
	long shown = daemon_figure(line, "shown");
	long before = daemon_figure(line, "before");

	if (strstr(line, "harvest cancelled") != NULL || strstr(line, "harvest failed") != NULL)
		return; /* cut off in the middle of a page */
	assert_int_equal(shown, daemon_figure(line, "new") + daemon_figure(line, "back") +
					daemon_figure(line, "changed") +
					daemon_figure(line, "unchanged") +
					daemon_figure(line, "rejected") +
					daemon_figure(line, "out-of-scope") +
					daemon_figure(line, "duplicate"));
	assert_int_equal(before, daemon_figure(line, "kept") + daemon_figure(line, "unlisted") +
					 daemon_figure(line, "gone") +
					 daemon_figure(line, "absent") +
					 daemon_figure(line, "held"));
}

static void copy_line(char *line, size_t cap, struct fixture *f, const char *source)
{
	char text[64];

	f->d.seen = 0;
	snprintf(text, sizeof(text), "source=%s run=", source);
	do
		snprintf(line, cap, "%s", daemon_wait_line(&f->d, text));
	while (strstr(line, ": harvest ") == NULL);
}

static void expect_figure(const char *name, const char *line, const char *figure, long expected)
{
	if (daemon_figure(line, figure) != expected)
		fail_msg("%s: %s is not %ld: %s", name, figure, expected, line);
}

static void expect_report(struct fixture *f, const char *name, const char *line,
			  const struct expectation *e)
{
	char path[64];
	const char *run = strstr(line, "run=");
	const char *report;

	snprintf(path, sizeof(path), "/v1/sources/bad/runs/%.*s",
		 (int)strspn(run + 4, "0123456789"), run + 4);
	report = daemon_get_ok(&f->d, path);
	for (size_t i = 0; i < countof(e->said) && e->said[i] != NULL; i++)
		if (strstr(report, e->said[i]) == NULL)
			fail_msg("%s: the report does not say \"%s\": %s", name, e->said[i],
				 report);
}

/* A first harvest of both sources. */
static void harvest(struct fixture *f, const char *name, const struct expectation *e)
{
	char line[4096];
	char end[64];

	f->d.output.len = 0;
	f->d.seen = 0;
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	copy_line(line, sizeof(line), f, "good");
	if (strstr(line, "harvest complete") == NULL)
		fail_msg("%s: the other source: %s", name, line);
	expect_figure(name, line, "new", N_GOOD);
	copy_line(line, sizeof(line), f, "bad");
	check_ledger(line);
	expect_report(f, name, line, e);
	snprintf(end, sizeof(end), ": harvest %s", e->end);
	if (strstr(line, end) == NULL)
		fail_msg("%s: not %s: %s", name, e->end, line);
	expect_figure(name, line, "shown", e->shown);
	expect_figure(name, line, "new", e->new_);
	expect_figure(name, line, "rejected", e->rejected);
	/* What is good is found, of both. */
	snprintf(end, sizeof(end), "\"total\":%ld", N_GOOD + e->new_);
	assert_non_null(strstr(daemon_get_ok(&f->d, "/v1/offers?limit=1"), end));
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
}

static void begin(struct fixture *f, const char *settings)
{
	const struct partner_answer plain = { .status = 200 };

	folder_remove(temp_dir_path(&f->d.dir, "state"));
	partner_unroute(f->p, "/list");
	partner_unroute(f->p, "/next");
	serve_csv(f->other, 1, N_GOOD, &plain);
	daemon_source(&f->d, "good", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->other));
	daemon_source(&f->d, "bad", "%s url = \"%s/list\"", settings, partner_base(f->p));
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
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(json_cases); i++) {
		begin(f, MOOCHUB);
		serve_bytes(f, "/list", MOOCHUB_TYPE, json_cases[i].body);
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
	struct fixture *f = *state;
	struct buf body = BUF_INIT(BODY_BYTES);

	begin(f, MOOCHUB);
	buf_str(&body, "{\"links\":{},\"data\":[" GOOD(
			       "a") ",{\"type\":\"Course\",\"id\":\"b\",\"attributes\":{\"name\":");
	put_levels(&body, 100000);
	buf_str(&body, "}}," GOOD("c") "]}");
	serve_bytes(f, "/list", MOOCHUB_TYPE, buf_view(&body));
	harvest(f, "100,000 levels in a record", &record);
	buf_reset(&body);
	buf_str(&body, "{\"links\":{},\"meta\":");
	put_levels(&body, 100000);
	buf_str(&body, ",\"data\":[" GOOD("a") "]}");
	begin(f, MOOCHUB);
	serve_bytes(f, "/list", MOOCHUB_TYPE, buf_view(&body));
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
	struct fixture *f = *state;
	struct buf body = BUF_INIT(BODY_BYTES);

	put_huge(
		&body,
		SLICE_LIT("{\"links\":{},\"data\":[" GOOD("a") ",{\"type\":\"Course\",\"id\":\"b\","
							       "\"attributes\":{\"name\":\""),
		SLICE_LIT("\"}}," GOOD("c") "]}"));
	a.body = body.data;
	a.body_bytes = body.len;
	begin(f, MOOCHUB);
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
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(list_cases); i++) {
		struct partner_answer answers[4];
		size_t n = 0;

		while (n < 3 && list_cases[i].page[n] != NULL) {
			answers[n] = (struct partner_answer){ .body = list_cases[i].page[n],
							      .content_type = "application/json" };
			n++;
		}
		answers[n] = missing;
		begin(f, list_cases[i].settings);
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
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(http_cases); i++) {
		struct partner_answer answers[2] = { http_cases[i].answers[0],
						     http_cases[i].answers[1] };
		char settings[256];

		for (size_t k = 0; k < 2; k++)
			snprintf(answers[k].content_type, sizeof(answers[k].content_type), "%s",
				 MOOCHUB_TYPE);
		snprintf(settings, sizeof(settings), "%s %s", MOOCHUB, http_cases[i].settings);
		begin(f, settings);
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
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(csv_cases); i++) {
		begin(f, CSV);
		serve_bytes(f, "/list", "text/csv; charset=utf-8", csv_cases[i].body);
		harvest(f, csv_cases[i].name, &csv_cases[i].e);
	}
}

/* --- what no partner sends --- */

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
	struct fixture *f = *state;

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
	struct fixture *f = *state;

	begin(f, CSV);
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
	struct fixture *f = *state;

	begin(f, CSV);
	serve_bytes(f, "/list", "text/csv", SLICE_LIT("id,title\na,One\n"));
	for (size_t i = 0; i < countof(clocks); i++) {
		long n = N_GOOD + (long)i;
		char line[4096];

		serve_csv(f->other, 1, (int)n, &plain);
		f->d.output.len = f->d.seen = 0;
		assert_int_equal(daemon_run_once(&f->d, "--once", clocks[i]), 0);
		db_check_whole(temp_dir_path(&f->d.dir, "state"));
		copy_line(line, sizeof(line), f, "good");
		check_ledger(line);
		expect_figure(clocks[i], line, "new", i == 0 ? n : 1);
		expect_figure(clocks[i], line, "before", i == 0 ? 0 : n - 1);
	}
}

/* A real worker and a page that needs more than it may have. */
static void a_worker_that_needs_too_much(void **state)
{
	struct fixture *f = *state;
	struct buf body = BUF_INIT(BODY_BYTES);
	char line[4096];

	daemon_config(&f->d, "harvest { worker-memory = \"32M\" }");
	begin(f, OOAPI);
	buf_str(&body, "{\"pageSize\":250,\"pageNumber\":1,\"hasNextPage\":false,\"rest\":[");
	for (unsigned i = 0; i < 1000000; i++)
		buf_str(&body, "{},");
	buf_str(&body, "{}],\"items\":[" OOAPI_COURSE("a") "]}");
	serve_bytes(f, "/list/courses", "application/json", buf_view(&body));
	f->d.output.len = f->d.seen = 0;
	(void)daemon_run_once(&f->d, "--once", NULL);
	copy_line(line, sizeof(line), f, "good");
	assert_non_null(strstr(line, "harvest complete"));
	copy_line(line, sizeof(line), f, "bad");
	assert_non_null(strstr(line, "harvest failed: bad: the worker needs more than 32 MiB of "
				     "memory (worker-memory) while reading http://127.0.0.1:"));
	check_ledger(line);
	db_check_whole(temp_dir_path(&f->d.dir, "state"));
	buf_clear(&body);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(json_of_every_kind),
		WITH_FIXTURE(a_hundred_thousand_levels),
		WITH_FIXTURE(a_record_of_200_mb),
		WITH_FIXTURE(lists_of_every_kind),
		WITH_FIXTURE(answers_of_every_kind),
		WITH_FIXTURE(csv_of_every_kind),
		WITH_FIXTURE(configurations_of_every_kind),
		WITH_FIXTURE(a_state_directory_that_cannot_be_written),
		WITH_FIXTURE(a_clock_that_jumps),
		WITH_FIXTURE(a_worker_that_needs_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
