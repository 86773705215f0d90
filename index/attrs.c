// SPDX-License-Identifier: EUPL-1.2
/*
 * The encoding of attributes: a version, then numbers of 7 bits a byte, low
 * ones first (signed ones with the sign in the lowest bit), arrays with their
 * length in front, in one fixed order. Writing and reading are the same list
 * of fields, walked by codec functions, so that they cannot differ.
 */
#include "index/attrs.h"

#include "base/limits.h"
#include "base/mem.h"

/* Version 1 had no time zones of sessions. */
enum { ATTRS_VERSION = 2, VERSION_WITH_ZONES = 2 };

static const char *const has_names[HAS_COUNT] = {
	[HAS_DESCRIPTION] = "description",
	[HAS_AUDIENCE] = "audience",
	[HAS_KEYWORDS] = "keywords",
	[HAS_PREREQUISITES] = "prerequisites",
	[HAS_STACKABILITY] = "stackability",
	[HAS_CREDENTIAL_TYPES] = "credentialTypes",
	[HAS_SUPERVISION] = "supervision",
	[HAS_SCHEDULE] = "schedule",
	[HAS_FORMALITY] = "formality",
	[HAS_SKILLS] = "skills",
	[HAS_SESSIONS] = "sessions",
	[HAS_PRICE] = "price",
	[HAS_URL] = "url",
	[HAS_IMAGE] = "image",
	[HAS_ALLIANCES] = "alliances",
	[HAS_IDENTIFIERS] = "identifiers",
	[HAS_COMPATIBLE_ECTS] = "compatible.ects",
	[HAS_COMPATIBLE_LEVEL] = "compatible.level",
	[HAS_COMPATIBLE_QUALITY] = "compatible.qualityAssurance",
	[HAS_COMPATIBLE_RECOGNITION] = "compatible.recognition",
};

const char *has_element_name(enum has_element e)
{
	if ((unsigned)e < REQ_COUNT)
		return required_element_name((enum required_element)e);
	return e < HAS_COUNT ? has_names[e] : NULL;
}

enum has_element has_element_of_name(struct slice name)
{
	/* The filter's name of an element that the offer has several of. */
	if (slice_eq_z(name, "subject"))
		return (enum has_element)REQ_SUBJECT;
	if (slice_eq_z(name, "lang"))
		return (enum has_element)REQ_LANGUAGES;
	for (unsigned e = 0; e < HAS_COUNT; e++)
		if (slice_eq_z(name, has_element_name((enum has_element)e)))
			return (enum has_element)e;
	return HAS_COUNT;
}

bool subject_key(uint16_t *out, struct slice code)
{
	unsigned value = 0;

	if (code.n < 2 || code.n > 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		if (i < code.n && !ascii_is_digit(code.p[i]))
			return false;
		value = value * 10 + (i < code.n ? (unsigned)(code.p[i] - '0') : 0);
	}
	*out = (uint16_t)(value * 4 + (code.n - 2));
	return true;
}

void subject_key_code(char out[5], uint16_t key)
{
	unsigned value = key / 4u;
	size_t n = 2 + key % 4u;

	for (size_t i = 4; i-- > 0; value /= 10)
		out[i] = i < n ? (char)('0' + value % 10) : '\0';
	out[4] = '\0';
}

static unsigned subject_step(unsigned n_digits)
{
	return n_digits == 2 ? 100 : n_digits == 3 ? 10 : 1;
}

uint16_t subject_key_at_depth(uint16_t key, unsigned depth)
{
	unsigned n = 2 + key % 4u;
	unsigned step = subject_step(depth);

	if (n <= depth)
		return key;
	return (uint16_t)(key / 4u / step * step * 4 + (depth - 2));
}

uint16_t subject_key_last(uint16_t key)
{
	unsigned n = 2 + key % 4u;

	return (uint16_t)((key / 4u + subject_step(n) - 1) * 4 + 3);
}

/* --- the walk over all fields, in both directions --- */

struct codec {
	struct buf *out; /* writing */
	struct slice in; /* reading */
	struct arena *arena; /* reading */
	int version;
	bool has_failed;
};

static void code_u64(struct codec *c, uint64_t *v)
{
	if (c->out != NULL) {
		uint64_t rest = *v;

		for (; rest >= 0x80; rest >>= 7)
			buf_char(c->out, (char)(rest | 0x80));
		buf_char(c->out, (char)rest);
		return;
	}
	*v = 0;
	for (unsigned shift = 0; shift < 64 && c->in.n > 0; shift += 7) {
		uint8_t byte = (uint8_t)*c->in.p;

		c->in = slice_from(c->in, 1);
		*v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return;
	}
	*v = 0;
	c->has_failed = true;
}

static uint64_t code_max(struct codec *c, uint64_t v, uint64_t max)
{
	code_u64(c, &v);
	if (v > max) {
		c->has_failed = true;
		return 0;
	}
	return v;
}

static void code_u8(struct codec *c, uint8_t *v)
{
	*v = (uint8_t)code_max(c, *v, UINT8_MAX);
}

static void code_u16(struct codec *c, uint16_t *v)
{
	*v = (uint16_t)code_max(c, *v, UINT16_MAX);
}

static void code_u32(struct codec *c, uint32_t *v)
{
	*v = (uint32_t)code_max(c, *v, UINT32_MAX);
}

static void code_bool(struct codec *c, bool *v)
{
	*v = code_max(c, *v, 1) != 0;
}

static void code_i64(struct codec *c, int64_t *v)
{
	uint64_t bits = ((uint64_t)*v << 1) ^ (*v < 0 ? UINT64_MAX : 0);

	code_u64(c, &bits);
	*v = (int64_t)((bits >> 1) ^ (0 - (bits & 1)));
}

static void code_i32(struct codec *c, int32_t *v)
{
	int64_t wide = *v;

	code_i64(c, &wide);
	if (wide < INT32_MIN || wide > INT32_MAX) {
		c->has_failed = true;
		wide = 0;
	}
	*v = (int32_t)wide;
}

/*
 * The length of an array, and when reading the array. Each thing takes a byte
 * at least, so a length beyond what is left is none.
 */
static void *code_array(struct codec *c, void *items, uint32_t *n, size_t size)
{
	code_u32(c, n);
	if (c->out != NULL)
		return items;
	if (*n > c->in.n)
		c->has_failed = true;
	items = c->has_failed || *n == 0 ? NULL : arena_calloc(c->arena, *n, size);
	if (items == NULL)
		*n = 0;
	return items;
}

static void code_terms(struct codec *c, uint32_t **terms, uint32_t *n)
{
	*terms = code_array(c, *terms, n, sizeof(**terms));
	for (uint32_t i = 0; *terms != NULL && i < *n; i++)
		code_u32(c, &(*terms)[i]);
}

static void code_subjects(struct codec *c, struct attrs *a)
{
	a->subjects = code_array(c, a->subjects, &a->n_subjects, sizeof(*a->subjects));
	for (uint32_t i = 0; i < a->n_subjects; i++) {
		struct attr_subject *s = &a->subjects[i];

		code_u16(c, &s->key);
		if (s->key >= SUBJECT_KEYS || s->key % 4 > 2) {
			s->key = 0;
			c->has_failed = true;
		}
		code_u8(c, &s->from);
		code_u8(c, &s->confidence);
	}
}

static void code_session(struct codec *c, struct attr_session *s)
{
	code_i32(c, &s->start_lo);
	code_i32(c, &s->start_hi);
	code_i32(c, &s->end_hi);
	code_i32(c, &s->apply_lo);
	code_i32(c, &s->apply_hi);
	code_u8(c, &s->rolling);
	code_u8(c, &s->start_from);
	if (c->version >= VERSION_WITH_ZONES)
		code_u8(c, &s->zone);
	code_bool(c, &s->is_cancelled);
	code_i64(c, &s->price_min_c);
	code_i64(c, &s->price_max_c);
	code_u32(c, &s->currency);
	code_terms(c, &s->langs, &s->n_langs);
	code_terms(c, &s->modes, &s->n_modes);
}

static void code_title_key(struct codec *c, struct slice *key)
{
	uint64_t n = code_max(c, key->n, TITLE_KEY_BYTES);

	if (c->out != NULL) {
		buf_append(c->out, key->p, key->n);
		return;
	}
	if (!slice_take(key, &c->in, (size_t)n)) {
		c->has_failed = true;
		*key = SLICE_LIT("");
	}
	*key = arena_dup(c->arena, *key);
}

static void code_attrs(struct codec *c, struct attrs *a)
{
	code_i32(c, &a->ects_min_c);
	code_i32(c, &a->ects_max_c);
	code_u8(c, &a->ects_from);
	code_i32(c, &a->hours_min_t);
	code_i32(c, &a->hours_max_t);
	code_u8(c, &a->hours_from);
	code_u8(c, &a->eqf_min);
	code_u8(c, &a->eqf_max);
	code_u8(c, &a->level_from);
	code_u8(c, &a->size_class);
	code_u8(c, &a->score);
	code_u8(c, &a->formality);
	code_u16(c, &a->missing);
	code_u32(c, &a->has);
	code_u32(c, &a->country);
	code_u32(c, &a->provider);
	code_u32(c, &a->stackable);
	code_subjects(c, a);
	code_terms(c, &a->langs, &a->n_langs);
	code_terms(c, &a->alliances, &a->n_alliances);
	code_terms(c, &a->modes, &a->n_modes);
	code_terms(c, &a->credentials, &a->n_credentials);
	code_terms(c, &a->sources, &a->n_sources);
	code_terms(c, &a->awarding, &a->n_awarding);
	a->sessions = code_array(c, a->sessions, &a->n_sessions, sizeof(*a->sessions));
	for (uint32_t i = 0; i < a->n_sessions; i++)
		code_session(c, &a->sessions[i]);
	code_i64(c, &a->first_seen_s);
	code_i64(c, &a->changed_s);
	code_title_key(c, &a->title_key);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		code_u32(c, &a->n_words[i]);
}

void attrs_encode(struct buf *out, const struct attrs *a)
{
	struct codec c = { .out = out, .version = ATTRS_VERSION };
	struct attrs copy = *a; /* the walk writes nothing else, but takes no const */

	copy.title_key = slice_first(a->title_key, TITLE_KEY_BYTES);
	buf_char(out, ATTRS_VERSION);
	code_attrs(&c, &copy);
}

enum err_code attrs_decode(struct attrs *out, struct arena *arena, struct slice bytes,
			   struct err *err)
{
	struct codec c = { .in = slice_from(bytes, 1),
			   .arena = arena,
			   .version = bytes.n == 0 ? 0 : (int)(unsigned char)bytes.p[0] };
	struct attrs draft = { 0 };

	if (c.version < 1 || c.version > ATTRS_VERSION)
		return err_set(err, ERR_PARSE, "attributes of version %d: expected 1 to %d",
			       c.version, ATTRS_VERSION);
	code_attrs(&c, &draft);
	if (arena->has_failed)
		return err_set(err, ERR_LIMIT, "attributes: no memory left of %zu bytes",
			       arena->max);
	if (c.has_failed || c.in.n > 0)
		return err_set(err, ERR_PARSE, "attributes of %zu bytes: damaged", bytes.n);
	*out = draft;
	return ERR_OK;
}
