// SPDX-License-Identifier: EUPL-1.2
/*
 * The members of an offer's JSON form: name, kind, place in the struct, limit.
 * Their order here is the order in which they are written.
 */
#include "catalogue/offer_shape.h"

#include "base/limits.h"
#include "base/mem.h"

enum {
	MAX_CODE = 100, /* bytes of a code */
	MAX_NAME = 512, /* bytes of a name, a place, a status */
	MAX_SCHEME = 100, /* bytes of a scheme's name */
};

#define AT(type, field) offsetof(struct type, field)
#define SHAPE_OF(type, rows, check)                                                                \
	{                                                                                          \
		(rows), countof(rows), sizeof(struct type), (check)                                \
	}

/* --- checks over several members --- */

static const char *complete_workload(void *thing)
{
	struct workload *w = thing;

	if (w->ects_max_c == 0)
		w->ects_max_c = w->ects_c;
	if (w->hours_max_t == 0)
		w->hours_max_t = w->hours_t;
	if (w->ects_max_c < w->ects_c || (w->ects_c == 0 && w->ects_max_c > 0))
		return "ectsMax is less than ects, or stands alone";
	if (w->hours_max_t < w->hours_t || (w->hours_t == 0 && w->hours_max_t > 0))
		return "hoursMax is less than hours, or stands alone";
	if ((w->ects_c > 0 && w->ects_from == FROM_NONE) ||
	    (w->hours_t > 0 && w->hours_from == FROM_NONE))
		return "ects needs from, hours needs hoursFrom";
	if (w->ects_c == 0)
		w->ects_from = FROM_NONE;
	if (w->hours_t == 0)
		w->hours_from = FROM_NONE;
	return NULL;
}

static const char *complete_level(void *thing)
{
	struct level *l = thing;

	if (l->eqf_max == 0)
		l->eqf_max = l->eqf;
	if (l->eqf_max < l->eqf || (l->eqf == 0 && l->eqf_max > 0))
		return "eqfMax is less than eqf, or stands alone";
	if (l->eqf > 0 && l->from == FROM_NONE)
		return "eqf needs from";
	return NULL;
}

static const char *complete_subject(void *thing)
{
	struct subject *s = thing;

	if (s->code[0] == '\0')
		return "a subject needs iscedf";
	if (s->from == FROM_NONE)
		return "a subject needs from";
	if (s->from == FROM_DECLARED)
		s->confidence = 100;
	return NULL;
}

static const char *complete_price(void *thing)
{
	struct price *p = thing;

	if (!p->has_amount && p->amount_max_c != 0)
		return "max needs amount";
	if (p->amount_max_c == 0)
		p->amount_max_c = p->amount_c;
	return p->amount_max_c < p->amount_c ? "max is less than amount" : NULL;
}

static const char *complete_session(void *thing)
{
	struct session *s = thing;

	if (s->start.precision == DATE_NONE) {
		s->start_from = FROM_NONE;
		return s->start_max.precision == DATE_NONE ? NULL : "startMax needs start";
	}
	if (s->start_from == FROM_NONE)
		return "start needs startFrom";
	if (s->start_max.precision == DATE_NONE)
		s->start_max = s->start;
	return date_last_day(s->start_max) < date_first_day(s->start) ? "startMax is before start"
								      : NULL;
}

static const char *complete_pair(void *thing)
{
	struct scheme_value *v = thing;

	return v->scheme.n > 0 && v->value.n > 0 ? NULL : "an identifier needs scheme and value";
}

static const char *complete_skill(void *thing)
{
	struct skill *s = thing;

	return s->uri.n > 0 || s->label.n > 0 ? NULL : "a skill needs uri or label";
}

/* --- members --- */

static const struct member pair_members[] = {
	{ "scheme", MEMBER_TEXT, AT(scheme_value, scheme), MAX_SCHEME, FORM_CODE, NULL },
	{ "value", MEMBER_TEXT, AT(scheme_value, value), LIMIT_URL_BYTES, FORM_LINE, NULL },
};
static const struct shape shape_pair = SHAPE_OF(scheme_value, pair_members, complete_pair);

static const struct member org_members[] = {
	{ "name", MEMBER_TEXTS, AT(org, name), LIMIT_TITLE_BYTES, FORM_LINE, NULL },
	{ "unit", MEMBER_TEXTS, AT(org, unit), LIMIT_TITLE_BYTES, FORM_LINE, NULL },
	{ "country", MEMBER_TEXT, AT(org, country), 2, FORM_COUNTRY, NULL },
	{ "ids", MEMBER_IDS, AT(org, ids), LIMIT_OFFER_VALUES, FORM_LINE, NULL },
	{ "url", MEMBER_TEXT, AT(org, url), LIMIT_URL_BYTES, FORM_URL, NULL },
};
static const struct shape shape_org = SHAPE_OF(org, org_members, NULL);

static const struct member workload_members[] = {
	{ "ects", MEMBER_ECTS, AT(workload, ects_c), 0, FORM_TEXT, NULL },
	{ "ectsMax", MEMBER_ECTS, AT(workload, ects_max_c), 0, FORM_TEXT, NULL },
	{ "from", MEMBER_FROM, AT(workload, ects_from), 0, FORM_TEXT, NULL },
	{ "hours", MEMBER_HOURS, AT(workload, hours_t), 0, FORM_TEXT, NULL },
	{ "hoursMax", MEMBER_HOURS, AT(workload, hours_max_t), 0, FORM_TEXT, NULL },
	{ "hoursFrom", MEMBER_FROM, AT(workload, hours_from), 0, FORM_TEXT, NULL },
	{ "declared", MEMBER_TEXT, AT(workload, declared), LIMIT_TITLE_BYTES, FORM_TEXT, NULL },
};
static const struct shape shape_workload = SHAPE_OF(workload, workload_members, complete_workload);

static const struct member level_members[] = {
	{ "eqf", MEMBER_EQF, AT(level, eqf), 0, FORM_TEXT, NULL },
	{ "eqfMax", MEMBER_EQF, AT(level, eqf_max), 0, FORM_TEXT, NULL },
	{ "from", MEMBER_FROM, AT(level, from), 0, FORM_TEXT, NULL },
	{ "qfEhea", MEMBER_CYCLE, AT(level, cycle), 0, FORM_TEXT, NULL },
	{ "nqf", MEMBER_TEXT, AT(level, nqf), MAX_NAME, FORM_LINE, NULL },
	{ "isced", MEMBER_ISCED, AT(level, isced), 0, FORM_TEXT, NULL },
	{ "declared", MEMBER_TEXT, AT(level, declared), LIMIT_TITLE_BYTES, FORM_TEXT, NULL },
};
static const struct shape shape_level = SHAPE_OF(level, level_members, complete_level);

static const struct member subject_members[] = {
	{ "iscedf", MEMBER_CODE_CHARS, AT(subject, code), 4, FORM_ISCEDF, NULL },
	{ "from", MEMBER_FROM, AT(subject, from), 0, FORM_TEXT, NULL },
	{ "confidence", MEMBER_CONFIDENCE, 0, 0, FORM_TEXT, NULL },
};
static const struct shape shape_subject = SHAPE_OF(subject, subject_members, complete_subject);

static const struct member compatible_members[] = {
	{ "outcomes", MEMBER_BOOL, AT(compatible, outcomes), 0, FORM_TEXT, NULL },
	{ "ects", MEMBER_BOOL, AT(compatible, ects), 0, FORM_TEXT, NULL },
	{ "level", MEMBER_BOOL, AT(compatible, level), 0, FORM_TEXT, NULL },
	{ "assessment", MEMBER_BOOL, AT(compatible, assessment), 0, FORM_TEXT, NULL },
	{ "qualityAssurance", MEMBER_BOOL, AT(compatible, quality_assurance), 0, FORM_TEXT, NULL },
	{ "recognition", MEMBER_BOOL, AT(compatible, recognition), 0, FORM_TEXT, NULL },
	{ "qualityAssuranceFrom", MEMBER_TEXT, AT(compatible, quality_from), MAX_SCHEME, FORM_CODE,
	  NULL },
};
static const struct shape shape_compatible = SHAPE_OF(compatible, compatible_members, NULL);

static const struct member skill_members[] = {
	{ "uri", MEMBER_TEXT, AT(skill, uri), LIMIT_URL_BYTES, FORM_URI, NULL },
	{ "label", MEMBER_TEXTS, AT(skill, label), LIMIT_TITLE_BYTES, FORM_LINE, NULL },
};
static const struct shape shape_skill = SHAPE_OF(skill, skill_members, complete_skill);

static const struct member price_members[] = {
	{ "amount", MEMBER_AMOUNT, 0, 0, FORM_TEXT, NULL },
	{ "max", MEMBER_AMOUNT_MAX, 0, 0, FORM_TEXT, NULL },
	{ "currency", MEMBER_CODE_CHARS, AT(price, currency), 3, FORM_CURRENCY, NULL },
	{ "onRequest", MEMBER_FLAG, AT(price, is_on_request), 0, FORM_TEXT, NULL },
	{ "audience", MEMBER_TEXTS, AT(price, audience), LIMIT_TITLE_BYTES, FORM_TEXT, NULL },
	{ "declared", MEMBER_TEXT, AT(price, declared), LIMIT_TITLE_BYTES, FORM_TEXT, NULL },
};
static const struct shape shape_price = SHAPE_OF(price, price_members, complete_price);

static const struct member session_members[] = {
	{ "id", MEMBER_TEXT, AT(session, id), LIMIT_RECORD_ID_BYTES, FORM_LINE, NULL },
	{ "start", MEMBER_DATE, AT(session, start), 0, FORM_TEXT, NULL },
	{ "startMax", MEMBER_DATE_MAX, 0, 0, FORM_TEXT, NULL },
	{ "end", MEMBER_DATE, AT(session, end), 0, FORM_TEXT, NULL },
	{ "startFrom", MEMBER_FROM, AT(session, start_from), 0, FORM_TEXT, NULL },
	{ "applyFrom", MEMBER_DATE, AT(session, apply_from), 0, FORM_TEXT, NULL },
	{ "applyUntil", MEMBER_DATE, AT(session, apply_until), 0, FORM_TEXT, NULL },
	{ "timezone", MEMBER_TEXT, AT(session, timezone), MAX_CODE, FORM_CODE, NULL },
	{ "rolling", MEMBER_TRI, AT(session, rolling), 0, FORM_TEXT, NULL },
	{ "mode", MEMBER_CODES, AT(session, modes), MAX_CODE, FORM_CODE, NULL },
	{ "languages", MEMBER_CODES, AT(session, languages), MAX_CODE, FORM_LANG, NULL },
	{ "pace", MEMBER_TEXT, AT(session, pace), MAX_NAME, FORM_TEXT, NULL },
	{ "place", MEMBER_TEXT, AT(session, place), MAX_NAME, FORM_TEXT, NULL },
	{ "status", MEMBER_TEXT, AT(session, status), MAX_NAME, FORM_TEXT, NULL },
	{ "declared", MEMBER_TEXT, AT(session, declared), LIMIT_TITLE_BYTES, FORM_TEXT, NULL },
	{ "price", MEMBER_OBJECT, AT(session, price), 0, FORM_TEXT, &shape_price },
	{ "url", MEMBER_TEXT, AT(session, url), LIMIT_URL_BYTES, FORM_URL, NULL },
};
static const struct shape shape_session = SHAPE_OF(session, session_members, complete_session);

static const struct member completeness_members[] = {
	{ "score", MEMBER_SCORE, 0, 0, FORM_TEXT, NULL },
	{ "missing", MEMBER_MISSING, 0, 0, FORM_TEXT, NULL },
};
static const struct shape shape_completeness = SHAPE_OF(completeness, completeness_members, NULL);

static const struct member offer_members[] = {
	{ "identifiers", MEMBER_LIST, AT(offer, identifiers), LIMIT_OFFER_VALUES, FORM_TEXT,
	  &shape_pair },
	{ "courseCode", MEMBER_TEXT, AT(offer, course_code), MAX_NAME, FORM_LINE, NULL },
	{ "title", MEMBER_TEXTS, AT(offer, title), LIMIT_TITLE_BYTES, FORM_LINE, NULL },
	{ "description", MEMBER_TEXTS, AT(offer, description), LIMIT_TEXT_BYTES, FORM_TEXT, NULL },
	{ "learningOutcomes", MEMBER_TEXT_LISTS, AT(offer, outcomes), LIMIT_OFFER_OUTCOMES,
	  FORM_TEXT, NULL },
	{ "keywords", MEMBER_TEXT_LISTS, AT(offer, keywords), LIMIT_OFFER_OUTCOMES, FORM_LINE,
	  NULL },
	{ "audience", MEMBER_TEXTS, AT(offer, audience), LIMIT_TEXT_BYTES, FORM_TEXT, NULL },
	{ "provider", MEMBER_OBJECT, AT(offer, provider), 0, FORM_TEXT, &shape_org },
	{ "jointProviders", MEMBER_LIST, AT(offer, joint_providers), LIMIT_OFFER_VALUES, FORM_TEXT,
	  &shape_org },
	{ "awardingBodies", MEMBER_LIST, AT(offer, awarding_bodies), LIMIT_OFFER_VALUES, FORM_TEXT,
	  &shape_org },
	{ "alliances", MEMBER_CODES, AT(offer, alliances), MAX_CODE, FORM_LINE, NULL },
	{ "workload", MEMBER_OBJECT, AT(offer, workload), 0, FORM_TEXT, &shape_workload },
	{ "level", MEMBER_OBJECT, AT(offer, level), 0, FORM_TEXT, &shape_level },
	{ "subjects", MEMBER_LIST, AT(offer, subjects), LIMIT_OFFER_VALUES, FORM_TEXT,
	  &shape_subject },
	{ "languages", MEMBER_CODES, AT(offer, languages), MAX_CODE, FORM_LANG, NULL },
	{ "opportunityType", MEMBER_TEXT, AT(offer, opportunity_type), MAX_CODE, FORM_CODE, NULL },
	{ "mode", MEMBER_CODES, AT(offer, modes), MAX_CODE, FORM_CODE, NULL },
	{ "schedule", MEMBER_CODES, AT(offer, schedules), MAX_CODE, FORM_CODE, NULL },
	{ "assessment", MEMBER_CODES, AT(offer, assessments), MAX_CODE, FORM_CODE, NULL },
	{ "assessmentText", MEMBER_TEXTS, AT(offer, assessment_text), LIMIT_TEXT_BYTES, FORM_TEXT,
	  NULL },
	{ "supervision", MEMBER_TEXT, AT(offer, supervision), MAX_CODE, FORM_CODE, NULL },
	{ "qualityAssurance", MEMBER_CODES, AT(offer, quality_assurance), MAX_CODE, FORM_CODE,
	  NULL },
	{ "qualityAssuranceText", MEMBER_TEXTS, AT(offer, quality_assurance_text), LIMIT_TEXT_BYTES,
	  FORM_TEXT, NULL },
	{ "prerequisites", MEMBER_TEXTS, AT(offer, prerequisites), LIMIT_TEXT_BYTES, FORM_TEXT,
	  NULL },
	{ "stackability", MEMBER_TEXT, AT(offer, stackability), MAX_CODE, FORM_CODE, NULL },
	{ "credentialTypes", MEMBER_CODES, AT(offer, credential_types), MAX_CODE, FORM_CODE, NULL },
	{ "formality", MEMBER_TEXT, AT(offer, formality), MAX_CODE, FORM_CODE, NULL },
	{ "sizeClass", MEMBER_SIZE, AT(offer, size_class), 0, FORM_TEXT, NULL },
	{ "compatible", MEMBER_OBJECT, AT(offer, compatible), 0, FORM_TEXT, &shape_compatible },
	{ "skills", MEMBER_LIST, AT(offer, skills), LIMIT_OFFER_OUTCOMES, FORM_TEXT, &shape_skill },
	{ "sessions", MEMBER_LIST, AT(offer, sessions), LIMIT_OFFER_SESSIONS, FORM_TEXT,
	  &shape_session },
	{ "url", MEMBER_TEXT, AT(offer, url), LIMIT_URL_BYTES, FORM_URL, NULL },
	{ "image", MEMBER_TEXT, AT(offer, image), LIMIT_URL_BYTES, FORM_URL, NULL },
	{ "completeness", MEMBER_OBJECT, AT(offer, completeness), 0, FORM_TEXT,
	  &shape_completeness },
};
const struct shape shape_offer = SHAPE_OF(offer, offer_members, NULL);
