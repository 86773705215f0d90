// SPDX-License-Identifier: EUPL-1.2
/*
 * Several languages in one string: "englanti, suomi", "EN/FI", "Deutsch und
 * Englisch". One language is language.c.
 */
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/language_parts.h"

enum {
	MAX_DEPTH = 12,
	MAX_LIST_BYTES = 2048, /* of a list of languages; what is longer is a description */
};

struct list_job {
	struct codes *out;
	const struct hint *hint;
	struct slice *unknown;
	struct reading *reading;
	struct arena *arena;
	size_t n_added;
};

static bool add_one(struct list_job *job, struct slice part)
{
	struct slice tag;

	if (!language_read(&tag, part, job->hint, job->reading, job->arena))
		return false;
	reading_add(job->reading, part, tag, job->arena);
	if (codes_add(job->out, tag, job->arena))
		job->n_added++;
	return true;
}

/* "and" and "or" in the languages of catalogues. */
static bool is_conjunction(struct slice word)
{
	return (field_word_of(word) & (FIELD_AND | FIELD_OR)) != 0;
}

/* What is left unread is named once. */
static void leave(struct list_job *job, struct slice part)
{
	reading_add_unread(job->reading, part, "no language that is known", job->arena);
	if (job->unknown != NULL && job->unknown->p == NULL)
		*job->unknown = part;
}

/* The languages of a phrase, if it is one. */
static enum language_phrase add_phrase(struct list_job *job, struct slice text)
{
	enum { MAX_NAMES = 8 };
	struct slice tags[MAX_NAMES];
	size_t n;
	enum language_phrase said = language_read_phrase(tags, MAX_NAMES, &n, text, job->hint);

	/* "vid behov engelska" alone is no language of teaching, behind another it is one. */
	if (said == LANGUAGE_PHRASE_MAYBE && job->out->n > 0)
		said = LANGUAGE_PHRASE_NAMES;
	/* "bilingual (Basque/Spanish)" */
	if (said == LANGUAGE_PHRASE_NAMES && job->out->n == 1 &&
	    slice_eq_z(job->out->items[0], "mul")) {
		job->out->n = 0;
		reading_forget(job->reading);
	}
	for (size_t i = 0; i < n && said == LANGUAGE_PHRASE_NAMES; i++) {
		reading_set(job->reading, FROM_DECLARED, "field-words.tsv: %.*s -> %.*s",
			    SLICE_ARG(text), SLICE_ARG(tags[i]));
		reading_add(job->reading, text, tags[i], job->arena);
		if (codes_add(job->out, tags[i], job->arena))
			job->n_added++;
	}
	return said;
}

/* Whether a phrase speaks of a language without a name. */
static bool speaks_of_another(struct slice text, const struct hint *hint)
{
	size_t n;

	return language_read_phrase(NULL, 0, &n, text, hint) == LANGUAGE_PHRASE_OTHER;
}

/* "Dėstomoji kalba": the same, or what the field is called. */
static bool speaks_of_language(struct slice text, const struct hint *hint)
{
	struct slice rest = text, word;
	bool has_noun = false;
	size_t n;

	while (slice_split(&word, &rest, ' '))
		has_noun = has_noun || (field_word_of(word) & FIELD_LANGUAGE) != 0;
	return has_noun && (speaks_of_another(text, hint) ||
			    language_read_phrase(NULL, 0, &n, text, hint) == LANGUAGE_PHRASE_LABEL);
}

/* "Knowledge of Swedish is not required": what is not asked for says nothing. */
static bool is_not_required(struct slice text)
{
	struct slice word;
	bool is_denied = false, is_required = false;

	while (slice_split(&word, &text, ' ')) {
		unsigned bits = field_word_of(word);

		is_denied = is_denied || (bits & FIELD_NOT) != 0;
		is_required = is_required || (bits & (FIELD_REQUIRED | FIELD_NEED)) != 0;
	}
	return is_denied && is_required;
}

/* "Deutsch und Englisch": splits where what stands before is a language. */
static bool read_words(struct list_job *job, struct slice text, unsigned depth)
{
	struct slice tag;

	if (depth >= MAX_DEPTH)
		return false;
	for (size_t i = 1; i + 1 < text.n; i++) {
		struct slice rest = slice_from(text, i + 1);
		struct slice word = language_first_word(rest);
		struct slice left = slice_first(text, i);
		struct slice right;

		if (text.p[i] != ' ' || word.n == rest.n || !is_conjunction(word))
			continue;
		right = slice_trim(slice_from(rest, word.n));
		if (!language_read(&tag, left, job->hint, NULL, job->arena))
			continue;
		if (language_read(&tag, right, job->hint, NULL, job->arena) ||
		    read_words(job, right, depth + 1)) {
			(void)add_one(job, left);
			(void)add_one(job, right);
			return true;
		}
		/* "English and the language of the host university" */
		if ((field_word_of(word) & FIELD_OR) == 0 && speaks_of_another(right, job->hint)) {
			(void)add_one(job, left);
			leave(job, right);
			return true;
		}
	}
	return false;
}

/* "EN FI", "nl-en", "English German": every word a language by itself. */
static bool read_juxtaposed(struct list_job *job, struct slice text)
{
	size_t n_parts = 0;
	size_t n_short = 0;

	for (int pass = 0; pass < 2; pass++) {
		struct slice rest = text;
		struct slice part = SLICE_NONE, before;
		bool has_hyphen = false; /* before part; the last one of a text joins nothing */

		for (;;) {
			size_t i = 0;
			struct slice tag;

			rest = slice_trim(rest);
			while (i < rest.n && rest.p[i] != ' ' && rest.p[i] != '-' &&
			       rest.p[i] != '_')
				i++;
			if (rest.n == 0)
				break;
			before = part;
			part = slice_first(rest, i);
			/* A region is no second language, and undecided is undecided; but "EN-FR"
			 * is none that anybody means. */
			if (has_hyphen && language_is_country(part) &&
			    !(part.p[0] <= 'Z' && language_may_be_second(before, part)))
				return false;
			has_hyphen = i < rest.n && language_is_separator(rest.p[i]);
			rest = slice_from(rest, i < rest.n ? i + 1 : i);
			if (pass == 1) {
				(void)add_one(job, part);
				continue;
			}
			if (!language_read(&tag, part, job->hint, NULL, job->arena))
				return false;
			n_parts++;
			n_short += language_unwrapped(part).n <= 3;
		}
		/* Short ones among long ones are words of a sentence. */
		if (n_parts < 2 || (n_short > 0 && n_short < n_parts))
			return false;
	}
	return true;
}

/* "English and/or German": what is left of the words where the slash parted them. */
static struct slice without_conjunctions(struct slice part)
{
	struct slice word = language_first_word(part);

	if (word.n < part.n && is_conjunction(word))
		part = slice_trim(slice_from(part, word.n));
	word = language_last_word(part);
	if (word.n < part.n && is_conjunction(word))
		part = slice_trim(slice_first(part, part.n - word.n));
	return part;
}

static bool read_whole_part(struct list_job *job, struct slice part)
{
	return add_one(job, part) || read_words(job, part, 0) || read_juxtaposed(job, part);
}

/* What stands between the brackets at the end of a text, and before them; false without. */
static bool split_brackets(struct slice *outer, struct slice *inner, struct slice text)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	ptrdiff_t close = slice_find_byte(text, ')');

	if (open <= 0 || close < open || (size_t)close + 1 < text.n)
		return false;
	*outer = slice_trim(slice_first(text, (size_t)open));
	*inner = slice_trim(slice_make(text.p + open + 1, (size_t)(close - open - 1)));
	return outer->n > 0 && inner->n > 0;
}

static bool read_part(struct list_job *job, struct slice part)
{
	struct slice bare, inner;
	enum language_phrase said;

	part = slice_trim(part);
	bare = without_conjunctions(part);
	if (read_whole_part(job, part) || (bare.n < part.n && read_whole_part(job, bare)))
		return true;
	/* "bilingue français-anglais" */
	for (struct slice rest = part; (bare = language_without_head(rest)).n < rest.n; rest = bare)
		if (read_juxtaposed(job, bare))
			return true;
	said = add_phrase(job, part);
	if (said == LANGUAGE_PHRASE_NAMES || said == LANGUAGE_PHRASE_LABEL)
		return true;
	/* "Englisch (bei Bedarf Deutsch)" */
	if (!split_brackets(&bare, &inner, part) || !read_part(job, bare))
		return false;
	(void)add_phrase(job, inner);
	return true;
}

/* Length of the separator at the front of text, 0 if there is none; slashes belong to URIs. */
static size_t separator_bytes(struct slice text, bool has_uri)
{
	static const char *const separators[] = { ",",   ";", "/",    "|",    "+",   "&",
						  "\n",  "•", "·",    "、",   " - ", " – ",
						  " — ", "‑", "<br>", "<br/>" };

	if (has_uri)
		return text.n > 0 && strchr(",;| \n", text.p[0]) != NULL;
	for (size_t i = 0; i < countof(separators); i++)
		if (slice_starts_with(text, slice_of(separators[i])))
			return strlen(separators[i]);
	return 0;
}

static void read_separated(struct list_job *job, struct slice text)
{
	bool has_uri = uri_is(text);
	size_t start = 0;
	size_t i = 0;

	while (i <= text.n) {
		size_t skip = i == text.n ? 1 : separator_bytes(slice_from(text, i), has_uri);
		struct slice part = slice_trim(slice_make(text.p + start, i - start));

		if (skip == 0) {
			i++;
			continue;
		}
		if (part.n > 0 && !(job->n_added > 0 && is_not_required(part)) &&
		    !read_part(job, part))
			leave(job, part);
		i += skip;
		start = i;
	}
}

/* "Dėstomoji kalba – anglų": where a dash ends words that speak of a language and name none; the
 * bytes up to what is behind it, 0: nowhere. */
static size_t label_with_dash(struct slice text, const struct hint *hint)
{
	static const char *const dashes[] = { " – ", " — ", " - " };

	for (size_t i = 0; i < countof(dashes); i++) {
		ptrdiff_t at = slice_find(text, slice_of(dashes[i]));

		if (at > 0 && speaks_of_language(slice_first(text, (size_t)at), hint))
			return (size_t)at + strlen(dashes[i]);
	}
	return 0;
}

/* A label before the list: "Sprachen: Deutsch, Englisch". */
static struct slice without_label(struct slice text, const struct hint *hint)
{
	ptrdiff_t at = slice_find_byte(text, ':');
	size_t n_dash = at < 0 && !uri_is(text) ? label_with_dash(text, hint) : 0;

	if (n_dash > 0)
		return slice_trim(slice_from(text, n_dash));
	if (at < 0)
		at = slice_find_byte(text, '='); /* "language=fr" */
	if (at <= 0 || uri_is(text) || slice_find_byte(slice_first(text, (size_t)at), ',') >= 0)
		return text;
	return slice_trim(slice_from(text, (size_t)at + 1));
}

size_t language_read_list(struct codes *out, struct slice declared, const struct hint *hint,
			  struct slice *unknown, struct reading *reading, struct arena *arena)
{
	struct list_job job = { out, hint, unknown, reading, arena, 0 };
	struct slice text = slice_trim(declared), outer, inner;

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	if (text.n == 0)
		return 0;
	if (text.n > MAX_LIST_BYTES || language_is_required(text)) {
		if (unknown != NULL)
			*unknown = text;
		return 0;
	}
	/* Names with separators in them come before the separators. */
	if (add_one(&job, text)) {
		if (split_brackets(&outer, &inner, text))
			(void)add_phrase(&job, inner);
		return job.n_added;
	}
	read_separated(&job, without_label(text, hint));
	return job.n_added;
}
