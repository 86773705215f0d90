// SPDX-License-Identifier: EUPL-1.2
/*
 * What the worker says: each frame is checked against what may come now. The
 * loop looks at headers and at the few small payloads that steer the pull; what
 * was found goes on to the sink as it came.
 */
#include "daemon/pull_internal.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "harvesters/message.h"

#include <stdio.h>

static void breach(struct pull_state *p, const struct frame *f, const char *what)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_PROTOCOL, "the worker said %s (tag %u): %s", frame_type_name(f->type),
		f->tag, what);
	pull_fail(p, &err);
}

static void breach_err(struct pull_state *p, struct err *err)
{
	err_wrap(err, "the worker said");
	pull_fail(p, err);
}

static void hear_ready(struct pull_state *p, const struct frame *f, struct arena *arena)
{
	struct message_ready ready;
	struct err err = ERR_INIT;

	if (message_read_ready(&ready, arena, f, &err) != ERR_OK) {
		breach_err(p, &err);
		return;
	}
	if (!ready.is_locked) {
		err_set(&err, ERR_DENIED, "%.*s",
			SLICE_ARG(ready.msg.n > 0 ? ready.msg
						  : SLICE_LIT("the worker is not locked up")));
		pull_fail(p, &err);
		return;
	}
	worker_process_limit_memory(&p->worker, ready.size_kib);
	frame_write(&p->out, FRAME_BEGIN, 0, 0, buf_view(&p->begin));
	buf_clear(&p->begin);
	p->phase = PULL_BEGINNING;
}

static void hear_request(struct pull_state *p, const struct frame *f, struct arena *arena)
{
	struct request r;
	struct err err = ERR_INIT;

	if (p->phase != PULL_BEGINNING && p->hand == NULL) {
		breach(p, f, "not asked for anything");
	} else if (f->tag <= p->last_tag) {
		breach(p, f, "the tag was used before");
	} else if (p->n_waiting + p->n_started + p->n_ready >= LIMIT_OUTSTANDING_REQUESTS) {
		err_set(&err, ERR_LIMIT,
			"more than %d requests are not answered (LIMIT_OUTSTANDING_REQUESTS)",
			LIMIT_OUTSTANDING_REQUESTS);
		pull_fail(p, &err);
	} else if (message_read_request(&r, arena, f, &err) != ERR_OK) {
		breach_err(p, &err);
	} else if (p->origin != NULL && !url_text_is_same_origin(r.url, slice_of(p->origin))) {
		struct slice shown = slice_first(r.url, 100);
		ptrdiff_t query = slice_find_byte(shown, '?'); /* may hold what we were told */

		if (query >= 0)
			shown = slice_first(shown, (size_t)query);
		err_set(&err, ERR_DENIED, "the worker asked for %.*s, which is not on %s",
			SLICE_ARG(shown), p->origin);
		pull_fail(p, &err);
	} else {
		p->last_tag = f->tag;
		pull_request(p, &r);
	}
}

static uint32_t u32le(struct slice payload)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++)
		v |= (uint32_t)(uint8_t)payload.p[i] << (8 * i);
	return v;
}

static void hear_credit(struct pull_state *p, const struct frame *f)
{
	uint32_t more = f->payload.n == 4 ? u32le(f->payload) : 0;

	if (p->hand == NULL || p->hand->tag != f->tag || p->hand->failure.code != ERR_OK)
		breach(p, f, "there is no such body");
	else if (more == 0 || more > LIMIT_BODY_CREDIT_BYTES - p->credit)
		breach(p, f, "not the credit that may be given");
	else
		p->credit += more;
}

static void hear_rewind(struct pull_state *p, const struct frame *f)
{
	if (p->hand == NULL || p->hand->tag != f->tag || p->hand->failure.code != ERR_OK) {
		breach(p, f, "there is no such body");
	} else if (++p->n_rewinds > LIMIT_REWINDS) {
		breach(p, f, "too often");
	} else {
		spool_read_forget(&p->read);
		pull_say_response(p);
	}
}

static void hear_complete(struct pull_state *p, const struct frame *f, struct arena *arena)
{
	struct message_complete complete;
	struct err err = ERR_INIT;

	if (message_read_complete(&complete, arena, f, &err) != ERR_OK) {
		breach_err(p, &err);
		return;
	}
	if (complete.rule.p != NULL && p->phase != PULL_FINISHING) {
		breach(p, f, "nobody asked whether the list has ended");
		return;
	}
	p->phase = PULL_COMPLETE;
	p->is_batch_due = true;
	p->pull->is_proven = complete.rule.p != NULL;
	snprintf(p->pull->end_rule, sizeof(p->pull->end_rule), "%.*s", SLICE_ARG(complete.rule));
	p->pull->incomplete = complete.why;
	p->pull->figures.worker_peak_kib = complete.peak_kib;
	p->pull->figures.worker_cpu_ms = complete.cpu_ms;
	pull_drop_requests(p);
}

static void add_to_batch(struct pull_state *p, const struct frame *f, unsigned n_records)
{
	frame_write(&p->batch, f->type, f->flags, f->tag, f->payload);
	require(!buf_failed(&p->batch));
	p->pull->figures.n_records += n_records;
	p->n_batch_records += n_records;
	if (p->n_batch_records >= LIMIT_BATCH_RECORDS || p->batch.len >= LIMIT_BATCH_BYTES)
		p->is_batch_due = true;
}

/* begin has spoken: the only PAGE without a page, of which the sink hears nothing. */
static void hear_begun(struct pull_state *p, const struct frame *f, const struct message *page)
{
	if (p->phase != PULL_BEGINNING || !p->is_known_said)
		breach(p, f, "not expected now");
	else if (page->n != 0 || page->is_lost)
		breach(p, f, "items before the first response");
	else
		p->phase = PULL_RUNNING;
}

static void hear_page(struct pull_state *p, const struct frame *f, struct arena *arena)
{
	struct pull_figures *figures = &p->pull->figures;
	struct message page;
	struct err err = ERR_INIT;

	if (message_read(&page, arena, f, &err) != ERR_OK) {
		breach_err(p, &err);
		return;
	}
	if (f->tag == 0) {
		hear_begun(p, f, &page);
		return;
	}
	if (p->hand == NULL || p->hand->tag != f->tag) {
		breach(p, f, "there is no such page in hand");
		return;
	}
	figures->n_pages++;
	figures->n_pages_lost += page.is_lost;
	figures->n_shown += page.n;
	add_to_batch(p, f, 0);
	p->is_batch_due = true;
	spool_read_forget(&p->read);
	if (p->sink->answered != NULL)
		p->sink->answered(p->sink, p->pull, p->hand);
	pull_drop_hand(p);
}

/* Whether something found may be said now: about the page in hand, or by begin or finish. */
static bool may_find(const struct pull_state *p, const struct frame *f)
{
	bool is_record =
		f->type != FRAME_NOTE && f->type != FRAME_ANNOUNCE && f->type != FRAME_REMEMBER;

	if (p->hand != NULL)
		return f->tag == p->hand->tag;
	return f->tag == 0 &&
	       (p->phase == PULL_FINISHING || (p->phase == PULL_BEGINNING && !is_record));
}

static void hear_found(struct pull_state *p, const struct frame *f)
{
	size_t n_hashes = f->payload.n / sizeof(struct raw_hash);

	if (!may_find(p, f))
		breach(p, f, "not about what is in hand");
	else if (f->type == FRAME_SEEN &&
		 (n_hashes == 0 || f->payload.n % sizeof(struct raw_hash) != 0))
		breach(p, f, "no hashes");
	else if (f->type == FRAME_ANNOUNCE && f->payload.n != 8)
		breach(p, f, "no number");
	else
		add_to_batch(p, f,
			     f->type == FRAME_OFFER  ? 1
			     : f->type == FRAME_SEEN ? (unsigned)n_hashes
						     : 0);
}

void pull_hear(struct pull_state *p, const struct frame *f)
{
	struct arena arena = ARENA_INIT(LIMIT_MESSAGE_ARENA_BYTES);

	if (p->phase == PULL_COMPLETE || (p->phase == PULL_STARTING) != (f->type == FRAME_READY)) {
		breach(p, f, "not expected now");
		return;
	}
	switch (f->type) {
	case FRAME_READY:
		hear_ready(p, f, &arena);
		break;
	case FRAME_REQUEST:
		hear_request(p, f, &arena);
		break;
	case FRAME_CREDIT:
		hear_credit(p, f);
		break;
	case FRAME_REWIND:
		hear_rewind(p, f);
		break;
	case FRAME_PAGE:
		hear_page(p, f, &arena);
		break;
	case FRAME_COMPLETE:
		hear_complete(p, f, &arena);
		break;
	default:
		hear_found(p, f);
		break;
	}
	arena_clear(&arena);
}
