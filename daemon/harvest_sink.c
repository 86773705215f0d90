// SPDX-License-Identifier: EUPL-1.2
/*
 * One batch after the other from the pull into the store.
 */
#include "daemon/harvest_sink.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/fetch_request.h"

/* The page a tag was asked for; in place until its PAGE is stored. */
struct page {
	struct list_node node;
	uint32_t tag;
	struct buf url; /* as it may be shown */
};

static void free_page(struct page *page)
{
	list_remove(&page->node);
	buf_clear(&page->url);
	mem_free(page);
}

static struct page *find_page(struct harvest_sink_queue *q, uint32_t tag)
{
	list_each(node, &q->pages)
	{
		struct page *page = container_of(node, struct page, node);

		if (page->tag == tag)
			return page;
	}
	return NULL;
}

void harvest_sink_asked(struct harvest_sink_queue *q, uint32_t tag, const char *url)
{
	struct page *page = mem_new(struct page);

	page->tag = tag;
	buf_init(&page->url, 2 * LIMIT_URL_BYTES);
	fetch_public_url(&page->url, q->source, slice_of(url));
	list_push_back(&q->pages, &page->node);
}

/* --- the batch --- */

static bool has_tag(const struct harvest_sink_queue *q, uint32_t tag)
{
	/* Frames of one page come together, mostly: the last one first. */
	for (size_t i = q->n_tags; i > 0; i--)
		if (q->tags[i - 1].tag == tag)
			return true;
	return false;
}

static void add_tag(struct harvest_sink_queue *q, uint32_t tag)
{
	struct page *page = has_tag(q, tag) ? NULL : find_page(q, tag);
	struct tag_page *entry;

	if (page == NULL)
		return;
	entry = arena_push(&q->arena, (void **)&q->tags, &q->n_tags, &q->cap_tags, sizeof(*entry));
	if (entry != NULL)
		*entry = (struct tag_page){ tag, arena_dup(&q->arena, buf_view(&page->url)) };
}

/* Looks at headers only. After its PAGE, a tag is not used any more. */
static void note_tags(struct harvest_sink_queue *q)
{
	struct slice rest = buf_view(&q->frames);
	bool is_whole = true;
	struct frame f;

	while (rest.n > 0 && frame_take(&f, &is_whole, &rest, NULL) == ERR_OK && is_whole) {
		struct page *page;

		add_tag(q, f.tag);
		page = f.type == FRAME_PAGE ? find_page(q, f.tag) : NULL;
		if (page != NULL)
			free_page(page);
	}
}

static void convert_in_pool(struct pool_job *job)
{
	struct harvest_sink_queue *q = container_of(job, struct harvest_sink_queue, job);

	q->rc = frames_to_items(&q->items, &q->arena, buf_view(&q->frames), q->tags, q->n_tags,
				&q->err);
}

static void drop_batch(struct harvest_sink_queue *q)
{
	q->items = (struct frame_items){ .n = 0 };
	q->tags = NULL;
	q->n_tags = q->cap_tags = 0;
	arena_clear(&q->arena);
	buf_reset(&q->frames); /* its memory takes the next batch but one */
}

/* Kept responses are written beside; too many of them make the worker wait, too. */
static void take_more(struct harvest_sink_queue *q)
{
	if (q->network != NULL && network_answerer_keeping(q->network) > LIMIT_KEEPING) {
		q->must_wait = true;
		return;
	}
	q->must_wait = false;
	q->is_busy = false;
	pull_sink_taken(q->pull);
}

void harvest_sink_kept(struct harvest_sink_queue *q)
{
	if (q->must_wait)
		take_more(q);
}

static void refuse(struct harvest_sink_queue *q, const struct err *why)
{
	struct err err = *why;

	drop_batch(q);
	pull_refuse(q->pull, &err);
	q->is_busy = false;
	pull_sink_taken(q->pull);
}

static void apply(struct harvest_sink_queue *q);

static void on_applied(struct store_run_batch *batch, const struct err *failure)
{
	struct harvest_sink_queue *q = container_of(batch, struct harvest_sink_queue, batch);

	q->write_ms += batch->write_ms;
	if (failure != NULL && failure->code == ERR_BUSY && ++q->n_tries < LIMIT_BATCH_TRIES) {
		apply(q);
		return;
	}
	if (failure != NULL) {
		refuse(q, failure);
		return;
	}
	log_debug(LOG_HARVEST, "source=%s run=%lld: stored %zu items in %llu ms",
		  q->source->source.id.p, (long long)q->run->run, q->items.n,
		  (unsigned long long)batch->write_ms);
	drop_batch(q);
	take_more(q);
}

static void apply(struct harvest_sink_queue *q)
{
	q->batch = (struct store_run_batch){
		.state = q->run,
		.items = q->items.items,
		.n = q->items.n,
		.now_s = clock_now_s(),
	};
	store_run_batch_start(&q->batch, q->store, on_applied);
}

static void on_converted(struct pool_job *job)
{
	struct harvest_sink_queue *q = container_of(job, struct harvest_sink_queue, job);

	if (!job->has_run)
		q->rc = err_set(&q->err, ERR_CANCELLED, "the daemon stops");
	if (q->rc != ERR_OK) {
		refuse(q, &q->err);
		return;
	}
	q->n_tries = 0;
	apply(q);
}

static void take(struct pull_sink *sink, struct pull *pull, struct buf *frames)
{
	struct harvest_sink_queue *q = container_of(sink, struct harvest_sink_queue, sink);

	(void)pull;
	require(!q->is_busy);
	q->is_busy = true;
	err_clear(&q->err);
	buf_swap(&q->frames, frames);
	arena_init(&q->arena, LIMIT_BATCH_ARENA_BYTES);
	note_tags(q);
	pool_start(q->batches, &q->job, convert_in_pool, on_converted);
}

static void answered(struct pull_sink *sink, struct pull *pull, struct answer *a)
{
	struct harvest_sink_queue *q = container_of(sink, struct harvest_sink_queue, sink);

	(void)pull;
	if (q->network != NULL)
		network_answerer_keep(q->network, a);
}

void harvest_sink_init(struct harvest_sink_queue *q, struct store *store,
		       struct pool_queue *batches, struct run_state *run,
		       const struct config_source *source, struct network_answerer *network,
		       struct pull *pull)
{
	*q = (struct harvest_sink_queue){
		.sink = { .take = take, .answered = answered },
		.store = store,
		.batches = batches,
		.run = run,
		.source = source,
		.network = network,
		.pull = pull,
	};
	buf_init(&q->frames, PULL_BATCH_MAX_BYTES);
	list_init(&q->pages);
}

void harvest_sink_clear(struct harvest_sink_queue *q)
{
	if (q->sink.take == NULL)
		return;
	require(!q->is_busy);
	while (!list_is_empty(&q->pages))
		free_page(container_of(q->pages.next, struct page, node));
	drop_batch(q);
	buf_clear(&q->frames);
	*q = (struct harvest_sink_queue){ .pull = NULL };
}
