// SPDX-License-Identifier: EUPL-1.2
/*
 * Suggestions: the list that is asked, and the refresh that makes a new one.
 */
#include "index/suggest.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/match.h"
#include "index/search_state.h"
#include "index/suggest_words.h"
#include "index/tokenizer.h"

#include <stdlib.h>

enum { KEY_BYTES = 256 }; /* of what is compared; longer labels are cut */

struct entry {
	const char *key; /* folded: what it begins with is typed */
	const char *text; /* as it is shown */
	const char *code; /* NULL for a word */
	uint32_t n_offers;
	uint8_t kind; /* enum suggestion_kind */
	bool is_start; /* the key is the whole label and not its end */
};

/* Never changed once it is made. */
struct list {
	struct arena arena;
	struct entry *items; /* by key */
	size_t n;
	int64_t generation;
};

struct suggest {
	struct list *list; /* loop: asked */
	uint64_t published_ms;
	/* of the refresh, when one runs */
	struct suggest_words words;
	int64_t generation; /* the words are of it, once the first reading is through */
	int64_t first_after; /* the first reading has come so far; -1: not begun */
	bool is_first_done;
	struct list *fresh; /* made, not yet published */
};

const char *suggestion_kind_name(enum suggestion_kind kind)
{
	static const char *const names[] = { "word", "provider", "subject" };

	return (size_t)kind < countof(names) ? names[kind] : names[0];
}

static void list_free(struct list *l)
{
	if (l == NULL)
		return;
	arena_clear(&l->arena);
	mem_free(l);
}

struct suggest *suggest_new(void)
{
	struct suggest *s = mem_new(struct suggest);

	s->first_after = -1;
	return s;
}

void suggest_free(struct suggest *s)
{
	if (s == NULL)
		return;
	list_free(s->list);
	list_free(s->fresh);
	suggest_words_clear(&s->words);
	mem_free(s);
}

bool suggest_is_due(const struct suggest *s, int64_t generation, uint64_t now_ms)
{
	if (!s->is_first_done)
		return generation > 0;
	if (s->generation == generation && s->list != NULL && s->list->generation == generation)
		return false;
	return s->list == NULL || now_ms - s->published_ms >= LIMIT_SUGGEST_AGE_MS;
}

/* --- reading titles --- */

/* The titles of the next offers; *n of them were read. */
static enum err_code read_titles(struct suggest *s, struct db *db, size_t *n, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TITLES_AFTER);
	bool has_row = false;
	enum err_code rc;

	*n = 0;
	stmt_bind_i64(st, ":after", s->first_after);
	stmt_bind_i64(st, ":limit", LIMIT_SUGGEST_STEP);
	do {
		rc = stmt_next(db, st, &has_row, "titles", err);
		if (rc == ERR_OK && has_row) {
			s->first_after = stmt_i64(st, 0);
			suggest_words_set(&s->words, s->first_after, stmt_text(st, 1));
			(*n)++;
		}
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	return rc;
}

/* The titles that changed since the generation whose words are known. */
static enum err_code read_changes(struct suggest *s, struct db *db, int64_t generation,
				  struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_CHANGED_AFTER);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":gen", s->generation);
	do {
		rc = stmt_next(db, st, &has_row, "changed titles", err);
		if (rc == ERR_OK && has_row)
			suggest_words_set(&s->words, stmt_i64(st, 0), stmt_text(st, 1));
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	if (rc == ERR_OK)
		s->generation = generation;
	return rc;
}

/*
 * The first reading goes on over several generations: the words are of the one
 * in which it began, and what changed since is read after it.
 */
static enum err_code read_first(struct suggest *s, struct db *db, int64_t generation,
				struct err *err)
{
	size_t n = 0;
	enum err_code rc;

	if (s->first_after < 0)
		s->generation = generation;
	rc = read_titles(s, db, &n, err);
	if (rc == ERR_OK && n < LIMIT_SUGGEST_STEP)
		s->is_first_done = true;
	return rc;
}

/* --- making the list --- */

struct making {
	struct list *list;
	size_t cap;
};

static void add_entry(struct making *m, const struct entry *entry)
{
	void *items = m->list->items;
	struct entry *place;

	if (m->list->n == m->cap) {
		m->cap = m->cap == 0 ? 1024 : m->cap * 2;
		items = arena_calloc(&m->list->arena, m->cap, sizeof(*entry));
		if (items == NULL)
			return;
		if (m->list->n > 0)
			memcpy(items, m->list->items, m->list->n * sizeof(*entry));
		m->list->items = items;
	}
	place = &m->list->items[m->list->n++];
	*place = *entry;
}

static void add_words(struct making *m, const struct suggest_words *words)
{
	for (uint32_t i = 0; i < words->n; i++) {
		const struct suggest_word *w = &words->items[i];

		if (w->n_offers > 0)
			add_entry(m, &(struct entry){
					     .key = arena_strdup(&m->list->arena, w->folded),
					     .text = arena_strdup(&m->list->arena, w->spelling),
					     .n_offers = w->n_offers,
					     .kind = SUGGEST_WORD,
					     .is_start = true });
	}
}

/* A label is found by the beginning of each of its words. */
static void add_label(struct making *m, enum suggestion_kind kind, struct slice label,
		      struct slice code, uint32_t n_offers)
{
	struct arena *arena = &m->list->arena;
	char folded[KEY_BYTES + 1];
	struct entry e = { .n_offers = n_offers, .kind = (uint8_t)kind, .is_start = true };
	const char *at;

	if (label.n == 0 || n_offers == 0)
		return;
	folded[tokenize_join(folded, KEY_BYTES, label)] = '\0';
	at = arena_strdup(arena, folded);
	e.text = arena_dup(arena, label).p;
	e.code = arena_dup(arena, code).p;
	while (at != NULL && *at != '\0') {
		const char *blank = strchr(at, ' ');

		e.key = at;
		add_entry(m, &e);
		e.is_start = false;
		at = blank != NULL ? blank + 1 : NULL;
	}
}

static void add_providers(struct making *m, const uint32_t *n_offers, const struct terms *terms)
{
	for (uint32_t id = 1; id <= terms->max_id; id++) {
		const struct term *t = terms_at(terms, id);

		if (t != NULL && t->dim == TERM_PROVIDER)
			add_label(m, SUGGEST_PROVIDER, t->label, t->code, n_offers[id]);
	}
}

static void add_subjects(struct making *m, const uint32_t *n_offers)
{
	for (uint32_t key = 0; key < SUBJECT_KEYS; key++) {
		char code[5];

		if (n_offers[key] == 0)
			continue;
		subject_key_code(code, (uint16_t)key);
		add_label(m, SUGGEST_SUBJECT, subject_label(slice_of(code)), slice_of(code),
			  n_offers[key]);
	}
}

/* Offers of each provider and each subject, by one walk over the columns. */
static void add_values(struct making *m, const struct terms *terms, const struct snapshot *snapshot)
{
	const struct matcher everything = { .weakest = FROM_NONE };
	uint32_t *providers = mem_new_n(uint32_t, (size_t)terms->max_id + 1);
	uint32_t *subjects = mem_new_n(uint32_t, SUBJECT_KEYS);
	struct row_view v;

	for (int64_t slot = 0; slot < snapshot_slots(snapshot); slot++) {
		struct dim_values values;

		if (!snapshot_row(&v, snapshot, slot))
			continue;
		if (v.row->provider <= terms->max_id)
			providers[v.row->provider]++;
		dim_values(&values, DIM_SUBJECT, &everything, &v, NULL, SUBJECT_ALL_DEPTHS);
		for (size_t i = 0; i < values.n; i++)
			subjects[values.items[i]]++;
	}
	add_providers(m, providers, terms);
	add_subjects(m, subjects);
	mem_free(providers);
	mem_free(subjects);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int rc = strcmp(x->key, y->key);

	if (rc == 0)
		rc = (x->kind > y->kind) - (x->kind < y->kind);
	return rc != 0 ? rc : strcmp(x->text, y->text);
}

static enum err_code make_list(struct suggest *s, struct db *db, const struct snapshot *snapshot,
			       struct err *err)
{
	struct terms *terms = &search_state_of(db)->terms;
	struct making m = { .list = mem_new(struct list) };
	enum err_code rc = ERR_OK;

	arena_init(&m.list->arena, LIMIT_SUGGEST_BYTES);
	m.list->generation = s->generation;
	if (terms->max_id < snapshot_max_term(snapshot))
		rc = terms_refresh(terms, db, err);
	if (rc == ERR_OK) {
		add_words(&m, &s->words);
		add_values(&m, terms, snapshot);
	}
	if (rc == ERR_OK && m.list->arena.has_failed)
		rc = err_set(err, ERR_LIMIT, "suggestions need more than %u bytes",
			     (unsigned)LIMIT_SUGGEST_BYTES);
	if (rc != ERR_OK) {
		list_free(m.list);
		return rc;
	}
	if (m.list->n > 1)
		qsort(m.list->items, m.list->n, sizeof(*m.list->items), by_key);
	list_free(s->fresh);
	s->fresh = m.list;
	return ERR_OK;
}

enum err_code suggest_refresh_in_pool(struct suggest *s, bool *has_list, struct db *db,
				      const struct snapshot *snapshot, struct err *err)
{
	int64_t generation = snapshot_generation(snapshot);
	enum err_code rc = ERR_OK;

	*has_list = false;
	if (!s->is_first_done)
		rc = read_first(s, db, generation, err);
	if (rc != ERR_OK || !s->is_first_done)
		return rc;
	if (s->generation != generation)
		rc = read_changes(s, db, generation, err);
	if (rc == ERR_OK)
		rc = make_list(s, db, snapshot, err);
	*has_list = rc == ERR_OK;
	return rc;
}

void suggest_publish(struct suggest *s, uint64_t now_ms)
{
	if (s->fresh == NULL)
		return;
	list_free(s->list);
	s->list = s->fresh;
	s->fresh = NULL;
	s->published_ms = now_ms;
}

/* --- looking up --- */

/* The first entry that is not before the key. */
static size_t first_not_before(const struct list *l, const char *key)
{
	size_t lo = 0;
	size_t hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(l->items[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct best {
	const struct entry *items[LIMIT_SUGGESTIONS];
	size_t n;
	size_t max;
};

static bool is_better(const struct entry *a, const struct entry *b)
{
	if (a->n_offers != b->n_offers)
		return a->n_offers > b->n_offers;
	if (a->is_start != b->is_start)
		return a->is_start;
	return by_key(a, b) < 0;
}

/* Keeps the best, best first; a label that several of its words find only once. */
static void best_add(struct best *b, const struct entry *e)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (e->code != NULL && b->items[i]->text == e->text)
			return;
	if (b->n == b->max) {
		if (b->max == 0 || !is_better(e, b->items[b->n - 1]))
			return;
		b->n--;
	}
	for (i = b->n++; i > 0 && is_better(e, b->items[i - 1]); i--)
		b->items[i] = b->items[i - 1];
	b->items[i] = e;
}

static void find_all(struct best *b, const struct list *l, const char *key, bool with_words,
		     bool with_labels)
{
	size_t n = strlen(key);

	if (n == 0)
		return;
	for (size_t i = first_not_before(l, key); i < l->n; i++) {
		const struct entry *e = &l->items[i];

		if (strncmp(e->key, key, n) != 0)
			return;
		if (e->code != NULL ? with_labels : with_words)
			best_add(b, e);
	}
}

/* Where the last typed word begins; the word itself, folded, terminated. */
struct typed {
	struct slice before;
	char last[TOKEN_MAX_BYTES + 1];
	char all[KEY_BYTES + 1];
	size_t n_words;
	struct slice text;
};

static int on_typed(void *data, const struct token *token)
{
	struct typed *t = data;

	t->before = slice_first(t->text, token->start);
	memcpy(t->last, token->word.p, token->word.n);
	t->last[token->word.n] = '\0';
	t->n_words++;
	return 0;
}

static void write_suggestion(struct suggestion *out, struct arena *arena, const struct entry *e,
			     const struct typed *t)
{
	*out = (struct suggestion){ .kind = (enum suggestion_kind)e->kind,
				    .n_offers = e->n_offers };
	if (e->code != NULL) {
		out->text = arena_dup(arena, slice_of(e->text));
		out->code = arena_dup(arena, slice_of(e->code));
	} else {
		out->text = arena_printf(arena, "%.*s%s", SLICE_ARG(t->before), e->text);
	}
}

enum err_code suggest_find(struct suggestions *out, struct arena *arena, const struct suggest *s,
			   struct slice typed, size_t max, struct err *err)
{
	struct typed t = { .text = slice_first(typed, LIMIT_QUERY_BYTES) };
	struct best best = { .max = max < LIMIT_SUGGESTIONS ? max : LIMIT_SUGGESTIONS };
	struct suggestions draft = { .n = 0 };

	tokenize(t.text, on_typed, &t);
	t.all[tokenize_join(t.all, KEY_BYTES, t.text)] = '\0';
	if (s->list != NULL) {
		draft.generation = s->list->generation;
		/* One word finds words and labels; of several the label must go on so. */
		find_all(&best, s->list, t.all, t.n_words == 1, true);
		if (t.n_words > 1)
			find_all(&best, s->list, t.last, true, false);
	}
	draft.items = arena_new_n(arena, struct suggestion, best.n + 1);
	for (size_t i = 0; draft.items != NULL && i < best.n; i++)
		write_suggestion(&draft.items[draft.n++], arena, best.items[i], &t);
	if (arena->has_failed)
		return err_set(err, ERR_LIMIT, "suggestions need more than %zu bytes", arena->max);
	*out = draft;
	return ERR_OK;
}
