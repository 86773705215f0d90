// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner's script: the table of routes, the record of requests,
 * and what tests call while the server runs.
 *
 * What others than the server's thread may touch (routes, records, counts) lies
 * behind one mutex; its condition is signalled whenever a count changes, so
 * that waiting needs no sleep.
 */
#include "partner.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "partner_internal.h"

void partner_wake(struct partner *p)
{
	const uint64_t one = 1;

	if (write(p->wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		abort();
}

static struct route *route_find(struct partner *p, const char *pattern)
{
	for (struct route *r = p->routes; r != NULL; r = r->next) {
		if (!r->is_retired && strcmp(r->pattern, pattern) == 0)
			return r;
	}
	return NULL;
}

void route_free(struct route *r)
{
	for (size_t i = 0; i < r->n_answers; i++)
		partner_answer_clear(&r->answers[i]);
	free(r->answers);
	free(r->pattern);
	free(r);
}

/* Puts a new route where the one with its pattern was, or at the end. */
static void route_set(struct partner *p, struct route *fresh)
{
	struct route **at = &p->routes;
	struct route *old;

	pthread_mutex_lock(&p->lock);
	old = route_find(p, fresh->pattern);
	while (*at != old && *at != NULL)
		at = &(*at)->next;
	if (old != NULL)
		old->is_retired = true;
	fresh->next = *at;
	*at = fresh;
	pthread_mutex_unlock(&p->lock);
}

static bool is_target(const char *pattern, const struct partner_request *request)
{
	return strcmp(pattern, strchr(pattern, '?') != NULL ? request->target : request->path) == 0;
}

static bool route_matches(const struct route *r, const struct partner_request *request)
{
	if (r->is_retired)
		return false;
	if (r->fn != NULL)
		return strncmp(request->path, r->pattern, strlen(r->pattern)) == 0;
	return is_target(r->pattern, request);
}

static void record_add(struct partner *p, const struct partner_request *request)
{
	struct record *record;

	if (p->is_forgetful)
		return;
	record = partner_alloc(sizeof(*record));
	request_copy(&record->request, request);
	*p->last = record;
	p->last = &record->next;
	pthread_cond_broadcast(&p->changed);
}

void records_drop(struct partner *p)
{
	while (p->first != NULL) {
		struct record *record = p->first;

		p->first = record->next;
		partner_request_clear(&record->request);
		free(record);
	}
	p->last = &p->first;
}

struct route *request_note(struct partner *p, struct partner_request *request,
			   struct partner_answer *answer)
{
	struct route *r;

	pthread_mutex_lock(&p->lock);
	request->number = ++p->n_requests;
	record_add(p, request);
	for (r = p->routes; r != NULL && !route_matches(r, request);)
		r = r->next;
	if (r != NULL && r->fn == NULL) {
		answer_copy(answer, &r->answers[r->at]);
		if (r->at + 1 < r->n_answers)
			r->at++;
	}
	pthread_mutex_unlock(&p->lock);
	return r;
}

bool route_is_released(struct partner *p, const struct route *r)
{
	bool is_released;

	pthread_mutex_lock(&p->lock);
	is_released = r != NULL && r->is_released;
	pthread_mutex_unlock(&p->lock);
	return is_released;
}

/* ---- what tests call ---- */

void partner_route_sequence(struct partner *p, const char *pattern,
			    const struct partner_answer *answers, size_t n)
{
	struct route *r = partner_alloc(sizeof(*r));

	if (n == 0)
		abort();
	r->pattern = partner_copy(pattern, strlen(pattern));
	r->answers = partner_alloc(n * sizeof(*r->answers));
	r->n_answers = n;
	for (size_t i = 0; i < n; i++)
		answer_copy(&r->answers[i], &answers[i]);
	route_set(p, r);
}

void partner_route(struct partner *p, const char *pattern, const struct partner_answer *answer)
{
	partner_route_sequence(p, pattern, answer, 1);
}

void partner_route_fn(struct partner *p, const char *path_prefix, partner_answer_fn fn, void *arg)
{
	struct route *r = partner_alloc(sizeof(*r));

	r->pattern = partner_copy(path_prefix, strlen(path_prefix));
	r->fn = fn;
	r->arg = arg;
	route_set(p, r);
}

void partner_unroute(struct partner *p, const char *pattern)
{
	struct route *r;

	pthread_mutex_lock(&p->lock);
	r = route_find(p, pattern);
	if (r != NULL)
		r->is_retired = true;
	pthread_mutex_unlock(&p->lock);
}

void partner_release(struct partner *p, const char *pattern)
{
	pthread_mutex_lock(&p->lock);
	for (struct route *r = p->routes; r != NULL; r = r->next) {
		if (pattern == NULL || strcmp(r->pattern, pattern) == 0)
			r->is_released = true;
	}
	pthread_mutex_unlock(&p->lock);
	partner_wake(p);
}

static size_t count_locked(struct partner *p, const char *path)
{
	size_t n = 0;

	for (const struct record *r = p->first; r != NULL; r = r->next) {
		if (path == NULL || is_target(path, &r->request))
			n++;
	}
	return n;
}

size_t partner_count(struct partner *p, const char *path)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = count_locked(p, path);
	pthread_mutex_unlock(&p->lock);
	return n;
}

/* What a wait looks at; true ends it. Runs under the lock. */
struct wish {
	bool (*is_true)(struct partner *p, const struct wish *wish);
	const char *path;
	size_t n;
};

static bool wait_until(struct partner *p, const struct wish *wish, unsigned timeout_ms)
{
	struct timespec until;
	bool is_true;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(timeout_ms / 1000);
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&p->lock);
	while (!(is_true = wish->is_true(p, wish)) && rc == 0)
		rc = pthread_cond_timedwait(&p->changed, &p->lock, &until);
	pthread_mutex_unlock(&p->lock);
	return is_true;
}

static bool has_requests(struct partner *p, const struct wish *wish)
{
	return count_locked(p, wish->path) >= wish->n;
}

static bool has_stalled(struct partner *p, const struct wish *wish)
{
	return p->n_stalled >= wish->n;
}

static bool has_connections(struct partner *p, const struct wish *wish)
{
	return p->n_conns == wish->n;
}

bool partner_wait_count(struct partner *p, const char *path, size_t n, unsigned timeout_ms)
{
	return wait_until(p, &(struct wish){ has_requests, path, n }, timeout_ms);
}

bool partner_wait_stalled(struct partner *p, size_t n, unsigned timeout_ms)
{
	return wait_until(p, &(struct wish){ has_stalled, NULL, n }, timeout_ms);
}

bool partner_wait_connections(struct partner *p, size_t n, unsigned timeout_ms)
{
	return wait_until(p, &(struct wish){ has_connections, NULL, n }, timeout_ms);
}

uint64_t partner_accepted(struct partner *p)
{
	uint64_t n;

	pthread_mutex_lock(&p->lock);
	n = p->n_accepted;
	pthread_mutex_unlock(&p->lock);
	return n;
}

size_t partner_requests(struct partner *p, struct partner_request **out)
{
	size_t n;
	size_t i = 0;

	pthread_mutex_lock(&p->lock);
	n = count_locked(p, NULL);
	*out = partner_alloc(n * sizeof(**out));
	for (const struct record *r = p->first; r != NULL; r = r->next)
		request_copy(&(*out)[i++], &r->request);
	pthread_mutex_unlock(&p->lock);
	return n;
}

void partner_requests_free(struct partner_request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		partner_request_clear(&requests[i]);
	free(requests);
}

void partner_forget(struct partner *p)
{
	pthread_mutex_lock(&p->lock);
	records_drop(p);
	pthread_mutex_unlock(&p->lock);
}
