// SPDX-License-Identifier: EUPL-1.2
/*
 * What the admin socket may ask of the daemon: harvest, confirm, restore,
 * replay, reload. The work goes on when its client goes away.
 */
#include "base/limits.h"
#include "daemon/api/routes_internal.h"
#include "daemon/control.h"

/* One request to the daemon and the exchange that waits for it. */
struct order {
	struct control_request request;
	struct exchange *x;
};

static void forget(struct exchange *x)
{
	struct order *o = x->asked;

	control_forget(&o->request);
}

static struct order *place_order(struct exchange *x, struct err *err)
{
	struct order *o = arena_new(&x->arena, struct order);

	if (o == NULL) {
		err_set(err, ERR_LIMIT, "the request is too large");
		return NULL;
	}
	if (x->api->control == NULL) {
		err_set(err, ERR_UNSUPPORTED, "this server administers nothing");
		return NULL;
	}
	o->x = x;
	x->asked = o;
	exchange_wait(x, forget);
	return o;
}

/* Where the run is, or will be. */
static struct slice location_of(struct exchange *x, int64_t run)
{
	struct slice runs = arena_printf(&x->arena, "/v1/sources/%.*s/runs", SLICE_ARG(x->args[0]));

	return run == 0 ? runs
			: arena_printf(&x->arena, "%.*s/%lld", SLICE_ARG(runs), (long long)run);
}

static void on_ordered(struct control_request *request, const struct err *failure)
{
	struct order *o = container_of(request, struct order, request);
	struct exchange *x = o->x;
	struct json_writer w = JSON_WRITER(&x->body);

	if (failure == NULL) {
		x->status = 202;
		exchange_header(x, "Location", location_of(x, request->run));
		json_open(&w, '{');
		json_field(&w, "source", x->args[0]);
		json_field_z(&w, "state", request->is_queued ? "queued" : "running");
		if (request->run != 0)
			json_field_i64(&w, "run", request->run);
		if (request->of_run != 0)
			json_field_i64(&w, "ofRun", request->of_run);
		json_close(&w, '}');
	}
	exchange_answered(x, failure);
}

enum err_code begin_harvest(struct exchange *x, struct err *err)
{
	struct order *o = place_order(x, err);

	if (o == NULL)
		return err->code;
	control_harvest_start(&o->request, x->api->control, x->args[0], on_ordered);
	return ERR_OK;
}

enum err_code begin_replay(struct exchange *x, struct err *err)
{
	struct order *o = place_order(x, err);

	if (o == NULL)
		return err->code;
	control_replay_start(&o->request, x->api->control, x->args[0], on_ordered);
	return ERR_OK;
}

enum err_code begin_confirm(struct exchange *x, struct err *err)
{
	struct order *o = place_order(x, err);

	if (o == NULL)
		return err->code;
	control_confirm_start(&o->request, x->api->control, x->args[0], on_ordered);
	return ERR_OK;
}

enum err_code begin_restore(struct exchange *x, struct err *err)
{
	int64_t run = (int64_t)param_number(&x->target, "run", 0);
	struct order *o = place_order(x, err);

	if (o == NULL)
		return err->code;
	control_restore_start(&o->request, x->api->control, x->args[0], run, on_ordered);
	return ERR_OK;
}

static void on_reloaded(struct control_request *request, const struct err *failure)
{
	struct order *o = container_of(request, struct order, request);
	struct exchange *x = o->x;
	struct json_writer w = JSON_WRITER(&x->body);
	struct slice rest;
	struct slice line;

	if (failure == NULL) {
		rest = buf_view(&request->ignored);
		json_open(&w, '{');
		json_field_i64(&w, "sources", (int64_t)request->n_sources);
		json_key(&w, "ignored");
		json_open(&w, '[');
		while (slice_split(&line, &rest, '\n')) {
			if (line.n > 0)
				json_slice(&w, line);
		}
		json_close(&w, ']');
		json_close(&w, '}');
	}
	exchange_answered(x, failure);
}

enum err_code begin_reload(struct exchange *x, struct err *err)
{
	struct order *o = place_order(x, err);

	if (o == NULL)
		return err->code;
	control_reload_start(&o->request, x->api->control, on_reloaded);
	return ERR_OK;
}
