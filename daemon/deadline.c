// SPDX-License-Identifier: EUPL-1.2
/*
 * A deadline in parts.
 */
#include "daemon/deadline.h"

#include "base/limits.h"

void deadline_init(struct deadline *d, struct loop *loop)
{
	*d = (struct deadline){ .n_left = 0 };
	loop_timer_init(&d->timer, loop, false);
}

static void on_part(struct loop_timer *timer)
{
	struct deadline *d = container_of(timer, struct deadline, timer);

	if (--d->n_left == 0)
		d->on_passed(d); /* d may be started again, or closed, in there */
	else
		loop_timer_start(&d->timer, d->part_ms, on_part);
}

void deadline_start(struct deadline *d, uint64_t within_ms, void (*on_passed)(struct deadline *))
{
	d->part_ms = (within_ms + LIMIT_DEADLINE_PARTS - 1) / LIMIT_DEADLINE_PARTS;
	d->n_left = LIMIT_DEADLINE_PARTS;
	d->on_passed = on_passed;
	loop_timer_start(&d->timer, d->part_ms, on_part);
}

void deadline_stop(struct deadline *d)
{
	loop_timer_stop(&d->timer);
}

static void on_timer_closed(struct loop_timer *timer)
{
	struct deadline *d = container_of(timer, struct deadline, timer);

	d->on_closed(d);
}

void deadline_close(struct deadline *d, void (*on_closed)(struct deadline *))
{
	d->on_closed = on_closed;
	loop_timer_close(&d->timer, on_timer_closed);
}
