// SPDX-License-Identifier: EUPL-1.2
/*
 * Counters of the API and their text form (Prometheus exposition format 0.0.4).
 */
#include "daemon/api/metrics.h"

#include "base/mem.h"

static const unsigned statuses[] = { 200, 202, 204, 304, 308, 400, 403, 404, 405, 406,
				     409, 410, 413, 414, 422, 500, 501, 502, 503, 507 };

static const struct {
	uint64_t us;
	const char *seconds;
} buckets[METRICS_BUCKETS] = {
	{ 250, "0.00025" }, { 500, "0.0005" }, { 1000, "0.001" },  { 2500, "0.0025" },
	{ 5000, "0.005" },  { 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" },
	{ 100000, "0.1" },  { 500000, "0.5" }, { 2000000, "2" },   { 10000000, "10" },
};

void metrics_init(struct metrics *m, const struct route_table *table)
{
	*m = (struct metrics){ .table = table };
	m->routes = mem_new_n(struct route_metrics, table->n + 1);
}

void metrics_clear(struct metrics *m)
{
	mem_free(m->routes);
	*m = (struct metrics){ 0 };
}

static size_t status_index(unsigned status)
{
	size_t i = 0;

	while (i < countof(statuses) && statuses[i] != status)
		i++;
	return i; /* countof: another one */
}

void metrics_count(struct metrics *m, const struct route *route, unsigned status, uint64_t took_us)
{
	size_t at = route != NULL ? (size_t)(route - m->table->routes) : m->table->n;
	struct route_metrics *r = &m->routes[at];
	size_t bucket = 0;

	_Static_assert(countof(statuses) < METRICS_STATUSES, "room for other statuses");
	while (bucket < METRICS_BUCKETS && took_us > buckets[bucket].us)
		bucket++;
	r->n_by_status[status_index(status)]++;
	r->n_by_time[bucket]++;
	r->total_us += took_us;
	r->n++;
}

void metrics_write_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_write_one(struct buf *out, const char *name, const char *type, const char *help,
		       uint64_t value)
{
	metrics_write_family(out, name, type, help);
	buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

void metrics_write_label(struct buf *out, struct slice value)
{
	buf_char(out, '"');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\n') {
			buf_str(out, "\\n");
			continue;
		}
		if (value.p[i] == '"' || value.p[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, value.p[i]);
	}
	buf_char(out, '"');
}

static const char *route_name(const struct metrics *m, size_t i)
{
	return i < m->table->n ? m->table->routes[i].path : "none";
}

static const char *method_name(const struct metrics *m, size_t i)
{
	return i < m->table->n && m->table->routes[i].method == HTTP_POST ? "POST" : "GET";
}

static void write_requests(struct buf *out, const struct metrics *m)
{
	metrics_write_family(out, "microcat_http_requests_total", "counter",
			     "Requests answered, by route and status.");
	for (size_t i = 0; i <= m->table->n; i++) {
		for (size_t s = 0; s <= countof(statuses); s++) {
			if (m->routes[i].n_by_status[s] == 0)
				continue;
			buf_printf(out, "microcat_http_requests_total{route=\"%s\",method=\"%s\",",
				   route_name(m, i), method_name(m, i));
			if (s < countof(statuses))
				buf_printf(out, "status=\"%u\"} ", statuses[s]);
			else
				buf_str(out, "status=\"other\"} ");
			buf_printf(out, "%llu\n", (unsigned long long)m->routes[i].n_by_status[s]);
		}
	}
}

static void write_times_of(struct buf *out, const struct metrics *m, size_t i)
{
	const struct route_metrics *r = &m->routes[i];
	const char *route = route_name(m, i);
	const char *method = method_name(m, i);
	uint64_t sum = 0;

	for (size_t b = 0; b <= METRICS_BUCKETS; b++) {
		sum += r->n_by_time[b];
		buf_printf(out,
			   "microcat_http_request_seconds_bucket{route=\"%s\",method=\"%s\","
			   "le=\"%s\"} %llu\n",
			   route, method, b < METRICS_BUCKETS ? buckets[b].seconds : "+Inf",
			   (unsigned long long)sum);
	}
	buf_printf(out, "microcat_http_request_seconds_sum{route=\"%s\",method=\"%s\"} %.6f\n",
		   route, method, (double)r->total_us / 1e6);
	buf_printf(out, "microcat_http_request_seconds_count{route=\"%s\",method=\"%s\"} %llu\n",
		   route, method, (unsigned long long)r->n);
}

void metrics_write(struct buf *out, const struct metrics *m)
{
	write_requests(out, m);
	metrics_write_family(out, "microcat_http_request_seconds", "histogram",
			     "From a request's head to its answer.");
	for (size_t i = 0; i <= m->table->n; i++) {
		if (m->routes[i].n > 0)
			write_times_of(out, m, i);
	}
	metrics_write_one(out, "microcat_http_connections", "gauge", "Clients connected.",
			  m->n_connections);
	metrics_write_one(out, "microcat_http_waiting", "gauge",
			  "Requests whose answer is being made.", m->n_waiting);
	metrics_write_one(out, "microcat_http_unsent_bytes", "gauge",
			  "Bodies that wait for their clients.", m->unsent_bytes);
	metrics_write_one(out, "microcat_http_accepted_total", "counter", "Connections taken.",
			  m->n_accepted);
	metrics_write_one(out, "microcat_http_refused_total", "counter",
			  "Connections that found no room.", m->n_refused);
	metrics_write_one(out, "microcat_http_evicted_total", "counter",
			  "Connections without a whole request that made room.", m->n_evicted);
	metrics_write_one(out, "microcat_http_overdue_total", "counter",
			  "Connections closed at a deadline.", m->n_overdue);
	metrics_write_one(out, "microcat_http_vanished_total", "counter",
			  "Clients that went away before their answer was ready.", m->n_vanished);
}
