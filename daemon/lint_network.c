// SPDX-License-Identifier: EUPL-1.2
/*
 * An answerer that asks the partner and nobody else.
 */
#include "daemon/lint_network.h"

#include "base/mem.h"
#include "daemon/fetch.h"

#include <stdlib.h>

struct plain {
	struct answerer answerer;
	struct fetcher *fetcher;
	const struct config_source *source;
	void (*on_closed)(void *data);
	void *data;
};

struct asking {
	struct answer *answer;
	struct fetch fetch;
};

static void on_fetched(struct fetch *f, const struct err *failure)
{
	struct asking *q = container_of(f, struct asking, fetch);
	struct answer *a = q->answer;
	struct err err = ERR_INIT;

	if (failure != NULL) {
		err = *failure;
	} else {
		a->status = f->status;
		a->final_url = mem_strdup(f->final_url);
		a->content_type = mem_strdup(f->content_type);
		a->link = mem_strdup(f->link);
		a->fetched_s = f->fetched_s;
		a->body = f->body;
		f->body = NULL;
		a->end = f->end;
		a->why = f->why;
	}
	fetch_clear(f);
	mem_free(q);
	a->state = NULL;
	a->done(a, err.code != ERR_OK ? &err : NULL);
}

static void start(struct answerer *self, struct answer *a)
{
	struct plain *p = container_of(self, struct plain, answerer);
	struct asking *q = mem_new(struct asking);

	q->answer = a;
	a->state = q;
	q->fetch.source = p->source;
	q->fetch.url = a->url;
	q->fetch.accept = a->accept;
	fetch_start(&q->fetch, p->fetcher, on_fetched);
}

static void cancel(struct answerer *self, struct answer *a)
{
	struct asking *q = a->state;

	(void)self;
	fetch_cancel(&q->fetch);
}

static enum err_code open_network(struct answerer **out, struct loop *loop,
				  struct pool_queue *files, const struct config_source *source,
				  struct err *err)
{
	const char *temporary = getenv("TMPDIR");
	struct fetcher_options options = {
		.user_agent = "microcat/" MICROCAT_VERSION " lint",
		.contact = "",
		.spool_dir = temporary != NULL && temporary[0] != 0 ? temporary : "/tmp",
		.files = files,
	};
	struct plain *p = mem_new(struct plain);
	enum err_code rc = fetcher_open(&p->fetcher, loop, &options, err);

	if (rc != ERR_OK) {
		mem_free(p);
		return rc;
	}
	p->answerer = (struct answerer){ .start = start, .cancel = cancel };
	p->source = source;
	*out = &p->answerer;
	return ERR_OK;
}

static void on_fetcher_closed(void *data)
{
	struct plain *p = data;
	void (*on_closed)(void *) = p->on_closed;
	void *closed_data = p->data;

	mem_free(p);
	on_closed(closed_data);
}

static void close_network(struct answerer *answerer, void (*on_closed)(void *data), void *data)
{
	struct plain *p = container_of(answerer, struct plain, answerer);

	p->on_closed = on_closed;
	p->data = data;
	fetcher_close(p->fetcher, on_fetcher_closed, p);
}

const struct lint_network *lint_network(void)
{
	static const struct lint_network network = { .open = open_network, .close = close_network };

	return &network;
}
