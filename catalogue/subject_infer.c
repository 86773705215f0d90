// SPDX-License-Identifier: EUPL-1.2
/* The field of an offer from its words: see subject_infer.h. */
#include "catalogue/subject_infer.h"

#include "base/limits.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>

enum {
	FOUND_SLOTS = 2 * SUBJECT_FEATURES,
	MAX_NODES = 256,
	REPEATS = 10, /* what is repeated more often is not louder */
	REPEAT_ONE = 64, /* of a feature that stands once */
	WHOLE_SHARE = 255,
};

/* 64 (1 + 0.3 ln n) */
static const uint32_t repeat_factor[REPEATS] = { 64, 77, 85, 91, 95, 98, 101, 104, 106, 108 };

/* --- features of a record --- */

struct found {
	const struct subject_entry *entry;
	struct slice text;
	uint16_t n;
	uint8_t weight;
};

struct hearing {
	const struct subject_model *model;
	struct found found[SUBJECT_FEATURES];
	size_t n_found;
	uint16_t slots[FOUND_SLOTS]; /* index in found + 1, by entry */
	uint8_t weight; /* of the text that is read */
};

static void hear(struct hearing *h, const struct subject_entry *entry, struct slice text)
{
	size_t slot = (size_t)(entry - h->model->entries) * 40503u % FOUND_SLOTS;
	struct found *f;

	while (h->slots[slot] != 0 && h->found[h->slots[slot] - 1].entry != entry)
		slot = (slot + 1) % FOUND_SLOTS;
	if (h->slots[slot] != 0) {
		f = &h->found[h->slots[slot] - 1];
		f->n = (uint16_t)(f->n < REPEATS ? f->n + 1 : f->n);
		if (h->weight > f->weight) {
			f->weight = h->weight;
			f->text = text;
		}
		return;
	}
	if (h->n_found == SUBJECT_FEATURES)
		return;
	h->found[h->n_found++] = (struct found){ entry, text, 1, h->weight };
	h->slots[slot] = (uint16_t)h->n_found;
}

/* The longest that is known. */
static void hear_part(struct hearing *h, const struct subject_word *w, const uint64_t *hashes,
		      size_t n)
{
	while (n-- > 0) {
		const struct subject_entry *entry = subject_find(h->model, hashes[n]);

		if (entry == NULL)
			continue;
		hear(h, entry, w->text);
		return;
	}
}

static enum subject_use hear_word(struct hearing *h, const struct subject_word *w)
{
	const struct subject_entry *entry;
	uint64_t hashes[SUBJECT_LONGEST_END];

	if (w->is_number || w->n_letters < 2)
		return SUBJECT_FUNCTION;
	entry = subject_find(h->model, w->hash);
	if (entry != NULL) {
		if (entry->strength > 0)
			hear(h, entry, w->text);
		return (enum subject_use)entry->use;
	}
	hear_part(h, w, hashes, subject_starts(hashes, w));
	hear_part(h, w, hashes, subject_ends(hashes, w));
	return SUBJECT_SPEAKS;
}

static void hear_pair(struct hearing *h, const struct subject_word *first,
		      const struct subject_word *second)
{
	const struct subject_entry *entry = subject_find(h->model, subject_pair(first, second));
	size_t n = (size_t)(second->text.p - first->text.p) + second->text.n;

	if (entry != NULL)
		hear(h, entry, slice_make(first->text.p, n));
}

static void hear_text(struct hearing *h, struct slice text)
{
	struct subject_word words[2];
	enum subject_use uses[2] = { SUBJECT_FUNCTION, SUBJECT_FUNCTION };
	size_t at = 0;

	while (subject_next_word(&words[at], &text, h->model->folds)) {
		if (words[at].is_number)
			continue;
		uses[at] = hear_word(h, &words[at]);
		if (uses[0] != SUBJECT_FUNCTION && uses[1] != SUBJECT_FUNCTION &&
		    (uses[0] == SUBJECT_SPEAKS || uses[1] == SUBJECT_SPEAKS))
			hear_pair(h, &words[1 - at], &words[at]);
		at = 1 - at;
	}
}

/* --- scores --- */

static uint32_t score_of(const struct found *f)
{
	return f->entry->strength * f->weight * repeat_factor[f->n - 1] / REPEAT_ONE;
}

/* Of all fields; what was heard in all. A field has what the fields in it have. */
static uint32_t add_scores(uint32_t scores[MAX_NODES], const struct hearing *h)
{
	uint32_t all = 0;

	for (size_t i = 0; i < h->n_found; i++) {
		const struct found *f = &h->found[i];
		uint32_t score = score_of(f);

		all += score;
		for (size_t k = 0; k < SUBJECT_ENTRY_NODES; k++) {
			size_t node = f->entry->nodes[k];
			uint32_t part = score * f->entry->shares[k] / WHOLE_SHARE;

			for (;;) {
				scores[node] += part;
				if (h->model->nodes[node].parent == node)
					break;
				node = h->model->nodes[node].parent;
			}
		}
	}
	return all;
}

/* The best field of a depth below another (SIZE_MAX: of all); SIZE_MAX: there is none. */
static size_t best_below(const struct subject_model *model, const uint32_t scores[MAX_NODES],
			 size_t depth, size_t above, size_t but_not)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < model->n_nodes; i++) {
		if (model->nodes[i].n_digits != depth + 2 || scores[i] == 0 || i == but_not ||
		    (above != SIZE_MAX && model->nodes[i].parent != above))
			continue;
		if (best == SIZE_MAX || scores[i] > scores[best])
			best = i;
	}
	return best;
}

/* Whether a field is another or lies in it. */
static bool is_within(const struct subject_model *model, size_t node, size_t above)
{
	while (node != above && model->nodes[node].parent != node)
		node = model->nodes[node].parent;
	return node == above;
}

/* The terms that spoke loudest for a field. */
static void find_top(struct subject_evidence *out, const struct hearing *h, size_t node)
{
	for (size_t i = 0; i < h->n_found; i++) {
		const struct found *f = &h->found[i];
		uint32_t score = 0;
		size_t at = out->n_top;

		for (size_t k = 0; k < SUBJECT_ENTRY_NODES; k++)
			if (f->entry->shares[k] > 0 &&
			    is_within(h->model, f->entry->nodes[k], node))
				score += score_of(f) * f->entry->shares[k] / WHOLE_SHARE;
		while (at > 0 && out->top[at - 1].score < score)
			at--;
		if (score == 0 || at == SUBJECT_TOP)
			continue;
		out->n_top = out->n_top < SUBJECT_TOP ? out->n_top + 1 : SUBJECT_TOP;
		for (size_t j = out->n_top - 1; j > at; j--)
			out->top[j] = out->top[j - 1];
		out->top[at].text = f->text;
		out->top[at].score = score;
	}
	out->loudest = (double)out->top[0].score / SUBJECT_STRENGTH_ONE;
}

void subject_weigh(struct subject_evidence *out, const struct subject_model *model,
		   const struct subject_text *texts, size_t n)
{
	struct hearing h = { .model = model };
	uint32_t scores[MAX_NODES] = { 0 };
	size_t left = LIMIT_SUBJECT_TEXT_BYTES;
	size_t above = SIZE_MAX, second;

	*out = (struct subject_evidence){ .n = 0 };
	for (size_t i = 0; i < n; i++) {
		struct slice text = slice_first(texts[i].text, left);

		left -= text.n;
		h.weight = (uint8_t)texts[i].weight;
		hear_text(&h, text);
	}
	out->all = (double)add_scores(scores, &h) / SUBJECT_STRENGTH_ONE;
	for (; out->n < SUBJECT_DEPTHS; out->n++) {
		size_t best = best_below(model, scores, out->n, above, SIZE_MAX);

		if (best == SIZE_MAX)
			break;
		out->nodes[out->n] = (uint8_t)best;
		out->scores[out->n] = (double)scores[best] / SUBJECT_STRENGTH_ONE;
		above = best;
	}
	if (out->n == 0)
		return;
	second = best_below(model, scores, 0, SIZE_MAX, out->nodes[0]);
	if (second != SIZE_MAX)
		out->second = (double)scores[second] / SUBJECT_STRENGTH_ONE;
	find_top(out, &h, out->nodes[out->n - 1]);
}

/* --- confidence --- */

void subject_signs(double out[SUBJECT_SIGNS], const struct subject_evidence *e, size_t depth)
{
	double above = depth == 0 ? e->all : e->scores[depth - 1];

	out[0] = 1;
	out[1] = e->scores[depth] / (above + 1); /* its part of what was heard */
	out[2] = log1p(e->scores[depth]);
	out[3] = depth == 0 ? e->second / (e->scores[0] + 0.01) : 0;
	out[4] = e->loudest / (e->scores[depth] + 0.01); /* does one feature say it all? */
}

/* Logistic regression on the offers labelled for it: bench_classify --fit prints these lines. */
static const double fitted[SUBJECT_DEPTHS][SUBJECT_SIGNS] = {
	{ 0.86, 0.60, 0.85, -1.83, -1.34 },
	{ 1.13, 2.37, 0.36, 0.00, -0.88 },
	{ 0.76, 2.22, 0.38, 0.00, -0.84 },
};

double subject_confidence(const struct subject_evidence *e, size_t depth)
{
	double p = 1;

	for (size_t d = 0; d <= depth; d++) {
		double signs[SUBJECT_SIGNS];
		double z = 0;

		subject_signs(signs, e, d);
		for (size_t i = 0; i < SUBJECT_SIGNS; i++)
			z += fitted[d][i] * signs[i];
		p *= 1 / (1 + exp(-z));
	}
	return p;
}

/* --- the answer --- */

static void explain(struct reading *reading, const struct subject_evidence *e, const char *code)
{
	char terms[READING_RULE_BYTES] = "";
	size_t n = 0;

	for (size_t i = 0; i < e->n_top; i++) {
		struct slice text = e->top[i].text;

		/* Whole terms only: as many as fit beside the rest of the rule. */
		if (n + text.n + 4 > sizeof(terms) - 40)
			continue;
		n += (size_t)snprintf(terms + n, sizeof(terms) - n, "%s%.*s", n > 0 ? ", " : "",
				      SLICE_ARG(text));
	}
	reading_set(reading, FROM_INFERRED, "subject-terms.tsv: %s -> %s", terms, code);
}

/* The least confidence of an answer at each depth, in percent. */
static const uint8_t sure_of_texts[SUBJECT_DEPTHS] = { SUBJECT_MIN_PERCENT, SUBJECT_MIN_PERCENT,
						       SUBJECT_MIN_PERCENT };
/* A label is about its field and nothing else: what names the broad one names the detailed. */
static const uint8_t sure_of_label[SUBJECT_DEPTHS] = { 85, 70, 65 };

static bool infer(struct subject *out, const struct subject_text *texts, size_t n,
		  const uint8_t min_percent[SUBJECT_DEPTHS], struct reading *reading)
{
	struct subject_evidence e;
	size_t depth = SUBJECT_DEPTHS;
	double sure = 0;

	subject_weigh(&e, &subject_model_built, texts, n);
	for (size_t d = 0; d < e.n && d < SUBJECT_DEPTHS; d++) {
		double p = subject_confidence(&e, d);

		if (p * 100 < min_percent[d] || e.scores[d] < SUBJECT_MIN_SCORE)
			break;
		depth = d;
		sure = p;
	}
	if (depth == SUBJECT_DEPTHS)
		return false;
	*out = (struct subject){ .from = FROM_INFERRED, .confidence = (uint8_t)(sure * 100) };
	memcpy(out->code, subject_model_built.nodes[e.nodes[depth]].code, sizeof(out->code));
	explain(reading, &e, out->code);
	return true;
}

bool subject_infer(struct subject *out, const struct subject_text *texts, size_t n,
		   struct reading *reading)
{
	return infer(out, texts, n, sure_of_texts, reading);
}

bool subject_infer_label(struct subject *out, struct slice label, struct reading *reading)
{
	const struct subject_text text = { label, SUBJECT_WEIGHT_TITLE };

	for (size_t i = 0; i < label.n; i++)
		if (ascii_is_digit(label.p[i]))
			return false;
	return infer(out, &text, 1, sure_of_label, reading);
}
