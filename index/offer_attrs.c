// SPDX-License-Identifier: EUPL-1.2
/*
 * From an offer to its attributes.
 */
#include "index/offer_attrs.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/time_zone.h"
#include "index/search_state.h"
#include "index/tokenizer.h"

/* The first failure stops all further work. */
struct making {
	struct arena *arena;
	struct db *db;
	struct terms *terms;
	struct err *err;
	enum err_code rc;
};

static uint32_t term_of(struct making *m, enum term_dim dim, struct slice code, struct slice label)
{
	uint32_t id = 0;

	if (m->rc == ERR_OK)
		m->rc = terms_put(&id, m->terms, m->db, dim, utf8_first(code, LIMIT_TERM_BYTES),
				  utf8_first(label, LIMIT_TERM_BYTES), m->err);
	return id;
}

/* An array that a call to put_term() fills; room for max things. */
static uint32_t *term_room(struct making *m, size_t max)
{
	return arena_new_n(m->arena, uint32_t, max > 0 ? max : 1);
}

static void put_term(uint32_t *terms, uint32_t *n, uint32_t id)
{
	if (terms == NULL || id == 0)
		return;
	for (uint32_t i = 0; i < *n; i++)
		if (terms[i] == id)
			return;
	terms[(*n)++] = id;
}

static uint32_t *terms_of(struct making *m, uint32_t *n, enum term_dim dim,
			  const struct codes *codes)
{
	uint32_t *terms = term_room(m, codes->n);

	*n = 0;
	for (size_t i = 0; i < codes->n; i++)
		put_term(terms, n, term_of(m, dim, codes->items[i], SLICE_NONE));
	return terms;
}

/* Each language, and the language without its region or script. */
static uint32_t *langs_of(struct making *m, uint32_t *n, const struct codes *codes)
{
	uint32_t *terms = term_room(m, codes->n * 2);

	*n = 0;
	for (size_t i = 0; i < codes->n; i++) {
		struct slice tag = codes->items[i];
		struct slice rest = tag;
		struct slice first = tag;

		slice_split(&first, &rest, '-');
		put_term(terms, n, term_of(m, TERM_LANG, tag, SLICE_NONE));
		put_term(terms, n, term_of(m, TERM_LANG, first, SLICE_NONE));
	}
	return terms;
}

/* --- organisations --- */

static const char *const org_schemes[] = { "schac", "domain", "ror", "erasmus", "pic" };

static struct slice org_id(struct making *m, const struct org *org)
{
	for (size_t s = 0; s < countof(org_schemes); s++)
		for (size_t i = 0; i < org->ids.n; i++)
			if (slice_eq_z(org->ids.items[i].scheme, org_schemes[s]) &&
			    org->ids.items[i].value.n > 0)
				return org->ids.items[i].value;
	for (size_t i = 0; i < org->ids.n; i++)
		if (org->ids.items[i].value.n > 0)
			return arena_printf(m->arena, "%.*s:%.*s",
					    SLICE_ARG(org->ids.items[i].scheme),
					    SLICE_ARG(org->ids.items[i].value));
	return SLICE_NONE;
}

static uint32_t org_term(struct making *m, enum term_dim dim, const struct org *org)
{
	struct slice name = texts_pick(&org->name, SLICE_LIT("en"));
	struct slice id = org_id(m, org);

	return term_of(m, dim, id.n > 0 ? id : name, name);
}

/* --- single values --- */

/* A value that is known was at least declared, if nobody said how it was reached. */
static uint8_t from_of(enum from from, bool is_known)
{
	if (!is_known)
		return FROM_NONE;
	return (uint8_t)(from == FROM_NONE ? FROM_DECLARED : from);
}

static void set_workload(struct attrs *a, const struct offer *o)
{
	const struct workload *w = &o->workload;

	a->ects_min_c = w->ects_c;
	a->ects_max_c = w->ects_max_c > w->ects_c ? w->ects_max_c : w->ects_c;
	a->ects_from = from_of(w->ects_from, w->ects_c > 0);
	a->hours_min_t = w->hours_t;
	a->hours_max_t = w->hours_max_t > w->hours_t ? w->hours_max_t : w->hours_t;
	a->hours_from = from_of(w->hours_from, w->hours_t > 0);
	a->size_class = (uint8_t)o->size_class;
}

static void set_level(struct attrs *a, const struct level *l)
{
	a->eqf_min = l->eqf;
	a->eqf_max = l->eqf_max > l->eqf ? l->eqf_max : l->eqf;
	a->level_from = from_of(l->from, l->eqf > 0);
}

static uint8_t formality_of(struct slice code)
{
	static const char *const names[] = { "formal", "non-formal", "informal" };

	for (size_t i = 0; i < countof(names); i++)
		if (slice_eq_z(code, names[i]) || (slice_starts_with(code, slice_of(names[i])) &&
						   slice_ends_with(code, SLICE_LIT("-learning"))))
			return (uint8_t)(i + 1);
	return 0;
}

static void set_subjects(struct making *m, struct attrs *a, const struct subjects *subjects)
{
	a->subjects = arena_new_n(m->arena, struct attr_subject, subjects->n + 1);
	for (size_t i = 0; a->subjects != NULL && i < subjects->n; i++) {
		const struct subject *s = &subjects->items[i];
		uint16_t key;

		if (!subject_key(&key, slice_of(s->code)))
			continue;
		a->subjects[a->n_subjects++] = (struct attr_subject){
			.key = key, .from = from_of(s->from, true), .confidence = s->confidence
		};
	}
}

/* --- sessions --- */

static int32_t first_day(struct date d)
{
	return d.precision == DATE_NONE ? ATTR_NO_DAY : date_first_day(d);
}

static int32_t last_day(struct date d)
{
	return d.precision == DATE_NONE ? ATTR_NO_DAY : date_last_day(d);
}

static void set_session(struct making *m, struct attr_session *out, const struct session *s)
{
	*out = (struct attr_session){
		.start_lo = first_day(s->start),
		.start_hi = last_day(s->start_max.precision != DATE_NONE ? s->start_max : s->start),
		.end_hi = last_day(s->end),
		.apply_lo = first_day(s->apply_from),
		.apply_hi = last_day(s->apply_until),
		.rolling = (uint8_t)s->rolling,
		.start_from = from_of(s->start_from, s->start.precision != DATE_NONE),
		.zone = s->timezone.n > 0 ? time_zone_read(s->timezone) : TIME_ZONE_UNKNOWN,
		.is_cancelled = slice_find_nocase(s->status, SLICE_LIT("cancel")) >= 0,
		.price_min_c = s->price.has_amount ? s->price.amount_c : -1,
		.price_max_c = s->price.has_amount ? s->price.amount_max_c : -1,
	};
	if (out->start_hi < out->start_lo)
		out->start_hi = out->start_lo;
	if (out->price_max_c < out->price_min_c)
		out->price_max_c = out->price_min_c;
	out->currency = term_of(m, TERM_CURRENCY, slice_of(s->price.currency), SLICE_NONE);
	out->langs = langs_of(m, &out->n_langs, &s->languages);
	out->modes = terms_of(m, &out->n_modes, TERM_MODE, &s->modes);
}

static void set_sessions(struct making *m, struct attrs *a, const struct sessions *sessions)
{
	a->sessions = arena_new_n(m->arena, struct attr_session, sessions->n + 1);
	for (size_t i = 0; a->sessions != NULL && i < sessions->n; i++)
		set_session(m, &a->sessions[a->n_sessions++], &sessions->items[i]);
}

/* --- which elements are there --- */

static bool has_price(const struct sessions *sessions)
{
	for (size_t i = 0; i < sessions->n; i++)
		if (sessions->items[i].price.has_amount)
			return true;
	return false;
}

static uint32_t bit_if(enum has_element e, bool is_there)
{
	return is_there ? (uint32_t)1 << e : 0;
}

/* Where nobody has assessed the offer: the same elements, by being there. */
static uint16_t missing_of(const struct offer *o)
{
	const bool is_there[REQ_COUNT] = {
		[REQ_TITLE] = o->title.n > 0,
		[REQ_AWARDING_BODY] = o->awarding_bodies.n > 0,
		[REQ_COUNTRY] = o->provider.country.n > 0,
		[REQ_OUTCOMES] = o->outcomes.n > 0,
		[REQ_WORKLOAD] = o->workload.ects_c > 0 || o->workload.hours_t > 0,
		[REQ_LEVEL] = o->level.eqf > 0,
		[REQ_ASSESSMENT] = o->assessments.n > 0 || o->assessment_text.n > 0,
		[REQ_MODE] = o->modes.n > 0,
		[REQ_QUALITY_ASSURANCE] =
			o->quality_assurance.n > 0 || o->quality_assurance_text.n > 0,
		[REQ_LANGUAGES] = o->languages.n > 0,
		[REQ_SUBJECT] = o->subjects.n > 0,
	};
	unsigned missing = 0;

	if (o->completeness.is_computed)
		return (uint16_t)(o->completeness.missing & ((1u << REQ_COUNT) - 1));
	for (unsigned i = 0; i < REQ_COUNT; i++)
		missing |= is_there[i] ? 0 : 1u << i;
	return (uint16_t)missing;
}

static uint32_t has_of(const struct offer *o, uint16_t missing)
{
	return (~(uint32_t)missing & ((1u << REQ_COUNT) - 1)) |
	       bit_if(HAS_DESCRIPTION, o->description.n > 0) |
	       bit_if(HAS_AUDIENCE, o->audience.n > 0) | bit_if(HAS_KEYWORDS, o->keywords.n > 0) |
	       bit_if(HAS_PREREQUISITES, o->prerequisites.n > 0) |
	       bit_if(HAS_STACKABILITY, o->stackability.n > 0) |
	       bit_if(HAS_CREDENTIAL_TYPES, o->credential_types.n > 0) |
	       bit_if(HAS_SUPERVISION, o->supervision.n > 0) |
	       bit_if(HAS_SCHEDULE, o->schedules.n > 0) |
	       bit_if(HAS_FORMALITY, o->formality.n > 0) | bit_if(HAS_SKILLS, o->skills.n > 0) |
	       bit_if(HAS_SESSIONS, o->sessions.n > 0) |
	       bit_if(HAS_PRICE, has_price(&o->sessions)) | bit_if(HAS_URL, o->url.n > 0) |
	       bit_if(HAS_IMAGE, o->image.n > 0) | bit_if(HAS_ALLIANCES, o->alliances.n > 0) |
	       bit_if(HAS_IDENTIFIERS, o->identifiers.n > 0) |
	       bit_if(HAS_COMPATIBLE_ECTS, o->compatible.ects) |
	       bit_if(HAS_COMPATIBLE_LEVEL, o->compatible.level) |
	       bit_if(HAS_COMPATIBLE_QUALITY, o->compatible.quality_assurance) |
	       bit_if(HAS_COMPATIBLE_RECOGNITION, o->compatible.recognition);
}

/* --- all --- */

void attrs_set_text(struct attrs *a, char title_key[TITLE_KEY_BYTES], const struct offer *offer,
		    const uint32_t n_words[FIELD_COUNT])
{
	struct slice title = texts_pick(&offer->title, SLICE_LIT("en"));

	a->title_key = slice_make(title_key, tokenize_join(title_key, TITLE_KEY_BYTES, title));
	memcpy(a->n_words, n_words, sizeof(a->n_words));
}

static void set_terms(struct making *m, struct attrs *a, const struct offer *o,
		      const struct offer_facts *facts)
{
	const struct codes sources = { (struct slice *)facts->sources, facts->n_sources };

	a->country = term_of(m, TERM_COUNTRY, o->provider.country, SLICE_NONE);
	a->provider = org_term(m, TERM_PROVIDER, &o->provider);
	a->stackable = term_of(m, TERM_STACKABLE, o->stackability, SLICE_NONE);
	a->langs = langs_of(m, &a->n_langs, &o->languages);
	a->alliances = terms_of(m, &a->n_alliances, TERM_ALLIANCE, &o->alliances);
	a->modes = terms_of(m, &a->n_modes, TERM_MODE, &o->modes);
	a->credentials = terms_of(m, &a->n_credentials, TERM_CREDENTIAL, &o->credential_types);
	a->sources = terms_of(m, &a->n_sources, TERM_SOURCE, &sources);
	a->awarding = term_room(m, o->awarding_bodies.n);
	for (size_t i = 0; i < o->awarding_bodies.n; i++)
		put_term(a->awarding, &a->n_awarding,
			 org_term(m, TERM_AWARDING, &o->awarding_bodies.items[i]));
}

enum err_code attrs_of_offer(struct attrs *out, struct arena *arena, struct db *db,
			     const struct offer *offer, const struct offer_facts *facts,
			     const uint32_t n_words[FIELD_COUNT], struct err *err)
{
	struct making m = { arena, db, &search_state_of(db)->terms, err, ERR_OK };
	char *title_key = arena_alloc(arena, TITLE_KEY_BYTES);
	struct attrs a = { .missing = missing_of(offer),
			   .score = offer->completeness.score,
			   .formality = formality_of(offer->formality),
			   .first_seen_s = facts->first_seen_s,
			   .changed_s = facts->changed_s };

	a.has = has_of(offer, a.missing);
	set_workload(&a, offer);
	set_level(&a, &offer->level);
	set_subjects(&m, &a, &offer->subjects);
	set_terms(&m, &a, offer, facts);
	set_sessions(&m, &a, &offer->sessions);
	if (title_key != NULL)
		attrs_set_text(&a, title_key, offer, n_words);
	if (m.rc != ERR_OK)
		return m.rc;
	if (arena->has_failed)
		return err_set(err, ERR_LIMIT, "attributes of an offer: more than %zu bytes",
			       arena->max);
	*out = a;
	return ERR_OK;
}
