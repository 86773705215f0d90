// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/offers/ID/explain: how each element was reached. The stored words of
 * each record are normalised again, with the rules that fire written down.
 */
#include "base/limits.h"
#include "catalogue/commitment.h"
#include "catalogue/normalise.h"
#include "daemon/api/routes_internal.h"
#include "harvesters/source.h"
#include "index/reports.h"

/* A record on its way through normalise() once more. */
struct explained {
	const struct report_record *record;
	struct source source;
	struct source_context context;
	struct words words;
	struct traces traces;
	struct notes notes;
	struct offer offer;
	struct err refused; /* a record that is refused today */
	const char *mapping_version; /* of the rules that explain it */
};

/*
 * The standard that the harvester named when it read the record: schemes of
 * words begin with it ("ooapi-5/modeOfDelivery"); else what is configured.
 */
static struct slice find_standard(const struct explained *e, struct arena *arena)
{
	const struct source *source = &e->source;

	for (size_t i = 0; i < e->words.n; i++) {
		struct slice scheme = e->words.items[i].scheme;
		ptrdiff_t slash = slice_find_byte(scheme, '/');

		if (slash > 0 && slice_starts_with(scheme, source->format))
			return slice_first(scheme, (size_t)slash);
	}
	if (source->version.n == 0)
		return source->format;
	return arena_printf(arena, "%.*s-%.*s", SLICE_ARG(source->format),
			    SLICE_ARG(source->version));
}

static enum err_code explain(struct explained *e, struct arena *arena, struct db *db,
			     struct err *err)
{
	struct report_source row;
	enum err_code rc =
		report_source(&row, arena, db, arena_dup(arena, e->record->source_id).p, err);

	if (rc == ERR_OK)
		rc = source_read(&e->source, arena, row.source.settings, err);
	if (rc == ERR_OK && e->record->words.n > 0)
		rc = words_read(&e->words, arena, e->record->words, err);
	if (rc != ERR_OK)
		return rc;
	source_context(&e->context, &e->source, find_standard(e, arena));
	/* One that is refused by today's rules is shown with what they say. */
	rc = normalise(&e->offer, &e->words, &e->context, &e->notes, &e->traces, arena,
		       &e->refused);
	if (rc == ERR_PARSE)
		return ERR_OK;
	return rc == ERR_OK ? ERR_OK : err_set(err, rc, "%s", e->refused.msg);
}

/* --- rendering --- */

static void write_word(struct json_writer *w, const struct word *word)
{
	json_open(w, '{');
	json_field_z(w, "element", element_name(word->element));
	if (word->part > 0)
		json_field_i64(w, "part", word->part);
	json_field(w, "lang", word->lang);
	json_field(w, "scheme", word->scheme);
	json_field(w, "text", word->text);
	json_field(w, "path", word->path);
	json_close(w, '}');
}

static void write_words_of(struct json_writer *w, const struct explained *e, size_t i)
{
	if (i >= e->words.n)
		return;
	json_key(w, "words");
	json_open(w, '[');
	write_word(w, &e->words.items[i]);
	json_close(w, ']');
}

static void write_trace(struct json_writer *w, const struct explained *e, const struct trace *t)
{
	json_open(w, '{');
	json_field_z(w, "element", element_name(t->element));
	write_words_of(w, e, t->word);
	json_field(w, "piece", t->piece);
	json_field_z(w, "rule", t->reading.rule);
	json_field_z(w, "from", from_name(t->reading.from));
	json_field(w, "result", t->result);
	json_close(w, '}');
}

static void write_notes(struct json_writer *w, const struct notes *notes)
{
	json_key(w, "notes");
	json_open(w, '[');
	for (size_t i = 0; i < notes->n; i++) {
		const struct note *n = &notes->items[i];

		json_open(w, '{');
		json_field(w, "code", n->code);
		if (n->element != EL_COUNT)
			json_field_z(w, "element", element_name(n->element));
		json_field(w, "path", n->path);
		json_field(w, "got", n->got);
		json_field(w, "expected", n->expected);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* What it states of the Bologna process's key commitments, and on what that rests. */
static void write_commitments(struct json_writer *w, const struct offer *offer)
{
	json_key(w, "commitments");
	json_open(w, '[');
	for (unsigned c = 0; c < COMMITMENT_COUNT; c++) {
		const char *basis = NULL;
		bool is_stated = commitment_is_stated(&basis, offer, (enum commitment)c);

		json_open(w, '{');
		json_field_z(w, "commitment", commitment_name((enum commitment)c));
		json_field_bool(w, "stated", is_stated);
		if (basis != NULL)
			json_field_z(w, "basis", basis);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void write_explained(struct json_writer *w, const struct explained *e)
{
	json_open(w, '{');
	json_field(w, "source", e->record->source_id);
	json_field(w, "recordId", e->record->record_id);
	json_field(w, "state", e->record->state);
	if (e->refused.code != ERR_OK)
		json_field_z(w, "refused", e->refused.msg);
	if (!slice_eq_z(e->record->mapping_version, e->mapping_version))
		json_field_bool(w, "isOlder", true);
	json_key(w, "elements");
	json_open(w, '[');
	for (size_t i = 0; i < e->traces.n; i++)
		write_trace(w, e, &e->traces.items[i]);
	json_close(w, ']');
	if (e->refused.code == ERR_OK)
		write_commitments(w, &e->offer);
	write_notes(w, &e->notes);
	json_close(w, '}');
}

static enum err_code write_records(struct json_writer *w, const struct report_records *records,
				   const char *mapping_version, struct db *db, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	enum err_code rc = ERR_OK;

	for (size_t i = 0; i < records->n && rc == ERR_OK; i++) {
		struct explained e = { .record = &records->items[i],
				       .refused = ERR_INIT,
				       .mapping_version = mapping_version };

		arena_reset(&arena);
		rc = explain(&e, &arena, db, err);
		if (rc == ERR_OK)
			write_explained(w, &e);
	}
	arena_clear(&arena);
	return rc;
}

/* The title of what the first record says now. */
static struct slice title_of(const struct report_offer *offer, struct arena *arena)
{
	struct offer parsed;

	if (offer_read(&parsed, arena, offer->body, NULL) != ERR_OK)
		return SLICE_NONE;
	return texts_pick(&parsed.title, SLICE_LIT("en"));
}

enum err_code render_explain_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_offer offer;
	struct report_records records;
	enum err_code rc = report_offer(&offer, &arena, db, x->args[0], err);

	(void)snapshot;
	if (rc == ERR_OK)
		rc = report_records(&records, &arena, db, offer.slot, true, err);
	if (rc == ERR_OK) {
		json_open(&w, '{');
		json_field(&w, "id", offer.id);
		json_field(&w, "title", title_of(&offer, &arena));
		json_key(&w, "records");
		json_open(&w, '[');
		rc = write_records(&w, &records, store_mapping_version(x->api->store), db, err);
		json_close(&w, ']');
		json_close(&w, '}');
	}
	arena_clear(&arena);
	return rc;
}
