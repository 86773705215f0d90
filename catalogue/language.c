// SPDX-License-Identifier: EUPL-1.2
/*
 * Languages: from codes of all parts of ISO 639, names and forms in many
 * languages, tags with region or script and authority URIs to BCP 47. Detecting
 * the language of a text is language_detect.c.
 */
#include "base/mem.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum {
	MAX_ROWS = 48,
	MAX_DEPTH = 12,
	MAX_LIST_BYTES = 2048, /* of a list of languages; what is longer is a description */
};

enum language_cell { CELL_TAG, CELL_LANG, CELL_KIND, CELL_NAME, CELL_NOTE, CELL_DOUBTFUL_IN };

/* ---- tags ---- */

/* The subtags that are kept, of all that may come: they change what a reader understands. */
static const struct {
	const char *primary;
	const char *subtag;
	const char *tag;
} kept_subtags[] = {
	{ "pt", "BR", "pt-BR" },     { "sr", "Latn", "sr-Latn" },
	{ "zh", "Hans", "zh-Hans" }, { "zh", "Hant", "zh-Hant" },
	{ "zh", "TW", "zh-Hant" },   { "zh", "HK", "zh-Hant" },
	{ "zh", "MO", "zh-Hant" },   { "ca", "valencia", "ca-valencia" },
};

static bool is_separator(char c)
{
	return c == '-' || c == '_';
}

/* Takes one subtag off the front. */
static bool next_subtag(struct slice *subtag, struct slice *rest)
{
	size_t i = 0;

	if (rest->n == 0)
		return false;
	while (i < rest->n && !is_separator(rest->p[i]))
		i++;
	*subtag = slice_first(*rest, i);
	*rest = slice_from(*rest, i < rest->n ? i + 1 : i);
	return true;
}

/* "de" of "de-AT", "pt-BR" as it is. */
static struct slice canonical(struct slice primary, struct slice subtags)
{
	struct slice subtag;

	while (next_subtag(&subtag, &subtags))
		for (size_t i = 0; i < countof(kept_subtags); i++)
			if (slice_eq_z(primary, kept_subtags[i].primary) &&
			    slice_eq_nocase(subtag, slice_of(kept_subtags[i].subtag)))
				return slice_of(kept_subtags[i].tag);
	return primary;
}

static struct slice canonical_tag(struct slice tag)
{
	struct slice primary;

	if (!next_subtag(&primary, &tag))
		return SLICE_NONE;
	return canonical(primary, tag);
}

static bool all_alpha(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alpha(s.p[i]))
			return false;
	return s.n > 0;
}

static bool all_alnum(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]))
			return false;
	return s.n > 0;
}

/* ---- rows ---- */

static bool is_written_out(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[CELL_KIND], "name") ||
	       slice_eq_z(row->cells[CELL_KIND], "form") ||
	       slice_eq_z(row->cells[CELL_KIND], "name-variant") ||
	       slice_eq_z(row->cells[CELL_KIND], "catalogue-habit") ||
	       slice_eq_z(row->cells[CELL_KIND], "ambiguous");
}

static bool is_alias(const struct vocab_row *row, const void *arg)
{
	return !is_written_out(row, arg) && !slice_eq_z(row->cells[CELL_KIND], "code") &&
	       !slice_eq_z(row->cells[CELL_KIND], "not-an-alias");
}

static bool is_code(const struct vocab_row *row, const void *arg)
{
	return !is_written_out(row, arg);
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct slice *lang = arg;

	return vocab_lang_has(row->cells[CELL_LANG], *lang);
}

struct doubt {
	struct slice country;
	struct slice tags[4]; /* what is more likely a mistake there */
	size_t n;
};

static bool is_beyond_doubt(const struct vocab_row *row, const void *arg)
{
	const struct doubt *doubt = arg;

	for (size_t i = 0; i < doubt->n; i++)
		if (slice_eq(row->cells[CELL_TAG], doubt->tags[i]))
			return false;
	return true;
}

/* Drops what language-aliases.tsv doubts in this country ("se" in Sweden). */
static size_t drop_doubtful(struct vocab_row *rows, size_t n, const struct hint *hint)
{
	struct doubt doubt = { .n = 0 };

	if (hint == NULL || hint->country.n == 0)
		return n;
	doubt.country = hint->country;
	for (size_t i = 0; i < n && doubt.n < countof(doubt.tags); i++) {
		struct slice countries = rows[i].cells[CELL_DOUBTFUL_IN];
		struct slice country;

		while (slice_split(&country, &countries, ' '))
			if (slice_eq(country, doubt.country) && doubt.n < countof(doubt.tags))
				doubt.tags[doubt.n++] = rows[i].cells[CELL_TAG];
	}
	return doubt.n == 0 ? n : vocab_keep(rows, n, is_beyond_doubt, &doubt);
}

static bool is_norwegian(struct slice tag)
{
	return slice_eq_z(tag, "no") || slice_eq_z(tag, "nb") || slice_eq_z(tag, "nn");
}

/* The one tag that all rows mean; Norwegian's forms together are Norwegian. */
static bool agree(struct slice *tag, const struct vocab_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice one = canonical_tag(rows[i].cells[CELL_TAG]);

		if (i == 0 || slice_eq(one, *tag))
			*tag = one;
		else if (is_norwegian(one) && is_norwegian(*tag))
			*tag = SLICE_LIT("no");
		else
			return false;
	}
	return n > 0;
}

/* What a reader of one piece found. */
struct found {
	struct slice tag;
	const char *table;
	struct slice key;
	bool is_doubtful; /* understood, and more likely a mistake */
};

/* Picks the rows that a wanted kind leaves, and their one tag. */
static bool pick(struct found *found, const struct vocab_row *all, size_t n_all, vocab_want *want,
		 const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n;
	size_t n_sure;

	memcpy(rows, all, n_all * sizeof(all[0]));
	n = vocab_keep(rows, n_all, want, NULL);
	n_sure = drop_doubtful(rows, n, hint);
	found->is_doubtful = found->is_doubtful || (n > 0 && n_sure == 0);
	if (!agree(&found->tag, rows, n_sure)) {
		if (hint == NULL || hint->lang.n == 0)
			return false;
		n_sure = vocab_keep(rows, n_sure, is_in_lang, &hint->lang);
		if (!agree(&found->tag, rows, n_sure))
			return false;
	}
	found->table = rows[0].table;
	found->key = rows[0].key;
	return true;
}

/* ---- one language ---- */

static bool is_country(struct slice subtag)
{
	struct slice alpha2;

	return subtag.n == 2 && country_read(&alpha2, subtag, NULL, NULL);
}

/* Whether a code of ISO 639 is known, whatever it may be doubted for. */
static bool is_known_code(struct slice code)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, code);

	return vocab_keep(rows, n, is_code, NULL) > 0;
}

/*
 * Whether two letters behind a code may as well be a second language: "fi-sv",
 * but not "fi-SV" (the case tells a region), "fi-fi", or "sv-fi", which exists.
 */
static bool may_be_second_language(struct slice primary, struct slice subtag)
{
	static const char *const taught[] = { "bg", "cs", "da", "de", "el", "en", "es", "et",
					      "fi", "fr", "ga", "hr", "hu", "is", "it", "lt",
					      "lv", "mt", "nl", "no", "pl", "pt", "ro", "ru",
					      "sk", "sl", "sv", "tr", "uk" };
	bool same_case = (primary.p[0] >= 'a') == (subtag.p[0] >= 'a');

	if (!same_case || slice_eq_nocase(primary, subtag))
		return false;
	if (slice_eq_nocase(primary, SLICE_LIT("sv")) && slice_eq_nocase(subtag, SLICE_LIT("fi")))
		return false;
	for (size_t i = 0; i < countof(taught); i++)
		if (slice_eq_nocase(subtag, slice_of(taught[i])))
			return true;
	return false;
}

/* Form of the subtags, and whether they are no second language. */
static bool subtags_are_plausible(struct slice primary, struct slice subtags)
{
	struct slice subtag;

	while (next_subtag(&subtag, &subtags)) {
		if (subtag.n == 1) /* an extension follows: whatever it says */
			return true;
		if (subtag.n > 8 || !all_alnum(subtag))
			return false;
		if (subtag.n == 3 && !ascii_is_digit(subtag.p[0]))
			return false;
		if (subtag.n != 2)
			continue;
		if (may_be_second_language(primary, subtag) ||
		    (!is_country(subtag) && !slice_eq_nocase(subtag, primary) &&
		     is_known_code(subtag)))
			return false;
	}
	return true;
}

/* "en", "eng", "en-GB", "en_EN", "sr-Latn-RS". */
static bool read_code(struct found *found, struct slice text, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	struct slice rest = text;
	struct slice primary;
	size_t n;

	if (!next_subtag(&primary, &rest) || primary.n < 2 || primary.n > 3 || !all_alpha(primary))
		return false;
	n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, primary);
	if (!subtags_are_plausible(primary, rest))
		return false;
	if (!pick(found, rows, n, is_alias, hint) &&
	    (found->is_doubtful || !pick(found, rows, n, is_code, hint)))
		return false;
	if (slice_find_byte(found->tag, '-') < 0)
		found->tag = canonical(found->tag, rest);
	return true;
}

static bool read_name(struct found *found, struct slice text, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, text);

	return pick(found, rows, n, is_written_out, hint);
}

static bool read_uri(struct found *found, struct slice uri)
{
	if (slice_find_nocase(uri, SLICE_LIT("language")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("iso639")) < 0)
		return false;
	/* A URI is no slip of the pen: no doubts about the country. */
	return read_code(found, uri_last(uri), NULL);
}

static struct slice unwrapped(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && strchr("([{\"'.,;:-", text.p[0]) != NULL)
		text = slice_from(text, 1);
	while (text.n > 0 && strchr(")]}\"'.,;:-*", text.p[text.n - 1]) != NULL)
		text.n--;
	return slice_trim(text);
}

static struct slice last_word(struct slice text)
{
	size_t i = text.n;

	while (i > 0 && text.p[i - 1] != ' ')
		i--;
	return slice_from(text, i);
}

static struct slice first_word(struct slice text)
{
	size_t i = 0;

	while (i < text.n && text.p[i] != ' ')
		i++;
	return slice_first(text, i);
}

static bool is_one_of(struct slice word, const char *const *list, size_t n)
{
	char folded[64];
	size_t len = vocab_fold(folded, sizeof(folded), word);

	for (size_t i = 0; i < n && len > 0; i++)
		if (slice_eq_z(slice_make(folded, len), list[i]))
			return true;
	return false;
}

/* "B2", "C1+", "A1-A2": a level of the Common European Framework. */
static bool is_cefr(struct slice word)
{
	if (word.n < 2 || word.n > 5 || strchr("ABCabc", word.p[0]) == NULL)
		return false;
	if (word.p[1] != '1' && word.p[1] != '2')
		return false;
	return word.n == 2 || word.p[2] == '+' || word.p[2] == '-' || word.p[2] == '/';
}

/* Without what may stand behind a language ("English B2", "English, level B2"). */
static struct slice without_tail(struct slice text)
{
	static const char *const tails[] = { "level",   "niveau", "nivå",  "taso",     "nivel",
					     "livello", "poziom", "only",  "language", "sprache",
					     "kieli",   "språk",  "sprog", "taal",     "lingua",
					     "язык",    "kalba",  "keel",  "jazyk",    "język" };

	for (;;) {
		struct slice word = last_word(text);

		if (word.n == text.n ||
		    (!is_cefr(word) && !is_one_of(unwrapped(word), tails, countof(tails))))
			return text;
		text = unwrapped(slice_first(text, text.n - word.n));
	}
}

/* Without what may stand before one ("taught in English", "auf Deutsch"). */
static struct slice without_head(struct slice text)
{
	static const char *const heads[] = { "in",          "en",
					     "auf",         "på",
					     "w",           "v",
					     "ve",          "po",
					     "na",          "em",
					     "i",           "taught",
					     "mainly",      "fully",
					     "partly",      "entirely",
					     "only",        "the",
					     "język",       "język:",
					     "kurssprache", "unterrichtssprache",
					     "lehrsprache", "opetuskieli",
					     "langue",      "lingua",
					     "idioma",      "språk",
					     "language",    "kieli",
					     "sprog",       "taal",
					     "jazyk",       "vo",
					     "на",          "mit",
					     "di",          "undervisas",
					     "ges",         "offered",
					     "delivered",   "held",
					     "provided",    "enseigné",
					     "impartido",   "impartida",
					     "impartit",    "erogato",
					     "gegeven",     "opetetaan",
					     "prowadzony",  "vyučuje",
					     "se" };

	for (;;) {
		struct slice word = first_word(text);

		if (word.n == text.n || !is_one_of(unwrapped(word), heads, countof(heads)))
			return text;
		text = unwrapped(slice_from(text, word.n));
	}
}

static bool read_plain(struct found *found, struct slice text, const struct hint *hint)
{
	struct slice bare;

	text = unwrapped(text);
	if (text.n == 0)
		return false;
	if (uri_is(text))
		return slice_find_byte(text, ' ') < 0 && slice_find_byte(text, ',') < 0 &&
		       read_uri(found, text);
	if (read_code(found, text, hint) || found->is_doubtful || read_name(found, text, hint))
		return !found->is_doubtful;
	bare = without_head(without_tail(text));
	/* A word that was not alone must be a name: "in no", "it level" are nothing. */
	return bare.n < text.n && bare.n > 3 && read_name(found, bare, hint);
}

/* "English (B2)", "German (Deutsch)", "Language: English". */
static bool read_decorated(struct found *found, struct slice text, const struct hint *hint)
{
	struct found inner = { .table = NULL };
	ptrdiff_t at = slice_find_byte(text, ':');
	bool has_outer;

	/* "Norsk (bokmål)", "Chinese (Simplified)": names with brackets in them. */
	if (at < 0 && slice_ends_with(text, SLICE_LIT(")")) && read_name(found, text, hint))
		return true;
	if (read_plain(found, text, hint) || found->is_doubtful)
		return !found->is_doubtful;
	if (uri_is(text))
		return false;
	if (at > 0)
		return read_plain(found, slice_from(text, (size_t)at + 1), hint);
	at = slice_find_byte(text, '(');
	if (at <= 0 || text.p[text.n - 1] != ')' ||
	    slice_find_byte(slice_from(text, (size_t)at + 1), '(') >= 0)
		return false;
	has_outer = read_plain(found, slice_first(text, (size_t)at), hint);
	if (!has_outer || found->is_doubtful)
		return false;
	/* What stands inside may say more; another language inside makes it two. */
	return !read_plain(&inner, slice_from(text, (size_t)at + 1), hint) ||
	       slice_eq(inner.tag, found->tag);
}

/* No language of teaching: undetermined, uncoded, no linguistic content. */
static bool is_nothing(struct slice tag)
{
	return slice_eq_z(tag, "und") || slice_eq_z(tag, "mis") || slice_eq_z(tag, "zxx");
}

bool language_read(struct slice *tag, struct slice declared, const struct hint *hint,
		   struct reading *reading, struct arena *arena)
{
	struct found found = { .table = NULL };

	(void)arena; /* tags are static */
	if (!read_decorated(&found, slice_trim(declared), hint) || is_nothing(found.tag))
		return false;
	*tag = found.tag;
	reading_set(reading, FROM_DECLARED, "%s: %.*s -> %.*s", found.table, SLICE_ARG(found.key),
		    SLICE_ARG(found.tag));
	return true;
}

struct slice language_of_tag(struct slice declared, struct arena *arena)
{
	struct slice tag;

	return language_read(&tag, declared, NULL, NULL, arena) && !slice_eq_z(tag, "mul")
		       ? tag
		       : SLICE_LIT("und");
}

/* ---- several ---- */

struct list_job {
	struct codes *out;
	const struct hint *hint;
	struct slice *unknown;
	struct reading *reading;
	struct arena *arena;
	size_t n_added;
};

static bool add_one(struct list_job *job, struct slice part)
{
	struct slice tag;

	if (!language_read(&tag, part, job->hint, job->reading, job->arena))
		return false;
	if (codes_add(job->out, tag, job->arena))
		job->n_added++;
	return true;
}

/* "and" and "or" in the languages of catalogues. */
static bool is_conjunction(struct slice word)
{
	static const char *const words[] = {
		"and",  "or",    "und", "oder", "et",  "ou",  "y",    "e",   "ed",  "o",    "och",
		"og",   "eller", "en",  "of",   "ja",  "tai", "sekä", "i",   "lub", "oraz", "a",
		"nebo", "alebo", "és",  "vagy", "și",  "şi",  "sau",  "in",  "ali", "ir",   "arba",
		"un",   "vai",   "ve",  "veya", "eta", "edo", "ili",  "и",   "или", "і",    "та",
		"або",  "και",   "ή",   "agus", "nó",  "u",   "või",  "dhe",
	};

	return is_one_of(word, words, countof(words));
}

/* "Deutsch und Englisch": splits where what stands before is a language. */
static bool read_words(struct list_job *job, struct slice text, unsigned depth)
{
	struct slice tag;

	if (depth >= MAX_DEPTH)
		return false;
	for (size_t i = 1; i + 1 < text.n; i++) {
		struct slice rest = slice_from(text, i + 1);
		struct slice word = first_word(rest);
		struct slice left = slice_first(text, i);
		struct slice right;

		if (text.p[i] != ' ' || word.n == rest.n || !is_conjunction(word))
			continue;
		right = slice_trim(slice_from(rest, word.n));
		if (!language_read(&tag, left, job->hint, NULL, job->arena))
			continue;
		if (!language_read(&tag, right, job->hint, NULL, job->arena) &&
		    !read_words(job, right, depth + 1))
			continue;
		(void)add_one(job, left);
		(void)add_one(job, right);
		return true;
	}
	return false;
}

/* "EN FI", "nl-en", "English German": every word a language by itself. */
static bool read_juxtaposed(struct list_job *job, struct slice text)
{
	struct slice rest = text;
	bool has_hyphen = false;
	size_t n_parts = 0;
	size_t n_short = 0;

	for (int pass = 0; pass < 2; pass++) {
		struct slice part;

		rest = text;
		for (;;) {
			size_t i = 0;
			struct slice tag;

			rest = slice_trim(rest);
			while (i < rest.n && rest.p[i] != ' ' && rest.p[i] != '-' &&
			       rest.p[i] != '_')
				i++;
			if (rest.n == 0)
				break;
			part = slice_first(rest, i);
			/* A region is no second language, and undecided is undecided. */
			if (has_hyphen && is_country(part))
				return false;
			has_hyphen = i < rest.n && is_separator(rest.p[i]);
			rest = slice_from(rest, i < rest.n ? i + 1 : i);
			if (pass == 1) {
				(void)add_one(job, part);
				continue;
			}
			if (!language_read(&tag, part, job->hint, NULL, job->arena))
				return false;
			n_parts++;
			n_short += part.n <= 3;
		}
		/* Short ones among long ones are words of a sentence. */
		if (n_parts < 2 || (n_short > 0 && n_short < n_parts))
			return false;
	}
	return true;
}

/* "English and/or German": what is left of the words where the slash parted them. */
static struct slice without_conjunctions(struct slice part)
{
	struct slice word = first_word(part);

	if (word.n < part.n && is_conjunction(word))
		part = slice_trim(slice_from(part, word.n));
	word = last_word(part);
	if (word.n < part.n && is_conjunction(word))
		part = slice_trim(slice_first(part, part.n - word.n));
	return part;
}

static bool read_whole_part(struct list_job *job, struct slice part)
{
	return add_one(job, part) || read_words(job, part, 0) || read_juxtaposed(job, part);
}

static bool read_part(struct list_job *job, struct slice part)
{
	struct slice bare;

	part = slice_trim(part);
	bare = without_conjunctions(part);
	return read_whole_part(job, part) || (bare.n < part.n && read_whole_part(job, bare));
}

/* Length of the separator at the front of text, 0 if there is none; slashes belong to URIs. */
static size_t separator_bytes(struct slice text, bool has_uri)
{
	static const char *const separators[] = { ",",   ";", "/",    "|",    "+",   "&",
						  "\n",  "•", "·",    "、",   " - ", " – ",
						  " — ", "‑", "<br>", "<br/>" };

	if (has_uri)
		return text.n > 0 && strchr(",;| \n", text.p[0]) != NULL;
	for (size_t i = 0; i < countof(separators); i++)
		if (slice_starts_with(text, slice_of(separators[i])))
			return strlen(separators[i]);
	return 0;
}

static void read_separated(struct list_job *job, struct slice text)
{
	bool has_uri = uri_is(text);
	size_t start = 0;
	size_t i = 0;

	while (i <= text.n) {
		size_t skip = i == text.n ? 1 : separator_bytes(slice_from(text, i), has_uri);
		struct slice part = slice_trim(slice_make(text.p + start, i - start));

		if (skip == 0) {
			i++;
			continue;
		}
		if (part.n > 0 && !read_part(job, part) && job->unknown != NULL &&
		    job->unknown->p == NULL)
			*job->unknown = part;
		i += skip;
		start = i;
	}
}

/* A label before the list: "Sprachen: Deutsch, Englisch". */
static struct slice without_label(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, ':');

	if (at <= 0 || uri_is(text) || slice_find_byte(slice_first(text, (size_t)at), ',') >= 0)
		return text;
	return slice_trim(slice_from(text, (size_t)at + 1));
}

size_t language_read_list(struct codes *out, struct slice declared, const struct hint *hint,
			  struct slice *unknown, struct reading *reading, struct arena *arena)
{
	struct list_job job = { out, hint, unknown, reading, arena, 0 };
	struct slice text = slice_trim(declared);

	if (unknown != NULL)
		*unknown = SLICE_NONE;
	if (text.n == 0)
		return 0;
	if (text.n > MAX_LIST_BYTES) {
		if (unknown != NULL)
			*unknown = text;
		return 0;
	}
	/* Names with separators in them come before the separators. */
	if (add_one(&job, text))
		return job.n_added;
	read_separated(&job, without_label(text));
	return job.n_added;
}
