// SPDX-License-Identifier: EUPL-1.2
/*
 * Splices stored offers into answers. A body is walked over once; only its
 * sessions and subjects are looked into.
 */
#include "daemon/api/offer_json.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/readers.h"
#include "daemon/api/json_scan.h"
#include "index/snippet.h"

enum own_field {
	FIELD_ID_,
	FIELD_RECORDS,
	FIELD_FIRST_SEEN,
	FIELD_CHANGED,
	FIELD_SNIPPET,
	OWN_FIELDS
};

static const char *const field_names[] = {
	/* ours, in the order of enum own_field */
	"id", "records", "firstSeen", "changed", "snippet",
	/* the body's */
	"identifiers", "courseCode", "title", "description", "learningOutcomes", "keywords",
	"audience", "provider", "jointProviders", "awardingBodies", "alliances", "workload",
	"level", "subjects", "languages", "opportunityType", "mode", "schedule", "assessment",
	"assessmentText", "supervision", "qualityAssurance", "qualityAssuranceText",
	"prerequisites", "stackability", "credentialTypes", "formality", "sizeClass", "compatible",
	"skills", "sessions", "url", "image", "completeness", "sources"
};
_Static_assert(countof(field_names) < 64, "offer_fields has a bit each");

const char *offer_field_name(size_t i)
{
	return i < countof(field_names) ? field_names[i] : NULL;
}

/* countof(field_names) for an unknown name. */
static size_t field_of_name(struct slice name)
{
	size_t i = 0;

	while (i < countof(field_names) && !slice_eq_z(name, field_names[i]))
		i++;
	return i;
}

enum err_code offer_fields_read(offer_fields *out, struct slice names, struct err *err)
{
	offer_fields fields = 0;
	struct slice name;

	while (slice_split(&name, &names, ',')) {
		size_t i;

		name = slice_trim(name);
		if (name.n == 0)
			continue;
		i = field_of_name(name);
		if (i == countof(field_names))
			return err_set(err, ERR_PARSE,
				       "fields=%.*s: expected members of an offer, such as "
				       "title,provider,workload",
				       SLICE_ARG(utf8_first(name, 80)));
		fields |= UINT64_C(1) << i;
	}
	*out = fields;
	return ERR_OK;
}

static bool has_field(offer_fields fields, size_t i)
{
	return (fields >> i & 1) != 0;
}

bool offer_fields_want_records(offer_fields fields)
{
	return has_field(fields, FIELD_RECORDS);
}

/* --- sessions --- */

static void read_date(struct date *out, struct slice value)
{
	struct slice text = json_scan_text(value);

	if (text.p == NULL || !date_parse(out, text))
		*out = (struct date){ .precision = DATE_NONE };
}

/* What decides whether one can apply. */
static struct session read_session(struct slice object)
{
	struct session s = { 0 };
	struct json_scan it = json_scan_of(object, '{');
	struct slice key;
	struct slice value;

	while (json_scan_member(&key, &value, &it)) {
		if (slice_eq_z(key, "start"))
			read_date(&s.start, value);
		else if (slice_eq_z(key, "startMax"))
			read_date(&s.start_max, value);
		else if (slice_eq_z(key, "end"))
			read_date(&s.end, value);
		else if (slice_eq_z(key, "applyFrom"))
			read_date(&s.apply_from, value);
		else if (slice_eq_z(key, "applyUntil"))
			read_date(&s.apply_until, value);
		else if (slice_eq_z(key, "rolling"))
			s.rolling = slice_eq_z(value, "true") ? TRI_TRUE : TRI_FALSE;
		else if (slice_eq_z(key, "timezone"))
			s.timezone = json_scan_text(value);
	}
	if (s.start_max.precision == DATE_NONE)
		s.start_max = s.start;
	return s;
}

/* What an offer's sessions are shown with. */
struct place {
	struct slice country; /* of the provider */
	const struct zone_days *days;
};

static void write_sessions(struct json_writer *w, struct slice array, const struct place *place)
{
	struct json_scan it = json_scan_of(array, '[');
	struct slice object;

	json_open(w, '[');
	while (json_scan_element(&object, &it)) {
		struct session s = read_session(object);
		enum application_state state = session_application_state(
			&s, place->days->of[session_zone(&s, place->country)]);

		if (!slice_starts_with(object, SLICE_LIT("{")))
			continue;
		/* Behind the last member, in front of the closing brace. */
		json_raw(w, slice_first(object, object.n - 1));
		buf_printf(w->out, "%s\"applicationState\":\"%s\"}", object.n > 2 ? "," : "",
			   application_state_name(state));
	}
	json_close(w, ']');
}

/* --- subjects --- */

/* With the label of each code, from the vocabulary of today. */
static void write_subjects(struct json_writer *w, struct slice array)
{
	struct json_scan it = json_scan_of(array, '[');
	struct slice object;

	json_open(w, '[');
	while (json_scan_element(&object, &it)) {
		struct slice code = json_scan_text(json_scan_get(object, "iscedf"));
		struct slice label = code.n > 0 ? subject_label(code) : SLICE_NONE;

		if (label.n == 0) {
			json_raw(w, object);
			continue;
		}
		json_raw(w, slice_first(object, object.n - 1));
		buf_str(w->out, ",\"label\":");
		json_write_string(w->out, label);
		buf_char(w->out, '}');
	}
	json_close(w, ']');
}

/* --- records and snippet --- */

static void write_records(struct json_writer *w, const struct report_records *records)
{
	json_key(w, "records");
	json_open(w, '[');
	for (size_t i = 0; i < records->n; i++) {
		const struct report_record *r = &records->items[i];
		struct slice url = json_scan_get(r->body, "url");

		json_open(w, '{');
		json_field(w, "source", r->source_id);
		json_field(w, "recordId", r->record_id);
		if (url.n > 0) {
			json_key(w, "url");
			json_raw(w, url);
		}
		json_key(w, "seen");
		json_time(w, r->seen_s);
		json_field(w, "state", r->state);
		json_close(w, '}');
	}
	json_close(w, ']');
}

enum { SNIPPET_MATCHES = 32, SNIPPET_TEXT_BYTES = 4 * LIMIT_SNIPPET_BYTES };

struct match {
	size_t at, n; /* code points */
};

static void write_snippet(struct json_writer *w, struct slice marked)
{
	char text[SNIPPET_TEXT_BYTES];
	struct match matches[SNIPPET_MATCHES];
	size_t n_matches = 0;
	size_t n_text = 0;
	size_t n_points = 0;
	size_t began = SIZE_MAX;
	uint32_t point;

	while (n_text + 4 <= sizeof(text) && utf8_next(&point, &marked)) {
		if (point == SNIPPET_MATCH_BEGIN) {
			began = n_points;
		} else if (point == SNIPPET_MATCH_END) {
			if (began != SIZE_MAX && n_matches < SNIPPET_MATCHES)
				matches[n_matches++] = (struct match){ began, n_points - began };
			began = SIZE_MAX;
		} else {
			n_text += utf8_encode(text + n_text, point);
			n_points++;
		}
	}
	json_key(w, "snippet");
	json_open(w, '{');
	json_field(w, "text", slice_make(text, n_text));
	json_key(w, "matches");
	json_open(w, '[');
	for (size_t i = 0; i < n_matches; i++) {
		json_open(w, '[');
		json_i64(w, (int64_t)matches[i].at);
		json_i64(w, (int64_t)matches[i].n);
		json_close(w, ']');
	}
	json_close(w, ']');
	json_close(w, '}');
}

/* --- the whole --- */

static void write_member(struct json_writer *w, struct slice key, struct slice value,
			 const struct place *place)
{
	json_key_slice(w, key);
	if (slice_eq_z(key, "sessions"))
		write_sessions(w, value, place);
	else if (slice_eq_z(key, "subjects"))
		write_subjects(w, value);
	else
		json_raw(w, value);
}

static void write_body(struct json_writer *w, struct slice body, offer_fields fields,
		       const struct zone_days *days)
{
	const struct place place = {
		json_scan_text(json_scan_get(json_scan_get(body, "provider"), "country")), days
	};
	struct json_scan it = json_scan_of(body, '{');
	struct slice key;
	struct slice value;

	while (json_scan_member(&key, &value, &it)) {
		size_t i = fields == OFFER_FIELDS_ALL ? 0 : field_of_name(key);

		if (fields == OFFER_FIELDS_ALL ||
		    (i < countof(field_names) && has_field(fields, i)))
			write_member(w, key, value, &place);
	}
}

void offer_json_write(struct json_writer *w, const struct offer_served *o, offer_fields fields,
		      const struct zone_days *days)
{
	json_open(w, '{');
	json_field(w, "id", o->offer->id);
	write_body(w, o->offer->body, fields, days);
	if (has_field(fields, FIELD_RECORDS) && o->records != NULL)
		write_records(w, o->records);
	if (has_field(fields, FIELD_FIRST_SEEN)) {
		json_key(w, "firstSeen");
		json_time(w, o->offer->first_seen_s);
	}
	if (has_field(fields, FIELD_CHANGED)) {
		json_key(w, "changed");
		json_time(w, o->offer->changed_s);
	}
	if (has_field(fields, FIELD_SNIPPET) && o->snippet.n > 0)
		write_snippet(w, o->snippet);
	json_close(w, '}');
}

/* --- CSV --- */

static void write_joined(struct csv_writer *w, struct buf *scratch, const struct codes *codes)
{
	buf_reset(scratch);
	for (size_t i = 0; i < codes->n; i++) {
		if (i > 0)
			buf_char(scratch, ';');
		buf_slice(scratch, codes->items[i]);
	}
	csv_text(w, buf_view(scratch));
}

/* "5", "1..5", or nothing. */
static void write_range(struct csv_writer *w, struct buf *scratch, int64_t lo, int64_t hi,
			unsigned digits)
{
	struct csv_writer cell = CSV_WRITER(scratch);

	buf_reset(scratch);
	csv_scaled(&cell, lo, digits);
	if (hi > lo) {
		cell.has_cell = false;
		buf_str(scratch, "..");
		csv_scaled(&cell, hi, digits);
	}
	csv_word(w, buf_view(scratch));
}

static void write_known_range(struct csv_writer *w, struct buf *scratch, int64_t lo, int64_t hi,
			      unsigned digits)
{
	if (lo > 0)
		write_range(w, scratch, lo, hi, digits);
	else
		csv_empty(w);
}

static void write_subject_cell(struct csv_writer *w, struct buf *scratch,
			       const struct subjects *subjects)
{
	buf_reset(scratch);
	for (size_t i = 0; i < subjects->n; i++)
		buf_printf(scratch, "%s%s", i > 0 ? ";" : "", subjects->items[i].code);
	csv_word(w, buf_view(scratch));
}

static void write_sources(struct csv_writer *w, struct buf *scratch,
			  const struct report_records *records)
{
	buf_reset(scratch);
	for (size_t i = 0; records != NULL && i < records->n; i++) {
		if (i > 0)
			buf_char(scratch, ';');
		buf_slice(scratch, records->items[i].source_id);
	}
	csv_text(w, buf_view(scratch));
}

/* The next session that starts, else the last one; NULL without any. */
static const struct session *session_to_show(const struct sessions *sessions, int32_t today)
{
	const struct session *best = NULL;

	for (size_t i = 0; i < sessions->n; i++) {
		const struct session *s = &sessions->items[i];
		bool is_coming =
			s->start.precision != DATE_NONE && date_last_day(s->start_max) >= today;
		bool best_is_coming = best != NULL && best->start.precision != DATE_NONE &&
				      date_last_day(best->start_max) >= today;

		if (best == NULL || (is_coming && !best_is_coming)) {
			best = s;
		} else if (is_coming == best_is_coming && s->start.precision != DATE_NONE) {
			bool is_earlier = best->start.precision == DATE_NONE ||
					  date_first_day(s->start) < date_first_day(best->start);

			/* Of those to come the first, of those past the last. */
			if (best->start.precision == DATE_NONE || is_earlier == is_coming)
				best = s;
		}
	}
	return best;
}

static void write_session_cells(struct csv_writer *w, struct buf *scratch,
				const struct offer *offer, int32_t today)
{
	const struct session *s = session_to_show(&offer->sessions, today);
	char start[DATE_TEXT_BYTES];

	if (s == NULL) {
		csv_empty(w);
		csv_empty(w);
		csv_empty(w);
		return;
	}
	date_format(start, s->start);
	csv_word(w, slice_of(start));
	if (s->price.has_amount)
		write_range(w, scratch, s->price.amount_c, s->price.amount_max_c, 2);
	else
		csv_empty(w);
	csv_word(w, slice_of(s->price.currency));
}

enum err_code offer_csv_write(struct csv_writer *w, const struct offer_served *o, struct slice lang,
			      int32_t today, struct arena *arena, struct err *err)
{
	struct offer offer;
	struct buf scratch = BUF_INIT(LIMIT_OFFER_BYTES);
	enum err_code rc = offer_read(&offer, arena, o->offer->body, err);

	if (rc != ERR_OK)
		return rc;
	csv_word(w, o->offer->id);
	csv_text(w, texts_pick(&offer.title, lang));
	csv_text(w, texts_pick(&offer.provider.name, lang));
	csv_word(w, offer.provider.country);
	write_known_range(w, &scratch, offer.workload.ects_c, offer.workload.ects_max_c, 2);
	write_known_range(w, &scratch, offer.workload.hours_t, offer.workload.hours_max_t, 1);
	write_known_range(w, &scratch, offer.level.eqf, offer.level.eqf_max, 0);
	write_subject_cell(w, &scratch, &offer.subjects);
	write_joined(w, &scratch, &offer.languages);
	write_joined(w, &scratch, &offer.modes);
	write_session_cells(w, &scratch, &offer, today);
	csv_text(w, offer.url);
	write_joined(w, &scratch, &offer.alliances);
	write_sources(w, &scratch, o->records);
	csv_scaled(w, offer.completeness.score, 2);
	csv_end(w);
	buf_clear(&scratch);
	return ERR_OK;
}
