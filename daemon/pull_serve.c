// SPDX-License-Identifier: EUPL-1.2
/*
 * What the worker is told: known hashes, answers to its requests one by one,
 * their bodies against credit, and that there is nothing more.
 */
#include "daemon/pull_internal.h"

#include "base/limits.h"
#include "base/url.h"
#include "harvesters/message.h"

enum {
	SAY_BYTES = LIMIT_BODY_CREDIT_BYTES, /* made ready for one write */
	HASHES_PER_FRAME = LIMIT_FRAME_BYTES / (int)sizeof(struct raw_hash),
};

/* An answer on the way, with its texts behind it. */
struct asked {
	struct answer answer;
	char text[]; /* url and accept, terminated */
};

static struct answer *answer_of(struct list_node *node)
{
	return container_of(node, struct answer, node);
}

static void answer_free(struct answer *a)
{
	answer_clear(a);
	mem_free(container_of(a, struct asked, answer));
}

/* --- requests --- */

static struct answer *new_answer(struct slice url, struct slice accept)
{
	struct asked *asked = mem_zalloc(sizeof(*asked) + url.n + accept.n + 2);

	memcpy(asked->text, url.p, url.n);
	if (accept.n > 0)
		memcpy(asked->text + url.n + 1, accept.p, accept.n);
	asked->answer.url = asked->text;
	asked->answer.accept = asked->text + url.n + 1;
	return &asked->answer;
}

void pull_request(struct pull_state *p, const struct request *r)
{
	struct buf public = BUF_INIT(LIMIT_URL_BYTES + 1);
	struct answer *a;

	if (p->own_parameter != NULL)
		url_drop_parameter(&public, r->url, slice_of(p->own_parameter));
	a = new_answer(p->own_parameter != NULL ? buf_view(&public) : r->url, r->accept);
	buf_clear(&public);
	a->kind = r->kind;
	a->tag = r->tag;
	a->pull = p;
	list_push_back(a->kind == REQUEST_DETAIL ? &p->waiting_details : &p->waiting_lists,
		       &a->node);
	p->n_waiting++;
	p->pull->figures.n_requests++;
}

static void on_answered(struct answer *a, const struct err *failure)
{
	struct pull_state *p = a->pull;

	list_remove(&a->node);
	p->n_started--;
	if (failure != NULL)
		a->failure = *failure;
	else if (a->body == NULL)
		err_set(&a->failure, ERR_INTERNAL, "answered without a body");
	else
		p->pull->figures.body_bytes += spool_bytes(a->body);
	if (pull_has_failed(p) || p->phase == PULL_COMPLETE) {
		answer_free(a);
	} else {
		list_push_back(&p->ready, &a->node);
		p->n_ready++;
	}
	pull_step_later(p);
}

static void start_requests(struct pull_state *p)
{
	while (p->n_waiting > 0 && p->n_started < p->parallel &&
	       p->n_started + p->n_ready < p->parallel + LIMIT_ANSWERS_AHEAD) {
		struct list_node *list = !list_is_empty(&p->waiting_details) ? &p->waiting_details
									     : &p->waiting_lists;
		struct answer *a = answer_of(list_pop_front(list));

		p->n_waiting--;
		list_push_back(&p->started, &a->node);
		p->n_started++;
		a->done = on_answered;
		p->answerer->start(p->answerer, a);
	}
}

static void free_all(struct list_node *list)
{
	while (!list_is_empty(list))
		answer_free(answer_of(list_pop_front(list)));
}

void pull_drop_hand(struct pull_state *p)
{
	if (p->hand == NULL)
		return;
	spool_read_forget(&p->read);
	answer_free(p->hand);
	p->hand = NULL;
}

void pull_drop_requests(struct pull_state *p)
{
	pull_drop_hand(p);
	free_all(&p->waiting_details);
	free_all(&p->waiting_lists);
	free_all(&p->ready);
	p->n_waiting = p->n_ready = 0;
	list_each (node, &p->started)
		p->answerer->cancel(p->answerer, answer_of(node));
}

/* --- the answer in hand --- */

void pull_say_response(struct pull_state *p)
{
	const struct answer *a = p->hand;
	const struct response r = {
		.final_url = slice_of(a->final_url != NULL ? a->final_url : a->url),
		.status = a->status,
		.content_type = slice_of(a->content_type),
		.link = slice_of(a->link),
		.fetched_s = a->fetched_s,
		.is_kept = a->is_kept,
	};

	p->body_at = 0;
	p->credit = 0;
	p->is_body_said = false;
	message_write_response(&p->out, a->tag, &r);
}

static void take_next_answer(struct pull_state *p)
{
	if (p->phase != PULL_RUNNING || p->hand != NULL || p->n_ready == 0)
		return;
	p->hand = answer_of(list_pop_front(&p->ready));
	p->n_ready--;
	p->n_rewinds = 0;
	if (p->hand->failure.code == ERR_OK) {
		pull_say_response(p);
		return;
	}
	message_write_failed(&p->out, p->hand->tag, &p->hand->failure);
	p->is_body_said = true;
}

static void end_body(struct pull_state *p, enum body_end end, const struct err *why)
{
	message_write_body_end(&p->out, p->hand->tag, end, why);
	p->is_body_said = true;
}

static void on_body_read(struct spool_read *read, const struct err *failure)
{
	struct pull_state *p = container_of(read, struct pull_state, read);
	struct slice rest = buf_view(&read->chunk);
	struct slice piece;

	if (failure != NULL) {
		end_body(p, BODY_CUT, failure);
	} else {
		p->body_at += rest.n;
		p->credit -= (uint32_t)rest.n;
		while (slice_take(&piece, &rest,
				  rest.n < LIMIT_FRAME_BYTES ? rest.n : LIMIT_FRAME_BYTES) &&
		       piece.n > 0)
			frame_write(&p->out, FRAME_BODY, 0, p->hand->tag, piece);
	}
	pull_step(p);
}

/* Reads on in the body in hand, as far as the worker can take it. */
static void read_body(struct pull_state *p)
{
	const struct answer *a = p->hand;

	if (a == NULL || p->is_body_said || p->read.job != NULL || p->out.len >= SAY_BYTES)
		return;
	if (p->body_at == spool_bytes(a->body))
		end_body(p, a->end, &a->why);
	else if (p->credit > 0)
		spool_read_start(&p->read, a->body, p->body_at, p->credit, on_body_read);
}

/* --- the run --- */

static void say_known(struct pull_state *p)
{
	while (p->phase == PULL_BEGINNING && !p->is_known_said && p->out.len < SAY_BYTES) {
		size_t left = p->n_known - p->n_known_said;
		size_t n = left < HASHES_PER_FRAME ? left : HASHES_PER_FRAME;
		struct slice hashes = { (const char *)(p->known + p->n_known_said),
					n * sizeof(struct raw_hash) };

		p->is_known_said = n == left;
		frame_write(&p->out, FRAME_KNOWN, p->is_known_said ? FRAME_FLAG_LAST : 0, 0,
			    n > 0 ? hashes : SLICE_NONE);
		p->n_known_said += n;
	}
}

static void say_finish(struct pull_state *p)
{
	if (p->phase != PULL_RUNNING || p->hand != NULL ||
	    p->n_waiting + p->n_started + p->n_ready > 0)
		return;
	frame_write(&p->out, FRAME_FINISH, 0, 0, SLICE_NONE);
	p->phase = PULL_FINISHING;
}

void pull_serve(struct pull_state *p)
{
	say_known(p);
	start_requests(p);
	take_next_answer(p);
	read_body(p);
	say_finish(p);
}
