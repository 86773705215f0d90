// SPDX-License-Identifier: EUPL-1.2
/* Codes of a phrase in plain language, from the ranks of its words: see coded_words.h. */
#include "base/mem.h"
#include "catalogue/coded_ranks.h"

enum {
	MAX_PREPOSITION_BYTES = 4,
};

#define NAMING ":.(-" /* between a name and what it names */
#define PARTING CODED_JOINING NAMING ")[]!?*\t\""

static bool is_mode(const struct wanted *wanted)
{
	return coded_is_of(wanted, "mode");
}

static bool is_assessment(const struct wanted *wanted)
{
	return coded_is_of(wanted, "assessment");
}

static bool is_supervision(const struct wanted *wanted)
{
	return coded_is_of(wanted, "supervision-annex");
}

static bool is_stackability(const struct wanted *wanted)
{
	return coded_is_of(wanted, "stackability");
}

static bool is_schedule(const struct wanted *wanted)
{
	return coded_is_of(wanted, "learning-schedule");
}

/* Whether what is not so says something: "cannot be stacked", "no identity check". */
static bool says_by_not(const struct wanted *wanted)
{
	return is_supervision(wanted) || is_stackability(wanted);
}

static void add_found(struct coded_found *found, const struct vocab_row *row)
{
	struct slice code = row->cells[VALUE_CODE];

	for (size_t i = 0; i < found->n; i++)
		if (slice_eq(found->codes[i], code))
			return;
	if (found->n == CODED_MAX_FOUND)
		return;
	found->rows[found->n] = *row;
	found->codes[found->n++] = code;
}

/* Whether a word is a share below the whole: "50%", "50 %". */
static bool is_share(const struct phrase *phrase, size_t i)
{
	struct slice word = phrase->words[i];
	uint32_t percent = 0;
	size_t k = 0;

	for (; k < word.n && ascii_is_digit(word.p[k]) && percent < 1000; k++)
		percent = percent * 10 + (uint32_t)(word.p[k] - '0');
	if (k == 0 || percent == 0 || percent >= 100)
		return false;
	return k < word.n ? word.p[k] == '%'
			  : i + 1 < phrase->n && phrase->words[i + 1].p[0] == '%';
}

static bool begins_small(struct slice text)
{
	return text.n > 0 && text.p[0] >= 'a' && text.p[0] <= 'z';
}

/*
 * "online" directly beside one strange word is about that ("Online Helpdesk",
 * "boutique en ligne"), and so is a place behind one ("restauration sur place") or before
 * a thing ("onsite childcare", not "Klātienē Rīgā"): no mode is said. In a longer phrase it
 * may be.
 */
static void drop_described(struct search *s)
{
	struct item *left = &s->items[0], *right = &s->items[1];
	struct item *term = left->rank == RANK_TERM ? left : right;

	if (s->n != 2 || coded_has_between(left, right, PARTING) || term->rank != RANK_TERM ||
	    (left->rank != RANK_NONE && right->rank != RANK_NONE))
		return;
	if (slice_eq_z(term->row.cells[WORD_CODE], "online") ||
	    ((term == right || begins_small(right->text)) &&
	     slice_eq_z(term->row.cells[WORD_CODE], "presential")))
		term->rank = RANK_DOUBTFUL;
}

static bool is_head(const struct item *item)
{
	return item->rank == RANK_LAST || item->rank == RANK_HEAD;
}

/* Whether the items so far say what something is of, so that what follows is only that:
 * "course for teachers", "Kurs in Wirtschaft". */
static bool has_head_of(const struct search *s, size_t n)
{
	bool has_head = false;

	for (size_t i = 0; i < n; i++) {
		if (s->items[i].rank == (has_head ? RANK_OF : RANK_NONE))
			return has_head;
		has_head = has_head || is_head(&s->items[i]) || s->items[i].rank == RANK_TERM;
	}
	return false;
}

/* What a word that voids is among those before it: what a head is of is not voided, "without"
 * voids only what follows where something has been said ("online without meetings"). */
static enum rank voiding_rank(const struct search *s, size_t n_before, enum rank rank)
{
	bool says_any = false;

	if (rank < RANK_WITHOUT)
		return rank == RANK_STRANGE ? RANK_NONE : rank;
	if (has_head_of(s, n_before))
		return RANK_NONE;
	for (size_t i = 0; i < n_before; i++)
		says_any = says_any || coded_says(s->items[i].rank);
	return rank == RANK_WITHOUT && (!says_any || says_by_not(&s->wanted)) ? RANK_NOT : rank;
}

/* "Hybrid- und Elektrofahrzeuge": a word whose end is that of a strange one. */
static void drop_halves_of_words(struct search *s)
{
	for (size_t i = 0; i + 2 < s->n; i++)
		if (s->items[i].rank == RANK_DOUBTFUL &&
		    slice_ends_with(s->items[i].text, SLICE_LIT("-")) &&
		    coded_is_joining(&s->items[i + 1]) && s->items[i + 2].rank == RANK_NONE)
			s->items[i].rank = RANK_NONE;
}

/* "Aulas presenciais no Porto": "in the" of Portuguese, between what is said and a place. */
static bool is_in_place(const struct search *s, const struct phrase *phrase, size_t next)
{
	const struct item *item = &s->items[s->n], *before = item - 1;

	return s->n > 0 && slice_eq_z(item->text, "no") && coded_says(before->rank) &&
	       !coded_has_between(before, item, PARTING) && next < phrase->n &&
	       ascii_is_alpha(phrase->words[next].p[0]) && !begins_small(phrase->words[next]);
}

/* False when the phrase says nothing that could be read. */
static bool search_phrase(struct search *s, const struct phrase *phrase)
{
	bool is_after_share = false;
	size_t n;

	for (size_t i = 0; i < phrase->n; i += n, s->n++) {
		struct item *item = &s->items[s->n];

		item->rank = coded_longest_at(&item->row, &n, &s->wanted, phrase, i);
		item->text = phrase_part(phrase, i, n);
		if (item->rank == RANK_NOT && is_in_place(s, phrase, i + n))
			item->rank = RANK_KNOWN;
		item->rank = voiding_rank(s, s->n, item->rank);
		if (item->rank == RANK_WITHOUT)
			break;
		s->has_not = s->has_not || item->rank == RANK_NOT;
		if (item->rank == RANK_STOP || (s->has_not && !says_by_not(&s->wanted)))
			return false;
		s->has_and = s->has_and || item->rank == RANK_AND || item->rank == RANK_WITH;
		s->has_or = s->has_or || item->rank == RANK_OR;
		s->has_part = s->has_part || item->rank == RANK_PART ||
			      (is_after_share && item->rank == RANK_TERM);
		is_after_share =
			is_share(phrase, i) || (is_after_share && phrase->words[i].p[0] == '%');
	}
	drop_halves_of_words(s);
	if (is_mode(&s->wanted))
		drop_described(s);
	return true;
}

/* Whether what follows an item without a sign is only what it is of. */
static bool has_contents(const struct item *item)
{
	static const char *const codes[] = { "presentation", "portfolio" };

	for (size_t i = 0; coded_says(item->rank) && i < countof(codes); i++)
		if (slice_eq_z(item->row.cells[WORD_CODE], codes[i]))
			return true;
	return false;
}

/* "Presentazione di un caso di studio", "portfolio of essays": what is presented or collected is
 * not assessed by itself. */
static void drop_contents(struct search *s)
{
	bool is_inside = false;

	for (size_t i = 0; i < s->n; i++) {
		struct item *item = &s->items[i];

		is_inside = is_inside && !coded_is_joining(item) &&
			    !coded_has_between(item - 1, item, PARTING);
		if (is_inside && coded_says(item->rank) && !has_contents(item))
			item->rank = RANK_KNOWN;
		is_inside = is_inside || has_contents(item);
	}
}

static bool says(const struct item *item, const char *code)
{
	return coded_says(item->rank) && slice_eq_z(item->row.cells[VALUE_CODE], code);
}

/* Of two in one part the vaguer: "ryhmätyö (projekti)" is a project, "skriftlig opgave" no exam. */
static bool yields_to(const struct item *item, const struct item *other)
{
	if (says(other, "project-work"))
		return says(item, "group-performance") ||
		       (says(item, "marked-assignment") && item + 1 == other &&
			coded_has_between(item, other, "("));
	if (says(other, "peer-assessment")) /* "Peer-Feedback (Peer-Assessment)" */
		return says(item, "peer-review") && item + 1 == other &&
		       coded_has_between(item, other, "(");
	return item->rank == RANK_DOUBTFUL && says(item, "written-examination") &&
	       other->rank == RANK_DOUBTFUL && !says(other, "written-examination") &&
	       !says(other, "oral-examination");
}

/* Where what a part says is taken for the vaguer of two, the other says it for sure. */
static void drop_vaguer(struct search *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t k = from; k < to; k++) {
			if (!yields_to(&s->items[i], &s->items[k]))
				continue;
			s->items[i].rank = RANK_KNOWN;
			if (says(&s->items[k], "project-work"))
				s->items[k].rank = RANK_TERM;
		}
}

/* The items of one rank from one to another. */
static bool add_rank(struct coded_found *out, const struct search *s, size_t from, size_t to,
		     enum rank rank)
{
	bool has_any = false;

	for (size_t i = from; i < to; i++) {
		if (s->items[i].rank != rank)
			continue;
		add_found(out, &s->items[i].row);
		has_any = true;
	}
	return has_any;
}

static bool is_mixture(struct slice code)
{
	return slice_eq_z(code, "blended") || slice_eq_z(code, "hybrid");
}

/* A mixture of modes by a doubtful name beside sure ones: "hybride (présentiel et distanciel)". */
static bool add_doubtful_mixture(struct coded_found *out, const struct search *s, size_t from,
				 size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct item *item = &s->items[i];

		if (item->rank != RANK_DOUBTFUL || !is_mixture(item->row.cells[WORD_CODE]))
			continue;
		add_found(out, &item->row);
		return true;
	}
	return false;
}

static bool is_dash(struct slice word)
{
	return slice_eq_z(word, "-") || slice_starts_with(word, SLICE_LIT("\xE2\x80"));
}

/* Whether a dash or a sign parts a name from what it names: "Kurs: Statistik", "course - law". */
static bool are_apart(const struct item *left, const struct item *right)
{
	size_t from = left->text.n;

	while (from > 0 && left->text.p[from - 1] != ' ')
		from--;
	return coded_has_between(left, right, NAMING) || is_dash(slice_from(left->text, from)) ||
	       is_dash(right->text);
}

/* Whether what stands behind a head says what it is of: "mentoring scheme for women". */
static bool is_of_next(const struct search *s, size_t i, size_t to)
{
	const struct item *item = &s->items[i];
	size_t next = i + 1;

	while (next < to &&
	       (s->items[next].rank == RANK_KNOWN || s->items[next].rank == RANK_VAGUE))
		next++;
	if (next < to && s->items[next].rank == RANK_OF)
		return true;
	return coded_has_rank(s, i, to, RANK_NONE) &&
	       (item->rank == RANK_HEAD || are_apart(item, item + 1));
}

/*
 * A word that means much else beside strange ones, where these say what it is
 * of: behind it ("module on data ethics", "Kurs Projektmanagement"; but not
 * "course leader", where something has to part them), or before it with
 * nothing strange behind ("project management course"; but not "contents of
 * the course").
 */
static bool add_head(struct coded_found *out, const struct search *s, size_t from, size_t to)
{
	bool is_strange = false, is_of = false;

	for (size_t i = from; i < to; i++) {
		const struct item *item = &s->items[i];

		if (is_head(item) && (is_strange ? !is_of && !coded_has_rank(s, i, to, RANK_NONE)
						 : is_of_next(s, i, to))) {
			add_found(out, &item->row);
			return true;
		}
		is_strange = is_strange || item->rank == RANK_NONE;
		is_of = is_of || item->rank == RANK_OF;
	}
	return false;
}

/* Whether a half of what is said has its whole: "part of the CAS Law", "full or part-time". */
static bool has_whole(const struct search *s)
{
	return coded_has_rank(s, 0, s->n, RANK_WHOLE) ||
	       (s->has_parts && coded_has_rank(s, 0, s->n, RANK_LAST));
}

/* What a part of the phrase says, between words that join: by the best rank that it has. */
static void settle_part(struct coded_found *out, const struct search *s, size_t from, size_t to)
{
	bool is_known = !coded_has_rank(s, from, to, RANK_NONE);
	bool is_mixed = is_known && is_mode(&s->wanted) && add_doubtful_mixture(out, s, from, to);

	if (!is_mixed && add_rank(out, s, from, to, RANK_TERM)) {
		/* "Stored in the Credentify wallet as a PDF": one award has several forms. */
		if (is_known && coded_is_of(&s->wanted, "award-format"))
			(void)add_rank(out, s, from, to, RANK_DOUBTFUL);
		return;
	}
	if (is_mixed || add_head(out, s, from, to) ||
	    (has_whole(s) && add_rank(out, s, from, to, RANK_HALF)))
		return;
	if (is_known) {
		bool has_head = add_rank(out, s, from, to, RANK_HEAD);

		if (add_rank(out, s, from, to, RANK_LAST) || has_head) /* both are taken */
			return;
	}
	if ((is_known || coded_has_rank(s, from, to, RANK_WEAK) ||
	     coded_has_rank(s, from, to, RANK_SURE)) &&
	    add_rank(out, s, from, to, RANK_DOUBTFUL))
		return;
	if (!add_rank(out, s, from, to, RANK_WEAK) && is_known)
		(void)add_rank(out, s, from, to, RANK_VAGUE);
}

/* Where the part that begins at an item ends: before a word or a sign that joins. */
static size_t part_end(const struct search *s, size_t from)
{
	size_t to = from;

	while (to < s->n && !coded_is_joining(&s->items[to]) &&
	       (to == from || !coded_has_between(&s->items[to - 1], &s->items[to], CODED_JOINING)))
		to++;
	return to;
}

static bool has_code(const struct coded_found *found, const char *code)
{
	for (size_t i = 0; i < found->n; i++)
		if (slice_eq_z(found->codes[i], code))
			return true;
	return false;
}

/*
 * What is not stackable stands alone; what does not stand alone may be anything. A no before
 * anything is said counts too: "No: this cannot be stacked".
 */
static void settle_not_stackable(struct coded_found *out, size_t n_before, const struct search *s,
				 size_t from, size_t to)
{
	bool is_not = coded_has_rank(s, from, to, RANK_NOT);
	bool is_stackable = out->n > n_before && slice_eq_z(out->codes[n_before], "stackable");

	if (out->n == n_before ||
	    (!is_not && !(is_stackable && n_before == 0 && coded_has_rank(s, 0, from, RANK_NOT))))
		return;
	out->n = n_before;
	if (is_stackable && !coded_has_rank(s, from, to, RANK_NONE) &&
	    !has_code(out, "stand-alone"))
		out->codes[out->n++] = SLICE_LIT("stand-alone");
}

static void settle_parts(struct coded_found *out, struct search *s)
{
	s->has_parts = part_end(s, 0) < s->n;
	for (size_t from = 0; from < s->n;) {
		size_t to = part_end(s, from), n_before = out->n;

		if (is_assessment(&s->wanted))
			drop_vaguer(s, from, to);
		settle_part(out, s, from, to);
		if (is_stackability(&s->wanted))
			settle_not_stackable(out, n_before, s, from, to);
		from = to < s->n && coded_is_joining(&s->items[to]) ? to + 1 : to;
	}
}

/* A mixture by its name is what the rest is the parts of, but for "online and hybrid". */
static bool keep_mixture(struct coded_found *found, const struct search *s)
{
	bool is_list = found->n == 2 && (s->has_and || s->has_or);

	for (size_t i = 0; i < found->n; i++) {
		if (!is_mixture(found->codes[i]) || (is_list && i > 0))
			continue;
		found->rows[0] = found->rows[i];
		found->codes[0] = found->codes[i];
		found->n = 1;
		return true;
	}
	return false;
}

/* One that a sign parts from what explains it: "Hybrid (fysiek of thuis te volgen)". */
static bool add_explained_mixture(struct coded_found *out, const struct search *s)
{
	for (size_t i = 0; i + 1 < s->n && s->items[i].rank != RANK_NONE; i++)
		if (are_apart(&s->items[i], &s->items[i + 1]))
			return add_doubtful_mixture(out, s, 0, i + 1);
	return false;
}

/* Days at a strange place beside what else is said: "online + 2 days in Porto". */
static bool has_days_at_place(const struct search *s)
{
	bool is_beside = false, has_days = false;

	for (size_t i = 1; i < s->n; i++) {
		const struct item *item = &s->items[i], *before = item - 1;

		is_beside = is_beside || coded_is_joining(item) ||
			    coded_has_between(before, item, CODED_JOINING);
		if (has_days && item->rank == RANK_NONE && before->rank != RANK_OF &&
		    before->rank != RANK_NONE && before->text.n <= MAX_PREPOSITION_BYTES)
			return true;
		has_days = (has_days && !coded_is_joining(item)) ||
			   (is_beside && item->rank == RANK_DAYS);
	}
	return false;
}

/* Modes beside each other: "online with two days on campus" is blended, "online or on
 * campus" leaves it open. */
static void settle_modes(struct coded_found *found, const struct search *s)
{
	bool has_both = found->n == 2 && has_code(found, "online") && has_code(found, "presential");
	struct coded_found mixture = { .n = 0 };

	if (keep_mixture(found, s))
		return;
	if (has_both ? add_doubtful_mixture(&mixture, s, 0, s->n)
		     : add_explained_mixture(&mixture, s)) {
		*found = mixture;
		return;
	}
	if ((found->n == 1 && s->has_part &&
	     (has_code(found, "online") || has_code(found, "presential"))) ||
	    (found->n == 1 && !s->has_or && has_code(found, "online") && has_days_at_place(s)) ||
	    (has_both && !s->has_or))
		coded_make_one(found, SLICE_LIT("blended"));
}

/* "PT" is a country or a language, too: it says part-time only beside what shows it ("FT/PT",
 * "study load: PT"). */
static void drop_abbreviations(struct search *s)
{
	enum { MAX_ABBREVIATION = 3 };
	const struct slice part_time = SLICE_LIT("pt");
	bool is_sure = coded_has_rank(s, 0, s->n, RANK_WHOLE);

	for (size_t i = 0; i < s->n; i++)
		is_sure = is_sure || (s->items[i].rank == RANK_DOUBTFUL &&
				      s->items[i].text.n <= MAX_ABBREVIATION);
	for (size_t i = 0; i < s->n; i++)
		if (slice_eq_nocase(s->items[i].text, part_time))
			s->items[i].rank = is_sure ? RANK_DOUBTFUL : RANK_NONE;
}

/* Part-time is intensive where the phrase says so beside it. */
static void settle_schedule(struct coded_found *found, const struct search *s)
{
	if (found->n == 1 && slice_eq_z(found->codes[0], "part-time-light") &&
	    !slice_eq_z(found->rows[0].cells[WORD_RANK], "term") &&
	    coded_has_rank(s, 0, s->n, RANK_TURNING))
		coded_make_one(found, SLICE_LIT("part-time-intensive"));
}

/* Whether a short and what there are short ones of stand in one part with nothing strange
 * between: "formation continue courte". */
static bool has_short_whole(const struct search *s)
{
	bool was_short = false, was_whole = false;

	for (size_t i = 0; i < s->n; i++) {
		enum rank rank = s->items[i].rank;

		if (rank == RANK_NONE || coded_is_joining(&s->items[i]))
			was_short = was_whole = false;
		if ((rank == RANK_WHOLE && was_short) || (rank == RANK_TURNING && was_whole))
			return true;
		was_short = was_short || rank == RANK_TURNING;
		was_whole = was_whole || rank == RANK_WHOLE;
	}
	return false;
}

/* A course whose kind is named behind in brackets: "Keuzevak (module)". */
static bool has_kind_in_brackets(const struct coded_found *found, const struct search *s)
{
	if (found->n != 2 || !slice_eq_z(found->codes[0], "course"))
		return false;
	for (size_t i = 1; i < s->n; i++)
		if (says(&s->items[i], "course"))
			return false;
		else if (coded_says(s->items[i].rank) &&
			 coded_has_between(&s->items[i - 1], &s->items[i], "("))
			return true;
	return false;
}

/* A course or programme that is short is a kind of its own. */
static void settle_opportunity(struct coded_found *found, const struct search *s)
{
	if (has_kind_in_brackets(found, s))
		coded_make_one(found, found->codes[1]);
	bool is_long = found->n == 1 &&
		       (has_code(found, "course") || has_code(found, "educational-programme"));

	if ((is_long && coded_has_rank(s, 0, s->n, RANK_TURNING)) ||
	    (found->n == 0 && has_short_whole(s))) {
		for (size_t i = 0; found->n == 0 && i < s->n; i++)
			if (s->items[i].rank == RANK_TURNING)
				found->rows[0] = s->items[i].row;
		coded_make_one(found, SLICE_LIT("short-learning-programme"));
	}
}

/* "Online-Aufsicht" is two words where each word tells a part. */
static const char *separators_of(const struct wanted *wanted)
{
	return is_supervision(wanted) ? " ,;/|()[]:.!?*\n\t\"-" : " ,;/|()[]:.!?*\n\t\"";
}

bool coded_read_phrase(struct coded_found *out, const char *scheme, struct slice lang,
		       struct slice text)
{
	struct search s = { .wanted = { scheme, lang } };
	struct phrase phrase;

	if (text.n > CODED_MAX_PHRASE_BYTES ||
	    !phrase_split(&phrase, text, separators_of(&s.wanted), CODED_MAX_PHRASE_WORDS, NULL) ||
	    !search_phrase(&s, &phrase))
		return false;
	*out = (struct coded_found){ .n = 0 };
	if (is_assessment(&s.wanted))
		drop_contents(&s);
	else if (is_schedule(&s.wanted))
		drop_abbreviations(&s);
	settle_parts(out, &s);
	if (is_mode(&s.wanted))
		settle_modes(out, &s);
	else if (is_supervision(&s.wanted))
		coded_settle_supervision(out, &s);
	else if (is_schedule(&s.wanted))
		settle_schedule(out, &s);
	else if (coded_is_of(&s.wanted, "learning-opportunity"))
		settle_opportunity(out, &s);
	if (coded_is_of(&s.wanted, "qa-type") && out->n == 2 && !s.has_or &&
	    has_code(out, "internal") && has_code(out, "external"))
		coded_make_one(out, SLICE_LIT("internal-and-external"));
	return out->n > 0;
}
