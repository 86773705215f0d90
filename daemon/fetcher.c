// SPDX-License-Identifier: EUPL-1.2
/*
 * The fetcher: what all fetches share (connections, turns at hosts, tokens), opened
 * and closed. Closing waits for the fetches, then for tokens, turns, connections.
 */
#include "daemon/fetch_internal.h"

#include "base/limits.h"
#include "base/mem.h"

enum err_code fetcher_open(struct fetcher **out, struct loop *loop,
			   const struct fetcher_options *options, struct err *err)
{
	struct buf agent = BUF_INIT(LIMIT_HEAD_BYTES);
	struct fetcher *f;
	struct net *net;
	enum err_code rc = net_open(&net, loop, err);

	if (rc != ERR_OK)
		return rc;
	f = mem_new(struct fetcher);
	f->loop = loop;
	f->net = net;
	f->options = *options;
	f->contact = mem_strdup(options->contact != NULL ? options->contact : "");
	f->spool_dir = mem_strdup(options->spool_dir);
	/* A page about us goes where partners look; a mail address has its header. */
	buf_str(&agent, options->user_agent);
	if (slice_starts_with_nocase(slice_of(f->contact), SLICE_LIT("http")))
		buf_printf(&agent, " (+%s)", f->contact);
	f->user_agent = mem_strdup(buf_z(&agent));
	buf_clear(&agent);
	list_init(&f->fetches);
	f->hosts = hosts_open(loop);
	f->oauth = oauth_open(loop, net, f->user_agent);
	*out = f;
	return ERR_OK;
}

static void on_net_closed(void *data)
{
	struct fetcher *f = data;
	void (*on_closed)(void *) = f->on_closed;
	void *closed_data = f->data;

	mem_free(f->user_agent);
	mem_free(f->contact);
	mem_free(f->spool_dir);
	mem_free(f);
	on_closed(closed_data);
}

static void on_hosts_closed(void *data)
{
	struct fetcher *f = data;

	net_close(f->net, on_net_closed, f);
}

static void on_oauth_closed(void *data)
{
	struct fetcher *f = data;

	hosts_close(f->hosts, on_hosts_closed, f);
}

void fetcher_close_when_quiet(struct fetcher *f)
{
	if (f->is_closing && list_is_empty(&f->fetches))
		oauth_close(f->oauth, on_oauth_closed, f);
}

void fetcher_close(struct fetcher *f, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	require(!f->is_closing);
	f->is_closing = true;
	f->on_closed = on_closed;
	f->data = data;
	fetch_cancel_all(f);
	fetcher_close_when_quiet(f);
}

void fetcher_set_host_backoff(struct fetcher *f, const char *host, int64_t not_before_s)
{
	hosts_set_not_before(f->hosts, host, not_before_s);
}
