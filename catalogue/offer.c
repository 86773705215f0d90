// SPDX-License-Identifier: EUPL-1.2
/*
 * The small things of an offer: an empty one, choosing a language, dates in
 * reduced ISO 8601, and the stable id. The JSON form is in offer_read.c and
 * offer_write.c, both driven by the tables of offer_shape.c.
 */
#include "catalogue/offer.h"

#include "base/clock.h"
#include "base/mem.h"

void offer_init(struct offer *offer)
{
	*offer = (struct offer){ .level = { .isced = ISCED_LEVEL_UNKNOWN } };
}

/* "en" is the base of "en-IE". */
static struct slice base_language(struct slice tag)
{
	ptrdiff_t dash = slice_find_byte(tag, '-');

	return dash < 0 ? tag : slice_first(tag, (size_t)dash);
}

/* Exactly the tag, else one of the same base language. */
static const struct text *find_language(const struct texts *texts, struct slice lang)
{
	struct slice base = base_language(lang);

	if (lang.n == 0)
		return NULL;
	for (size_t i = 0; i < texts->n; i++)
		if (slice_eq_nocase(texts->items[i].lang, lang))
			return &texts->items[i];
	for (size_t i = 0; i < texts->n; i++)
		if (slice_eq_nocase(base_language(texts->items[i].lang), base))
			return &texts->items[i];
	return NULL;
}

struct slice texts_pick(const struct texts *texts, struct slice lang)
{
	const struct text *found = find_language(texts, lang);

	if (found == NULL)
		found = find_language(texts, SLICE_LIT("en"));
	if (found == NULL && texts->n > 0)
		found = &texts->items[0];
	return found != NULL ? found->text : SLICE_NONE;
}

bool codes_has(const struct codes *codes, struct slice code)
{
	for (size_t i = 0; i < codes->n; i++)
		if (slice_eq(codes->items[i], code))
			return true;
	return false;
}

int32_t date_first_day(struct date d)
{
	struct civil c = { d.year, d.precision >= DATE_MONTH ? d.month : 1,
			   d.precision >= DATE_DAY ? d.day : 1 };

	return d.precision == DATE_NONE ? 0 : days_from_civil(c);
}

int32_t date_last_day(struct date d)
{
	struct civil c = { d.year, d.precision >= DATE_MONTH ? d.month : 12, d.day };

	if (d.precision == DATE_NONE)
		return 0;
	if (d.precision < DATE_DAY)
		c.day = (uint8_t)civil_days_in_month(c.year, c.month);
	return days_from_civil(c);
}

/* n digits of v, leading zeros kept; behind them. */
static char *put_digits(char *out, unsigned v, size_t n)
{
	for (size_t i = n; i > 0; i--) {
		out[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
	return out + n;
}

void date_format(char out[DATE_TEXT_BYTES], struct date d)
{
	char *end = out;

	if (d.precision != DATE_NONE)
		end = put_digits(end, (unsigned)d.year, 4);
	if (d.precision >= DATE_MONTH) {
		*end++ = '-';
		end = put_digits(end, d.month, 2);
	}
	if (d.precision >= DATE_DAY) {
		*end++ = '-';
		end = put_digits(end, d.day, 2);
	}
	*end = '\0';
}

bool date_parse(struct date *out, struct slice text)
{
	uint64_t year = 0, month = 0, day = 0;
	struct date d = { 0 };

	if (text.n != 4 && text.n != 7 && text.n != 10)
		return false;
	if (!slice_to_u64(&year, slice_first(text, 4), 9999) || year == 0)
		return false;
	d.year = (int16_t)year;
	d.precision = DATE_YEAR;
	if (text.n >= 7) {
		if (text.p[4] != '-' || !slice_to_u64(&month, slice_make(text.p + 5, 2), 12) ||
		    month == 0)
			return false;
		d.month = (uint8_t)month;
		d.precision = DATE_MONTH;
	}
	if (text.n == 10) {
		if (text.p[7] != '-' || !slice_to_u64(&day, slice_make(text.p + 8, 2), 31))
			return false;
		d.day = (uint8_t)day;
		d.precision = DATE_DAY;
		if (!civil_is_valid((struct civil){ d.year, d.month, d.day }))
			return false;
	}
	*out = d;
	return true;
}

/* Crockford's base 32: no I, L, O, U. */
static const char id_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void offer_id_of_hash(char out[OFFER_ID_CHARS + 1], const uint8_t hash[16])
{
	/* 130 bits hold 128: the two missing ones are zeros in front. */
	unsigned rest = 0, n_bits = 2;
	size_t n = 0;

	for (size_t i = 0; i < 16; i++) {
		rest = (rest << 8 | hash[i]) & 0x1fff;
		n_bits += 8;
		while (n_bits >= 5) {
			n_bits -= 5;
			out[n++] = id_digits[rest >> n_bits & 31];
		}
	}
	require(n == OFFER_ID_CHARS);
	out[n] = '\0';
}

bool offer_id_parse(char out[OFFER_ID_CHARS + 1], struct slice text)
{
	char id[OFFER_ID_CHARS + 1] = { 0 };

	if (text.n != OFFER_ID_CHARS)
		return false;
	for (size_t i = 0; i < OFFER_ID_CHARS; i++) {
		char c = ascii_upper(text.p[i]);

		if (!ascii_is_alnum(c))
			return false;
		/* What people misread, as Crockford has it. */
		if (c == 'O')
			c = '0';
		else if (c == 'I' || c == 'L')
			c = '1';
		if (strchr(id_digits, c) == NULL)
			return false;
		id[i] = c;
	}
	if (id[0] > '7') /* more than 128 bits */
		return false;
	memcpy(out, id, sizeof id);
	return true;
}
