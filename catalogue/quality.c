// SPDX-License-Identifier: EUPL-1.2
/*
 * What follows from an offer's elements: completeness, size class, and which of
 * the Bologna process's key commitments it states (commitment.h).
 */
#include "catalogue/normalise.h"

#include "base/mem.h"
#include "catalogue/commitment.h"

enum { PERCENT = 100 };

/* Size classes by the upper bound of ECTS, in hundredths; the lower bound of a range counts. */
static enum size_class size_of(int32_t ects_c)
{
	if (ects_c <= 0)
		return SIZE_NONE;
	if (ects_c < 100)
		return SIZE_NANO;
	if (ects_c <= 500)
		return SIZE_MICRO;
	if (ects_c <= 1500)
		return SIZE_COURSE;
	return ects_c <= 6000 ? SIZE_PATHWAY : SIZE_MACRO;
}

/* In the offer or in each of its sessions that says anything: one is enough to know. */
static bool has_mode(const struct offer *o)
{
	if (o->modes.n > 0)
		return true;
	for (size_t i = 0; i < o->sessions.n; i++)
		if (o->sessions.items[i].modes.n > 0)
			return true;
	return false;
}

static bool has_language(const struct offer *o)
{
	if (o->languages.n > 0)
		return true;
	for (size_t i = 0; i < o->sessions.n; i++)
		if (o->sessions.items[i].languages.n > 0)
			return true;
	return false;
}

/* One that was told from the texts is none of the partner's. */
static bool has_declared_subject(const struct offer *o)
{
	for (size_t i = 0; i < o->subjects.n; i++)
		if (o->subjects.items[i].from == FROM_DECLARED)
			return true;
	return false;
}

static bool is_present(const struct offer *o, enum required_element e, bool provider_awards)
{
	switch (e) {
	case REQ_TITLE:
		return o->title.n > 0;
	case REQ_AWARDING_BODY:
		return o->awarding_bodies.n > 0 || (provider_awards && o->provider.name.n > 0);
	case REQ_COUNTRY:
		return o->provider.country.n > 0;
	case REQ_OUTCOMES:
		return o->outcomes.n > 0;
	case REQ_WORKLOAD:
		return o->workload.ects_c > 0 || o->workload.hours_t > 0;
	case REQ_LEVEL:
		return o->level.eqf > 0 || o->level.cycle != CYCLE_NONE;
	case REQ_ASSESSMENT:
		return o->assessments.n > 0 || o->assessment_text.n > 0;
	case REQ_MODE:
		return has_mode(o);
	case REQ_QUALITY_ASSURANCE:
		return o->quality_assurance.n > 0 || o->quality_assurance_text.n > 0;
	case REQ_LANGUAGES:
		return has_language(o);
	case REQ_SUBJECT:
		return has_declared_subject(o);
	case REQ_COUNT:
		break;
	}
	return false;
}

static struct completeness measure(const struct offer *o, bool provider_awards)
{
	struct completeness c = { .is_computed = true };
	unsigned n_present = 0;

	for (unsigned e = 0; e < REQ_COUNT; e++) {
		if (is_present(o, (enum required_element)e, provider_awards))
			n_present++;
		else
			c.missing = (uint16_t)(c.missing | 1u << e);
	}
	c.score = (uint8_t)(n_present * PERCENT / REQ_COUNT);
	return c;
}

void offer_assess_as(struct offer *offer, bool provider_awards)
{
	struct compatible *to = &offer->compatible;
	bool stated[COMMITMENT_COUNT];
	const char *basis;

	offer->completeness = measure(offer, provider_awards);
	offer->size_class = size_of(offer->workload.ects_c);
	for (unsigned c = 0; c < COMMITMENT_COUNT; c++)
		stated[c] = commitment_is_stated(&basis, offer, (enum commitment)c);
	to->outcomes = stated[COMMITMENT_OUTCOMES];
	to->ects = stated[COMMITMENT_ECTS];
	to->level = stated[COMMITMENT_LEVEL];
	to->assessment = stated[COMMITMENT_ASSESSMENT];
	to->quality_assurance = stated[COMMITMENT_QUALITY_ASSURANCE];
	(void)commitment_is_stated(&basis, offer, COMMITMENT_QUALITY_ASSURANCE);
	to->quality_from = basis != NULL ? slice_of(basis) : SLICE_NONE;
	/* recognition: as the record said it */
}

void offer_assess(struct offer *offer)
{
	bool provider_awards = offer->completeness.is_computed &&
			       !(offer->completeness.missing & 1u << REQ_AWARDING_BODY);

	offer_assess_as(offer, provider_awards);
}
