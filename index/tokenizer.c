// SPDX-License-Identifier: EUPL-1.2
/*
 * The tokenizer: a table of folded code points for the scripts of Europe,
 * built once, with utf8proc behind it for the rest.
 */
#include "index/tokenizer.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <utf8proc.h>

enum {
	FOLD_TABLE_SIZE = 0x2100, /* Latin to Cherokee, Latin and Greek extended, punctuation */
	FOLD_MAX_BYTES = 24, /* the longest folding (U+FDFA) is cut: it is a phrase of its own */
	FOLD_MAX_POINTS = 24,
};

enum fold_kind {
	FOLD_SEPARATES,
	FOLD_IGNORED, /* inside a word, without a trace */
	FOLD_WORD, /* part of a word */
	FOLD_ALONE, /* a word by itself */
};

struct fold {
	uint8_t kind; /* enum fold_kind */
	uint8_t n;
	char bytes[FOLD_MAX_BYTES];
};

/* In the table a folding is short. */
struct fold_short {
	uint8_t kind;
	uint8_t n;
	char bytes[6];
};

static struct fold_short fold_table[FOLD_TABLE_SIZE];
static char ascii_letters[256]; /* letters and digits of ASCII, lower case; 0 for the rest */
static pthread_once_t fold_once = PTHREAD_ONCE_INIT;

/* Letters that Unicode does not decompose, as they are written without their key. */
static const struct {
	uint32_t from;
	const char *to;
} fold_special[] = {
	{ 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" },  { 0x00f8, "o" }, { 0x00fe, "th" },
	{ 0x0111, "d" },  { 0x0127, "h" },  { 0x0131, "i" },  { 0x0138, "k" }, { 0x0142, "l" },
	{ 0x014b, "n" },  { 0x0153, "oe" }, { 0x0167, "t" },  { 0x0180, "b" }, { 0x0192, "f" },
	{ 0x01e5, "g" },  { 0x0259, "e" },  { 0x1e9e, "ss" },
};

static bool in_range(uint32_t cp, uint32_t lo, uint32_t hi)
{
	return cp >= lo && cp <= hi;
}

/* Marks that only decorate, and points that readers of the script leave out. */
static bool is_dropped_mark(uint32_t cp)
{
	return in_range(cp, 0x0300, 0x036f) || in_range(cp, 0x0483, 0x0487) ||
	       in_range(cp, 0x0591, 0x05c7) || in_range(cp, 0x0610, 0x061a) ||
	       in_range(cp, 0x064b, 0x065f) || cp == 0x0670 || in_range(cp, 0x1ab0, 0x1aff) ||
	       in_range(cp, 0x1dc0, 0x1dff) || in_range(cp, 0x20d0, 0x20ff) ||
	       in_range(cp, 0x3099, 0x309a) || in_range(cp, 0xfe00, 0xfe0f) ||
	       in_range(cp, 0xfe20, 0xfe2f);
}

/* Scripts written without blanks between words, and Hangul, whose endings vary. */
static bool is_alone(uint32_t cp)
{
	return in_range(cp, 0x3005, 0x3007) || in_range(cp, 0x3041, 0x30ff) ||
	       in_range(cp, 0x31f0, 0x31ff) || in_range(cp, 0x3400, 0x4dbf) ||
	       in_range(cp, 0x4e00, 0x9fff) || in_range(cp, 0xac00, 0xd7a3) ||
	       in_range(cp, 0xf900, 0xfaff) || in_range(cp, 0x20000, 0x3ffff);
}

/* Composed characters that must not be taken apart. */
static bool is_whole(uint32_t cp)
{
	return in_range(cp, 0x3041, 0x30ff) || in_range(cp, 0xac00, 0xd7a3);
}

static bool is_ignored(uint32_t cp)
{
	return cp == 0x00ad || in_range(cp, 0x200b, 0x200f) || cp == 0x2060 || cp == 0xfeff ||
	       is_dropped_mark(cp);
}

static bool is_word_category(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

static const char *special_of(uint32_t cp)
{
	for (size_t i = 0; i < countof(fold_special); i++)
		if (fold_special[i].from == cp)
			return fold_special[i].to;
	return NULL;
}

static void fold_add(struct fold *f, const char *bytes, size_t n)
{
	if (n > sizeof(f->bytes) - f->n)
		return;
	memcpy(f->bytes + f->n, bytes, n);
	f->n = (uint8_t)(f->n + n);
}

/* The code points that a character becomes, decomposed, case folded. */
static size_t decompose(utf8proc_int32_t out[FOLD_MAX_POINTS], uint32_t cp)
{
	utf8proc_ssize_t n = 1;
	int boundary = 0;

	out[0] = (utf8proc_int32_t)cp;
	if (!is_whole(cp))
		n = utf8proc_decompose_char(
			(utf8proc_int32_t)cp, out, FOLD_MAX_POINTS,
			UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
	return n < 0 ? 0 : n > FOLD_MAX_POINTS ? FOLD_MAX_POINTS : (size_t)n;
}

/*
 * One code point that is part of a word. Foldings may fold further (a
 * compatibility form of a letter of fold_special), so two rounds are made.
 */
static void fold_letter(struct fold *f, uint32_t cp, unsigned round)
{
	utf8proc_int32_t points[FOLD_MAX_POINTS];
	size_t n = decompose(points, cp);

	for (size_t i = 0; i < n; i++) {
		uint32_t part = (uint32_t)points[i];
		const char *special = special_of(part);
		char bytes[4];

		if (is_dropped_mark(part))
			continue;
		if (special != NULL)
			fold_add(f, special, strlen(special));
		else if (part != cp && round > 0)
			fold_letter(f, part, round - 1);
		else if (is_word_category(part))
			fold_add(f, bytes, utf8_encode(bytes, part));
	}
}

static void fold_slow(struct fold *f, uint32_t cp)
{
	f->n = 0;
	if (is_ignored(cp)) {
		f->kind = FOLD_IGNORED;
		return;
	}
	if (!is_word_category(cp)) {
		f->kind = FOLD_SEPARATES;
		return;
	}
	fold_letter(f, cp, 2);
	f->kind = FOLD_WORD;
	if (f->n == 0) {
		f->kind = FOLD_SEPARATES;
	} else {
		/* What it becomes decides: half-width kana are kana. */
		struct slice in = { f->bytes, f->n };
		uint32_t first = 0;

		if (utf8_next(&first, &in) && is_alone(first))
			f->kind = FOLD_ALONE;
	}
}

static void fold_table_build(void)
{
	for (int c = 0; c < 0x80; c++)
		ascii_letters[c] = ascii_is_alnum((char)c) ? ascii_lower((char)c) : '\0';
	for (uint32_t cp = 0; cp < FOLD_TABLE_SIZE; cp++) {
		struct fold f = { 0 };
		struct fold_short *out = &fold_table[cp];

		fold_slow(&f, cp);
		if (f.n > sizeof(out->bytes))
			f.n = (uint8_t)utf8_first(slice_make(f.bytes, f.n), sizeof(out->bytes)).n;
		out->kind = f.kind;
		out->n = f.n;
		memcpy(out->bytes, f.bytes, f.n);
	}
}

struct scan {
	token_fn on_token;
	void *data;
	char word[TOKEN_MAX_BYTES];
	size_t n;
	size_t n_points; /* of the source, in this word */
	size_t start;
	size_t end;
	bool is_cut;
};

static int flush(struct scan *s)
{
	struct token token = { { s->word, s->n }, s->start, s->end };
	bool is_word = s->n > 0;

	s->n = 0;
	s->n_points = 0;
	s->is_cut = false;
	return is_word ? s->on_token(s->data, &token) : 0;
}

static void add(struct scan *s, const char *bytes, size_t n, size_t start, size_t end)
{
	if (s->n == 0)
		s->start = start;
	s->end = end;
	s->n_points++;
	if (s->is_cut || n > sizeof(s->word) - s->n) {
		s->is_cut = true;
		return;
	}
	memcpy(s->word + s->n, bytes, n);
	s->n += n;
}

/* Letters and digits of ASCII from `at` on, of which there is one: most words are nothing else. */
static size_t add_ascii(struct scan *s, struct slice text, size_t at)
{
	size_t room = s->is_cut ? 0 : sizeof(s->word) - s->n;
	const char *from = text.p + at;
	char *to = s->word + s->n;
	size_t left = text.n - at;
	size_t n = 0;

	if (s->n == 0)
		s->start = at;
	room = room < left ? room : left;
	for (char low; n < room && (low = ascii_letters[(unsigned char)from[n]]) != '\0'; n++)
		to[n] = low;
	s->n += n;
	if (n == room) /* of the rest of a long word nothing is kept */
		for (; n < left && ascii_letters[(unsigned char)from[n]] != '\0'; n++)
			s->is_cut = true;
	s->n_points += n;
	s->end = at + n;
	return s->end;
}

/*
 * How many bytes behind a letter at `at` belong to it: "++" and "#" that end
 * a word.
 */
static size_t sign_length(struct slice text, size_t at)
{
	size_t n = 0;

	if (at + 1 < text.n && text.p[at] == '+' && text.p[at + 1] == '+')
		n = 2;
	else if (at < text.n && text.p[at] == '#')
		n = 1;
	if (n == 0 || (at + n < text.n && (text.p[at + n] == '+' || text.p[at + n] == '#')))
		return 0;
	return n;
}

static int on_ascii_separator(struct scan *s, struct slice text, size_t *at)
{
	if (s->n == 1 && s->n_points == 1 && s->end == *at && ascii_is_alpha(s->word[0])) {
		size_t n = sign_length(text, *at);

		if (n > 0) {
			add(s, text.p + *at, n, *at, *at + n);
			*at += n;
			return flush(s);
		}
	}
	(*at)++;
	return flush(s);
}

static int on_folded(struct scan *s, unsigned kind, const char *bytes, size_t n, size_t start,
		     size_t end)
{
	int rc = 0;

	switch (kind) {
	case FOLD_IGNORED:
		break;
	case FOLD_WORD:
		add(s, bytes, n, start, end);
		break;
	case FOLD_ALONE:
		rc = flush(s);
		if (rc == 0) {
			add(s, bytes, n, start, end);
			rc = flush(s);
		}
		break;
	default:
		rc = flush(s);
		break;
	}
	return rc;
}

/* Latin with marks, Greek, Cyrillic: two bytes, U+0080 to U+07FF. */
static bool take_two_bytes(uint32_t *cp, struct slice *in)
{
	if (in->n < 2 || ((unsigned char)in->p[0] & 0xe0) != 0xc0 ||
	    (unsigned char)in->p[0] < 0xc2 || ((unsigned char)in->p[1] & 0xc0) != 0x80)
		return false;
	*cp = ((uint32_t)in->p[0] & 0x1f) << 6 | ((uint32_t)in->p[1] & 0x3f);
	*in = slice_from(*in, 2);
	return true;
}

/* The code point at *at that is not ASCII. */
static int on_wide(struct scan *s, struct slice text, size_t *at)
{
	struct slice rest = slice_from(text, *at);
	size_t start = *at;
	const struct fold_short *known;
	uint32_t cp = 0;
	struct fold f;

	if (!take_two_bytes(&cp, &rest))
		utf8_next(&cp, &rest);
	*at = text.n - rest.n;
	if (cp >= FOLD_TABLE_SIZE) {
		fold_slow(&f, cp);
		return on_folded(s, f.kind, f.bytes, f.n, start, *at);
	}
	known = &fold_table[cp];
	if (known->kind == FOLD_WORD) {
		add(s, known->bytes, known->n, start, *at);
		return 0;
	}
	return on_folded(s, known->kind, known->bytes, known->n, start, *at);
}

int tokenize(struct slice text, token_fn on_token, void *data)
{
	struct scan s = { .on_token = on_token, .data = data };
	size_t at = 0;
	int rc = 0;

	pthread_once(&fold_once, fold_table_build);
	while (at < text.n && rc == 0) {
		unsigned char c = (unsigned char)text.p[at];

		if (ascii_letters[c] != '\0') {
			at = add_ascii(&s, text, at);
		} else if (c < 0x80) {
			rc = on_ascii_separator(&s, text, &at);
		} else {
			rc = on_wide(&s, text, &at);
		}
	}
	return rc != 0 ? rc : flush(&s);
}

/* --- what is made of it --- */

struct collect {
	struct token_list *out;
	struct arena *arena;
	size_t max;
};

static int collect_token(void *data, const struct token *token)
{
	struct collect *c = data;
	void *items = c->out->items;
	struct slice *item;

	if (c->out->n >= c->max)
		return 1;
	item = arena_push(c->arena, &items, &c->out->n, &c->out->cap, sizeof(*item));
	c->out->items = items;
	if (item == NULL)
		return 1;
	*item = arena_dup(c->arena, token->word);
	return item->p == NULL;
}

bool tokenize_all(struct token_list *out, struct arena *arena, struct slice text, size_t max)
{
	struct collect c = { out, arena, max };

	*out = (struct token_list){ 0 };
	return tokenize(text, collect_token, &c) == 0;
}

static int count_token(void *data, const struct token *token)
{
	(void)token;
	(*(size_t *)data)++;
	return 0;
}

size_t tokenize_count(struct slice text)
{
	size_t n = 0;

	tokenize(text, count_token, &n);
	return n;
}

struct join {
	char *out;
	size_t cap;
	size_t n;
};

static int join_token(void *data, const struct token *token)
{
	struct join *j = data;
	struct slice part;

	if (j->n > 0 && j->n < j->cap)
		j->out[j->n++] = ' ';
	part = utf8_first(token->word, j->cap - j->n);
	if (part.n > 0)
		memcpy(j->out + j->n, part.p, part.n);
	j->n += part.n;
	return part.n < token->word.n;
}

size_t tokenize_join(char *out, size_t cap, struct slice text)
{
	struct join j = { out, cap, 0 };

	tokenize(text, join_token, &j);
	return j.n;
}

/* --- FTS5 --- */

struct fts5_bridge {
	void *ctx;
	int (*on_token)(void *, int, const char *, int, int, int);
	uint32_t n_words;
};

static int bridge_token(void *data, const struct token *token)
{
	struct fts5_bridge *b = data;

	b->n_words++;
	return b->on_token(b->ctx, 0, token->word.p, (int)token->word.n, (int)token->start,
			   (int)token->end);
}

static int fts5_tokenizer_create(void *context, const char **args, int n_args, Fts5Tokenizer **out)
{
	(void)args;
	*out = context; /* what was counted is the only state */
	return n_args == 0 ? SQLITE_OK : SQLITE_ERROR;
}

static void fts5_tokenizer_delete(Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

static int fts5_tokenizer_run(Fts5Tokenizer *tokenizer, void *ctx, int flags, const char *text,
			      int n, int (*on_token)(void *, int, const char *, int, int, int))
{
	struct tokenizer_counts *counts = (struct tokenizer_counts *)(void *)tokenizer;
	struct fts5_bridge b = { .ctx = ctx, .on_token = on_token };
	int rc = SQLITE_OK;

	if (text != NULL && n > 0)
		rc = tokenize(slice_make(text, (size_t)n), bridge_token, &b);
	if ((flags & FTS5_TOKENIZE_DOCUMENT) != 0 && counts->n++ < countof(counts->n_words))
		counts->n_words[counts->n - 1] = b.n_words;
	return rc;
}

struct fts5_api *fts5_api_of(struct sqlite3 *conn)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(conn, "SELECT fts5(?1)", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(st, 1, (void *)&api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		sqlite3_step(st);
	sqlite3_finalize(st);
	return rc == SQLITE_OK && api != NULL && api->iVersion >= 2 ? api : NULL;
}

enum err_code tokenizer_register(struct sqlite3 *conn, struct tokenizer_counts *counts,
				 struct err *err)
{
	fts5_tokenizer methods = { fts5_tokenizer_create, fts5_tokenizer_delete,
				   fts5_tokenizer_run };
	fts5_api *api = fts5_api_of(conn);
	int rc;

	if (api == NULL)
		return err_set(err, ERR_DB, "SQLite has no FTS5");
	pthread_once(&fold_once, fold_table_build);
	rc = api->xCreateTokenizer(api, "microcat", counts, &methods, NULL);
	if (rc != SQLITE_OK)
		return err_set(err, ERR_DB, "cannot register the tokenizer: %s",
			       sqlite3_errstr(rc));
	return ERR_OK;
}
