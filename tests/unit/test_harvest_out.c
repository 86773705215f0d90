// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of what stands between a harvester and its listener, with a harvester
 * that does what its one response says: a line each.
 */
#include "base/limits.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

#include <xxhash.h>

static const char url[] = "https://uni.example/list";

static enum err_code begin(struct harvest_out *out, struct err *err)
{
	struct request request = { .kind = REQUEST_LIST,
				   .url = harvest_source(out)->url,
				   .accept = SLICE_LIT("text/plain") };

	*(int *)harvest_state(out, sizeof(int)) = 1;
	return harvest_request(out, &request, err);
}

static void say_record(struct harvest_out *out, struct slice id, struct slice title)
{
	struct slice parts[] = { id, title };
	struct raw_hash hash = harvest_hash_of(out, id, parts, 2);
	struct arena *arena = harvest_item_arena(out);
	struct words words = { 0 };

	harvest_item(out);
	if (harvest_seen(out, &hash))
		return;
	words_add(&words, arena, (struct word){ .element = EL_RECORD_ID, .text = id });
	words_add(&words, arena, (struct word){ .element = EL_TITLE, .text = title });
	harvest_record(out, id, &words, "csv", &hash);
}

static enum err_code obey(struct harvest_out *out, struct slice line, struct err *err)
{
	struct slice word, rest = line;
	struct err why = ERR_INIT;

	err_set(&why, ERR_PARSE, "told so");
	slice_split(&word, &rest, ' ');
	if (slice_eq_z(word, "record")) {
		struct slice id;

		slice_split(&id, &rest, ' ');
		say_record(out, id, rest);
	} else if (slice_eq_z(word, "reject")) {
		harvest_item(out);
		harvest_reject(out, rest, &why);
	} else if (slice_eq_z(word, "out")) {
		harvest_item(out);
		harvest_out_of_scope(out, rest, "not ours");
	} else if (slice_eq_z(word, "gone")) {
		harvest_gone(out, rest);
	} else if (slice_eq_z(word, "lost")) {
		harvest_page_lost(out, &why);
	} else if (slice_eq_z(word, "announce")) {
		harvest_announce(out, 42);
	} else if (slice_eq_z(word, "ask")) {
		struct request request = { .kind = REQUEST_LIST, .url = rest };

		return harvest_request(out, &request, err);
	} else if (slice_eq_z(word, "fail")) {
		return err_set(err, ERR_PARSE, "%.*s", SLICE_ARG(rest));
	} else if (slice_eq_z(word, "leave")) {
		return ERR_CANCELLED; /* with the rest unread */
	}
	return ERR_OK;
}

static enum err_code on_response(struct harvest_out *out, struct response *r, struct err *err)
{
	struct buf all = BUF_INIT(1 << 20);
	struct slice chunk, line, rest;
	enum err_code rc = ERR_OK;

	assert_int_equal(*(int *)harvest_state(out, sizeof(int)), 1);
	do {
		assert_int_equal(response_read(r, &chunk, err), ERR_OK);
		if (slice_starts_with(chunk, SLICE_LIT("leave")))
			return ERR_CANCELLED;
		buf_slice(&all, chunk);
	} while (chunk.n > 0);
	/* at its end a body stays at its end */
	assert_int_equal(response_read(r, &chunk, err), ERR_OK);
	assert_int_equal(chunk.n, 0);
	rest = buf_view(&all);
	while (rc == ERR_OK && slice_split(&line, &rest, '\n'))
		rc = obey(out, line, err);
	buf_clear(&all);
	return rc;
}

static enum err_code on_failure(struct harvest_out *out, const struct request *request,
				const struct err *why, struct err *err)
{
	assert_slice(request->url, url);
	(void)out;
	return err_set(err, why->code, "asked in vain: %s", why->msg);
}

static enum err_code finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	(void)err;
	if (harvest_source(out)->page_size != 7)
		*rule = SLICE_LIT("told so");
	return ERR_OK;
}

static const struct harvester obedient = { .format = "csv",
					   .begin = begin,
					   .on_response = on_response,
					   .on_failure = on_failure,
					   .finish = finish };

static void run(struct recorder *rec, const char *lines)
{
	recorder_answer_text(rec, lines, strlen(lines));
	recorder_run(rec);
}

static void a_run_is_told_as_it_was(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &obedient, url);
	run(&rec,
	    "record a First course\nrecord b Second course\nreject c\nout d\ngone e\nannounce");
	assert_int_equal(rec.begin_err.code, ERR_OK);
	assert_int_equal(rec.n_requests, 1);
	assert_string_equal(rec.requests[0].url, url);
	assert_string_equal(rec.requests[0].accept, "text/plain");
	assert_string_equal(recorder_offer_text(&rec, "a", "title.und"), "First course");
	assert_string_equal(recorder_word(&rec, "b", EL_TITLE, 0, 0), "Second course");
	assert_int_equal(rec.rejected.n, 1);
	assert_string_equal(rec.rejected.items[0].why, "told so");
	assert_string_equal(rec.out_of_scope.items[0].why, "not ours");
	assert_string_equal(rec.gone.items[0].id, "e");
	assert_int_equal(rec.announced, 42);
	assert_int_equal(rec.n_pages, 1);
	assert_int_equal(rec.pages[0].n_items, 4);
	assert_false(rec.pages[0].is_lost);
	assert_true(recorder_balances(&rec));
	assert_string_equal(rec.rule, "told so");
	recorder_clear(&rec);
}

static void known_records_are_seen_and_changed_ones_are_not(void **state)
{
	struct recorder first, second, third;

	(void)state;
	recorder_init(&first, &obedient, url);
	run(&first, "record a Course\nrecord b Course\nrecord c Course");
	recorder_init(&second, &obedient, url);
	recorder_knows(&second, &first);
	run(&second, "record a Course\nrecord b Course, new\nrecord c Course\nrecord c Course");
	assert_int_equal(second.n_seen, 3);
	assert_int_equal(second.records.n, 1);
	assert_string_equal(second.records.items[0].id, "b");
	assert_true(recorder_balances(&second));
	/* the same id half, another content half */
	assert_memory_equal(second.records.items[0].hash.bytes, first.records.items[1].hash.bytes,
			    8);
	/* other settings, other hashes */
	recorder_init(&third, &obedient, url);
	recorder_knows(&third, &first);
	third.salt = "another mapping";
	run(&third, "record a Course");
	assert_int_equal(third.n_seen, 0);
	recorder_clear(&first);
	recorder_clear(&second);
	recorder_clear(&third);
}

static void a_record_without_id_or_title_is_rejected(void **state)
{
	struct recorder rec;
	struct buf text = BUF_INIT(4000);

	(void)state;
	recorder_init(&rec, &obedient, url);
	buf_str(&text, "record a \nrecord  Course\nrecord long-");
	buf_fill(&text, 'x', LIMIT_RECORD_ID_BYTES - 4);
	buf_str(&text, " Course\nrecord \xff Course\nrecord a");
	buf_char(&text, '\0');
	buf_str(&text, "b Course\nrecord ok Course");
	recorder_answer_text(&rec, text.data, text.len);
	recorder_run(&rec);
	assert_int_equal(rec.records.n, 1);
	assert_int_equal(rec.rejected.n, 5);
	assert_string_equal(rec.rejected.items[0].id, "a");
	assert_non_null(strstr(rec.rejected.items[0].why, "title"));
	assert_string_equal(rec.rejected.items[1].why, "no id");
	assert_non_null(strstr(rec.rejected.items[2].why, "LIMIT_RECORD_ID_BYTES"));
	assert_non_null(strstr(rec.rejected.items[2].why, "long-xxx"));
	assert_int_equal(rec.rejected.items[2].code, ERR_LIMIT);
	assert_string_equal(rec.rejected.items[2].id, ""); /* its beginning is another id */
	assert_string_equal(rec.rejected.items[3].why, "the id is not UTF-8");
	assert_string_equal(rec.rejected.items[4].why, "the id holds a zero byte");
	assert_string_equal(rec.rejected.items[4].id, "");
	assert_true(recorder_balances(&rec));
	recorder_clear(&rec);
	buf_clear(&text);
}

/* What can be no record's id names none: not one that begins as it does, either. */
static void what_has_no_id_is_said_without_one(void **state)
{
	static const char *const says[] = { "reject", "out", "gone" };
	static const struct {
		const char *id;
		size_t n_more; /* bytes behind it */
		bool is_one;
	} rows[] = {
		{ "a", 0, true },
		{ " a ", 0, true },
		{ "long-", LIMIT_RECORD_ID_BYTES - 5, true },
		{ "long-", LIMIT_RECORD_ID_BYTES - 4, false },
		{ "long-", 100 * LIMIT_RECORD_ID_BYTES, false },
		{ " ", 0, false },
		{ "\xff", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows) * countof(says); i++) {
		size_t row = i / countof(says), say = i % countof(says);
		struct buf text = BUF_INIT(200 * LIMIT_RECORD_ID_BYTES);
		struct recorder rec;
		const struct recorded_list *lists[] = { &rec.rejected, &rec.out_of_scope,
							&rec.gone };

		recorder_init(&rec, &obedient, url);
		buf_printf(&text, "%s %s", says[say], rows[row].id);
		buf_fill(&text, 'x', rows[row].n_more);
		recorder_answer_text(&rec, text.data, text.len);
		recorder_run(&rec);
		assert_false(rec.pages[0].is_lost);
		assert_true(recorder_balances(&rec));
		if (lists[say] != &rec.gone || rows[row].is_one) {
			assert_int_equal(lists[say]->n, 1);
			assert_int_equal(lists[say]->items[0].id[0] != '\0', rows[row].is_one);
			assert_int_equal(rec.notes.n, 0);
		} else { /* nothing is, but it is said */
			assert_int_equal(rec.gone.n, 0);
			assert_int_equal(rec.notes.n, 1);
			assert_string_equal(rec.notes.items[0].id, "");
		}
		recorder_clear(&rec);
		buf_clear(&text);
	}
}

static void a_lost_page_keeps_what_was_read(void **state)
{
	static const char *const texts[] = {
		"record a Course\nlost\nrecord b Course",
		"record a Course\nrecord b Course\nfail told so",
	};

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct recorder rec;

		recorder_init(&rec, &obedient, url);
		run(&rec, texts[i]);
		assert_int_equal(rec.records.n, 2);
		assert_true(rec.pages[0].is_lost);
		assert_string_equal(rec.pages[0].lost.msg, "told so");
		assert_int_equal(rec.pages[0].n_items, 2);
		recorder_clear(&rec);
	}
}

static void what_is_not_read_of_a_body_is_read_for_it(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &obedient, url);
	rec.piece = 5;
	run(&rec, "leave all this where it is");
	assert_true(rec.pages[0].is_lost);
	assert_int_equal(rec.pages[0].lost.code, ERR_CANCELLED);
	recorder_clear(&rec);
}

static void fail_request(void *data, const struct request *request, struct recorder_reply *reply)
{
	(void)data;
	(void)request;
	reply->fails = true;
	err_set(&reply->why, ERR_NETWORK, "no route");
}

static void a_failed_request_is_a_lost_page(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &obedient, url);
	rec.answer = fail_request;
	recorder_run(&rec);
	assert_true(rec.pages[0].is_lost);
	assert_string_equal(rec.pages[0].lost.msg, "asked in vain: no route");
	recorder_clear(&rec);
}

static void requests_stay_on_the_source_s_origin(void **state)
{
	static const char *const elsewhere[] = {
		"ask https://other.example/list",
		"ask http://uni.example/list",
		"ask https://uni.example:444/list",
		"ask https://uni.example@other.example/list",
		"ask /list",
	};

	(void)state;
	for (size_t i = 0; i < countof(elsewhere); i++) {
		struct recorder rec;

		recorder_init(&rec, &obedient, url);
		run(&rec, elsewhere[i]);
		assert_int_equal(rec.n_requests, 1);
		assert_int_equal(rec.pages[0].lost.code, ERR_DENIED);
		recorder_clear(&rec);
	}
}

static void a_run_without_a_rule_is_not_proven(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &obedient, url);
	rec.source.page_size = 7;
	run(&rec, "record a Course");
	assert_false(rec.is_proven);
	assert_string_equal(rec.finish_err.msg, "nothing proved the end of the list");
	recorder_clear(&rec);
}

static void why_an_element_is_what_it_is_comes_with_the_offer(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &obedient, url);
	rec.has_traces = true;
	run(&rec, "record a Course");
	assert_true(json_array_size(json_object_get(recorder_record(&rec, "a")->offer, "explain")) >
		    0);
	recorder_clear(&rec);
}

static void settings_survive_the_way_to_the_worker(void **state)
{
	struct setting query[] = { { SLICE_LIT("consumer"), SLICE_LIT("eduxchange") } };
	struct setting columns[] = { { SLICE_LIT("title"), SLICE_LIT("Nimi \"x\"") } };
	struct setting options[] = { { SLICE_LIT("programs"), SLICE_LIT("yes") } };
	struct slice alliances[] = { SLICE_LIT("EWUU"), SLICE_LIT("FORTHEM") };
	struct slice ids[] = { SLICE_LIT("Kod") };
	struct source in, out;
	struct arena arena = ARENA_INIT(1 << 16);
	struct buf text = BUF_INIT(1 << 16), again = BUF_INIT(1 << 16);
	struct json_writer w = JSON_WRITER(&text), w2 = JSON_WRITER(&again);
	struct err err = ERR_INIT;

	(void)state;
	source_init(&in);
	in.id = SLICE_LIT("jyu");
	in.title = SLICE_LIT("Jyväskylä");
	in.country = SLICE_LIT("FI");
	in.language = SLICE_LIT("fi");
	in.alliances = (struct codes){ alliances, 2 };
	in.role = ROLE_REPUBLISHER;
	in.format = SLICE_LIT("csv");
	in.version = SLICE_LIT("5");
	in.url = SLICE_LIT("https://x.org/");
	in.query = (struct settings){ query, 1 };
	in.page_size = 100;
	in.is_total_hint = true;
	in.csv.separator = '\t';
	in.csv.encoding = SLICE_LIT("windows-1252");
	in.csv.date_format = SLICE_LIT("dd.MM.yyyy");
	in.csv.decimal = ',';
	in.csv.has_header = false;
	in.csv.split = SLICE_LIT("+");
	in.csv.id_columns = (struct codes){ ids, 1 };
	in.columns = (struct settings){ columns, 1 };
	in.options = (struct settings){ options, 1 };
	source_write(&w, &in);
	assert_int_equal(source_read(&out, &arena, buf_view(&text), &err), ERR_OK);
	source_write(&w2, &out);
	assert_slices_equal(buf_view(&again), buf_view(&text));
	assert_slice(out.csv.id_columns.items[0], "Kod");
	assert_slice(settings_get(&out.columns, "title"), "Nimi \"x\"");
	assert_true(settings_is_true(&out.options, "programs", false));
	assert_true(settings_is_true(&out.options, "offerings", true));
	assert_int_equal(out.role, ROLE_REPUBLISHER);
	assert_false(out.csv.has_header);
	buf_clear(&text);
	buf_clear(&again);
	arena_clear(&arena);
}

static void settings_of_other_types_are_refused(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
		{ "[]", "the text is not an object" },
		{ "{\"id\":1}", "id is not a text" },
		{ "{\"role\":\"boss\"}", "role is not own, authoritative or republisher" },
		{ "{\"pageSize\":-1}", "pageSize is not a number of items" },
		{ "{\"csv\":{\"separator\":\";;\"}}", "separator is not one character" },
		{ "{\"query\":{\"a\":1}}", "query is not an object of texts" },
		{ "{\"alliances\":\"x\"}", "alliances is not a list of texts" },
		{ "{\"totalHint\":1}", "totalHint is not true or false" },
		{ "{\"id\":", "source settings:" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct arena arena = ARENA_INIT(1 << 16);
		struct err err = ERR_INIT;
		struct source s;

		assert_int_equal(source_read(&s, &arena, slice_of(cases[i].json), &err), ERR_PARSE);
		if (strstr(err.msg, cases[i].why) == NULL)
			fail_msg("%s: %s", cases[i].json, err.msg);
		arena_clear(&arena);
	}
}

static void formats_are_found_by_name(void **state)
{
	(void)state;
	assert_non_null(harvester_find(SLICE_LIT("ooapi")));
	assert_non_null(harvester_find(SLICE_LIT("moochub")));
	assert_non_null(harvester_find(SLICE_LIT("csv")));
	assert_null(harvester_find(SLICE_LIT("xcri")));
	for (size_t i = 0; harvester_at(i) != NULL; i++)
		assert_ptr_equal(harvester_find(slice_of(harvester_at(i)->format)),
				 harvester_at(i));
}

/*
 * Leaves the salt's hash all over the stack, and zeros behind it: a state for hashing
 * that came to lie there, and was not made empty, would look as if it knew the salt.
 */
static __attribute__((noinline)) void leave_on_stack(uint64_t seed, size_t shift)
{
	volatile uint64_t left[1024];

	for (size_t i = 0; i < countof(left); i++)
		left[i] = (i + shift) % 4 < 2 ? seed : 0;
}

static void a_hash_depends_on_its_parts_alone(void **state)
{
	static const struct harvest_sink silent = { 0 };
	const struct harvest_begin how = { .harvester = &obedient, .hash_salt = SLICE_LIT("salt") };
	struct harvest_out *out = harvest_open(&how, &silent, NULL);
	char text[1000];
	const struct slice parts[] = { SLICE_LIT("id"), slice_make(text, sizeof(text)) };
	struct raw_hash first, again;

	(void)state;
	memset(text, 'x', sizeof(text));
	leave_on_stack(0, 0);
	first = harvest_hash(out, parts, countof(parts));
	for (size_t shift = 0; shift < 4; shift++) {
		leave_on_stack(XXH3_64bits("salt", 4), shift);
		again = harvest_hash(out, parts, countof(parts));
		assert_memory_equal(&first, &again, sizeof(first));
	}
	harvest_close(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_told_as_it_was),
		cmocka_unit_test(a_hash_depends_on_its_parts_alone),
		cmocka_unit_test(known_records_are_seen_and_changed_ones_are_not),
		cmocka_unit_test(a_record_without_id_or_title_is_rejected),
		cmocka_unit_test(what_has_no_id_is_said_without_one),
		cmocka_unit_test(a_lost_page_keeps_what_was_read),
		cmocka_unit_test(what_is_not_read_of_a_body_is_read_for_it),
		cmocka_unit_test(a_failed_request_is_a_lost_page),
		cmocka_unit_test(requests_stay_on_the_source_s_origin),
		cmocka_unit_test(a_run_without_a_rule_is_not_proven),
		cmocka_unit_test(why_an_element_is_what_it_is_comes_with_the_offer),
		cmocka_unit_test(settings_survive_the_way_to_the_worker),
		cmocka_unit_test(settings_of_other_types_are_refused),
		cmocka_unit_test(formats_are_found_by_name),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
