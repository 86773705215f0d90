// SPDX-License-Identifier: EUPL-1.2
/*
 * The answer of a token endpoint. What is taken as a token can stand in a
 * header, holds no longer than we believe anybody, and what fails is said
 * without what was read.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/oauth_answer.h"

static bool is_visible(const char *token)
{
	for (const char *c = token; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	return token[0] != '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice body = fuzz_input(data, n);
	struct oauth_answer once = { .token = NULL }, twice = { .token = NULL };
	struct err err = ERR_INIT;
	enum err_code rc = oauth_answer_read(&once, body, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PARSE || rc == ERR_LIMIT);
	if (rc == ERR_OK) {
		FUZZ_CHECK(is_visible(once.token) && strlen(once.token) <= body.n);
		FUZZ_EXPECT(once.expires_in_s == -1 ||
				    (once.expires_in_s > 0 && once.expires_in_s <= LIMIT_TOKEN_S),
			    "%lld", (long long)once.expires_in_s);
		FUZZ_CHECK(oauth_answer_read(&twice, body, NULL) == ERR_OK);
		FUZZ_CHECK(strcmp(once.token, twice.token) == 0 &&
			   once.expires_in_s == twice.expires_in_s);
	} else {
		FUZZ_CHECK(once.token == NULL);
		FUZZ_EXPECT(slice_starts_with(slice_of(err.msg), SLICE_LIT("token endpoint: ")),
			    "%s", err.msg);
	}
	mem_free(once.token);
	mem_free(twice.token);
	unit_exact_free(body);
	return 0;
}
