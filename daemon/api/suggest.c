// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/suggest, answered on the loop from a list in memory, and the reads
 * that keep the list up to date.
 */
#include "daemon/api/suggester.h"

#include "base/limits.h"
#include "base/log.h"
#include "daemon/api/routes_internal.h"

void suggester_init(struct suggester *s, struct store *store)
{
	*s = (struct suggester){ .store = store, .suggest = suggest_new() };
}

void suggester_clear(struct suggester *s)
{
	require(!s->is_reading);
	if (s->suggest != NULL)
		suggest_free(s->suggest);
	s->suggest = NULL;
}

static enum err_code refresh_in_pool(struct store_read *read, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct suggester *s = container_of(read, struct suggester, read);

	return suggest_refresh_in_pool(s->suggest, &s->has_list, db, snapshot, err);
}

static void on_refreshed(struct store_read *read, const struct err *failure)
{
	struct suggester *s = container_of(read, struct suggester, read);

	s->is_reading = false;
	if (failure != NULL)
		log_debug(LOG_API, "suggestions: %s", failure->msg);
	else if (s->has_list)
		suggest_publish(s->suggest, clock_mono_ms());
	if (s->on_idle != NULL)
		s->on_idle(s);
}

void suggester_tick(struct suggester *s)
{
	/* Nobody waits for it. */
	struct store_read_options options = { .timeout_ms = LIMIT_STATS_MS, .is_large = true };

	if (s->is_reading || s->is_stopped ||
	    !suggest_is_due(s->suggest, store_generation(s->store), clock_mono_ms()))
		return;
	s->is_reading = true;
	s->has_list = false;
	store_read_start_as(&s->read, s->store, &options, refresh_in_pool, on_refreshed);
}

void suggester_stop(struct suggester *s, void (*on_idle)(struct suggester *))
{
	s->is_stopped = true;
	s->on_idle = on_idle;
	if (s->is_reading)
		store_read_cancel(&s->read);
}

bool suggester_is_idle(const struct suggester *s)
{
	return !s->is_reading;
}

/* --- the route --- */

enum err_code begin_suggest(struct exchange *x, struct err *err)
{
	struct json_writer w = JSON_WRITER(&x->body);
	struct suggestions found;
	size_t limit = param_number(&x->target, "limit", 10);
	enum err_code rc = suggest_find(&found, &x->arena, x->api->suggester.suggest,
					param_text(&x->target, "q"), limit, err);

	if (rc != ERR_OK)
		return rc;
	json_open(&w, '{');
	json_key(&w, "suggestions");
	json_open(&w, '[');
	for (size_t i = 0; i < found.n; i++) {
		const struct suggestion *s = &found.items[i];

		json_open(&w, '{');
		json_field(&w, "text", s->text);
		json_field(&w, "code", s->code);
		json_field_i64(&w, "count", (int64_t)s->n_offers);
		json_field_z(&w, "kind", suggestion_kind_name(s->kind));
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return ERR_OK;
}
