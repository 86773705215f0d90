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

/* What windows-1252 has at 0x80 to 0x9f; 0 where it has nothing. */
static const uint16_t windows_1252[32] = { 0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
					   0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
					   0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d,
					   0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
					   0x0153, 0,      0x017e, 0x0178 };

/* The byte that a careless reader made the character of, or -1. */
static int byte_of(uint32_t c)
{
	if (c < 0x100)
		return (int)c;
	for (int i = 0; i < 32; i++)
		if (windows_1252[i] == c)
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

/* Characters that begin items of lists, as editors write them; "- " is what is written. */
static const struct bullet {
	uint32_t first, last;
	bool is_sure; /* also where no blank follows; arrows and dashes begin other things as well
		       */
} bullets[] = {
	{ '*', '+', false },        { 0xb7, 0xb7, true },       { 0xbb, 0xbb, false },
	{ 0x203a, 0x203a, false },  { 0x2012, 0x2015, false },  { 0x2022, 0x2023, true },
	{ 0x2043, 0x2043, true },   { 0x204c, 0x204d, true },   { 0x2190, 0x21ff, false },
	{ 0x2212, 0x2212, false },  { 0x2217, 0x2219, true },   { 0x22c5, 0x22c5, true },
	{ 0x25a0, 0x25ff, true },   { 0x2605, 0x2606, false },  { 0x2610, 0x2612, true },
	{ 0x2660, 0x2667, true },   { 0x261a, 0x261f, true },   { 0x26aa, 0x26ab, true },
	{ 0x2705, 0x2705, true },   { 0x2713, 0x2714, true },   { 0x2726, 0x2727, false },
	{ 0x2731, 0x273d, false },  { 0x2749, 0x274b, false },  { 0x274f, 0x2752, true },
	{ 0x2756, 0x2756, true },   { 0x2794, 0x27bf, true },   { 0x2981, 0x2981, true },
	{ 0x29be, 0x29bf, true },   { 0x2b1b, 0x2b1c, true },   { 0x2b24, 0x2b27, true },
	{ 0x2b50, 0x2b50, true },   { 0xf02d, 0xf0ff, true }, /* Word's, in Symbol and Wingdings */
	{ 0x1f448, 0x1f449, true }, { 0x1f536, 0x1f53b, true }, { 0x1f7e0, 0x1f7eb, true },
};

/* The row of a character, or NULL. */
static const struct bullet *bullet_of(uint32_t c)
{
	if (c < 0xb7 && c != '*' && c != '+')
		return NULL;
	for (size_t i = 0; i < countof(bullets); i++)
		if (c >= bullets[i].first && c <= bullets[i].last)
			return &bullets[i];
	return NULL;
}

static bool is_bullet(uint32_t c)
{
	return bullet_of(c) != NULL;
}

/* Blanks of all widths are one blank. */
static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_line_end(uint32_t c)
{
	return c == '\n' || c == '\v' || c == '\f' || c == 0x2028 || c == 0x2029;
}

/*
 * Nothing for a reader: controls, soft hyphens, zero-width and direction
 * marks, how a sign is to be shown, what Unicode keeps for private use (our
 * index marks with it).
 */
static bool is_dropped(uint32_t c)
{
	return c < 0x20 || c == 0x7f || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfe0e ||
	       c == 0xfe0f || c == 0xfeff || (c >= 0xe000 && c <= 0xf8ff) ||
	       (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe || c >= 0xf0000;
}

struct tidying {
	struct buf *out;
	unsigned n_ends; /* line ends due */
	bool is_blank_due;
	bool is_at_start; /* of a line */
	bool is_line; /* line ends become blanks */
};

static void put_due(struct tidying *t)
{
	bool is_first = t->out->len == 0;

	if (!is_first && t->n_ends > 0)
		buf_fill(t->out, '\n', t->n_ends > 2 ? 2 : t->n_ends);
	else if (!is_first && t->is_blank_due)
		buf_char(t->out, ' ');
	t->n_ends = 0;
	t->is_blank_due = false;
}

/* What a control of C1 was in Windows-1252; other characters as they are. */
static uint32_t as_meant(uint32_t c)
{
	return c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
}

/* The first of what is seen of a text: 0 where nothing is. */
static uint32_t first_seen(struct slice text)
{
	uint32_t c = 0;

	while (utf8_next(&c, &text)) {
		c = as_meant(c);
		if (!is_dropped(c) || is_blank(c) || is_line_end(c) || c == '\r')
			return c;
	}
	return 0;
}

/* Told by what will stand behind c, or an item would be seen only when the text is read again. */
static bool begins_item(const struct tidying *t, uint32_t c, struct slice rest)
{
	const struct bullet *bullet = bullet_of(c);
	uint32_t next;

	if (!t->is_at_start || (bullet == NULL && c != '-') || rest.n == 0)
		return false;
	if (bullet != NULL && bullet->is_sure)
		return true;
	next = first_seen(rest);
	if (bullet == NULL)
		return !t->is_line && next < 0x80 && ascii_is_alpha((char)next);
	return is_blank(next) || (t->is_line && (is_line_end(next) || next == '\r'));
}

static void put_char(struct tidying *t, uint32_t c, struct slice rest)
{
	bool is_item = begins_item(t, c, rest);
	char encoded[4];

	if (!is_item && is_dropped(c)) /* a bullet for private use, with nothing behind it */
		return;
	put_due(t);
	if (is_item) {
		buf_char(t->out, '-');
		t->is_blank_due = true;
	} else {
		buf_append(t->out, encoded, utf8_encode(encoded, c));
	}
	t->is_at_start = false;
}

/* Words of ASCII inside a line stay as they are: as many at once as there are. */
static void put_run(struct tidying *t, struct slice *rest)
{
	size_t n = t->is_at_start ? 0 : scan_words(rest->p, rest->n);
	struct slice run = slice_first(*rest, n);

	*rest = slice_from(*rest, n);
	if (run.n > 0 && run.p[0] == ' ') {
		t->is_blank_due = true;
		run = slice_from(run, 1);
	}
	if (run.n == 0)
		return;
	put_due(t);
	t->is_blank_due = run.p[run.n - 1] == ' ';
	buf_append(t->out, run.p, run.n - t->is_blank_due);
}

static void tidy(struct draft *d, bool is_line)
{
	struct tidying t = { .out = draft_begin(d), .is_at_start = true, .is_line = is_line };
	struct slice rest = d->text;
	bool was_cr = false;
	uint32_t c = 0;

	while (utf8_next(&c, &rest)) {
		bool is_lf_of_cr = was_cr && c == '\n';

		was_cr = c == '\r';
		if (is_lf_of_cr)
			continue;
		c = as_meant(c);
		if (is_line_end(c) || was_cr) {
			if (t.is_line) {
				t.is_blank_due = true;
				continue;
			}
			t.n_ends++;
			t.is_blank_due = false;
			t.is_at_start = true;
		} else if (is_blank(c)) {
			t.is_blank_due = true;
			put_run(&t, &rest);
		} else if (!is_dropped(c) || (t.is_at_start && is_bullet(c))) {
			put_char(&t, c, rest);
			put_run(&t, &rest);
		}
	}
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
	if (!is_good || may_be_half || (is_at_start && is_bullet(c)))
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
