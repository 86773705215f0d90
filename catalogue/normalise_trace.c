// SPDX-License-Identifier: EUPL-1.2
/*
 * How each value of an offer was reached: for explain. Nothing here is done where
 * nobody asks.
 */
#include "catalogue/normalise_job.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct reading job_reading(struct job *j)
{
	bool is_asked = j->traces != NULL;

	j->each.n = 0;
	return (struct reading){ .from = FROM_NONE,
				 .is_brief = !is_asked,
				 .each = is_asked ? &j->each : NULL };
}

static struct trace *push(struct job *j, enum element element, const struct word *word,
			  struct slice result)
{
	struct trace *t = NULL;

	if (j->traces == NULL || j->traces->n >= LIMIT_OFFER_TRACES)
		return NULL;
	t = arena_push(j->arena, (void **)&j->traces->items, &j->traces->n, &j->traces->cap,
		       sizeof *t);
	if (t != NULL)
		*t = (struct trace){ .element = element,
				     .word = word != NULL ? (size_t)(word - j->words->items)
							  : SIZE_MAX,
				     .result = utf8_first(result, LIMIT_NOTE_BYTES) };
	return t;
}

void job_trace(struct job *j, enum element element, const struct word *word,
	       const struct reading *reading, struct slice result)
{
	struct trace *t = push(j, element, word, result);

	if (t == NULL)
		return;
	if (reading != NULL)
		t->reading = *reading;
	else
		reading_set(&t->reading, FROM_DECLARED, "as declared");
	t->reading.each = NULL;
}

void job_trace_each(struct job *j, enum element element, const struct word *word,
		    const struct reading *reading)
{
	if (reading->each == NULL)
		return;
	for (size_t i = 0; i < reading->each->n; i++) {
		const struct finding *f = &reading->each->items[i];
		struct trace *t = push(j, element, word, f->result);

		if (t == NULL)
			return;
		if (word != NULL && !slice_eq(f->text, slice_trim(word->text)))
			t->piece = utf8_first(f->text, LIMIT_NOTE_BYTES);
		reading_set(&t->reading, f->from, "%s", f->rule);
	}
}

void job_trace_unused(struct job *j, const struct word *word, const char *fmt, ...)
{
	struct trace *t = push(j, word->element, word, SLICE_NONE);
	char why[READING_RULE_BYTES];
	va_list args;

	if (t == NULL)
		return;
	va_start(args, fmt);
	(void)vsnprintf(why, sizeof why, fmt, args);
	va_end(args);
	reading_set(&t->reading, FROM_NONE, "%s", why);
}

void job_untrace(struct job *j, enum element element, uint16_t part, const char *of_unit,
		 const char *why)
{
	for (size_t i = 0; j->traces != NULL && i < j->traces->n; i++) {
		struct trace *t = &j->traces->items[i];

		if (t->element != element || t->word == SIZE_MAX || t->result.n == 0 ||
		    j->words->items[t->word].part != part ||
		    !slice_ends_with(t->result, slice_of(of_unit)))
			continue;
		t->result = SLICE_NONE;
		reading_set(&t->reading, FROM_NONE, "%s", why);
	}
}

/* --- words of which nothing was told --- */

static const struct note *note_of(const struct job *j, const struct word *word)
{
	for (size_t i = 0; j->notes != NULL && i < j->notes->n; i++) {
		const struct note *n = &j->notes->items[i];

		if (n->element == word->element && slice_eq(n->path, word->path))
			return n;
	}
	return NULL;
}

static bool has_result(const struct job *j, const struct word *word)
{
	for (size_t i = 0; i < j->traces->n; i++) {
		const struct trace *t = &j->traces->items[i];

		if (t->element == word->element && t->result.n > 0 &&
		    (t->word == SIZE_MAX || j->words->items[t->word].part == word->part))
			return true;
	}
	return false;
}

static void trace_unused(struct job *j, const struct word *word)
{
	const struct note *note = note_of(j, word);

	if (text_is_placeholder(word->text))
		job_trace_unused(j, word, "placeholders.tsv: stands for nothing");
	else if (note != NULL)
		job_trace_unused(j, word, "%.*s, expected %.*s", SLICE_ARG(note->code),
				 SLICE_ARG(note->expected));
	else if (word->element == EL_DURATION)
		job_trace_unused(j, word, "time that passes is no workload");
	else if (word->element == EL_HOURS_PER_WEEK)
		job_trace_unused(j, word, "hours a week are no workload without a number of weeks");
	else if (has_result(j, word))
		job_trace_unused(j, word, "not needed: another word has said it");
	else
		job_trace_unused(j, word, "says nothing that is known");
}

/* --- their order --- */

struct placed {
	struct trace trace;
	size_t session; /* 0: of no session */
	size_t seq;
};

static int compare(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = compare(x->session, y->session);

	if (order == 0)
		order = compare((size_t)x->trace.element, (size_t)y->trace.element);
	return order != 0 ? order : compare(x->seq, y->seq);
}

/* Element by element; sessions behind all others, one after the other. */
static void sort(struct job *j)
{
	struct traces *traces = j->traces;
	struct placed *all = arena_new_n(j->arena, struct placed, traces->n);

	if (all == NULL)
		return;
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->items[i];

		all[i].trace = *t;
		all[i].seq = i;
		if (job_is_session_element(t->element) && t->word != SIZE_MAX)
			all[i].session = 1 + (size_t)j->words->items[t->word].part;
	}
	qsort(all, traces->n, sizeof *all, by_place);
	for (size_t i = 0; i < traces->n; i++)
		traces->items[i] = all[i].trace;
}

void job_settle_traces(struct job *j)
{
	bool *is_told = NULL;

	if (j->traces == NULL)
		return;
	is_told = arena_new_n(j->arena, bool, j->words->n);
	if (is_told == NULL)
		return;
	for (size_t i = 0; i < j->traces->n; i++)
		if (j->traces->items[i].word != SIZE_MAX)
			is_told[j->traces->items[i].word] = true;
	for (size_t i = 0; i < j->words->n; i++)
		if (!is_told[i])
			trace_unused(j, &j->words->items[i]);
	sort(j);
}
