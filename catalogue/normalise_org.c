// SPDX-License-Identifier: EUPL-1.2
/*
 * Who offers and who awards: organisations from words, from the table of
 * institutions and from the source's settings.
 */
#include "catalogue/normalise_job.h"

#include "base/limits.h"
#include "base/mem.h"

/* --- ids and names --- */

static bool add_id(struct job *j, struct org *org, struct slice scheme, struct slice value)
{
	struct scheme_value *items = NULL;

	for (size_t i = 0; i < org->ids.n; i++)
		if (slice_eq(org->ids.items[i].scheme, scheme))
			return false; /* at most one a scheme: the first */
	if (scheme.n == 0 || value.n == 0 || org->ids.n >= LIMIT_OFFER_VALUES)
		return false;
	items = arena_new_n(j->arena, struct scheme_value, org->ids.n + 1);
	if (items == NULL)
		return false;
	if (org->ids.n > 0)
		memcpy(items, org->ids.items, org->ids.n * sizeof *items);
	items[org->ids.n] = (struct scheme_value){ scheme, value };
	org->ids.items = items;
	org->ids.n++;
	return true;
}

/* A scheme that the word does not name shows in the id itself. */
static struct slice scheme_of_id(struct job *j, const struct word *word, struct slice value)
{
	if (word->scheme.n > 0)
		return job_code(j, word->scheme);
	if (slice_contains(value, SLICE_LIT("ror.org/")))
		return SLICE_LIT("ror");
	return uri_is(value) ? SLICE_LIT("uri") : SLICE_LIT("local");
}

static void read_id(struct job *j, struct org *org, const struct word *word)
{
	struct slice value = text_clean_line(word->text, LIMIT_URL_BYTES, j->arena);
	struct slice scheme = scheme_of_id(j, word, value);
	struct reading reading = job_reading(j);

	if (!add_id(j, org, scheme, value))
		return;
	reading_set(&reading, FROM_DECLARED, "as declared, of scheme %.*s", SLICE_ARG(scheme));
	job_trace(j, word->element, word, &reading, value);
}

static void read_country(struct job *j, struct org *org, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (org->country.n > 0 || text_is_placeholder(word->text))
		return;
	if (country_read(&org->country, slice_trim(word->text), &hint, &reading))
		job_trace(j, word->element, word, &reading, org->country);
	else
		job_note(j, word, "unknown-country", "a country such as FI, FIN or Finland");
}

/* --- institutions --- */

/* Schemes under which a domain is an address rather than a registered name. */
static bool is_domain_scheme(struct slice scheme)
{
	return slice_eq_nocase(scheme, SLICE_LIT("domain")) ||
	       slice_eq_nocase(scheme, SLICE_LIT("url")) ||
	       slice_eq_nocase(scheme, SLICE_LIT("website")) ||
	       slice_eq_nocase(scheme, SLICE_LIT("homepage"));
}

static bool find_by_ids(struct institution *out, const struct org *org, bool is_of_domains,
			struct reading *reading)
{
	for (size_t i = 0; i < org->ids.n; i++) {
		const struct scheme_value *id = &org->ids.items[i];

		if (is_domain_scheme(id->scheme) != is_of_domains ||
		    !institution_by_id(out, id->scheme, id->value))
			continue;
		reading_set(reading, FROM_DECLARED, "institutions.tsv: %.*s %.*s",
			    SLICE_ARG(id->scheme), SLICE_ARG(id->value));
		return true;
	}
	return false;
}

/* By identifier, then by domain, then by name. */
static bool find_institution(struct institution *out, const struct org *org, struct slice country,
			     struct reading *reading)
{
	if (find_by_ids(out, org, false, reading) || find_by_ids(out, org, true, reading))
		return true;
	if (org->url.n > 0 && institution_by_url(out, org->url)) {
		reading_set(reading, FROM_INFERRED, "institutions.tsv: domain of %.*s",
			    SLICE_ARG(org->url));
		return true;
	}
	for (size_t i = 0; i < org->name.n; i++)
		if (institution_by_name(out, org->name.items[i].text, country, reading))
			return true;
	return false;
}

/* "University of Helsinki, Faculty of Law": the institution is the name, its part the unit. */
static void take_units_from_names(struct job *j, struct org *org, const struct institution *found)
{
	for (size_t i = 0; i < org->name.n; i++) {
		struct text *name = &org->name.items[i];
		struct institution named;
		struct slice of_name, of_unit;

		if (!institution_by_name_of_unit(&named, &of_name, &of_unit, name->text,
						 found->country, NULL) ||
		    of_unit.n == 0 || !institution_is_unit(name->text) ||
		    !slice_eq(named.ror, found->ror) || !slice_eq(named.domain, found->domain))
			continue;
		texts_add(&org->unit, name->lang, of_unit, REPEAT_FIRST, j->arena);
		name->text = of_name;
	}
}

/* What the table knows and the record does not say. */
static void complete_from(struct job *j, struct org *org, const struct institution *found,
			  enum element name, enum element country, const struct reading *reading)
{
	if (j->traces != NULL)
		job_trace(j, name, NULL, reading,
			  arena_printf(j->arena, "%.*s, %.*s", SLICE_ARG(found->name_en),
				       SLICE_ARG(found->ror.n > 0 ? found->ror : found->domain)));
	if (org->country.n == 0 && found->country.n > 0) {
		org->country = found->country;
		job_trace(j, country, NULL, reading, org->country);
	}
	if (org->name.n == 0) {
		bool has_lang = found->own_lang.n > 0;

		texts_add(&org->name, has_lang ? found->own_lang : SLICE_LIT("und"),
			  found->name_own, REPEAT_FIRST, j->arena);
		texts_add(&org->name, SLICE_LIT("en"), found->name_en, REPEAT_FIRST, j->arena);
	}
	take_units_from_names(j, org, found);
	(void)add_id(j, org, SLICE_LIT("ror"), found->ror);
}

/* --- joint providers and awarding bodies --- */

struct org_elements {
	enum element name, country, id;
};

static const struct org_elements joint = { EL_JOINT_NAME, EL_JOINT_COUNTRY, EL_JOINT_ID };
static const struct org_elements awarding = { EL_AWARDING_NAME, EL_AWARDING_COUNTRY,
					      EL_AWARDING_ID };

static void read_org_word(struct job *j, struct org *org, const struct org_elements *e,
			  const struct word *word)
{
	if (word->element == e->name)
		(void)job_add_text(j, &org->name, word, true, LIMIT_TITLE_BYTES, REPEAT_FIRST);
	else if (word->element == e->country)
		read_country(j, org, word);
	else
		read_id(j, org, word);
}

/* Organisations that neither a name nor an id says who they are. */
static void drop_empty(struct orgs *orgs)
{
	size_t kept = 0;

	for (size_t i = 0; i < orgs->n; i++)
		if (orgs->items[i].name.n > 0 || orgs->items[i].ids.n > 0)
			orgs->items[kept++] = orgs->items[i];
	orgs->n = kept;
}

static void read_orgs(struct job *j, struct orgs *orgs, size_t *cap, uint16_t **parts,
		      const struct org_elements *e)
{
	for (size_t i = 0; i < j->words->n; i++) {
		const struct word *word = &j->words->items[i];
		size_t at = 0;

		if (word->element != e->name && word->element != e->country &&
		    word->element != e->id)
			continue;
		at = job_part(j, parts, orgs->n, word->part, LIMIT_OFFER_VALUES);
		if (at == SIZE_MAX)
			continue;
		if (at == orgs->n && arena_push(j->arena, (void **)&orgs->items, &orgs->n, cap,
						sizeof *orgs->items) == NULL)
			return;
		read_org_word(j, &orgs->items[at], e, word);
	}
	for (size_t i = 0; i < orgs->n; i++) {
		struct institution found = { .ror = SLICE_NONE };
		struct reading reading = job_reading(j);

		job_settle_texts(j, &orgs->items[i].name, e->name);
		if (find_institution(&found, &orgs->items[i], orgs->items[i].country, &reading))
			complete_from(j, &orgs->items[i], &found, e->name, e->country, &reading);
	}
	drop_empty(orgs);
}

/* --- the provider --- */

static void read_provider_word(struct job *j, const struct word *word)
{
	struct org *provider = &j->out->provider;

	switch (word->element) {
	case EL_PROVIDER_NAME:
		(void)job_add_text(j, &provider->name, word, true, LIMIT_TITLE_BYTES, REPEAT_FIRST);
		return;
	case EL_PROVIDER_UNIT:
		(void)job_add_text(j, &provider->unit, word, true, LIMIT_TITLE_BYTES, REPEAT_FIRST);
		return;
	case EL_PROVIDER_COUNTRY:
		read_country(j, provider, word);
		return;
	case EL_PROVIDER_ID:
		read_id(j, provider, word);
		return;
	case EL_PROVIDER_URL:
		if (provider->url.n > 0)
			return;
		provider->url = text_url(word->text, j->arena);
		if (provider->url.n > 0)
			job_trace(j, word->element, word, NULL, provider->url);
		return;
	default:
		return;
	}
}

static void name_after_source(struct job *j)
{
	struct reading reading = job_reading(j);
	struct slice title = text_clean_line(j->context->title, LIMIT_TITLE_BYTES, j->arena);
	struct word none = { .element = EL_PROVIDER_NAME };

	if (j->out->provider.name.n > 0 || !j->context->is_own || title.n == 0)
		return;
	texts_add(&j->out->provider.name, job_lang(j, &none), title, REPEAT_FIRST, j->arena);
	reading_set(&reading, FROM_DECLARED, "the source's title: its role is own");
	job_trace(j, EL_PROVIDER_NAME, NULL, &reading, title);
}

static void settle_country(struct job *j)
{
	struct org *provider = &j->out->provider;
	struct reading reading = job_reading(j);

	if (provider->country.n > 0)
		return;
	if (j->context->country.n == 2) {
		provider->country = j->context->country;
		reading_set(&reading, FROM_DECLARED, "the source's country");
	} else if (provider->url.n > 0 && country_of_domain(&provider->country, provider->url)) {
		reading_set(&reading, FROM_INFERRED, "domain of the provider's web address");
	}
	if (provider->country.n > 0)
		job_trace(j, EL_PROVIDER_COUNTRY, NULL, &reading, provider->country);
}

/* --- alliances --- */

/* "lde" is LDE: one alliance, whatever each partner's system makes of its name. */
static struct slice alliance_as_named(struct job *j, struct slice name)
{
	char *upper;

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < 'a' || name.p[i] > 'z')
			return name;
	upper = arena_alloc(j->arena, name.n);
	if (upper == NULL)
		return name;
	for (size_t i = 0; i < name.n; i++)
		upper[i] = (char)(name.p[i] - 'a' + 'A');
	return slice_make(upper, name.n);
}

static void read_alliance(struct job *j, const struct word *word)
{
	struct slice name = text_clean_line(word->text, 100, j->arena), code = SLICE_NONE;
	struct reading reading = job_reading(j);

	if (name.n == 0)
		return;
	if (!alliance_read(&code, name, &reading)) {
		/* Young alliances are in no table: their name is kept. */
		code = alliance_as_named(j, name);
		reading_set(&reading, FROM_DECLARED, "as named");
	}
	(void)codes_add(&j->out->alliances, code, j->arena);
	job_trace(j, EL_ALLIANCE, word, &reading, code);
}

static void read_alliances(struct job *j, const struct institution *provider)
{
	struct reading reading = job_reading(j);

	for (size_t i = 0; i < j->words->n; i++)
		if (j->words->items[i].element == EL_ALLIANCE)
			read_alliance(j, &j->words->items[i]);
	reading_set(&reading, FROM_DECLARED, "the source's settings");
	for (size_t i = 0; i < j->context->alliances.n; i++) {
		struct slice code = j->context->alliances.items[i];

		(void)alliance_read(&code, j->context->alliances.items[i], NULL);
		if (codes_add(&j->out->alliances, code, j->arena))
			job_trace(j, EL_ALLIANCE, NULL, &reading, code);
	}
	if (j->out->alliances.n > 0 || provider->domain.n == 0)
		return;
	reading = job_reading(j);
	(void)institution_alliances(&j->out->alliances, provider->domain, &reading, j->arena);
	job_trace_each(j, EL_ALLIANCE, NULL, &reading);
}

void job_read_orgs(struct job *j)
{
	struct institution found = { .ror = SLICE_NONE };
	struct reading reading = job_reading(j);
	struct org *provider = &j->out->provider;

	for (size_t i = 0; i < j->words->n; i++)
		read_provider_word(j, &j->words->items[i]);
	name_after_source(j);
	job_settle_texts(j, &provider->name, EL_PROVIDER_NAME);
	job_settle_texts(j, &provider->unit, EL_PROVIDER_UNIT);
	if (find_institution(&found, provider,
			     provider->country.n > 0 ? provider->country : j->context->country,
			     &reading))
		complete_from(j, provider, &found, EL_PROVIDER_NAME, EL_PROVIDER_COUNTRY, &reading);
	settle_country(j);
	j->hint.country = provider->country;
	read_orgs(j, &j->out->joint_providers, &j->cap_joint, &j->joint_parts, &joint);
	read_orgs(j, &j->out->awarding_bodies, &j->cap_awarding, &j->awarding_parts, &awarding);
	read_alliances(j, &found);
}
