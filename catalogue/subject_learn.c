// SPDX-License-Identifier: EUPL-1.2
/*
 * From terms to features that speak for fields: see subject_learn.h.
 *
 *   rows ─► sightings (feature, field, weight) ─► sorted, summed ─► entries ─►
 *   hash table, without beginnings that say what a shorter one says
 */
#include "catalogue/subject_learn.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/vocab_fold.h"

#include <math.h>
#include <stdlib.h>

enum {
	MAX_NODES = 250,
	MAX_ROW_FEATURES = 4096,
	MIN_STRENGTH = 6, /* a weaker feature is left out */
};

/* A feature seen in a row of a field. */
struct sighting {
	uint64_t hash;
	uint64_t shorter; /* of a beginning or end: the one that is a letter shorter, or 0 */
	float weight;
	uint8_t node;
	uint8_t kind;
};

struct feature {
	uint64_t hash;
	uint64_t shorter;
	struct subject_entry entry;
};

struct subject_learner {
	struct subject_fold folds[SUBJECT_LETTERS - SUBJECT_LETTERS_FROM];
	struct subject_node nodes[MAX_NODES];
	size_t n_nodes;
	struct sighting *seen;
	size_t n_seen, cap_seen;
	struct sighting row[MAX_ROW_FEATURES];
	size_t n_row;
	struct feature *features;
	size_t n_features, cap_features;
	float by_node[MAX_NODES]; /* what a sighting of a field counts */
	uint32_t *keys;
	struct subject_entry *entries;
	struct subject_model model;
};

/* --- letters --- */

/* Marks that stand alone behind their letter. */
static bool is_mark(uint32_t c)
{
	return (c >= 0x300 && c < 0x370) || (c >= 0x483 && c < 0x48a);
}

static void make_fold(struct subject_fold *fold, uint32_t c)
{
	char letter[4], out[VOCAB_KEY_BYTES];
	size_t n = vocab_fold_as(out, sizeof(out), slice_make(letter, utf8_encode(letter, c)),
				 VOCAB_FOLD_NAME);

	if (is_mark(c) || c == 0xad) { /* 0xad: a soft hyphen */
		fold->n = SUBJECT_FOLD_MARK;
		return;
	}
	/* Signs fold to themselves or to nothing. */
	if (n == 0 || n > sizeof(fold->bytes) ||
	    (c < 0xc0 && c != 0xaa && c != 0xba && c != 0xb5) || c == 0xd7 || c == 0xf7)
		return;
	fold->n = (uint8_t)n;
	memcpy(fold->bytes, out, n);
}

struct subject_learner *subject_learner_new(void)
{
	struct subject_learner *l = mem_new(struct subject_learner);

	for (uint32_t c = SUBJECT_LETTERS_FROM; c < SUBJECT_LETTERS; c++)
		make_fold(&l->folds[c - SUBJECT_LETTERS_FROM], c);
	return l;
}

void subject_learner_free(struct subject_learner *l)
{
	if (l == NULL)
		return;
	mem_free(l->seen);
	mem_free(l->features);
	mem_free(l->keys);
	mem_free(l->entries);
	mem_free(l);
}

/* --- fields and words without meaning --- */

static size_t node_of(const struct subject_learner *l, struct slice code)
{
	size_t i = 0;

	while (i < l->n_nodes && !slice_eq_z(code, l->nodes[i].code))
		i++;
	return i;
}

void subject_learner_add_field(struct subject_learner *l, struct slice code)
{
	struct subject_node *node = &l->nodes[l->n_nodes];

	require(l->n_nodes < MAX_NODES && code.n >= 2 && code.n < sizeof(node->code));
	memcpy(node->code, code.p, code.n);
	node->n_digits = (uint8_t)code.n;
	node->parent = (uint8_t)l->n_nodes;
	if (code.n > 2) {
		node->parent = (uint8_t)node_of(l, slice_first(code, code.n - 1));
		require(node->parent < l->n_nodes);
	}
	l->n_nodes++;
}

static void add_feature(struct subject_learner *l, uint64_t hash, uint64_t shorter,
			const struct subject_entry *entry)
{
	if (l->n_features == l->cap_features) {
		l->cap_features = l->cap_features == 0 ? 1024 : 2 * l->cap_features;
		l->features = mem_resize(l->features, l->cap_features, sizeof(struct feature));
	}
	l->features[l->n_features++] =
		(struct feature){ .hash = hash, .shorter = shorter, .entry = *entry };
}

static const struct subject_entry *find_feature(const struct subject_learner *l, uint64_t hash)
{
	return l->keys != NULL ? subject_find(&l->model, hash) : NULL;
}

static void place(struct subject_learner *l, const struct feature *f)
{
	size_t slot = (size_t)f->hash & l->model.mask;

	while (l->keys[slot] != 0 && l->keys[slot] != subject_key(f->hash))
		slot = (slot + 1) & l->model.mask;
	/* The first holds: exempt words, function words, generic ones. Terms replace exempt ones.
	 */
	if (l->keys[slot] != 0 &&
	    (l->entries[slot].use != SUBJECT_SPEAKS || f->entry.use != SUBJECT_SPEAKS))
		return;
	l->keys[slot] = subject_key(f->hash);
	l->entries[slot] = f->entry;
}

/* A table of all features so far. */
static void build(struct subject_learner *l)
{
	size_t n_slots = 1024;

	while (n_slots * 3 < l->n_features * 5)
		n_slots *= 2;
	mem_free(l->keys);
	mem_free(l->entries);
	l->keys = mem_new_n(uint32_t, n_slots);
	l->entries = mem_new_n(struct subject_entry, n_slots);
	l->model = (struct subject_model){ .folds = l->folds,
					   .nodes = l->nodes,
					   .n_nodes = l->n_nodes,
					   .keys = l->keys,
					   .entries = l->entries,
					   .mask = n_slots - 1 };
	for (size_t i = 0; i < l->n_features; i++)
		place(l, &l->features[i]);
}

void subject_learner_add_words(struct subject_learner *l, struct slice text, enum subject_use use)
{
	struct subject_entry entry = { .use = (uint8_t)use };
	struct subject_word word;

	while (subject_next_word(&word, &text, l->folds))
		add_feature(l, word.hash, 0, &entry);
}

/* --- sightings --- */

static enum subject_use use_of(const struct subject_learner *l, const struct subject_word *w)
{
	const struct subject_entry *entry = find_feature(l, w->hash);

	return entry != NULL ? (enum subject_use)entry->use : SUBJECT_SPEAKS;
}

/* A row counts for a feature once, with the greatest weight it gives it. */
static void see(struct subject_learner *l, const struct sighting *s)
{
	for (size_t i = 0; i < l->n_row; i++) {
		if (l->row[i].hash != s->hash)
			continue;
		if (s->weight > l->row[i].weight)
			l->row[i].weight = s->weight;
		return;
	}
	if (l->n_row < MAX_ROW_FEATURES)
		l->row[l->n_row++] = *s;
}

static void see_parts(struct subject_learner *l, struct sighting s, const uint64_t *hashes,
		      size_t n, enum subject_kind kind)
{
	s.kind = (uint8_t)kind;
	for (size_t i = 0; i < n; i++) {
		s.hash = hashes[i];
		s.shorter = i > 0 ? hashes[i - 1] : 0;
		see(l, &s);
	}
}

static void see_word(struct subject_learner *l, const struct subject_word *w, uint8_t node,
		     float weight)
{
	struct sighting s = { .hash = w->hash, .node = node, .weight = weight };
	uint64_t starts[SUBJECT_LONGEST_START], ends[SUBJECT_LONGEST_END];
	size_t n_starts = subject_starts(starts, w);
	size_t n_ends = subject_ends(ends, w);

	see(l, &s);
	see_parts(l, s, starts, n_starts, SUBJECT_START);
	see_parts(l, s, ends, n_ends, SUBJECT_END);
}

/* Words that count in a term. */
static size_t count_speaking(const struct subject_learner *l, struct slice term)
{
	struct subject_word w;
	size_t n = 0;

	while (subject_next_word(&w, &term, l->folds))
		if (!w.is_number && w.n_letters > 1 && use_of(l, &w) == SUBJECT_SPEAKS)
			n++;
	return n;
}

static void see_term(struct subject_learner *l, struct slice term, uint8_t node, float weight)
{
	size_t n = count_speaking(l, term);
	struct subject_word words[2];
	enum subject_use uses[2] = { SUBJECT_FUNCTION, SUBJECT_FUNCTION };
	size_t at = 0;

	for (; subject_next_word(&words[at], &term, l->folds); at = 1 - at) {
		const struct subject_word *w = &words[at], *before = &words[1 - at];

		if (w->is_number) {
			at = 1 - at;
			continue;
		}
		uses[at] = w->n_letters > 1 ? use_of(l, w) : SUBJECT_FUNCTION;
		if (uses[at] == SUBJECT_SPEAKS)
			see_word(l, w, node, weight / sqrtf((float)n));
		if (uses[0] != SUBJECT_FUNCTION && uses[1] != SUBJECT_FUNCTION &&
		    (uses[0] == SUBJECT_SPEAKS || uses[1] == SUBJECT_SPEAKS))
			see(l, &(struct sighting){ .hash = subject_pair(before, w),
						   .node = node,
						   .weight = weight,
						   .kind = SUBJECT_PAIR });
	}
}

/* How far a source is trusted: ESCO's fields are often surprising, YSO's were told by words. */
static float weight_of(struct slice concept)
{
	if (slice_starts_with(concept, SLICE_LIT("esco:")))
		return 1.0f;
	return slice_starts_with(concept, SLICE_LIT("yso:")) ? 0.7f : 2.0f;
}

/* The next of the terms separated by " | ". */
static bool next_term(struct slice *term, struct slice *terms)
{
	ptrdiff_t bar = slice_find(*terms, SLICE_LIT(" | "));

	if (terms->n == 0)
		return false;
	*term = bar < 0 ? *terms : slice_first(*terms, (size_t)bar);
	*terms = bar < 0 ? slice_from(*terms, terms->n) : slice_from(*terms, (size_t)bar + 3);
	return true;
}

void subject_learner_add_terms(struct subject_learner *l, struct slice concept, struct slice code,
			       struct slice terms)
{
	size_t node = node_of(l, code);
	struct slice term;

	if (node == l->n_nodes)
		return;
	if (l->keys == NULL)
		build(l); /* the words that say nothing are known by now */
	l->n_row = 0;
	while (next_term(&term, &terms))
		see_term(l, term, (uint8_t)node, weight_of(concept));
	while (l->n_seen + l->n_row > l->cap_seen) {
		l->cap_seen = l->cap_seen == 0 ? 65536 : 2 * l->cap_seen;
		l->seen = mem_resize(l->seen, l->cap_seen, sizeof(struct sighting));
	}
	if (l->n_row > 0)
		memcpy(l->seen + l->n_seen, l->row, l->n_row * sizeof(l->row[0]));
	l->n_seen += l->n_row;
}

/* --- entries --- */

static int compare_sightings(const void *a, const void *b)
{
	const struct sighting *left = a, *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	if (left->node != right->node)
		return left->node < right->node ? -1 : 1;
	return (left->weight > right->weight) - (left->weight < right->weight);
}

/* What a sighting counts by its field: one with many terms a little less. */
static void weigh_nodes(struct subject_learner *l)
{
	double all = 0;
	size_t n_used = 0;

	for (size_t i = 0; i < l->n_nodes; i++)
		l->by_node[i] = 0;
	for (size_t i = 0; i < l->n_seen; i++)
		if (l->seen[i].kind == SUBJECT_WORD)
			l->by_node[l->seen[i].node] += l->seen[i].weight;
	for (size_t i = 0; i < l->n_nodes; i++) {
		all += (double)l->by_node[i];
		n_used += l->by_node[i] > 0 ? 1 : 0;
	}
	for (size_t i = 0; i < l->n_nodes && all > 0; i++)
		l->by_node[i] =
			(float)pow((double)l->by_node[i] * (double)n_used / all + 0.2, -0.35);
}

/* Strength of a feature seen with a whole weight, and how much weight half convinces. */
static const struct {
	double base, half;
} kinds[SUBJECT_KINDS] = {
	[SUBJECT_WORD] = { 1.0, 0.7 },
	[SUBJECT_START] = { 0.7, 1.5 },
	[SUBJECT_END] = { 0.7, 2.5 },
	[SUBJECT_PAIR] = { 1.6, 0.5 },
};

/* The likeliest fields with their shares. */
static void fill_shares(struct subject_entry *entry, const double *shares, size_t n_nodes)
{
	for (size_t k = 0; k < SUBJECT_ENTRY_NODES; k++) {
		size_t best = n_nodes;

		for (size_t i = 0; i < n_nodes; i++) {
			bool is_taken = false;

			for (size_t j = 0; j < k; j++)
				is_taken = is_taken || entry->nodes[j] == i;
			if (!is_taken && shares[i] > 0 &&
			    (best == n_nodes || shares[i] > shares[best]))
				best = i;
		}
		if (best == n_nodes)
			return;
		entry->nodes[k] = (uint8_t)best;
		entry->shares[k] = (uint8_t)lround(shares[best] * 255);
	}
}

/* Sightings of one feature to an entry; false when it says too little. */
static bool make_entry(struct subject_entry *entry, const struct subject_learner *l,
		       const struct sighting *seen, size_t n)
{
	double shares[MAX_NODES] = { 0 };
	double weight = 0, sum = 0, disorder = 0, specific, strength;

	for (size_t i = 0; i < n; i++) {
		double x = (double)seen[i].weight * (double)l->by_node[seen[i].node];

		weight += (double)seen[i].weight;
		shares[seen[i].node] += x;
		sum += x;
	}
	for (size_t i = 0; i < l->n_nodes; i++) {
		shares[i] /= sum;
		if (shares[i] > 0)
			disorder -= shares[i] * log(shares[i]);
	}
	specific = 1 - disorder / 2.2; /* nothing is left where nine fields share */
	if (specific <= 0)
		return false;
	strength = kinds[seen->kind].base * weight / (weight + kinds[seen->kind].half) * specific *
		   specific * SUBJECT_STRENGTH_ONE;
	*entry = (struct subject_entry){ .strength = (uint8_t)lround(fmin(strength, 255)) };
	fill_shares(entry, shares, l->n_nodes);
	return entry->strength >= MIN_STRENGTH;
}

/* Leaves out beginnings and ends that say what the one before says: it will be found as well. */
static void drop_repeated(struct subject_learner *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n_features; i++) {
		const struct feature *f = &l->features[i];
		const struct subject_entry *shorter =
			f->shorter != 0 ? find_feature(l, f->shorter) : NULL;

		if (shorter != NULL && memcmp(shorter, &f->entry, sizeof(*shorter)) == 0)
			continue;
		l->features[kept++] = *f;
	}
	l->n_features = kept;
}

const struct subject_model *subject_learner_finish(struct subject_learner *l)
{
	weigh_nodes(l);
	if (l->n_seen > 0)
		qsort(l->seen, l->n_seen, sizeof(l->seen[0]), compare_sightings);
	for (size_t i = 0, n; i < l->n_seen; i += n) {
		struct subject_entry entry;

		n = 1;
		while (i + n < l->n_seen && l->seen[i + n].hash == l->seen[i].hash)
			n++;
		if (make_entry(&entry, l, l->seen + i, n))
			add_feature(l, l->seen[i].hash, l->seen[i].shorter, &entry);
	}
	build(l);
	drop_repeated(l);
	build(l);
	return &l->model;
}
