// SPDX-License-Identifier: EUPL-1.2
/*
 * Answers from files: each is read piece by piece on the pool into a spool,
 * as a body from the network would come.
 */
#include "daemon/file_answerer.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* One answer on its way. */
struct file_read {
	struct pool_job job;
	struct deferred deferred;
	struct file_answerer *from;
	struct answer *a;
	const char *path; /* NULL: there is no file for it */
	int fd; /* -1: not open */
	bool is_end;
	bool is_cancelled;
	struct buf piece;
	struct err err;
};

static void read_on(struct file_read *r);

static const char *content_type_of(const char *path)
{
	static const struct {
		const char *ending;
		const char *type;
	} types[] = {
		{ ".json", "application/json" },         { ".jsonld", "application/ld+json" },
		{ ".xml", "application/xml" },           { ".csv", "text/csv" },
		{ ".tsv", "text/tab-separated-values" }, { ".html", "text/html" },
		{ ".rdf", "application/rdf+xml" },       { ".ttl", "text/turtle" },
	};
	struct slice p = slice_of(path);

	for (size_t i = 0; i < countof(types); i++) {
		size_t n = strlen(types[i].ending);

		if (p.n > n && slice_eq_nocase(slice_from(p, p.n - n), slice_of(types[i].ending)))
			return types[i].type;
	}
	return NULL;
}

/* --- on the pool --- */

static enum err_code open_file(struct file_read *r)
{
	if (strcmp(r->path, "-") == 0)
		r->fd = dup(STDIN_FILENO);
	else
		r->fd = open(r->path, O_RDONLY | O_CLOEXEC);
	return r->fd >= 0 ? ERR_OK : err_from_errno(&r->err, errno, r->path);
}

static void read_in_pool(struct pool_job *job)
{
	struct file_read *r = container_of(job, struct file_read, job);
	char *room;
	ssize_t n;

	if (r->fd < 0 && open_file(r) != ERR_OK)
		return;
	buf_reset(&r->piece);
	room = buf_room(&r->piece, LIMIT_SPOOL_PIECE_BYTES);
	do {
		n = read(r->fd, room, LIMIT_SPOOL_PIECE_BYTES);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		err_from_errno(&r->err, errno, r->path);
	else
		buf_added(&r->piece, (size_t)n);
	r->is_end = n == 0;
}

/* --- on the loop --- */

/* The end of r; the answer goes back. */
static void give_back(struct file_read *r)
{
	struct answer *a = r->a;
	struct err failure = r->err;

	if (r->fd >= 0)
		close(r->fd);
	buf_clear(&r->piece);
	mem_free(r);
	a->state = NULL;
	a->done(a, failure.code != ERR_OK ? &failure : NULL);
}

static void on_finished(void *data, const struct err *failure)
{
	struct file_read *r = data;

	if (failure != NULL)
		r->err = *failure;
	give_back(r);
}

static void on_drained(void *data)
{
	read_on(data);
}

static void on_read(struct pool_job *job)
{
	struct file_read *r = container_of(job, struct file_read, job);
	struct answer *a = r->a;

	if (r->is_cancelled || !job->has_run)
		err_set(&r->err, ERR_CANCELLED, "%s: stopped", r->path);
	if (r->err.code != ERR_OK) {
		give_back(r);
		return;
	}
	if (spool_bytes(a->body) + r->piece.len > r->from->max_body_bytes) {
		a->end = BODY_TOO_BIG;
		err_set(&a->why, ERR_LIMIT, "%s: more than %llu bytes", r->path,
			(unsigned long long)r->from->max_body_bytes);
		r->is_end = true;
	}
	if (r->is_end)
		spool_finish(a->body, on_finished, r);
	else if (spool_append(a->body, buf_view(&r->piece), on_drained, r))
		read_on(r);
}

static void read_on(struct file_read *r)
{
	pool_start(r->from->files, &r->job, read_in_pool, on_read);
}

static void on_begin(struct deferred *d)
{
	struct file_read *r = container_of(d, struct file_read, deferred);
	struct answer *a = r->a;

	if (r->is_cancelled) {
		err_set(&r->err, ERR_CANCELLED, "stopped");
	} else if (r->path == NULL) {
		err_set(&r->err, ERR_NOTFOUND, "not part of the file");
	}
	if (r->err.code != ERR_OK) {
		give_back(r);
		return;
	}
	a->status = 200;
	a->fetched_s = r->from->now_s;
	a->content_type = mem_strdup(content_type_of(r->path));
	a->body = spool_new(r->from->loop, r->from->files, r->from->spool_dir);
	buf_init(&r->piece, LIMIT_SPOOL_PIECE_BYTES);
	read_on(r);
}

static void start(struct answerer *self, struct answer *a)
{
	struct file_answerer *f = container_of(self, struct file_answerer, answerer);
	struct file_read *r = mem_new(struct file_read);

	assert_on_loop();
	r->from = f;
	r->a = a;
	r->fd = -1;
	if (a->kind == REQUEST_LIST && f->n_given < f->n_paths)
		r->path = f->paths[f->n_given++];
	a->state = r;
	loop_defer(f->loop, &r->deferred, on_begin);
}

static void cancel(struct answerer *self, struct answer *a)
{
	struct file_read *r = a->state;

	(void)self;
	assert_on_loop();
	if (r != NULL)
		r->is_cancelled = true;
}

void file_answerer_init(struct file_answerer *f, struct loop *loop, struct pool_queue *files,
			const char *spool_dir, const char *const *paths, size_t n_paths,
			uint64_t max_body_bytes, int64_t now_s)
{
	*f = (struct file_answerer){
		.answerer = { .start = start, .cancel = cancel },
		.loop = loop,
		.files = files,
		.spool_dir = spool_dir,
		.paths = paths,
		.n_paths = n_paths,
		.max_body_bytes = max_body_bytes,
		.now_s = now_s,
	};
}
