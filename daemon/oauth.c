// SPDX-License-Identifier: EUPL-1.2
/*
 * One token per client at an endpoint. The client proves itself with Basic
 * (section 2.3.1 wants each server to take it); where that is refused, with its
 * secret in the form, which many servers want instead.
 */
#include "daemon/oauth.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"
#include "daemon/oauth_answer.h"

#include <xxhash.h>

enum { RENEW_BEFORE_MS = 60 * 1000 };

struct token {
	struct list_node node;
	struct list_node waiting; /* of token_wait */
	struct oauth *oauth;
	XXH128_hash_t key; /* of endpoint, client, scope and secret */
	char *value; /* NULL: none yet, or refused */
	uint64_t expires_ms; /* of the loop; 0: not said */
	/* its request; copies, since a reload may drop the configuration */
	bool is_asking;
	bool is_in_form; /* the secret goes into the form */
	char *url, *client, *secret, *scope;
	struct buf client_encoded, secret_encoded, form, answer;
	struct config_source manner; /* its numbers only */
	struct transfer transfer;
};

struct oauth {
	struct loop *loop;
	struct net *net;
	const char *user_agent;
	struct list_node tokens;
	struct deferred closed;
	bool is_closing;
	void (*on_closed)(void *data);
	void *data;
};

static void forget(char **secret)
{
	if (*secret != NULL)
		explicit_bzero(*secret, strlen(*secret));
	mem_free(*secret);
	*secret = NULL;
}

static void forget_buf(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	buf_clear(b);
}

static void free_token(struct token *t)
{
	list_remove(&t->node);
	forget(&t->value);
	forget(&t->secret);
	mem_free(t->url);
	mem_free(t->client);
	mem_free(t->scope);
	forget_buf(&t->client_encoded);
	forget_buf(&t->secret_encoded);
	forget_buf(&t->form);
	forget_buf(&t->answer);
	mem_free(t);
}

struct oauth *oauth_open(struct loop *loop, struct net *net, const char *user_agent)
{
	struct oauth *o = mem_new(struct oauth);

	o->loop = loop;
	o->net = net;
	o->user_agent = user_agent;
	list_init(&o->tokens);
	deferred_init(&o->closed);
	return o;
}

/* --- closing --- */

static void on_all_closed(struct deferred *d)
{
	struct oauth *o = container_of(d, struct oauth, closed);
	void (*on_closed)(void *) = o->on_closed;
	void *data = o->data;

	list_each (node, &o->tokens)
		free_token(container_of(node, struct token, node));
	mem_free(o);
	on_closed(data);
}

static void close_when_quiet(struct oauth *o)
{
	list_each (node, &o->tokens)
		if (container_of(node, struct token, node)->is_asking)
			return;
	loop_defer(o->loop, &o->closed, on_all_closed);
}

void oauth_close(struct oauth *o, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	o->is_closing = true;
	o->on_closed = on_closed;
	o->data = data;
	list_each (node, &o->tokens) {
		struct token *t = container_of(node, struct token, node);

		require(list_is_empty(&t->waiting));
		if (t->is_asking)
			transfer_cancel(&t->transfer);
	}
	close_when_quiet(o);
}

/* --- the answer --- */

static void tell(struct token *t, const struct err *failure)
{
	struct list_node told; /* whoever asks again from done waits for the next answer */
	struct list_node *node;

	list_init(&told);
	while ((node = list_pop_front(&t->waiting)) != NULL)
		list_push_back(&told, node);
	while ((node = list_pop_front(&told)) != NULL) {
		struct token_wait *wait = container_of(node, struct token_wait, node);

		wait->of = NULL;
		wait->token = failure == NULL ? slice_of(t->value) : SLICE_NONE;
		wait->done(wait, failure);
	}
}

static enum err_code read_answer(struct token *t, struct err *err)
{
	struct oauth_answer answer;
	enum err_code rc = oauth_answer_read(&answer, buf_view(&t->answer), err);

	if (rc != ERR_OK)
		return rc;
	forget(&t->value);
	t->value = answer.token;
	t->expires_ms = answer.expires_in_s < 0 ? 0 /* not said: until the partner refuses it */
						: loop_now_ms(t->oauth->loop) +
							  (uint64_t)answer.expires_in_s * 1000;
	return ERR_OK;
}

static void ask(struct token *t);

static bool wants_secret_in_form(const struct token *t)
{
	return !t->is_in_form && (t->transfer.status == 400 || t->transfer.status == 401);
}

static void on_answered(struct transfer *transfer)
{
	struct token *t = container_of(transfer, struct token, transfer);
	struct err err = transfer->why;
	unsigned status = transfer->status;
	bool asks_again = transfer->end == TRANSFER_WHOLE && wants_secret_in_form(t);

	if (transfer->end == TRANSFER_WHOLE && status == 200) {
		if (read_answer(t, &err) == ERR_OK)
			err_clear(&err);
	} else if (transfer->end == TRANSFER_WHOLE)
		err_set(&err, status >= 500 || status == 429 ? ERR_REMOTE : ERR_DENIED,
			"token endpoint: status %u", status);
	else
		err_wrap(&err, "token endpoint");
	transfer_clear(transfer);
	forget_buf(&t->answer);
	t->is_asking = false;
	if (asks_again && !t->oauth->is_closing) {
		t->is_in_form = true;
		ask(t);
		return;
	}
	log_debug(LOG_FETCH, "token=%s: %s", t->url, err.code == ERR_OK ? "new" : err.msg);
	tell(t, err.code == ERR_OK ? NULL : &err);
	if (t->oauth->is_closing)
		close_when_quiet(t->oauth);
}

/* --- the request --- */

static bool on_token_body(struct transfer *transfer, struct slice bytes)
{
	buf_slice(&container_of(transfer, struct token, transfer)->answer, bytes);
	return true;
}

static void on_token_head(struct transfer *transfer)
{
	(void)transfer;
}

static void write_form(struct token *t)
{
	forget_buf(&t->form);
	buf_str(&t->form, "grant_type=client_credentials");
	if (t->scope != NULL) {
		buf_str(&t->form, "&scope=");
		url_encode(&t->form, slice_of(t->scope));
	}
	if (t->is_in_form) {
		buf_printf(&t->form, "&client_id=%s&client_secret=%s", buf_z(&t->client_encoded),
			   buf_z(&t->secret_encoded));
	}
}

static void ask(struct token *t)
{
	static const char *const headers[] = { "Accept: application/json" };

	write_form(t);
	t->is_asking = true;
	t->transfer = (struct transfer){
		.url = t->url,
		.post = buf_view(&t->form),
		.headers = headers,
		.n_headers = countof(headers),
		.user_agent = t->oauth->user_agent,
		.user = t->is_in_form ? NULL : buf_z(&t->client_encoded),
		.password = t->is_in_form ? NULL : buf_z(&t->secret_encoded),
		.allow_private = t->manner.allow_private,
		.allow_http = slice_starts_with_nocase(slice_of(t->url), SLICE_LIT("http:")),
		.connect_timeout_ms = t->manner.connect_timeout_ms,
		.idle_timeout_ms = t->manner.idle_timeout_ms,
		.total_timeout_ms = t->manner.request_timeout_ms,
		.max_body_bytes = LIMIT_TOKEN_BYTES,
		.on_head = on_token_head,
		.on_body = on_token_body,
	};
	transfer_start(&t->transfer, t->oauth->net, on_answered);
}

static XXH128_hash_t key_of(const struct config_auth *auth)
{
	const struct slice parts[] = { auth->token_url, auth->client_id, auth->scope,
				       auth->secret };
	struct buf text = BUF_INIT(LIMIT_TOKEN_BYTES);
	XXH128_hash_t key;

	for (size_t i = 0; i < countof(parts); i++) {
		buf_slice(&text, parts[i]);
		buf_char(&text, 0);
	}
	key = XXH3_128bits(text.data, text.len);
	forget_buf(&text);
	return key;
}

static char *copy_of(struct slice text)
{
	return text.p != NULL && text.n > 0 ? mem_strndup(text.p, text.n) : NULL;
}

static struct token *find_or_add(struct oauth *o, const struct config_source *source)
{
	const struct config_auth *auth = &source->auth;
	XXH128_hash_t key = key_of(auth);
	struct token *t;

	list_each (node, &o->tokens) {
		t = container_of(node, struct token, node);
		if (XXH128_isEqual(t->key, key))
			return t;
	}
	t = mem_new(struct token);
	t->oauth = o;
	t->key = key;
	t->url = copy_of(auth->token_url);
	t->client = copy_of(auth->client_id);
	t->secret = copy_of(auth->secret);
	t->scope = copy_of(auth->scope);
	buf_init(&t->client_encoded, LIMIT_TOKEN_BYTES);
	buf_init(&t->secret_encoded, LIMIT_TOKEN_BYTES);
	buf_init(&t->form, 4 * LIMIT_TOKEN_BYTES);
	buf_init(&t->answer, LIMIT_TOKEN_BYTES);
	url_encode(&t->client_encoded, auth->client_id);
	url_encode(&t->secret_encoded, auth->secret);
	list_init(&t->waiting);
	list_push_back(&o->tokens, &t->node);
	return t;
}

static bool is_fresh(const struct token *t, struct slice refused)
{
	uint64_t now_ms = loop_now_ms(t->oauth->loop);
	uint64_t left_ms = t->expires_ms > now_ms ? t->expires_ms - now_ms : 0;

	if (t->value == NULL || (refused.p != NULL && slice_eq_z(refused, t->value)))
		return false;
	return t->expires_ms == 0 || left_ms > RENEW_BEFORE_MS;
}

static void on_known(struct deferred *d)
{
	struct token_wait *wait = container_of(d, struct token_wait, deferred);

	list_remove(&wait->node);
	wait->token = slice_of(wait->of->value);
	wait->of = NULL;
	wait->done(wait, NULL);
}

void oauth_get_start(struct token_wait *wait, struct oauth *o, const struct config_source *source,
		     struct slice refused,
		     void (*done)(struct token_wait *, const struct err *failure))
{
	struct token *t = find_or_add(o, source);

	assert_on_loop();
	require(!o->is_closing);
	*wait = (struct token_wait){ .of = t, .done = done };
	list_init(&wait->node);
	deferred_init(&wait->deferred);
	if (!t->is_asking && is_fresh(t, refused)) {
		loop_defer(o->loop, &wait->deferred, on_known);
		return;
	}
	list_push_back(&t->waiting, &wait->node);
	if (t->is_asking)
		return;
	t->manner = *source;
	ask(t);
}

void oauth_get_forget(struct token_wait *wait)
{
	assert_on_loop();
	if (wait->of == NULL)
		return;
	loop_undefer(&wait->deferred);
	list_remove(&wait->node);
	wait->of = NULL;
}
