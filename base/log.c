// SPDX-License-Identifier: EUPL-1.2
/*
 * One event, one line, one write(2): lines of several threads do not mix. The
 * line is put together on the stack, so that logging works when nothing else
 * does.
 */
#include "base/log.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int max_level = LOG_LEVEL_INFO;
static atomic_bool is_journal_line;

static const char *const area_names[LOG_AREA_COUNT] = {
	[LOG_MAIN] = "main",       [LOG_CONFIG] = "config", [LOG_SCHEDULE] = "schedule",
	[LOG_HARVEST] = "harvest", [LOG_FETCH] = "fetch",   [LOG_WORKER] = "worker",
	[LOG_STORE] = "store",     [LOG_API] = "api",       [LOG_LOOP] = "loop",
};

static const struct {
	enum log_level level;
	const char *name;
} levels[] = {
	{ LOG_LEVEL_ERROR, "error" },
	{ LOG_LEVEL_WARNING, "warning" },
	{ LOG_LEVEL_INFO, "info" },
	{ LOG_LEVEL_DEBUG, "debug" },
};

void log_set_level(enum log_level level)
{
	atomic_store(&max_level, (int)level);
}

bool log_level_of_name(enum log_level *out, const char *name)
{
	for (size_t i = 0; i < countof(levels); i++) {
		if (slice_eq_z(slice_of(levels[i].name), name)) {
			*out = levels[i].level;
			return true;
		}
	}
	return false;
}

void log_set_journal(bool is_journal)
{
	atomic_store(&is_journal_line, is_journal);
}

bool log_is_on(enum log_level level)
{
	return (int)level <= atomic_load(&max_level);
}

static const char *name_of(enum log_level level)
{
	for (size_t i = 0; i < countof(levels); i++)
		if (levels[i].level == level)
			return levels[i].name;
	return "error";
}

/* A line that is being put together; the last byte is the line end's. */
struct line {
	char text[LIMIT_LOG_LINE_BYTES];
	size_t n;
};

/* Appends all of s, or nothing when there is no room. */
static bool put(struct line *line, struct slice s)
{
	if (s.n > sizeof(line->text) - 1 - line->n)
		return false;
	memcpy(line->text + line->n, s.p, s.n);
	line->n += s.n;
	return true;
}

static void put_start(struct line *line, enum log_level level, enum log_area area)
{
	char text[64];
	char now[CLOCK_TEXT_BYTES];

	if (atomic_load(&is_journal_line)) {
		snprintf(text, sizeof(text), "<%d>%s: ", (int)level, area_names[area]);
	} else {
		clock_format(now, clock_now_s());
		/* The hour to the second of "2026-11-21T10:00:00Z". */
		snprintf(text, sizeof(text), "%.8s %s %s: ", now + 11, name_of(level),
			 area_names[area]);
	}
	put(line, slice_of(text));
}

/* What a terminal or a reader of lines may take for a command. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

static struct slice escape(char *out, size_t n_out, uint32_t c, struct slice bytes)
{
	size_t n = 0;

	switch (c) {
	case '\n':
		return SLICE_LIT("\\n");
	case '\r':
		return SLICE_LIT("\\r");
	case '\t':
		return SLICE_LIT("\\t");
	default:
		for (size_t i = 0; i < bytes.n; i++)
			n += (size_t)snprintf(out + n, n_out - n, "\\x%02x",
					      (unsigned char)bytes.p[i]);
		return slice_make(out, n);
	}
}

/* False when the line is full. */
static bool put_message(struct line *line, struct slice message)
{
	struct slice rest = message;
	uint32_t c;

	while (utf8_next(&c, &rest)) {
		struct slice bytes = slice_first(message, message.n - rest.n);
		char escaped[4 * 4 + 1];

		/* A U+FFFD that was not written as one stands for malformed bytes. */
		if (is_control(c) || (c == UTF8_REPLACEMENT && !utf8_is_valid(bytes)))
			bytes = escape(escaped, sizeof(escaped), c, bytes);
		if (!put(line, bytes))
			return false;
		message = rest;
	}
	return true;
}

/* Ends what was cut with "...", between code points. */
static void put_cut_mark(struct line *line)
{
	const struct slice mark = SLICE_LIT("...");

	line->n = utf8_first(slice_make(line->text, line->n), sizeof(line->text) - 1 - mark.n).n;
	put(line, mark);
}

static void write_line(const char *text, size_t n)
{
	ssize_t written;

	/* Whatever else fails here, there is nobody to tell. */
	do {
		written = write(STDERR_FILENO, text, n);
	} while (written < 0 && errno == EINTR);
}

void log_line(enum log_level level, enum log_area area, const char *fmt, ...)
{
	const int saved_errno = errno;
	char message[LIMIT_LOG_LINE_BYTES];
	struct line line = { .n = 0 };
	va_list args;
	int n;

	if (!log_is_on(level))
		return;
	va_start(args, fmt);
	n = vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	put_start(&line, level, area);
	if (n < 0 || !put_message(&line, slice_of(message)) || (size_t)n >= sizeof(message))
		put_cut_mark(&line);
	line.text[line.n++] = '\n';
	write_line(line.text, line.n);
	errno = saved_errno;
}
