// SPDX-License-Identifier: EUPL-1.2
/*
 * Coded values: from what a standard's enumeration, an EU identifier or a
 * catalogue's own words say to the codes of coded-values.tsv. In this order:
 * the standard's field in coded-mappings.tsv, the identifier or code, the whole
 * text as a word, a short phrase that holds words of one code only.
 */
#include "base/mem.h"
#include "catalogue/phrase.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include <stdio.h>

enum {
	MAX_ROWS = 64,
	MAX_PHRASE_BYTES = 96, /* what is longer is a description */
	MAX_PHRASE_WORDS = 12,
	MAX_TERM_WORDS = 6,
	MIN_TERM_BYTES = 4, /* shorter words mean too much inside a phrase */
};

enum value_cell { VALUE_SCHEME, VALUE_CODE, VALUE_LANG, VALUE_KIND, VALUE_LABEL };
enum mapping_cell { MAPPING_SCHEME, MAPPING_CODE };

/* What is being read, handed to the small functions below. */
struct job {
	const char *scheme;
	const struct word *word;
	const struct hint *hint;
};

static bool is_of_scheme(const struct vocab_row *row, const void *arg)
{
	const struct job *job = arg;

	return slice_eq_z(row->cells[VALUE_SCHEME], job->scheme);
}

static struct slice lang_of(const struct job *job)
{
	if (job->word->lang.n > 0)
		return job->word->lang;
	return job->hint != NULL ? job->hint->lang : SLICE_NONE;
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct job *job = arg;

	return vocab_lang_has(row->cells[VALUE_LANG], lang_of(job));
}

static bool codes_agree(const struct vocab_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[VALUE_CODE], rows[0].cells[VALUE_CODE]))
			return false;
	return n > 0;
}

/* ---- a standard's own field ---- */

enum mapped { MAPPED_NOT, MAPPED_TO_CODE, MAPPED_TO_NOTHING };

static enum mapped ask_mapping(struct vocab_row *found, const struct job *job, struct slice text)
{
	struct slice field = job->word->scheme;
	struct slice standard = SLICE_NONE;
	struct vocab_row rows[MAX_ROWS];
	char key[FIELD_KEY_BYTES];
	size_t n;

	if (field.n == 0 || field.n + text.n > sizeof(key) / 2)
		return MAPPED_NOT;
	if (slice_find_byte(field, '/') < 0) {
		if (job->hint == NULL || job->hint->standard.n == 0)
			return MAPPED_NOT;
		standard = job->hint->standard;
	}
	n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_MAPPING,
			  field_key(key, standard, field, text));
	n = vocab_keep(rows, n, is_of_scheme, job);
	if (!codes_agree(rows, n))
		return MAPPED_NOT;
	*found = rows[0];
	return rows[0].cells[MAPPING_CODE].n > 0 ? MAPPED_TO_CODE : MAPPED_TO_NOTHING;
}

/* As written, then the last part of a URI or prefixed name. */
static enum mapped read_mapping(struct vocab_row *found, const struct job *job, struct slice text)
{
	enum mapped mapped = ask_mapping(found, job, text);

	if (mapped == MAPPED_NOT && slice_find_byte(text, ' ') < 0 && uri_last(text).n < text.n)
		mapped = ask_mapping(found, job, uri_last(text));
	return mapped;
}

/* ---- words ---- */

/* The one code that a text as a whole means. */
static bool read_whole(struct vocab_row *found, const struct job *job, struct slice text)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_VALUE, text);

	n = vocab_keep(rows, n, is_of_scheme, job);
	if (!codes_agree(rows, n))
		n = vocab_keep(rows, n, is_in_lang, job);
	if (!codes_agree(rows, n))
		return false;
	*found = rows[0];
	return true;
}

static struct slice unwrapped(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && strchr("([{\"'.,;:-*", text.p[0]) != NULL)
		text = slice_from(text, 1);
	while (text.n > 0 && strchr(")]}\"'.,;:-*!", text.p[text.n - 1]) != NULL)
		text.n--;
	return slice_trim(text);
}

static bool is_negation(struct slice word)
{
	static const char *const words[] = {
		"not",  "no",     "non",  "without", "never",  "nicht",    "kein", "keine",
		"ohne", "pas",    "sans", "sin",     "senza",  "sem",      "não",  "geen",
		"niet", "zonder", "ikke", "inte",    "ej",     "utan",     "uten", "uden",
		"ei",   "ilman",  "nie",  "bez",     "ne",     "nem",      "nu",   "fără",
		"не",   "без",    "δεν",  "χωρίς",   "except", "optional",
	};
	char folded[64];
	size_t n = vocab_fold(folded, sizeof(folded), word);

	for (size_t i = 0; i < countof(words) && n > 0; i++)
		if (slice_eq_z(slice_make(folded, n), words[i]))
			return true;
	return false;
}

/* False when it is too long, a word by itself, or says what is not. */
static bool split_phrase(struct phrase *phrase, struct slice text)
{
	return text.n <= MAX_PHRASE_BYTES &&
	       phrase_split(phrase, text, " ,;/|+&()[]:.\n\t\"", MAX_PHRASE_WORDS, is_negation) &&
	       phrase->n > 1;
}

/* The longest term that begins at word i; the number of its words, 0 for none. */
static size_t term_at(struct vocab_row *found, const struct job *job, const struct phrase *phrase,
		      size_t i)
{
	size_t longest = phrase->n - i < MAX_TERM_WORDS ? phrase->n - i : MAX_TERM_WORDS;

	for (size_t n = longest; n > 0; n--) {
		struct slice text = phrase_part(phrase, i, n);

		if (text.n >= MIN_TERM_BYTES && read_whole(found, job, text))
			return n;
	}
	return 0;
}

/* "blended: online and on campus" is the mixture of what it names. */
static bool is_mixture(struct slice code)
{
	return slice_eq_z(code, "blended") || slice_eq_z(code, "hybrid");
}

/* Words of one code in a short phrase ("100 % online", "Klausur (90 min)"). */
static bool read_phrase(struct vocab_row *found, const struct job *job, struct slice text)
{
	struct phrase phrase;
	struct vocab_row row;
	bool has_found = false;

	if (!split_phrase(&phrase, text))
		return false;
	for (size_t i = 0; i < phrase.n;) {
		size_t n = term_at(&row, job, &phrase, i);

		i += n > 0 ? n : 1;
		if (n == 0 ||
		    (has_found && slice_eq(row.cells[VALUE_CODE], found->cells[VALUE_CODE])))
			continue;
		if (!has_found ||
		    (strcmp(job->scheme, "mode") == 0 && is_mixture(row.cells[VALUE_CODE]) &&
		     !is_mixture(found->cells[VALUE_CODE])))
			*found = row;
		else if (strcmp(job->scheme, "mode") != 0 ||
			 !is_mixture(found->cells[VALUE_CODE]) || is_mixture(row.cells[VALUE_CODE]))
			return false; /* two things: which of them is not said */
		has_found = true;
	}
	return has_found;
}

/* Without what stands in parentheses at the end. */
static struct slice without_remark(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '(');

	return at > 0 && text.p[text.n - 1] == ')' ? slice_trim(slice_first(text, (size_t)at))
						   : text;
}

static bool is_absent(struct slice text)
{
	return text.n == 0 || slice_eq_nocase(text, SLICE_LIT("null")) ||
	       slice_eq_nocase(text, SLICE_LIT("n/a")) || slice_eq_z(text, "-");
}

/* As a value by itself or with a remark; *is_settled: a mapping says it is none of ours. */
static bool read_exact(struct vocab_row *found, const struct job *job, struct slice text,
		       bool *is_settled)
{
	enum mapped mapped = read_mapping(found, job, text);

	*is_settled = mapped == MAPPED_TO_NOTHING;
	if (mapped != MAPPED_NOT)
		return mapped == MAPPED_TO_CODE;
	return read_whole(found, job, text) || read_whole(found, job, unwrapped(text)) ||
	       (!uri_is(text) && read_whole(found, job, unwrapped(without_remark(text))));
}

static bool read_value(struct slice *code, const struct job *job, struct slice text,
		       struct reading *reading, bool allow_phrase)
{
	struct vocab_row row;
	bool is_settled;
	enum from from = FROM_DECLARED;

	text = slice_trim(text);
	if (is_absent(text))
		return false;
	if (!read_exact(&row, job, text, &is_settled)) {
		if (is_settled || !allow_phrase || uri_is(text) || !read_phrase(&row, job, text))
			return false;
		from = FROM_INFERRED;
	}
	*code = row.cells[VALUE_CODE];
	reading_set(reading, from, "%s: %s %.*s -> %.*s", row.table, job->scheme,
		    SLICE_ARG(row.key), SLICE_ARG(*code));
	return true;
}

bool coded_read(struct slice *code, const char *scheme, const struct word *word,
		const struct hint *hint, struct reading *reading)
{
	struct job job = { scheme, word, hint };

	return read_value(code, &job, word->text, reading, true);
}

/* ---- several ---- */

static bool is_conjunction(struct slice word)
{
	static const char *const words[] = { "and", "or",   "und", "oder", "et",    "ou",  "y",
					     "o",   "e",    "och", "og",   "eller", "en",  "of",
					     "ja",  "tai",  "i",   "lub",  "oraz",  "a",   "nebo",
					     "és",  "vagy", "și",  "sau",  "in",    "ali", "ir",
					     "un",  "ve",   "и",   "та",   "και",   "agus" };

	for (size_t i = 0; i < countof(words); i++)
		if (slice_eq_nocase(word, slice_of(words[i])))
			return true;
	return false;
}

/* Length of what separates two values at the front of text, 0 for nothing. */
static size_t separator_bytes(struct slice text)
{
	size_t n = 0;

	if (strchr(",;/|+&\n", text.p[0]) != NULL)
		return 1;
	if (text.p[0] != ' ')
		return 0;
	while (1 + n < text.n && text.p[1 + n] != ' ')
		n++;
	return 1 + n < text.n && is_conjunction(slice_make(text.p + 1, n)) ? 1 + n : 0;
}

struct list_job {
	struct job job;
	struct codes *out;
	struct slice *unknown;
	struct reading *reading;
	struct arena *arena;
	size_t n_added;
};

static void add_part(struct list_job *list, struct slice part)
{
	struct slice code;

	part = slice_trim(part);
	if (part.n == 0)
		return;
	if (!read_value(&code, &list->job, part, list->reading, true)) {
		if (list->unknown != NULL && list->unknown->p == NULL && !is_absent(part))
			*list->unknown = part;
	} else if (codes_add(list->out, code, list->arena)) {
		list->n_added++;
	}
}

size_t coded_read_list(struct codes *out, const char *scheme, const struct word *word,
		       const struct hint *hint, struct slice *unknown, struct reading *reading,
		       struct arena *arena)
{
	struct list_job list = { { scheme, word, hint }, out, unknown, reading, arena, 0 };
	struct slice text = slice_trim(word->text);
	struct vocab_row row;
	bool is_settled = false;
	size_t start = 0;

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	if (is_absent(text))
		return 0;
	/* Words with separators in them ("online or on campus") come before the separators;
	 * a description is no list. */
	if (read_exact(&row, &list.job, text, &is_settled) || is_settled || uri_is(text) ||
	    text.n > 4 * MAX_PHRASE_BYTES) {
		add_part(&list, text);
		return list.n_added;
	}
	for (size_t i = 0; i <= text.n;) {
		size_t skip = i == text.n ? 1 : separator_bytes(slice_from(text, i));

		if (skip == 0) {
			i++;
			continue;
		}
		add_part(&list, slice_make(text.p + start, i - start));
		i += skip;
		start = i;
	}
	return list.n_added;
}

/* ---- codes ---- */

/* The row of a code as it is written in the table. */
static bool find_code(struct vocab_row *found, const char *scheme, struct slice code,
		      const char *kind)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_VALUE, code);

	for (size_t i = 0; i < n; i++) {
		if (slice_eq_z(rows[i].cells[VALUE_SCHEME], scheme) &&
		    slice_eq(rows[i].cells[VALUE_CODE], code) &&
		    slice_eq_z(rows[i].cells[VALUE_KIND], kind)) {
			*found = rows[i];
			return true;
		}
	}
	return false;
}

bool coded_is_known(const char *scheme, struct slice code)
{
	struct vocab_row row;

	return find_code(&row, scheme, code, "code");
}

struct slice coded_label(const char *scheme, struct slice code)
{
	struct vocab_row rows[MAX_ROWS];
	char key[256];
	int n_key = snprintf(key, sizeof(key), "%s#%.*s", scheme, SLICE_ARG(code));
	size_t n;

	if (n_key <= 0 || (size_t)n_key >= sizeof(key) || !coded_is_known(scheme, code))
		return SLICE_NONE;
	n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_VALUE, slice_make(key, (size_t)n_key));
	return n > 0 ? rows[0].cells[VALUE_LABEL] : SLICE_NONE;
}
