// SPDX-License-Identifier: EUPL-1.2
/*
 * Hosts with their queues of turns, and one timer for the earliest that waits
 * for a time. A host is forgotten when nothing is known of it any more.
 */
#include "daemon/host.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"

struct host {
	struct hosts *hosts;
	struct list_node node;
	struct list_node waiting; /* turns, first come first served */
	char *name;
	unsigned n_taken;
	uint64_t granted_ms; /* the last one; 0: none yet */
	uint32_t delay_ms; /* that it asked for */
	int64_t not_before_s; /* wall time, since it is remembered across restarts */
};

struct hosts {
	struct loop *loop;
	struct list_node all;
	struct loop_timer timer;
	struct deferred pump;
	void (*on_closed)(void *data);
	void *data;
};

static void pump(struct hosts *hosts);

static void on_pump(struct deferred *d)
{
	pump(container_of(d, struct hosts, pump));
}

static void on_due(struct loop_timer *t)
{
	pump(container_of(t, struct hosts, timer));
}

struct hosts *hosts_open(struct loop *loop)
{
	struct hosts *hosts = mem_new(struct hosts);

	assert_on_loop();
	hosts->loop = loop;
	list_init(&hosts->all);
	deferred_init(&hosts->pump);
	loop_timer_init(&hosts->timer, loop, false);
	return hosts;
}

static void free_host(struct host *h)
{
	list_remove(&h->node);
	mem_free(h->name);
	mem_free(h);
}

static void on_timer_closed(struct loop_timer *t)
{
	struct hosts *hosts = container_of(t, struct hosts, timer);
	void (*on_closed)(void *) = hosts->on_closed;
	void *data = hosts->data;

	list_each (node, &hosts->all)
		free_host(container_of(node, struct host, node));
	mem_free(hosts);
	on_closed(data);
}

void hosts_close(struct hosts *hosts, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	list_each (node, &hosts->all) {
		const struct host *h = container_of(node, struct host, node);

		require(h->n_taken == 0 && list_is_empty(&h->waiting));
	}
	hosts->on_closed = on_closed;
	hosts->data = data;
	loop_undefer(&hosts->pump);
	loop_timer_close(&hosts->timer, on_timer_closed);
}

static struct host *find(struct hosts *hosts, const char *name)
{
	list_each (node, &hosts->all) {
		struct host *h = container_of(node, struct host, node);

		if (strcmp(h->name, name) == 0)
			return h;
	}
	return NULL;
}

static struct host *find_or_add(struct hosts *hosts, const char *name)
{
	struct host *h = find(hosts, name);

	if (h != NULL)
		return h;
	h = mem_new(struct host);
	h->hosts = hosts;
	h->name = mem_strdup(name);
	list_init(&h->waiting);
	list_push_back(&hosts->all, &h->node);
	return h;
}

/*
 * How long it is to be left alone from now on. No wish is obeyed for longer
 * than LIMIT_NOT_BEFORE_S: the clock was wrong when that one was noted.
 */
static int64_t wish_s(const struct host *h)
{
	int64_t left_s = h->not_before_s - clock_now_s();

	return left_s > 0 && left_s <= LIMIT_NOT_BEFORE_S ? left_s : 0;
}

/* When the turn may be granted, in the loop's time; not later than now: at once. */
static uint64_t due_ms(const struct host *h, const struct host_turn *turn, uint64_t now_ms)
{
	uint64_t due = turn->not_before_ms;
	uint32_t delay = turn->delay_ms > h->delay_ms ? turn->delay_ms : h->delay_ms;
	int64_t wait_s = wish_s(h);

	if (h->granted_ms != 0 && h->granted_ms + delay > due)
		due = h->granted_ms + delay;
	if (wait_s > 0 && now_ms + (uint64_t)wait_s * 1000 > due)
		due = now_ms + (uint64_t)wait_s * 1000;
	return due;
}

static void grant(struct host *h, struct host_turn *turn, uint64_t now_ms)
{
	list_remove(&turn->node);
	turn->is_taken = true;
	h->n_taken++;
	h->granted_ms = now_ms;
	h->delay_ms = turn->delay_ms;
	turn->granted(turn);
}

static void refuse(struct host_turn *turn)
{
	list_remove(&turn->node);
	turn->host = NULL;
	turn->granted(turn);
}

/* Grants what may be granted, once a turn; *next_ms: when to look again. */
static void pump_host(struct host *h, uint64_t now_ms, uint64_t *next_ms)
{
	list_each (node, &h->waiting) {
		struct host_turn *turn = container_of(node, struct host_turn, node);
		uint64_t due = due_ms(h, turn, now_ms);

		if (turn->is_refused) {
			refuse(turn);
			*next_ms = now_ms;
			return;
		}
		if (h->n_taken >= turn->parallel)
			continue; /* whoever ends its turn looks again */
		if (due > now_ms) {
			*next_ms = due < *next_ms ? due : *next_ms;
			continue;
		}
		grant(h, turn, now_ms);
		*next_ms = now_ms; /* granted() may have changed the list: look again */
		return;
	}
}

static void pump(struct hosts *hosts)
{
	uint64_t now_ms = loop_now_ms(hosts->loop);
	uint64_t next_ms = UINT64_MAX;

	list_each (node, &hosts->all) {
		struct host *h = container_of(node, struct host, node);

		pump_host(h, now_ms, &next_ms);
		if (h->n_taken == 0 && list_is_empty(&h->waiting) && wish_s(h) == 0 &&
		    h->granted_ms + h->delay_ms <= now_ms)
			free_host(h);
	}
	if (next_ms == UINT64_MAX)
		loop_timer_stop(&hosts->timer);
	else if (next_ms <= now_ms)
		loop_defer(hosts->loop, &hosts->pump, on_pump);
	else
		loop_timer_start(&hosts->timer, next_ms - now_ms, on_due);
}

void host_turn_start(struct host_turn *turn, struct hosts *hosts, const char *host,
		     const struct host_manner *manner, void (*granted)(struct host_turn *))
{
	assert_on_loop();
	require(manner->parallel > 0);
	*turn = (struct host_turn){
		.host = find_or_add(hosts, host),
		.parallel = manner->parallel,
		.delay_ms = manner->delay_ms,
		.not_before_ms = loop_now_ms(hosts->loop) + manner->wait_ms,
		.granted = granted,
	};
	list_push_back(&turn->host->waiting, &turn->node);
	loop_defer(hosts->loop, &hosts->pump, on_pump);
}

void host_turn_end(struct host_turn *turn)
{
	struct host *h = turn->host;

	assert_on_loop();
	if (h == NULL)
		return;
	if (turn->is_taken)
		h->n_taken--;
	else
		list_remove(&turn->node);
	turn->host = NULL;
	turn->is_taken = false;
	loop_defer(h->hosts->loop, &h->hosts->pump, on_pump);
}

void hosts_set_not_before(struct hosts *hosts, const char *host, int64_t not_before_s)
{
	struct host *h;

	assert_on_loop();
	if (not_before_s <= clock_now_s())
		return;
	h = find_or_add(hosts, host);
	if (not_before_s > h->not_before_s || wish_s(h) == 0)
		h->not_before_s = not_before_s;
	if (wish_s(h) <= LIMIT_RETRY_AFTER_S)
		return;
	list_each (node, &h->waiting)
		container_of(node, struct host_turn, node)->is_refused = true;
	loop_defer(hosts->loop, &hosts->pump, on_pump);
}

int64_t hosts_not_before_s(struct hosts *hosts, const char *host)
{
	const struct host *h = find(hosts, host);

	assert_on_loop();
	return h != NULL && wish_s(h) > 0 ? h->not_before_s : 0;
}
