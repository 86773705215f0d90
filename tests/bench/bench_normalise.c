// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_normalise [--offers N]: what normalising costs an offer of 1.5 KB, on
 * one core: its coded elements together, its texts plain and as HTML, and
 * telling its language and its subject. Each with the fixed cost of a record that has only a
 * title taken off.
 */
#include "base/limits.h"
#include "catalogue/normalise.h"
#include "catalogue/readers.h"
#include "catalogue/subject_infer.h"
#include "catalogue/text.h"
#include "tests/bench/catalogue.h"
#include "tests/bench/stage.h"

#include "base/mem.h"

#include <stdio.h>

enum { ROUNDS = 5, BATCH = 100 };

struct sample {
	struct catalogue_offer offer;
	char credits[32], level[16], start[24], price[16];
};

struct measuring {
	struct sample *samples;
	size_t n;
	struct arena words_arena, arena;
};

enum part { PART_NOTHING, PART_CODED, PART_TEXTS };

static void add(struct words *words, struct arena *arena, enum element e, const char *scheme,
		struct slice text)
{
	struct word word = { .element = e, .scheme = slice_of(scheme), .text = text };

	(void)words_add(words, arena, word);
}

/* As people write them, so that the readers have to read. */
static void add_coded(struct words *words, struct arena *arena, const struct sample *s)
{
	static const char *const modes[] = { "online", "blended", "on-site" };
	const struct catalogue_offer *o = &s->offer;

	add(words, arena, EL_WORKLOAD, NULL, slice_of(s->credits));
	add(words, arena, EL_LEVEL, "eqf", slice_of(s->level));
	add(words, arena, EL_SUBJECT, "iscedf", slice_of(catalogue_subject(o->subject)));
	add(words, arena, EL_LANGUAGE, NULL, slice_of(catalogue_language(o->lang)));
	add(words, arena, EL_PROVIDER_NAME, NULL, slice_of(catalogue_provider(o->provider)));
	add(words, arena, EL_PROVIDER_COUNTRY, NULL, slice_of(catalogue_country(o->provider)));
	add(words, arena, EL_MODE, "moochub-3/courseMode", slice_of(modes[o->modes[0]]));
	add(words, arena, EL_SESSION_START, NULL, slice_of(s->start));
	add(words, arena, EL_PRICE, "EUR", slice_of(s->price));
	add(words, arena, EL_CREDENTIAL_TYPE, "moochub-3/credentialType", SLICE_LIT("badge"));
}

static void add_texts(struct words *words, struct arena *arena, const struct sample *s)
{
	struct slice rest = buf_view(&s->offer.outcomes), line;

	add(words, arena, EL_DESCRIPTION, NULL, buf_view(&s->offer.description));
	while (slice_split(&line, &rest, '\n'))
		add(words, arena, EL_OUTCOME, NULL, line);
	for (size_t i = 0; i < words->n; i++) /* tagged: the language is measured apart */
		words->items[i].lang = SLICE_LIT("en");
}

static struct words words_of(struct arena *arena, const struct sample *s, enum part part)
{
	struct words words = { .n = 0 };

	add(&words, arena, EL_RECORD_ID, NULL, SLICE_LIT("1"));
	add(&words, arena, EL_TITLE, NULL, SLICE_LIT("Statistics"));
	/* Declared, so that none is told from the texts: that has a row of its own. */
	add(&words, arena, EL_SUBJECT, "iscedf", SLICE_LIT("0542"));
	if (part == PART_CODED)
		add_coded(&words, arena, s);
	if (part == PART_TEXTS)
		add_texts(&words, arena, s);
	return words;
}

/* The time of a batch, so that looking at the clock is none of it. */
static double normalise_batch(struct measuring *m, const struct words *words, size_t n)
{
	struct source_context context = { .source_id = SLICE_LIT("bench"),
					  .title = SLICE_LIT("Bench"),
					  .standard = SLICE_LIT("moochub-3") };
	double start = stage_cpu();

	for (size_t i = 0; i < n; i++) {
		struct notes notes = { .n = 0 };
		struct err err = ERR_INIT;
		struct offer offer;

		arena_reset(&m->arena);
		if (normalise(&offer, &words[i], &context, &notes, NULL, &m->arena, &err) != ERR_OK)
			stage_die("%s", err.msg);
	}
	return stage_cpu() - start;
}

static double normalise_all(struct measuring *m, enum part part)
{
	struct words words[BATCH];
	double seconds = 0;

	for (size_t at = 0; at < m->n;) {
		size_t n = 0;

		arena_reset(&m->words_arena);
		for (; n < BATCH && at < m->n; n++, at++)
			words[n] = words_of(&m->words_arena, &m->samples[at], part);
		seconds += normalise_batch(m, words, n);
	}
	return seconds;
}

static double detect_all(struct measuring *m)
{
	size_t n_found = 0;
	double start = stage_cpu();
	double seconds;

	for (size_t i = 0; i < m->n; i++) {
		struct slice tag;

		n_found += language_detect(&tag, buf_view(&m->samples[i].offer.description),
					   &m->arena);
	}
	seconds = stage_cpu() - start;
	if (n_found * 2 < m->n)
		stage_die("the language of %zu texts of %zu was told", n_found, m->n);
	return seconds;
}

/* Title and description, as an offer without a subject has them. */
static double infer_all(struct measuring *m)
{
	size_t n_found = 0;
	double start = stage_cpu();
	double seconds;

	for (size_t i = 0; i < m->n; i++) {
		const struct catalogue_offer *o = &m->samples[i].offer;
		struct subject subject;

		n_found += subject_infer(
			&subject,
			(struct subject_text[]){
				{ buf_view(&o->title), SUBJECT_WEIGHT_TITLE },
				{ buf_view(&o->description), SUBJECT_WEIGHT_DESCRIPTION } },
			2, NULL);
	}
	seconds = stage_cpu() - start;
	if (n_found == 0)
		stage_die("no subject of %zu offers was told", m->n);
	return seconds;
}

static void make_samples(struct measuring *m, size_t n, bool is_html)
{
	uint64_t number = 0;

	m->n = n;
	arena_init(&m->arena, LIMIT_OFFER_ARENA_BYTES);
	arena_init(&m->words_arena, BATCH * (size_t)LIMIT_OFFER_ARENA_BYTES);
	m->samples = mem_new_n(struct sample, n);
	for (size_t i = 0; i < n; number++) {
		struct sample *s = &m->samples[i];
		struct catalogue_offer *o = &s->offer;

		catalogue_offer_init(o);
		catalogue_offer_make(o, number, 0);
		if (o->is_html != is_html || o->ects_halves < 2) {
			catalogue_offer_clear(o);
			continue;
		}
		snprintf(s->credits, sizeof(s->credits), "%u ECTS (%u h)", o->ects_halves / 2,
			 o->ects_halves / 2 * 27);
		snprintf(s->level, sizeof(s->level), "EQF %u", o->eqf > 0 ? o->eqf : 6);
		snprintf(s->start, sizeof(s->start), "2027-%02u-07",
			 1 + (unsigned)o->start_month[0] % 12);
		snprintf(s->price, sizeof(s->price), "%u,00", o->price % 9999);
		i++;
	}
}

static void clear_samples(struct measuring *m)
{
	for (size_t i = 0; i < m->n; i++)
		catalogue_offer_clear(&m->samples[i].offer);
	mem_free(m->samples);
	arena_clear(&m->arena);
	arena_clear(&m->words_arena);
}

static double best_of(struct measuring *m, enum part part)
{
	double best = normalise_all(m, part);

	for (int i = 1; i < ROUNDS; i++) {
		double seconds = normalise_all(m, part);

		best = seconds < best ? seconds : best;
	}
	return best / (double)m->n * 1e6;
}

static double best_of_telling(struct measuring *m, double (*tell)(struct measuring *))
{
	double best = tell(m);

	for (int i = 1; i < ROUNDS; i++) {
		double seconds = tell(m);

		best = seconds < best ? seconds : best;
	}
	return best / (double)m->n * 1e6;
}

static void report(const char *what, double us)
{
	printf("| %-34s | %8.1f |\n", what, us);
}

int main(int argc, char **argv)
{
	size_t n = stage_number(argc, argv, "--offers", 4000);
	struct measuring plain = { .n = 0 }, html = { .n = 0 };
	double fixed;

	catalogue_init();
	text_init();
	make_samples(&plain, n, false);
	make_samples(&html, n, true);
	fixed = best_of(&plain, PART_NOTHING);
	printf("| one offer of 1.5 KB, one core        | us       |\n| --- | --: |\n");
	report("a record with only a title", fixed);
	report("its coded elements together", best_of(&plain, PART_CODED) - fixed);
	report("its texts, plain", best_of(&plain, PART_TEXTS) - fixed);
	report("its texts, HTML", best_of(&html, PART_TEXTS) - fixed);
	report("telling the language, plain", best_of_telling(&plain, detect_all));
	report("telling the language, HTML", best_of_telling(&html, detect_all));
	report("telling the subject", best_of_telling(&plain, infer_all));
	clear_samples(&plain);
	clear_samples(&html);
	catalogue_free();
	return 0;
}
