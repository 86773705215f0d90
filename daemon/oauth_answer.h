// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_OAUTH_ANSWER_H
#define DAEMON_OAUTH_ANSWER_H

/*
 * What a token endpoint answers to a request for client credentials, RFC 6749
 * section 5.1: a token, its type, and how long it holds.
 *
 * Thread: any; pure.
 */

#include "base/err.h"
#include "base/slice.h"

struct oauth_answer {
	char *token; /* visible ASCII, as a header needs it; the caller's to forget and free */
	int64_t expires_in_s; /* 1 to LIMIT_TOKEN_S; -1: not said */
};

/*
 * body: untrusted. Errors: ERR_PARSE when it cannot be read, holds no token, or
 * one that is not of type bearer; ERR_LIMIT beyond LIMIT_TOKEN_BYTES. No
 * message holds a token.
 */
enum err_code oauth_answer_read(struct oauth_answer *out, struct slice body,
				struct err *err) ERR_MUST_USE;

#endif
