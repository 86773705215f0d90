// SPDX-License-Identifier: EUPL-1.2
/*
 * One offer in each of the forms a partner publishes it in, with workloads and
 * levels as people in its country write them.
 */
#include "tests/bench/catalogue.h"

#include "base/json_write.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void catalogue_id(struct buf *out, uint64_t number)
{
	buf_printf(out, "%08" PRIx64 "-5c1a-4e0b-9d52-%012" PRIx64,
		   number * 2654435761u % 0xffffffffu, number);
}

/* --- pieces of JSON --- */

static void field_buf(struct json_writer *w, const char *key, const struct buf *text)
{
	json_field(w, key, buf_view(text));
}

static void field_printf(struct json_writer *w, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void field_printf(struct json_writer *w, const char *key, const char *fmt, ...)
{
	char text[300];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	json_field_z(w, key, text);
}

static void field_id(struct json_writer *w, const char *key, const struct catalogue_offer *o)
{
	struct buf id = BUF_INIT(80);

	catalogue_id(&id, o->number);
	field_buf(w, key, &id);
	buf_clear(&id);
}

static void open_field(struct json_writer *w, const char *key, char bracket)
{
	json_key(w, key);
	json_open(w, bracket);
}

/* The days of months counted from January 2026. */
static void month_text(char out[24], int month, int day)
{
	snprintf(out, 24, "%04d-%02d-%02d", 2026 + month / 12, 1 + month % 12, day);
}

static unsigned hours_per_credit(const struct catalogue_offer *o)
{
	const char *country = catalogue_country(o->provider);

	return strcmp(country, "DE") == 0   ? 30
	       : strcmp(country, "FI") == 0 ? 27
	       : strcmp(country, "SE") == 0 ? 27
					    : 25;
}

/* "5 op (135 h)", "150 Stunden": credits and hours as they are written there. */
static bool workload_text(char out[64], const struct catalogue_offer *o)
{
	unsigned credits = o->ects_halves / 2, hours = credits * hours_per_credit(o);
	const char *country = catalogue_country(o->provider);

	if (credits == 0)
		return false;
	if (strcmp(country, "FI") == 0)
		snprintf(out, 64, "%u op (%u h)", credits, hours);
	else if (strcmp(country, "SE") == 0)
		snprintf(out, 64, "%u hp", credits);
	else if (strcmp(country, "DE") == 0)
		snprintf(out, 64, "%u Stunden", hours);
	else if (strcmp(country, "IT") == 0)
		snprintf(out, 64, "%u CFU", credits);
	else if (strcmp(country, "ES") == 0)
		snprintf(out, 64, "%u créditos ECTS", credits);
	else
		snprintf(out, 64, "%u ECTS", credits);
	return true;
}

/* --- MOOChub --- */

static void write_workload(struct json_writer *w, const struct catalogue_offer *o)
{
	char text[64];

	if (o->ects_halves == 0)
		return;
	if (o->workload_form < 3 && workload_text(text, o)) {
		json_field_z(w, "workload", text);
		return;
	}
	json_key(w, "numberOfCredits");
	json_scaled(w, o->ects_halves * 5, 1);
	if (o->workload_form < 6) {
		open_field(w, "workload", '{');
		json_field_i64(w, "timeValue", o->ects_halves * (int64_t)hours_per_credit(o) / 2);
		json_field_z(w, "timeUnit", "h");
		json_close(w, '}');
	}
}

static void write_levels(struct json_writer *w, const struct catalogue_offer *o)
{
	bool is_german = strcmp(catalogue_country(o->provider), "DE") == 0;

	if (o->eqf == 0)
		return;
	open_field(w, "educationalLevel", '[');
	json_open(w, '{');
	json_field_z(w, "type", "EducationalLevel");
	json_field_z(w, "educationalFramework", is_german ? "DQR" : "EQF");
	field_printf(w, "shortCode", "%u", o->eqf);
	json_close(w, '}');
	json_close(w, ']');
}

static void write_teaches(struct json_writer *w, const struct catalogue_offer *o)
{
	struct slice rest = buf_view(&o->outcomes), line;

	open_field(w, "teaches", '[');
	while (slice_split(&line, &rest, '\n')) {
		if (line.n == 0)
			continue;
		json_open(w, '{');
		json_field_z(w, "type", "Skill");
		open_field(w, "name", '[');
		json_open(w, '{');
		json_field_z(w, "inLanguage", catalogue_language(o->lang));
		json_field(w, "name", line);
		json_close(w, '}');
		json_close(w, ']');
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void write_keywords(struct json_writer *w, const struct catalogue_offer *o)
{
	struct slice rest = buf_view(&o->keywords), line;

	open_field(w, "keywords", '[');
	while (slice_split(&line, &rest, '\n'))
		if (line.n > 0)
			json_slice(w, line);
	json_close(w, ']');
}

static void write_dates(struct json_writer *w, const struct catalogue_offer *o)
{
	char day[24];

	if (o->n_sessions == 0)
		return;
	open_field(w, "startDate", '[');
	for (unsigned i = 0; i < o->n_sessions; i++) {
		month_text(day, o->start_month[i], 7);
		json_text(w, day);
	}
	json_close(w, ']');
	open_field(w, "endDate", '[');
	for (unsigned i = 0; i < o->n_sessions; i++) {
		month_text(day, o->start_month[i] + 2, 21);
		json_text(w, day);
	}
	json_close(w, ']');
}

static void write_price(struct json_writer *w, const struct catalogue_offer *o)
{
	if (o->price == 9999)
		return;
	open_field(w, "access", '[');
	json_text(w, o->price == 0 ? "free" : "paid");
	json_close(w, ']');
	open_field(w, "offer", '[');
	json_open(w, '{');
	json_field_i64(w, "price", o->price);
	json_field_z(w, "priceCurrency", "EUR");
	json_field_z(w, "category", "course");
	json_close(w, '}');
	json_close(w, ']');
}

static void write_creator(struct json_writer *w, const struct catalogue_offer *o)
{
	open_field(w, "creator", '[');
	json_open(w, '{');
	json_field_z(w, "type", "Organization");
	json_field_z(w, "name", catalogue_provider(o->provider));
	field_printf(w, "identifier", "https://www.provider%u.example/", o->provider);
	json_close(w, '}');
	json_close(w, ']');
	open_field(w, "contentLocation", '{');
	open_field(w, "address", '{');
	json_field_z(w, "addressCountry", catalogue_country(o->provider));
	json_close(w, '}');
	json_close(w, '}');
}

static void write_modes(struct json_writer *w, const char *key, const struct catalogue_offer *o)
{
	static const char *const names[] = { "online", "blended", "on-site" };

	if (o->n_modes == 0)
		return;
	open_field(w, key, '[');
	for (unsigned i = 0; i < o->n_modes; i++)
		json_text(w, names[o->modes[i]]);
	json_close(w, ']');
}

void catalogue_write_moochub(struct buf *out, const struct catalogue_offer *o)
{
	struct json_writer w = JSON_WRITER(out);

	json_open(&w, '{');
	field_id(&w, "id", o);
	json_field_z(&w, "type", "Course");
	open_field(&w, "attributes", '{');
	field_buf(&w, "name", &o->title);
	field_printf(&w, "courseCode", "C-%" PRIu64, o->number);
	write_modes(&w, "courseMode", o);
	field_buf(&w, "description", &o->description);
	open_field(&w, "inLanguage", '[');
	json_text(&w, catalogue_language(o->lang));
	json_close(&w, ']');
	write_dates(&w, o);
	write_workload(&w, o);
	write_levels(&w, o);
	write_teaches(&w, o);
	open_field(&w, "educationalAlignment", '[');
	json_open(&w, '{');
	json_field_z(&w, "type", "EducationalAlignment");
	json_field_z(&w, "alignmentType", "educationalSubject");
	json_field_z(&w, "educationalFramework", "ISCED-F");
	json_field_z(&w, "shortCode", catalogue_subject(o->subject));
	json_key(&w, "targetUrl");
	json_write_null(&w);
	json_close(&w, '}');
	json_close(&w, ']');
	write_keywords(&w, o);
	write_creator(&w, o);
	field_printf(&w, "url", "https://moochub.example/courses/%" PRIu64, o->number);
	open_field(&w, "image", '{');
	field_printf(&w, "url", "https://moochub.example/images/%" PRIu64 ".jpg", o->number);
	json_field_z(&w, "description", "");
	json_close(&w, '}');
	write_price(&w, o);
	open_field(&w, "educationalCredentialsAwarded", '[');
	json_text(&w, o->number % 3 == 0 ? "certificate" : "badge");
	json_close(&w, ']');
	open_field(&w, "learningResourceType", '{');
	json_field_z(&w, "identifier", "https://w3id.org/kim/hcrt/course");
	json_field_z(&w, "type", "Concept");
	json_field_z(&w, "inScheme", "https://w3id.org/kim/hcrt/scheme");
	json_close(&w, '}');
	open_field(&w, "license", '[');
	json_open(&w, '{');
	json_field_z(&w, "identifier", "CC-BY-4.0");
	json_field_z(&w, "url", "https://spdx.org/licenses/CC-BY-4.0.html");
	json_close(&w, '}');
	json_close(&w, ']');
	json_field_z(&w, "dateModified", "2026-07-07T12:00:00Z");
	json_close(&w, '}');
	json_close(&w, '}');
}

/* --- OOAPI 5 --- */

static void write_local(struct json_writer *w, const char *key, const struct catalogue_offer *o,
			struct slice text)
{
	if (key != NULL)
		json_key(w, key);
	json_open(w, '[');
	json_open(w, '{');
	json_field_z(w, "language", catalogue_language(o->lang));
	json_field(w, "value", text);
	json_close(w, '}');
	json_close(w, ']');
}

static const char *language_alpha3(unsigned lang)
{
	static const char *const codes[] = {
		"eng", "deu", "fin", "fra", "spa", "ita", "swe", "pol"
	};

	return codes[lang];
}

void catalogue_write_course(struct buf *out, const struct catalogue_offer *o)
{
	static const char *const levels[] = { "secondary vocational education 4",
					      "associate degree", "bachelor", "master" };
	struct json_writer w = JSON_WRITER(out);
	struct slice rest = buf_view(&o->outcomes), line;

	json_open(&w, '{');
	field_id(&w, "courseId", o);
	open_field(&w, "primaryCode", '{');
	json_field_z(&w, "codeType", "identifier");
	field_printf(&w, "code", "C-%" PRIu64, o->number);
	json_close(&w, '}');
	write_local(&w, "name", o, buf_view(&o->title));
	write_local(&w, "description", o, buf_view(&o->description));
	if (o->ects_halves > 0) {
		open_field(&w, "studyLoad", '{');
		json_field_z(&w, "studyLoadUnit", "ects");
		json_key(&w, "value");
		json_scaled(&w, o->ects_halves * 5, 1);
		json_close(&w, '}');
	}
	open_field(&w, "learningOutcomes", '[');
	while (slice_split(&line, &rest, '\n'))
		if (line.n > 0)
			write_local(&w, NULL, o, line);
	json_close(&w, ']');
	if (o->eqf >= 4)
		json_field_z(&w, "level", levels[o->eqf - 4]);
	json_field_z(&w, "fieldsOfStudy", catalogue_subject(o->subject));
	write_modes(&w, "modeOfDelivery", o);
	json_field_z(&w, "teachingLanguage", language_alpha3(o->lang));
	field_printf(&w, "link", "https://ooapi.example/courses/%" PRIu64, o->number);
	json_field_z(&w, "organization", "25eaf27e-c35c-5546-bfab-bb4fee95dbec");
	json_close(&w, '}');
}

void catalogue_write_offerings(struct buf *out, const struct catalogue_offer *o)
{
	struct json_writer w = JSON_WRITER(out);
	char day[24];

	json_open(&w, '{');
	json_field_i64(&w, "pageSize", 250);
	json_field_i64(&w, "pageNumber", 1);
	json_field_bool(&w, "hasPreviousPage", false);
	json_field_bool(&w, "hasNextPage", false);
	open_field(&w, "items", '[');
	for (unsigned i = 0; i < o->n_sessions; i++) {
		json_open(&w, '{');
		field_printf(&w, "offeringId", "0ffe0000-0000-4000-%04u-%012" PRIx64, i, o->number);
		json_field_z(&w, "offeringType", "course");
		write_local(&w, "name", o, buf_view(&o->title));
		month_text(day, o->start_month[i], 7);
		json_field_z(&w, "startDate", day);
		month_text(day, o->start_month[i] + 2, 21);
		json_field_z(&w, "endDate", day);
		json_field_z(&w, "teachingLanguage", language_alpha3(o->lang));
		write_modes(&w, "modeOfDelivery", o);
		json_field_bool(&w, "resultExpected", true);
		if (o->price != 9999) {
			open_field(&w, "priceInformation", '[');
			json_open(&w, '{');
			json_field_z(&w, "costType", "total costs");
			field_printf(&w, "amount", "%u.00", o->price);
			json_field_z(&w, "currency", "EUR");
			json_close(&w, '}');
			json_close(&w, ']');
		}
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
}

/* --- the plain way --- */

static const char *size_class(unsigned halves)
{
	return halves == 0    ? NULL
	       : halves < 2   ? "nano"
	       : halves <= 10 ? "micro"
	       : halves <= 30 ? "course"
			      : "pathway";
}

static void write_plain_description(struct json_writer *w, const struct catalogue_offer *o)
{
	struct buf text = BUF_INIT(1 << 16);
	const char *p = buf_z(&o->description);

	for (; *p != '\0'; p++) {
		if (*p == '<' || *p == '&')
			while (*p != '>' && *p != ';')
				p++;
		else
			buf_char(&text, *p);
	}
	field_buf(w, "description", &text);
	buf_clear(&text);
}

void catalogue_write_plain(struct buf *out, const struct catalogue_offer *o)
{
	struct json_writer w = JSON_WRITER(out);

	json_open(&w, '{');
	field_id(&w, "id", o);
	field_buf(&w, "title", &o->title);
	write_plain_description(&w, o);
	field_buf(&w, "outcomes", &o->outcomes);
	field_buf(&w, "keywords", &o->keywords);
	json_field_z(&w, "provider", catalogue_provider(o->provider));
	json_field_z(&w, "country", catalogue_country(o->provider));
	json_field_z(&w, "lang", catalogue_language(o->lang));
	json_field_z(&w, "subject", catalogue_subject(o->subject));
	if (o->eqf > 0)
		json_field_i64(&w, "level", o->eqf);
	if (o->n_modes > 0)
		json_field_z(&w, "mode", catalogue_mode(o->modes[0]));
	json_field_z(&w, "size", size_class(o->ects_halves));
	json_key(&w, "ects");
	json_scaled(&w, o->ects_halves * 5, 1);
	json_field_i64(&w, "price", o->price);
	field_printf(&w, "url", "https://moochub.example/courses/%" PRIu64, o->number);
	json_close(&w, '}');
}
