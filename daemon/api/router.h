// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_ROUTER_H
#define DAEMON_API_ROUTER_H

/*
 * One table of routes: what may be asked, with which parameters, by whom, and
 * who answers. The server, the metrics and the test that compares them with
 * docs/openapi.yaml read the same table.
 *
 * Thread: any; pure functions over static tables.
 */

#include "daemon/api/http.h"

struct db;
struct snapshot;
struct exchange;

enum param_kind {
	PARAM_TEXT, /* at most max bytes */
	PARAM_NUMBER, /* min to max */
	PARAM_BOOL, /* true, false, 1, 0, yes, no */
	PARAM_CHOICE, /* one of choices, "json|csv" */
	PARAM_DAY, /* 2026-11-21 */
	PARAM_QUERY /* read by catalogue/query.h; may be given several times */
};

struct param {
	const char *name;
	enum param_kind kind;
	bool is_required;
	uint64_t min, max;
	const char *choices;
};

enum { ROUTE_ARGS = 2 };

struct route {
	enum http_method method; /* HTTP_GET is for HEAD too, HTTP_POST */
	const char *path; /* "/v1/offers/{id}": a {name} stands for one segment */
	const struct param *params;
	size_t n_params;
	bool is_admin; /* answered on the admin socket only */
	bool has_etag; /* depends on the index, the day and the request alone */
	bool is_bare; /* reads runs and sources only: needs no snapshot of the index */
	bool is_large; /* looks at much more than a page of results */
	uint64_t usual_rows; /* when no `limit` is given, where that makes it large */
	unsigned formats; /* bits; Accept and `format` choose. 0: JSON, whatever is asked */
	uint32_t timeout_ms; /* of the read; 0: LIMIT_QUERY_MS */
	/*
	 * On the loop: reads what is asked into exchange.asked, or answers, or
	 * says exchange_wait(). NULL: nothing to read.
	 */
	enum err_code (*begin)(struct exchange *x, struct err *err);
	/*
	 * Then in the pool, inside one read transaction: writes the body. NULL:
	 * begin has answered, or waits.
	 */
	enum err_code (*render_in_pool)(struct exchange *x, struct db *db,
					const struct snapshot *snapshot, struct err *err);
};

struct route_table {
	const struct route *routes;
	size_t n;
};

struct route_match {
	const struct route *route; /* NULL: none for this method */
	struct slice args[ROUTE_ARGS]; /* of {name}, decoded; in the arena or the path */
	unsigned allowed; /* METHOD_BIT()s that the path knows; 0: no such path */
};
#define METHOD_BIT(m) (1u << (m))

/* Errors: those of http_decode(). */
enum err_code router_find(struct route_match *out, const struct route_table *table,
			  enum http_method method, struct slice path, struct arena *arena,
			  struct err *err) ERR_MUST_USE;
/* "GET, HEAD, OPTIONS", for Allow. */
void router_write_allow(struct buf *out, unsigned allowed);

/*
 * Checks names, number and values of the parameters. unknown becomes the name
 * that is none of the route's, or stays absent.
 * Errors: ERR_PARSE ("limit=x: expected a number from 1 to 1000"), ERR_LIMIT.
 */
enum err_code router_check_params(const struct route *route, const struct http_target *target,
				  struct slice *unknown, struct err *err) ERR_MUST_USE;

/* What a checked parameter says, or what it says when it is not given. */
uint64_t param_number(const struct http_target *target, const char *name, uint64_t otherwise);
bool param_bool(const struct http_target *target, const char *name, bool otherwise);
struct slice param_text(const struct http_target *target, const char *name);
/* False when it is not given. */
bool param_day(int32_t *out, const struct http_target *target, const char *name);

#endif
