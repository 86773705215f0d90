// SPDX-License-Identifier: EUPL-1.2
/* Folding of vocabulary keys: see vocab_fold.h. */
#include "catalogue/vocab_fold.h"

#include "base/utf8.h"

#include <endian.h>
#include <pthread.h>
#include <utf8proc.h>

static bool is_dash(int32_t c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58 || c == 0xfe63;
}

/* Quotes, dashes and blanks in their plain form; 0 for what is dropped. */
static int32_t plain(int32_t c)
{
	if (is_dash(c))
		return '-';
	switch (c) {
	case 0x2018: /* single quotes, primes and what stands for an apostrophe */
	case 0x2019:
	case 0x201a:
	case 0x201b:
	case 0x2032:
	case 0x02bc:
	case 0x02b9:
	case 0x0384:
	case 0x00b4:
	case '`':
		return '\'';
	case 0x201c: /* double quotes */
	case 0x201d:
	case 0x201e:
	case 0x201f:
	case 0x00ab:
	case 0x00bb:
		return '"';
	case 0x0131: /* Turkish dotless i: capitals of both i are written without care */
		return 'i';
	case '\t':
	case '\n':
	case '\r':
	case '\f':
	case '\v':
	case 0x2028:
	case 0x2029:
		return ' ';
	default:
		return c;
	}
}

static bool is_greek(int32_t c)
{
	return c >= 0x370 && c <= 0x3ff;
}

/* Whether a code point of the decomposed text is dropped, prev being the one before it. */
static bool is_dropped(int32_t c, int32_t prev, enum vocab_fold how)
{
	if (c == 0x307 && prev == 'i') /* what is left of a dotted capital I */
		return true;
	if (c == 0x301 && is_greek(prev)) /* Greek capitals are written without tonos */
		return true;
	return how >= VOCAB_FOLD_NAME && utf8proc_category(c) == UTF8PROC_CATEGORY_MN;
}

static bool is_blank_for(int32_t c, enum vocab_fold how)
{
	if (c == ' ')
		return true;
	if (how == VOCAB_FOLD_TEXT)
		return false;
	if (c == '-' || c == '_')
		return true;
	if (how < VOCAB_FOLD_NAME || (c == '*' && how == VOCAB_FOLD_PATTERN))
		return false;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_ZS:
		return true;
	default:
		return false;
	}
}

/* Drops, replaces and collapses in place; the number of points left. */
static utf8proc_ssize_t tidy(utf8proc_int32_t *points, utf8proc_ssize_t n, enum vocab_fold how)
{
	utf8proc_ssize_t kept = 0;
	int32_t base = 0; /* the letter that following marks belong to */

	for (utf8proc_ssize_t i = 0; i < n; i++) {
		int32_t c = plain(points[i]);

		if (is_dropped(c, base, how))
			continue;
		if (c == 0x301 && kept > 0 && points[kept - 1] == ' ') {
			points[kept - 1] = '\''; /* a free-standing accent, taken apart */
			continue;
		}
		if (utf8proc_category(c) != UTF8PROC_CATEGORY_MN)
			base = c;
		if (is_blank_for(c, how)) {
			if (kept > 0 && points[kept - 1] != ' ')
				points[kept++] = ' ';
			continue;
		}
		points[kept++] = c;
	}
	while (kept > 0 && points[kept - 1] == ' ')
		kept--;
	return kept;
}

/* "http://" and "https://" in front, slashes behind. */
static struct slice without_scheme(struct slice text)
{
	size_t scheme = 0;

	text = slice_trim(text);
	if (text.n == 0 || ascii_lower(text.p[0]) != 'h')
		return text;
	if (slice_starts_with_nocase(text, SLICE_LIT("https://")))
		scheme = 8;
	else if (slice_starts_with_nocase(text, SLICE_LIT("http://")))
		scheme = 7;
	if (scheme == 0)
		return text;
	text = slice_from(text, scheme);
	while (text.n > 0 && text.p[text.n - 1] == '/')
		text.n--;
	return text;
}

/* Any text: the length, or 0. */
static size_t fold_points(char *out, size_t cap, struct slice text, enum vocab_fold how)
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
					  UTF8PROC_IGNORE | UTF8PROC_STABLE;
	utf8proc_int32_t points[VOCAB_FOLD_POINTS];
	utf8proc_ssize_t n;
	size_t len = 0;

	n = utf8proc_decompose((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, points,
			       VOCAB_FOLD_POINTS, options);
	if (n <= 0 || n > VOCAB_FOLD_POINTS)
		return 0;
	n = tidy(points, n, how);
	n = utf8proc_normalize_utf32(points, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		char bytes[4];
		size_t size = utf8_encode(bytes, (uint32_t)points[i]);

		if (size > cap - len)
			return 0;
		memcpy(out + len, bytes, size);
		len += size;
	}
	return len;
}

/* ---- the usual texts, a byte or a letter at a time ---- */

/* What folding makes of a character of ASCII, in the order in which it becomes a blank. */
enum ascii_class {
	ASCII_KEPT,
	ASCII_DROPPED,
	ASCII_STAR,
	ASCII_SIGN, /* all else that Unicode calls punctuation */
	ASCII_DASH,
	ASCII_BLANK,
};

#define X8(class) class, class, class, class, class, class, class, class
#define D ASCII_DROPPED
#define S ASCII_SIGN
#define B ASCII_BLANK
/* clang-format off */
static const uint8_t ascii_classes[128] = {
	X8(D), D, B, B, B, B, B, D, D, X8(D), X8(D),
	B, S, S, S, 0, S, S, S, /*   ! " # $ % & ' */
	S, S, ASCII_STAR, 0, S, ASCII_DASH, S, S, /* ( ) * + , - . / */
	X8(0), 0, 0, S, S, 0, 0, 0, S, /* : ; < = > ? */
	S, 0, 0, 0, 0, 0, 0, 0, X8(0), X8(0), /* @ */
	0, 0, 0, S, S, S, 0, ASCII_DASH, /* [ \ ] ^ _ */
	S, 0, 0, 0, 0, 0, 0, 0, X8(0), X8(0), /* ` is a quote */
	0, 0, 0, S, 0, S, 0, 0, /* { | } ~ */
};
/* clang-format on */
#undef X8
#undef D
#undef S
#undef B

/* From which class on a character is a blank. */
static const uint8_t first_blanks[] = {
	[VOCAB_FOLD_TEXT] = ASCII_BLANK, [VOCAB_FOLD_WORDS] = ASCII_DASH,
	[VOCAB_FOLD_NAME] = ASCII_STAR,  [VOCAB_FOLD_PATTERN] = ASCII_SIGN,
	[VOCAB_FOLD_TOPIC] = ASCII_STAR,
};

enum {
	LETTERS_FROM = 0x80,
	LETTERS_END = 0x530, /* Latin, Greek, Cyrillic */
	LETTER_BYTES = 7,
};

/* What a letter folds to whatever stands beside it; n == 0: that is not sure. */
struct folded_letter {
	uint8_t n;
	char bytes[LETTER_BYTES];
};

static struct folded_letter letters[2][LETTERS_END - LETTERS_FROM]; /* with marks and without */
static pthread_once_t letters_are_made = PTHREAD_ONCE_INIT;

static bool is_letter(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO &&
	       category != UTF8PROC_CATEGORY_LM;
}

/* Whether a character is a letter, with marks or several of them, and nothing else. */
static bool is_of_letters(struct slice c)
{
	utf8proc_int32_t points[VOCAB_FOLD_POINTS];
	utf8proc_ssize_t n =
		utf8proc_decompose((const utf8proc_uint8_t *)c.p, (utf8proc_ssize_t)c.n, points,
				   VOCAB_FOLD_POINTS, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);

	if (n <= 0 || !is_letter(points[0]))
		return false;
	for (utf8proc_ssize_t i = 1; i < n; i++)
		if (!is_letter(points[i]) && utf8proc_category(points[i]) != UTF8PROC_CATEGORY_MN)
			return false;
	return true;
}

static void make_letters(void)
{
	for (uint32_t c = LETTERS_FROM; c < LETTERS_END; c++) {
		char bytes[4];
		struct slice text = slice_make(bytes, utf8_encode(bytes, c));

		if (!is_letter((utf8proc_int32_t)c) || !is_of_letters(text))
			continue;
		for (size_t k = 0; k < 2; k++) {
			struct folded_letter *letter = &letters[k][c - LETTERS_FROM];

			letter->n =
				(uint8_t)fold_points(letter->bytes, LETTER_BYTES, text,
						     k == 0 ? VOCAB_FOLD_TEXT : VOCAB_FOLD_NAME);
		}
	}
}

/* The letter of two bytes at p; NULL where there is none, or one that takes the long way. */
static const struct folded_letter *letter_at(const char *p, const char *end, enum vocab_fold how)
{
	uint32_t lead = (unsigned char)p[0], c;

	if (lead < 0xc2 || lead > 0xdf || end - p < 2 || ((unsigned char)p[1] & 0xc0) != 0x80)
		return NULL;
	c = (lead & 0x1f) << 6 | ((unsigned char)p[1] & 0x3f);
	if (c < LETTERS_FROM || c >= LETTERS_END)
		return NULL;
	return &letters[how >= VOCAB_FOLD_NAME][c - LETTERS_FROM];
}

/* ASCII and letters of two bytes: the length, or SIZE_MAX when there is something else. */
static size_t fold_letters(char *out, size_t cap, struct slice text, enum vocab_fold how)
{
	const char *end = text.p + text.n;
	unsigned first_blank = first_blanks[how];
	size_t n = 0;

	for (const char *p = text.p; p < end; p++) {
		const struct folded_letter *letter;
		unsigned class;

		if ((unsigned char)*p < 0x80) {
			class = ascii_classes[(unsigned char)*p];
			if (class == ASCII_DROPPED ||
			    (class >= first_blank && (n == 0 || out[n - 1] == ' ')))
				continue;
			if (n == cap)
				return 0;
			out[n++] = class >= first_blank ? ' ' : *p == '`' ? '\'' : ascii_lower(*p);
			continue;
		}
		letter = letter_at(p, end, how);
		if (letter == NULL || letter->n == 0)
			return SIZE_MAX;
		if (letter->n > cap - n)
			return 0;
		for (size_t i = 0; i < letter->n; i++)
			out[n++] = letter->bytes[i];
		p++;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n;
}

/* ---- topics ---- */

enum { TOPIC_WORDS = 40 }; /* what has more is a sentence, and stays as it is */

/* Articles, prepositions and what joins, in the languages of Europe, folded; by their bytes. */
/* clang-format off */
static const char *const small_words[] = {
	"a", "af", "agus", "aj", "al", "ale", "alla", "am", "an", "and", "as", "au", "auf",
	"aux", "av", "az", "com", "con", "cu", "d", "da", "das", "de", "degli", "dei", "del",
	"dell", "della", "delle", "dello", "dels", "dem", "den", "der", "des", "dhe", "di",
	"die", "dla", "do", "dos", "du", "e", "ed", "el", "els", "em", "en", "es", "et", "eta",
	"for", "fur", "gli", "het", "i", "icin", "il", "ile", "im", "in", "inom", "ir", "its",
	"j", "ja", "l", "la", "las", "le", "les", "lo", "los", "med", "met", "mit", "na",
	"nel", "nella", "ning", "no", "o", "och", "of", "og", "oraz", "os", "para", "pentru",
	"per", "pour", "pro", "s", "samt", "seka", "si", "sowie", "sur", "ta", "tal", "te",
	"the", "til", "till", "to", "u", "un", "und", "v", "van", "ve", "vo", "vom", "von",
	"voor", "w", "with", "y", "z", "za", "ze", "zu", "zum", "zur", "για", "η", "και", "με",
	"ο", "στη", "στην", "στο", "τα", "τησ", "το", "του", "των", "в", "для", "з", "за", "и",
	"на", "с", "та", "у", "і",
};
/* clang-format on */

static bool is_small_word(struct slice word)
{
	size_t low = 0, high = sizeof(small_words) / sizeof(small_words[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = slice_cmp(word, slice_of(small_words[mid]));

		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

/* Puts a word into its place among those before it. */
static void insert_word(struct slice *words, size_t n, struct slice word)
{
	while (n > 0 && slice_cmp(words[n - 1], word) > 0) {
		words[n] = words[n - 1];
		n--;
	}
	words[n] = word;
}

/* The words of a folded name without the small ones, in order; the name itself if it has no
 * others. The length. */
static size_t fold_topic(char *name, size_t n)
{
	struct slice words[TOPIC_WORDS], rest = slice_make(name, n), word;
	char sorted[VOCAB_KEY_BYTES];
	size_t n_words = 0, len = 0;

	while (slice_split(&word, &rest, ' ')) {
		if (is_small_word(word))
			continue;
		if (n_words == TOPIC_WORDS)
			return n;
		insert_word(words, n_words++, word);
	}
	if (n_words == 0 || n > sizeof(sorted))
		return n;
	for (size_t i = 0; i < n_words; i++) {
		if (i > 0)
			sorted[len++] = ' ';
		memcpy(sorted + len, words[i].p, words[i].n);
		len += words[i].n;
	}
	memcpy(name, sorted, len);
	return len;
}

size_t vocab_fold_as(char *out, size_t cap, struct slice text, enum vocab_fold how)
{
	size_t len;

	text = without_scheme(text);
	if (text.n == 0 || text.n > VOCAB_KEY_BYTES)
		return 0;
	(void)pthread_once(&letters_are_made, make_letters);
	len = fold_letters(out, cap, text, how);
	if (len == SIZE_MAX)
		len = fold_points(out, cap, text, how);
	return how == VOCAB_FOLD_TOPIC ? fold_topic(out, len) : len;
}

uint64_t vocab_hash(uint64_t hash, struct slice data)
{
	hash ^= 0xcbf29ce484222325u; /* the offset basis, so that a start of 0 will do */
	for (size_t i = 0; i < data.n; i++) {
		hash ^= (unsigned char)data.p[i];
		hash *= 0x100000001b3u;
	}
	return hash;
}

/* Up to eight bytes as a number; pieces of fixed sizes, so that no function is called. */
static uint64_t load(const char *p, size_t n)
{
	uint64_t eight;
	uint32_t low, high;

	if (n >= 8) {
		memcpy(&eight, p, sizeof(eight));
		return le64toh(eight);
	}
	if (n >= 4) {
		memcpy(&low, p, sizeof(low));
		memcpy(&high, p + n - 4, sizeof(high));
		return le32toh(low) | (uint64_t)le32toh(high) << 32;
	}
	if (n == 0)
		return 0;
	return (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 |
	       (uint64_t)(unsigned char)p[n - 1] << 16;
}

uint64_t vocab_key_hash(struct slice key)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t hash = key.n * odd;

	for (size_t i = 0; i < key.n; i += 8) {
		hash = (hash ^ load(key.p + i, key.n - i)) * odd;
		hash ^= hash >> 32;
	}
	return hash;
}
