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
#include "catalogue/subject_parts.h"

enum { MAX_CODE = SUBJECT_MAX_CODE, LABEL_BYTES = 256 };

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

	if (digits.n != 3 || !subject_find_1997(&row, digits))
		return false;
	n = vocab_fold_for(have, sizeof(have), VOCAB_SUBJECT, label);
	n_want = vocab_fold_for(want, sizeof(want), VOCAB_SUBJECT, row.cells[SUBJECT_CODE_LABEL]);
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

/* "ISCED-F broad field", in front of a number. */
static bool is_name_of_list(struct slice text)
{
	enum claim claim = subject_claim_of(text);

	return claim == CLAIM_ISCEDF || claim == CLAIM_ISCED || claim == CLAIM_1997;
}

/* "0613", "0613 Software development", "Law (042)". */
static bool read_code(struct slice *code, struct slice text, struct subject_job *job)
{
	struct subject_number number = { .claim = job->claim };
	struct slice digits;
	struct slice label;
	struct slice of_label;
	char memory[8];
	size_t at;
	size_t end = 0;
	bool has_code, is_apart;

	if (job->claim == CLAIM_OTHER || !subject_find_digits(&digits, memory, text, &at, &end))
		return false;
	label = subject_unwrapped(at == 0 ? slice_from(text, end) : slice_first(text, at));
	if (at > 0 && subject_unwrapped(slice_from(text, end)).n > 0) {
		if (!is_name_of_list(label))
			return false; /* a number in the middle of words */
		number.claim = subject_claim_of(label);
		label = subject_unwrapped(slice_from(text, end));
	}
	is_apart = at == 0 || strchr("([:", text.p[at - 1]) != NULL ||
		   (at > 1 && text.p[at - 1] == ' ' && text.p[at - 2] == ':');
	if (number.claim == CLAIM_NONE && subject_claim_of(label) != CLAIM_OTHER)
		number.claim = subject_claim_of(label);
	if (label.n > 0 && number.claim != CLAIM_ISCEDF && is_label_of_1997(digits, label))
		number.claim = CLAIM_1997;
	/* A label that goes with the code makes it sure. */
	if (label.n > 0 && number.claim != CLAIM_1997 && !is_name_of_list(label) &&
	    subject_find_label(&of_label, label, job->lang)) {
		number.claim = CLAIM_ISCEDF;
		has_code = subject_read_digits(code, digits, &number);
		job->why = number.why;
		return has_code &&
		       (slice_starts_with(*code, of_label) || slice_starts_with(of_label, *code));
	}
	has_code = subject_read_digits(code, digits, &number);
	job->why = number.why;
	/* Beside words that say nothing to us, a number is a code where it is said to be, or has
	 * all digits and stands apart: "Informatique (0613)", but not "Year 0412", "01
	 * Introduction". */
	return has_code && (label.n == 0 || number.claim != CLAIM_NONE ||
			    (digits.p[0] == '0' &&
			     ((digits.n == MAX_CODE && is_apart) || shares_words(*code, label) ||
			      subject_has_piece_of(*code, label, job->lang))));
}

static bool read_uri(struct slice *code, struct slice uri, struct subject_job *job)
{
	struct subject_number number = { .claim = subject_claim_of(uri) };
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
	has_code = subject_read_digits(code, last, &number);
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
		job->claim = subject_claim_of(label) == CLAIM_OTHER ? CLAIM_ISCED
								    : subject_claim_of(label);
	return slice_trim(slice_from(text, (size_t)at + 1));
}

static bool read_text(struct slice *code, struct slice text, struct subject_job *job)
{
	enum claim named, behind = CLAIM_NONE;

	/* An operator's rows may give a meaning to anything, addresses too. */
	if (subject_find_plain(code, text, job->lang)) {
		job->why = "label";
		return true;
	}
	if (uri_is(text))
		return read_uri(code, text, job);
	text = subject_without_name_behind(without_label(text, job), &behind);
	text = subject_without_name(subject_unwrapped(text), &named);
	if (named == CLAIM_NONE)
		named = behind;
	if (named != CLAIM_NONE && (job->claim == CLAIM_NONE || job->claim == CLAIM_ISCED))
		job->claim = named;
	if (read_code(code, text, job))
		return true;
	job->why = "label";
	return subject_find_label(code, text, job->lang);
}

bool subject_read(struct subject *out, const struct word *word, const struct hint *hint,
		  struct reading *reading)
{
	struct subject_job job = { .claim = subject_claim_of(word->scheme), .why = "" };
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

	return subject_find_code(&row, code) && slice_eq(row.key, code)
		       ? row.cells[SUBJECT_CODE_LABEL]
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
