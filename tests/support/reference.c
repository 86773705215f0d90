// SPDX-License-Identifier: EUPL-1.2
/*
 * The meaning of filters and dimensions, by loops over texts.
 */
#include "tests/support/reference.h"

#include "catalogue/readers.h"

void ref_add(struct ref_values *v, const char *text)
{
	if (ref_has(v, text))
		return;
	assert_true(v->n < REF_VALUES && strlen(text) < REF_VALUE_BYTES);
	snprintf(v->items[v->n++], REF_VALUE_BYTES, "%s", text);
}

bool ref_has(const struct ref_values *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->items[i], text) == 0)
			return true;
	return false;
}

static void add_slice(struct ref_values *v, struct slice s)
{
	char text[REF_VALUE_BYTES];

	snprintf(text, sizeof(text), "%.*s", (int)s.n, s.p != NULL ? s.p : "");
	if (s.n > 0)
		ref_add(v, text);
}

static void add_number(struct ref_values *v, int number)
{
	char text[REF_VALUE_BYTES];

	snprintf(text, sizeof(text), "%d", number);
	ref_add(v, text);
}

static void add_codes(struct ref_values *v, const struct codes *codes)
{
	for (size_t i = 0; i < codes->n; i++)
		add_slice(v, codes->items[i]);
}

size_t ref_n_sessions(const struct offer *o)
{
	return o->sessions.n > 0 ? o->sessions.n : 1;
}

const struct session *ref_session(const struct offer *o, size_t i)
{
	static const struct session implied;

	return o->sessions.n > 0 ? &o->sessions.items[i] : &implied;
}

/* --- values --- */

static bool knows_ects(const struct offer *o, const struct ref_terms *t)
{
	return o->workload.ects_c > 0 && o->workload.ects_from >= t->weakest;
}

static bool knows_level(const struct offer *o, const struct ref_terms *t)
{
	return o->level.eqf > 0 && o->level.from >= t->weakest;
}

static bool knows_start(const struct session *s, const struct ref_terms *t)
{
	return s->start.precision != DATE_NONE && s->start_from >= t->weakest;
}

static void add_subjects(struct ref_values *out, const struct offer *o, const struct ref_terms *t,
			 unsigned depth)
{
	for (size_t i = 0; i < o->subjects.n; i++) {
		const struct subject *s = &o->subjects.items[i];
		size_t n = strlen(s->code);

		if (s->from < t->weakest)
			continue;
		for (size_t k = depth == 0 ? 2 : (n < depth ? n : depth);
		     k <= (depth == 0 ? n : (n < depth ? n : depth)); k++)
			add_slice(out, slice_make(s->code, k));
	}
}

static void add_langs(struct ref_values *out, const struct codes *codes)
{
	for (size_t i = 0; i < codes->n; i++) {
		ptrdiff_t dash = slice_find_byte(codes->items[i], '-');

		add_slice(out, codes->items[i]);
		if (dash > 0)
			add_slice(out, slice_first(codes->items[i], (size_t)dash));
	}
}

static void add_start(struct ref_values *out, const struct session *s, const struct ref_terms *t)
{
	char lo[DATE_TEXT_BYTES], hi[DATE_TEXT_BYTES];

	if (!knows_start(s, t))
		return;
	date_format(lo, (struct date){ s->start.year, 1, 1, DATE_DAY });
	if (s->start.precision == DATE_YEAR) {
		if (s->start_max.year == s->start.year)
			add_slice(out, slice_make(lo, 4));
		return;
	}
	date_format(lo, s->start);
	date_format(hi, s->start_max);
	if (strncmp(lo, hi, 7) == 0)
		add_slice(out, slice_make(lo, 7));
	else if (strncmp(lo, hi, 4) == 0)
		add_slice(out, slice_make(lo, 4));
}

static void add_prices(struct ref_values *out, const struct session *s)
{
	if (!s->price.has_amount) {
		ref_add(out, "unknown");
		return;
	}
	if (s->price.amount_c == 0)
		ref_add(out, "free");
	if (s->price.amount_max_c > 0)
		ref_add(out, "paid");
}

/* The elements that the corpus's offers can have. */
static void add_elements(struct ref_values *out, const struct offer *o, bool wants_there)
{
	bool has_price = false;

	for (size_t i = 0; i < o->sessions.n; i++)
		has_price = has_price || o->sessions.items[i].price.has_amount;
	const struct {
		const char *name;
		bool is_there;
	} table[] = {
		{ "title", true },
		{ "awardingBodies", false },
		{ "country", o->provider.country.n > 0 },
		{ "learningOutcomes", o->outcomes.n > 0 },
		{ "workload", o->workload.ects_c > 0 },
		{ "level", o->level.eqf > 0 },
		{ "assessment", false },
		{ "mode", o->modes.n > 0 },
		{ "qualityAssurance", false },
		{ "languages", o->languages.n > 0 },
		{ "subjects", o->subjects.n > 0 },
		{ "description", o->description.n > 0 },
		{ "audience", false },
		{ "keywords", false },
		{ "prerequisites", false },
		{ "stackability", o->stackability.n > 0 },
		{ "credentialTypes", o->credential_types.n > 0 },
		{ "supervision", false },
		{ "schedule", false },
		{ "formality", false },
		{ "skills", false },
		{ "sessions", o->sessions.n > 0 },
		{ "price", has_price },
		{ "url", o->url.n > 0 },
		{ "image", false },
		{ "alliances", o->alliances.n > 0 },
		{ "identifiers", false },
		{ "compatible.ects", o->compatible.ects },
		{ "compatible.level", o->compatible.level },
		{ "compatible.qualityAssurance", o->compatible.quality_assurance },
		{ "compatible.recognition", o->compatible.recognition },
	};
	for (size_t i = 0; i < countof(table); i++)
		if (table[i].is_there == wants_there)
			ref_add(out, table[i].name);
}

static void add_ects(struct ref_values *out, const struct offer *o, const struct ref_terms *t)
{
	char text[REF_VALUE_BYTES];
	size_t n;

	if (!knows_ects(o, t))
		return;
	n = (size_t)snprintf(text, sizeof(text), "%d.%02d", o->workload.ects_c / 100,
			     o->workload.ects_c % 100);
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[--n] = '\0';
	ref_add(out, text);
}

void ref_dim_values(struct ref_values *out, enum dimension d, const struct corpus_offer *co,
		    const struct session *s, const struct ref_terms *t, unsigned depth)
{
	const struct offer *o = &co->offer;

	out->n = 0;
	switch (d) {
	case DIM_SUBJECT:
		add_subjects(out, o, t, depth);
		break;
	case DIM_LEVEL:
		for (int i = o->level.eqf; knows_level(o, t) && i <= o->level.eqf_max; i++)
			add_number(out, i);
		break;
	case DIM_ECTS:
		add_ects(out, o, t);
		break;
	case DIM_SIZE:
		if (knows_ects(o, t))
			add_slice(out, slice_of(size_class_name(o->size_class)));
		break;
	case DIM_LANG:
		add_langs(out, s->languages.n > 0 ? &s->languages : &o->languages);
		break;
	case DIM_COUNTRY:
		add_slice(out, o->provider.country);
		break;
	case DIM_PROVIDER:
		add_slice(out, o->provider.ids.n > 0 ? o->provider.ids.items[0].value
						     : o->provider.name.items[0].text);
		break;
	case DIM_ALLIANCE:
		add_codes(out, &o->alliances);
		break;
	case DIM_MODE:
		add_codes(out, s->modes.n > 0 ? &s->modes : &o->modes);
		break;
	case DIM_SOURCE:
		add_slice(out, co->source);
		break;
	case DIM_START:
		add_start(out, s, t);
		break;
	case DIM_OPEN:
		ref_add(out, application_state_name(session_application_state(
				     s, t->days->of[session_zone(s, o->provider.country)])));
		break;
	case DIM_PRICE:
		add_prices(out, s);
		break;
	case DIM_CREDENTIAL:
		add_codes(out, &o->credential_types);
		break;
	case DIM_STACKABLE:
		add_slice(out, o->stackability);
		break;
	case DIM_HAS:
	case DIM_MISSING:
		add_elements(out, o, d == DIM_HAS);
		break;
	default:
		fail_msg("dimension %d", (int)d);
	}
}

/* --- filters --- */

static bool range_meets(enum dimension d, const struct filter_value *f, const struct offer *o,
			const struct session *s, const struct ref_terms *t)
{
	switch (d) {
	case DIM_LEVEL:
		return knows_level(o, t) && o->level.eqf <= f->hi && o->level.eqf_max >= f->lo;
	case DIM_ECTS:
		return knows_ects(o, t) && o->workload.ects_c <= f->hi &&
		       o->workload.ects_max_c >= f->lo;
	case DIM_START:
		return knows_start(s, t) && date_first_day(s->start) <= f->hi &&
		       date_last_day(s->start_max) >= f->lo;
	case DIM_PRICE:
		return s->price.has_amount && s->price.amount_c <= f->hi &&
		       s->price.amount_max_c >= f->lo;
	case DIM_OPEN:
		/* All dates of the corpus lie within. */
		for (int64_t day = f->lo > CORPUS_DAY - 900 ? f->lo : CORPUS_DAY - 900;
		     day <= f->hi && day <= CORPUS_DAY + 900; day++) {
			enum application_state state = session_application_state(s, (int32_t)day);

			if (state == APPLY_OPEN || state == APPLY_ROLLING)
				return true;
		}
		return false;
	default:
		return false;
	}
}

bool ref_meets(enum dimension d, const struct corpus_offer *o, const struct session *s,
	       const struct ref_terms *t)
{
	const struct filter *f = &t->filters->items[d];
	struct ref_values values;

	if (f->n == 0)
		return true;
	ref_dim_values(&values, d, o, s, t, 0);
	for (size_t i = 0; i < f->n; i++) {
		char code[REF_VALUE_BYTES];

		if (f->values[i].is_range) {
			if (range_meets(d, &f->values[i], &o->offer, s, t))
				return true;
			continue;
		}
		snprintf(code, sizeof(code), "%.*s", SLICE_ARG(f->values[i].code));
		if (ref_has(&values, code))
			return true;
		if (d == DIM_OPEN && strcmp(code, "today") == 0 &&
		    (ref_has(&values, "open") || ref_has(&values, "rolling")))
			return true;
	}
	return false;
}

bool ref_offer_meets(const struct corpus_offer *o, const struct ref_terms *t,
		     dimension_set left_out)
{
	for (unsigned d = 0; d < DIM_COUNT; d++)
		if (!dimension_is_session((enum dimension)d) && (left_out & DIM_BIT(d)) == 0 &&
		    !ref_meets((enum dimension)d, o, NULL, t))
			return false;
	return true;
}

bool ref_session_meets(const struct corpus_offer *o, const struct session *s,
		       const struct ref_terms *t, dimension_set left_out)
{
	for (unsigned d = 0; d < DIM_COUNT; d++)
		if (dimension_is_session((enum dimension)d) && (left_out & DIM_BIT(d)) == 0 &&
		    !ref_meets((enum dimension)d, o, s, t))
			return false;
	return true;
}

bool ref_matches(const struct corpus_offer *o, const struct ref_terms *t, dimension_set left_out)
{
	if (!o->is_live || !ref_offer_meets(o, t, left_out))
		return false;
	for (size_t i = 0; i < ref_n_sessions(&o->offer); i++)
		if (ref_session_meets(o, ref_session(&o->offer, i), t, left_out))
			return true;
	return false;
}

/* --- random filters --- */

static const char *const codes_of[DIM_COUNT][6] = {
	[DIM_SUBJECT] = { "06", "061", "0613", "03", "0999", "02" },
	[DIM_SIZE] = { "nano", "micro", "course", "pathway", "macro", "micro" },
	[DIM_LANG] = { "en", "fi", "sv", "pt", "pt-BR", "xx" },
	[DIM_COUNTRY] = { "FI", "SE", "DE", "FI", "SE", "ZZ" },
	[DIM_PROVIDER] = { "jyu.fi", "kth.se", "abo.fi", "Nameless College", "Universität Köln",
			   "none" },
	[DIM_ALLIANCE] = { "FORTHEM", "Unite!", "EUTOPIA", "FORTHEM", "EUTOPIA", "X" },
	[DIM_MODE] = { "online", "presential", "blended", "online", "presential", "hybrid" },
	[DIM_SOURCE] = { "jyu", "kth", "jyu", "kth", "kth", "unknown" },
	[DIM_OPEN] = { "open", "opens", "closed", "rolling", "unknown", "today" },
	[DIM_PRICE] = { "free", "paid", "unknown", "free", "paid", "free" },
	[DIM_CREDENTIAL] = { "edc", "open-badge", "pdf", "edc", "pdf", "x" },
	[DIM_STACKABLE] = { "stackable", "stand-alone", "stackable", "stand-alone", "stackable",
			    "integrated" },
	[DIM_HAS] = { "workload", "description", "price", "url", "sessions", "compatible.ects" },
	[DIM_MISSING] = { "workload", "description", "country", "mode", "subjects", "alliances" },
};

static bool random_range(struct filter_value *v, enum dimension d, struct random *r)
{
	switch (d) {
	case DIM_LEVEL:
		v->lo = 1 + random_below(r, 8);
		v->hi = v->lo + random_below(r, 3);
		return true;
	case DIM_ECTS:
		v->lo = random_below(r, 1000);
		v->hi = v->lo + random_below(r, 3000);
		return true;
	case DIM_START:
		v->lo = CORPUS_DAY - 200 + random_below(r, 400);
		v->hi = random_below(r, 3) == 0 ? INT32_MAX : v->lo + random_below(r, 200);
		return true;
	case DIM_OPEN:
		v->lo = CORPUS_DAY - 50 + random_below(r, 100);
		v->hi = v->lo + (random_below(r, 3) == 0 ? random_below(r, 30) : 0);
		if (random_below(r, 4) == 0)
			*(random_below(r, 2) == 0 ? &v->lo : &v->hi) =
				v->lo < CORPUS_DAY ? INT64_MIN : INT64_MAX;
		if (v->lo > v->hi)
			v->lo = INT64_MIN;
		return random_below(r, 2) == 0;
	case DIM_PRICE:
		v->lo = random_below(r, 2) == 0 ? 0 : random_below(r, 20000);
		v->hi = v->lo + random_below(r, 30000);
		return random_below(r, 2) == 0;
	default:
		return false;
	}
}

void ref_random_filters(struct filters *out, struct arena *arena, struct random *r, uint32_t rarity)
{
	for (unsigned d = 0; d < DIM_COUNT; d++) {
		struct filter *f = &out->items[d];

		f->dim = (enum dimension)d;
		f->n = random_below(r, rarity) == 0 ? 1 + random_below(r, 2) : 0;
		f->values = arena_new_n(arena, struct filter_value, f->n + 1);
		for (size_t i = 0; i < f->n; i++) {
			struct filter_value *v = &f->values[i];

			v->is_range = random_range(v, f->dim, r);
			if (!v->is_range)
				v->code = slice_of(codes_of[d][random_below(r, 6)]);
		}
	}
}
