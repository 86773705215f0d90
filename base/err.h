// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * Errors: one enum, one struct, filled by whoever notices. There is no
 * thread-local "last error": the message travels with the failure. What can
 * fail returns enum err_code and takes a struct err * last (NULL is fine).
 *
 * Thread: any; a struct err belongs to its owner.
 */

#include <stdarg.h>
#include <stdbool.h>

enum err_code {
	ERR_OK = 0,
	ERR_PARSE, /* bytes that are not what they should be */
	ERR_LIMIT, /* a limit of base/limits.h, or one the operator set */
	ERR_NETWORK, /* no connection, cut, name not found */
	ERR_REMOTE, /* a partner answered with a failure */
	ERR_TIMEOUT, /* a deadline passed */
	ERR_CANCELLED, /* somebody asked for it to stop */
	ERR_NOTFOUND, /* no such thing */
	ERR_CONFIG, /* a mistake in the operator's configuration */
	ERR_DENIED, /* refused by a rule: address, origin, permission */
	ERR_DB, /* SQLite failed */
	ERR_IO, /* the operating system failed */
	ERR_FULL, /* no space left */
	ERR_BUSY, /* in use by another; trying again may help */
	ERR_PROTOCOL, /* worker and daemon do not understand each other */
	ERR_UNSUPPORTED, /* understood, and not possible here */
	ERR_CONFLICT, /* not possible in the present state */
	ERR_INTERNAL, /* a bug of ours, noticed */
	ERR_COUNT
};

enum { ERR_MSG_BYTES = 240 };

struct err {
	enum err_code code;
	char msg[ERR_MSG_BYTES]; /* one line for a person; never empty on failure */
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		ERR_OK, ""                                                                         \
	}
#define ERR_MUST_USE __attribute__((warn_unused_result))

/*
 * Fills err (which may be NULL) and returns code, so that failing is one line.
 * Line ends become blanks, and what is too long is cut between code points.
 * err->msg may be among the arguments. A code that is no failure (ERR_OK, or a
 * number out of the enum) becomes ERR_INTERNAL.
 */
enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
enum err_code err_vset(struct err *err, enum err_code code, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

#ifdef __clang_analyzer__
/* The analyzer reads a file at a time: what is promised above, where it can see it. */
static inline enum err_code err_promised(enum err_code said, enum err_code code)
{
	(void)said;
	return code;
}
#define err_set(err, code, ...) err_promised((err_set)((err), (code), __VA_ARGS__), (code))
#endif

/*
 * Puts "context: " before the message and returns the code, which stays. Once
 * per layer that knows more. Without an err there is no code to return:
 * ERR_INTERNAL, so where err may be NULL return the code you have.
 */
enum err_code err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Translates an errno value; what is the thing it was about ("open /x/y"). */
enum err_code err_from_errno(struct err *err, int errnum, const char *what);
/* The same, for somebody who can mend it: "what: why; expected a folder that ...". */
enum err_code err_from_errno_expected(struct err *err, int errnum, const char *what,
				      const char *expected);

/* Back to ERR_OK with an empty message. */
void err_clear(struct err *err);

/* Stable lower-case name ("not-found"), for logs, problem documents and notes. */
const char *err_code_name(enum err_code code);

/* The code of a name, ERR_INTERNAL for an unknown one. */
enum err_code err_code_of_name(const char *name);

/* Whether the same thing may work when tried again later. */
bool err_is_retryable(enum err_code code);

#endif
