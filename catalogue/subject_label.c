// SPDX-License-Identifier: EUPL-1.2
/*
 * Names of fields, alone, in lists, with brackets, as the end of a path:
 *
 *   the whole ─► "A: B", "A > B" ─► "A (B)" ─► "A, B and C" ─► without the words around it
 */
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/subject_parts.h"

enum {
	MAX_ROWS = 32,
	MAX_PIECES = 8,
	JOINED_BYTES = 256, /* a longer name is no name */
};

enum label_cell { LABEL_CODE, LABEL_LANG, LABEL_KIND, LABEL_SOURCE };

/* ---- one name ---- */

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct slice *lang = arg;

	return vocab_lang_has(row->cells[LABEL_LANG], *lang);
}

/* The code that holds all others; but where a translation calls a narrow field and one of its
 * detailed ones alike ("Fysik", 053 and 0533), the latter is meant. */
static bool rows_nest(struct slice *code, const struct vocab_row *rows, size_t n)
{
	struct slice deepest = SLICE_NONE;

	for (size_t i = 0; i < n; i++) {
		struct slice one = rows[i].cells[LABEL_CODE];

		if (i == 0 || slice_starts_with(*code, one))
			*code = one;
		else if (!slice_starts_with(one, *code))
			return false;
		if (one.n > deepest.n && !slice_eq_z(rows[i].cells[LABEL_SOURCE], "own"))
			deepest = one;
	}
	if (deepest.n == SUBJECT_MAX_CODE && slice_starts_with(deepest, *code))
		*code = deepest;
	return n > 0;
}

/* The detailed field where it is the only one of a narrow field, and so is no other: "law". */
static struct slice only_child(struct slice code)
{
	char memory[SUBJECT_MAX_CODE];
	struct vocab_row first, second;

	if (code.n != 3)
		return code;
	memcpy(memory, code.p, 3);
	memory[3] = '1';
	if (!subject_find_code(&first, slice_make(memory, SUBJECT_MAX_CODE)))
		return code;
	memory[3] = '2';
	return subject_find_code(&second, slice_make(memory, SUBJECT_MAX_CODE)) ? code : first.key;
}

/* The rows that count: the operator's own, else those in the language, else all. */
static size_t keep_best(struct vocab_row *rows, size_t n, struct slice lang)
{
	struct vocab_row in_lang[MAX_ROWS];
	size_t n_own = 0, n_in_lang;

	while (n_own < n && rows[n_own].is_own)
		n_own++;
	if (n_own > 0)
		n = n_own;
	if (lang.n == 0 || n < 2)
		return n;
	memcpy(in_lang, rows, n * sizeof(rows[0]));
	n_in_lang = vocab_keep(in_lang, n, is_in_lang, &lang);
	if (n_in_lang == 0)
		return n;
	memcpy(rows, in_lang, n_in_lang * sizeof(rows[0]));
	return n_in_lang;
}

bool subject_find_plain(struct slice *code, struct slice text, struct slice lang)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_SUBJECT, text);

	if (!rows_nest(code, rows, keep_best(rows, n, lang)) || !subject_settle(code, *code))
		return false;
	*code = only_child(*code);
	return true;
}

/* ---- names in pieces ---- */

static bool is_joint(struct slice word)
{
	return word.n == 1 && word.p[0] == '&' ? true : (field_word_of(word) & FIELD_AND) != 0;
}

/* Whether a word that joins stands behind the blank at i, and something behind that. */
static bool is_word_joint_at(struct slice *behind, struct slice text, size_t i)
{
	struct slice word;

	*behind = slice_from(text, i + 1);
	return text.p[i] == ' ' && slice_split(&word, behind, ' ') && behind->n > 0 &&
	       is_joint(word);
}

/* The next piece of a label, up to a comma or a word that joins. */
static bool next_piece(struct slice *piece, bool *is_list, struct slice *rest)
{
	struct slice text = slice_trim(*rest), behind;

	for (size_t i = 0; i < text.n; i++) {
		if (strchr(",;/", text.p[i]) != NULL) {
			*piece = slice_trim(slice_first(text, i));
			*rest = slice_from(text, i + 1);
			*is_list = true;
			return true;
		}
		if (!is_word_joint_at(&behind, text, i))
			continue;
		*piece = slice_first(text, i);
		*rest = behind;
		return true;
	}
	*piece = text;
	*rest = SLICE_NONE;
	return text.n > 0;
}

/* The digits with which both codes begin. */
static struct slice common_field(struct slice a, struct slice b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return slice_first(a, n);
}

static bool nest(struct slice a, struct slice b)
{
	return slice_starts_with(a, b) || slice_starts_with(b, a);
}

/* A name of two parts of a text that do not stand side by side. */
static bool find_joined(struct slice *code, struct slice front, struct slice back,
			struct slice lang)
{
	char memory[JOINED_BYTES];

	if (front.n == 0 || back.n == 0 || front.n + 1 + back.n > sizeof(memory))
		return false;
	memcpy(memory, front.p, front.n);
	memory[front.n] = ' ';
	memcpy(memory + front.n + 1, back.p, back.n);
	return subject_find_plain(code, slice_make(memory, front.n + 1 + back.n), lang);
}

/* "Design de moda e de interiores", "mechanical and electrical engineering": a piece that leaves
 * out the first word of the whole, or the last. */
static bool find_piece(struct slice *code, struct slice piece, struct slice text, struct slice lang)
{
	ptrdiff_t first = slice_find_byte(text, ' ');
	size_t last = text.n;

	while (last > 0 && text.p[last - 1] != ' ')
		last--;
	return subject_find_plain(code, piece, lang) ||
	       (first > 0 && piece.p > text.p &&
		find_joined(code, slice_first(text, (size_t)first), piece, lang)) ||
	       (last > 0 && piece.p + piece.n < text.p + last &&
		find_joined(code, piece, slice_from(text, last), lang));
}

/*
 * "Regnskap og revisjon", "Physics and chemistry": the field that holds those of
 * all pieces. Of a list, which may be of several subjects, one of them must hold
 * the others; then one of three or more may be unknown.
 */
static bool find_pieces(struct slice *code, struct slice text, struct slice lang)
{
	struct slice piece, rest = text;
	bool is_list = false, is_apart = false;
	size_t n = 0, n_known = 0;

	for (; next_piece(&piece, &is_list, &rest); n++) {
		struct slice one;

		if (n == MAX_PIECES)
			return false;
		if ((n == 0 && rest.n == 0) || piece.n == 0 || !find_piece(&one, piece, text, lang))
			continue;
		if (n_known++ == 0) {
			*code = one;
			continue;
		}
		is_apart = is_apart || !nest(*code, one);
		*code = common_field(*code, one);
	}
	if (n_known < n && (n_known < 2 || n_known + 1 < n || is_apart))
		return false;
	return n > 1 && code->n >= 3 && !(is_list && is_apart) && subject_settle(code, *code);
}

bool subject_has_piece_of(struct slice code, struct slice text, struct slice lang)
{
	struct slice piece, rest = text, one;
	bool is_list = false;

	while (next_piece(&piece, &is_list, &rest))
		if (subject_find_plain(&one, piece, lang) && slice_starts_with(one, code))
			return true;
	return false;
}

/* ---- a name and one below it ---- */

/* Teachers of a subject study teaching, whatever the subject. */
static bool is_of_teachers(struct slice code)
{
	return slice_starts_with(code, SLICE_LIT("01"));
}

/* The deeper of two fields, one of which holds the other; inner may be of a subject to teach. */
static bool deeper(struct slice *code, struct slice outer, struct slice inner)
{
	*code = slice_starts_with(inner, outer) ? inner : outer;
	return nest(outer, inner) || is_of_teachers(outer);
}

static bool find_simple(struct slice *code, struct slice text, struct slice lang)
{
	return subject_find_plain(code, text, lang) || find_pieces(code, text, lang);
}

/* A name, with words around it or not. */
static bool find_name(struct slice *code, struct slice text, struct slice lang)
{
	return find_simple(code, text, lang) || subject_find_framed(code, text, lang, find_simple);
}

/* "Elektrotechnik (Energietechnik)": the field before the brackets, or that within them if it is
 * below the other. */
static bool find_with_brackets(struct slice *code, struct slice text, struct slice lang)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	struct slice outer, inner;

	if (open <= 0 || !slice_ends_with(text, SLICE_LIT(")")) ||
	    !find_name(&outer, slice_trim(slice_first(text, (size_t)open)), lang))
		return false;
	inner = slice_trim(slice_make(text.p + open + 1, text.n - (size_t)open - 2));
	*code = outer;
	return !find_simple(&inner, inner, lang) || deeper(code, outer, inner);
}

/* What parts a field from one below it; its length. */
static size_t path_sign(struct slice text)
{
	static const char *const signs[] = {
		": ", ":", " - ", " – ", " — ", " > ", ">", " » ", " → ", " | ", " / ", " // ",
	};

	if (strchr(" :>", text.p[0]) == NULL)
		return 0; /* as most bytes are */
	for (size_t i = 0; i < countof(signs); i++)
		if (slice_starts_with(text, slice_of(signs[i])))
			return strlen(signs[i]);
	return 0;
}

/*
 * "Health > Nursing", "Fremdsprachenerwerb: Spanisch": the field at the end that
 * is below the others; words that are no field say nothing behind one.
 */
static bool find_in_path(struct slice *code, struct slice text, struct slice lang)
{
	enum { MAX_BYTES = 200 }; /* a longer one is a description */
	size_t start = 0;
	bool has_any = false;

	if (text.n > MAX_BYTES)
		return false;
	for (size_t i = 1; i <= text.n; i++) {
		size_t n_sign = i < text.n ? path_sign(slice_from(text, i)) : 1;
		struct slice one;

		if (n_sign == 0)
			continue;
		if (i == text.n && !has_any)
			return false;
		if (find_name(&one, slice_trim(slice_make(text.p + start, i - start)), lang)) {
			if (has_any && !deeper(code, *code, one))
				return false;
			*code = has_any ? *code : one;
			has_any = true;
		} else if (!has_any) {
			return false;
		}
		start = i + n_sign;
		i = start;
	}
	return has_any;
}

bool subject_find_label(struct slice *code, struct slice text, struct slice lang)
{
	return find_name(code, text, lang) || find_with_brackets(code, text, lang) ||
	       find_in_path(code, text, lang);
}

/* ---- several names ---- */

/* "Maths, physics", "maths and physics": whether two names may part at i. */
static bool is_joint_at(struct slice *behind, struct slice text, size_t i)
{
	if (strchr(",;/", text.p[i]) == NULL)
		return is_word_joint_at(behind, text, i);
	*behind = slice_trim(slice_from(text, i + 1));
	return behind->n > 0;
}

/* The front is one name, the rest one or several. "Natur-" is part of another. */
static size_t find_joint(struct slice *codes, size_t max, struct slice front, struct slice rest,
			 struct slice lang)
{
	if (slice_ends_with(front, SLICE_LIT("-")) || !subject_find_label(&codes[0], front, lang))
		return 0;
	if (subject_find_label(&codes[1], rest, lang))
		return 2;
	for (size_t i = 0; max > 2 && i < rest.n; i++) {
		struct slice behind;
		size_t n =
			is_joint_at(&behind, rest, i)
				? find_joint(codes + 1, max - 1, slice_first(rest, i), behind, lang)
				: 0;

		if (n > 0)
			return n + 1;
	}
	return 0;
}

/* "Faculty of Architecture and Construction": one name, though of two that are below it. Commas
 * alone part rather than join. */
static bool is_one_name(struct slice text, struct slice lang)
{
	struct slice code, behind;
	bool has_word = false;

	for (size_t i = 0; i < text.n && !has_word; i++)
		has_word = is_word_joint_at(&behind, text, i);
	return has_word && (subject_find_plain(&code, text, lang) ||
			    subject_find_framed(&code, text, lang, subject_find_plain));
}

size_t subject_find_joint(struct slice codes[SUBJECT_MAX_JOINT], struct slice text,
			  struct slice lang)
{
	size_t n = 0;

	if (text.n > JOINED_BYTES)
		return 0;
	for (size_t i = 0; i < text.n && n == 0; i++) {
		struct slice behind;

		if (is_joint_at(&behind, text, i))
			n = find_joint(codes, SUBJECT_MAX_JOINT, slice_first(text, i), behind,
				       lang);
	}
	return n > 0 && is_one_name(text, lang) ? 0 : n;
}
