// SPDX-License-Identifier: EUPL-1.2
/*
 * How often the language that is told of a text is its tag's:
 *
 *	bench_language < TEXTS
 *
 * TEXTS (language_texts.py prints them) has a line a text: language, kind, text.
 * Languages that the guess does not know are not counted.
 */
#include "base/mem.h"
#include "catalogue/readers.h"

#include "tests/bench/stage.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_KINDS = 8, MAX_LANGS = 64, NAME_BYTES = 16, ARENA_BYTES = 65536 };

struct count {
	char name[NAME_BYTES];
	size_t n_right, n_silent, n_wrong;
};

struct kind {
	struct count sum;
	struct count langs[MAX_LANGS];
	size_t n_langs;
	double seconds;
};

static struct kind kinds[MAX_KINDS];
static size_t n_kinds;

static void set_name(char name[NAME_BYTES], struct slice text)
{
	(void)snprintf(name, NAME_BYTES, "%.*s", SLICE_ARG(text));
}

static struct kind *kind_of(struct slice name)
{
	for (size_t i = 0; i < n_kinds; i++)
		if (slice_eq_z(name, kinds[i].sum.name))
			return &kinds[i];
	if (n_kinds == MAX_KINDS)
		stage_die("more than %d kinds of texts", MAX_KINDS);
	set_name(kinds[n_kinds].sum.name, name);
	return &kinds[n_kinds++];
}

static struct count *lang_of(struct kind *kind, struct slice name)
{
	for (size_t i = 0; i < kind->n_langs; i++)
		if (slice_eq_z(name, kind->langs[i].name))
			return &kind->langs[i];
	if (kind->n_langs == MAX_LANGS)
		stage_die("more than %d languages", MAX_LANGS);
	set_name(kind->langs[kind->n_langs].name, name);
	return &kind->langs[kind->n_langs++];
}

/* 'r'ight, 's'ilent, 'w'rong. */
static char judge(struct kind *kind, struct slice lang, struct slice text, struct arena *arena)
{
	struct slice found;
	double start = stage_cpu();
	bool is_told = language_detect(&found, text, arena);

	kind->seconds += stage_cpu() - start;
	return !is_told ? 's' : slice_starts_with(found, lang) ? 'r' : 'w';
}

static void add(struct count *count, char verdict)
{
	count->n_right += verdict == 'r';
	count->n_silent += verdict == 's';
	count->n_wrong += verdict == 'w';
}

static void take_line(struct slice line, struct arena *arena)
{
	struct slice lang, name;
	struct kind *kind;
	char verdict;

	if (!slice_split(&lang, &line, '\t') || !slice_split(&name, &line, '\t') ||
	    !language_is_detected(lang))
		return;
	kind = kind_of(name);
	verdict = judge(kind, lang, line, arena);
	add(&kind->sum, verdict);
	add(lang_of(kind, lang), verdict);
}

static void report(const struct kind *kind)
{
	const struct count *c = &kind->sum;
	double n = (double)(c->n_right + c->n_silent + c->n_wrong);

	printf("| %-12s | %5.0f | %2zu | %5.1f %% | %5.1f %% | %5.2f %% | %5.1f |\n", c->name, n,
	       kind->n_langs, 100 * (double)c->n_right / n, 100 * (double)c->n_silent / n,
	       100 * (double)c->n_wrong / n, kind->seconds / n * 1e6);
}

/* Languages of which a tenth of the texts or more is not told as their tag says. */
static void report_langs(const struct kind *kind)
{
	printf("\n%s, right, silent, wrong:", kind->sum.name);
	for (size_t i = 0; i < kind->n_langs; i++) {
		const struct count *c = &kind->langs[i];

		if (10 * (c->n_silent + c->n_wrong) >= c->n_right + c->n_silent + c->n_wrong)
			printf(" %s %zu %zu %zu;", c->name, c->n_right, c->n_silent, c->n_wrong);
	}
	printf("\n");
}

int main(void)
{
	struct arena arena = ARENA_INIT(ARENA_BYTES);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0)
		take_line(slice_make(line, (size_t)n - (line[n - 1] == '\n')), &arena);
	free(line);
	arena_clear(&arena);
	if (n_kinds == 0)
		stage_die("no texts: this machine has no translated messages");
	printf("| language of a text | texts | languages | right | silent | wrong | us |\n"
	       "| --- | --: | --: | --: | --: | --: | --: |\n");
	for (size_t i = 0; i < n_kinds; i++)
		report(&kinds[i]);
	for (size_t i = 0; i < n_kinds; i++)
		report_langs(&kinds[i]);
	return 0;
}
