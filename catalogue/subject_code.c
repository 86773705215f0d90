// SPDX-License-Identifier: EUPL-1.2
/*
 * Codes of fields: of ISCED-F 2013, of 1997, with their zeros lost, of national
 * lists; and what the names of classifications say. See subject_parts.h.
 */
#include "base/mem.h"
#include "catalogue/subject_parts.h"

#include <stdio.h>

enum { MAX_CODE = SUBJECT_MAX_CODE };

/* ---- codes ---- */

bool subject_find_code(struct vocab_row *found, struct slice code)
{
	struct vocab_row rows[4];
	size_t n = code.n <= MAX_CODE ? vocab_look_up(rows, countof(rows), VOCAB_SUBJECT_CODE, code)
				      : 0;

	if (n == 0)
		return false;
	*found = rows[0];
	return true;
}

/* A field of ISCED 1997. */
bool subject_find_1997(struct vocab_row *found, struct slice number)
{
	char key[32];
	int n = snprintf(key, sizeof(key), "isced-1997 %.*s", SLICE_ARG(number));

	return n > 0 && (size_t)n < sizeof(key) &&
	       vocab_look_up(found, 1, VOCAB_SUBJECT_CODE, slice_make(key, (size_t)n)) > 0;
}

/* Up from "not further defined"; false for what is no field at all. */
bool subject_settle(struct slice *code, struct slice found)
{
	struct vocab_row row;

	while (subject_find_code(&row, found)) {
		if (slice_eq_z(row.cells[SUBJECT_CODE_KIND], "unknown") || slice_eq_z(found, "00"))
			return false;
		if (!slice_eq_z(row.cells[SUBJECT_CODE_KIND], "nfd")) {
			*code = row.key;
			return true;
		}
		found = row.cells[SUBJECT_CODE_PARENT];
	}
	return false;
}
/* A number with its zero put back in front. */
static bool with_zero(struct slice *code, char memory[8], struct slice digits)
{
	struct vocab_row row;

	memory[0] = '0';
	memcpy(memory + 1, digits.p, digits.n);
	if (!subject_find_code(&row, slice_make(memory, digits.n + 1)))
		return false;
	*code = row.key;
	return true;
}

/* The field that took over one of ISCED 1997, of two digits (22) or three (225). */
static bool read_1997(struct slice *code, struct slice digits, struct subject_number *job)
{
	struct vocab_row row;
	char memory[4];

	if (digits.n == 2) {
		memcpy(memory, digits.p, 2);
		memory[2] = '0';
		digits = slice_make(memory, 3);
	}
	job->why = "successor of ISCED 1997";
	if (digits.n != 3 || !subject_find_1997(&row, digits) ||
	    row.cells[SUBJECT_CODE_PARENT].n == 0)
		return false;
	return subject_settle(code, row.cells[SUBJECT_CODE_PARENT]);
}

/*
 * Three digits that ISCED 1997 knows, where nothing says which of the two is
 * meant: only if both mean the same field (321), or if they are said to be
 * ISCED and the other does not know them (481).
 */
static bool read_either(struct slice *code, struct slice digits, struct subject_number *job)
{
	struct slice of_2013 = SLICE_NONE, of_1997 = SLICE_NONE;
	char memory[8];
	bool has_2013 = digits.p[0] == '0' ||
			(with_zero(&of_2013, memory, digits) && subject_settle(&of_2013, of_2013));
	bool has_1997 = read_1997(&of_1997, digits, job);

	if (digits.p[0] == '0' || !has_1997)
		return false;
	*code = of_1997;
	return has_2013 ? slice_eq(of_1997, of_2013) : job->claim == CLAIM_ISCED;
}

/*
 * The ISCED-F code that digits mean:
 *   06 061 0613   as they are           613     0613, unless ISCED 1997 has it
 *   061301        a national list       61301   the same without its zero
 *   0315          not in the list: the field above, if the source says ISCED-F
 */
bool subject_read_digits(struct slice *code, struct slice digits, struct subject_number *job)
{
	struct vocab_row row;
	char memory[8];
	bool has_zero = digits.n > 0 && digits.p[0] == '0';
	bool is_iscedf = job->claim == CLAIM_ISCEDF;

	job->why = "code";
	if (job->claim == CLAIM_1997)
		return read_1997(code, digits, job);
	if (digits.n == 6 && (has_zero || is_iscedf)) {
		job->why = "six digits of a national list";
		return subject_find_code(&row, slice_first(digits, 4)) &&
		       subject_settle(code, row.key);
	}
	if (digits.n == 5 && !has_zero && is_iscedf) {
		job->why = "national list, leading zero lost";
		return with_zero(code, memory, slice_first(digits, 3)) &&
		       subject_settle(code, *code);
	}
	if (digits.n < 2 || digits.n > MAX_CODE)
		return false;
	if (!has_zero && !is_iscedf && digits.n == 2)
		return false;
	if (!is_iscedf && digits.n == 3 && subject_find_1997(&row, digits))
		return read_either(code, digits, job);
	if (subject_find_code(&row, digits))
		return subject_settle(code, row.key);
	if (digits.n == 3 && !has_zero &&
	    (is_iscedf || !slice_ends_with(digits, SLICE_LIT("00")))) {
		job->why = "leading zero lost";
		return with_zero(code, memory, digits) && subject_settle(code, *code);
	}
	/* "0600": not further defined, of a field for which the list has no such code. */
	if (has_zero && digits.n > 2 && digits.p[digits.n - 1] == '0')
		return subject_read_digits(code, slice_first(digits, digits.n - 1),
					   &(struct subject_number){ CLAIM_ISCEDF, "" });
	if (digits.n == 4 && is_iscedf) {
		job->why = "not in the list, field above";
		return subject_find_code(&row, slice_first(digits, 3)) &&
		       subject_settle(code, row.key);
	}
	return false;
}

/* ---- names of classifications ---- */

static bool has_any(struct slice text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_find_nocase(text, slice_of(names[i])) >= 0)
			return true;
	return false;
}

/* What the name of a scheme, or the address of a code, says. */
enum claim subject_claim_of(struct slice scheme)
{
	static const char *const of_1997[] = { "1997",     "isced97", "isced-97",
					       "isced 97", "foet",    "cnaef" };
	static const char *const of_2013[] = { "isced-f",
					       "iscedf",
					       "isced_f",
					       "isced f",
					       "2013",
					       "fieldsOfStudy",
					       "fieldOfEducation",
					       "cine-f",
					       "cite-f",
					       "international-education-classification" };

	/* its names in French, Spanish and Ukrainian, and those of its depths */
	static const char *const of_either[] = { "isced",         "cine-",       "cite-",
						 "МСКО",          "broad field", "narrow field",
						 "detailed field" };

	if (scheme.n == 0)
		return CLAIM_NONE;
	if (has_any(scheme, of_1997, countof(of_1997)))
		return CLAIM_1997;
	if (has_any(scheme, of_2013, countof(of_2013)))
		return CLAIM_ISCEDF;
	return has_any(scheme, of_either, countof(of_either)) ? CLAIM_ISCED : CLAIM_OTHER;
}

/* The only run of digits in a text, dots between digits left out; false if there are more. */
bool subject_find_digits(struct slice *digits, char memory[8], struct slice text, size_t *at,
			 size_t *end)
{
	size_t n = 0, n_dots = 0;
	bool is_over = false;

	*at = text.n;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		/* "06.1.3", "6.13"; "1.1.4" is a chapter */
		bool is_dot = c == '.' && n > 0 && !is_over && i + 1 < text.n &&
			      ascii_is_digit(text.p[i + 1]);

		if (ascii_is_digit(c)) {
			if (is_over || n == 7 || (i > 0 && ascii_is_alpha(text.p[i - 1])))
				return false; /* "MATH0541" */
			if (n == 0)
				*at = i;
			memory[n++] = c;
			*end = i + 1;
		} else if (n > 0 && !is_dot) {
			if (!is_over && ascii_is_alpha(c))
				return false; /* "0613A" */
			is_over = true;
		}
		n_dots += is_dot;
	}
	if (n_dots > 1 && memory[0] != '0')
		return false;
	*digits = slice_make(memory, n);
	return n > 0;
}

struct slice subject_unwrapped(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && strchr("([{\"'.,;:-", text.p[0]) != NULL)
		text = slice_trim(slice_from(text, 1));
	while (text.n > 0 && strchr(")]}\"'.,;:-", text.p[text.n - 1]) != NULL &&
	       !(text.p[text.n - 1] == ')' && slice_find_byte(text, '(') >= 0))
		text.n--;
	if (slice_starts_with(text, SLICE_LIT("–")))
		text = slice_from(text, 3);
	return slice_trim(text);
}

/* "Law (ISCED 2013)": without the name in brackets behind. */
struct slice subject_without_name_behind(struct slice text, enum claim *claim)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	enum claim said;

	if (open <= 0 || !slice_ends_with(text, SLICE_LIT(")")))
		return text;
	said = subject_claim_of(slice_from(text, (size_t)open));
	for (size_t i = (size_t)open; i < text.n; i++)
		if (ascii_is_digit(text.p[i]) &&
		    !slice_starts_with(slice_from(text, i), SLICE_LIT("2013")) &&
		    !slice_starts_with(slice_from(text, i), SLICE_LIT("1997")))
			return text; /* a code */
		else if (ascii_is_digit(text.p[i]))
			i += 3;
	if (said == CLAIM_OTHER)
		return text;
	*claim = said;
	return slice_trim(slice_first(text, (size_t)open));
}

/* "ISCED-F 2013: 0613": without the classification's name, which may be a claim. */
struct slice subject_without_name(struct slice text, enum claim *claim)
{
	static const struct {
		const char *name;
		enum claim claim;
	} names[] = {
		{ "ISCED-F-Code", CLAIM_ISCEDF }, { "ISCED-F code", CLAIM_ISCEDF },
		{ "CNAEF", CLAIM_1997 },          { "CITE 1997", CLAIM_1997 },
		{ "CINE 1997", CLAIM_1997 },      { "CITE 2013", CLAIM_ISCEDF },
		{ "CINE 2013", CLAIM_ISCEDF },    { "CITE-97", CLAIM_1997 },
		{ "CINE-97", CLAIM_1997 },        { "ISCED-Code", CLAIM_ISCED },
		{ "ISCED-koodi", CLAIM_ISCED },   { "ISCED-kod", CLAIM_ISCED },
		{ "ISCED-kode", CLAIM_ISCED },    { "KLASIUS-P-16", CLAIM_ISCEDF },
		{ "ISCED-F 2013", CLAIM_ISCEDF }, { "ISCED-F2013", CLAIM_ISCEDF },
		{ "ISCED F 2013", CLAIM_ISCEDF }, { "ISCEDF 2013", CLAIM_ISCEDF },
		{ "ISCED-F", CLAIM_ISCEDF },      { "ISCEDF", CLAIM_ISCEDF },
		{ "ISCED_F", CLAIM_ISCEDF },      { "ISCED F", CLAIM_ISCEDF },
		{ "ISCED 2013", CLAIM_ISCEDF },   { "ISCED-2013", CLAIM_ISCEDF },
		{ "ISCED2013", CLAIM_ISCEDF },    { "ISCED 1997", CLAIM_1997 },
		{ "ISCED-1997", CLAIM_1997 },     { "ISCED1997", CLAIM_1997 },
		{ "ISCED 97", CLAIM_1997 },       { "ISCED-97", CLAIM_1997 },
		{ "ISCED97", CLAIM_1997 },        { "FOET 1999", CLAIM_1997 },
		{ "FOET99", CLAIM_1997 },         { "FOET", CLAIM_1997 },
		{ "ISCED code", CLAIM_ISCED },    { "ISCED", CLAIM_ISCED },
		{ "CINE-F 2013", CLAIM_ISCEDF },  { "CINE-F", CLAIM_ISCEDF },
		{ "CITE-F 2013", CLAIM_ISCEDF },  { "CITE-F", CLAIM_ISCEDF },
		{ "CINE", CLAIM_ISCED },          { "CITE", CLAIM_ISCED },
	};

	*claim = CLAIM_NONE;
	if (text.n == 0 || strchr("CFIKcfik", text.p[0]) == NULL)
		return text;
	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i].name);

		if (!slice_starts_with_nocase(text, slice_of(names[i].name)) ||
		    (text.n > n && ascii_is_alpha(text.p[n])))
			continue;
		*claim = names[i].claim;
		text = subject_unwrapped(slice_from(text, n));
		/* "ISCED 97 code 523" */
		if (slice_starts_with_nocase(text, SLICE_LIT("code ")))
			text = slice_from(text, strlen("code "));
		return subject_unwrapped(text);
	}
	return text;
}
