// SPDX-License-Identifier: EUPL-1.2
/* The answer of a token endpoint: strict in what becomes a header, lenient in numbers. */
#include "daemon/oauth_answer.h"

#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/json_read.h"

/*
 * "expires_in" as a number, or as its digits: some servers quote it. Zero and
 * less are said of tokens that do not expire; taken at its word, each request
 * would first ask for a token.
 */
static int64_t expires_in_s(const json_t *root)
{
	const json_t *in = json_object_get(root, "expires_in");
	double seconds = json_number_value(in);
	int64_t digits = 0;

	if (slice_to_i64(&digits, slice_of(json_string_value(in)), 1, INT64_MAX))
		seconds = (double)digits;
	if (seconds < 1)
		return -1;
	return seconds < (double)LIMIT_TOKEN_S ? (int64_t)seconds : LIMIT_TOKEN_S;
}

/* A token goes into a header: visible characters only. */
static bool is_token(struct slice text)
{
	bool is_good = text.n > 0;

	for (size_t i = 0; i < text.n && is_good; i++)
		is_good = text.p[i] > ' ' && text.p[i] < 0x7f;
	return is_good;
}

enum err_code oauth_answer_read(struct oauth_answer *out, struct slice body, struct err *err)
{
	json_t *root = json_read_document(body, LIMIT_TOKEN_BYTES, "token", err);
	const json_t *value = json_object_get(root, "access_token");
	const json_t *type = json_object_get(root, "token_type");
	struct slice text;
	enum err_code rc = ERR_OK;

	/* What the parser says may quote the answer, and the answer a token. */
	if (root == NULL)
		return err_set(err, body.n > LIMIT_TOKEN_BYTES ? ERR_LIMIT : ERR_PARSE,
			       "token endpoint: the answer is not JSON");
	text = slice_make(json_string_value(value), json_string_length(value));
	if (!is_token(text))
		rc = err_set(err, ERR_PARSE, "token endpoint: the answer holds no access_token");
	else if (json_is_string(type) &&
		 !slice_eq_nocase(slice_of(json_string_value(type)), SLICE_LIT("bearer")))
		rc = err_set(err, ERR_PARSE, "token endpoint: token_type is %.40s, expected bearer",
			     json_string_value(type));
	else
		*out = (struct oauth_answer){ mem_strndup(text.p, text.n), expires_in_s(root) };
	json_decref(root);
	return rc;
}
