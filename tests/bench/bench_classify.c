// SPDX-License-Identifier: EUPL-1.2
/*
 * How often the subject that is told from an offer's words is right:
 *
 *	bench_classify [--fit|--wrong] VOCAB_DIRECTORY < OFFERS
 *
 * OFFERS (classify_samples.py prints them) has a line an offer: part, source, id,
 * language, the fields that are right, title, keywords, outcomes, unit,
 * description. Parts: dev (the threshold was chosen on it), test, declared.
 * ESCO concepts are judged by models that learnt from the other nine tenths of
 * the concepts. --fit prints the numbers of subject_infer.c as the part dev and
 * the ESCO concepts would have them; --wrong lists the ids that were misjudged.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "catalogue/subject_infer.h"
#include "catalogue/subject_terms.h"
#include "catalogue/vocab_fold.h"

#include "tests/bench/stage.h"

#include <math.h>
#include <stdio.h>

enum {
	COLUMNS = 10,
	FOLDS = 10,
	MAX_CASES = 20000,
	FIT_ROUNDS = 4000,
	MAX_INPUT_BYTES = 64 * 1024 * 1024,
	READ_BYTES = 65536,
};
enum column { PART, SOURCE, ID, LANG, FIELDS, TITLE, KEYWORDS, OUTCOMES, UNIT, DESCRIPTION };

/* One offer or concept, with what was heard in it. */
struct labelled {
	struct slice part, source, id, lang, fields;
	struct subject_evidence evidence;
};

struct measuring {
	struct labelled *cases;
	size_t n;
	const struct subject_node *nodes;
};

static struct labelled *add_case(struct measuring *m)
{
	if (m->n == MAX_CASES)
		stage_die("more than %d cases", MAX_CASES);
	return &m->cases[m->n++];
}

/* --- offers --- */

static void weigh_line(struct measuring *m, struct slice line)
{
	struct slice cells[COLUMNS];
	struct labelled *c = add_case(m);

	for (size_t i = 0; i < COLUMNS; i++) {
		ptrdiff_t tab = slice_find_byte(line, '\t');

		if ((tab < 0) != (i == COLUMNS - 1))
			stage_die("offer %zu: %zu columns, expected %d", m->n, i + 1, COLUMNS);
		cells[i] = tab < 0 ? line : slice_first(line, (size_t)tab);
		line = tab < 0 ? SLICE_NONE : slice_from(line, (size_t)tab + 1);
	}
	*c = (struct labelled){ .part = cells[PART],
				.source = cells[SOURCE],
				.id = cells[ID],
				.lang = cells[LANG],
				.fields = cells[FIELDS] };
	subject_weigh(&c->evidence, &subject_model_built,
		      (struct subject_text[]){
			      { cells[TITLE], SUBJECT_WEIGHT_TITLE },
			      { cells[KEYWORDS], SUBJECT_WEIGHT_KEYWORDS },
			      { cells[OUTCOMES], SUBJECT_WEIGHT_OUTCOMES },
			      { cells[UNIT], SUBJECT_WEIGHT_UNIT },
			      { cells[DESCRIPTION], SUBJECT_WEIGHT_DESCRIPTION },
		      },
		      5);
}

/* --- ESCO concepts, by models that never saw them --- */

struct fold {
	struct measuring *m;
	const struct subject_model *model; /* NULL while learning */
	size_t number;
};

static bool is_of_fold(const struct fold *f, struct slice concept)
{
	return slice_starts_with(concept, SLICE_LIT("esco:")) &&
	       vocab_hash(VOCAB_HASH_START, concept) % FOLDS == f->number;
}

/* While learning: all rows but the fold's. Then: judges the fold's. */
static bool learn_or_judge(const struct subject_term_row *row, void *arg)
{
	struct fold *f = arg;
	struct labelled *c;
	ptrdiff_t bar = slice_find(row->terms, SLICE_LIT(" | "));
	size_t n_first = bar < 0 ? row->terms.n : (size_t)bar;

	if (!is_of_fold(f, row->concept))
		return f->model == NULL;
	if (f->model == NULL)
		return false;
	c = add_case(f->m);
	*c = (struct labelled){ .part = SLICE_LIT("esco"),
				.source = SLICE_LIT("esco"),
				.id = row->concept,
				.lang = row->lang,
				.fields = row->code };
	subject_weigh(&c->evidence, f->model,
		      (struct subject_text[]){
			      { slice_first(row->terms, n_first), SUBJECT_WEIGHT_TITLE },
			      { slice_from(row->terms, n_first), SUBJECT_WEIGHT_KEYWORDS },
		      },
		      2);
	/* The row's texts are gone when the file is. */
	c->id = SLICE_LIT("");
	c->lang = slice_eq_z(row->lang, "en")   ? SLICE_LIT("en")
		  : slice_eq_z(row->lang, "fr") ? SLICE_LIT("fr")
						: SLICE_LIT("es");
	for (size_t i = 0; i < f->model->n_nodes; i++)
		if (slice_eq_z(row->code, f->model->nodes[i].code))
			c->fields = slice_of(subject_model_built.nodes[i].code);
	return false;
}

static void judge_esco(struct measuring *m, const char *directory)
{
	struct err err = ERR_INIT;

	for (size_t number = 0; number < FOLDS; number++) {
		struct subject_learner *l = subject_learner_new();
		struct subject_learner *reader = subject_learner_new();
		struct fold f = { .m = m, .number = number };

		if (subject_terms_learn(l, directory, learn_or_judge, &f, &err) != ERR_OK)
			stage_die("%s", err.msg);
		f.model = subject_learner_finish(l);
		if (subject_terms_learn(reader, directory, learn_or_judge, &f, &err) != ERR_OK)
			stage_die("%s", err.msg);
		subject_learner_free(reader);
		subject_learner_free(l);
	}
}

/* --- judging --- */

/* The field at a depth is one of those that are right, or lies in or above one. */
static bool is_right(const struct measuring *m, const struct labelled *c, size_t depth)
{
	const struct subject_node *node = &m->nodes[c->evidence.nodes[depth]];
	struct slice rest = c->fields, field;

	while (slice_split(&field, &rest, ' '))
		if (slice_starts_with(field, slice_of(node->code)) ||
		    slice_starts_with(slice_of(node->code), field))
			return true;
	return false;
}

static bool is_told(const struct labelled *c, size_t depth, int percent)
{
	return depth < c->evidence.n && subject_confidence(&c->evidence, depth) * 100 >= percent;
}

struct tally {
	size_t n, told[SUBJECT_DEPTHS], right[SUBJECT_DEPTHS];
};

static void count(struct tally *t, const struct measuring *m, const struct labelled *c, int percent)
{
	t->n++;
	for (size_t d = 0; d < SUBJECT_DEPTHS && is_told(c, d, percent); d++) {
		t->told[d]++;
		t->right[d] += is_right(m, c, d) ? 1 : 0;
	}
}

static void print_tally(const char *what, const struct tally *t)
{
	printf("| %-22s | %5zu |", what, t->n);
	for (size_t d = 0; d < SUBJECT_DEPTHS; d++)
		printf(" %5.1f | %5.1f |",
		       t->told[d] > 0 ? 100.0 * (double)t->right[d] / (double)t->told[d] : 0.0,
		       100.0 * (double)t->told[d] / (double)(t->n > 0 ? t->n : 1));
	printf("\n");
}

static void print_row(const struct measuring *m, const char *what, const char *part,
		      const char *lang, int percent)
{
	struct tally t = { .n = 0 };

	for (size_t i = 0; i < m->n; i++)
		if (slice_eq_z(m->cases[i].part, part) &&
		    (lang == NULL || slice_eq_z(m->cases[i].lang, lang)))
			count(&t, m, &m->cases[i], percent);
	if (t.n > 0)
		print_tally(what, &t);
}

static void print_head(const char *title)
{
	printf("| %-22s | cases | broad: right %% | told %% | narrow: right %% | told %% | "
	       "detailed: right %% | told %% |\n| --- | --: | --: | --: | --: | --: | --: | --: "
	       "|\n",
	       title);
}

static void print_tables(const struct measuring *m)
{
	static const char *const parts[] = { "dev", "test", "declared", "esco" };
	static const char *const what[] = { "labelled, dev", "labelled, test", "declared",
					    "ESCO, held out" };
	static const char *const langs[] = { "de", "en", "es", "fi", "fr", "it", "nl", "sv" };

	print_head("subjects told");
	for (size_t p = 0; p < countof(parts); p++)
		print_row(m, what[p], parts[p], NULL, SUBJECT_MIN_PERCENT);
	for (size_t p = 0; p < 2; p++)
		for (size_t i = 0; i < countof(langs); i++) {
			char name[40];

			snprintf(name, sizeof(name), "%s, %s", what[p], langs[i]);
			print_row(m, name, parts[p], langs[i], SUBJECT_MIN_PERCENT);
		}
	printf("\n");
	print_head("by least confidence");
	for (int percent = 60; percent <= 95; percent += 5) {
		char name[40];

		snprintf(name, sizeof(name), "dev, %d %%%s", percent,
			 percent == SUBJECT_MIN_PERCENT ? " (chosen)" : "");
		print_row(m, name, "dev", NULL, percent);
	}
}

static void print_wrong(const struct measuring *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct labelled *c = &m->cases[i];
		size_t depth = SUBJECT_DEPTHS;

		for (size_t d = 0; d < SUBJECT_DEPTHS && is_told(c, d, SUBJECT_MIN_PERCENT); d++)
			depth = d;
		if (slice_eq_z(c->part, "esco") || depth == SUBJECT_DEPTHS || is_right(m, c, depth))
			continue;
		printf("%.*s %.*s %.*s: %s (%.0f %%), right: %.*s; heard:", SLICE_ARG(c->part),
		       SLICE_ARG(c->source), SLICE_ARG(c->id),
		       m->nodes[c->evidence.nodes[depth]].code,
		       subject_confidence(&c->evidence, depth) * 100, SLICE_ARG(c->fields));
		for (size_t t = 0; t < c->evidence.n_top; t++)
			printf(" \"%.*s\" %u", SLICE_ARG(c->evidence.top[t].text),
			       c->evidence.top[t].score);
		printf("\n");
	}
}

/* --- fitting --- */

/* Whether a case teaches the confidence of a depth: the field above is right. */
static bool teaches(const struct measuring *m, const struct labelled *c, size_t depth)
{
	bool is_part = slice_eq_z(c->part, "dev") || slice_eq_z(c->part, "esco");

	return is_part && depth < c->evidence.n && (depth == 0 || is_right(m, c, depth - 1));
}

/* An offer weighs as much as twenty concepts: there are many, and they are shorter. */
static double weight_of(const struct labelled *c)
{
	return slice_eq_z(c->part, "esco") ? 0.05 : 1.0;
}

static void fit_depth(const struct measuring *m, size_t depth)
{
	double w[SUBJECT_SIGNS] = { 0 };

	for (size_t round = 0; round < FIT_ROUNDS; round++) {
		double gradient[SUBJECT_SIGNS] = { 0 }, n = 0;

		for (size_t i = 0; i < m->n; i++) {
			const struct labelled *c = &m->cases[i];
			double signs[SUBJECT_SIGNS], z = 0, miss;

			if (!teaches(m, c, depth))
				continue;
			subject_signs(signs, &c->evidence, depth);
			for (size_t k = 0; k < SUBJECT_SIGNS; k++)
				z += w[k] * signs[k];
			miss = (1 / (1 + exp(-z)) - (is_right(m, c, depth) ? 1 : 0)) * weight_of(c);
			n += weight_of(c);
			for (size_t k = 0; k < SUBJECT_SIGNS; k++)
				gradient[k] += miss * signs[k];
		}
		for (size_t k = 0; k < SUBJECT_SIGNS; k++)
			w[k] -= 0.3 * (gradient[k] / n + 0.001 * w[k]);
	}
	printf("\t{");
	for (size_t k = 0; k < SUBJECT_SIGNS; k++)
		printf(" %.2f%s", w[k], k + 1 < SUBJECT_SIGNS ? "," : " },\n");
}

static void read_offers(struct buf *out)
{
	size_t n;

	buf_init(out, MAX_INPUT_BYTES);
	do {
		char *room = buf_room(out, READ_BYTES);

		n = room != NULL ? fread(room, 1, READ_BYTES, stdin) : 0;
		buf_added(out, n);
	} while (n > 0);
	if (buf_failed(out))
		stage_die("more than %d bytes of offers", MAX_INPUT_BYTES);
}

int main(int argc, char **argv)
{
	struct measuring m = { .nodes = subject_model_built.nodes };
	struct buf text = { .data = NULL };
	struct slice rest, line;
	bool is_fit = argc == 3 && strcmp(argv[1], "--fit") == 0;
	bool is_wrong = argc == 3 && strcmp(argv[1], "--wrong") == 0;

	if (argc != 2 && !is_fit && !is_wrong)
		stage_die("usage: bench_classify [--fit|--wrong] VOCAB_DIRECTORY < OFFERS");
	read_offers(&text);
	m.cases = mem_new_n(struct labelled, MAX_CASES);
	rest = buf_view(&text);
	while (slice_split(&line, &rest, '\n'))
		if (line.n > 0)
			weigh_line(&m, line);
	if (!is_wrong)
		judge_esco(&m, argv[argc - 1]);
	if (is_wrong)
		print_wrong(&m);
	for (size_t d = 0; d < SUBJECT_DEPTHS && is_fit; d++)
		fit_depth(&m, d);
	if (!is_wrong && !is_fit)
		print_tables(&m);
	mem_free(m.cases);
	buf_clear(&text);
	return 0;
}
