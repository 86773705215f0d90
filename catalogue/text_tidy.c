// SPDX-License-Identifier: EUPL-1.2
/*
 * Blanks, line ends, controls and bullets.
 */
#include "catalogue/text_tidy.h"

#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"

const uint16_t text_windows_1252[32] = { 0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
					 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
					 0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d,
					 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
					 0x0153, 0,      0x017e, 0x0178 };

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

bool text_is_bullet(uint32_t c)
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
	return c >= 0x80 && c < 0xa0 ? text_windows_1252[c - 0x80] : c;
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

void text_tidy(struct buf *out, struct slice text, bool is_line)
{
	struct tidying t = { .out = out, .is_at_start = true, .is_line = is_line };
	bool was_cr = false;
	uint32_t c = 0;

	while (utf8_next(&c, &text)) {
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
			put_run(&t, &text);
		} else if (!is_dropped(c) || (t.is_at_start && text_is_bullet(c))) {
			put_char(&t, c, text);
			put_run(&t, &text);
		}
	}
}
