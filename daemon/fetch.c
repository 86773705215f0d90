// SPDX-License-Identifier: EUPL-1.2
/*
 * One fetch, from the first turn at the host to the body in its spool:
 *
 *            ┌──────────── redirect, retry, new token ───────────┐
 *            ▼                                                   │
 *          TURN ──► TOKEN ──► SEND ──────────────────────────────┤
 *            │        │         │ answer                         │
 *            │        │         ▼                                │
 *            └────────┴──► SPOOL ──► DONE ◄── failure, cancel ───┘
 *
 *  TURN    wait for the host: how many at a time, how far apart, not before when
 *  TOKEN   OAuth only: have a token
 *  SEND    one exchange; its body goes into a spool as it comes
 *  SPOOL   wait until the body is in its place
 */
#include "daemon/fetch_internal.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/fetch_request.h"
#include "daemon/fetch_rules.h"
#include "daemon/jitter.h"

#include <stdio.h>

enum fetch_step { FETCH_TURN, FETCH_TOKEN, FETCH_SEND, FETCH_SPOOL, FETCH_DONE };

struct fetch_state {
	struct fetch *fetch;
	struct fetcher *fetcher;
	struct list_node node;
	enum fetch_step step;
	struct err err;
	bool is_cancelled;

	char *asked_url; /* copies of what was asked */
	char *accept, *etag, *last_modified;
	struct buf host; /* of url */
	char *url; /* now: asked, or redirected to */
	unsigned n_redirects;
	unsigned n_retries;
	uint64_t wait_ms; /* before the next try */
	bool has_renewed; /* a refused token was replaced once */
	char *token;

	struct host_turn turn;
	struct token_wait token_wait;
	struct transfer transfer;
	struct fetch_request request;
	struct spool *spool; /* of an answer that is wanted */
	struct deferred deferred;
	uint64_t started_ms;
};

static void step(struct fetch_state *s);

/* --- the one place where the step changes --- */

static void on_step_due(struct deferred *d)
{
	step(container_of(d, struct fetch_state, deferred));
}

static void go(struct fetch_state *s, enum fetch_step next)
{
	if (s->err.code == ERR_OK && s->is_cancelled)
		err_set(&s->err, ERR_CANCELLED, "fetch stopped");
	s->step = s->err.code == ERR_OK ? next : FETCH_DONE;
	/* On a later turn, so that no callback runs inside another. */
	loop_defer(s->fetcher->loop, &s->deferred, on_step_due);
}

static void fail(struct fetch_state *s, const struct err *why)
{
	if (s->err.code == ERR_OK)
		s->err = *why;
	go(s, FETCH_DONE);
}

static void log_try(const struct fetch_state *s, const char *what)
{
	struct buf url = BUF_INIT(2 * LIMIT_URL_BYTES);

	if (!log_is_on(LOG_LEVEL_DEBUG))
		return;
	fetch_public_url(&url, s->fetch->source, slice_of(s->url));
	log_debug(LOG_FETCH, "source=%s url=%s: %s", s->fetch->source->source.id.p, buf_z(&url),
		  what);
	buf_clear(&url);
}

/* --- TURN --- */

static void on_granted(struct host_turn *turn)
{
	struct fetch_state *s = container_of(turn, struct fetch_state, turn);

	if (turn->is_refused) {
		go(s, FETCH_TURN); /* which says why */
		return;
	}
	go(s, s->fetch->source->auth.type == AUTH_OAUTH2 ? FETCH_TOKEN : FETCH_SEND);
}

static void take_turn(struct fetch_state *s)
{
	const struct config_source *source = s->fetch->source;
	struct host_manner manner = { source->parallel_requests, source->delay_ms, s->wait_ms };
	struct err err = ERR_INIT;
	int64_t not_before_s;

	if (fetch_check_url(source, s->url, &err) != ERR_OK) {
		fail(s, &err);
		return;
	}
	buf_reset(&s->host);
	if (!fetch_host_name(&s->host, slice_of(s->url))) {
		err_set(&err, ERR_DENIED, "a URL without a host");
		fail(s, &err);
		return;
	}
	not_before_s = hosts_not_before_s(s->fetcher->hosts, buf_z(&s->host));
	if (not_before_s - clock_now_s() > LIMIT_RETRY_AFTER_S) {
		s->fetch->not_before_s = not_before_s;
		err_set(&err, ERR_REMOTE, "%s asked to be left alone for %lld s more",
			buf_z(&s->host), (long long)(not_before_s - clock_now_s()));
		fail(s, &err);
		return;
	}
	s->wait_ms = 0;
	host_turn_start(&s->turn, s->fetcher->hosts, buf_z(&s->host), &manner, on_granted);
}

/* --- TOKEN --- */

static void set_token(struct fetch_state *s, struct slice token)
{
	if (s->token != NULL)
		explicit_bzero(s->token, strlen(s->token));
	mem_free(s->token);
	s->token = token.p != NULL ? mem_strndup(token.p, token.n) : NULL;
}

static void retry_or_fail(struct fetch_state *s, const struct err *why, int64_t wish_s);

static void on_token(struct token_wait *wait, const struct err *failure)
{
	struct fetch_state *s = container_of(wait, struct fetch_state, token_wait);

	if (failure == NULL) {
		set_token(s, wait->token);
		go(s, FETCH_SEND);
	} else if (err_is_retryable(failure->code)) {
		retry_or_fail(s, failure, -1);
	} else {
		fail(s, failure);
	}
}

/* --- SEND --- */

/* May a refused token be the reason? Once, and only where one was sent. */
static enum fetch_meaning meaning(const struct fetch_state *s)
{
	bool may_renew = s->fetch->source->auth.type == AUTH_OAUTH2 && s->request.has_secrets &&
			 !s->has_renewed;

	return fetch_meaning_of(&s->transfer, may_renew);
}

static void on_head(struct transfer *t)
{
	struct fetch_state *s = container_of(t, struct fetch_state, transfer);

	if (meaning(s) == FETCH_MEANS_ANSWER)
		s->spool = spool_new(s->fetcher->loop, s->fetcher->options.files,
				     s->fetcher->spool_dir);
	else
		t->max_body_bytes = LIMIT_DROPPED_BYTES;
}

static void on_drained(void *data)
{
	struct fetch_state *s = data;

	transfer_resume(&s->transfer);
}

/* The transfer is over: nothing waits for room. */
static void on_rest_drained(void *data)
{
	(void)data;
}

static bool on_body(struct transfer *t, struct slice bytes)
{
	struct fetch_state *s = container_of(t, struct fetch_state, transfer);

	if (s->spool == NULL)
		return true;
	bytes = secret_mask_pass(&s->request.mask, bytes);
	return bytes.n == 0 || spool_append(s->spool, bytes, on_drained, s);
}

static void note_back_off(struct fetch_state *s, int64_t wait_s)
{
	int64_t not_before_s = clock_now_s() + wait_s;

	hosts_set_not_before(s->fetcher->hosts, buf_z(&s->host), not_before_s);
	if (s->fetcher->options.on_host_backoff != NULL)
		s->fetcher->options.on_host_backoff(s->fetcher->options.data, buf_z(&s->host),
						    not_before_s);
}

/* wish_s: what the partner asked for, or -1. */
static void retry_or_fail(struct fetch_state *s, const struct err *why, int64_t wish_s)
{
	const struct config_source *source = s->fetch->source;

	host_turn_end(&s->turn);
	if (wish_s > 0)
		note_back_off(s, wish_s);
	if (wish_s > LIMIT_RETRY_AFTER_S)
		s->fetch->not_before_s = clock_now_s() + wish_s;
	if (s->n_retries >= source->n_retries || wish_s > LIMIT_RETRY_AFTER_S || s->is_cancelled) {
		fail(s, why);
		return;
	}
	s->wait_ms = jitter_wait_ms(fetch_retry_wait_ms(source, s->n_retries));
	s->n_retries++;
	if (wish_s > 0 && (uint64_t)wish_s * 1000 > s->wait_ms)
		s->wait_ms = (uint64_t)wish_s * 1000 + jitter(1000);
	/* "Too many", or "not now": the others of this host wait, too. */
	if (s->transfer.status == 429 || s->transfer.status == 503)
		hosts_set_not_before(s->fetcher->hosts, buf_z(&s->host),
				     clock_now_s() + (int64_t)(s->wait_ms / 1000));
	log_debug(LOG_FETCH, "source=%s: %s; trying again in %llu ms", source->source.id.p,
		  why->msg, (unsigned long long)s->wait_ms);
	go(s, FETCH_TURN);
}

static void redirect(struct fetch_state *s)
{
	const char *to = s->transfer.redirect_url;
	struct err err = ERR_INIT;
	char *url;

	host_turn_end(&s->turn);
	if (fetch_check_redirect(s->url, to, ++s->n_redirects, &err) != ERR_OK) {
		fail(s, &err);
		return;
	}
	url = fetch_without_secret(s->fetch->source, to);
	url[strcspn(url, "#")] = 0;
	mem_free(s->url);
	s->url = url;
	log_try(s, "redirected to it");
	go(s, FETCH_TURN);
}

static void drop_spool(struct fetch_state *s)
{
	spool_free(s->spool);
	s->spool = NULL;
}

static void lose(struct fetch_state *s)
{
	struct err why = s->transfer.why;

	drop_spool(s);
	if (why.code == ERR_NETWORK || why.code == ERR_TIMEOUT)
		retry_or_fail(s, &why, -1);
	else
		fail(s, &why);
}

static void come_again(struct fetch_state *s)
{
	unsigned status = s->transfer.status;
	int64_t wish_s = fetch_retry_after_s(s->transfer.retry_after, clock_now_s());
	struct err why = ERR_INIT;

	err_set(&why, ERR_REMOTE, "status %u", status);
	if (wish_s > 0)
		err_set(&why, ERR_REMOTE, "status %u, and to be left alone for %lld s", status,
			(long long)wish_s);
	retry_or_fail(s, &why, wish_s);
}

static void keep_body(struct fetch_state *s)
{
	struct slice rest = secret_mask_rest(&s->request.mask);

	if (rest.n > 0)
		(void)spool_append(s->spool, rest, on_rest_drained, s);
	host_turn_end(&s->turn);
	go(s, FETCH_SPOOL);
}

/* Where an exchange that ended by itself leads. */
static void judge(struct fetch_state *s)
{
	if (fetch_is_lost(&s->transfer)) {
		lose(s);
		return;
	}
	switch (meaning(s)) {
	case FETCH_MEANS_BUSY:
		come_again(s);
		return;
	case FETCH_MEANS_OTHER_TOKEN:
		s->has_renewed = true;
		host_turn_end(&s->turn);
		go(s, FETCH_TURN);
		return;
	case FETCH_MEANS_REDIRECT:
		redirect(s);
		return;
	case FETCH_MEANS_ANSWER:
		keep_body(s);
		return;
	}
}

static void move_text(char **to, char **from)
{
	mem_free(*to);
	*to = *from;
	*from = NULL;
}

static void take_answer(struct fetch_state *s)
{
	static const enum body_end ends[] = {
		[TRANSFER_WHOLE] = BODY_OK,          [TRANSFER_NO_HEAD] = BODY_CUT,
		[TRANSFER_CUT] = BODY_CUT,           [TRANSFER_TOO_BIG] = BODY_TOO_BIG,
		[TRANSFER_TIMED_OUT] = BODY_TIMEOUT,
	};
	struct transfer *t = &s->transfer;
	struct fetch *f = s->fetch;

	f->status = t->status;
	f->end = ends[t->end];
	f->why = t->why;
	f->fetched_s = clock_now_s();
	move_text(&f->content_type, &t->content_type);
	mem_free(f->link);
	f->link = fetch_without_secret(s->fetch->source, t->link);
	move_text(&f->response_etag, &t->etag);
	move_text(&f->response_last_modified, &t->last_modified);
}

static void on_transferred(struct transfer *t)
{
	struct fetch_state *s = container_of(t, struct fetch_state, transfer);
	char what[80];

	s->fetch->wire_bytes += t->wire_bytes;
	snprintf(what, sizeof(what), "status %u, %llu bytes in %llu ms", t->status,
		 (unsigned long long)t->wire_bytes,
		 (unsigned long long)(loop_now_ms(s->fetcher->loop) - s->started_ms));
	log_try(s, t->why.code == ERR_OK || t->end == TRANSFER_TOO_BIG ? what : t->why.msg);
	if (t->why.code == ERR_CANCELLED) {
		drop_spool(s);
		fail(s, &t->why);
	} else {
		judge(s);
	}
	if (s->step == FETCH_SPOOL)
		take_answer(s);
	transfer_clear(t);
	fetch_request_clear(&s->request);
}

static void send_request(struct fetch_state *s)
{
	const struct config_source *source = s->fetch->source;

	fetch_request_make(&s->request, s->fetch, s->url, slice_of(s->token), s->fetcher->contact);
	s->transfer = (struct transfer){
		.url = s->request.url,
		.headers = s->request.lines,
		.n_headers = s->request.n_lines,
		.user_agent = s->fetcher->user_agent,
		.user = s->request.user,
		.password = s->request.password,
		.allow_private = source->allow_private,
		.allow_http = source->allow_http,
		.connect_timeout_ms = source->connect_timeout_ms,
		.idle_timeout_ms = source->idle_timeout_ms,
		.total_timeout_ms = source->request_timeout_ms,
		.max_body_bytes = source->max_body_bytes,
		.on_head = on_head,
		.on_body = on_body,
	};
	s->fetch->n_requests++;
	s->started_ms = loop_now_ms(s->fetcher->loop);
	transfer_start(&s->transfer, s->fetcher->net, on_transferred);
}

/* --- SPOOL, DONE --- */

static void on_spooled(void *data, const struct err *failure)
{
	struct fetch_state *s = data;

	if (failure == NULL) {
		s->fetch->body = s->spool;
		s->spool = NULL;
		move_text(&s->fetch->final_url, &s->url);
	} else if (s->err.code == ERR_OK) {
		s->err = *failure;
	}
	go(s, FETCH_DONE);
}

static void free_state(struct fetch_state *s)
{
	fetch_request_clear(&s->request);
	drop_spool(s);
	set_token(s, SLICE_NONE);
	mem_free(s->asked_url);
	mem_free(s->accept);
	mem_free(s->etag);
	mem_free(s->last_modified);
	mem_free(s->url);
	buf_clear(&s->host);
	list_remove(&s->node);
	mem_free(s);
}

static void finish(struct fetch_state *s)
{
	struct fetch *fetch = s->fetch;
	struct fetcher *f = s->fetcher;
	struct err err = s->err;

	host_turn_end(&s->turn);
	oauth_get_forget(&s->token_wait);
	free_state(s);
	fetch->state = NULL;
	fetch->url = fetch->accept = fetch->etag = fetch->last_modified = NULL;
	fetch->done(fetch,
		    err.code != ERR_OK ? &err : NULL); /* fetch may be gone after this line */
	fetcher_close_when_quiet(f);
}

static void step(struct fetch_state *s)
{
	if (s->is_cancelled && s->step != FETCH_DONE) {
		go(s, FETCH_DONE);
		return;
	}
	switch (s->step) {
	case FETCH_TURN:
		take_turn(s);
		return;
	case FETCH_TOKEN:
		oauth_get_start(&s->token_wait, s->fetcher->oauth, s->fetch->source,
				s->has_renewed ? slice_of(s->token) : SLICE_NONE, on_token);
		return;
	case FETCH_SEND:
		send_request(s);
		return;
	case FETCH_SPOOL:
		spool_finish(s->spool, on_spooled, s);
		return;
	case FETCH_DONE:
		finish(s);
		return;
	}
}

void fetch_start(struct fetch *fetch, struct fetcher *f,
		 void (*done)(struct fetch *, const struct err *))
{
	struct fetch_state *s = mem_new(struct fetch_state);

	assert_on_loop();
	s->fetch = fetch;
	s->fetcher = f;
	s->url = mem_strdup(fetch->url);
	s->asked_url = mem_strdup(fetch->url);
	s->accept = mem_strdup(fetch->accept);
	s->etag = mem_strdup(fetch->etag);
	s->last_modified = mem_strdup(fetch->last_modified);
	fetch->url = s->asked_url;
	fetch->accept = s->accept;
	fetch->etag = s->etag;
	fetch->last_modified = s->last_modified;
	fetch->done = done;
	fetch->state = s;
	buf_init(&s->host, LIMIT_URL_BYTES);
	deferred_init(&s->deferred);
	list_push_back(&f->fetches, &s->node);
	if (f->is_closing)
		s->is_cancelled = true;
	go(s, FETCH_TURN);
}

void fetch_cancel(struct fetch *fetch)
{
	struct fetch_state *s = fetch->state;

	assert_on_loop();
	if (s == NULL || s->is_cancelled)
		return;
	s->is_cancelled = true;
	if (deferred_is_waiting(&s->deferred))
		return; /* the next step ends it */
	switch (s->step) {
	case FETCH_TURN:
		host_turn_end(&s->turn);
		go(s, FETCH_DONE);
		return;
	case FETCH_TOKEN:
		oauth_get_forget(&s->token_wait);
		go(s, FETCH_DONE);
		return;
	case FETCH_SEND:
		transfer_cancel(&s->transfer);
		return;
	case FETCH_SPOOL:
	case FETCH_DONE:
		return; /* it ends by itself */
	}
}

void fetch_cancel_all(struct fetcher *f)
{
	list_each (node, &f->fetches)
		fetch_cancel(container_of(node, struct fetch_state, node)->fetch);
}

void fetch_clear(struct fetch *fetch)
{
	require(fetch->state == NULL);
	mem_free(fetch->final_url);
	mem_free(fetch->content_type);
	mem_free(fetch->link);
	mem_free(fetch->response_etag);
	mem_free(fetch->response_last_modified);
	spool_free(fetch->body);
	*fetch = (struct fetch){ .source = NULL };
}
