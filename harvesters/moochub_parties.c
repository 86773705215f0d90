// SPDX-License-Identifier: EUPL-1.2
/*
 * Whose a MOOChub course is. Creators and contributors that are persons are not
 * read.
 */
#include "harvesters/moochub_parts.h"

#include "base/mem.h"
#include "catalogue/text.h"

/* Who takes part in a course, each once. */
struct parties {
	const struct json_reading *r;
	struct slice names[16];
	size_t n;
	uint16_t n_joint;
	bool has_provider;
	bool has_awarding;
};

static struct slice name_of(const struct json_node *party)
{
	struct slice name;

	if (!node_is_object(party))
		return slice_trim(json_text_of(party));
	name = json_text_member(party, "name");
	if (name.n == 0) /* a list of labels */
		name = json_text_member(json_at(json_member(party, "name"), 0), "name|value");
	return slice_trim(name);
}

static bool is_known(const struct parties *p, struct slice name)
{
	for (size_t i = 0; i < p->n; i++)
		if (slice_eq_nocase(p->names[i], name))
			return true;
	return false;
}

static void read_party(const struct parties *p, const struct json_node *party, struct slice path,
		       enum element name, enum element id, uint16_t part)
{
	struct json_reading inner = *p->r;

	inner.prefix = path;
	inner.part = part;
	json_read_path(&inner, party, node_is_object(party) ? "name" : "", name, JSON_LOCAL, NULL);
	if (id == EL_PROVIDER_URL)
		json_read_path(&inner, party, "url|identifier", id, JSON_VALUE, NULL);
	else if (id != EL_COUNT)
		json_read_path(&inner, party, "url|identifier", id, JSON_VALUE, "url");
}

/* An organisation in a role: the provider if there is none yet, else one of the others. */
static void add_party(struct parties *p, const struct json_node *party, struct slice path)
{
	struct slice name = name_of(party);

	if (name.n == 0 || text_is_placeholder(name) || is_known(p, name) ||
	    p->n == countof(p->names))
		return;
	p->names[p->n++] = name;
	if (!p->has_provider)
		read_party(p, party, path, EL_PROVIDER_NAME, EL_PROVIDER_URL, 0);
	else
		read_party(p, party, path, EL_JOINT_NAME, EL_JOINT_ID, p->n_joint++);
	p->has_provider = true;
}

static void award(struct parties *p, const struct json_node *party, struct slice path)
{
	if (p->has_awarding || name_of(party).n == 0)
		return;
	read_party(p, party, path, EL_AWARDING_NAME, EL_COUNT, 0);
	p->has_awarding = true;
}

static bool is_organisation(const struct json_node *party)
{
	return slice_eq_nocase(json_text_member(party, "type"), SLICE_LIT("Organization"));
}

/* All of a list: institutes of version 2 are organisations, creators of 3 only if they say so. */
static void add_parties(struct parties *p, const struct json_node *a, const char *keys,
			bool must_say_so, bool is_awarding)
{
	struct slice name;
	const struct json_node *list = json_member_named(a, keys, &name);

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_node *party = json_at(list, i);
		struct slice path = json_path_at(p->r, name, i);

		if (must_say_so && !is_organisation(party))
			continue;
		if (is_awarding)
			award(p, party, path);
		else
			add_party(p, party, path);
	}
}

void moochub_read_parties(const struct json_reading *r, const struct json_node *a)
{
	struct parties p = { .r = r };

	add_parties(&p, a, "moocProvider", false, false);
	if (!p.has_provider) /* a publisher need not say what it is: a platform */
		add_parties(&p, a, "publisher", false, false);
	add_parties(&p, a, "partnerInstitutes|partnerInstitute", false, false);
	add_parties(&p, a, "creator", true, false);
	add_parties(&p, a, "contributor", true, false);
	add_parties(&p, a, "partnerInstitutes|partnerInstitute", false, true);
	add_parties(&p, a, "creator", true, true);
	add_parties(&p, a, "moocProvider", false, true);
	add_parties(&p, a, "publisher", false, true);
}
