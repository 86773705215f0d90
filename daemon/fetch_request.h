// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FETCH_REQUEST_H
#define DAEMON_FETCH_REQUEST_H

/*
 * What one request of a fetch says: its URL and headers, with secrets only for
 * the configured origin, and what of a URL may be shown to people.
 *
 * Thread: any; pure.
 */

#include "daemon/config.h"
#include "daemon/fetch.h"
#include "daemon/secret_mask.h"

enum { FETCH_HEADERS_MAX = 64 };

struct fetch_request {
	char *url; /* as it is sent: with the secret of auth type query */
	const char *lines[FETCH_HEADERS_MAX]; /* "Name: value" */
	size_t n_lines;
	char *user, *password; /* Basic; NULL: none */
	struct secret_mask mask; /* for what comes back */
	bool has_secrets; /* the URL is on the configured origin */
};

/*
 * A request for url, which may be that of a redirect. token:
 * the OAuth token, or absent. contact: "" or an address. Cleared with
 * fetch_request_clear(), which wipes it.
 */
void fetch_request_make(struct fetch_request *out, const struct fetch *fetch, const char *url,
			struct slice token, const char *contact);
void fetch_request_clear(struct fetch_request *r);

/* "example.org:443", in lower case, for turns; false for what is no URL. */
bool fetch_host_name(struct buf *out, struct slice url);

/*
 * A text with URLs that the partner wrote (a redirect, a Link header) without
 * the parameter that is the source's secret, since partners repeat what they
 * were asked. The result is the caller's; NULL for NULL.
 */
char *fetch_without_secret(const struct config_source *source, const char *text);

/* The URL with the values of the source's configured query parameters left out: they may be
 * keys. */
void fetch_public_url(struct buf *out, const struct config_source *source, struct slice url);

#endif
