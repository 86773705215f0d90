// SPDX-License-Identifier: EUPL-1.2
/* What an offer states of the Bologna process's key commitments: see commitment.h. */
#include "catalogue/commitment.h"

#include "base/mem.h"
#include "catalogue/phrase.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum { MAX_ROWS = 16, MAX_TERM_WORDS = 9 };

enum word_cell { WORD_COMMITMENT, WORD_KIND, WORD_COUNTRY };

static const char *const names[COMMITMENT_COUNT] = {
	[COMMITMENT_OUTCOMES] = "outcomes",
	[COMMITMENT_LEVEL] = "level",
	[COMMITMENT_ECTS] = "ects",
	[COMMITMENT_ASSESSMENT] = "assessment",
	[COMMITMENT_QUALITY_ASSURANCE] = "qualityAssurance",
	[COMMITMENT_RECOGNITION] = "recognition",
};

const char *commitment_name(enum commitment c)
{
	return names[c];
}

/* --- words --- */

static bool is_of(const struct vocab_row *row, const void *arg)
{
	return slice_eq_z(row->cells[WORD_COMMITMENT], arg);
}

bool commitment_is_denied(enum commitment c, struct slice text)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up_word(rows, MAX_ROWS, VOCAB_COMMITMENT_WORD, slice_trim(text));

	return vocab_keep(rows, n, is_of, names[c]) > 0;
}

/* From the weakest on. */
static const char *const qualities[] = { "denied", "internal", "external", "agency", "esg" };

/* Its place among the qualities, from one on; 0 for none. */
static size_t rank_of(struct slice quality)
{
	for (size_t i = 0; i < countof(qualities); i++)
		if (slice_eq_z(quality, qualities[i]))
			return i + 1;
	return 0;
}

struct slice commitment_stronger_quality(struct slice a, struct slice b)
{
	return rank_of(a) >= rank_of(b) ? a : b;
}

/* What the terms of a text have shown so far. */
struct hearing {
	struct slice country;
	bool is_negated, is_self, is_another;
	struct slice quality;
	struct slice key; /* the term that said it */
};

static void hear_row(struct hearing *h, const struct vocab_row *row)
{
	static const struct {
		const char *kind, *quality;
	} kinds[] = {
		{ "esg", "esg" },
		{ "agency", "agency" },
		{ "agency-anywhere", "agency" },
		{ "national", "external" },
		{ "accreditation", "external" },
		{ "self", "internal" },
	};
	struct slice kind = row->cells[WORD_KIND], quality = SLICE_NONE;

	h->is_negated = h->is_negated || slice_eq_z(kind, "pending") ||
			(slice_eq_z(kind, "negation") && h->quality.n == 0);
	h->is_self = h->is_self || slice_eq_z(kind, "self");
	h->is_another = h->is_another || slice_eq_z(kind, "not");
	if ((slice_eq_z(kind, "agency") || slice_eq_z(kind, "national")) &&
	    !slice_eq_nocase(row->cells[WORD_COUNTRY], h->country))
		return;
	for (size_t i = 0; i < countof(kinds); i++)
		if (slice_eq_z(kind, kinds[i].kind))
			quality = slice_of(kinds[i].quality);
	if (rank_of(quality) <= rank_of(h->quality))
		return;
	h->quality = quality;
	h->key = row->key;
}

/* Each run of words that is a term. */
static void hear(struct hearing *h, struct slice text)
{
	struct phrase phrase;
	struct slice word, rest = text;
	struct vocab_row rows[MAX_ROWS];

	phrase.n = 0;
	while (phrase.n < PHRASE_MAX_WORDS && phrase_next(&word, &rest, " \t\n,;:.()[]/\"'-"))
		phrase.words[phrase.n++] = word;
	for (size_t i = 0; i < phrase.n; i++)
		for (size_t k = 1; k <= MAX_TERM_WORDS && i + k <= phrase.n; k++) {
			size_t n = vocab_look_up_word(rows, MAX_ROWS, VOCAB_COMMITMENT_WORD,
						      phrase_part(&phrase, i, k));

			n = vocab_keep(rows, n, is_of, names[COMMITMENT_QUALITY_ASSURANCE]);
			for (size_t r = 0; r < n; r++)
				hear_row(h, &rows[r]);
		}
}

struct slice commitment_read_quality(struct slice text, struct slice country,
				     struct reading *reading)
{
	struct hearing h = { .country = country };
	struct slice quality;

	hear(&h, text);
	quality = h.quality;
	if (h.is_another && slice_eq_z(quality, "esg"))
		return SLICE_NONE;
	if (h.is_self && slice_eq_z(quality, "external"))
		quality = SLICE_LIT("internal");
	if (h.is_negated && quality.n > 0)
		quality = SLICE_LIT("denied");
	if (quality.n > 0)
		reading_set(reading, FROM_DECLARED, "commitment-words.tsv: %.*s -> %.*s",
			    SLICE_ARG(h.key), SLICE_ARG(quality));
	return quality;
}

/* --- elements --- */

static const char *outcomes_basis(const struct offer *o)
{
	return o->outcomes.n > 0 ? "stated" : NULL;
}

static const char *level_basis(const struct offer *o, bool *is_stated)
{
	bool has_level = o->level.eqf > 0 || o->level.cycle != CYCLE_NONE;

	*is_stated = has_level && o->level.from != FROM_INFERRED;
	if (has_level)
		return o->level.from != FROM_NONE ? from_name(o->level.from) : "cycle";
	return o->level.isced >= 0 ? "isced" : NULL;
}

static const char *ects_basis(const struct offer *o, bool *is_stated)
{
	*is_stated = o->workload.ects_c > 0 && (o->workload.ects_from == FROM_DECLARED ||
						o->workload.ects_from == FROM_CONVERTED);
	if (o->workload.ects_c > 0)
		return from_name(o->workload.ects_from);
	return o->workload.hours_t > 0 ? "hours" : NULL;
}

static const char *assessment_basis(const struct offer *o, bool *is_stated)
{
	bool has_attendance = false;

	*is_stated = true;
	for (size_t i = 0; i < o->assessments.n; i++) {
		if (!slice_eq_z(o->assessments.items[i], "level-of-attendance"))
			return "method";
		has_attendance = true;
	}
	for (size_t i = 0; i < o->assessment_text.n; i++)
		if (!commitment_is_denied(COMMITMENT_ASSESSMENT, o->assessment_text.items[i].text))
			return "text";
	*is_stated = false;
	return has_attendance ? "attendance" : o->assessment_text.n > 0 ? "denied" : NULL;
}

/* An institution that the table knows, in a country of the EHEA. */
static bool is_known_in_ehea(const struct org *provider)
{
	enum { COUNTRY_EHEA = 5, MAX_COUNTRY_ROWS = 4 };
	struct institution found;
	bool is_known = false;

	for (size_t i = 0; i < provider->ids.n && !is_known; i++)
		is_known = institution_by_id(&found, provider->ids.items[i].scheme,
					     provider->ids.items[i].value);
	if (is_known) {
		struct vocab_row rows[MAX_COUNTRY_ROWS];
		size_t n = vocab_look_up(rows, MAX_COUNTRY_ROWS, VOCAB_COUNTRY, found.country);

		for (size_t i = 0; i < n; i++)
			if (slice_eq_z(rows[i].cells[COUNTRY_EHEA], "Y"))
				return true;
	}
	return false;
}

/* What the codes say, where the words have said no more. */
static struct slice quality_of_codes(const struct codes *codes)
{
	struct slice quality = SLICE_NONE;

	for (size_t i = 0; i < codes->n; i++) {
		if (slice_eq_z(codes->items[i], "internal"))
			quality = commitment_stronger_quality(SLICE_LIT("internal"), quality);
		else if (!slice_eq_z(codes->items[i], "not-specified"))
			quality = SLICE_LIT("external");
	}
	return quality;
}

static const char *quality_basis(const struct offer *o, bool *is_stated)
{
	struct slice quality = commitment_stronger_quality(o->compatible.quality_from,
							   quality_of_codes(&o->quality_assurance));
	size_t rank = rank_of(quality);
	const char *basis = rank > 0 ? qualities[rank - 1] : NULL;

	*is_stated =
		rank > 0 && (strcmp(basis, "esg") == 0 || strcmp(basis, "agency") == 0 ||
			     (strcmp(basis, "external") == 0 && is_known_in_ehea(&o->provider)));
	return basis == NULL && o->quality_assurance_text.n > 0 ? "text" : basis;
}

bool commitment_is_stated(const char **basis, const struct offer *offer, enum commitment c)
{
	bool is_stated = false;

	*basis = NULL;
	switch (c) {
	case COMMITMENT_OUTCOMES:
		*basis = outcomes_basis(offer);
		return *basis != NULL;
	case COMMITMENT_LEVEL:
		*basis = level_basis(offer, &is_stated);
		break;
	case COMMITMENT_ECTS:
		*basis = ects_basis(offer, &is_stated);
		break;
	case COMMITMENT_ASSESSMENT:
		*basis = assessment_basis(offer, &is_stated);
		break;
	case COMMITMENT_QUALITY_ASSURANCE:
		*basis = quality_basis(offer, &is_stated);
		break;
	case COMMITMENT_RECOGNITION:
		is_stated = offer->compatible.recognition;
		*basis = is_stated ? "stated" : NULL;
		break;
	case COMMITMENT_COUNT:
		break;
	}
	return is_stated;
}
