// SPDX-License-Identifier: EUPL-1.2
/*
 * Levels of frameworks: "NFQ Level 9", "SOK raven 7", "EQF 6". The numbers of
 * some frameworks are shifted (IE, SI, IS, Scotland) or few (MECES), so a number
 * means a level only with its framework, or with the country whose frameworks
 * agree on it. A form that means different levels in different countries is
 * undecided without the country.
 */
#include "base/mem.h"
#include "catalogue/level_parts.h"
#include "catalogue/workload_scan.h"

#include <stdio.h>

enum {
	MAX_ROWS = 32,
	MAX_TOKENS = 12,
	MAX_NAMES = 6, /* frameworks of one name */
	MAX_SINGLE_NAMES = 5, /* words of which one may be a framework's name */
	MIN_BARE_LEVEL = 5, /* lower numbers without a framework are years or difficulty */
};

enum form_cell {
	FORM_COUNTRY,
	FORM_FRAMEWORK,
	FORM_NATIONAL_LEVEL,
	FORM_EQF,
	FORM_CYCLE,
	FORM_FIRMNESS
};

/* ---- tokens ---- */

/* "9", "6.1", "4+", "5a": a level's number as frameworks write it. */
static bool is_number(struct slice token)
{
	size_t i = 0;

	while (i < token.n && ascii_is_digit(token.p[i]))
		i++;
	if (i == 0 || i > 2)
		return false;
	if (i == token.n)
		return true;
	if (token.n == i + 1)
		return token.p[i] == '+' || (token.p[i] >= 'a' && token.p[i] <= 'c');
	return token.n == i + 2 && token.p[i] == '.' && ascii_is_digit(token.p[i + 1]);
}

static bool is_roman(struct slice token)
{
	for (size_t i = 0; i < token.n; i++)
		if (strchr("ivx", token.p[i]) == NULL)
			return false;
	return token.n > 0;
}

struct tokens {
	char folded[256];
	struct slice items[MAX_TOKENS];
	size_t n;
};

/* Folds and splits at blanks and punctuation, and between letters and a number behind them. */
static bool tokenise(struct tokens *t, struct slice text)
{
	size_t len = vocab_fold_for(t->folded, sizeof(t->folded), VOCAB_LEVEL_FORM, text);
	size_t start = 0;

	t->n = 0;
	for (size_t i = 0; i <= len; i++) {
		char c = i < len ? t->folded[i] : ' ';
		bool is_end = i == len || strchr(" ,;:()[]=/|\"'", c) != NULL ||
			      (c == '.' && (i + 1 >= len || !ascii_is_digit(t->folded[i + 1]) ||
					    i == 0 || !ascii_is_digit(t->folded[i - 1])));
		bool is_joint = !is_end && i > start && ascii_is_digit(c) &&
				!ascii_is_digit(t->folded[i - 1]) && t->folded[i - 1] != '.';

		if (!is_end && !is_joint)
			continue;
		if (i > start) {
			if (t->n == MAX_TOKENS)
				return false;
			t->items[t->n++] = slice_make(t->folded + start, i - start);
		}
		start = is_joint ? i : i + 1;
	}
	return t->n > 0;
}

/* Whether a form names its framework; without it, only the country tells. */
static bool is_bare(struct slice key)
{
	struct tokens t;

	if (!tokenise(&t, key))
		return true;
	for (size_t i = 0; i < t.n; i++)
		if (!level_is_level_word(t.items[i]) && !is_number(t.items[i]) &&
		    !is_roman(t.items[i]) && t.items[i].n > 1)
			return false;
	return true;
}

/* Whether a form has a number; others are names of degrees, which the country must go with. */
static bool has_number(struct slice key)
{
	struct tokens t;

	if (!tokenise(&t, key))
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (ascii_is_digit(t.items[i].p[0]) || is_roman(t.items[i]))
			return true;
	return false;
}

/* ---- rows ---- */

static bool is_of_country(const struct vocab_row *row, const void *arg)
{
	const struct level_job *job = arg;

	return slice_eq(row->cells[FORM_COUNTRY], job->country);
}

static bool is_european(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[FORM_COUNTRY], "EU");
}

/* Forms that need their country, and those of words that degrees share, elsewhere. */
static bool is_named(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return !is_bare(row->key) && (has_number(row->key) || is_european(row, NULL) ||
				      slice_contains(row->key, SLICE_LIT("/")));
}

static bool cells_agree(const struct vocab_row *rows, size_t n, enum form_cell cell)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[cell], rows[0].cells[cell]))
			return false;
	return n > 0;
}

/* A comparison that rests on no referencing is kept as a national level only. */
static bool is_firm(const struct vocab_row *row)
{
	return !slice_starts_with(row->cells[FORM_FIRMNESS], SLICE_LIT("low")) &&
	       !slice_starts_with(row->cells[FORM_FIRMNESS], SLICE_LIT("none"));
}

static enum level_answer fill(struct level *out, const struct vocab_row *rows, size_t n,
			      const struct level_job *job, struct reading *reading)
{
	const struct vocab_row *row = &rows[0];
	uint64_t eqf = 0;

	*out = level_none();
	if (!cells_agree(rows, n, FORM_EQF))
		return LEVEL_SETTLED; /* the country would decide */
	if (is_firm(row))
		(void)slice_to_u64(&eqf, row->cells[FORM_EQF], 8);
	out->eqf = (uint8_t)eqf;
	out->eqf_max = (uint8_t)eqf;
	if (cells_agree(rows, n, FORM_CYCLE) && eqf > 0)
		out->cycle = cycle_of_name(row->cells[FORM_CYCLE]);
	/* Some forms are words for degrees ("бакалавър"): worth no more than others are. */
	out->from = eqf == 0                 ? FROM_NONE
		    : is_european(row, NULL) ? FROM_DECLARED
		    : has_number(row->key)   ? FROM_NQF
					     : FROM_CYCLE;
	if (!is_european(row, NULL) && cells_agree(rows, n, FORM_FRAMEWORK))
		out->nqf =
			arena_printf(job->arena, "%.*s %.*s", SLICE_ARG(row->cells[FORM_FRAMEWORK]),
				     SLICE_ARG(row->cells[FORM_NATIONAL_LEVEL]));
	reading_set(reading, out->from, "nqf-eqf.tsv: %.*s -> EQF %d (%.*s)", SLICE_ARG(row->key),
		    (int)eqf, SLICE_ARG(row->cells[FORM_COUNTRY]));
	return eqf > 0 || out->nqf.n > 0 ? LEVEL_FOUND : LEVEL_SETTLED;
}

/* Of the rows of one form: the country's, else the European, else those that name themselves. */
static enum level_answer decide(struct level *out, const struct vocab_row *all, size_t n_all,
				const struct level_job *job, struct reading *reading)
{
	vocab_want *const wants[] = { is_of_country, is_european, is_named };
	struct vocab_row rows[MAX_ROWS];

	for (size_t i = 0; i < countof(wants); i++) {
		size_t n;

		memcpy(rows, all, n_all * sizeof(all[0]));
		n = vocab_keep(rows, n_all, wants[i], job);
		if (n > 0)
			return fill(out, rows, n, job, reading);
	}
	return LEVEL_UNKNOWN;
}

static enum level_answer read_key(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LEVEL_FORM, text);

	return n == 0 ? LEVEL_UNKNOWN : decide(out, rows, n, job, reading);
}

/* A number without a framework: that of the country, where all its frameworks agree. */
static enum level_answer read_bare(struct level *out, struct slice number,
				   const struct level_job *job, struct reading *reading)
{
	char key[64];
	int n_key =
		snprintf(key, sizeof(key), "%.*s#%.*s", SLICE_ARG(job->country), SLICE_ARG(number));

	if (job->country.n != 2 || n_key <= 0 || (size_t)n_key >= sizeof(key))
		return LEVEL_UNKNOWN;
	return read_key(out, slice_make(key, (size_t)n_key), job, reading);
}

/* ---- a text ---- */

/* "VI" in digits; absent for what is no Roman numeral of two letters or more, up to VIII. */
static struct slice digits_of_roman(struct slice token)
{
	static const char *const numerals[] = { "ii", "iii", "iv", "vi", "vii", "viii" };
	static const char *const digits[] = { "2", "3", "4", "6", "7", "8" };

	for (size_t i = 0; i < countof(numerals); i++)
		if (slice_eq_z(token, numerals[i]))
			return slice_of(digits[i]);
	return SLICE_NONE;
}

/* Whether the word i, if there is one, speaks of levels: a word for them, or a framework. */
static bool is_of_levels(const struct tokens *t, size_t i)
{
	struct vocab_row row;

	return i < t->n && (level_is_level_word(t->items[i]) ||
			    vocab_look_up(&row, 1, VOCAB_FRAMEWORK_NAME, t->items[i]) > 0);
}

/* "EQF level four": the digit of a number word beside one of levels; words of two letters are
 * much else. */
static struct slice digits_of_word(const struct tokens *t, size_t i, const struct level_job *job)
{
	enum { MIN_LETTERS = 3 };
	static const char *const digits[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	const struct hint hint = { .country = job->country, .lang = job->lang };
	struct unit unit;

	/* Before the first token is beyond the last. */
	if (t->items[i].n < MIN_LETTERS || level_is_level_word(t->items[i]) ||
	    !(is_of_levels(t, i - 1) || is_of_levels(t, i + 1)) ||
	    !unit_of_form(&unit, t->items[i], &hint) || unit.kind != UNIT_NUMBER)
		return SLICE_NONE;
	for (size_t k = 0; k < countof(digits); k++)
		if (unit.hours_milli == (int64_t)(k + 1) * 1000)
			return slice_of(digits[k]);
	return SLICE_NONE;
}

struct parsed {
	struct slice names[MAX_TOKENS]; /* what is neither a number nor a word for level */
	size_t n_names;
	struct slice number; /* in digits */
	const char *number_at; /* in the tokens' text */
	size_t number_i; /* of the tokens */
	bool has_level_word;
};

static bool parse(struct parsed *p, const struct tokens *t, const struct level_job *job)
{
	*p = (struct parsed){ .n_names = 0 };
	for (size_t i = 0; i < t->n; i++) {
		struct slice token = t->items[i];
		struct slice digits = digits_of_roman(token);

		if (digits.n == 0)
			digits = is_number(token) ? token : digits_of_word(t, i, job);
		if (digits.n > 0) {
			if (p->number.n > 0)
				return false;
			p->number = digits;
			p->number_at = token.p;
			p->number_i = i;
		} else if (level_is_level_word(token)) {
			p->has_level_word = true;
		} else {
			p->names[p->n_names++] = token;
		}
	}
	return p->number.n > 0;
}

/* The level of a number in each framework of a name; the number of rows. */
static size_t rows_of_name(struct vocab_row *out, struct slice name, struct slice number)
{
	struct vocab_row names[MAX_NAMES];
	size_t n_names = vocab_look_up(names, MAX_NAMES, VOCAB_FRAMEWORK_NAME, name);
	size_t n = 0;

	for (size_t i = 0; i < n_names; i++) {
		char key[64];
		int n_key =
			snprintf(key, sizeof(key), "%.*s/%.*s#%.*s", SLICE_ARG(names[i].cells[0]),
				 SLICE_ARG(names[i].cells[1]), SLICE_ARG(number));

		if (n_key > 0 && (size_t)n_key < sizeof(key) && n < MAX_ROWS)
			n += vocab_look_up(out + n, MAX_ROWS - n, VOCAB_LEVEL_FORM,
					   slice_make(key, (size_t)n_key));
	}
	return n;
}

/* "6" of frameworks that count in Roman numerals. */
static struct slice roman_of(struct slice number)
{
	static const char *const numerals[] = { "i", "ii", "iii", "iv", "v", "vi", "vii", "viii" };
	uint64_t value = 0;

	return slice_to_u64(&value, number, countof(numerals)) && value > 0
		       ? slice_of(numerals[value - 1])
		       : SLICE_NONE;
}

static enum level_answer read_by_name(struct level *out, struct slice name, struct slice number,
				      const struct level_job *job, struct reading *reading)
{
	struct vocab_row rows[MAX_ROWS];
	struct slice roman = roman_of(number);
	size_t n = rows_of_name(rows, name, number);

	if (n == 0 && roman.n > 0)
		n = rows_of_name(rows, name, roman);
	return n == 0 ? LEVEL_UNKNOWN : decide(out, rows, n, job, reading);
}

/* Names from one to another, as one text. */
static struct slice span_of_names(const struct parsed *p, size_t first, size_t last)
{
	const char *from = p->names[first].p;
	const char *to = p->names[last].p + p->names[last].n;

	/* "level 6 framework of 2019": the number stands inside. */
	if (p->number_at > from && p->number_at < to)
		return SLICE_NONE;
	return slice_make(from, (size_t)(to - from));
}

/* All names, else all but the last or the first: "European Qualifications Framework (EQF)". */
static enum level_answer read_long_name(struct level *out, const struct parsed *p,
					const struct level_job *job, struct reading *reading)
{
	size_t last = p->n_names - 1;
	const size_t spans[][2] = { { 0, last },
				    { 0, last > 0 ? last - 1 : 0 },
				    { last > 0, last } };
	enum level_answer answer = LEVEL_UNKNOWN;

	for (size_t i = 0; i < countof(spans) && answer != LEVEL_FOUND; i++) {
		struct slice name = span_of_names(p, spans[i][0], spans[i][1]);

		if (name.n > 0)
			answer = read_by_name(out, name, p->number, job, reading);
	}
	return answer;
}

static bool is_name(const struct tokens *t, const struct parsed *p, size_t i)
{
	return i != p->number_i && !level_is_level_word(t->items[i]);
}

/* Tokens from one to another, in either order, as one text. */
static struct slice span_of_tokens(const struct tokens *t, size_t a, size_t b)
{
	struct slice from = t->items[a < b ? a : b], to = t->items[a < b ? b : a];

	return slice_make(from.p, (size_t)(to.p + to.n - from.p));
}

/* Words that end (or begin) beside the number, levels' words apart, as one name: "NFQ Level 6
 * Special Purpose Award", "NQF-DK level 6". */
static enum level_answer read_near_name(struct level *out, const struct tokens *t,
					const struct parsed *p, bool is_before,
					const struct level_job *job, struct reading *reading)
{
	enum { MAX_NEAR_WORDS = 4 };
	size_t step = is_before ? (size_t)-1 : 1, near = p->number_i + step;
	enum level_answer answer = LEVEL_UNKNOWN;

	/* Before the first token is beyond the last. */
	while (near < t->n && !is_name(t, p, near))
		near += step;
	for (size_t k = 0, far = near;
	     k < MAX_NEAR_WORDS && far < t->n && far != p->number_i && answer != LEVEL_FOUND;
	     k++, far += step) {
		answer = read_by_name(out, span_of_tokens(t, near, far), p->number, job, reading);
		/* "Polska Rama Kwalifikacji": the last word is one of levels elsewhere. */
		if (answer != LEVEL_FOUND && is_before && near + 1 < p->number_i)
			answer = read_by_name(out, span_of_tokens(t, near + 1, far), p->number, job,
					      reading);
	}
	return answer;
}

/* "EQF: 6", "DQR Stufe: 7", "EHEA/EQF level 6": the framework's name before the number. */
static enum level_answer read_named(struct level *out, const struct tokens *t,
				    const struct parsed *p, const struct level_job *job,
				    struct reading *reading)
{
	enum level_answer answer = read_long_name(out, p, job, reading);

	for (size_t i = 0; i < p->n_names && answer != LEVEL_FOUND; i++)
		answer = p->n_names <= MAX_SINGLE_NAMES
				 ? read_by_name(out, p->names[i], p->number, job, reading)
				 : LEVEL_UNKNOWN;
	if (answer != LEVEL_FOUND)
		answer = read_near_name(out, t, p, true, job, reading);
	if (answer != LEVEL_FOUND)
		answer = read_near_name(out, t, p, false, job, reading);
	return answer == LEVEL_FOUND ? answer : LEVEL_UNKNOWN;
}

/* "Level 9 Special Purpose Award", where nothing but the number and the country says of which
 * framework. */
static bool is_all_of_offer(const struct parsed *p)
{
	for (size_t i = 0; i < p->n_names; i++)
		if (!level_is_of_offer(p->names[i]))
			return false;
	return true;
}

/* Whether all frameworks of the country count alike: "Level 7" is EQF 7 in England, 5 in
 * Scotland. */
static bool is_agreed(struct slice number, const struct level_job *job)
{
	struct level level;

	return read_bare(&level, number, job, NULL) != LEVEL_SETTLED;
}

/* Also "5.1". */
static bool is_bare_level(struct slice number)
{
	return number.n > 1 && ascii_is_digit(number.p[1]) ? true
							   : number.p[0] - '0' >= MIN_BARE_LEVEL;
}

enum level_answer level_read_form(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading)
{
	enum level_answer answer = read_key(out, text, job, reading);
	struct tokens tokens;
	struct parsed p;

	if (answer == LEVEL_SETTLED || !tokenise(&tokens, text) || !parse(&p, &tokens, job))
		return answer;
	if (answer == LEVEL_FOUND)
		return p.n_names > 0 || is_agreed(p.number, job) ? answer : LEVEL_SETTLED;
	if (p.n_names > 0) {
		if (!level_is_elsewhere(text))
			answer = read_named(out, &tokens, &p, job, reading);
		if (answer == LEVEL_FOUND || !is_all_of_offer(&p))
			return answer;
	}
	if (job->scheme != SCHEME_NQF && (!p.has_level_word || !is_bare_level(p.number)))
		return LEVEL_UNKNOWN;
	return read_bare(out, p.number, job, reading);
}
