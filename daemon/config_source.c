// SPDX-License-Identifier: EUPL-1.2
/*
 * What the keys of a source mean together. Each key was checked alone when its
 * file was read; here are the rules that need two of them, a table of codes, or
 * a file with a secret.
 */
#include "daemon/config_source.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/url.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"
#include "harvesters/harvester.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

enum { LEAST_QUERY_SECRET_BYTES = 8 }; /* shorter ones occur in texts by themselves */

/* One source on its way. */
struct making {
	struct config_source *out;
	const struct config_block *b;
	struct arena *arena;
	struct err *err;
};

static struct slice text_of(const struct making *m, const char *name)
{
	return config_block_text(m->b, CONFIG_SOURCE, name);
}

static uint32_t u32_of(const struct making *m, const char *name)
{
	return (uint32_t)config_block_number(m->b, CONFIG_SOURCE, name);
}

static uint32_t seconds_of(const struct making *m, const char *name)
{
	int64_t ms = config_block_number(m->b, CONFIG_SOURCE, name);

	return (uint32_t)((ms + 999) / 1000);
}

static enum err_code check_id(const struct making *m)
{
	struct slice id = m->b->title;
	bool is_good =
		id.n > 0 && id.n <= LIMIT_SOURCE_ID_BYTES && id.p[0] != '.' && id.p[0] != '-';

	for (size_t i = 0; i < id.n && is_good; i++)
		is_good = ascii_is_digit(id.p[i]) || (id.p[i] >= 'a' && id.p[i] <= 'z') ||
			  slice_find_byte(SLICE_LIT("-_."), id.p[i]) >= 0;
	if (is_good)
		return ERR_OK;
	return config_block_fail(m->err, m->b, CONFIG_SOURCE, NULL,
				 "source \"%.80s\": expected an id of a to z, 0 to 9, '-', '_' and "
				 "'.', at most %d of them",
				 id.p, LIMIT_SOURCE_ID_BYTES);
}

static enum err_code check_format(const struct making *m)
{
	struct slice format = m->out->source.format;
	struct buf known = BUF_INIT(ERR_MSG_BYTES);
	const struct harvester *h;
	enum err_code rc;

	if (harvester_find(format) != NULL)
		return ERR_OK;
	for (size_t i = 0; (h = harvester_at(i)) != NULL; i++)
		buf_printf(&known, " %s", h->format);
	rc = config_block_fail(m->err, m->b, CONFIG_SOURCE, "format",
			       "format = \"%.60s\": expected one of%s", format.p, buf_z(&known));
	buf_clear(&known);
	return rc;
}

/* An http or https URL; *is_https tells which. */
static enum err_code check_url(const struct making *m, enum config_section section,
			       const char *name, struct slice text, bool *is_https)
{
	struct err why = ERR_INIT;
	struct url url;

	if (url_parse(&url, text, &why) != ERR_OK && slice_find_byte(text, '@') >= 0)
		return config_block_fail(m->err, m->b, section, name, /* may hold a password */
					 "%s: %.100s; expected https://host/path", name, why.msg);
	if (why.code != ERR_OK)
		return config_block_fail(m->err, m->b, section, name,
					 "%s = \"%.80s\": %.100s; expected https://host/path", name,
					 text.p, why.msg);
	*is_https = slice_eq_nocase(url.scheme, SLICE_LIT("https"));
	if (*is_https || slice_eq_nocase(url.scheme, SLICE_LIT("http")))
		return ERR_OK;
	return config_block_fail(m->err, m->b, section, name,
				 "%s = \"%.80s\": expected https://host/path, or http:", name,
				 text.p);
}

static bool is_wanted_country(const struct vocab_row *row, const void *arg)
{
	return slice_eq_nocase(row->cells[0], *(const struct slice *)arg);
}

static enum err_code check_country(struct making *m)
{
	struct source *s = &m->out->source;
	struct vocab_row rows[8];
	struct slice code = s->country;
	size_t n;

	if (code.p == NULL)
		return ERR_OK;
	n = vocab_look_up(rows, countof(rows), VOCAB_COUNTRY, code);
	if (code.n == 2 && vocab_keep(rows, n, is_wanted_country, &code) > 0) {
		s->country = rows[0].cells[0];
		return ERR_OK;
	}
	return config_block_fail(m->err, m->b, CONFIG_SOURCE, "country",
				 "country = \"%.60s\": expected a code of ISO 3166 such as FI",
				 code.p);
}

static enum err_code check_language(struct making *m)
{
	struct source *s = &m->out->source;
	struct slice tag;

	if (s->language.p == NULL)
		return ERR_OK;
	tag = language_of_tag(s->language, m->arena);
	/* What is not understood, too, is "und"; so is "mul", which says as little. */
	if (!slice_eq_z(tag, "und") || slice_eq_nocase(s->language, SLICE_LIT("und")) ||
	    slice_eq_nocase(s->language, SLICE_LIT("mul"))) {
		s->language = tag;
		return ERR_OK;
	}
	return config_block_fail(m->err, m->b, CONFIG_SOURCE, "language",
				 "language = \"%.60s\": expected a tag such as fi or pt-BR",
				 s->language.p);
}

/* The block's end where the place is not known. */
static int line_of(const struct config_block *b, const struct source_place *place)
{
	bool is_csv = place->block != NULL && strcmp(place->block, "csv") == 0;
	const char *map = is_csv || place->block == NULL ? "" : place->block;

	for (size_t i = 0; i < b->n_entries; i++) {
		const struct config_entry *e = &b->entries[i];

		if (slice_eq(e->name, place->name) && slice_eq_z(e->map, map) &&
		    (e->section == CONFIG_SOURCE_CSV) == is_csv)
			return e->line;
	}
	return b->line;
}

/* What the harvester of the format would refuse, with the line it stands in. */
static enum err_code check_settings(const struct making *m)
{
	const struct source *s = &m->out->source;
	struct source_place place;
	struct err why = ERR_INIT;

	if (harvester_check(harvester_find(s->format), s, &place, &why) == ERR_OK)
		return ERR_OK;
	return config_fail_at(m->err, m->b, line_of(m->b, &place), why.msg);
}

/* A header we may send: its name a token, its value without control characters. */
static bool is_header_name(struct slice name)
{
	bool is_good = name.n > 0;

	for (size_t i = 0; i < name.n && is_good; i++)
		is_good = ascii_is_alnum(name.p[i]) ||
			  slice_find_byte(SLICE_LIT("!#$%&'*+-.^_`|~"), name.p[i]) >= 0;
	return is_good;
}

static bool is_header_value(struct slice value)
{
	bool is_good = true;

	for (size_t i = 0; i < value.n && is_good; i++)
		is_good = (unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f;
	return is_good;
}

/* One that a partner, too, would write as it stands. */
static bool is_parameter_name(struct slice name)
{
	bool is_good = name.n > 0;

	for (size_t i = 0; i < name.n && is_good; i++)
		is_good = ascii_is_alnum(name.p[i]) ||
			  slice_find_byte(SLICE_LIT("-._~"), name.p[i]) >= 0;
	return is_good;
}

/* Headers that the daemon decides itself. */
static bool is_own_header(struct slice name)
{
	static const char *const own[] = { "Host",
					   "Connection",
					   "Content-Length",
					   "Transfer-Encoding",
					   "Accept-Encoding",
					   "If-None-Match",
					   "If-Modified-Since",
					   "Range" };

	for (size_t i = 0; i < countof(own); i++)
		if (slice_eq_nocase(name, slice_of(own[i])))
			return true;
	return false;
}

static enum err_code check_headers(const struct making *m)
{
	const struct settings *headers = &m->out->headers;

	for (size_t i = 0; i < headers->n; i++) {
		const struct setting *h = &headers->items[i];

		if (!is_header_name(h->name) || !is_header_value(h->value) ||
		    is_own_header(h->name))
			return config_block_fail(
				m->err, m->b, CONFIG_SOURCE, NULL,
				"headers: %.60s: expected a header that may be set, "
				"without control characters",
				h->name.p);
	}
	return ERR_OK;
}

/* --- auth --- */

static struct slice auth_text(const struct making *m, const char *name)
{
	return config_block_text(m->b, CONFIG_SOURCE_AUTH, name);
}

/* Reads a file of at most LIMIT_SECRET_BYTES into the arena, trimmed. */
static enum err_code read_secret(struct slice *out, const struct making *m, const char *path,
				 struct err *err)
{
	char text[LIMIT_SECRET_BYTES + 1];
	FILE *file = fopen(path, "re");
	enum err_code rc = ERR_OK;
	struct slice secret;
	size_t n;

	if (file == NULL)
		return err_from_errno(err, errno, path);
	setvbuf(file, NULL, _IONBF, 0); /* no copy in a buffer that nobody wipes */
	n = fread(text, 1, sizeof(text), file);
	secret = slice_trim(slice_make(text, n));
	if (ferror(file))
		rc = err_set(err, ERR_IO, "%s: cannot be read", path);
	else if (n > LIMIT_SECRET_BYTES)
		rc = err_set(err, ERR_LIMIT, "%s: more than %d bytes", path, LIMIT_SECRET_BYTES);
	else if (secret.n == 0 || !is_header_value(secret))
		rc = err_set(err, ERR_PARSE, "%s: expected one line of text", path);
	else
		*out = arena_dup(m->arena, secret);
	explicit_bzero(text, sizeof(text));
	fclose(file);
	return rc;
}

/* $CREDENTIALS_DIRECTORY comes first, then secrets-dir. */
static enum err_code find_secret(struct making *m, struct slice secrets_dir)
{
	struct config_auth *auth = &m->out->auth;
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	const char *dirs[] = { credentials, secrets_dir.p };
	struct err why = ERR_INIT;

	err_set(&why, ERR_NOTFOUND, "secrets-dir is empty");
	if (slice_find_byte(auth->secret_name, '/') >= 0 ||
	    slice_starts_with(auth->secret_name, SLICE_LIT(".")))
		return config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "secret",
					 "secret = \"%.60s\": expected the name of a file in "
					 "secrets-dir",
					 auth->secret_name.p);
	for (size_t i = 0; i < countof(dirs); i++) {
		struct slice path;

		if (dirs[i] == NULL || dirs[i][0] == 0)
			continue;
		path = arena_printf(m->arena, "%s/%s", dirs[i], auth->secret_name.p);
		if (path.p == NULL)
			break;
		if (read_secret(&auth->secret, m, path.p, &why) == ERR_OK)
			return ERR_OK;
		if (why.code != ERR_NOTFOUND)
			break;
	}
	return config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "secret",
				 "the secret cannot be read: %s", why.msg);
}

static enum err_code need(const struct making *m, const char *type, const char *name)
{
	struct slice text = auth_text(m, name);

	if (text.p != NULL && text.n > 0 && is_header_value(text))
		return ERR_OK;
	return config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "type",
				 "auth of type %s: expected %s = \"...\" beside it", type, name);
}

static enum err_code make_auth(struct making *m, struct slice secrets_dir)
{
	struct config_auth *auth = &m->out->auth;
	bool is_https;
	enum err_code rc = ERR_OK;

	*auth = (struct config_auth){
		.type = (enum auth_type)config_block_number(m->b, CONFIG_SOURCE_AUTH, "type"),
		.name = auth_text(m, "name"),
		.user = auth_text(m, "user"),
		.token_url = auth_text(m, "token-url"),
		.client_id = auth_text(m, "client-id"),
		.scope = auth_text(m, "scope"),
		.secret_name = auth_text(m, "secret"),
	};
	switch (auth->type) {
	case AUTH_NONE:
		return ERR_OK;
	case AUTH_HEADER:
		rc = need(m, "header", "name");
		if (rc == ERR_OK && (!is_header_name(auth->name) || is_own_header(auth->name)))
			rc = config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "name",
					       "name = \"%.60s\": expected the name of a header",
					       auth->name.p);
		break;
	case AUTH_QUERY:
		rc = need(m, "query", "name");
		if (rc == ERR_OK && !is_parameter_name(auth->name))
			rc = config_block_fail(
				m->err, m->b, CONFIG_SOURCE_AUTH, "name",
				"name = \"%.60s\": expected the name of a parameter, "
				"of letters, digits, '-', '.', '_' and '~'",
				auth->name.p);
		break;
	case AUTH_BASIC:
		rc = need(m, "basic", "user");
		if (rc == ERR_OK && slice_find_byte(auth->user, ':') >= 0)
			rc = config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "user",
					       "user = \"%.60s\": expected a name without ':'",
					       auth->user.p);
		break;
	case AUTH_BEARER:
		break;
	case AUTH_OAUTH2:
		rc = need(m, "oauth2", "client-id");
		if (rc == ERR_OK)
			rc = need(m, "oauth2", "token-url");
		if (rc == ERR_OK)
			rc = check_url(m, CONFIG_SOURCE_AUTH, "token-url", auth->token_url,
				       &is_https);
		break;
	}
	if (rc == ERR_OK)
		rc = need(m, "other than none", "secret");
	/* A source that is switched off may wait for its secret. */
	if (rc == ERR_OK && m->out->is_enabled)
		rc = find_secret(m, secrets_dir);
	if (rc == ERR_OK && auth->type == AUTH_QUERY && auth->secret.n > 0 &&
	    auth->secret.n < LEAST_QUERY_SECRET_BYTES)
		rc = config_block_fail(m->err, m->b, CONFIG_SOURCE_AUTH, "secret",
				       "secret \"%.60s\": expected at least %d characters: it is "
				       "overwritten wherever an answer repeats it",
				       auth->secret_name.p, LEAST_QUERY_SECRET_BYTES);
	return rc;
}

/* --- the whole --- */

static void take_source(struct making *m)
{
	struct source *s = &m->out->source;

	source_init(s);
	s->id = m->b->title;
	s->title = text_of(m, "title");
	if (s->title.n == 0)
		s->title = s->id;
	s->country = text_of(m, "country");
	s->language = text_of(m, "language");
	s->alliances = config_block_list(m->b, CONFIG_SOURCE, "alliance", m->arena);
	s->role = (enum source_role)config_block_number(m->b, CONFIG_SOURCE, "role");
	s->format = text_of(m, "format");
	s->version = text_of(m, "version");
	s->url = text_of(m, "url");
	s->query = config_block_map(m->b, "query", m->arena);
	s->page_size = u32_of(m, "page-size");
	s->is_total_hint = config_block_number(m->b, CONFIG_SOURCE, "total") == 1;
	s->columns = config_block_map(m->b, "columns", m->arena);
	s->options = config_block_map(m->b, "options", m->arena);
	s->csv.separator = (char)config_block_number(m->b, CONFIG_SOURCE_CSV, "separator");
	s->csv.encoding = config_block_text(m->b, CONFIG_SOURCE_CSV, "encoding");
	s->csv.date_format = config_block_text(m->b, CONFIG_SOURCE_CSV, "date-format");
	s->csv.decimal = (char)config_block_number(m->b, CONFIG_SOURCE_CSV, "decimal");
	s->csv.has_header = config_block_number(m->b, CONFIG_SOURCE_CSV, "header") != 0;
	s->csv.split = config_block_text(m->b, CONFIG_SOURCE_CSV, "split");
	s->csv.id_columns = config_block_list(m->b, CONFIG_SOURCE_CSV, "id-columns", m->arena);
}

static void take_rest(struct making *m)
{
	struct config_source *c = m->out;

	c->is_enabled = config_block_number(m->b, CONFIG_SOURCE, "enabled") != 0;
	c->every_s = seconds_of(m, "every");
	c->full_every_s = seconds_of(m, "full-every");
	c->details_every_s = seconds_of(m, "details-every");
	c->headers = config_block_map(m->b, "headers", m->arena);
	c->parallel_requests = u32_of(m, "parallel-requests");
	c->delay_ms = u32_of(m, "delay");
	c->allow_private = config_block_number(m->b, CONFIG_SOURCE, "allow-private") != 0;
	c->shrink_guard_permille = u32_of(m, "shrink-guard");
	c->absent_grace_s = seconds_of(m, "absent-grace");
	c->max_body_bytes = (uint64_t)config_block_number(m->b, CONFIG_SOURCE, "max-body");
	c->connect_timeout_ms = u32_of(m, "connect-timeout");
	c->idle_timeout_ms = u32_of(m, "idle-timeout");
	c->request_timeout_ms = u32_of(m, "request-timeout");
	c->n_retries = u32_of(m, "retries");
	c->retry_delay_ms = u32_of(m, "retry-delay");
}

static struct slice written(const struct source *s, struct arena *arena)
{
	struct buf json = BUF_INIT(LIMIT_CONFIG_BYTES);
	struct json_writer w = JSON_WRITER(&json);
	struct slice copy;

	source_write(&w, s);
	copy = arena_dup(arena, buf_view(&json));
	buf_clear(&json);
	return copy;
}

/* How a list is paged and counted changes no record. */
static void hash_settings(struct config_source *c, struct arena *arena)
{
	struct source s = c->source;
	XXH128_canonical_t canonical;
	struct slice json;

	s.page_size = 0;
	s.is_total_hint = false;
	json = written(&s, arena);
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(json.p, json.n));
	memcpy(c->settings_hash, canonical.digest, sizeof(c->settings_hash));
}

enum err_code config_source_make(struct config_source *out, const struct config_block *b,
				 struct slice secrets_dir, struct arena *arena, struct err *err)
{
	struct making m = { out, b, arena, err };
	bool is_https = false;
	enum err_code rc;

	take_source(&m);
	take_rest(&m);
	rc = check_id(&m);
	if (rc == ERR_OK)
		rc = check_format(&m);
	if (rc == ERR_OK)
		rc = check_url(&m, CONFIG_SOURCE, "url", out->source.url, &is_https);
	if (rc == ERR_OK)
		rc = check_country(&m);
	if (rc == ERR_OK)
		rc = check_language(&m);
	if (rc == ERR_OK)
		rc = check_settings(&m);
	if (rc == ERR_OK)
		rc = check_headers(&m);
	if (rc == ERR_OK)
		rc = make_auth(&m, secrets_dir);
	if (rc != ERR_OK)
		return rc;
	out->allow_http = !is_https;
	out->settings_json = written(&out->source, arena);
	hash_settings(out, arena);
	return ERR_OK;
}
