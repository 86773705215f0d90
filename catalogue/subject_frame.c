// SPDX-License-Identifier: EUPL-1.2
/*
 * What stands around the name of a field: kinds of studies and parts of schools
 * (field-words.tsv), and the case in which the name then is.
 */
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/phrase.h"
#include "catalogue/subject_parts.h"

enum {
	FRAME_WORDS = 5, /* of the longest phrase around a name */
	MAX_BYTES = 200, /* a longer text is a description */
	MIN_STEM = 4, /* bytes of a word before its ending */
	CASE_BYTES = 2 * MAX_BYTES,
};

/* ---- cases ---- */

/* How words end behind "faculty of", and in the dictionary; the first that fits is taken. Source:
 * grammars of the languages, as far as names of disciplines go. */
static const struct {
	const char *lang, *from, *to;
} endings[] = {
	{ "pl", "yki", "yka" },
	{ "pl", "ii", "ia" },
	{ "pl", "cji", "cja" },
	{ "pl", "zji", "zja" },
	{ "pl", "wa", "wo" },
	{ "pl", "nia", "nie" },
	{ "pl", "ości", "ość" },
	{ "pl", "nej", "na" },
	{ "pl", "iej", "a" },
	{ "pl", "ej", "a" },
	{ "pl", "nego", "ny" },
	{ "pl", "nych", "ne" },
	{ "pl", "ich", "ie" },
	{ "pl", "nauk", "nauki" },
	{ "cs", "iky", "ika" },
	{ "cs", "va", "vo" },
	{ "cs", "ury", "ura" },
	{ "cs", "ých", "é" },
	{ "cs", "ních", "ní" },
	{ "cs", "věd", "vědy" },
	{ "cs", "ého", "é" },
	{ "cs", "by", "ba" },
	{ "sk", "iky", "ika" },
	{ "sk", "va", "vo" },
	{ "sk", "ie", "ia" },
	{ "sk", "úry", "úra" },
	{ "sk", "ých", "é" },
	{ "sk", "nych", "ne" },
	{ "sk", "vied", "vedy" },
	{ "sk", "ej", "a" },
	{ "sl", "ike", "ika" },
	{ "sl", "ije", "ija" },
	{ "sl", "stva", "stvo" },
	{ "sl", "va", "vo" },
	{ "sl", "ih", "e" },
	{ "sl", "ved", "vede" },
	{ "sl", "nosti", "nost" },
	{ "hr", "ike", "ika" },
	{ "hr", "ije", "ija" },
	{ "hr", "stva", "stvo" },
	{ "hr", "va", "vo" },
	{ "hr", "ih", "e" },
	{ "hr", "nosti", "nost" },
	{ "hr", "ure", "ura" },
	{ "sr", "ике", "ика" },
	{ "sr", "ије", "ија" },
	{ "sr", "ва", "во" },
	{ "sr", "их", "е" },
	{ "sr", "наука", "науке" },
	{ "mk", "ката", "ка" },
	{ "mk", "јата", "ја" },
	{ "mk", "вото", "во" },
	{ "bg", "ката", "ка" },
	{ "bg", "ията", "ия" },
	{ "bg", "вото", "во" },
	{ "bg", "ките", "ки" },
	{ "bg", "ето", "е" },
	{ "uk", "ики", "ика" },
	{ "uk", "ії", "ія" },
	{ "uk", "ва", "во" },
	{ "uk", "ння", "ння" },
	{ "uk", "них", "ні" },
	{ "uk", "ної", "на" },
	{ "uk", "ури", "ура" },
	{ "uk", "наук", "науки" },
	{ "ru", "ики", "ика" },
	{ "ru", "ии", "ия" },
	{ "ru", "ва", "во" },
	{ "ru", "ния", "ние" },
	{ "ru", "ных", "ные" },
	{ "ru", "ской", "ская" },
	{ "lt", "ijos", "ija" },
	{ "lt", "ikos", "ika" },
	{ "lt", "ybos", "yba" },
	{ "lt", "ės", "ė" },
	{ "lt", "os", "a" },
	{ "lt", "ų", "ai" },
	{ "lt", "mo", "mas" },
	{ "lt", "to", "tas" },
	{ "lv", "jas", "ja" },
	{ "lv", "kas", "ka" },
	{ "lv", "bas", "ba" },
	{ "lv", "ātņu", "ātnes" },
	{ "lv", "ras", "ra" },
	{ "lv", "nas", "na" },
	{ "lv", "es", "e" },
	{ "lv", "rba", "rbs" },
	{ "fi", "iikan", "iikka" },
	{ "fi", "tieteen", "tiede" },
	{ "fi", "ian", "ia" },
	{ "fi", "tieteiden", "tieteet" },
	{ "fi", "uden", "us" },
	{ "fi", "nnän", "ntä" },
	{ "fi", "nnan", "nta" },
	{ "fi", "nnon", "nto" },
	{ "fi", "kaupan", "kauppa" },
	{ "fi", "ksen", "s" },
	{ "fi", "n", "" },
	{ "et", "teaduse", "teadus" },
	{ "et", "use", "us" },
	{ "et", "teaduste", "teadused" },
	{ "et", "töö", "töö" },
	{ "et", "ise", "ine" },
	{ "el", "ικής", "ική" },
	{ "el", "ίας", "ία" },
	{ "el", "σης", "ση" },
	{ "el", "ων", "ες" },
	{ "el", "ών", "ά" },
	{ "el", "ου", "ο" },
	{ "eu", "tzako", "tza" },
	{ "eu", "rako", "ra" },
	{ "eu", "ako", "a" },
	{ "eu", "eko", "e" },
	{ "eu", "ko", "" },
	{ "eu", "ren", "" },
	{ "ro", "ului", "" },
	{ "ro", "iei", "ie" },
	{ "ro", "ilor", "i" },
	{ "ro", "elor", "e" },
};

/* The row by which a word in a language is put into the dictionary's form; countof() without. */
static size_t ending_of(struct slice word, size_t first)
{
	size_t i = first;

	for (; i < countof(endings) && strcmp(endings[i].lang, endings[first].lang) == 0; i++)
		if (word.n >= strlen(endings[i].from) + MIN_STEM - 2 &&
		    slice_ends_with(word, slice_of(endings[i].from)))
			return i;
	return countof(endings);
}

/* The text with all words as the rows from first on have them, in memory; absent where none
 * changes. */
static struct slice in_nominative(char memory[CASE_BYTES], struct slice text, size_t first)
{
	struct slice word, rest = text;
	size_t n = 0;
	bool has_changed = false;

	while (phrase_next(&word, &rest, " ")) {
		size_t row = ending_of(word, first);
		struct slice stem = word, end = SLICE_NONE;

		if (row < countof(endings)) {
			stem = slice_first(word, word.n - strlen(endings[row].from));
			end = slice_of(endings[row].to);
			has_changed = true;
		}
		if (n + 1 + stem.n + end.n > CASE_BYTES)
			return SLICE_NONE;
		if (n > 0)
			memory[n++] = ' ';
		memcpy(memory + n, stem.p, stem.n);
		n += stem.n;
		if (end.n > 0)
			memcpy(memory + n, end.p, end.n);
		n += end.n;
	}
	return has_changed ? slice_make(memory, n) : SLICE_NONE;
}

/* What look finds in a text as it is, or put into the nominative of its language, or of any. */
static bool look_in_cases(struct slice *code, struct slice text, struct slice lang,
			  subject_look *look)
{
	char memory[CASE_BYTES];

	if (look(code, text, lang))
		return true;
	for (size_t i = 0; i < countof(endings); i++) {
		struct slice other;

		if (i > 0 && strcmp(endings[i].lang, endings[i - 1].lang) == 0)
			continue; /* within a language */
		if (lang.n > 0 && !vocab_lang_has(slice_of(endings[i].lang), lang))
			continue;
		other = in_nominative(memory, text, i);
		if (other.n > 0 && look(code, other, lang))
			return true;
	}
	return false;
}

/* ---- words around ---- */

/* The number of words at the front, or the back, that are one phrase around names; 0: none. */
static size_t words_around(const struct phrase *p, size_t first, size_t n, enum field_word end)
{
	size_t most = n < FRAME_WORDS ? n : FRAME_WORDS;
	unsigned wanted = end == FIELD_BEFORE ? FIELD_BEFORE | FIELD_LABEL : FIELD_BEHIND;

	for (size_t k = most; k > 0; k--) {
		size_t from = end == FIELD_BEFORE ? first : first + n - k;

		if ((field_word_of(phrase_part(p, from, k)) & wanted) != 0)
			return k;
	}
	return 0;
}

/* "Psychologiestudium", "sjuksköterskeutbildning": without what the last word ends with. */
static bool find_in_compound(struct slice *code, struct slice text, struct slice lang,
			     subject_look *look)
{
	size_t n_before = text.n;

	while (n_before > 0 && text.p[n_before - 1] != ' ')
		n_before--;
	for (size_t i = n_before + MIN_STEM; i + MIN_STEM - 1 < text.n; i++) {
		struct slice stem;

		if (((unsigned char)text.p[i] & 0xc0) == 0x80 ||
		    (field_word_of(slice_from(text, i)) & FIELD_ENDING) == 0)
			continue;
		stem = slice_first(text, i);
		if (stem.p[stem.n - 1] == '-')
			stem.n--;
		if (look_in_cases(code, stem, lang, look))
			return true;
		if (strchr("sn", stem.p[stem.n - 1]) != NULL &&
		    look_in_cases(code, slice_first(stem, stem.n - 1), lang, look))
			return true;
	}
	return false;
}

bool subject_find_framed(struct slice *code, struct slice text, struct slice lang,
			 subject_look *look)
{
	struct phrase p;
	size_t first = 0;

	if (text.n > MAX_BYTES || !phrase_split(&p, text, " ", PHRASE_MAX_WORDS, NULL))
		return false;
	while (p.n > 1) {
		size_t n_front = words_around(&p, first, p.n, FIELD_BEFORE);
		size_t n_back = n_front > 0 ? 0 : words_around(&p, first, p.n, FIELD_BEHIND);

		if (n_front + n_back == 0)
			break;
		if (n_front + n_back == p.n)
			return false; /* "Bachelor of Arts" */
		first += n_front;
		p.n -= n_front + n_back;
		if (look_in_cases(code, phrase_part(&p, first, p.n), lang, look))
			return true;
	}
	return p.n > 0 && find_in_compound(code, phrase_part(&p, first, p.n), lang, look);
}
