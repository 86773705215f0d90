// SPDX-License-Identifier: EUPL-1.2
/*
 * Answers of token endpoints: what is taken, and how long it is believed.
 */
#include "tests/support/unit.h"

#include "base/limits.h"
#include "daemon/oauth_answer.h"

static void a_token_and_how_long_it_holds(void **state)
{
	static const struct {
		const char *body, *token;
		int64_t expires_in_s;
	} rows[] = {
		{ "{\"access_token\":\"a.b-c\",\"expires_in\":3600}", "a.b-c", 3600 },
		{ "{\"access_token\":\"t\",\"token_type\":\"BEARER\"}", "t", -1 },
		{ "{\"access_token\":\"t\",\"expires_in\":\"20\"}", "t", 20 },
		{ "{\"access_token\":\"t\",\"expires_in\":59.9}", "t", 59 },
		{ "{\"access_token\":\"t\",\"expires_in\":1e300}", "t", LIMIT_TOKEN_S },
		{ "{\"access_token\":\"t\",\"expires_in\":\"9223372036854775807\"}", "t",
		  LIMIT_TOKEN_S },
		/* a token that does not expire */
		{ "{\"access_token\":\"t\",\"expires_in\":0}", "t", -1 },
		{ "{\"access_token\":\"t\",\"expires_in\":\"0\"}", "t", -1 },
		{ "{\"access_token\":\"t\",\"expires_in\":-1}", "t", -1 },
		{ "{\"access_token\":\"t\",\"expires_in\":null}", "t", -1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct oauth_answer answer = { .token = NULL };
		struct err err = ERR_INIT;

		assert_int_equal(oauth_answer_read(&answer, slice_of(rows[i].body), &err), ERR_OK);
		assert_string_equal(answer.token, rows[i].token);
		if (answer.expires_in_s != rows[i].expires_in_s)
			fail_msg("%s: %lld", rows[i].body, (long long)answer.expires_in_s);
		mem_free(answer.token);
	}
}

static void what_is_no_token_is_refused_without_its_words(void **state)
{
	static const struct {
		const char *body, *says;
	} rows[] = {
		{ "", "is not JSON" },
		{ "<html>s3cret</html>", "is not JSON" },
		{ "{\"s3cret\":1,\"s3cret\":2}", "is not JSON" },
		{ "{\"error\":\"s3cret\"}", "holds no access_token" },
		{ "{\"access_token\":7}", "holds no access_token" },
		{ "{\"access_token\":\"\"}", "holds no access_token" },
		{ "{\"access_token\":\"s3cret\\r\\nX: y\"}", "holds no access_token" },
		{ "{\"access_token\":\"s3cret\\u00e4\"}", "holds no access_token" },
		{ "{\"access_token\":\"s3cret\",\"token_type\":\"mac\"}",
		  "token_type is mac, expected bearer" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct oauth_answer answer = { .token = NULL };
		struct err err = ERR_INIT;

		assert_int_equal(oauth_answer_read(&answer, slice_of(rows[i].body), &err),
				 ERR_PARSE);
		assert_null(answer.token);
		assert_non_null(strstr(err.msg, "token endpoint: "));
		assert_non_null(strstr(err.msg, rows[i].says));
		assert_null(strstr(err.msg, "s3cret"));
	}
}

static void a_long_answer_is_too_long(void **state)
{
	struct oauth_answer answer = { .token = NULL };
	struct buf body = BUF_INIT(2 * LIMIT_TOKEN_BYTES);

	(void)state;
	buf_str(&body, "{\"access_token\":\"t\"");
	buf_fill(&body, ' ', LIMIT_TOKEN_BYTES);
	buf_char(&body, '}');
	assert_int_equal(oauth_answer_read(&answer, buf_view(&body), NULL), ERR_LIMIT);
	buf_clear(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_and_how_long_it_holds),
		cmocka_unit_test(what_is_no_token_is_refused_without_its_words),
		cmocka_unit_test(a_long_answer_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
