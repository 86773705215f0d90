// SPDX-License-Identifier: EUPL-1.2
/*
 * Institutions by identifier or name, and their alliances. Sub-units share
 * domains and acronyms repeat: what may be two institutions is none.
 */
#include "base/mem.h"
#include "catalogue/institution_parts.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum { MAX_ROWS = 48, MAX_HOST = 255 };

enum institution_cell {
	CELL_ROR,
	CELL_DOMAIN,
	CELL_NAME_EN,
	CELL_NAME_OWN,
	CELL_OWN_LANG,
	CELL_COUNTRY,
	CELL_ERASMUS,
	CELL_PIC
};
enum alliance_cell { ALLIANCE_CODE, ALLIANCE_NAME, ALLIANCE_ROLE, ALLIANCE_SINCE, ALLIANCE_UNTIL };

/* Absent where the table has nothing. */
static struct slice cell(const struct vocab_row *row, enum institution_cell which)
{
	return row->cells[which].n > 0 ? row->cells[which] : SLICE_NONE;
}

static void fill(struct institution *out, const struct vocab_row *row)
{
	*out = (struct institution){
		.ror = cell(row, CELL_ROR),
		.domain = cell(row, CELL_DOMAIN),
		.name_en = cell(row, CELL_NAME_EN),
		.name_own = cell(row, CELL_NAME_OWN),
		.own_lang = cell(row, CELL_OWN_LANG),
		.country = cell(row, CELL_COUNTRY),
		.erasmus_code = cell(row, CELL_ERASMUS),
		.pic = cell(row, CELL_PIC),
	};
}

static bool has_charter(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return row->cells[CELL_ERASMUS].n > 0;
}

/* The only institution with this identifier; of those that share a domain, the only one that
 * holds an Erasmus charter: the others are its parts. */
static bool find_only(struct institution *out, struct slice id)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_INSTITUTION_ID, id);

	if (n > 1 && rows[0].is_own)
		n = rows[1].is_own ? n : 1;
	if (n > 1)
		n = vocab_keep(rows, n, has_charter, NULL);
	if (n != 1)
		return false;
	fill(out, &rows[0]);
	return true;
}

/* The host of a URL or address, lower case, without "www.". */
static struct slice host_of(char memory[MAX_HOST + 1], struct slice text)
{
	ptrdiff_t at = slice_find(text, SLICE_LIT("://"));
	size_t n = 0;

	if (at >= 0)
		text = slice_from(text, (size_t)at + 3);
	at = slice_find_byte(text, '@');
	if (at >= 0)
		text = slice_from(text, (size_t)at + 1);
	while (n < text.n && n < MAX_HOST && strchr("/?#: ", text.p[n]) == NULL) {
		memory[n] = ascii_lower(text.p[n]);
		n++;
	}
	while (n > 0 && memory[n - 1] == '.')
		n--;
	if (n > 4 && memcmp(memory, "www.", 4) == 0)
		return slice_make(memory + 4, n - 4);
	return slice_make(memory, n);
}

/* By host, then by the domains above it: "courses.jyu.fi" is jyu.fi's. */
static bool find_by_host(struct institution *out, struct slice host)
{
	for (;;) {
		ptrdiff_t dot = slice_find_byte(host, '.');

		if (dot <= 0)
			return false;
		if (find_only(out, host))
			return true;
		host = slice_from(host, (size_t)dot + 1);
	}
}

static bool is_host_scheme(struct slice scheme)
{
	static const char *const names[] = { "domain",  "schac",    "url",
					     "website", "homepage", "schachomeorganization" };

	for (size_t i = 0; i < countof(names); i++)
		if (slice_eq_nocase(scheme, slice_of(names[i])))
			return true;
	return false;
}

struct form {
	bool has_digit, all_digits;
};

static struct form form_of(struct slice value)
{
	struct form form = { .all_digits = value.n > 0 };

	for (size_t i = 0; i < value.n; i++) {
		form.has_digit = form.has_digit || ascii_is_digit(value.p[i]);
		form.all_digits = form.all_digits && ascii_is_digit(value.p[i]);
	}
	return form;
}

/* Two letters and four digits: "FI0005". */
static bool is_eter(struct slice value)
{
	return value.n == 6 && ascii_is_alpha(value.p[0]) && ascii_is_alpha(value.p[1]) &&
	       form_of(slice_from(value, 2)).all_digits;
}

/* Whether an identifier has the form of its scheme, so that a number is not taken for another's. */
static bool is_of_form(struct slice scheme, struct slice value)
{
	struct form form = form_of(value);

	if (slice_eq_nocase(scheme, SLICE_LIT("pic")))
		return form.all_digits && value.n == 9;
	if (slice_eq_nocase(scheme, SLICE_LIT("ror")))
		return value.n == 9 && value.p[0] == '0';
	if (slice_eq_nocase(scheme, SLICE_LIT("wikidata")))
		return value.n > 1 && (value.p[0] == 'Q' || value.p[0] == 'q');
	if (slice_eq_nocase(scheme, SLICE_LIT("eter")))
		return is_eter(value);
	if (slice_eq_nocase(scheme, SLICE_LIT("oid")) ||
	    slice_eq_nocase(scheme, SLICE_LIT("organisation-id")))
		return value.n == 9 && (value.p[0] == 'E' || value.p[0] == 'e');
	if (slice_starts_with_nocase(scheme, SLICE_LIT("erasmus")))
		return form.has_digit && !form.all_digits;
	/* Without a scheme: anything that is not a bare number. */
	return scheme.n == 0 && form.has_digit && !form.all_digits;
}

/*
 * An Erasmus code is a country of one to three letters, padded with blanks to
 * three, and the rest: "SF JYVASKY01", "D  MUNCHEN01". Blanks get lost and
 * become other signs on the way.
 */
static bool find_by_erasmus_code(struct institution *out, struct slice value)
{
	char bare[32], padded[sizeof(bare) + 1];
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		if (!ascii_is_alnum(value.p[i]))
			continue;
		if (n == sizeof(bare))
			return false;
		bare[n++] = value.p[i];
	}
	if (n < 5 || !ascii_is_digit(bare[n - 1]) || !ascii_is_digit(bare[n - 2]))
		return false;
	for (size_t country = 1; country <= 2; country++) {
		memcpy(padded, bare, country);
		padded[country] = ' ';
		memcpy(padded + country + 1, bare + country, n - country);
		if (find_only(out, slice_make(padded, n + 1)))
			return true;
	}
	return find_only(out, slice_make(bare, n));
}

/* "ror.org/05n3dz165", "urn:schac:homeOrganization:jyu.fi", "PIC: 999842245": the last part. */
static struct slice bare_id(struct slice scheme, struct slice text)
{
	ptrdiff_t colon;

	if (uri_is(text) || slice_find_nocase(text, SLICE_LIT("ror.org/")) >= 0)
		return uri_last(text);
	colon = slice_find_byte(text, ':');
	if (scheme.n > 0 && colon > 0 &&
	    slice_eq_nocase(slice_trim(slice_first(text, (size_t)colon)), scheme))
		return slice_trim(slice_from(text, (size_t)colon + 1));
	return text;
}

bool institution_by_id(struct institution *out, struct slice scheme, struct slice value)
{
	char memory[MAX_HOST + 1];
	struct slice text = slice_trim(value);
	struct slice id;

	scheme = slice_trim(scheme);
	if (text.n == 0)
		return false;
	id = bare_id(scheme, text);
	if (is_of_form(scheme, id) && find_only(out, id))
		return true;
	if ((scheme.n == 0 || slice_starts_with_nocase(scheme, SLICE_LIT("erasmus"))) &&
	    is_of_form(SLICE_LIT("erasmus"), id) && find_by_erasmus_code(out, id))
		return true;
	if (!is_host_scheme(scheme) && scheme.n > 0)
		return false;
	return find_by_host(
		out,
		host_of(memory, slice_starts_with_nocase(text, SLICE_LIT("urn:")) ? id : text));
}

bool institution_by_url(struct institution *out, struct slice url)
{
	char memory[MAX_HOST + 1];

	return find_by_host(out, host_of(memory, slice_trim(url)));
}

/* ---- rows of names ---- */

bool institution_of_row(struct institution *out, struct slice ror, struct slice domain)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_INSTITUTION_ID, ror.n > 0 ? ror : domain);

	for (size_t i = 0; i < n; i++) {
		/* An operator's row may name the domain alone. */
		if (!slice_eq(rows[i].cells[CELL_ROR], ror) && ror.n > 0)
			continue;
		fill(out, &rows[i]);
		return true;
	}
	return false;
}

/* ---- alliances ---- */

/* Still: who has left is listed for what was. */
static bool is_member(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[ALLIANCE_ROLE], "member") && row->cells[ALLIANCE_UNTIL].n == 0;
}

static bool is_name(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[ALLIANCE_ROLE], "name");
}

size_t institution_alliances(struct codes *out, struct slice domain, struct reading *reading,
			     struct arena *arena)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_ALLIANCE, slice_trim(domain));
	size_t n_added = 0;

	n = vocab_keep(rows, n, is_member, NULL);
	for (size_t i = 0; i < n; i++) {
		if (!codes_add(out, rows[i].cells[ALLIANCE_CODE], arena))
			continue;
		n_added++;
		reading_set(reading, FROM_INFERRED, "%s: %.*s is a member%s%.*s", rows[i].table,
			    SLICE_ARG(domain), rows[i].cells[ALLIANCE_SINCE].n > 0 ? " since " : "",
			    SLICE_ARG(rows[i].cells[ALLIANCE_SINCE]));
		reading_add(reading, SLICE_NONE, rows[i].cells[ALLIANCE_CODE], arena);
	}
	return n_added;
}

bool alliance_read(struct slice *code, struct slice declared, struct reading *reading)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_ALLIANCE, slice_trim(declared));

	n = vocab_keep(rows, n, is_name, NULL);
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[ALLIANCE_CODE], rows[0].cells[ALLIANCE_CODE]))
			return false;
	if (n == 0)
		return false;
	*code = rows[0].cells[ALLIANCE_CODE];
	reading_set(reading, FROM_DECLARED, "%s: %.*s -> %.*s", rows[0].table,
		    SLICE_ARG(rows[0].key), SLICE_ARG(*code));
	return true;
}
