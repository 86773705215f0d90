// SPDX-License-Identifier: EUPL-1.2
/*
 * Sessions: dates, terms, places and prices, each from the words of its part.
 */
#include "catalogue/normalise_job.h"

#include "base/json_write.h"
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/time_zone.h"

enum { MAX_NAME = 512 }; /* bytes of a place, a pace, a status */

bool job_is_session_element(enum element e)
{
	return e >= EL_SESSION_ID && e <= EL_SESSION_PRICE_AUDIENCE;
}

/* The session of a word's part; NULL beyond the limit. */
static struct session *session_of(struct job *j, const struct word *word)
{
	struct sessions *sessions = &j->out->sessions;
	size_t at = job_part(j, &j->session_parts, sessions->n, word->part, LIMIT_OFFER_SESSIONS);

	if (at == SIZE_MAX) {
		j->n_lost_sessions++;
		return NULL;
	}
	if (at == sessions->n && arena_push(j->arena, (void **)&sessions->items, &sessions->n,
					    &j->cap_sessions, sizeof *sessions->items) == NULL)
		return NULL;
	return &sessions->items[at];
}

/* Dates that could not be used, as the source wrote them. */
static void declare(struct job *j, struct session *s, struct slice raw)
{
	struct slice text = text_clean_line(raw, LIMIT_NOTE_BYTES, j->arena);

	if (text.n == 0 || slice_contains(s->declared, text) ||
	    s->declared.n + text.n + 2 > LIMIT_TITLE_BYTES)
		return;
	s->declared = s->declared.n == 0 ? text
					 : arena_printf(j->arena, "%.*s; %.*s",
							SLICE_ARG(s->declared), SLICE_ARG(text));
}

/* As the offer has it: ISO 8601, a term as a range. */
static void trace_dates(struct job *j, const struct word *word, const struct reading *reading,
			struct date first, struct date last)
{
	char from[DATE_TEXT_BYTES], until[DATE_TEXT_BYTES];
	bool is_range =
		date_first_day(first) != date_first_day(last) || first.precision != last.precision;

	if (j->traces == NULL)
		return;
	date_format(from, first);
	date_format(until, last);
	job_trace(j, word->element, word, reading,
		  arena_printf(j->arena, "%s%s%s", from, is_range ? " to " : "",
			       is_range ? until : ""));
}

/* What software writes where no date is known is absent, and no mistake of the partner's. */
static bool is_no_date(struct job *j, const struct word *word, const struct hint *hint)
{
	if (!date_is_none(word->text, hint))
		return false;
	job_trace_unused(j, word, "stands for no date");
	return true;
}

static void read_start(struct job *j, struct session *s, const struct word *word, bool is_term)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct date first = { 0 }, last = { 0 };

	if (date_read(&first, word->text, &hint, &reading)) {
		last = first;
	} else if (is_no_date(j, word, &hint)) {
		return;
	} else if (term_read(&first, &last, word->text, &hint, &reading)) {
		declare(j, s, word->text);
	} else {
		declare(j, s, word->text);
		if (!is_term)
			job_note(j, word, "bad-date", "a date such as 2027-09-15");
		return;
	}
	/* A term never replaces a date. */
	if (reading.from <= s->start_from)
		return;
	job_untrace(j, EL_SESSION_START, word->part, "", "not kept: another word says the day");
	job_untrace(j, EL_SESSION_TERM, word->part, "", "not kept: another word says the day");
	s->start = first;
	s->start_max = last;
	s->start_from = reading.from;
	trace_dates(j, word, &reading, first, last);
}

static void read_date_word(struct job *j, struct session *s, struct date *to,
			   const struct word *word, enum date_role role)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (to->precision != DATE_NONE)
		return;
	hint.date_role = role;
	if (date_read(to, word->text, &hint, &reading)) {
		trace_dates(j, word, &reading, *to, *to);
		return;
	}
	if (is_no_date(j, word, &hint))
		return;
	declare(j, s, word->text);
	job_note(j, word, "bad-date", "a date such as 2027-09-15");
}

/* true, false and the words for always open. */
static enum tri truth_of(struct slice raw)
{
	static const struct {
		const char *word;
		enum tri truth;
	} words[] = {
		{ "true", TRI_TRUE },
		{ "yes", TRI_TRUE },
		{ "1", TRI_TRUE },
		{ "y", TRI_TRUE },
		{ "rolling", TRI_TRUE },
		{ "always open", TRI_TRUE },
		{ "ongoing", TRI_TRUE },
		{ "continuous", TRI_TRUE },
		{ "open", TRI_TRUE },
		{ "anytime", TRI_TRUE },
		{ "any time", TRI_TRUE },
		{ "jatkuva", TRI_TRUE },
		{ "l\303\266pande", TRI_TRUE },
		{ "laufend", TRI_TRUE },
		{ "false", TRI_FALSE },
		{ "no", TRI_FALSE },
		{ "0", TRI_FALSE },
		{ "n", TRI_FALSE },
	};
	struct slice text = slice_trim(raw);

	for (size_t i = 0; i < countof(words); i++)
		if (slice_eq_nocase(text, slice_of(words[i].word)))
			return words[i].truth;
	return TRI_UNKNOWN;
}

static void read_rolling(struct job *j, struct session *s, const struct word *word)
{
	enum tri truth = truth_of(word->text);

	if (truth != TRI_UNKNOWN) {
		s->rolling = truth;
		job_trace(j, word->element, word, NULL,
			  truth == TRI_TRUE ? SLICE_LIT("rolling") : SLICE_LIT("not rolling"));
	} else {
		job_note(j, word, "unknown-rolling", "true or false");
	}
}

static void read_line(struct job *j, struct slice *to, const struct word *word, size_t max_bytes)
{
	if (to->n > 0)
		return;
	*to = text_clean_line(word->text, max_bytes, j->arena);
	if (to->n > 0)
		job_trace(j, word->element, word, NULL, *to);
}

static void read_modes(struct job *j, struct session *s, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct slice unknown = SLICE_NONE;

	if (text_is_placeholder(word->text))
		return;
	(void)coded_read_list(&s->modes, "mode", word, &hint, &unknown, &reading, j->arena);
	job_trace_each(j, word->element, word, &reading);
	if (unknown.n > 0)
		job_note_part(j, word, unknown, "unknown-mode",
			      "a mode such as online, presential or blended");
}

static void read_languages(struct job *j, struct session *s, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);
	struct slice unknown = SLICE_NONE;

	if (text_is_placeholder(word->text))
		return;
	(void)language_read_list(&s->languages, slice_trim(word->text), &hint, &unknown, &reading,
				 j->arena);
	job_trace_each(j, word->element, word, &reading);
	if (unknown.n > 0)
		job_note_part(j, word, unknown, "unknown-language",
			      "a language such as en, eng or English");
}

struct slice job_price_text(struct job *j, const struct price *p)
{
	struct buf out = BUF_INIT(LIMIT_TITLE_BYTES);
	struct json_writer w = JSON_WRITER(&out);
	struct slice text;

	if (!p->has_amount)
		return p->is_on_request ? SLICE_LIT("on request") : p->declared;
	if (p->amount_c == 0 && p->amount_max_c == 0)
		buf_str(&out, "free");
	else
		json_scaled(&w, p->amount_c, 2);
	if (p->amount_max_c > p->amount_c) {
		buf_str(&out, " to ");
		json_scaled(&w, p->amount_max_c, 2);
	}
	if (p->currency[0] != '\0' && p->amount_max_c > 0)
		buf_printf(&out, " %s", p->currency);
	if (p->audience.n > 0)
		buf_printf(&out, ", for %.*s", SLICE_ARG(p->audience.items[0].text));
	text = arena_dup(j->arena, buf_view(&out));
	buf_clear(&out);
	return text;
}

static void read_price(struct job *j, struct price *price, const struct word *word)
{
	struct hint hint = job_hint(j, word);
	struct reading reading = job_reading(j);

	if (price_read(price, word, &hint, &reading, j->notes, j->arena) && j->traces != NULL)
		job_trace(j, word->element, word, &reading, job_price_text(j, price));
}

/* "Europe/Helsinki", "UTC", "+02:00"; a city alone is no zone. */
static void read_timezone(struct job *j, struct session *s, const struct word *word)
{
	struct slice zone = job_code(j, word->text);

	if (s->timezone.n > 0 || zone.n == 0 || text_is_placeholder(zone))
		return;
	if (time_zone_read(zone) == TIME_ZONE_UNKNOWN) {
		job_note(j, word, "unknown-timezone", "a zone such as Europe/Helsinki");
		return;
	}
	s->timezone = zone;
	job_trace(j, word->element, word, NULL, zone);
}

static void read_url(struct job *j, struct session *s, const struct word *word)
{
	if (s->url.n > 0)
		return;
	s->url = text_url(word->text, j->arena);
	if (s->url.n == 0)
		job_note(j, word, "bad-url", "an address that begins with https://");
	else
		job_trace(j, word->element, word, NULL, s->url);
}

void job_read_session_word(struct job *j, const struct word *word)
{
	struct session *s = session_of(j, word);

	if (s == NULL)
		return;
	switch (word->element) {
	case EL_SESSION_ID:
		read_line(j, &s->id, word, LIMIT_RECORD_ID_BYTES);
		return;
	case EL_SESSION_START:
		read_start(j, s, word, false);
		return;
	case EL_SESSION_TERM:
		read_start(j, s, word, true);
		return;
	case EL_SESSION_END:
		read_date_word(j, s, &s->end, word, DATE_OF_END);
		return;
	case EL_SESSION_APPLY_FROM:
		read_date_word(j, s, &s->apply_from, word, DATE_OF_APPLY_FROM);
		return;
	case EL_SESSION_APPLY_UNTIL:
		read_date_word(j, s, &s->apply_until, word, DATE_OF_APPLY_UNTIL);
		return;
	case EL_SESSION_TIMEZONE:
		read_timezone(j, s, word);
		return;
	case EL_SESSION_ROLLING:
		read_rolling(j, s, word);
		return;
	case EL_SESSION_MODE:
		read_modes(j, s, word);
		return;
	case EL_SESSION_LANGUAGE:
		read_languages(j, s, word);
		return;
	case EL_SESSION_PACE:
		read_line(j, &s->pace, word, MAX_NAME);
		return;
	case EL_SESSION_PLACE:
		read_line(j, &s->place, word, MAX_NAME);
		return;
	case EL_SESSION_STATUS:
		read_line(j, &s->status, word, MAX_NAME);
		return;
	case EL_SESSION_URL:
		read_url(j, s, word);
		return;
	case EL_SESSION_PRICE:
		read_price(j, &s->price, word);
		return;
	case EL_SESSION_PRICE_AUDIENCE:
		(void)job_add_text(j, &s->price.audience, word, false, LIMIT_TITLE_BYTES,
				   REPEAT_FIRST);
		return;
	default:
		return;
	}
}

/* --- what concerns several of them --- */

static void note_session(struct job *j, const char *code, enum element element, struct slice got,
			 const char *expected)
{
	notes_add(j->notes, j->arena,
		  (struct note){ slice_of(code), element, SLICE_NONE, got, slice_of(expected) });
}

/* Neither is used, both are kept as text. elements: that have said them, the
 * last day's first. */
static void undo_pair(struct job *j, struct session *s, struct date *from, struct date *until,
		      const char *code, const enum element elements[3])
{
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	struct slice text = SLICE_NONE;

	if (from->precision == DATE_NONE || until->precision == DATE_NONE ||
	    date_last_day(*until) >= date_first_day(*from))
		return;
	date_format(a, *from);
	date_format(b, *until);
	text = arena_printf(j->arena, "%s to %s", a, b);
	declare(j, s, text);
	note_session(j, code, elements[0], text, "a last day that is not before the first");
	for (size_t i = 0; i < 3; i++)
		job_untrace(j, elements[i], j->session_parts[s - j->out->sessions.items], "",
			    "not kept: the last day is before the first");
	*from = *until = (struct date){ 0 };
}

static void settle_dates(struct job *j, struct session *s)
{
	static const enum element dates[] = { EL_SESSION_END, EL_SESSION_START, EL_SESSION_TERM };
	static const enum element applying[] = { EL_SESSION_APPLY_UNTIL, EL_SESSION_APPLY_FROM,
						 EL_SESSION_APPLY_FROM };

	undo_pair(j, s, &s->start, &s->end, "end-before-start", dates);
	if (s->start.precision == DATE_NONE) {
		s->start_max = (struct date){ 0 };
		s->start_from = FROM_NONE;
	}
	undo_pair(j, s, &s->apply_from, &s->apply_until, "apply-until-before-from", applying);
}

static bool has_price(const struct price *p)
{
	return p->has_amount || p->is_on_request || p->declared.n > 0;
}

/* --- sessions that say the same --- */

static bool same_date(struct date a, struct date b)
{
	return a.precision == b.precision && a.year == b.year && a.month == b.month &&
	       a.day == b.day;
}

static bool same_codes(const struct codes *a, const struct codes *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!slice_eq(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool same_texts(const struct texts *a, const struct texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!slice_eq(a->items[i].lang, b->items[i].lang) ||
		    !slice_eq(a->items[i].text, b->items[i].text))
			return false;
	return true;
}

static bool same_price(const struct price *a, const struct price *b)
{
	return a->has_amount == b->has_amount && a->amount_c == b->amount_c &&
	       a->amount_max_c == b->amount_max_c && strcmp(a->currency, b->currency) == 0 &&
	       a->is_on_request == b->is_on_request && slice_eq(a->declared, b->declared) &&
	       same_texts(&a->audience, &b->audience);
}

static bool same_session(const struct session *a, const struct session *b)
{
	return slice_eq(a->id, b->id) && same_date(a->start, b->start) &&
	       same_date(a->start_max, b->start_max) && a->start_from == b->start_from &&
	       same_date(a->end, b->end) && same_date(a->apply_from, b->apply_from) &&
	       same_date(a->apply_until, b->apply_until) && slice_eq(a->timezone, b->timezone) &&
	       a->rolling == b->rolling && same_codes(&a->modes, &b->modes) &&
	       same_codes(&a->languages, &b->languages) && slice_eq(a->pace, b->pace) &&
	       slice_eq(a->place, b->place) && slice_eq(a->status, b->status) &&
	       slice_eq(a->declared, b->declared) && slice_eq(a->url, b->url) &&
	       same_price(&a->price, &b->price);
}

/* Rows that differ in what belongs to the offer give the same session again. */
static void drop_repeated(struct sessions *sessions)
{
	size_t kept = 0;

	for (size_t i = 0; i < sessions->n; i++) {
		size_t k = 0;

		while (k < kept && !same_session(&sessions->items[k], &sessions->items[i]))
			k++;
		if (k == kept)
			sessions->items[kept++] = sessions->items[i];
	}
	sessions->n = kept;
}

void job_settle_sessions(struct job *j)
{
	struct sessions *sessions = &j->out->sessions;
	bool has_offer_price = has_price(&j->price) || j->price.audience.n > 0;

	if (has_offer_price && sessions->n == 0)
		(void)arena_push(j->arena, (void **)&sessions->items, &sessions->n,
				 &j->cap_sessions, sizeof *sessions->items);
	for (size_t i = 0; i < sessions->n; i++) {
		settle_dates(j, &sessions->items[i]);
		job_settle_texts(j, &sessions->items[i].price.audience, EL_SESSION_PRICE_AUDIENCE);
		if (has_offer_price && !has_price(&sessions->items[i].price))
			sessions->items[i].price = j->price;
	}
	drop_repeated(sessions);
	if (j->n_lost_sessions > 0)
		note_session(
			j, "too-many-sessions", EL_SESSION_START,
			arena_printf(j->arena, "%zu words beyond", j->n_lost_sessions),
			arena_printf(j->arena, "at most %d sessions an offer", LIMIT_OFFER_SESSIONS)
				.p);
}
