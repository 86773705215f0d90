// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

/*
 * The configuration: /etc/microcat/microcat.conf and one file per partner in
 * sources.d/. One table (config_keys.c) gives each key its type, default,
 * limits, unit, whether a reload takes it, and its help: the checks, the
 * example file and --help-config come from it.
 *
 * Loading makes a whole new struct config or nothing. A mistake names file,
 * line, what was read and what was expected. Secrets are read from
 * $CREDENTIALS_DIRECTORY, then secrets-dir, and stay in config_auth.secret:
 * they are never printed, logged or stored, and wiped by config_free().
 *
 * Thread: loading blocks: at start-up, or in a pool job. A loaded config is
 * read-only.
 */

#include "base/log.h"
#include "harvesters/source.h"

enum auth_type { AUTH_NONE, AUTH_HEADER, AUTH_BASIC, AUTH_BEARER, AUTH_OAUTH2, AUTH_QUERY };

struct config_auth {
	enum auth_type type;
	struct slice name; /* header, query: of the header or the parameter */
	struct slice user; /* basic */
	struct slice token_url; /* oauth2 */
	struct slice client_id;
	struct slice scope;
	struct slice secret_name;
	struct slice secret; /* its content, trimmed */
};

struct config_source {
	struct source source; /* what a harvester may know */
	bool is_enabled;
	uint32_t every_s;
	uint32_t full_every_s;
	uint32_t details_every_s; /* 0: each time */
	struct config_auth auth;
	struct settings headers;
	uint32_t parallel_requests;
	uint32_t delay_ms; /* least time between two requests to its host */
	bool allow_private;
	bool allow_http; /* plain http is refused unless the URL is configured so */
	uint32_t shrink_guard_permille;
	uint32_t absent_grace_s;
	uint64_t max_body_bytes; /* of one response, decoded */
	uint32_t connect_timeout_ms, idle_timeout_ms, request_timeout_ms;
	uint32_t n_retries;
	uint32_t retry_delay_ms; /* before the first retry; grows by four */
	struct slice settings_json; /* source_write(): what the store keeps, as text */
	uint8_t settings_hash[16]; /* XXH3-128 of all that may change a record */
};

struct config_block;

struct config {
	struct arena arena; /* owns everything below */
	struct slice path;
	const struct config_block *top; /* where its keys stand, for config_wrap() */
	struct slice state_dir;
	struct codes listen; /* "unix:/run/microcat/query.sock", "tcp:127.0.0.1:8420" */
	struct slice admin;
	struct slice sources_pattern; /* of the files that were looked for */
	struct slice secrets_dir;
	struct slice vocab_dir;
	enum log_level log_level;
	struct settings vocab_files; /* of vocab-dir: base name, content */
	uint32_t parallel; /* runs at once */
	uint64_t worker_memory_bytes;
	uint32_t worker_cpu_s;
	uint32_t stall_timeout_s;
	uint32_t max_duration_s;
	struct slice user_agent;
	struct slice contact;
	uint64_t keep_responses_bytes;
	uint32_t keep_days;
	struct config_source *sources;
	size_t n_sources;
};

/* Errors: ERR_CONFIG with file and line, ERR_IO when a file cannot be read. */
enum err_code config_load(struct config **out, const char *path, struct err *err) ERR_MUST_USE;
void config_free(struct config *c);
/*
 * Says of a failure that comes from the value of a key at the top where that value stands:
 * "FILE:3: admin: ...", or "FILE: admin is not set, so it is unix:/run/...: ...". Returns its code.
 */
enum err_code config_wrap(struct err *err, const struct config *c, const char *key);
/* NULL for an unknown id. */
const struct config_source *config_source(const struct config *c, struct slice id);
/*
 * All keys with type, default and help, for --help-config: the text of
 * config/microcat.conf and then of config/sources.d/example.conf.
 */
void config_write_help(struct buf *out);
/* One of the two: an example file with every key in a comment. */
void config_write_example(struct buf *out, bool is_source);
/* What changed between two that a running daemon cannot take (state-dir, listen ...): names
 * them in out, one a line; empty when a reload takes everything. */
void config_fixed_differences(struct buf *out, const struct config *old, const struct config *new_);

#endif
