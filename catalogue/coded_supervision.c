// SPDX-License-Identifier: EUPL-1.2
/*
 * Supervision and identity verification, put together of what the words of a
 * phrase tell each: see coded_words.h.
 */
#include "base/mem.h"
#include "catalogue/coded_ranks.h"

struct supervision {
	bool is_online, is_onsite;
	bool is_unwatched; /* by a word of its own, which holds for any place */
	enum tri is_supervised, has_identity;
};

/* What one word adds; *is_not: the word before says that it is not so. */
static void add_aspect(struct supervision *out, enum rank rank, bool *is_not)
{
	if (rank == RANK_ONLINE)
		out->is_online = true;
	else if (rank == RANK_ONSITE)
		out->is_onsite = true;
	else if (rank == RANK_UNSUPERVISED || (rank == RANK_SUPERVISED && *is_not))
		out->is_supervised = TRI_FALSE;
	else if (rank == RANK_SUPERVISED && out->is_supervised == TRI_UNKNOWN)
		out->is_supervised = TRI_TRUE;
	else if (rank == RANK_ANONYMOUS || (rank == RANK_IDENTITY && *is_not))
		out->has_identity = TRI_FALSE;
	else if (rank == RANK_IDENTITY && out->has_identity == TRI_UNKNOWN)
		out->has_identity = TRI_TRUE;
	out->is_unwatched = out->is_unwatched || rank == RANK_UNSUPERVISED;
	*is_not = rank == RANK_NOT || (*is_not && rank < RANK_SUPERVISED);
}

/* A not by itself, or behind what it denies in one term: "kimlik doğrulaması olmadan". */
static bool ends_in_not(const struct item *item)
{
	static const char *const behind[] = { " olmadan", " nélkül", " gabe", " yok" };

	for (size_t i = 0; item->rank == RANK_ANONYMOUS && i < countof(behind); i++)
		if (slice_ends_with(item->text, slice_of(behind[i])))
			return true;
	return item->rank == RANK_NOT;
}

/* Whether an item is the last that says anything before a comma, or a word that joins parts. */
static bool is_last_said(const struct search *s, size_t i)
{
	for (; i + 1 < s->n && !coded_has_between(&s->items[i], &s->items[i + 1], CODED_JOINING) &&
	       !coded_is_joining(&s->items[i + 1]);
	     i++)
		if (s->items[i + 1].rank != RANK_KNOWN)
			return false;
	return true;
}

static bool is_of_identity(const struct item *item)
{
	return item->rank == RANK_IDENTITY || item->rank == RANK_ANONYMOUS;
}

static bool is_aspect(const struct item *item)
{
	return item->rank >= RANK_SUPERVISED && item->rank <= RANK_ANONYMOUS;
}

/* Whether a not behind what it denies ends what is said, of both where a word joins them:
 * "felügyelet és azonosítás nélkül", "valvontaa ei ole". */
static bool is_not_behind(const struct search *s, size_t from)
{
	bool is_joined = false;

	for (size_t i = from; i < s->n; i++) {
		const struct item *item = &s->items[i];

		if (i > from && coded_has_between(item - 1, item, CODED_JOINING))
			return false;
		is_joined = is_joined || coded_is_joining(item);
		if (!is_joined && is_aspect(item) && is_aspect(&s->items[from]) &&
		    is_of_identity(item) != is_of_identity(&s->items[from]))
			return false;
		if (ends_in_not(item) && is_last_said(s, i))
			return true;
	}
	return false;
}

/* Whether a no holds for all that is joined behind it: "bez nadzora i provjere identiteta". */
static bool is_preposition(const struct item *item)
{
	return slice_eq_z(item->row.cells[WORD_RANK], "without") ||
	       (item->rank == RANK_UNSUPERVISED && slice_find_byte(item->text, ' ') >= 0);
}

/* What the words tell together. */
static struct supervision read_supervision(const struct search *s)
{
	struct supervision it = { .is_online = false };
	bool is_not = false, was_not = false, is_without = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct item *item = &s->items[i];

		/* "without supervision or identification", but "with identification" */
		is_not = item->rank != RANK_WITH &&
			 (is_not || is_not_behind(s, i) ||
			  (was_not &&
			   (item->rank == RANK_OR || (item->rank == RANK_AND && is_without))));
		if (item->rank == RANK_NOT || item->rank == RANK_UNSUPERVISED)
			is_without = is_preposition(item);
		if (is_aspect(item))
			was_not =
				is_not || (item->rank == RANK_UNSUPERVISED && is_preposition(item));
		add_aspect(&it, item->rank, &is_not);
	}
	return it;
}

/* The code of what the words say together; NULL where they leave it open. */
static const char *supervision_code(const struct supervision *it)
{
	if (it->is_supervised == TRI_UNKNOWN || (it->is_online && it->is_onsite))
		return NULL;
	/* Who is not watched is not known either, unless it is said; "no online proctoring" leaves
	 * open who watches on the spot. */
	if (it->is_supervised == TRI_FALSE && it->has_identity == TRI_UNKNOWN)
		return (it->is_online || it->is_onsite) && !it->is_unwatched ? NULL
									     : "unsupervised-no-id";
	if (it->is_supervised == TRI_FALSE)
		return it->has_identity == TRI_FALSE ? "unsupervised-no-id" : NULL;
	if (it->has_identity == TRI_FALSE)
		return "supervised-no-id";
	return it->is_online   ? "supervised-online-id"
	       : it->is_onsite ? "supervised-onsite-id"
			       : NULL;
}

/*
 * Whether supervised, where, and with the identity known is said in one phrase
 * ("no supervision and no ID check"): each word tells its part. Watching on the
 * spot or by a camera implies to know whom; a strange word is about another thing.
 */
void coded_settle_supervision(struct coded_found *found, const struct search *s)
{
	struct supervision it = read_supervision(s);
	const char *code = supervision_code(&it);

	if (found->n > 0) { /* in one word */
		found->n = s->has_not ? 0 : found->n;
		return;
	}
	if (code == NULL ||
	    (it.has_identity == TRI_UNKNOWN && coded_has_rank(s, 0, s->n, RANK_NONE)))
		return;
	for (size_t i = 0; i < s->n && found->n == 0; i++)
		if (s->items[i].rank == RANK_SUPERVISED || s->items[i].rank == RANK_UNSUPERVISED)
			found->rows[found->n++] = s->items[i].row;
	coded_make_one(found, slice_of(code));
}
