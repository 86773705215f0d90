// SPDX-License-Identifier: EUPL-1.2
/* Tests of harvesters/message and begin: what one side writes, the other reads, and nothing else.
 */
#include "harvesters/message.h"

#include "harvesters/begin.h"
#include "tests/support/unit.h"

static struct arena arena = ARENA_INIT(16 * (size_t)LIMIT_MIB);
static struct buf out = BUF_INIT(16 * (size_t)LIMIT_MIB);

static int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}

/* The one frame in out. */
static struct frame only_frame(void)
{
	struct slice in = buf_view(&out);
	struct frame f = { 0 };
	bool is_whole = false;

	assert_false(buf_failed(&out));
	assert_int_equal(frame_take(&f, &is_whole, &in, NULL), ERR_OK);
	assert_true(is_whole);
	assert_int_equal(in.n, 0);
	return f;
}

static struct message read_back(enum frame_type type)
{
	struct message m = { 0 };
	struct err err = ERR_INIT;
	struct frame f = only_frame();

	if (message_read(&m, &arena, &f, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(m.type, type);
	assert_int_equal(m.tag, 9);
	buf_reset(&out);
	return m;
}

static void offer_comes_back_byte_by_byte(void **state)
{
	struct raw_hash hash = { "0123456789abcde" };
	struct message m;

	(void)state;
	message_write_offer(&out, 9, SLICE_LIT("id \xc3\xa4"), &hash, SLICE_LIT("{\"title\":1}"),
			    SLICE_LIT("[]"));
	/* offer and words are borrowed from the frame. */
	struct frame f = only_frame();
	assert_int_equal(message_read(&m, &arena, &f, NULL), ERR_OK);
	assert_slice(m.record_id, "id \xc3\xa4");
	assert_memory_equal(m.hash.bytes, hash.bytes, sizeof(hash.bytes));
	assert_slice(m.offer, "{\"title\":1}");
	assert_slice(m.words, "[]");
}

static void largest_offer_fits(void **state)
{
	struct buf id = BUF_INIT(LIMIT_RECORD_ID_BYTES);
	struct buf offer = BUF_INIT(LIMIT_OFFER_BYTES);
	struct raw_hash hash = { { 0 } };
	struct message m;
	struct frame f;

	(void)state;
	buf_fill(&id, 'i', LIMIT_RECORD_ID_BYTES);
	buf_fill(&offer, 'o', LIMIT_OFFER_BYTES);
	message_write_offer(&out, 9, buf_view(&id), &hash, buf_view(&offer), SLICE_LIT(""));
	f = only_frame();
	assert_int_equal(message_read(&m, &arena, &f, NULL), ERR_OK);
	assert_int_equal(m.offer.n, LIMIT_OFFER_BYTES);
	buf_clear(&id);
	buf_clear(&offer);
}

static void every_offer_cut_short_is_refused(void **state)
{
	struct raw_hash hash = { { 0 } };

	(void)state;
	message_write_offer(&out, 9, SLICE_LIT("id"), &hash, SLICE_LIT("{}"), SLICE_LIT(""));
	for (size_t n = 0; n < only_frame().payload.n; n++) {
		struct frame f = only_frame();
		struct message m;
		struct slice part = unit_exact(slice_first(f.payload, n));

		f.payload = part;
		assert_int_equal(message_read(&m, &arena, &f, NULL), ERR_PROTOCOL);
		unit_exact_free(part);
	}
}

static void what_is_no_text_is_cut_as_long_as_it_is_written(void **state)
{
	static const char bytes[] = { '\0', '\xff' };

	(void)state;
	for (size_t i = 0; i < countof(bytes); i++) {
		struct buf long_text = BUF_INIT(LIMIT_LINK_BYTES);
		struct response r = { .status = 200, .request = { .tag = 9 } }, read;
		struct note note = { .element = EL_COUNT };
		struct frame f;

		buf_fill(&long_text, bytes[i], LIMIT_LINK_BYTES);
		note.code = note.path = note.got = note.expected = buf_view(&long_text);
		message_write_note(&out, 9, buf_view(&long_text), &note);
		assert_int_equal(read_back(FRAME_NOTE).note.got.n, LIMIT_NOTE_BYTES / 3 * 3);
		message_write_remember(&out, 9, "key", buf_view(&long_text));
		assert_int_equal(read_back(FRAME_REMEMBER).value.n, LIMIT_REMEMBER_BYTES / 3 * 3);
		r.final_url = r.link = r.content_type = buf_view(&long_text);
		message_write_response(&out, 9, &r);
		f = only_frame();
		assert_int_equal(message_read_response(&read, &arena, &f, NULL), ERR_OK);
		assert_int_equal(read.final_url.n, LIMIT_URL_BYTES / 3 * 3);
		assert_slice(read.link, NULL);
		buf_reset(&out);
		buf_clear(&long_text);
	}
}

static void small_messages_come_back(void **state)
{
	struct err why = ERR_INIT;
	struct message m;
	struct note note = { .code = SLICE_LIT("unknown-level"),
			     .element = EL_LEVEL,
			     .path = SLICE_LIT("level"),
			     .got = SLICE_LIT("\"hard\"\n") };

	(void)state;
	err_set(&why, ERR_PARSE, "no \"title\"");
	message_write_gone(&out, 9, SLICE_LIT("x"));
	assert_slice(read_back(FRAME_GONE).record_id, "x");

	message_write_reject(&out, 9, SLICE_NONE, &why);
	m = read_back(FRAME_REJECT);
	assert_slice(m.record_id, NULL);
	assert_int_equal(m.why.code, ERR_PARSE);
	assert_string_equal(m.why.msg, "no \"title\"");

	message_write_out_of_scope(&out, 9, SLICE_LIT("y"), "a degree");
	m = read_back(FRAME_OUT_OF_SCOPE);
	assert_slice(m.record_id, "y");
	assert_string_equal(m.why.msg, "a degree");

	message_write_note(&out, 9, SLICE_LIT("z"), &note);
	m = read_back(FRAME_NOTE);
	assert_slice(m.record_id, "z");
	assert_slice(m.note.code, "unknown-level");
	assert_int_equal(m.note.element, EL_LEVEL);
	assert_slice(m.note.got, "\"hard\"\n");
	assert_slice(m.note.expected, NULL);
	note.element = EL_COUNT;
	message_write_note(&out, 9, SLICE_NONE, &note);
	assert_int_equal(read_back(FRAME_NOTE).note.element, EL_COUNT);

	message_write_announce(&out, 9, 0x0102030405060708);
	assert_true(read_back(FRAME_ANNOUNCE).n == 0x0102030405060708);

	message_write_remember(&out, 9, "token", SLICE_LIT("abc"));
	m = read_back(FRAME_REMEMBER);
	assert_slice(m.key, "token");
	assert_slice(m.value, "abc");

	message_write_page(&out, 9, 250, NULL);
	m = read_back(FRAME_PAGE);
	assert_int_equal(m.n, 250);
	assert_false(m.is_lost);
	message_write_page(&out, 9, 3, &why);
	m = read_back(FRAME_PAGE);
	assert_true(m.is_lost);
	assert_string_equal(m.why.msg, "no \"title\"");
}

static void long_texts_are_cut_and_fit(void **state)
{
	struct buf text = BUF_INIT(100000);
	struct response r = { .status = 200 };
	struct response back;
	struct frame f;
	struct note note;

	(void)state;
	buf_fill(&text, '\x01', 100000); /* six bytes each in JSON */
	note = (struct note){ buf_view(&text), EL_TITLE, buf_view(&text), buf_view(&text),
			      buf_view(&text) };
	message_write_note(&out, 9, buf_view(&text), &note);
	assert_int_equal(read_back(FRAME_NOTE).note.got.n, LIMIT_NOTE_BYTES);
	message_write_remember(&out, 9, "k", buf_view(&text));
	assert_int_equal(read_back(FRAME_REMEMBER).value.n, LIMIT_REMEMBER_BYTES);

	r.final_url = slice_first(buf_view(&text), LIMIT_URL_BYTES);
	r.link = buf_view(&text);
	r.content_type = slice_first(buf_view(&text), LIMIT_LINK_BYTES);
	message_write_response(&out, 9, &r);
	f = only_frame();
	assert_int_equal(message_read_response(&back, &arena, &f, NULL), ERR_OK);
	assert_slice(back.link, NULL);
	assert_int_equal(back.content_type.n, LIMIT_LINK_BYTES);
	assert_int_equal(back.final_url.n, LIMIT_URL_BYTES);
	buf_clear(&text);
}

static void answers_come_back(void **state)
{
	struct response r = { .final_url = SLICE_LIT("https://x.org/"),
			      .status = 404,
			      .link = SLICE_LIT("<y>; rel=next"),
			      .fetched_s = 1800000000,
			      .is_kept = true };
	struct response back;
	struct err why = ERR_INIT;
	struct err read = ERR_INIT;
	enum body_end end = BODY_OK;
	struct frame f;

	(void)state;
	message_write_response(&out, 4, &r);
	f = only_frame();
	assert_int_equal(message_read_response(&back, &arena, &f, NULL), ERR_OK);
	assert_int_equal(back.request.tag, 4);
	assert_int_equal(back.status, 404);
	assert_slice(back.final_url, "https://x.org/");
	assert_slice(back.content_type, NULL);
	assert_slice(back.link, "<y>; rel=next");
	assert_int_equal(back.fetched_s, 1800000000);
	assert_true(back.is_kept);

	err_set(&why, ERR_TIMEOUT, "too slow");
	for (enum body_end e = BODY_OK; e <= BODY_TIMEOUT; e++) {
		buf_reset(&out);
		message_write_body_end(&out, 4, e, &why);
		f = only_frame();
		assert_int_equal(message_read_body_end(&end, &read, &f, NULL), ERR_OK);
		assert_int_equal(end, e);
		assert_string_equal(read.msg, e == BODY_OK ? "" : "too slow");
	}
	buf_reset(&out);
	message_write_failed(&out, 4, &why);
	f = only_frame();
	assert_int_equal(message_read_failed(&read, &f, NULL), ERR_OK);
	assert_int_equal(read.code, ERR_TIMEOUT);
}

static void what_cannot_be_is_refused_by_name(void **state)
{
	static const struct {
		uint8_t type;
		const char *payload;
		const char *message;
	} cases[] = {
		{ FRAME_PAGE, "", "PAGE: the payload is not a JSON object" },
		{ FRAME_PAGE, "[]", "PAGE: the payload is not a JSON object" },
		{ FRAME_PAGE, "{\"items\":1.5}", "PAGE: items is not a count" },
		{ FRAME_PAGE, "{\"items\":1,\"items\":2}",
		  "PAGE: the payload is not a JSON object" },
		{ FRAME_PAGE, "{\"items\":1,\"lost\":{}}", "PAGE: code or msg is not there" },
		{ FRAME_GONE, "{}", "GONE: recordId is not there" },
		{ FRAME_GONE, "{\"recordId\":7}", "GONE: recordId is not a text" },
		{ FRAME_REJECT, "{\"code\":\"parse\"}", "REJECT: code or msg is not there" },
		{ FRAME_OUT_OF_SCOPE, "{}", "OUT_OF_SCOPE: why is not there" },
		{ FRAME_NOTE, "{\"got\":\"x\"}", "NOTE: code is not there" },
		{ FRAME_NOTE, "{\"code\":\"x\",\"element\":\"shoeSize\"}",
		  "NOTE: element is not one of ours" },
		{ FRAME_REMEMBER, "{\"key\":\"x\"}", "REMEMBER: key or value is not there" },
		{ FRAME_SEEN, "", "SEEN: 0 bytes are no hashes" },
		{ FRAME_SEEN, "17 bytes, sorry..", "SEEN: 17 bytes are no hashes" },
		{ FRAME_ANNOUNCE, "1234", "ANNOUNCE: 4 bytes, 8 expected" },
		{ FRAME_OFFER, "\x00\x00", "OFFER: ends early" },
		{ FRAME_CREDIT, "1234", "CREDIT: not expected here" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const struct frame f = { cases[i].type, 0, 1, slice_of(cases[i].payload) };
		struct message m;
		struct err err = ERR_INIT;

		assert_int_equal(message_read(&m, &arena, &f, &err), ERR_PROTOCOL);
		assert_string_equal(err.msg, cases[i].message);
	}
}

static void only_http_urls_are_requests(void **state)
{
	static const struct {
		const char *url;
		enum err_code expected;
	} cases[] = {
		{ "https://x.org/a?b=c", ERR_OK },
		{ "http://x.org", ERR_OK },
		{ "file:///etc/passwd", ERR_PROTOCOL },
		{ "ftp://x.org/", ERR_PROTOCOL },
		{ "gopher://x.org/", ERR_PROTOCOL },
		{ "//x.org/", ERR_PROTOCOL },
		{ "/etc/passwd", ERR_PROTOCOL },
		{ "https:///a", ERR_PROTOCOL },
		{ "https://x.org/\r\nHost: y", ERR_PROTOCOL },
		{ "https://u:p@x.org/", ERR_PROTOCOL },
		{ "", ERR_PROTOCOL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct request r = { .kind = REQUEST_DETAIL, .url = slice_of(cases[i].url) };
		struct request back;
		struct frame f;

		buf_reset(&out);
		message_write_request(&out, &r);
		f = only_frame();
		if (message_read_request(&back, &arena, &f, NULL) != cases[i].expected)
			fail_msg("%s", cases[i].url);
	}
	buf_reset(&out);
	message_write_request(&out, &(struct request){ .url = SLICE_LIT("https://x.org/"),
						       .accept = SLICE_LIT("a\r\nb: c") });
	struct frame f = only_frame();
	assert_int_equal(message_read_request(&(struct request){ 0 }, &arena, &f, NULL),
			 ERR_PROTOCOL);
}

static void begin_comes_back(void **state)
{
	struct setting remembered[] = { { SLICE_LIT("token"), SLICE_LIT("\"a\"") } };
	struct setting vocab[] = { { SLICE_LIT("levels.tsv"), SLICE_LIT("a\tb\n") } };
	struct begin begin = { .now_s = 1800000000,
			       .hash_salt = SLICE_LIT("salt"),
			       .remembered = { remembered, 1 },
			       .vocab = { vocab, 1 },
			       .memory_bytes = 128ull * LIMIT_MIB,
			       .has_traces = true };
	struct begin back;

	(void)state;
	source_init(&begin.source);
	begin.source.id = SLICE_LIT("jyu");
	begin.source.format = SLICE_LIT("csv");
	begin.source.csv.separator = ';';
	assert_int_equal(begin_write(&out, &begin, NULL), ERR_OK);
	assert_int_equal(begin_read(&back, &arena, buf_view(&out), NULL), ERR_OK);
	assert_slice(back.source.id, "jyu");
	assert_int_equal(back.source.csv.separator, ';');
	assert_int_equal(back.now_s, 1800000000);
	assert_slice(back.hash_salt, "salt");
	assert_slice(back.remembered.items[0].value, "\"a\"");
	assert_slice(back.vocab.items[0].name, "levels.tsv");
	assert_slice(back.vocab.items[0].value, "a\tb\n");
	assert_true(back.memory_bytes == 128ull * LIMIT_MIB);
	assert_true(back.has_traces);
}

/* The worst of what vocab-dir may hold: each byte takes two. */
static void a_whole_vocabulary_fits_and_more_is_told(void **state)
{
	struct buf payload = BUF_INIT(LIMIT_BEGIN_BYTES), text = BUF_INIT(LIMIT_VOCAB_OWN_BYTES);
	struct setting vocab[3];
	struct begin begin = { .vocab = { vocab, 1 } };
	struct err err = ERR_INIT;

	(void)state;
	buf_fill(&text, '\t', LIMIT_VOCAB_OWN_BYTES);
	for (size_t i = 0; i < countof(vocab); i++)
		vocab[i] = (struct setting){ SLICE_LIT("a.tsv"), buf_view(&text) };
	source_init(&begin.source);
	assert_int_equal(begin_write(&payload, &begin, &err), ERR_OK);
	buf_reset(&payload);
	begin.vocab.n = countof(vocab);
	assert_int_equal(begin_write(&payload, &begin, &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "vocab-dir"));
	assert_non_null(strstr(err.msg, "LIMIT_BEGIN_BYTES"));
	buf_clear(&payload);
	buf_clear(&text);
}

static void begin_of_another_version_is_refused(void **state)
{
	struct begin back;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(begin_read(&back, &arena, SLICE_LIT("{\"protocol\":99}"), &err),
			 ERR_PROTOCOL);
	assert_string_equal(err.msg, "BEGIN: protocol 99, expected 1");
	assert_int_equal(begin_read(&back, &arena, SLICE_LIT("{"), &err), ERR_PARSE);
	assert_int_equal(begin_read(&back, &arena, SLICE_LIT("{\"protocol\":1}"), &err), ERR_PARSE);
}

static void salt_depends_on_what_changes_records(void **state)
{
	struct source a;
	struct source b;
	struct buf salt = BUF_INIT(10000);

	(void)state;
	source_init(&a);
	source_init(&b);
	a.country = SLICE_LIT("FI");
	b.country = SLICE_LIT("SE");
	begin_write_salt(&out, &a);
	begin_write_salt(&salt, &a);
	assert_slices_equal(buf_view(&out), buf_view(&salt));
	buf_reset(&salt);
	begin_write_salt(&salt, &b);
	assert_false(slice_eq(buf_view(&out), buf_view(&salt)));
	buf_clear(&salt);
}

int main(void)
{
#define T(test) cmocka_unit_test_teardown(test, tear_down)
	const struct CMUnitTest tests[] = {
		T(offer_comes_back_byte_by_byte),
		T(largest_offer_fits),
		T(every_offer_cut_short_is_refused),
		T(what_is_no_text_is_cut_as_long_as_it_is_written),
		T(small_messages_come_back),
		T(long_texts_are_cut_and_fit),
		T(answers_come_back),
		T(what_cannot_be_is_refused_by_name),
		T(only_http_urls_are_requests),
		T(begin_comes_back),
		T(a_whole_vocabulary_fits_and_more_is_told),
		T(begin_of_another_version_is_refused),
		T(salt_depends_on_what_changes_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
