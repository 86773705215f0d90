// SPDX-License-Identifier: EUPL-1.2
/*
 * Normal forms of texts: NFC, and folded for comparing. Both are utf8proc's;
 * what is in NFC already is recognised without it, because that is nearly all.
 */
#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "catalogue/text.h"

#include <stdlib.h>
#include <utf8proc.h>

/*
 * Code points of U+0300 and above that are NFC as they stand, whatever is
 * beside them, and occur often: no decomposition other than their own
 * composed form, no combining class. Source: DerivedNormalizationProps.txt
 * (NFC_QC) of Unicode 15; the unit test asks utf8proc for each.
 */
static const struct {
	uint16_t first, last;
} nfc_ranges[] = {
	{ 0x0388, 0x0482 }, /* Greek, Cyrillic */
	{ 0x048a, 0x052f }, { 0x10a0, 0x10ff }, /* Georgian */
	{ 0x1e00, 0x1eff }, /* Latin with marks */
	{ 0x2010, 0x2027 }, /* dashes, quotes, bullets */
	{ 0x2030, 0x205e }, { 0x20a0, 0x20bf }, /* currencies */
	{ 0x2190, 0x22ff }, /* arrows, mathematics */
	{ 0x2500, 0x27bf }, /* drawings */
	{ 0x4e00, 0x9fff }, /* Han */
};

static bool is_nfc_by_itself(uint32_t c)
{
	if (c < 0x300)
		return true;
	for (size_t i = 0; i < countof(nfc_ranges); i++)
		if (c >= nfc_ranges[i].first && c <= nfc_ranges[i].last)
			return true;
	return false;
}

static bool is_nfc(struct slice text)
{
	uint32_t c = 0;

	for (;;) {
		text = slice_from(text, scan_ascii(text.p, text.n));
		if (text.n == 0)
			return true;
		if (!utf8_next(&c, &text) || !is_nfc_by_itself(c))
			return false;
	}
}

static struct slice map_text(struct slice text, utf8proc_option_t options, struct arena *arena)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.p,
					  (utf8proc_ssize_t)text.n, &mapped, options);
	struct slice out = n >= 0 ? arena_dup(arena, slice_make((char *)mapped, (size_t)n)) : text;

	free(mapped);
	return out;
}

struct slice text_nfc(struct slice text, struct arena *arena)
{
	return is_nfc(text) ? text : map_text(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, arena);
}

struct slice text_fold(struct slice text, struct arena *arena)
{
	struct slice mapped = map_text(text,
				       UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
					       UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
				       arena);
	char *out = arena_alloc(arena, mapped.n + 1);
	size_t n = 0;

	if (out == NULL)
		return SLICE_NONE;
	mapped = slice_trim(mapped);
	for (size_t i = 0; i < mapped.n; i++) {
		bool is_space = ascii_is_space(mapped.p[i]);

		if (is_space && n > 0 && out[n - 1] == ' ')
			continue;
		out[n++] = is_space ? ' ' : mapped.p[i];
	}
	return slice_make(out, n);
}
