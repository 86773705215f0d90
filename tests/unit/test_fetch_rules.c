// SPDX-License-Identifier: EUPL-1.2
/*
 * The rules of a fetch: what may be asked, what a head means, when to try again.
 */
#include "tests/support/unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/fetch_rules.h"

static void only_what_the_source_allows_is_asked(void **state)
{
	static const struct {
		const char *url;
		bool allow_http, allow_private;
		const char *says; /* NULL: it may be asked */
	} table[] = {
		{ "https://example.org/v5/", false, false, NULL },
		{ "HTTPS://example.org/v5/", false, false, NULL },
		{ "http://example.org/", true, false, NULL },
		{ "http://example.org/", false, false, "is not asked over http" },
		{ "ftp://example.org/", true, true, "is not asked over ftp" },
		{ "https://127.0.0.1/", false, true, NULL },
		{ "https://127.0.0.1/", false, false, "allow-private" },
		{ "https://[::1]:8443/", true, false, "allow-private" },
		{ "no URL at all", true, true, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct config_source source = { .allow_http = table[i].allow_http,
						.allow_private = table[i].allow_private };
		struct err err = ERR_INIT;
		enum err_code rc = fetch_check_url(&source, table[i].url, &err);

		print_message("%s: %s\n", table[i].url, err.msg);
		assert_int_equal(rc, table[i].says == NULL ? ERR_OK : ERR_DENIED);
		if (table[i].says != NULL)
			assert_non_null(strstr(err.msg, table[i].says));
	}
}

static void redirects_are_few_and_do_not_leave_https(void **state)
{
	static const struct {
		const char *from, *to;
		unsigned n;
		enum err_code code;
	} table[] = {
		{ "https://a/", "https://b/", 1, ERR_OK },
		{ "http://a/", "https://b/", 1, ERR_OK },
		{ "http://a/", "http://b/", 1, ERR_OK },
		{ "https://a/", "http://a/", 1, ERR_DENIED },
		{ "https://a/", NULL, 1, ERR_DENIED },
		{ "https://a/", "https://b/", LIMIT_REDIRECTS, ERR_OK },
		{ "https://a/", "https://b/", LIMIT_REDIRECTS + 1, ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++)
		assert_int_equal(fetch_check_redirect(table[i].from, table[i].to, table[i].n, NULL),
				 table[i].code);
}

static void a_head_means_one_thing(void **state)
{
	static char there[] = "/there";
	static const struct {
		unsigned status;
		char *location;
		bool may_renew;
		enum fetch_meaning meaning;
	} table[] = {
		{ 200, NULL, false, FETCH_MEANS_ANSWER },
		{ 200, there, true, FETCH_MEANS_ANSWER },
		{ 304, NULL, false, FETCH_MEANS_ANSWER },
		{ 304, there, false, FETCH_MEANS_ANSWER },
		{ 404, NULL, true, FETCH_MEANS_ANSWER },
		{ 301, there, false, FETCH_MEANS_REDIRECT },
		{ 308, there, true, FETCH_MEANS_REDIRECT },
		{ 302, NULL, false, FETCH_MEANS_ANSWER },
		{ 401, NULL, true, FETCH_MEANS_OTHER_TOKEN },
		{ 401, NULL, false, FETCH_MEANS_ANSWER },
		{ 429, NULL, true, FETCH_MEANS_BUSY },
		{ 500, there, false, FETCH_MEANS_BUSY },
		{ 503, NULL, false, FETCH_MEANS_BUSY },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct transfer t = { .status = table[i].status, .location = table[i].location };

		assert_int_equal(fetch_meaning_of(&t, table[i].may_renew), table[i].meaning);
	}
}

static void a_body_of_which_something_came_is_an_answer(void **state)
{
	static const struct {
		enum transfer_end end;
		uint64_t body_bytes;
		bool is_lost;
	} table[] = {
		{ TRANSFER_WHOLE, 0, false },    { TRANSFER_NO_HEAD, 0, true },
		{ TRANSFER_CUT, 0, true },       { TRANSFER_CUT, 1, false },
		{ TRANSFER_TIMED_OUT, 0, true }, { TRANSFER_TIMED_OUT, 1, false },
		{ TRANSFER_TOO_BIG, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct transfer t = { .end = table[i].end, .body_bytes = table[i].body_bytes };

		assert_int_equal(fetch_is_lost(&t), table[i].is_lost);
	}
}

static void a_partner_s_wish_for_time_is_read(void **state)
{
	enum { NOW_S = 1795000000 };
	static const struct {
		const char *text;
		int64_t seconds;
	} table[] = {
		{ NULL, -1 },
		{ "", -1 },
		{ "soon", -1 },
		{ "-5", -1 },
		{ "0", 0 },
		{ "90", 90 },
		{ "99999999999999999999", LIMIT_NOT_BEFORE_S },
		{ "2026-11-18", LIMIT_NOT_BEFORE_S }, /* no number of seconds, but a wish */
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Fri, 01 Jan 2100 00:00:00 GMT", LIMIT_NOT_BEFORE_S },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < countof(table); i++)
		assert_int_equal(fetch_retry_after_s(table[i].text, NOW_S), table[i].seconds);
	clock_format_http(text, NOW_S + 30);
	assert_int_equal(fetch_retry_after_s(text, NOW_S), 30);
}

static void waits_grow_fourfold_up_to_a_limit(void **state)
{
	struct config_source source = { .retry_delay_ms = 2000 };

	(void)state;
	assert_int_equal(fetch_retry_wait_ms(&source, 0), 2000);
	assert_int_equal(fetch_retry_wait_ms(&source, 1), 8000);
	assert_int_equal(fetch_retry_wait_ms(&source, 2), 32000);
	assert_int_equal(fetch_retry_wait_ms(&source, 1000), LIMIT_RETRY_MS);
	source.retry_delay_ms = 0;
	assert_int_equal(fetch_retry_wait_ms(&source, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_the_source_allows_is_asked),
		cmocka_unit_test(redirects_are_few_and_do_not_leave_https),
		cmocka_unit_test(a_head_means_one_thing),
		cmocka_unit_test(a_body_of_which_something_came_is_an_answer),
		cmocka_unit_test(a_partner_s_wish_for_time_is_read),
		cmocka_unit_test(waits_grow_fourfold_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
