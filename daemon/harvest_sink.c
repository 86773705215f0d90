// SPDX-License-Identifier: EUPL-1.2
/*
 * Batches from the pull into the store, in the order in which they came.
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
	list_each (node, &q->pages) {
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

static bool has_tag(const struct sink_batch *b, uint32_t tag)
{
	/* Frames of one page come together, mostly: the last one first. */
	for (size_t i = b->n_tags; i > 0; i--)
		if (b->tags[i - 1].tag == tag)
			return true;
	return false;
}

static void add_tag(struct sink_batch *b, uint32_t tag)
{
	struct page *page = has_tag(b, tag) ? NULL : find_page(b->queue, tag);
	struct tag_page *entry;

	if (page == NULL)
		return;
	entry = arena_push(&b->arena, (void **)&b->tags, &b->n_tags, &b->cap_tags, sizeof(*entry));
	if (entry != NULL)
		*entry = (struct tag_page){ tag, arena_dup(&b->arena, buf_view(&page->url)) };
}

/* Looks at headers only. After its PAGE, a tag is not used any more. */
static void note_tags(struct sink_batch *b)
{
	struct slice rest = buf_view(&b->frames);
	bool is_whole = true;
	struct frame f;

	while (rest.n > 0 && frame_take(&f, &is_whole, &rest, NULL) == ERR_OK && is_whole) {
		struct page *page;

		add_tag(b, f.tag);
		page = f.type == FRAME_PAGE ? find_page(b->queue, f.tag) : NULL;
		if (page != NULL)
			free_page(page);
	}
}

static void convert_in_pool(struct pool_job *job)
{
	struct sink_batch *b = container_of(job, struct sink_batch, job);

	b->rc = frames_to_items(&b->items, &b->arena, buf_view(&b->frames), b->tags, b->n_tags,
				&b->err);
	if (b->rc == ERR_OK)
		apply_read_ahead(b->items.items, b->items.n, &b->readings);
}

/* The memory of its frames takes a later batch. */
static void empty_batch(struct sink_batch *b)
{
	b->state = SINK_EMPTY;
	b->items = (struct frame_items){ .n = 0 };
	b->tags = NULL;
	b->n_tags = b->cap_tags = 0;
	arena_clear(&b->arena);
	arena_clear(&b->readings);
	buf_reset(&b->frames);
}

/* Kept responses are written beside; too many of them make the worker wait, too. */
static void take_more(struct harvest_sink_queue *q)
{
	while (q->n_owed > 0) {
		if (q->network != NULL && network_answerer_keeping(q->network) > LIMIT_KEEPING)
			return;
		q->n_owed--;
		pull_sink_taken(q->pull);
	}
}

void harvest_sink_kept(struct harvest_sink_queue *q)
{
	take_more(q);
}

static void apply_next(struct harvest_sink_queue *q);

/* The first one was stored, or refused: the next one's turn. */
static void end_batch(struct harvest_sink_queue *q)
{
	empty_batch(&q->in_hand[q->first]);
	q->first = (q->first + 1) % SINK_BATCHES;
	q->n_in_hand--;
	q->n_owed++;
	apply_next(q);
	take_more(q);
}

static void refuse(struct sink_batch *b, const struct err *why)
{
	struct err err = *why;

	pull_refuse(b->queue->pull, &err);
	end_batch(b->queue);
}

static void on_applied(struct store_run_batch *write, const struct err *failure)
{
	struct sink_batch *b = container_of(write, struct sink_batch, write);
	struct harvest_sink_queue *q = b->queue;

	q->write_ms += write->write_ms;
	if (failure != NULL) {
		refuse(b, failure);
		return;
	}
	log_debug(LOG_HARVEST, "source=%s run=%lld: stored %zu items in %llu ms",
		  q->source->source.id.p, (long long)q->run->run, b->items.n,
		  (unsigned long long)write->write_ms);
	end_batch(q);
}

static void apply(struct sink_batch *b)
{
	b->state = SINK_APPLYING;
	b->write = (struct store_run_batch){
		.state = b->queue->run,
		.items = b->items.items,
		.n = b->items.n,
		.now_s = clock_now_s(),
	};
	store_run_batch_start(&b->write, b->queue->store, on_applied);
}

static void apply_next(struct harvest_sink_queue *q)
{
	struct sink_batch *b = &q->in_hand[q->first];

	if (b->state != SINK_READY)
		return;
	if (b->rc == ERR_OK)
		apply(b);
	else
		refuse(b, &b->err);
}

static void on_converted(struct pool_job *job)
{
	struct sink_batch *b = container_of(job, struct sink_batch, job);

	b->state = SINK_READY;
	if (!job->has_run)
		b->rc = err_set(&b->err, ERR_CANCELLED, "the daemon stops");
	apply_next(b->queue);
}

static void take(struct pull_sink *sink, struct pull *pull, struct buf *frames)
{
	struct harvest_sink_queue *q = container_of(sink, struct harvest_sink_queue, sink);
	struct sink_batch *b = &q->in_hand[(q->first + q->n_in_hand) % SINK_BATCHES];

	(void)pull;
	require(q->n_in_hand < SINK_BATCHES);
	q->n_in_hand++;
	b->state = SINK_CONVERTING;
	err_clear(&b->err);
	buf_swap(&b->frames, frames);
	note_tags(b);
	pool_start(q->batches, &b->job, convert_in_pool, on_converted);
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
		.sink = { .take = take, .answered = answered, .n_at_once = SINK_BATCHES },
		.store = store,
		.batches = batches,
		.run = run,
		.source = source,
		.network = network,
		.pull = pull,
	};
	for (unsigned i = 0; i < SINK_BATCHES; i++) {
		q->in_hand[i].queue = q;
		buf_init(&q->in_hand[i].frames, PULL_BATCH_MAX_BYTES);
		arena_init(&q->in_hand[i].arena, LIMIT_BATCH_ARENA_BYTES);
		arena_init(&q->in_hand[i].readings, LIMIT_READ_AHEAD_BYTES);
	}
	list_init(&q->pages);
}

void harvest_sink_clear(struct harvest_sink_queue *q)
{
	if (q->sink.take == NULL)
		return;
	require(q->n_in_hand == 0);
	while (!list_is_empty(&q->pages))
		free_page(container_of(q->pages.next, struct page, node));
	for (unsigned i = 0; i < SINK_BATCHES; i++)
		buf_clear(&q->in_hand[i].frames);
	*q = (struct harvest_sink_queue){ .pull = NULL };
}
