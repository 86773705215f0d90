// SPDX-License-Identifier: EUPL-1.2
/*
 * A source's settings as JSON and back. Both ends are ours, but the text
 * crosses a process boundary and is kept in the store: types are checked.
 */
#include "harvesters/source.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/url.h"
#include "catalogue/readers.h"

#include <jansson.h>

static const char *const role_names[] = {
	[ROLE_OWN] = "own",
	[ROLE_AUTHORITATIVE] = "authoritative",
	[ROLE_REPUBLISHER] = "republisher",
};

void source_init(struct source *s)
{
	*s = (struct source){ .csv = { .has_header = true } };
}

static void write_settings(struct json_writer *w, const char *key, const struct settings *settings)
{
	if (settings->n == 0)
		return;
	json_key(w, key);
	json_open(w, '{');
	for (size_t i = 0; i < settings->n; i++) {
		json_key_slice(w, settings->items[i].name);
		json_slice(w, settings->items[i].value);
	}
	json_close(w, '}');
}

static void write_codes(struct json_writer *w, const char *key, const struct codes *codes)
{
	if (codes->n == 0)
		return;
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < codes->n; i++)
		json_slice(w, codes->items[i]);
	json_close(w, ']');
}

static void write_char(struct json_writer *w, const char *key, const char *c)
{
	if (*c != 0)
		json_field(w, key, slice_make(c, 1));
}

static void write_csv(struct json_writer *w, const struct source *s)
{
	json_key(w, "csv");
	json_open(w, '{');
	write_char(w, "separator", &s->csv.separator);
	json_field(w, "encoding", s->csv.encoding);
	json_field(w, "dateFormat", s->csv.date_format);
	write_char(w, "decimal", &s->csv.decimal);
	json_field_bool(w, "header", s->csv.has_header);
	json_field(w, "split", s->csv.split);
	write_codes(w, "idColumns", &s->csv.id_columns);
	json_close(w, '}');
}

void source_write(struct json_writer *w, const struct source *s)
{
	json_open(w, '{');
	json_field(w, "id", s->id);
	json_field(w, "title", s->title);
	json_field(w, "country", s->country);
	json_field(w, "language", s->language);
	write_codes(w, "alliances", &s->alliances);
	json_field_z(w, "role", role_names[s->role]);
	json_field(w, "format", s->format);
	json_field(w, "version", s->version);
	json_field(w, "url", s->url);
	write_settings(w, "query", &s->query);
	if (s->page_size != 0)
		json_field_i64(w, "pageSize", s->page_size);
	if (s->is_total_hint)
		json_field_bool(w, "totalHint", true);
	write_csv(w, s);
	write_settings(w, "columns", &s->columns);
	write_settings(w, "options", &s->options);
	json_close(w, '}');
}

/* Reads members of one object and keeps the first thing that was wrong. */
struct reader {
	struct arena *arena;
	struct err *err;
	enum err_code rc;
};

static void wrong(struct reader *r, const char *key, const char *expected)
{
	if (r->rc == ERR_OK)
		r->rc = err_set(r->err, ERR_PARSE, "source settings: %s is not %s", key, expected);
}

static struct slice dup_string(struct reader *r, const json_t *value)
{
	return arena_dup(r->arena, slice_make(json_string_value(value), json_string_length(value)));
}

static struct slice read_text(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL || json_is_null(value))
		return SLICE_NONE;
	if (!json_is_string(value)) {
		wrong(r, key, "a text");
		return SLICE_NONE;
	}
	return dup_string(r, value);
}

static char read_char(struct reader *r, const json_t *object, const char *key)
{
	struct slice text = read_text(r, object, key);

	if (text.p == NULL)
		return 0;
	if (text.n != 1) {
		wrong(r, key, "one character");
		return 0;
	}
	return text.p[0];
}

static bool read_bool(struct reader *r, const json_t *object, const char *key, bool otherwise)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL)
		return otherwise;
	if (!json_is_boolean(value))
		wrong(r, key, "true or false");
	return json_is_true(value);
}

static void read_codes(struct codes *out, struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	size_t n = json_array_size(value);

	if (value == NULL)
		return;
	if (!json_is_array(value)) {
		wrong(r, key, "a list of texts");
		return;
	}
	out->items = arena_new_n(r->arena, struct slice, n);
	if (out->items == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(value, i);

		if (json_is_string(item))
			out->items[out->n++] = dup_string(r, item);
		else
			wrong(r, key, "a list of texts");
	}
}

static void read_settings(struct settings *out, struct reader *r, json_t *object, const char *key)
{
	json_t *members = json_object_get(object, key);
	const char *name;
	json_t *value;

	if (members == NULL)
		return;
	if (!json_is_object(members)) {
		wrong(r, key, "an object of texts");
		return;
	}
	out->items = arena_new_n(r->arena, struct setting, json_object_size(members));
	if (out->items == NULL)
		return;
	json_object_foreach(members, name, value)
	{
		if (!json_is_string(value)) {
			wrong(r, key, "an object of texts");
			return;
		}
		out->items[out->n].name = arena_dup(r->arena, slice_of(name));
		out->items[out->n].value = dup_string(r, value);
		out->n++;
	}
}

static enum source_role read_role(struct reader *r, const json_t *object)
{
	struct slice text = read_text(r, object, "role");

	if (text.p == NULL)
		return ROLE_OWN;
	for (size_t i = 0; i < countof(role_names); i++)
		if (slice_eq_z(text, role_names[i]))
			return (enum source_role)i;
	wrong(r, "role", "own, authoritative or republisher");
	return ROLE_OWN;
}

static uint32_t read_page_size(struct reader *r, const json_t *object)
{
	const json_t *value = json_object_get(object, "pageSize");
	json_int_t n = json_integer_value(value);

	if (value == NULL)
		return 0;
	if (!json_is_integer(value) || n < 0 || n > LIMIT_PAGE_SIZE) {
		wrong(r, "pageSize", "a number of items");
		return 0;
	}
	return (uint32_t)n;
}

static void read_csv(struct source *s, struct reader *r, json_t *object)
{
	json_t *csv = json_object_get(object, "csv");

	if (csv == NULL)
		return;
	if (!json_is_object(csv)) {
		wrong(r, "csv", "an object");
		return;
	}
	s->csv.separator = read_char(r, csv, "separator");
	s->csv.encoding = read_text(r, csv, "encoding");
	s->csv.date_format = read_text(r, csv, "dateFormat");
	s->csv.decimal = read_char(r, csv, "decimal");
	s->csv.has_header = read_bool(r, csv, "header", true);
	s->csv.split = read_text(r, csv, "split");
	read_codes(&s->csv.id_columns, r, csv, "idColumns");
}

enum err_code source_read(struct source *out, struct arena *arena, struct slice json,
			  struct err *err)
{
	struct reader r = { arena, err, ERR_OK };
	struct source s;
	json_error_t at;
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &at);

	if (root == NULL)
		return err_set(err, ERR_PARSE, "source settings: %s at byte %d", at.text,
			       at.position);
	source_init(&s);
	if (!json_is_object(root))
		wrong(&r, "the text", "an object");
	s.id = read_text(&r, root, "id");
	s.title = read_text(&r, root, "title");
	s.country = read_text(&r, root, "country");
	s.language = read_text(&r, root, "language");
	read_codes(&s.alliances, &r, root, "alliances");
	s.role = read_role(&r, root);
	s.format = read_text(&r, root, "format");
	s.version = read_text(&r, root, "version");
	s.url = read_text(&r, root, "url");
	read_settings(&s.query, &r, root, "query");
	s.page_size = read_page_size(&r, root);
	s.is_total_hint = read_bool(&r, root, "totalHint", false);
	read_csv(&s, &r, root);
	read_settings(&s.columns, &r, root, "columns");
	read_settings(&s.options, &r, root, "options");
	json_decref(root);
	if (r.rc == ERR_OK && arena->has_failed)
		r.rc = err_set(err, ERR_LIMIT, "source settings of more than %zu bytes",
			       arena->max);
	if (r.rc == ERR_OK)
		*out = s;
	return r.rc;
}

enum err_code source_check(const struct source *s, struct source_place *place, struct err *err)
{
	if (s->csv.date_format.n == 0 || date_format_is_good(s->csv.date_format))
		return ERR_OK;
	*place = (struct source_place){ "csv", SLICE_LIT("date-format") };
	return err_set(err, ERR_CONFIG,
		       "date-format = \"%.*s\": expected a pattern of d, M and yyyy such as "
		       "dd.MM.yyyy",
		       SLICE_ARG(slice_first(s->csv.date_format, 60)));
}

void source_context(struct source_context *out, const struct source *s, struct slice standard)
{
	*out = (struct source_context){
		.source_id = s->id,
		.title = s->title,
		.country = s->country,
		.language = s->language,
		.standard = standard,
		.date_format = s->csv.date_format,
		.decimal = s->csv.decimal,
		.alliances = s->alliances,
		.is_own = s->role == ROLE_OWN,
	};
}

struct slice settings_get(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n; i++)
		if (slice_eq_z(settings->items[i].name, name))
			return settings->items[i].value;
	return SLICE_NONE;
}

bool settings_is_true(const struct settings *settings, const char *name, bool otherwise)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	struct slice value = settings_get(settings, name);

	if (value.p == NULL)
		return otherwise;
	for (size_t i = 0; i < countof(yes); i++)
		if (slice_eq_nocase(value, slice_of(yes[i])))
			return true;
	return false;
}

enum err_code source_write_list_url(struct buf *out, const struct source *s, struct err *err)
{
	buf_slice(out, s->url);
	for (size_t i = 0; i < s->query.n; i++)
		url_add_query(out, s->query.items[i].name, s->query.items[i].value);
	if (buf_failed(out))
		return err_set(err, ERR_LIMIT, "the source's url is longer than %zu bytes",
			       out->max);
	return ERR_OK;
}
