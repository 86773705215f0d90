// SPDX-License-Identifier: EUPL-1.2
/*
 * From an offer to the five columns of its full text.
 */
#include "index/offer_text.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "catalogue/readers.h"

/* ISO 639-1, in alphabetical order. Texts on disk hold places in it: new codes go to the end. */
static const char lang_codes[][3] = {
	"aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg",
	"bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv",
	"cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi",
	"fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr",
	"ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja",
	"jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw",
	"ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml",
	"mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv",
	"ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro",
	"ru", "rw", "sa", "sc", "sd", "se", "sg", "sh", "si", "sk", "sl", "sm", "sn", "so", "sq",
	"sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to",
	"tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh",
	"yi", "yo", "za", "zh", "zu",
};

_Static_assert(LANG_MARK_FIRST + countof(lang_codes) <= LANG_MARK_LAST, "room for all languages");

uint32_t lang_mark_of(struct slice tag)
{
	struct slice first = tag;
	char code[2];

	slice_split(&first, &tag, '-');
	if (first.n != sizeof(code))
		return LANG_MARK_FIRST;
	code[0] = ascii_lower(first.p[0]);
	code[1] = ascii_lower(first.p[1]);
	for (size_t i = 0; i < countof(lang_codes); i++)
		if (memcmp(lang_codes[i], code, sizeof(code)) == 0)
			return LANG_MARK_FIRST + 1 + (uint32_t)i;
	return LANG_MARK_FIRST;
}

struct slice lang_of_mark(uint32_t code_point)
{
	size_t i = code_point - LANG_MARK_FIRST - 1;

	if (code_point <= LANG_MARK_FIRST || i >= countof(lang_codes))
		return SLICE_LIT("und");
	return slice_make(lang_codes[i], 2);
}

static bool is_mark(uint32_t cp)
{
	return cp >= LANG_MARK_FIRST && cp <= LANG_MARK_LAST;
}

static bool is_private(uint32_t cp)
{
	return (cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xf0000;
}

/* Up to the next mark, or to the end. Marks begin with the byte 0xee, which little else does. */
static struct slice before_mark(struct slice text)
{
	size_t at = 0;

	while (at < text.n) {
		struct slice rest = slice_from(text, at);
		ptrdiff_t next = slice_find_byte(rest, '\xee');
		uint32_t cp = 0;

		if (next < 0)
			return text;
		at += (size_t)next;
		rest = slice_from(text, at);
		utf8_next(&cp, &rest);
		if (is_mark(cp))
			return slice_first(text, at);
		at = text.n - rest.n;
	}
	return text;
}

bool text_run_next(struct text_run *out, struct slice *column)
{
	struct slice rest = *column;
	uint32_t cp = 0;

	if (column->n == 0)
		return false;
	out->lang = SLICE_LIT("und");
	if (utf8_next(&cp, &rest) && is_mark(cp))
		out->lang = lang_of_mark(cp);
	else
		rest = *column;
	out->text = before_mark(rest);
	*column = slice_from(rest, out->text.n);
	out->text = slice_trim(out->text);
	return true;
}

/* --- building --- */

/*
 * Adds text without private-use code points. All of them begin with a byte of
 * 0xee or more, which little else does.
 */
static void add_plain(struct buf *out, struct slice text)
{
	size_t from = 0;
	size_t at = 0;

	while (at < text.n) {
		unsigned char first = (unsigned char)text.p[at];
		struct slice rest;
		uint32_t cp = 0;

		if (first < 0xee) {
			at += first < 0x80 ? scan_ascii(text.p + at, text.n - at) : 1;
			continue;
		}
		rest = slice_from(text, at);
		utf8_next(&cp, &rest);
		if (is_private(cp)) {
			buf_append(out, text.p + from, at - from);
			from = text.n - rest.n;
		}
		at = text.n - rest.n;
	}
	if (text.n > from)
		buf_append(out, text.p + from, text.n - from);
}

static void add_run(struct buf *out, struct slice lang, struct slice text)
{
	char mark[4];

	if (text.n == 0)
		return;
	if (out->len > 0)
		buf_char(out, '\n');
	buf_append(out, mark, utf8_encode(mark, lang_mark_of(lang)));
	add_plain(out, text);
}

static void add_texts(struct buf *out, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		add_run(out, texts->items[i].lang, texts->items[i].text);
}

/* One run a language, one line an item. */
static void add_lists(struct buf *out, const struct text_lists *lists)
{
	for (size_t i = 0; i < lists->n; i++) {
		const struct text_list *list = &lists->langs[i];

		for (size_t k = 0; k < list->n; k++) {
			if (k == 0) {
				add_run(out, list->lang, list->items[k]);
			} else {
				buf_char(out, '\n');
				add_plain(out, list->items[k]);
			}
		}
	}
}

static void add_org(struct buf *out, const struct org *org)
{
	add_texts(out, &org->name);
	add_texts(out, &org->unit);
}

static void add_provider(struct buf *out, const struct offer *o)
{
	add_org(out, &o->provider);
	for (size_t i = 0; i < o->joint_providers.n; i++)
		add_org(out, &o->joint_providers.items[i]);
	for (size_t i = 0; i < o->awarding_bodies.n; i++)
		add_org(out, &o->awarding_bodies.items[i]);
	for (size_t i = 0; i < o->alliances.n; i++)
		add_run(out, SLICE_NONE, o->alliances.items[i]);
}

static void add_subject(struct buf *out, const struct offer *o)
{
	for (size_t i = 0; i < o->subjects.n; i++)
		add_run(out, SLICE_LIT("en"), subject_label(slice_of(o->subjects.items[i].code)));
	add_lists(out, &o->keywords);
	for (size_t i = 0; i < o->skills.n; i++)
		add_texts(out, &o->skills.items[i].label);
	add_run(out, SLICE_NONE, o->course_code);
}

void offer_text_init(struct offer_text *t)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_init(&t->fields[i], LIMIT_OFFER_BYTES);
}

void offer_text_clear(struct offer_text *t)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_clear(&t->fields[i]);
}

enum err_code offer_text_build(struct offer_text *t, const struct offer *offer, struct err *err)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_reset(&t->fields[i]);
	add_texts(&t->fields[FIELD_TITLE], &offer->title);
	add_lists(&t->fields[FIELD_OUTCOMES], &offer->outcomes);
	add_provider(&t->fields[FIELD_PROVIDER], offer);
	add_subject(&t->fields[FIELD_SUBJECT], offer);
	add_texts(&t->fields[FIELD_DESCRIPTION], &offer->description);
	add_texts(&t->fields[FIELD_DESCRIPTION], &offer->audience);
	add_texts(&t->fields[FIELD_DESCRIPTION], &offer->prerequisites);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (buf_failed(&t->fields[i]))
			return err_set(err, ERR_LIMIT, "the offer's text has more than %u bytes",
				       (unsigned)LIMIT_OFFER_BYTES);
	return ERR_OK;
}
