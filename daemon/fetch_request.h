// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FETCH_REQUEST_H
#define DAEMON_FETCH_REQUEST_H

/*
 * What one request of a fetch says: its headers, with secrets only for the
 * configured origin, and what of a URL may be shown to people.
 *
 * Thread: any; pure.
 */

#include "daemon/config.h"
#include "daemon/fetch.h"

enum { FETCH_HEADERS_MAX = 64 };

struct fetch_request {
	const char *lines[FETCH_HEADERS_MAX]; /* "Name: value" */
	size_t n_lines;
	char *user, *password; /* Basic; NULL: none */
	bool has_secrets; /* the URL is on the configured origin */
};

/*
 * The headers of a request for url, which may be that of a redirect. token:
 * the OAuth token, or absent. contact: "" or an address. Cleared with
 * fetch_request_clear(), which wipes it.
 */
void fetch_request_make(struct fetch_request *out, const struct fetch *fetch, const char *url,
			struct slice token, const char *contact);
void fetch_request_clear(struct fetch_request *r);

/* "example.org:443", in lower case, for turns; false for what is no URL. */
bool fetch_host_name(struct buf *out, struct slice url);

/* The URL with the values of the source's configured query parameters left out: they may be
 * keys. */
void fetch_public_url(struct buf *out, const struct config_source *source, struct slice url);

#endif
