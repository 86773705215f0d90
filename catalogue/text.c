// SPDX-License-Identifier: EUPL-1.2
/*
 * From a partner's text field to plain text. A few passes, each made only
 * where the text shows that it is needed, none of them repeated:
 *
 *   valid UTF-8 ─► HTML or references ─► one more unescape ─► mojibake
 *       ─► literal \n ─► Markdown ─► tidy (blanks, controls, bullets) ─► NFC ─► cut
 */
#include "catalogue/text.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "catalogue/html.h"
#include "catalogue/markdown.h"
#include "catalogue/text_tidy.h"

#include <libxml/parser.h>

void text_init(void)
{
	xmlInitParser();
	/* Its tables are made at the first look-up. */
	(void)html_is_likely(SLICE_LIT("<p>"));
}

/* --- a text on its way: a slice into one of two buffers, or still the source's --- */

struct draft {
	struct slice text;
	struct buf bufs[2];
	unsigned next; /* the buffer that text does not lie in */
};

/* The buffer for the next pass. */
static struct buf *draft_begin(struct draft *d)
{
	struct buf *b = &d->bufs[d->next];

	buf_reset(b);
	(void)buf_room(b, d->text.n); /* most passes make it no longer */
	return b;
}

static void draft_end(struct draft *d)
{
	d->text = buf_view(&d->bufs[d->next]);
	d->next = 1 - d->next;
}

/* --- UTF-8 --- */

static void make_valid(struct draft *d)
{
	size_t n_valid = utf8_valid_prefix(d->text);
	struct slice rest = slice_from(d->text, n_valid);
	struct buf *out = NULL;
	uint32_t c = 0;

	if (rest.n == 0)
		return;
	out = draft_begin(d);
	buf_slice(out, slice_first(d->text, n_valid));
	while (utf8_next(&c, &rest)) {
		char encoded[4];

		buf_append(out, encoded, utf8_encode(encoded, c));
	}
	draft_end(d);
}

/* The byte that a careless reader made the character of, or -1. */
static int byte_of(uint32_t c)
{
	if (c < 0x100)
		return (int)c;
	for (int i = 0; i < 32; i++)
		if (text_windows_1252[i] == c)
			return 0x80 + i;
	return -1;
}

/* Whether a text goes on as the second half of mojibake: what was a byte from 0x80 to 0xbf. */
static bool begins_with_half(struct slice text)
{
	uint32_t c = 0;
	int byte;

	if (!utf8_next(&c, &text) || c < 0x80)
		return false;
	byte = byte_of(c);
	return byte >= 0x80 && byte <= 0xbf;
}

/*
 * "Ã¤": a character from 0xc2 to 0xf4 with one from 0x80 to 0xbf behind. The
 * first of them begins with the byte 0xc3, so that only those are looked at.
 */
static bool has_mojibake(struct slice text)
{
	ptrdiff_t at = 0;

	while ((at = slice_find_byte(text, '\xc3')) >= 0) {
		uint32_t lead = 0;

		text = slice_from(text, (size_t)at);
		utf8_next(&lead, &text);
		if (lead >= 0xc2 && lead <= 0xf4 && begins_with_half(text))
			return true;
	}
	return false;
}

/* UTF-8 read as windows-1252 or Latin-1 goes back, if all of the text does. Whether it did. */
static bool repair_mojibake(struct draft *d)
{
	struct slice rest = d->text;
	struct buf *out = NULL;
	uint32_t c = 0;

	if (!has_mojibake(d->text))
		return false;
	out = draft_begin(d);
	while (utf8_next(&c, &rest)) {
		int byte = byte_of(c);

		if (byte < 0)
			return false; /* text still lies in the other buffer */
		buf_char(out, (char)byte);
	}
	if (buf_failed(out) || !utf8_is_valid(buf_view(out)))
		return false;
	draft_end(d);
	return true;
}

/* --- HTML --- */

static bool has_byte(struct slice text, char byte)
{
	return slice_find_byte(text, byte) >= 0;
}

static void unescape(struct draft *d)
{
	html_unescape(draft_begin(d), d->text);
	draft_end(d);
}

/* NUL ends the parser's input and is dropped later anyway. */
static void drop_nul(struct draft *d)
{
	struct buf *out = NULL;

	if (!has_byte(d->text, '\0'))
		return;
	out = draft_begin(d);
	for (size_t i = 0; i < d->text.n; i++)
		if (d->text.p[i] != '\0')
			buf_char(out, d->text.p[i]);
	draft_end(d);
}

/* How often a text may have been escaped: by an editor, a database and a feed. */
enum { MAX_ESCAPES = 4 };

static bool is_html(const struct draft *d)
{
	return has_byte(d->text, '<') && html_is_likely(d->text);
}

static bool has_reference(const struct draft *d)
{
	return has_byte(d->text, '&') && html_has_reference(d->text);
}

/* XML's way to keep markup as text, around the whole text. */
static void unwrap_cdata(struct draft *d)
{
	static const struct slice begin = { "<![CDATA[", 9 }, end = { "]]>", 3 };

	if (slice_starts_with(d->text, begin) && slice_ends_with(d->text, end) &&
	    d->text.n >= begin.n + end.n)
		d->text = slice_make(d->text.p + begin.n, d->text.n - begin.n - end.n);
}

static void read_tags(struct draft *d)
{
	drop_nul(d);
	html_to_text(draft_begin(d), d->text);
	draft_end(d);
}

/* Whether it was HTML, as it stands or escaped, once or more often. */
static bool read_html(struct draft *d)
{
	unsigned n_escapes = 0;
	bool was_html = false;

	unwrap_cdata(d);
	while (!is_html(d) && has_reference(d) && n_escapes++ < MAX_ESCAPES)
		unescape(d);
	was_html = is_html(d);
	if (was_html)
		read_tags(d);
	/* "Universit&amp;auml;t", "&amp;lt;p&amp;gt;" in a paragraph: escaped once too often. */
	if (has_reference(d)) {
		unescape(d);
		if (was_html && is_html(d))
			read_tags(d);
	}
	return was_html;
}

/* --- literal \n --- */

/* Behind a backslash and an n: what shows that a line end was meant, not "C:\new". */
static bool is_line_start(struct slice s)
{
	char c = s.n > 0 ? s.p[0] : ' ';

	return !(c >= 'a' && c <= 'z');
}

static bool has_literal_line_end(struct slice text)
{
	ptrdiff_t at = slice_find(text, SLICE_LIT("\\n"));

	return at >= 0 && !has_byte(text, '\n') && is_line_start(slice_from(text, (size_t)at + 2));
}

static void read_literal_line_ends(struct draft *d)
{
	struct slice text = d->text;
	struct buf *out = NULL;

	if (!has_byte(text, '\\') || !has_literal_line_end(text))
		return;
	out = draft_begin(d);
	for (size_t i = 0; i < text.n; i++) {
		char next = text.p[i] == '\\' && i + 1 < text.n ? text.p[i + 1] : '\0';

		if (next == 'n' && is_line_start(slice_from(text, i + 2)))
			buf_char(out, '\n');
		else if (next == 't' && is_line_start(slice_from(text, i + 2)))
			buf_char(out, ' ');
		else if (next == 'r' &&
			 slice_starts_with(slice_from(text, i + 2), SLICE_LIT("\\n")))
			; /* the \n behind it counts */
		else {
			buf_char(out, text.p[i]);
			continue;
		}
		i++;
	}
	draft_end(d);
}

/* --- Markdown --- */

static void unmark(struct draft *d)
{
	markdown_unmark(draft_begin(d), d->text);
	draft_end(d);
}

/* --- tidying --- */

static void tidy(struct draft *d, bool is_line)
{
	text_tidy(draft_begin(d), d->text, is_line);
	draft_end(d);
}

/* --- the whole way --- */

/* What a look at each byte of a text tells about it. */
struct look {
	bool has_sign; /* that may begin markup, a reference or an escape */
	bool is_tidy; /* tidy() and NFC would change nothing, and no mojibake is in it */
};

enum byte_class {
	BYTE_PLAIN, /* a letter, digit or sign */
	BYTE_BLANK,
	BYTE_LINE_END,
	BYTE_SIGN,
	BYTE_HIGH, /* 0x80 and above */
	BYTE_CONTROL,
};

#define X8(c) c, c, c, c, c, c, c, c
#define P BYTE_PLAIN
#define S BYTE_SIGN
#define C BYTE_CONTROL
/* clang-format off */
static const uint8_t byte_classes[256] = {
	X8(C), C, C, BYTE_LINE_END, C, C, C, C, C,
	X8(C), X8(C),
	BYTE_BLANK, P, P, S, P, P, S, P, /* # & */
	P, P, S, P, P, P, P, P, /* * */
	X8(P), P, P, P, P, S, P, P, P, /* < */
	X8(P), X8(P),
	X8(P), P, P, P, S, S, P, P, S, /* [ \ _ */
	S, P, P, P, P, P, P, P, X8(P), /* ` */
	X8(P), P, P, P, P, P, P, P, C,
	X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH),
	X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH),
	X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH),
	X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH), X8(BYTE_HIGH),
};
/* clang-format on */
#undef X8
#undef P
#undef S
#undef C

/*
 * Takes a character beyond ASCII off the front of rest; false where it is not
 * sure that it stays: what is no valid UTF-8, what NFC looks at, blanks and
 * marks that tidy() knows, bullets at the start of a line, and one that could
 * be the first half of mojibake.
 */
static bool take_tidy_high(struct slice *rest, bool is_at_start)
{
	unsigned char lead = (unsigned char)rest->p[0];
	size_t n = lead >= 0xe2 ? 3 : 2;
	uint32_t c = 0;
	bool may_be_half, is_good;

	if (lead < 0xc2 || (lead >= 0xe0 && lead != 0xe2) || rest->n < n)
		return false;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)rest->p[i] & 0xc0) != 0x80)
			return false;
	c = n == 2 ? (lead & 0x1fu) << 6 | ((unsigned char)rest->p[1] & 0x3fu)
		   : 0x2000u | ((unsigned char)rest->p[1] & 0x3fu) << 6 |
			     ((unsigned char)rest->p[2] & 0x3fu);
	may_be_half = c >= 0xc2 && c <= 0xf4 && begins_with_half(slice_from(*rest, n));
	is_good = n == 2 ? c > 0xa0 && c != 0xad && c < 0x300
			 : (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205e) ||
				   (c >= 0x20a0 && c <= 0x20bf);
	if (!is_good && n == 2 && c >= 0x388 && c <= 0x52f)
		is_good = c <= 0x482 || c >= 0x48a;
	if (!is_good || may_be_half || (is_at_start && text_is_bullet(c)))
		return false;
	*rest = slice_from(*rest, n);
	return true;
}

/* Whether a line may begin as rest does: with no mark that would become "- ". */
static bool is_tidy_start(struct slice rest, bool is_line)
{
	char c = rest.p[0];

	if (c == '-')
		return is_line || rest.n < 2 || !ascii_is_alpha(rest.p[1]);
	return c != '+' && c != '*' && c != ' ';
}

/* text is trimmed and not empty. */
static struct look look_at(struct slice text, bool is_line)
{
	struct look look = { markdown_begins_block(text) || slice_find_byte(text, '~') >= 0,
			     is_tidy_start(text, is_line) };
	struct slice rest = text;
	size_t n_ends = 2; /* line ends before what comes, no more than are kept */
	bool was_blank = false;

	while (rest.n > 0) {
		if (byte_classes[(unsigned char)rest.p[0]] == BYTE_PLAIN) {
			size_t n = scan_words(rest.p, rest.n);

			was_blank = rest.p[n - 1] == ' ';
			n_ends = 0;
			rest = slice_from(rest, n);
			continue;
		}
		switch ((enum byte_class)byte_classes[(unsigned char)rest.p[0]]) {
		case BYTE_BLANK:
			look.is_tidy = look.is_tidy && !was_blank && n_ends == 0;
			was_blank = true;
			break;
		case BYTE_LINE_END:
			look.is_tidy = look.is_tidy && !is_line && !was_blank && ++n_ends <= 2 &&
				       is_tidy_start(slice_from(rest, 1), is_line);
			look.has_sign = look.has_sign || markdown_begins_block(slice_from(rest, 1));
			break;
		case BYTE_HIGH:
			if (look.is_tidy && take_tidy_high(&rest, n_ends > 0)) {
				was_blank = false;
				n_ends = 0;
				continue;
			}
			look.is_tidy = false;
			break;
		case BYTE_SIGN:
			look.has_sign = true;
			was_blank = false;
			n_ends = 0;
			break;
		default:
			look.is_tidy = false;
			break;
		}
		rest = slice_from(rest, 1);
	}
	return look;
}

/* The passes that change something; look is of d->text. */
static void clean_draft(struct draft *d, struct look look, bool is_line)
{
	const char *before;

	make_valid(d);
	before = d->text.p;
	if (look.has_sign && !read_html(d)) {
		read_literal_line_ends(d);
		unmark(d);
	}
	if (d->text.p != before) {
		d->text = slice_trim(d->text);
		look.is_tidy = d->text.n > 0 && look_at(d->text, is_line).is_tidy;
	}
	if (look.is_tidy)
		return;
	(void)repair_mojibake(d);
	tidy(d, is_line);
	/* A soft hyphen or a zero-width blank may have kept the text from going back. */
	if (repair_mojibake(d))
		tidy(d, is_line);
}

static struct slice clean(struct slice raw, size_t max_bytes, bool is_line, struct arena *arena)
{
	struct draft d = { slice_trim(utf8_first(raw, LIMIT_OFFER_BYTES)),
			   { BUF_INIT(2 * LIMIT_OFFER_BYTES), BUF_INIT(2 * LIMIT_OFFER_BYTES) },
			   0 };
	struct slice text = SLICE_NONE;
	struct look look;
	bool is_nothing;

	if (d.text.n == 0 || text_is_template(d.text))
		return SLICE_NONE;
	look = look_at(d.text, is_line);
	if (look.has_sign || !look.is_tidy) {
		clean_draft(&d, look, is_line);
		d.text = text_nfc(d.text, arena);
	}
	text = slice_trim(utf8_first(d.text, max_bytes));
	is_nothing = is_line ? text_is_placeholder(text) : text_says_nothing(text);
	text = is_nothing ? SLICE_NONE : arena_dup(arena, text);
	buf_clear(&d.bufs[0]);
	buf_clear(&d.bufs[1]);
	return text;
}

struct slice text_clean(struct slice raw, size_t max_bytes, struct arena *arena)
{
	return clean(raw, max_bytes, false, arena);
}

struct slice text_clean_line(struct slice raw, size_t max_bytes, struct arena *arena)
{
	return clean(raw, max_bytes, true, arena);
}
