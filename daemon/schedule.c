// SPDX-License-Identifier: EUPL-1.2
/*
 * Sources and the times they are due; one timer for the earliest. The wall
 * clock may be set, so it is looked at every minute at the latest.
 */
#include "daemon/schedule.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/jitter.h"

struct schedule {
	struct loop *loop;
	schedule_due_cb *on_due;
	void *data;
	struct loop_timer timer;
	struct schedule_entry *entries;
	size_t n;
	bool is_closing;
	void (*on_closed)(void *data);
	void *closed_data;
};

/* --- rules --- */

int64_t schedule_next_s(const struct config_source *source, enum run_end end, int64_t n_failures,
			int64_t not_before_s, int64_t now_s, unsigned chance)
{
	int64_t wait_s = source->every_s;
	int64_t spread_s = wait_s / 10;
	int64_t next_s;

	if (end != RUN_COMPLETE && end != RUN_HELD) {
		int64_t soon_s = LIMIT_SOON_S;

		for (int64_t i = 1; i < n_failures && soon_s < wait_s; i++)
			soon_s *= 2;
		if (soon_s < wait_s)
			wait_s = soon_s;
		spread_s = wait_s / 4;
	}
	next_s = now_s + wait_s - spread_s * (int64_t)chance / 1000;
	return next_s > not_before_s ? next_s : not_before_s;
}

int64_t schedule_spread_s(size_t i, size_t n, unsigned parallel, int64_t now_s)
{
	if (i < parallel || n <= parallel)
		return now_s;
	return now_s +
	       (int64_t)LIMIT_SPREAD_S * (int64_t)(i - parallel + 1) / (int64_t)(n - parallel + 1);
}

/* --- the timer --- */

static void arm(struct schedule *s);

static int64_t due_s(const struct schedule_entry *e)
{
	return e->next_due_s > e->not_before_s ? e->next_due_s : e->not_before_s;
}

/*
 * A clock that was wrong, or a shorter `every`, must not hold a source back.
 * It is due at once: "in so long from now" would be put off by each start.
 */
static void forget_impossible(struct schedule_entry *e, int64_t now_s)
{
	if (e->next_due_s > now_s + e->source->every_s)
		e->next_due_s = 0;
	if (e->not_before_s > now_s + LIMIT_NOT_BEFORE_S)
		e->not_before_s = 0;
}

static void on_timer(struct loop_timer *timer)
{
	struct schedule *s = container_of(timer, struct schedule, timer);
	int64_t now_s = clock_now_s();

	for (size_t i = 0; i < s->n; i++) {
		struct schedule_entry *e = &s->entries[i];

		forget_impossible(e, now_s); /* the clock may have been set */
		if (e->source->is_enabled && due_s(e) <= now_s && !s->on_due(s->data, e->source))
			log_debug(LOG_SCHEDULE, "source=%s: due, and not possible now",
				  e->source->source.id.p);
	}
	arm(s);
}

/* For the earliest in the future; those overdue wait for the end of what runs. */
static void arm(struct schedule *s)
{
	int64_t now_s = clock_now_s();
	int64_t wait_s = LIMIT_SCHEDULE_LOOK_S;

	if (s->is_closing)
		return;
	for (size_t i = 0; i < s->n; i++) {
		int64_t left_s = due_s(&s->entries[i]) - now_s;

		if (s->entries[i].source->is_enabled && left_s > 0 && left_s < wait_s)
			wait_s = left_s;
	}
	loop_timer_start(&s->timer, (uint64_t)wait_s * 1000, on_timer);
}

struct schedule *schedule_open(struct loop *loop, schedule_due_cb *on_due, void *data)
{
	struct schedule *s = mem_new(struct schedule);

	s->loop = loop;
	s->on_due = on_due;
	s->data = data;
	loop_timer_init(&s->timer, loop, false);
	return s;
}

static void on_timer_closed(struct loop_timer *timer)
{
	struct schedule *s = container_of(timer, struct schedule, timer);
	void (*on_closed)(void *) = s->on_closed;
	void *data = s->closed_data;

	mem_free(s->entries);
	mem_free(s);
	on_closed(data);
}

void schedule_close(struct schedule *s, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	s->is_closing = true;
	s->on_closed = on_closed;
	s->closed_data = data;
	loop_timer_close(&s->timer, on_timer_closed);
}

/* --- sources --- */

static const struct schedule_entry *find(const struct schedule_entry *entries, size_t n,
					 struct slice id)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(entries[i].source->source.id, id))
			return &entries[i];
	return NULL;
}

static void take_row(struct schedule_entry *e, const struct source_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct source_row *row = &rows->items[i];

		if (!slice_eq(row->id, e->source->source.id))
			continue;
		e->next_due_s = row->next_due_s;
		e->not_before_s = row->not_before_s;
		e->n_failures = row->n_failures;
		e->has_run = row->last_run != 0;
	}
}

static bool is_overdue(const struct schedule_entry *e, bool is_new, int64_t now_s)
{
	return is_new && e->source->is_enabled && due_s(e) <= now_s;
}

void schedule_apply(struct schedule *s, const struct config *config, const struct source_rows *rows,
		    bool is_spread)
{
	struct schedule_entry *entries = mem_new_n(struct schedule_entry, config->n_sources + 1);
	bool *is_new = mem_new_n(bool, config->n_sources + 1);
	int64_t now_s = clock_now_s();
	size_t n_overdue = 0;
	size_t place = 0;

	assert_on_loop();
	for (size_t i = 0; i < config->n_sources; i++) {
		struct schedule_entry *e = &entries[i];
		const struct schedule_entry *old;

		e->source = &config->sources[i];
		/* The old configuration still lives here: its caller frees it later. */
		old = find(s->entries, s->n, e->source->source.id);
		is_new[i] = old == NULL;
		if (old != NULL) {
			*e = *old;
			e->source = &config->sources[i];
		} else {
			take_row(e, rows);
		}
		forget_impossible(e, now_s);
		n_overdue += is_overdue(e, is_new[i], now_s);
	}
	for (size_t i = 0; i < config->n_sources && is_spread; i++)
		if (is_overdue(&entries[i], is_new[i], now_s))
			entries[i].next_due_s =
				schedule_spread_s(place++, n_overdue, config->parallel, now_s);
	mem_free(is_new);
	mem_free(s->entries);
	s->entries = entries;
	s->n = config->n_sources;
	if (!s->is_closing)
		loop_timer_start(&s->timer, 0, on_timer);
}

const struct schedule_entry *schedule_find(const struct schedule *s, struct slice source_id)
{
	return find(s->entries, s->n, source_id);
}

const struct schedule_entry *schedule_at(const struct schedule *s, size_t i)
{
	return i < s->n ? &s->entries[i] : NULL;
}

const struct schedule_entry *schedule_ended(struct schedule *s, struct slice source_id,
					    enum run_end end, int64_t not_before_s)
{
	struct schedule_entry *e =
		(struct schedule_entry *)(uintptr_t)find(s->entries, s->n, source_id);

	assert_on_loop();
	if (e == NULL)
		return NULL;
	e->has_run = true;
	e->n_failures = end == RUN_COMPLETE || end == RUN_HELD ? 0 : e->n_failures + 1;
	e->not_before_s = not_before_s;
	e->next_due_s = schedule_next_s(e->source, end, e->n_failures, not_before_s, clock_now_s(),
					(unsigned)jitter(1000));
	arm(s);
	return e;
}
