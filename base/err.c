// SPDX-License-Identifier: EUPL-1.2
/*
 * What each error code is called and whether trying again helps, and filling
 * a struct err. A message is one line of valid length: line ends become
 * blanks, and what is too long is cut between code points.
 */
#include "base/err.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool is_retryable;
} codes[ERR_COUNT] = {
	[ERR_OK] = { "ok", false },
	[ERR_PARSE] = { "parse", false },
	[ERR_LIMIT] = { "limit", false },
	[ERR_NETWORK] = { "network", true },
	[ERR_REMOTE] = { "remote", true },
	[ERR_TIMEOUT] = { "timeout", true },
	[ERR_CANCELLED] = { "cancelled", false },
	[ERR_NOTFOUND] = { "not-found", false },
	[ERR_CONFIG] = { "config", false },
	[ERR_DENIED] = { "denied", false },
	[ERR_DB] = { "db", false },
	[ERR_IO] = { "io", false },
	[ERR_FULL] = { "full", true },
	[ERR_BUSY] = { "busy", true },
	[ERR_PROTOCOL] = { "protocol", false },
	[ERR_UNSUPPORTED] = { "unsupported", false },
	[ERR_CONFLICT] = { "conflict", false },
	[ERR_INTERNAL] = { "internal", false },
};

static bool is_failure(enum err_code code)
{
	return code > ERR_OK && code < ERR_COUNT;
}

/* Copies text as one line, cut to what fits. */
static void set_message(struct err *err, const char *text)
{
	struct slice s = utf8_first(slice_of(text), sizeof(err->msg) - 1);

	for (size_t i = 0; i < s.n; i++)
		err->msg[i] = s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i];
	err->msg[s.n] = '\0';
	if (s.n == 0)
		snprintf(err->msg, sizeof(err->msg), "%s", err_code_name(err->code));
}

enum err_code err_vset(struct err *err, enum err_code code, const char *fmt, va_list args)
{
	/* One more byte than fits, so that set_message() sees what it must cut. */
	char text[ERR_MSG_BYTES + 4] = "";

	if (!is_failure(code))
		code = ERR_INTERNAL;
	if (err == NULL)
		return code;
	/* By way of text, because err->msg may be among the arguments. */
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		text[0] = '\0';
	err->code = code;
	set_message(err, text);
	return code;
}

enum err_code(err_set)(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	code = err_vset(err, code, fmt, args);
	va_end(args);
	return code;
}

enum err_code err_wrap(struct err *err, const char *fmt, ...)
{
	char context[ERR_MSG_BYTES] = "";
	char text[2 * ERR_MSG_BYTES + 4];
	va_list args;

	if (err == NULL)
		return ERR_INTERNAL;
	va_start(args, fmt);
	if (vsnprintf(context, sizeof(context), fmt, args) < 0)
		context[0] = '\0';
	va_end(args);
	snprintf(text, sizeof(text), "%s: %s", context, err->msg);
	if (!is_failure(err->code))
		err->code = ERR_INTERNAL;
	set_message(err, text);
	return err->code;
}

static enum err_code code_of_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_DENIED;
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EFBIG:
	case ENAMETOOLONG:
	case EMSGSIZE:
		return ERR_LIMIT;
	case EAGAIN:
	case EBUSY:
	case EADDRINUSE:
	case ETXTBSY:
		return ERR_BUSY;
	case EEXIST:
	case ENOTEMPTY:
		return ERR_CONFLICT;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	case ECANCELED:
		return ERR_CANCELLED;
	case ENOSYS:
	case EOPNOTSUPP:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return ERR_UNSUPPORTED;
	case EPIPE:
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENOTCONN:
		return ERR_NETWORK;
	default:
		return ERR_IO;
	}
}

enum err_code err_from_errno(struct err *err, int errnum, const char *what)
{
	char text[128];

	/* GNU's strerror_r: returns the text, which may stand elsewhere. */
	return err_set(err, code_of_errno(errnum), "%s: %s", what,
		       strerror_r(errnum, text, sizeof(text)));
}

enum err_code err_from_errno_expected(struct err *err, int errnum, const char *what,
				      const char *expected)
{
	struct err why = ERR_INIT;

	(void)err_from_errno(&why, errnum, what);
	return err_set(err, why.code, "%s; expected %s", why.msg, expected);
}

void err_clear(struct err *err)
{
	if (err == NULL)
		return;
	err->code = ERR_OK;
	err->msg[0] = '\0';
}

const char *err_code_name(enum err_code code)
{
	return code == ERR_OK || is_failure(code) ? codes[code].name : "internal";
}

enum err_code err_code_of_name(const char *name)
{
	for (size_t i = 0; name != NULL && i < countof(codes); i++)
		if (strcmp(codes[i].name, name) == 0)
			return (enum err_code)i;
	return ERR_INTERNAL;
}

bool err_is_retryable(enum err_code code)
{
	return is_failure(code) && codes[code].is_retryable;
}
