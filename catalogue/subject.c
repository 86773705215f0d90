// SPDX-License-Identifier: EUPL-1.2
/*
 * Subjects: from codes, URIs and labels to ISCED-F 2013. Leading zeros vanish in
 * spreadsheets, national catalogues add digits, ISCED 1997 has three digits of
 * its own: what may be something else needs the scheme. "Not further defined"
 * is the field above; "not known" is nothing.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include <stdio.h>

enum { MAX_ROWS = 32, MAX_CODE = 4, LABEL_BYTES = 256 };

enum label_cell { LABEL_CODE, LABEL_LANG, LABEL_KIND };
enum code_cell { CODE_LABEL, CODE_PARENT, CODE_KIND, CODE_URI, CODE_NOTE, CODE_SCHEME };

/* ---- codes ---- */

static bool find_code(struct vocab_row *found, struct slice code)
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
static bool find_1997(struct vocab_row *found, struct slice number)
{
	char key[32];
	int n = snprintf(key, sizeof(key), "isced-1997 %.*s", SLICE_ARG(number));

	return n > 0 && (size_t)n < sizeof(key) &&
	       vocab_look_up(found, 1, VOCAB_SUBJECT_CODE, slice_make(key, (size_t)n)) > 0;
}

/* Up from "not further defined"; false for what is no field at all. */
static bool settle_code(struct slice *code, struct slice found)
{
	struct vocab_row row;

	while (find_code(&row, found)) {
		if (slice_eq_z(row.cells[CODE_KIND], "unknown") || slice_eq_z(found, "00"))
			return false;
		if (!slice_eq_z(row.cells[CODE_KIND], "nfd")) {
			*code = row.key;
			return true;
		}
		found = row.cells[CODE_PARENT];
	}
	return false;
}

enum claim {
	CLAIM_NONE,
	CLAIM_ISCEDF,
	CLAIM_ISCED, /* of 1997 or 2013 */
	CLAIM_1997,
	CLAIM_OTHER
};

struct number_job {
	enum claim claim; /* what the source says it is */
	const char *why;
};

/* A number with its zero put back in front. */
static bool with_zero(struct slice *code, char memory[8], struct slice digits)
{
	struct vocab_row row;

	memory[0] = '0';
	memcpy(memory + 1, digits.p, digits.n);
	if (!find_code(&row, slice_make(memory, digits.n + 1)))
		return false;
	*code = row.key;
	return true;
}

/* The field that took over one of ISCED 1997, of two digits (22) or three (225). */
static bool read_1997(struct slice *code, struct slice digits, struct number_job *job)
{
	struct vocab_row row;
	char memory[4];

	if (digits.n == 2) {
		memcpy(memory, digits.p, 2);
		memory[2] = '0';
		digits = slice_make(memory, 3);
	}
	job->why = "successor of ISCED 1997";
	if (digits.n != 3 || !find_1997(&row, digits) || row.cells[CODE_PARENT].n == 0)
		return false;
	return settle_code(code, row.cells[CODE_PARENT]);
}

/*
 * Three digits that ISCED 1997 knows, where nothing says which of the two is
 * meant: only if both mean the same field (321), or if they are said to be
 * ISCED and the other does not know them (481).
 */
static bool read_either(struct slice *code, struct slice digits, struct number_job *job)
{
	struct slice of_2013 = SLICE_NONE, of_1997 = SLICE_NONE;
	char memory[8];
	bool has_2013 = digits.p[0] == '0' ||
			(with_zero(&of_2013, memory, digits) && settle_code(&of_2013, of_2013));
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
static bool read_digits(struct slice *code, struct slice digits, struct number_job *job)
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
		return find_code(&row, slice_first(digits, 4)) && settle_code(code, row.key);
	}
	if (digits.n == 5 && !has_zero && is_iscedf) {
		job->why = "national list, leading zero lost";
		return with_zero(code, memory, slice_first(digits, 3)) && settle_code(code, *code);
	}
	if (digits.n < 2 || digits.n > MAX_CODE)
		return false;
	if (!has_zero && !is_iscedf && digits.n == 2)
		return false;
	if (!is_iscedf && digits.n == 3 && find_1997(&row, digits))
		return read_either(code, digits, job);
	if (find_code(&row, digits))
		return settle_code(code, row.key);
	if (digits.n == 3 && !has_zero &&
	    (is_iscedf || !slice_ends_with(digits, SLICE_LIT("00")))) {
		job->why = "leading zero lost";
		return with_zero(code, memory, digits) && settle_code(code, *code);
	}
	/* "0600": not further defined, of a field for which the list has no such code. */
	if (has_zero && digits.n > 2 && digits.p[digits.n - 1] == '0')
		return read_digits(code, slice_first(digits, digits.n - 1),
				   &(struct number_job){ CLAIM_ISCEDF, "" });
	if (digits.n == 4 && is_iscedf) {
		job->why = "not in the list, field above";
		return find_code(&row, slice_first(digits, 3)) && settle_code(code, row.key);
	}
	return false;
}

/* ---- labels ---- */

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct slice *lang = arg;

	return vocab_lang_has(row->cells[LABEL_LANG], *lang);
}

/* The code that holds all others ("law" is 042 and 0421). */
static bool rows_nest(struct slice *code, const struct vocab_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice one = rows[i].cells[LABEL_CODE];

		if (i == 0 || slice_starts_with(*code, one))
			*code = one;
		else if (!slice_starts_with(one, *code))
			return false;
	}
	return n > 0;
}

/* The detailed field where it is the only one of a narrow field, and so is no other: "law". */
static struct slice only_child(struct slice code)
{
	char memory[MAX_CODE];
	struct vocab_row first, second;

	if (code.n != 3)
		return code;
	memcpy(memory, code.p, 3);
	memory[3] = '1';
	if (!find_code(&first, slice_make(memory, MAX_CODE)))
		return code;
	memory[3] = '2';
	return find_code(&second, slice_make(memory, MAX_CODE)) ? code : first.key;
}

static bool find_label(struct slice *code, struct slice text, struct slice lang)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_SUBJECT, text);

	if (n > 0 && rows[0].is_own) {
		size_t own = 0;

		while (own < n && rows[own].is_own)
			own++;
		n = own;
	}
	if (!rows_nest(code, rows, n)) {
		n = lang.n > 0 ? vocab_keep(rows, n, is_in_lang, &lang) : 0;
		if (!rows_nest(code, rows, n))
			return false;
	}
	if (!settle_code(code, *code))
		return false;
	*code = only_child(*code);
	return true;
}

/* ---- labels in pieces ---- */

enum { MAX_PIECES = 8 };

static bool is_joint(struct slice word)
{
	return word.n == 1 && word.p[0] == '&' ? true : (field_word_of(word) & FIELD_AND) != 0;
}

/* The next piece of a label, up to a comma or a word that joins. */
static bool next_piece(struct slice *piece, bool *is_list, struct slice *rest)
{
	struct slice text = slice_trim(*rest);

	for (size_t i = 0; i < text.n; i++) {
		struct slice behind = slice_from(text, i + 1), word;
		struct slice word_rest = behind;

		if (strchr(",;/", text.p[i]) != NULL) {
			*piece = slice_trim(slice_first(text, i));
			*rest = behind;
			*is_list = true;
			return true;
		}
		if (text.p[i] != ' ' || !slice_split(&word, &word_rest, ' ') || word_rest.n == 0 ||
		    !is_joint(word))
			continue;
		*piece = slice_first(text, i);
		*rest = word_rest;
		return true;
	}
	*piece = text;
	*rest = SLICE_NONE;
	return text.n > 0;
}

/* The digits with which both codes begin. */
static struct slice common_field(struct slice a, struct slice b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return slice_first(a, n);
}

/*
 * "Regnskap og revisjon", "Physics and chemistry": the field that holds those of
 * all pieces. Of a list, which may be of several subjects, one of them must hold
 * the others.
 */
static bool find_pieces(struct slice *code, struct slice text, struct slice lang)
{
	struct slice piece, rest = text;
	bool is_list = false, is_apart = false;
	size_t n = 0;

	for (; next_piece(&piece, &is_list, &rest); n++) {
		struct slice one;

		if (n == MAX_PIECES || !find_label(&one, piece, lang))
			return false;
		if (n == 0) {
			*code = one;
			continue;
		}
		is_apart = is_apart ||
			   (!slice_starts_with(*code, one) && !slice_starts_with(one, *code));
		*code = common_field(*code, one);
	}
	return n > 1 && code->n >= 3 && !(is_list && is_apart) && settle_code(code, *code);
}

/* Whether one of a label's pieces is a field below a code: "04 Economia, gestão e direito". */
static bool has_piece_of(struct slice code, struct slice text, struct slice lang)
{
	struct slice piece, rest = text, one;
	bool is_list = false;

	while (next_piece(&piece, &is_list, &rest))
		if (find_label(&one, piece, lang) && slice_starts_with(one, code))
			return true;
	return false;
}

/* "Elektrotechnik (Energietechnik)": the field before the brackets, or that within them if it is
 * below the other. */
static bool find_with_brackets(struct slice *code, struct slice text, struct slice lang)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	struct slice inner;

	if (open <= 0 || !slice_ends_with(text, SLICE_LIT(")")) ||
	    !find_label(code, slice_trim(slice_first(text, (size_t)open)), lang))
		return false;
	inner = slice_make(text.p + open + 1, text.n - (size_t)open - 2);
	if (!find_label(&inner, slice_trim(inner), lang))
		return true;
	if (slice_starts_with(inner, *code))
		*code = inner;
	return slice_starts_with(*code, inner);
}

/* A label in one of its forms. */
static bool find_any_label(struct slice *code, struct slice text, struct slice lang)
{
	return find_label(code, text, lang) || find_pieces(code, text, lang) ||
	       find_with_brackets(code, text, lang);
}

/* ---- text ---- */

static bool has_any(struct slice text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_find_nocase(text, slice_of(names[i])) >= 0)
			return true;
	return false;
}

/* What the name of a scheme, or the address of a code, says. */
static enum claim claim_of(struct slice scheme)
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
static bool find_digits(struct slice *digits, char memory[8], struct slice text, size_t *at,
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

static struct slice unwrapped(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && strchr("([{\"'.,;:-", text.p[0]) != NULL)
		text = slice_trim(slice_from(text, 1));
	while (text.n > 0 && strchr(")]}\"'.,;:-", text.p[text.n - 1]) != NULL)
		text.n--;
	if (slice_starts_with(text, SLICE_LIT("–")))
		text = slice_from(text, 3);
	return slice_trim(text);
}

/* "Law (ISCED 2013)": without the name in brackets behind. */
static struct slice without_name_behind(struct slice text, enum claim *claim)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	enum claim said;

	if (open <= 0 || !slice_ends_with(text, SLICE_LIT(")")))
		return text;
	said = claim_of(slice_from(text, (size_t)open));
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
static struct slice without_name(struct slice text, enum claim *claim)
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
	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i].name);

		if (!slice_starts_with_nocase(text, slice_of(names[i].name)) ||
		    (text.n > n && ascii_is_alpha(text.p[n])))
			continue;
		*claim = names[i].claim;
		text = unwrapped(slice_from(text, n));
		/* "ISCED 97 code 523" */
		if (slice_starts_with_nocase(text, SLICE_LIT("code ")))
			text = slice_from(text, strlen("code "));
		return unwrapped(text);
	}
	return text;
}

struct subject_job {
	enum claim claim;
	struct slice lang;
	const char *why;
};

/* Whether a label is that of a field of ISCED 1997: "481 Computer science". */
static bool is_label_of_1997(struct slice digits, struct slice label)
{
	char have[LABEL_BYTES], want[LABEL_BYTES];
	struct vocab_row row;
	size_t n, n_want;

	if (digits.n != 3 || !find_1997(&row, digits))
		return false;
	n = vocab_fold_for(have, sizeof(have), VOCAB_SUBJECT, label);
	n_want = vocab_fold_for(want, sizeof(want), VOCAB_SUBJECT, row.cells[CODE_LABEL]);
	return n > 0 && n == n_want && memcmp(have, want, n) == 0;
}

/* "06 Information and Communication Technologies": two words of the field's name, or more. */
static bool shares_words(struct slice code, struct slice label)
{
	enum { ENOUGH = 2, LONG = 5 };
	char memory[LABEL_BYTES], have[LABEL_BYTES];
	struct slice of_code = subject_label(code), rest, word;
	size_t n_have = vocab_fold_for(have, sizeof(have), VOCAB_SUBJECT, of_code);
	size_t n = 0;

	rest = slice_make(memory, vocab_fold_for(memory, sizeof(memory), VOCAB_SUBJECT, label));
	while (slice_split(&word, &rest, ' '))
		n += word.n >= LONG && slice_contains(slice_make(have, n_have), word);
	return n >= ENOUGH;
}

/* "0613", "0613 Software development", "Law (042)". */
static bool read_code(struct slice *code, struct slice text, struct subject_job *job)
{
	struct number_job number = { .claim = job->claim };
	struct slice digits;
	struct slice label;
	struct slice of_label;
	char memory[8];
	size_t at;
	size_t end = 0;
	bool has_code, is_apart;

	if (job->claim == CLAIM_OTHER || !find_digits(&digits, memory, text, &at, &end))
		return false;
	label = unwrapped(at == 0 ? slice_from(text, end) : slice_first(text, at));
	if (at > 0 && unwrapped(slice_from(text, end)).n > 0)
		return false; /* a number in the middle of words */
	is_apart = at == 0 || strchr("([:", text.p[at - 1]) != NULL ||
		   (at > 1 && text.p[at - 1] == ' ' && text.p[at - 2] == ':');
	if (number.claim == CLAIM_NONE && claim_of(label) != CLAIM_OTHER)
		number.claim = claim_of(label);
	if (label.n > 0 && number.claim != CLAIM_ISCEDF && is_label_of_1997(digits, label))
		number.claim = CLAIM_1997;
	/* A label that goes with the code makes it sure. */
	if (label.n > 0 && number.claim != CLAIM_1997 && find_label(&of_label, label, job->lang)) {
		number.claim = CLAIM_ISCEDF;
		has_code = read_digits(code, digits, &number);
		job->why = number.why;
		return has_code &&
		       (slice_starts_with(*code, of_label) || slice_starts_with(of_label, *code));
	}
	has_code = read_digits(code, digits, &number);
	job->why = number.why;
	/* Beside words that say nothing to us, a number is a code where it is said to be, or has
	 * all digits and stands apart: "Informatique (0613)", but not "Year 0412", "01
	 * Introduction". */
	return has_code && (label.n == 0 || number.claim != CLAIM_NONE ||
			    (digits.p[0] == '0' &&
			     ((digits.n == MAX_CODE && is_apart) || shares_words(*code, label) ||
			      has_piece_of(*code, label, job->lang))));
}

static bool read_uri(struct slice *code, struct slice uri, struct subject_job *job)
{
	struct number_job number = { .claim = claim_of(uri) };
	struct slice last = uri_last(uri);
	bool has_code;

	if (slice_find_nocase(uri, SLICE_LIT("isced")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("international-education-classification")) < 0)
		return false;
	if (slice_find_byte(uri, ' ') >= 0)
		return false;
	for (size_t i = 0; i < last.n; i++)
		if (!ascii_is_digit(last.p[i]))
			return false;
	if (number.claim == CLAIM_ISCED && last.n != 3)
		number.claim = CLAIM_ISCEDF;
	has_code = read_digits(code, last, &number);
	job->why = number.claim == CLAIM_1997 ? number.why : "URI";
	return has_code;
}

/* "Fachgebiet: Informatik", "Field of study: 061 ICTs": what such a field is called, before it. */
static struct slice without_label(struct slice text, struct subject_job *job)
{
	ptrdiff_t at = slice_find_byte(text, ':');
	struct slice label = at > 0 ? slice_trim(slice_first(text, (size_t)at)) : SLICE_NONE;

	if (label.n == 0 || (field_word_of(label) & FIELD_LABEL) == 0)
		return text;
	/* "Área CNAEF": the label may name a classification. */
	if (job->claim == CLAIM_NONE)
		job->claim = claim_of(label) == CLAIM_OTHER ? CLAIM_ISCED : claim_of(label);
	return slice_trim(slice_from(text, (size_t)at + 1));
}

/* "Studienbereich Rechtswissenschaft": the same without a colon. */
static bool find_behind_label(struct slice *code, struct slice text, struct slice lang)
{
	ptrdiff_t blank = slice_find_byte(text, ' ');

	return blank > 0 && (field_word_of(slice_first(text, (size_t)blank)) & FIELD_LABEL) != 0 &&
	       find_any_label(code, slice_trim(slice_from(text, (size_t)blank)), lang);
}

static bool read_text(struct slice *code, struct slice text, struct subject_job *job)
{
	enum claim named, behind = CLAIM_NONE;

	/* An operator's rows may give a meaning to anything, addresses too. */
	if (find_label(code, text, job->lang)) {
		job->why = "label";
		return true;
	}
	if (uri_is(text))
		return read_uri(code, text, job);
	text = without_name_behind(without_label(text, job), &behind);
	text = without_name(unwrapped(text), &named);
	if (named == CLAIM_NONE)
		named = behind;
	if (named != CLAIM_NONE && (job->claim == CLAIM_NONE || job->claim == CLAIM_ISCED))
		job->claim = named;
	if (read_code(code, text, job))
		return true;
	job->why = "label";
	return find_any_label(code, text, job->lang) || find_behind_label(code, text, job->lang);
}

bool subject_read(struct subject *out, const struct word *word, const struct hint *hint,
		  struct reading *reading)
{
	struct subject_job job = { .claim = claim_of(word->scheme), .why = "" };
	struct slice text = slice_trim(word->text);
	struct slice code;

	job.lang = word->lang.n > 0 || hint == NULL ? word->lang : hint->lang;
	if (text.n == 0 || !read_text(&code, text, &job) || code.n > MAX_CODE)
		return false;
	*out = (struct subject){ .from = FROM_DECLARED, .confidence = 100 };
	memcpy(out->code, code.p, code.n);
	reading_set(reading, FROM_DECLARED, "isced-f-2013.tsv: %s -> %s", job.why, out->code);
	return true;
}

struct slice subject_label(struct slice code)
{
	struct vocab_row row;

	return find_code(&row, code) && slice_eq(row.key, code) ? row.cells[CODE_LABEL]
								: SLICE_NONE;
}

/* ---- several ---- */

static bool subjects_add(struct subjects *out, const struct subject *one, struct arena *arena)
{
	struct subject *items;

	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->items[i].code, one->code) == 0)
			return false;
	if (out->n >= LIMIT_OFFER_VALUES)
		return false;
	items = arena_new_n(arena, struct subject, out->n + 1);
	if (items == NULL)
		return false;
	if (out->n > 0)
		memcpy(items, out->items, out->n * sizeof(items[0]));
	items[out->n] = *one;
	out->items = items;
	out->n++;
	return true;
}

size_t subject_read_list(struct subjects *out, const struct word *word, const struct hint *hint,
			 struct slice *unknown, struct reading *reading, struct arena *arena)
{
	struct word part = *word;
	struct slice text = slice_trim(word->text);
	struct subject one;
	size_t n_added = 0;
	size_t start = 0;

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	/* Labels have commas in them: the whole comes first. */
	if (subject_read(&one, word, hint, reading))
		return subjects_add(out, &one, arena) ? 1 : 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && strchr(uri_is(text) ? ",; \n|" : ",;/\n|", text.p[i]) == NULL)
			continue;
		part.text = slice_trim(slice_make(text.p + start, i - start));
		start = i + 1;
		if (part.text.n == 0)
			continue;
		if (subject_read(&one, &part, hint, reading))
			n_added += subjects_add(out, &one, arena) ? 1 : 0;
		else if (unknown != NULL && unknown->p == NULL)
			*unknown = part.text;
	}
	return n_added;
}
