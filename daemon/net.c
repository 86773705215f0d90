// SPDX-License-Identifier: EUPL-1.2
/*
 * libcurl's multi handle on the loop. It tells which sockets it waits for and
 * for how long (on_socket, on_timeout); we tell it what happened, and collect
 * what is finished after every action. Nothing here calls into libcurl from
 * one of its callbacks.
 *
 *     uv poll, uv timer ──► curl_multi_socket_action() ──► collect() ──► transfer's done
 */
#include "daemon/net.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"

#include <curl/curl.h>

struct net {
	struct loop *loop;
	CURLM *multi; /* NULL: none yet, or the last was given up */
	struct loop_timer timer; /* libcurl's */
	struct loop_timer sweep; /* looks for transfers that are idle */
	uint64_t sweep_due_ms;
	struct list_node transfers;
	struct list_node watches; /* some dozens at most: found by their number */
	unsigned n_open; /* poll handles and timers */
	bool is_closing;
	void (*on_closed)(void *data);
	void *data;
};

/* One of libcurl's sockets. */
struct watch {
	uv_poll_t poll;
	struct list_node node;
	struct net *net;
	curl_socket_t fd;
};

enum { SWEEP_MS = 250 };

static void on_handle_closed(struct net *net)
{
	void (*on_closed)(void *) = net->on_closed;
	void *data = net->data;

	if (--net->n_open > 0)
		return;
	mem_free(net);
	on_closed(data);
}

static void on_watch_closed(uv_handle_t *handle)
{
	struct watch *w = container_of(handle, struct watch, poll);
	struct net *net = w->net;

	mem_free(w);
	on_handle_closed(net);
}

static void unwatch(struct watch *w)
{
	list_remove(&w->node);
	uv_poll_stop(&w->poll);
	uv_close((uv_handle_t *)&w->poll, on_watch_closed);
}

static struct watch *find_watch(struct net *net, curl_socket_t fd)
{
	list_each (node, &net->watches) {
		struct watch *w = container_of(node, struct watch, node);

		if (w->fd == fd)
			return w;
	}
	return NULL;
}

static struct transfer *transfer_of(struct net *net, const CURL *easy)
{
	list_each (node, &net->transfers) {
		struct transfer *t = container_of(node, struct transfer, node);

		if (t->easy == easy)
			return t;
	}
	return NULL;
}

/* Hands finished transfers to their owners; those may start others, or close. */
static void collect(struct net *net)
{
	CURLMsg *message;
	int n_left;

	while ((message = curl_multi_info_read(net->multi, &n_left)) != NULL) {
		struct transfer *t = transfer_of(net, message->easy_handle);

		if (message->msg != CURLMSG_DONE || t == NULL)
			continue;
		/* The message is gone with the handle, which transfer_finished() removes. */
		transfer_finished(t, (int)message->data.result);
	}
}

/*
 * libcurl, out of memory, may have left any transfer without its socket, and
 * what it keeps of a socket half made: the next transfer over a socket of that
 * number divides by zero (7.88). So all transfers start anew, those of which
 * nothing came are tried again, and what libcurl kept goes; the next transfer
 * makes another.
 */
static void give_up_all(struct net *net, curl_socket_t fd, const char *why)
{
	CURLM *multi = net->multi;

	log_warning(LOG_FETCH, "socket=%d: libcurl: %s; all transfers under way start anew",
		    (int)fd, why);
	list_each (node, &net->transfers)
		transfer_give_up(container_of(node, struct transfer, node), why);
	net->multi = NULL;
	curl_multi_cleanup(multi);
	list_each (node, &net->watches)
		unwatch(container_of(node, struct watch, node));
	loop_timer_stop(&net->timer);
}

static void act(struct net *net, curl_socket_t fd, int flags)
{
	int n_running;
	CURLMcode code = curl_multi_socket_action(net->multi, fd, flags, &n_running);

	collect(net);
	if (code != CURLM_OK && !net->is_closing)
		give_up_all(net, fd, curl_multi_strerror(code));
}

/*
 * libcurl finds out what is wrong by using the socket ("connection reset by
 * peer"). Where it does not, it is told so: libuv looks at it no more.
 */
static void on_poll_failed(struct net *net, curl_socket_t fd)
{
	const struct watch *w;

	act(net, fd, CURL_CSELECT_IN | CURL_CSELECT_OUT);
	w = find_watch(net, fd);
	if (w != NULL && !uv_is_active((const uv_handle_t *)&w->poll))
		act(net, fd, CURL_CSELECT_ERR);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *w = container_of(poll, struct watch, poll);
	int flags = 0;

	if (status < 0) {
		on_poll_failed(w->net, w->fd);
		return;
	}
	if ((events & UV_READABLE) != 0)
		flags |= CURL_CSELECT_IN;
	if ((events & UV_WRITABLE) != 0)
		flags |= CURL_CSELECT_OUT;
	act(w->net, w->fd, flags);
}

static struct watch *add_watch(struct net *net, curl_socket_t fd)
{
	struct watch *w = mem_new(struct watch);
	int status = uv_poll_init_socket(&net->loop->uv, &w->poll, fd);

	if (status != 0) {
		log_error(LOG_FETCH, "socket=%d: %s", (int)fd, uv_strerror(status));
		mem_free(w);
		return NULL;
	}
	w->net = net;
	w->fd = fd;
	list_init(&w->node);
	list_push_back(&net->watches, &w->node);
	net->n_open++;
	return w;
}

/* -1 would end every transfer there is: one that cannot be watched meets its own deadline. */
static void watch(struct net *net, curl_socket_t fd, int events)
{
	struct watch *w = find_watch(net, fd);

	if (w == NULL && !net->is_closing)
		w = add_watch(net, fd);
	if (w != NULL)
		uv_poll_start(&w->poll, events, on_poll);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct net *net = data;
	struct watch *w = find_watch(net, fd);

	(void)easy;
	(void)socket_data;
	switch (what) {
	case CURL_POLL_IN:
		watch(net, fd, UV_READABLE);
		break;
	case CURL_POLL_OUT:
		watch(net, fd, UV_WRITABLE);
		break;
	case CURL_POLL_INOUT:
		watch(net, fd, UV_READABLE | UV_WRITABLE);
		break;
	case CURL_POLL_REMOVE:
		if (w != NULL)
			unwatch(w);
		break;
	default:
		break;
	}
	return 0;
}

static void on_timer_due(struct loop_timer *t)
{
	act(container_of(t, struct net, timer), CURL_SOCKET_TIMEOUT, 0);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *data)
{
	struct net *net = data;

	(void)multi;
	if (net->is_closing)
		return 0;
	if (timeout_ms < 0)
		loop_timer_stop(&net->timer);
	else
		loop_timer_start(&net->timer, (uint64_t)timeout_ms, on_timer_due);
	return 0;
}

static void on_sweep(struct loop_timer *timer);

static void sweep_later(struct net *net)
{
	net->sweep_due_ms = loop_now_ms(net->loop) + SWEEP_MS;
	loop_timer_start(&net->sweep, SWEEP_MS, on_sweep);
}

/* When this comes late, what partners have sent meanwhile may not have been read yet. */
static void on_sweep(struct loop_timer *timer)
{
	struct net *net = container_of(timer, struct net, sweep);
	uint64_t now_ms = loop_now_ms(net->loop);
	uint64_t late_ms = now_ms > net->sweep_due_ms ? now_ms - net->sweep_due_ms : 0;

	list_each (node, &net->transfers)
		transfer_look_at_clock(container_of(node, struct transfer, node), now_ms, late_ms);
	if (!list_is_empty(&net->transfers))
		sweep_later(net);
}

static CURLMcode set_callbacks(CURLM *multi, struct net *net)
{
	CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);

	if (code == CURLM_OK)
		code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, net);
	if (code == CURLM_OK)
		code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	if (code == CURLM_OK)
		code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, net);
	if (code == CURLM_OK)
		code = curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)LIMIT_IDLE_CONNECTIONS);
	return code;
}

static enum err_code make_multi(struct net *net, struct err *err)
{
	CURLM *multi = curl_multi_init();

	if (multi == NULL || set_callbacks(multi, net) != CURLM_OK) {
		curl_multi_cleanup(multi);
		return err_set(err, ERR_INTERNAL, "libcurl does not start");
	}
	net->multi = multi;
	return ERR_OK;
}

enum err_code net_open(struct net **out, struct loop *loop, struct err *err)
{
	struct net *net;
	enum err_code rc;

	assert_on_loop();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl does not start");
	net = mem_new(struct net);
	rc = make_multi(net, err);
	if (rc != ERR_OK) {
		mem_free(net);
		return rc;
	}
	net->loop = loop;
	net->n_open = 2;
	list_init(&net->transfers);
	list_init(&net->watches);
	loop_timer_init(&net->timer, loop, false);
	loop_timer_init(&net->sweep, loop, false);
	*out = net;
	return ERR_OK;
}

static void on_timer_closed(struct loop_timer *t)
{
	on_handle_closed(container_of(t, struct net, timer));
}

static void on_sweep_closed(struct loop_timer *t)
{
	on_handle_closed(container_of(t, struct net, sweep));
}

void net_close(struct net *net, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	require(list_is_empty(&net->transfers) && !net->is_closing);
	net->is_closing = true;
	net->on_closed = on_closed;
	net->data = data;
	/* Closes idle connections: on_socket removes their watches. */
	curl_multi_cleanup(net->multi);
	net->multi = NULL;
	loop_timer_close(&net->timer, on_timer_closed);
	loop_timer_close(&net->sweep, on_sweep_closed);
}

struct loop *net_loop(const struct net *net)
{
	return net->loop;
}

enum err_code net_add(struct net *net, struct transfer *t, struct err *err)
{
	enum err_code rc = ERR_OK;
	CURLMcode code;

	if (net->is_closing)
		return err_set(err, ERR_CANCELLED, "the daemon stops");
	if (net->multi == NULL)
		rc = make_multi(net, err);
	if (rc != ERR_OK)
		return rc;
	code = curl_multi_add_handle(net->multi, t->easy);
	if (code != CURLM_OK)
		return err_set(err, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
	list_push_back(&net->transfers, &t->node);
	if (!loop_timer_is_running(&net->sweep))
		sweep_later(net);
	return ERR_OK;
}

void net_remove(struct net *net, struct transfer *t)
{
	if (list_is_empty(&t->node))
		return;
	list_remove(&t->node);
	curl_multi_remove_handle(net->multi, t->easy);
}

void net_unpause(struct net *net, struct transfer *t)
{
	/* It may hand over what waited right here, and come to its end. */
	CURLcode code = curl_easy_pause(t->easy, CURLPAUSE_CONT);

	if (code != CURLE_OK)
		transfer_finished(t, (int)code);
	collect(net);
	if (code == CURLE_OUT_OF_MEMORY && !net->is_closing)
		give_up_all(net, CURL_SOCKET_TIMEOUT, curl_easy_strerror(code));
}
