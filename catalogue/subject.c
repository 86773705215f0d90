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
#include "catalogue/phrase.h"
#include "catalogue/readers.h"
#include "catalogue/subject_parts.h"

enum { MAX_CODE = SUBJECT_MAX_CODE, NARROW = 3, LABEL_BYTES = 256 };

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

/* "Kurskod", "Code cours": the number beside it is that of a course, a room, a year. */
static bool is_of_another_number(struct slice label)
{
	struct slice word;

	while (phrase_next(&word, &label, " /:-"))
		if ((field_word_of(word) & FIELD_NUMBERED) != 0)
			return true;
	return false;
}

/* A text with one number. */
struct numbered {
	struct slice digits, label; /* the label may be absent */
	enum claim claim;
	bool is_apart; /* the number is in front, or behind a bracket or colon */
	bool is_behind; /* a label */
	char memory[8];
};

/* "0613 Law", "Law (0613)", "ISCED-F broad field 06: ICTs"; false for a number amid other words. */
static bool find_number(struct numbered *out, struct slice text, const struct subject_job *job)
{
	size_t at, end = 0;

	if (!subject_find_digits(&out->digits, out->memory, text, &at, &end))
		return false;
	out->claim = job->claim;
	out->is_behind = at > 0;
	out->is_apart = at == 0 || strchr("([:", text.p[at - 1]) != NULL ||
			(at > 1 && text.p[at - 1] == ' ' && text.p[at - 2] == ':');
	out->label = subject_unwrapped(at == 0 ? slice_from(text, end) : slice_first(text, at));
	if (at > 0 && subject_unwrapped(slice_from(text, end)).n > 0) {
		if (!is_name_of_list(out->label) && (field_word_of(out->label) & FIELD_LABEL) == 0)
			return false;
		if (is_name_of_list(out->label))
			out->claim = subject_claim_of(out->label);
		out->label = subject_unwrapped(slice_from(text, end));
		out->is_behind = false;
	}
	if (out->claim == CLAIM_NONE && subject_claim_of(out->label) != CLAIM_OTHER)
		out->claim = subject_claim_of(out->label);
	if (out->label.n > 0 && out->claim != CLAIM_ISCEDF &&
	    is_label_of_1997(out->digits, out->label))
		out->claim = CLAIM_1997;
	return true;
}

/*
 * A number and a name: they must say the same; but "3.2. Психология" and
 * "053 Психологія" are numbers of a country's own list, where the name counts:
 * what can be none of ISCED's, and those of Ukraine, which look like them.
 */
static bool read_named(struct slice *code, const struct numbered *n, struct slice of_label,
		       struct subject_job *job)
{
	struct subject_number number = { .claim = CLAIM_ISCEDF };
	bool has_code = subject_read_digits(code, n->digits, &number);

	job->why = number.why;
	if (has_code && (slice_starts_with(*code, of_label) || slice_starts_with(of_label, *code)))
		return true;
	job->why = "label behind a national number";
	*code = of_label;
	return !n->is_behind && job->claim != CLAIM_ISCEDF && job->claim != CLAIM_1997 &&
	       (!has_code || (n->digits.n <= 3 && vocab_lang_has(SLICE_LIT("uk"), job->lang)));
}

/* "0613", "0613 Software development", "Law (042)". */
static bool read_code(struct slice *code, struct slice text, struct subject_job *job)
{
	struct subject_number number;
	struct numbered n;
	struct slice of_label;
	bool has_code;

	if (job->claim == CLAIM_OTHER || !find_number(&n, text, job))
		return false;
	/* A label that goes with the code makes it sure. */
	if (n.label.n > 0 && n.claim != CLAIM_1997 && !is_name_of_list(n.label) &&
	    subject_find_label(&of_label, n.label, job->lang))
		return read_named(code, &n, of_label, job);
	if (is_of_another_number(n.label))
		return false;
	number = (struct subject_number){ .claim = n.claim };
	has_code = subject_read_digits(code, n.digits, &number);
	job->why = number.why;
	/* Beside words that say nothing to us, a number is a code where it is said to be, or has
	 * all digits and stands apart: "Informatique (0613)", but not "Year 0412", "01
	 * Introduction". */
	return has_code &&
	       (n.label.n == 0 || n.claim != CLAIM_NONE ||
		(n.digits.p[0] == '0' &&
		 ((n.digits.n == MAX_CODE && n.is_apart) || shares_words(*code, n.label) ||
		  subject_has_piece_of(*code, n.label, job->lang))));
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

/* "L-31 Scienze e tecnologie informatiche", "J07 Psichologija": the name behind a sign of capitals
 * and digits in a country's own list; absent without. */
static struct slice without_sign(struct slice text)
{
	bool has_digit = false, has_letter = false;
	size_t n = 0;

	for (; n < text.n && text.p[n] != ' '; n++) {
		char c = text.p[n];

		if (!ascii_is_digit(c) && !(c >= 'A' && c <= 'Z') && strchr("-./:", c) == NULL)
			return SLICE_NONE;
		has_digit = has_digit || ascii_is_digit(c);
		has_letter = has_letter || ascii_is_alpha(c);
	}
	return has_digit && has_letter ? subject_unwrapped(slice_from(text, n)) : SLICE_NONE;
}

/* "Fachbereich 03: Theologie": the name behind what such a field is called and a number of it;
 * absent without. */
static struct slice behind_numbered_label(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, ':');
	struct slice label = at > 0 ? slice_trim(slice_first(text, (size_t)at)) : SLICE_NONE;
	size_t n = label.n;

	while (n > 0 && (ascii_is_digit(label.p[n - 1]) || label.p[n - 1] == '.'))
		n--;
	if (n == label.n || (field_word_of(slice_trim(slice_first(label, n))) & FIELD_LABEL) == 0)
		return SLICE_NONE;
	return slice_trim(slice_from(text, (size_t)at + 1));
}

static bool find_behind(struct slice *code, struct slice name, struct slice lang)
{
	return name.n > 0 && subject_find_label(code, name, lang);
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
	return subject_find_label(code, text, job->lang) ||
	       find_behind(code, without_sign(text), job->lang) ||
	       find_behind(code, behind_numbered_label(text), job->lang);
}

static struct slice lang_of(const struct word *word, const struct hint *hint)
{
	return word->lang.n > 0 || hint == NULL ? word->lang : hint->lang;
}

static void settle(struct subject *out, struct slice code, const char *why, struct reading *reading)
{
	*out = (struct subject){ .from = FROM_DECLARED, .confidence = 100 };
	memcpy(out->code, code.p, code.n);
	reading_set(reading, FROM_DECLARED, "isced-f-2013.tsv: %s -> %s", why, out->code);
}

bool subject_read(struct subject *out, const struct word *word, const struct hint *hint,
		  struct reading *reading)
{
	struct subject_job job = { .claim = subject_claim_of(word->scheme),
				   .lang = lang_of(word, hint),
				   .why = "" };
	struct slice text = slice_trim(word->text);
	struct slice code;

	if (text.n == 0 || !read_text(&code, text, &job) || code.n > MAX_CODE)
		return false;
	settle(out, code, job.why, reading);
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

/* The number added; where each is asked for, what the text gave. */
static size_t add_told(struct subjects *out, const struct subject *one, struct slice text,
		       struct reading *reading, struct arena *arena)
{
	if (reading != NULL && reading->each != NULL)
		reading_add(reading, text, arena_dup(arena, slice_of(one->code)), arena);
	return subjects_add(out, one, arena) ? 1 : 0;
}

/* The fields of the names in a part of a list, that are below one for all of them where there is
 * one; their number. */
static size_t find_names(struct slice codes[SUBJECT_MAX_JOINT], const struct word *part,
			 const struct hint *hint, const struct subject *all)
{
	struct slice above = all != NULL ? slice_of(all->code) : SLICE_NONE;
	size_t n = 0;

	if (above.n <= NARROW) /* a detailed one holds none */
		n = subject_find_joint(codes, part->text, lang_of(part, hint));
	for (size_t i = 0; i < n && all != NULL; i++)
		if (codes[i].n <= above.n || !slice_starts_with(codes[i], above))
			return 0;
	return n;
}

/*
 * One part of a list, or names in it that words join: "Physics and chemistry" are
 * two rather than all physical sciences. The number added; *is_known: whether it
 * was understood.
 */
static size_t read_part(struct subjects *out, bool *is_known, const struct word *part,
			const struct hint *hint, struct reading *reading, struct arena *arena)
{
	struct slice codes[SUBJECT_MAX_JOINT];
	struct subject one;
	size_t n_names, n_added = 0;

	*is_known = subject_read(&one, part, hint, reading);
	n_names = find_names(codes, part, hint, *is_known ? &one : NULL);
	if (*is_known && n_names == 0)
		return add_told(out, &one, part->text, reading, arena);
	*is_known = n_names > 0;
	for (size_t i = 0; i < n_names; i++) {
		settle(&one, codes[i], "one of several labels", reading);
		n_added += add_told(out, &one, part->text, reading, arena);
	}
	return n_added;
}

/* A part that was not understood; the first of them is handed out. */
static void add_unread(struct slice *unknown, struct reading *reading, struct slice part,
		       struct arena *arena)
{
	reading_add_unread(reading, part, "no field of ISCED-F that is known", arena);
	if (unknown != NULL && unknown->p == NULL)
		*unknown = part;
}

size_t subject_read_list(struct subjects *out, const struct word *word, const struct hint *hint,
			 struct slice *unknown, struct reading *reading, struct arena *arena)
{
	struct word part = *word;
	struct slice text = slice_trim(word->text);
	const char *signs = uri_is(text) ? ",; \n|" : ",;/\n|";
	size_t n_added, start = 0;
	bool is_known;

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	/* Labels have commas in them: the whole comes first. */
	part.text = text;
	n_added = read_part(out, &is_known, &part, hint, reading, arena);
	for (size_t i = 0; i <= text.n && !is_known; i++) {
		if (i < text.n && strchr(signs, text.p[i]) == NULL)
			continue;
		part.text = slice_trim(slice_make(text.p + start, i - start));
		start = i + 1;
		if (part.text.n == 0)
			continue;
		if (part.text.n < text.n) /* else it is the whole again */
			n_added += read_part(out, &is_known, &part, hint, reading, arena);
		if (!is_known)
			add_unread(unknown, reading, part.text, arena);
		is_known = false;
	}
	return n_added;
}
