// SPDX-License-Identifier: EUPL-1.2
/*
 * Coded values: from what a standard's enumeration, an EU identifier or a
 * catalogue's own words say to the codes of coded-values.tsv. In this order:
 * the standard's field in coded-mappings.tsv, the identifier or code, the whole
 * text as a word, a phrase of plain language (coded_words.h).
 */
#include "base/mem.h"
#include "catalogue/coded_words.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include <stdio.h>

enum {
	MAX_ROWS = 64,
	MAX_LIST_BYTES = 384, /* what is longer is a description */
};

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

	return slice_eq_z(row->cells[MAPPING_SCHEME], job->scheme);
}

static struct slice lang_of(const struct job *job)
{
	if (job->word->lang.n > 0)
		return job->word->lang;
	return job->hint != NULL ? job->hint->lang : SLICE_NONE;
}

static bool codes_agree(const struct vocab_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[MAPPING_CODE], rows[0].cells[MAPPING_CODE]))
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

static bool read_whole(struct vocab_row *found, const struct job *job, struct slice text)
{
	return coded_read_whole(found, job->scheme, lang_of(job), text);
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

/* Without what stands in parentheses at the end. */
static struct slice without_remark(struct slice text)
{
	ptrdiff_t from = slice_find_byte(text, '('), to = slice_find_byte(text, ')');

	return from > 0 && to + 1 == (ptrdiff_t)text.n ? slice_trim(slice_first(text, (size_t)from))
						       : text;
}

/* Whether a remark says something of its own: "Part-time (intensive)", "ryhmätyö (projekti)", not
 * "Written exam (60%)". */
static bool has_value_in_remark(const struct job *job, struct slice text)
{
	ptrdiff_t from = slice_find_byte(text, '(');
	struct coded_found found;

	if (strcmp(job->scheme, "learning-schedule") == 0)
		return true;
	return from > 0 && strcmp(job->scheme, "assessment") == 0 &&
	       coded_read_phrase(&found, job->scheme, lang_of(job),
				 slice_from(text, (size_t)from + 1)) &&
	       coded_read_phrase(&found, job->scheme, lang_of(job), text);
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
	       (!uri_is(text) && without_remark(text).n < text.n &&
		!has_value_in_remark(job, text) &&
		read_whole(found, job, unwrapped(without_remark(text))));
}

/* The row that said the ith of the codes. */
static void set_rule(struct reading *reading, enum from from, const struct job *job,
		     const struct coded_found *found, size_t i)
{
	reading_set(reading, from, "%s: %s %.*s -> %.*s", found->rows[i].table, job->scheme,
		    SLICE_ARG(found->rows[i].key), SLICE_ARG(found->codes[i]));
}

/* Codes of a text as a value, or else of a phrase; the number found. */
static size_t read_codes(struct coded_found *found, const struct job *job, struct slice text,
			 struct reading *reading)
{
	enum from from = FROM_DECLARED;
	bool is_settled;

	*found = (struct coded_found){ .n = 0 };
	text = slice_trim(text);
	if (is_absent(text))
		return 0;
	if (read_exact(&found->rows[0], job, text, &is_settled)) {
		found->codes[0] = found->rows[0].cells[MAPPING_CODE];
		found->n = 1;
	} else if (is_settled || uri_is(text) ||
		   !coded_read_phrase(found, job->scheme, lang_of(job), text)) {
		return 0;
	} else {
		from = FROM_INFERRED;
	}
	set_rule(reading, from, job, found, 0);
	return found->n;
}

bool coded_read(struct slice *code, const char *scheme, const struct word *word,
		const struct hint *hint, struct reading *reading)
{
	struct job job = { scheme, word, hint };
	struct coded_found found;

	if (read_codes(&found, &job, word->text, reading) != 1)
		return false; /* of two things which one is not said */
	*code = found.codes[0];
	return true;
}

/* ---- several ---- */

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
	struct coded_found found;
	size_t n;

	part = slice_trim(part);
	if (part.n == 0)
		return;
	n = read_codes(&found, &list->job, part, list->reading);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			set_rule(list->reading, FROM_INFERRED, &list->job, &found, i);
		reading_add(list->reading, part, found.codes[i], list->arena);
		if (codes_add(list->out, found.codes[i], list->arena))
			list->n_added++;
	}
	if (n > 0 || is_absent(part))
		return;
	reading_add_unread(list->reading, part, "no value that is known", list->arena);
	if (list->unknown != NULL && list->unknown->p == NULL)
		*list->unknown = part;
}

/* Shares of modes are no list ("80 % online, 20 % on campus" is one thing), nor is what is said
 * of one schedule ("part-time, intensive"). */
static bool is_one_phrase(const struct job *job, struct slice text)
{
	ptrdiff_t share = slice_find_byte(text, '%');

	if (strcmp(job->scheme, "mode") == 0 && share >= 0)
		return !slice_ends_with(slice_trim(slice_first(text, (size_t)share)),
					SLICE_LIT("100"));
	return (strcmp(job->scheme, "learning-schedule") == 0 && text.n <= CODED_MAX_PHRASE_BYTES);
}

static bool are_two(const struct codes *codes, const char *one, const char *other)
{
	return codes->n == 2 &&
	       ((slice_eq_z(codes->items[0], one) && slice_eq_z(codes->items[1], other)) ||
		(slice_eq_z(codes->items[0], other) && slice_eq_z(codes->items[1], one)));
}

/* "on site or online, as you choose": the last names what the others are. */
static bool may_be_hybrid(const struct codes *codes)
{
	struct codes first = { codes->items, 2 };

	return codes->n == 2 ? are_two(codes, "online", "presential")
			     : codes->n == 3 && are_two(&first, "online", "presential") &&
				       slice_eq_z(codes->items[2], "hybrid");
}

/* Whether the whole of a list is hybrid by name. */
static bool is_hybrid(const struct list_job *list, struct slice text)
{
	struct coded_found whole;

	return coded_read_phrase(&whole, "mode", lang_of(&list->job), text) && whole.n == 1 &&
	       slice_eq_z(whole.codes[0], "hybrid");
}

/*
 * What the parts of a list say together: quality assured inside and from outside
 * is a value of its own, "Online, 2 days in Porto" is blended, and "on site or online,
 * choose each week (hybrid)" hybrid, which only the whole tells.
 */
static void settle_list(struct list_job *list, size_t n_before, struct slice text)
{
	struct codes added = { list->out->items + n_before, list->out->n - n_before };
	bool is_mode = strcmp(list->job.scheme, "mode") == 0;
	struct slice both = SLICE_NONE;
	struct coded_found whole;

	if (strcmp(list->job.scheme, "qa-type") == 0 && are_two(&added, "internal", "external"))
		both = SLICE_LIT("internal-and-external");
	else if (is_mode && may_be_hybrid(&added) && is_hybrid(list, text))
		both = SLICE_LIT("hybrid");
	else if (is_mode && added.n == 1 && slice_eq_z(added.items[0], "online") &&
		 coded_read_phrase(&whole, "mode", lang_of(&list->job), text) && whole.n == 1)
		both = whole.codes[0];
	if (both.n == 0)
		return;
	reading_set(list->reading, FROM_INFERRED, "the parts of the list together");
	reading_forget(list->reading);
	reading_add(list->reading, text, both, list->arena);
	added.items[0] = both;
	list->n_added -= added.n - 1;
	list->out->n = n_before + 1;
}

size_t coded_read_list(struct codes *out, const char *scheme, const struct word *word,
		       const struct hint *hint, struct slice *unknown, struct reading *reading,
		       struct arena *arena)
{
	struct list_job list = { { scheme, word, hint }, out, unknown, reading, arena, 0 };
	struct slice text = slice_trim(word->text);
	struct vocab_row row;
	size_t start = 0, n_before = out->n;
	bool is_settled = false;

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	if (is_absent(text))
		return 0;
	/* Values with separators in them ("internal/external") come before the separators;
	 * a description is no list. */
	if (read_exact(&row, &list.job, text, &is_settled) || is_settled || uri_is(text) ||
	    text.n > MAX_LIST_BYTES || is_one_phrase(&list.job, text)) {
		add_part(&list, text);
		return list.n_added;
	}
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && strchr(",;/|\n", text.p[i]) == NULL)
			continue;
		add_part(&list, slice_make(text.p + start, i - start));
		start = i + 1;
	}
	if (out->n > n_before)
		settle_list(&list, n_before, text);
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
