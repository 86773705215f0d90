// SPDX-License-Identifier: EUPL-1.2
/*
 * Settings for lint: what the command line says is put among the entries of a
 * source { } block, so that there is one place that knows what they mean.
 */
#include "daemon/lint_source.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "daemon/config_file.h"
#include "daemon/config_source.h"

#define SECRETS_DIR "/etc/microcat/secrets"

/* Where "csv.separator", "columns.title" or "country" belongs. */
struct place {
	enum config_section section;
	struct slice map; /* "columns"; absent: none */
	struct slice name;
	const struct config_key *key; /* NULL: a line of the map */
};

static bool find_place(struct place *out, struct arena *arena, struct slice name)
{
	ptrdiff_t dot = slice_find_byte(name, '.');
	const struct config_key *map;
	struct slice head;

	*out = (struct place){ .section = CONFIG_SOURCE, .name = arena_dup(arena, name) };
	if (dot >= 0) {
		head = arena_dup(arena, slice_first(name, (size_t)dot));
		out->name = arena_dup(arena, slice_from(name, (size_t)dot + 1));
		map = config_key_find(CONFIG_SOURCE, head.p);
		if (map != NULL && map->type == CONFIG_MAP) {
			out->map = head;
			return out->name.n > 0;
		}
		if (slice_eq_z(head, "csv"))
			out->section = CONFIG_SOURCE_CSV;
		else if (slice_eq_z(head, "auth"))
			out->section = CONFIG_SOURCE_AUTH;
		else
			return false;
	}
	out->key = config_key_find(out->section, out->name.p);
	return out->key != NULL && out->key->type != CONFIG_MAP;
}

static struct config_entry *find_entry(struct config_block *b, const struct place *place)
{
	for (size_t i = 0; i < b->n_entries; i++) {
		struct config_entry *e = &b->entries[i];

		if (e->section == place->section && slice_eq(e->name, place->name) &&
		    slice_eq(e->map, place->map))
			return e;
	}
	return NULL;
}

/* Sets one value; a list's grows by it. */
static void put(struct config_block *b, struct arena *arena, const struct place *place,
		struct slice value, bool is_more)
{
	struct config_entry *e = find_entry(b, place);
	size_t n = e != NULL && is_more ? e->n_texts : 0;
	struct slice *texts = arena_new_n(arena, struct slice, n + 1);

	if (e == NULL)
		e = arena_push(arena, (void **)&b->entries, &b->n_entries, &b->cap_entries,
			       sizeof(*b->entries));
	if (e == NULL || texts == NULL)
		return; /* said at the end */
	if (n > 0)
		memcpy(texts, e->texts, n * sizeof(*texts));
	texts[n] = arena_dup(arena, value);
	*e = (struct config_entry){ .section = place->section,
				    .map = place->map,
				    .name = place->name,
				    .texts = texts,
				    .n_texts = n + 1 };
}

static void put_key(struct config_block *b, struct arena *arena, const char *name,
		    const char *value)
{
	struct place place;

	require(find_place(&place, arena, slice_of(name)));
	put(b, arena, &place, slice_of(value), false);
}

static enum err_code assign(struct config_block *b, struct arena *arena, const char *text,
			    struct err *err)
{
	struct slice value = slice_of(text);
	struct buf expected = BUF_INIT(ERR_MSG_BYTES);
	struct slice name = SLICE_NONE;
	struct place place;
	int64_t number;
	enum err_code rc = ERR_OK;

	if (slice_find_byte(value, '=') < 0 || !slice_split(&name, &value, '='))
		return err_set(err, ERR_CONFIG, "--set %.100s: expected KEY=VALUE", text);
	value = arena_dup(arena, value);
	if (!utf8_is_valid(slice_of(text)))
		rc = err_set(err, ERR_CONFIG, "--set %.*s: expected text in UTF-8",
			     SLICE_ARG(name));
	else if (!find_place(&place, arena, name))
		rc = err_set(err, ERR_CONFIG,
			     "--set %.100s: a source has no setting \"%.*s\" (see microcatd "
			     "--help-config)",
			     text, SLICE_ARG(name));
	else if (place.key != NULL && !config_value_read(&number, place.key, value.p, &expected))
		rc = err_set(err, ERR_CONFIG, "--set %.100s: expected %s", text, buf_z(&expected));
	else
		put(b, arena, &place, value, place.key != NULL && place.key->type == CONFIG_LIST);
	buf_clear(&expected);
	return rc;
}

static enum err_code read_block(struct config_block *out, struct arena *arena, const char *path,
				struct err *err)
{
	struct config_blocks blocks = { 0 };
	enum err_code rc;

	*out = (struct config_block){ .title = SLICE_LIT("lint") };
	if (path == NULL)
		return ERR_OK;
	rc = config_file_read(&blocks, arena, path, false, err);
	if (rc != ERR_OK)
		return rc;
	if (blocks.n != 1)
		return err_set(err, ERR_CONFIG, "%s: %zu sources, expected one source { }", path,
			       blocks.n);
	*out = blocks.items[0];
	return ERR_OK;
}

enum err_code lint_source_make(struct config_source *out, struct arena *arena,
			       const struct lint_settings *settings, struct err *err)
{
	const struct place url = { .section = CONFIG_SOURCE, .name = SLICE_LIT("url") };
	struct config_block b;
	enum err_code rc = read_block(&b, arena, settings->source_file, err);

	if (rc != ERR_OK)
		return rc;
	for (size_t i = 0; i < settings->n_assignments && rc == ERR_OK; i++)
		rc = assign(&b, arena, settings->assignments[i], err);
	if (rc != ERR_OK)
		return rc;
	put_key(&b, arena, "format", settings->format);
	if (settings->url != NULL)
		put_key(&b, arena, "url", settings->url);
	else if (find_entry(&b, &url) == NULL)
		put_key(&b, arena, "url", LINT_FILE_URL);
	/* One that is switched off needs no secret, and a file none at all. */
	put_key(&b, arena, "enabled", settings->url != NULL ? "true" : "false");
	rc = config_source_make(out, &b, SLICE_LIT(SECRETS_DIR), arena, err);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "settings of more than %zu bytes", arena->max);
	return rc;
}
