// SPDX-License-Identifier: EUPL-1.2
/*
 * The partner, and what is kept of it.
 */
#include "daemon/network_answerer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

/* One request of the worker on its way. */
struct asking {
	struct network_answerer *n;
	struct answer *answer;
	struct store_response_find find;
	struct fetch fetch;
	struct kept_load load;
	enum { ASK_FIND, ASK_FETCH, ASK_LOAD } step;
	bool is_cancelled;
	bool is_kept_found;
	/* of the kept response; texts copied */
	struct response_row row;
	struct arena arena;
};

/* What will be written when the page was handled: in answer->state. */
struct noted {
	struct list_node node;
	struct network_answerer *n;
	struct response_row row;
	struct arena arena; /* its texts */
	bool is_touch; /* the body is kept already */
	struct kept_put put;
	struct store_response_touch touch;
};

enum { TEXTS_BYTES = 1024 * 1024 };

static struct network_answerer *of(struct answerer *self)
{
	return container_of(self, struct network_answerer, answerer);
}

/* --- ends --- */

static void end(struct asking *q, const struct err *failure)
{
	struct answer *a = q->answer;
	struct network_answerer *n = q->n;
	struct err err = ERR_INIT;

	if (failure == NULL && q->is_cancelled)
		err_set(&err, ERR_CANCELLED, "stopped");
	else if (failure != NULL)
		err = *failure;
	n->figures.n_requests += q->fetch.n_requests;
	n->figures.wire_bytes += q->fetch.wire_bytes;
	if (q->fetch.not_before_s > n->figures.not_before_s)
		n->figures.not_before_s = q->fetch.not_before_s;
	if (err.code != ERR_OK)
		answer_clear(a);
	if (a->state == q) /* nothing was noted */
		a->state = NULL;
	fetch_clear(&q->fetch);
	arena_clear(&q->arena);
	mem_free(q);
	a->done(a, err.code != ERR_OK ? &err : NULL); /* a may be gone after this line */
}

static char *text_of(struct slice s)
{
	return s.p != NULL ? mem_strndup(s.p, s.n) : NULL;
}

static struct noted *note(struct network_answerer *n, struct answer *a)
{
	struct noted *noted = mem_new(struct noted);

	noted->n = n;
	arena_init(&noted->arena, TEXTS_BYTES);
	noted->row = (struct response_row){
		.sid = n->sid,
		.run = n->run,
		.kind = (int)a->kind,
		.url = arena_dup(&noted->arena, slice_of(a->url)),
		.status = a->status,
		.fetched_s = a->fetched_s,
	};
	list_push_back(&n->noted, &noted->node);
	a->state = noted;
	return noted;
}

static void free_noted(struct noted *noted)
{
	list_remove(&noted->node);
	arena_clear(&noted->arena);
	mem_free(noted);
}

/* --- LOAD: the kept body stands in --- */

static void start_fetch(struct asking *q);

static void on_loaded(struct kept_load *load, const struct err *failure)
{
	struct asking *q = container_of(load, struct asking, load);
	struct answer *a = q->answer;
	struct noted *noted;

	if (failure != NULL && failure->code == ERR_NOTFOUND && !q->is_cancelled) {
		q->is_kept_found = false;
		q->n->figures.n_not_modified--;
		start_fetch(q);
		return;
	}
	if (failure != NULL) {
		end(q, failure);
		return;
	}
	a->status = q->row.status;
	a->final_url = text_of(q->row.final_url);
	a->content_type = text_of(q->row.content_type);
	a->link = text_of(q->row.link);
	a->fetched_s = q->row.fetched_s;
	a->is_kept = true;
	a->body = load->body;
	a->end = BODY_OK;
	noted = note(q->n, a);
	noted->is_touch = true;
	/* A 304 says that it is so today; an answer that was not asked for says nothing new. */
	noted->row.checked_s = q->fetch.status == 304 ? q->fetch.fetched_s : q->row.checked_s;
	end(q, NULL);
}

static void start_load(struct asking *q)
{
	q->step = ASK_LOAD;
	q->n->figures.n_not_modified++;
	kept_load_start(&q->load, &q->n->kept, q->row.body_hash, on_loaded);
}

/* --- FETCH --- */

static bool is_worth_keeping(const struct fetch *f)
{
	return f->end == BODY_OK &&
	       (f->status == 200 || f->status == 204 || f->status == 404 || f->status == 410);
}

static void note_fetched(struct asking *q)
{
	const struct fetch *f = &q->fetch;
	struct noted *noted = note(q->n, q->answer);
	struct arena *arena = &noted->arena;

	noted->row.checked_s = f->fetched_s;
	noted->row.final_url = arena_dup(arena, slice_of(f->final_url));
	noted->row.content_type = arena_dup(arena, slice_of(f->content_type));
	noted->row.link = arena_dup(arena, slice_of(f->link));
	if (f->status != 200)
		return;
	noted->row.etag = arena_dup(arena, slice_of(f->response_etag));
	noted->row.last_modified = arena_dup(arena, slice_of(f->response_last_modified));
}

static void on_fetched(struct fetch *f, const struct err *failure)
{
	struct asking *q = container_of(f, struct asking, fetch);
	struct answer *a = q->answer;
	struct err err = ERR_INIT;

	if (failure != NULL || q->is_cancelled) {
		end(q, failure);
		return;
	}
	if (f->status == 304 && q->is_kept_found) {
		start_load(q);
		return;
	}
	if (f->status == 304) {
		err_set(&err, ERR_REMOTE, "status 304, although nothing was asked to compare");
		end(q, &err);
		return;
	}
	a->status = f->status;
	a->fetched_s = f->fetched_s;
	a->body = f->body;
	f->body = NULL;
	a->end = f->end;
	a->why = f->why;
	if (is_worth_keeping(f))
		note_fetched(q);
	a->final_url = mem_strdup(f->final_url);
	a->content_type = mem_strdup(f->content_type);
	a->link = mem_strdup(f->link);
	end(q, NULL);
}

static void start_fetch(struct asking *q)
{
	struct network_answerer *n = q->n;
	uint64_t wire_bytes = q->fetch.wire_bytes;
	unsigned n_requests = q->fetch.n_requests;

	q->step = ASK_FETCH;
	fetch_clear(&q->fetch);
	q->fetch = (struct fetch){
		.source = n->source,
		.url = q->answer->url,
		.accept = q->answer->accept,
		.wire_bytes = wire_bytes,
		.n_requests = n_requests,
	};
	if (q->is_kept_found) {
		q->fetch.etag = q->row.etag.p;
		q->fetch.last_modified = q->row.last_modified.p;
	}
	fetch_start(&q->fetch, n->fetcher, on_fetched);
}

/* --- FIND --- */

static void take_row(struct asking *q, const struct response_row *row)
{
	q->row = *row;
	q->row.url = SLICE_NONE;
	q->row.final_url = arena_dup(&q->arena, row->final_url);
	q->row.content_type = arena_dup(&q->arena, row->content_type);
	q->row.link = arena_dup(&q->arena, row->link);
	q->row.etag = arena_dup(&q->arena, row->etag);
	q->row.last_modified = arena_dup(&q->arena, row->last_modified);
	q->is_kept_found = !q->arena.has_failed;
}

static bool is_young_enough(const struct asking *q)
{
	int64_t age_s = clock_now_s() - q->row.checked_s;

	return q->is_kept_found && q->answer->kind == REQUEST_DETAIL &&
	       q->row.kind == REQUEST_DETAIL && age_s >= 0 &&
	       age_s < (int64_t)q->n->source->details_every_s;
}

static void on_found(struct store_response_find *find, const struct err *failure)
{
	struct asking *q = container_of(find, struct asking, find);

	if (q->is_cancelled || (failure != NULL && failure->code == ERR_CANCELLED)) {
		end(q, failure);
		return;
	}
	if (failure != NULL) /* it costs a request */
		log_debug(LOG_HARVEST, "source=%s: kept responses: %s", q->n->source->source.id.p,
			  failure->msg);
	else if (find->is_found)
		take_row(q, &find->row);
	if (is_young_enough(q))
		start_load(q);
	else
		start_fetch(q);
}

static void start(struct answerer *self, struct answer *a)
{
	struct asking *q = mem_new(struct asking);

	q->n = of(self);
	q->answer = a;
	a->state = q;
	arena_init(&q->arena, TEXTS_BYTES);
	q->step = ASK_FIND;
	q->find.sid = q->n->sid;
	q->find.url = slice_of(a->url);
	store_response_find_start(&q->find, q->n->kept.store, on_found);
}

static void cancel(struct answerer *self, struct answer *a)
{
	struct asking *q = a->state;

	(void)self;
	if (q->is_cancelled)
		return;
	q->is_cancelled = true;
	if (q->step == ASK_FETCH)
		fetch_cancel(&q->fetch);
	else if (q->step == ASK_LOAD)
		kept_load_cancel(&q->load);
}

/* --- keeping --- */

static void end_keeping(struct noted *noted, const struct err *failure)
{
	struct network_answerer *n = noted->n;

	if (failure != NULL && failure->code != ERR_CANCELLED) {
		log_line(n->has_warned ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, LOG_HARVEST,
			 "source=%s run=%lld url=%.*s: the response is not kept: %s",
			 n->source->source.id.p, (long long)n->run, SLICE_ARG(noted->row.url),
			 failure->msg);
		n->has_warned = true;
	}
	free_noted(noted);
	n->n_keeping--;
	if (n->on_kept != NULL)
		n->on_kept(n); /* n may be gone after this line */
}

static void on_put(struct kept_put *put, const struct err *failure)
{
	end_keeping(container_of(put, struct noted, put), failure);
}

static void on_touched(struct store_response_touch *touch, const struct err *failure)
{
	end_keeping(container_of(touch, struct noted, touch), failure);
}

void network_answerer_keep(struct network_answerer *n, struct answer *a)
{
	struct noted *noted = a->state;

	assert_on_loop();
	if (noted == NULL)
		return;
	a->state = NULL;
	list_remove(&noted->node);
	if (noted->arena.has_failed || a->body == NULL) {
		free_noted(noted);
		return;
	}
	n->n_keeping++;
	noted->row.seq = n->next_seq++;
	if (noted->is_touch) {
		noted->touch.row = noted->row;
		store_response_touch_start(&noted->touch, n->kept.store, on_touched);
		return;
	}
	kept_put_start(&noted->put, n->kept.store, &noted->row, a->body, on_put);
	a->body = NULL;
}

unsigned network_answerer_keeping(const struct network_answerer *n)
{
	return n->n_keeping;
}

void network_answerer_on_kept(struct network_answerer *n,
			      void (*on_kept)(struct network_answerer *))
{
	n->on_kept = on_kept;
}

void network_answerer_init(struct network_answerer *n, const struct kept_options *kept,
			   struct fetcher *fetcher, const struct config_source *source, int64_t sid,
			   int64_t run)
{
	*n = (struct network_answerer){
		.answerer = { .start = start, .cancel = cancel },
		.kept = *kept,
		.fetcher = fetcher,
		.source = source,
		.sid = sid,
		.run = run,
	};
	list_init(&n->noted);
}

void network_answerer_clear(struct network_answerer *n)
{
	if (n->answerer.start == NULL)
		return;
	require(n->n_keeping == 0);
	while (!list_is_empty(&n->noted))
		free_noted(container_of(n->noted.next, struct noted, node));
	*n = (struct network_answerer){ .sid = 0 };
}
