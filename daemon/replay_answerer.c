// SPDX-License-Identifier: EUPL-1.2
/*
 * The kept responses as a partner.
 */
#include "daemon/replay_answerer.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>

/* One request on its way. */
struct asking {
	struct answer *answer;
	const struct response_row *row; /* NULL: not kept */
	struct kept_load load;
	struct deferred deferred;
};

static void end(struct asking *q, const struct err *failure)
{
	struct answer *a = q->answer;
	struct err err = ERR_INIT;

	if (failure != NULL)
		err = *failure;
	mem_free(q);
	a->state = NULL;
	a->done(a, err.code != ERR_OK ? &err : NULL); /* a may be gone after this line */
}

static char *text_of(struct slice s)
{
	return s.p != NULL ? mem_strndup(s.p, s.n) : NULL;
}

static void on_loaded(struct kept_load *load, const struct err *failure)
{
	struct asking *q = container_of(load, struct asking, load);
	struct answer *a = q->answer;

	if (failure == NULL) {
		a->status = q->row->status;
		a->final_url = text_of(q->row->final_url);
		a->content_type = text_of(q->row->content_type);
		a->link = text_of(q->row->link);
		a->fetched_s = q->row->fetched_s;
		a->is_kept = true;
		a->body = load->body;
		a->end = BODY_OK;
	}
	end(q, failure);
}

static void on_not_kept(struct deferred *d)
{
	struct asking *q = container_of(d, struct asking, deferred);
	struct err err = ERR_INIT;

	err_set(&err, ERR_NOTFOUND, "not among the kept responses");
	end(q, &err);
}

static int compare_rows(const void *a, const void *b)
{
	return slice_cmp(((const struct response_row *)a)->url,
			 ((const struct response_row *)b)->url);
}

static void start(struct answerer *self, struct answer *a)
{
	struct replay_answerer *r = container_of(self, struct replay_answerer, answerer);
	struct response_row wanted = { .url = slice_of(a->url) };
	struct asking *q = mem_new(struct asking);

	q->answer = a;
	a->state = q;
	q->row = bsearch(&wanted, r->rows, r->n_kept, sizeof(wanted), compare_rows);
	if (q->row != NULL)
		kept_load_start(&q->load, &r->kept, q->row->body_hash, on_loaded);
	else
		loop_defer(r->kept.loop, &q->deferred, on_not_kept);
}

static void cancel(struct answerer *self, struct answer *a)
{
	struct asking *q = a->state;

	(void)self;
	if (q->row != NULL)
		kept_load_cancel(&q->load);
}

static void copy_row(struct replay_answerer *r, const struct response_row *from)
{
	struct response_row *to = &r->rows[r->n_kept++];

	*to = *from;
	to->url = arena_dup(&r->arena, from->url);
	to->final_url = arena_dup(&r->arena, from->final_url);
	to->content_type = arena_dup(&r->arena, from->content_type);
	to->link = arena_dup(&r->arena, from->link);
	to->etag = to->last_modified = SLICE_NONE;
}

/* The first page of the last complete run tells on which day it was asked for. */
static int64_t day_of(const struct store_replay_list *list)
{
	const struct response_row *first = NULL;

	for (size_t i = 0; i < list->responses.n; i++) {
		const struct response_row *row = &list->responses.items[i];

		if (row->kind == REQUEST_LIST && row->run >= list->last_complete_run &&
		    (first == NULL || row->seq < first->seq))
			first = row;
	}
	return first != NULL ? first->checked_s : list->responses.items[0].checked_s;
}

enum err_code replay_answerer_init(struct replay_answerer *r, const struct kept_options *kept,
				   const struct store_replay_list *list, struct err *err)
{
	if (list->responses.n == 0)
		return err_set(err, ERR_NOTFOUND, "%s: no responses are kept", list->source_id);
	*r = (struct replay_answerer){
		.answerer = { .start = start, .cancel = cancel },
		.kept = *kept,
	};
	arena_init(&r->arena, LIMIT_REPLAY_LIST_BYTES);
	r->rows = arena_new_n(&r->arena, struct response_row, list->responses.n);
	for (size_t i = 0; i < list->responses.n && r->rows != NULL; i++)
		copy_row(r, &list->responses.items[i]);
	if (r->rows == NULL || r->arena.has_failed) {
		replay_answerer_clear(r);
		return err_set(err, ERR_LIMIT, "%s: too many kept responses", list->source_id);
	}
	r->as_of_s = day_of(list);
	qsort(r->rows, r->n_kept, sizeof(*r->rows), compare_rows);
	return ERR_OK;
}

void replay_answerer_clear(struct replay_answerer *r)
{
	if (r->answerer.start == NULL)
		return;
	arena_clear(&r->arena);
	*r = (struct replay_answerer){ .n_kept = 0 };
}
