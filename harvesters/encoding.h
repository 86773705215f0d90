// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_ENCODING_H
#define HARVESTERS_ENCODING_H

/*
 * From the encodings that partners use to UTF-8, in pieces as they come, and a
 * guess which one it is. Own tables of 128 entries: iconv loads modules from
 * files, which a worker may not.
 *
 * Thread: any.
 */

#include "base/buf.h"
#include "base/slice.h"

enum encoding {
	ENCODING_UTF_8,
	ENCODING_UTF_16LE,
	ENCODING_UTF_16BE,
	ENCODING_WINDOWS_1252, /* and ISO 8859-1, of which it is a superset in practice */
	ENCODING_WINDOWS_1250,
	ENCODING_ISO_8859_15,
	ENCODING_MAC_ROMAN,
	ENCODING_COUNT /* none of these */
};

/* "windows-1252". */
const char *encoding_name(enum encoding e);
/* By a name of IANA's list or one of its aliases, case ignored; ENCODING_COUNT for others. */
enum encoding encoding_of_name(struct slice name);
/* Of "text/csv; charset=iso-8859-1"; ENCODING_COUNT if none is named or known. */
enum encoding encoding_of_content_type(struct slice content_type);
/* Whether each of its characters is one byte; false for ENCODING_COUNT. */
bool encoding_has_bytes(enum encoding e);
/* Of the byte order mark at the start, and its length; ENCODING_COUNT without one. */
enum encoding encoding_of_mark(size_t *mark_bytes, struct slice start);

/*
 * Decodes to UTF-8. A byte order mark at the start is dropped. In UTF-8, bytes
 * that are none are read as windows-1252 and counted; code points that an
 * encoding leaves open become U+FFFD.
 */
struct decoder {
	enum encoding encoding;
	uint64_t n_repaired; /* malformed bytes or units */
	/* private */
	bool has_begun;
	uint8_t n_carry;
	unsigned char carry[4];
	uint32_t high; /* surrogate that waits for its other half */
};

void decoder_init(struct decoder *d, enum encoding e);
void decoder_feed(struct decoder *d, struct buf *out, struct slice in);
/* Nothing comes any more: what was carried over is malformed. */
void decoder_end(struct decoder *d, struct buf *out);

/* Looks at the whole of a text, in pieces, and says what it is. */
struct encoding_guess {
	/* private */
	struct buf start; /* the first bytes, for a byte order mark */
	bool is_not_utf8;
	uint8_t n_due; /* continuation bytes */
	uint8_t low, high; /* bounds of the next one */
	uint64_t n_bytes, n_high, n_c1, n_mac, n_cr, n_lf, n_crlf;
	uint64_t n_zero[2]; /* at even and odd offsets */
	char last;
};

void encoding_guess_init(struct encoding_guess *g);
void encoding_guess_feed(struct encoding_guess *g, struct slice in);
/* *why: for the report ("valid UTF-8"). */
enum encoding encoding_guess_end(struct encoding_guess *g, const char **why);

#endif
