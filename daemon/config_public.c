// SPDX-License-Identifier: EUPL-1.2
/*
 * Parameters that may not stand where everybody may read them.
 */
#include "daemon/config_public.h"

#include "base/mem.h"
#include "base/url.h"

/* Lower-case letters and digits of a name: "api_Key" is "apikey". */
static struct slice folded(char *out, size_t cap, struct slice name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < cap; i++)
		if (ascii_is_alnum(name.p[i]))
			out[n++] = ascii_lower(name.p[i]);
	return slice_make(out, n);
}

/* By its name: the value of a secret looks like any other. */
static bool is_secret_name(struct slice name)
{
	static const char *const whole[] = { "key", "auth", "authorization", "pass",      "pwd",
					     "jwt", "sig",  "signature",     "credential" };
	static const char *const ends[] = { "apikey",  "accesskey", "secretkey", "subscriptionkey",
					    "authkey", "token",     "secret",    "password",
					    "passwd",  "passphrase" };
	char text[64];
	struct slice word = folded(text, sizeof(text), name);

	for (size_t i = 0; i < countof(whole); i++)
		if (slice_eq_z(word, whole[i]))
			return true;
	for (size_t i = 0; i < countof(ends); i++)
		if (slice_ends_with(word, slice_of(ends[i])))
			return true;
	return false;
}

static int line_of_query(const struct config_block *b, struct slice name)
{
	for (size_t i = 0; i < b->n_entries; i++)
		if (slice_eq_z(b->entries[i].map, "query") && slice_eq(b->entries[i].name, name))
			return b->entries[i].line;
	return b->line;
}

/* One parameter: it may be the same as that of auth, which then would be there twice. */
static enum err_code check(const struct config_source *source, struct slice name, const char *where,
			   const char *file, int line, struct err *err)
{
	bool is_own = source->auth.type == AUTH_QUERY && slice_eq(name, source->auth.name);

	if (!is_own && !is_secret_name(name))
		return ERR_OK;
	return err_set(err, ERR_CONFIG,
		       "%s:%d: %s: the parameter \"%.*s\" %s; expected it in auth { type = "
		       "\"query\" name = \"%.*s\" secret = \"FILE\" } alone",
		       file, line, where, SLICE_ARG(slice_first(name, 40)),
		       is_own ? "is set twice" : "looks like a secret",
		       SLICE_ARG(slice_first(name, 40)));
}

enum err_code config_check_public(const struct config_source *source, const struct config_block *b,
				  struct err *err)
{
	const struct config_entry *entry = config_block_find(b, CONFIG_SOURCE, "url");
	const struct settings *query = &source->source.query;
	enum err_code rc = ERR_OK;
	struct slice rest, part;
	struct url url;

	if (url_parse(&url, source->source.url, NULL) != ERR_OK)
		return ERR_OK; /* it was refused before */
	rest = url.query;
	while (rc == ERR_OK && slice_split(&part, &rest, '&')) {
		struct slice name = SLICE_NONE;

		if (slice_split(&name, &part, '=') && part.n > 0)
			rc = check(source, name, "url", b->file,
				   entry != NULL ? entry->line : b->line, err);
	}
	for (size_t i = 0; i < query->n && rc == ERR_OK; i++)
		rc = check(source, query->items[i].name, "query", b->file,
			   line_of_query(b, query->items[i].name), err);
	return rc;
}
