// SPDX-License-Identifier: EUPL-1.2
/*
 * Texts of a record: which language, joined or first, once or twice.
 */
#include "catalogue/normalise_job.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	MIN_DETECT_BYTES = 40, /* of a text whose language is worth guessing */
	MAX_DETECT_BYTES = 1200, /* more of it tells no more */
};

struct slice job_lang(struct job *j, const struct word *word)
{
	if (word->lang.n > 0) {
		/* Texts of one tag mostly follow one another. */
		if (!slice_eq(word->lang, j->last_tag)) {
			j->last_lang = language_of_tag(word->lang, j->arena);
			j->last_tag = word->lang;
		}
		return j->last_lang;
	}
	if (j->untagged_lang.n > 0)
		return j->untagged_lang;
	return j->context->language.n > 0 ? j->context->language : SLICE_LIT("und");
}

/* Whether a text without a tag is rather in the language it looks like than in the source's. */
static bool is_other_lang(struct slice declared, struct slice found)
{
	if (declared.n == 0)
		return true;
	/* What the guess does not know it would take for a neighbour: Nynorsk for Bokmål. */
	return !slice_starts_with(declared, found) && language_is_detected(declared);
}

void job_find_untagged_lang(struct job *j)
{
	static const enum element elements[] = { EL_DESCRIPTION, EL_OUTCOME, EL_PREREQUISITES };

	for (size_t e = 0; e < countof(elements); e++) {
		for (size_t i = 0; i < j->words->n; i++) {
			const struct word *word = &j->words->items[i];
			struct slice text = SLICE_NONE, found = SLICE_NONE;

			if (word->element != elements[e] || word->lang.n > 0 ||
			    word->text.n < MIN_DETECT_BYTES)
				continue;
			text = utf8_first(word->text, MAX_DETECT_BYTES);
			if (!language_detect(&found, text, j->arena))
				continue;
			if (is_other_lang(j->context->language, found))
				j->untagged_lang = found;
			return;
		}
	}
}

/* --- texts --- */

static struct text *find_text(struct texts *texts, struct slice lang)
{
	for (size_t i = 0; i < texts->n; i++)
		if (slice_eq(texts->items[i].lang, lang))
			return &texts->items[i];
	return NULL;
}

/* Room for n bytes: a power of two, so that joining many texts copies each byte a few times. */
static size_t room_for(size_t n)
{
	size_t room = 256;

	while (room < n)
		room *= 2;
	return room;
}

/* Two texts as paragraphs; whole was made by this function or by copy_with_room(). */
static struct slice join(struct slice whole, struct slice more, struct arena *arena)
{
	size_t n = whole.n + 2 + more.n;
	char *p = NULL;

	if (n <= room_for(whole.n)) {
		p = (char *)(uintptr_t)whole.p; /* the arena's own memory, with room behind */
	} else {
		p = arena_room(arena, room_for(n));
		if (p == NULL)
			return whole;
		memcpy(p, whole.p, whole.n);
	}
	memcpy(p + whole.n, "\n\n", 2);
	memcpy(p + whole.n + 2, more.p, more.n);
	return slice_make(p, n);
}

static struct slice copy_with_room(struct slice text, struct arena *arena)
{
	char *p = arena_room(arena, room_for(text.n));

	if (p == NULL)
		return text;
	memcpy(p, text.p, text.n);
	return slice_make(p, text.n);
}

void texts_add(struct texts *texts, struct slice lang, struct slice text, enum repeat repeat,
	       struct arena *arena)
{
	struct text *same = find_text(texts, lang);
	struct text *items = NULL;

	if (text.n == 0 || arena->has_failed)
		return;
	if (same != NULL) {
		if (repeat == REPEAT_JOIN && same->text.n + text.n + 2 <= LIMIT_TEXT_BYTES &&
		    !slice_contains(same->text, text))
			same->text = join(same->text, text, arena);
		return;
	}
	if (texts->n >= LIMIT_OFFER_LANGUAGES)
		return;
	items = arena_new_n(arena, struct text, texts->n + 1);
	if (items == NULL)
		return;
	if (texts->n > 0)
		memcpy(items, texts->items, texts->n * sizeof *items);
	items[texts->n] =
		(struct text){ lang, repeat == REPEAT_JOIN ? copy_with_room(text, arena) : text };
	texts->items = items;
	texts->n++;
}

/* A cleaned text of at most max_bytes, with a note when it was longer. */
static struct slice clean(struct job *j, const struct word *word, bool is_line, size_t max_bytes)
{
	/* Four bytes more than allowed show that something was cut. */
	struct slice text = is_line ? text_clean_line(word->text, max_bytes + 4, j->arena)
				    : text_clean(word->text, max_bytes + 4, j->arena);

	if (text.n <= max_bytes)
		return text;
	job_note(j, word, "text-cut", is_line ? "a shorter text" : "at most 64 KiB of text");
	return utf8_first(text, max_bytes);
}

/* For explain: as declared, and how its language is known where its tag is not that. */
static struct reading text_reading(struct job *j, const struct word *word, struct slice lang)
{
	struct reading reading = job_reading(j);

	if (slice_eq(word->lang, lang))
		reading_set(&reading, FROM_DECLARED, "as declared");
	else if (word->lang.n > 0)
		reading_set(&reading, FROM_DECLARED, "as declared; in %.*s, tagged %.*s",
			    SLICE_ARG(lang), SLICE_ARG(slice_first(word->lang, 40)));
	else if (j->untagged_lang.n > 0)
		reading_set(&reading, FROM_DECLARED, "as declared; in %.*s, by its words",
			    SLICE_ARG(lang));
	else if (j->context->language.n > 0)
		reading_set(&reading, FROM_DECLARED, "as declared; in %.*s, the source's language",
			    SLICE_ARG(lang));
	else
		reading_set(&reading, FROM_DECLARED, "as declared; in a language not known");
	return reading;
}

/* For explain: a word's text, or the items of the list that it is; how: they were split. */
static void trace_items(struct job *j, const struct word *word, const struct slice *items, size_t n,
			const char *how)
{
	struct reading reading;

	if (j->traces == NULL)
		return;
	reading = text_reading(j, word, job_lang(j, word));
	if (n > 1)
		reading_set(&reading, FROM_DECLARED, "one of %zu, split at %s", n, how);
	for (size_t i = 0; i < n; i++)
		job_trace(j, word->element, word, &reading, items[i]);
}

bool job_add_text(struct job *j, struct texts *texts, const struct word *word, bool is_line,
		  size_t max_bytes, enum repeat repeat)
{
	struct slice text = clean(j, word, is_line, max_bytes), lang = SLICE_NONE;
	const struct text *first = NULL;

	if (text.n == 0)
		return false;
	lang = job_lang(j, word);
	first = repeat == REPEAT_FIRST ? find_text(texts, lang) : NULL;
	if (first != NULL && !slice_eq(first->text, text)) {
		job_trace_unused(j, word, "not kept: another text in %.*s came first",
				 SLICE_ARG(lang));
		return true;
	}
	texts_add(texts, lang, text, repeat, j->arena);
	trace_items(j, word, &text, 1, "");
	return true;
}

/* For explain: what came under several tags is kept under one. */
static void trace_tags(struct job *j, enum element element, const struct slice *tags, size_t n,
		       struct slice lang)
{
	struct reading reading = job_reading(j);
	struct slice all = tags[0];

	if (j->traces == NULL)
		return;
	for (size_t i = 1; i < n; i++)
		all = arena_printf(j->arena, "%.*s, %.*s", SLICE_ARG(all), SLICE_ARG(tags[i]));
	reading_set(&reading, FROM_DECLARED, "one text under several tags (%.*s) is kept once",
		    SLICE_ARG(all));
	job_trace(j, element, words_find(j->words, element, 0), &reading,
		  arena_printf(j->arena, "in %.*s", SLICE_ARG(lang)));
}

/* A tag that names the language found, or absent. */
static struct slice tag_of(const struct slice *tags, size_t n, struct slice found)
{
	for (size_t i = 0; i < n && found.n > 0; i++)
		if (slice_starts_with(tags[i], found) || slice_starts_with(found, tags[i]))
			return tags[i];
	return SLICE_NONE;
}

/* A tag that is another language for certain; not one whose neighbour the guess may take it
 * for: Bosnian, Nynorsk. */
static bool is_lie(struct slice tag, struct slice found)
{
	return !slice_starts_with(tag, found) && !slice_starts_with(found, tag) &&
	       !slice_eq_z(tag, "no") && !slice_eq_z(tag, "und") && language_is_detected(tag);
}

static void note_lies(struct job *j, const struct slice *tags, size_t n, struct slice found,
		      struct slice text, enum element element)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_lie(tags[i], found))
			continue;
		notes_add(j->notes, j->arena,
			  (struct note){ SLICE_LIT("language-tag-lies"), element, SLICE_NONE,
					 slice_first(text, LIMIT_NOTE_BYTES),
					 arena_printf(j->arena,
						      "a text in %.*s, this looks like %.*s",
						      SLICE_ARG(tags[i]), SLICE_ARG(found)) });
		return; /* one note a text tells enough */
	}
}

/*
 * The language of a text that came under several tags. A text too short to
 * tell is in the language of the one before that did; the first tag when
 * nothing tells.
 */
static struct slice choose_lang(struct job *j, const struct slice *tags, size_t n,
				struct slice text, enum element element)
{
	struct slice found = SLICE_NONE, tag = SLICE_NONE;

	if (text.n < MIN_DETECT_BYTES || !language_detect(&found, text, j->arena)) {
		tag = tag_of(tags, n, j->found_lang);
		return tag.n > 0 ? tag : tags[0];
	}
	if (j->found_lang.n == 0)
		j->found_lang = found;
	note_lies(j, tags, n, found, text, element);
	tag = tag_of(tags, n, found);
	return tag.n > 0 ? tag : found;
}

void job_settle_texts(struct job *j, struct texts *texts, enum element element)
{
	for (size_t i = 0; i < texts->n; i++) {
		struct slice tags[LIMIT_OFFER_LANGUAGES];
		size_t n_tags = 0, kept = i + 1;

		tags[n_tags++] = texts->items[i].lang;
		for (size_t k = i + 1; k < texts->n; k++) {
			if (slice_eq(texts->items[k].text, texts->items[i].text))
				tags[n_tags++] = texts->items[k].lang;
			else
				texts->items[kept++] = texts->items[k];
		}
		texts->n = kept;
		if (n_tags == 1)
			continue;
		texts->items[i].lang = choose_lang(j, tags, n_tags, texts->items[i].text, element);
		/* The right language may be there with a text of its own. */
		for (size_t k = 0; k < texts->n; k++)
			if (k != i && slice_eq(texts->items[k].lang, texts->items[i].lang))
				texts->items[i].lang = tags[0];
		trace_tags(j, element, tags, n_tags, texts->items[i].lang);
	}
}

/* --- lists of texts --- */

static struct text_list *list_of(struct job *j, struct text_lists *lists, struct slice lang)
{
	struct text_list *langs = NULL;

	for (size_t i = 0; i < lists->n; i++)
		if (slice_eq(lists->langs[i].lang, lang))
			return &lists->langs[i];
	if (lists->n >= LIMIT_OFFER_LANGUAGES)
		return NULL;
	langs = arena_new_n(j->arena, struct text_list, lists->n + 1);
	if (langs == NULL)
		return NULL;
	if (lists->n > 0)
		memcpy(langs, lists->langs, lists->n * sizeof *langs);
	lists->langs = langs;
	langs[lists->n] = (struct text_list){ .lang = lang };
	return &langs[lists->n++];
}

static void add_item(struct job *j, struct text_list *list, struct slice item, size_t max)
{
	for (size_t i = 0; i < list->n; i++)
		if (slice_eq(list->items[i], item))
			return;
	if (item.n == 0 || list->n >= max)
		return;
	/* One array of the largest size for each language that has any; not zeroed, being large. */
	if (list->items == NULL)
		list->items = arena_room(j->arena, max * sizeof *list->items);
	if (list->items != NULL)
		list->items[list->n++] = item;
}

static bool are_same(const struct text_list *a, const struct text_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!slice_eq(a->items[i], b->items[i]))
			return false;
	return true;
}

/* As much of a list as its language shows in. */
static struct slice join_items(const struct text_list *list, struct arena *arena)
{
	struct buf text = BUF_INIT(8 * LIMIT_NOTE_BYTES);
	struct slice joined;

	for (size_t i = 0; i < list->n && text.len + list->items[i].n + 1 < text.max; i++) {
		buf_slice(&text, list->items[i]);
		buf_char(&text, '\n');
	}
	joined = text.len > 0 ? arena_dup(arena, buf_view(&text)) : list->items[0];
	buf_clear(&text);
	return joined;
}

/* As job_settle_texts(), for lists; an empty list is none. */
static void settle_lists(struct job *j, struct text_lists *lists, enum element element)
{
	size_t kept = 0;

	for (size_t i = 0; i < lists->n; i++)
		if (lists->langs[i].n > 0)
			lists->langs[kept++] = lists->langs[i];
	lists->n = kept;
	for (size_t i = 0; i < lists->n; i++) {
		struct slice tags[LIMIT_OFFER_LANGUAGES] = { lists->langs[i].lang };
		size_t n_tags = 1;

		for (size_t k = i + 1; k < lists->n;) {
			if (!are_same(&lists->langs[i], &lists->langs[k])) {
				k++;
				continue;
			}
			tags[n_tags++] = lists->langs[k].lang;
			memmove(&lists->langs[k], &lists->langs[k + 1],
				(lists->n - k - 1) * sizeof lists->langs[k]);
			lists->n--;
		}
		if (n_tags > 1)
			lists->langs[i].lang = choose_lang(
				j, tags, n_tags, join_items(&lists->langs[i], j->arena), element);
		/* The right language may be there with a list of its own. */
		for (size_t k = 0; k < lists->n; k++)
			if (k != i && slice_eq(lists->langs[k].lang, lists->langs[i].lang))
				lists->langs[i].lang = tags[0];
		if (n_tags > 1)
			trace_tags(j, element, tags, n_tags, lists->langs[i].lang);
	}
}

/* Whether several words of an element carry a tag. */
static bool has_several(const struct job *j, enum element element, struct slice lang)
{
	size_t n = 0;

	for (size_t i = 0; i < j->words->n && n < 2; i++)
		if (j->words->items[i].element == element &&
		    slice_eq(j->words->items[i].lang, lang))
			n++;
	return n > 1;
}

void job_read_outcomes(struct job *j)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];
		struct text_list *list = NULL;
		struct slice text = SLICE_NONE, *items = NULL;
		size_t n = 0;

		if (word->element != EL_OUTCOME)
			continue;
		text = clean(j, word, false, LIMIT_TEXT_BYTES);
		list = text.n > 0 ? list_of(j, &j->out->outcomes, job_lang(j, word)) : NULL;
		if (list == NULL)
			continue;
		if (has_several(j, EL_OUTCOME, word->lang)) {
			/* A line of a list, split by the source, keeps its mark. */
			bool is_marked = slice_starts_with(text, SLICE_LIT("- "));

			text = slice_from(text, is_marked ? 2 : 0);
			items = &text;
			n = 1;
		} else {
			n = text_split_list(&items, text, j->arena);
		}
		for (size_t k = 0; k < n; k++)
			add_item(j, list, items[k], LIMIT_OFFER_OUTCOMES);
		trace_items(j, word, items, n, "bullets or numbers");
	}
	settle_lists(j, &j->out->outcomes, EL_OUTCOME);
}

/* Keywords in one string: "ai, ethics; data". */
static void split_keywords(struct job *j, struct text_list *list, const struct word *word,
			   struct slice text)
{
	char separator = slice_find_byte(text, ';') >= 0   ? ';'
			 : slice_find_byte(text, '|') >= 0 ? '|'
							   : ',';
	struct slice parts[LIMIT_OFFER_OUTCOMES], part = SLICE_NONE;
	size_t n = 0;

	while (slice_split(&part, &text, separator)) {
		part = utf8_first(slice_trim(part), LIMIT_TITLE_BYTES);
		add_item(j, list, part, LIMIT_OFFER_OUTCOMES);
		if (part.n > 0 && n < countof(parts))
			parts[n++] = part;
	}
	trace_items(j, word, parts, n, "its separators");
}

void job_read_keywords(struct job *j)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];
		struct text_list *list = NULL;
		struct slice text = SLICE_NONE;

		if (word->element != EL_KEYWORD)
			continue;
		text = clean(j, word, true, LIMIT_TITLE_BYTES);
		list = text.n > 0 ? list_of(j, &j->out->keywords, job_lang(j, word)) : NULL;
		if (list == NULL)
			continue;
		/* A scheme says that it is one of a list: "Social Sciences, Business and Law". */
		if (word->scheme.n > 0 || has_several(j, EL_KEYWORD, word->lang)) {
			add_item(j, list, text, LIMIT_OFFER_OUTCOMES);
			trace_items(j, word, &text, 1, "");
		} else {
			split_keywords(j, list, word, text);
		}
	}
	settle_lists(j, &j->out->keywords, EL_KEYWORD);
}
