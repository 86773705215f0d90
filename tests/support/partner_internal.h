// SPDX-License-Identifier: EUPL-1.2
/*
 * What the three files of the scripted partner share: a growing piece of
 * memory, the reading of requests (partner_request.c) and the making of
 * answers (partner_reply.c). Nothing here does I/O. Thread: any, no globals.
 */
#ifndef TESTS_SUPPORT_PARTNER_INTERNAL_H
#define TESTS_SUPPORT_PARTNER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "partner.h"

/* Memory that a test cannot do without: aborts instead of returning NULL. */
void *partner_alloc(size_t n);
char *partner_copy(const char *data, size_t n); /* terminated */

struct bytes {
	char *data;
	size_t len;
	size_t room;
};

void bytes_add(struct bytes *b, const void *data, size_t n);
void bytes_print(struct bytes *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bytes_drop(struct bytes *b, size_t n); /* from the front */
void bytes_clear(struct bytes *b);

enum request_state {
	REQUEST_PARTIAL, /* more bytes are needed */
	REQUEST_WHOLE,
	REQUEST_BAD, /* bad_status says what to answer before closing */
};

/* What the connection must know of a request beside the request. */
struct request_facts {
	size_t used_bytes; /* of the input, when whole */
	bool wants_continue; /* partial: the client waits for "100 Continue" */
	bool is_http10;
	bool keeps_alive;
	int bad_status;
};

/* Reads one request off the front of data. out is filled only when whole. */
enum request_state request_read(struct partner_request *out, struct request_facts *facts,
				const char *data, size_t n);
void request_copy(struct partner_request *out, const struct partner_request *in);

/* A deep copy of an answer: body and text become one owned text. */
void answer_copy(struct partner_answer *out, const struct partner_answer *in);
void partner_answer_clear(struct partner_answer *answer);

enum reply_next {
	REPLY_MORE, /* something was added to out, or the next call will */
	REPLY_STALLED,
	REPLY_DONE,
	REPLY_CUT, /* close in order once out is sent */
	REPLY_RESET, /* close hard once out is sent */
};

/* One answer on its way. */
struct reply {
	struct partner_answer answer; /* owned */
	struct bytes body; /* as it travels, compressed if asked for */
	size_t produced_bytes; /* of body, given out so far */
	int status;
	bool is_active;
	bool is_head_sent;
	bool is_bodiless; /* HEAD, 204, 304 */
	bool is_chunked;
	bool is_closing; /* the connection ends with this answer */
	bool has_stalled; /* and was released */
	bool has_bomb;
	uint64_t bomb_left_bytes;
	z_stream bomb;
};

/* Starts the answer to a request: takes answer (which is left zeroed), decides 401 and 304. */
void reply_start(struct reply *r, struct partner_answer *answer,
		 const struct partner_request *request, const struct request_facts *facts);

/* Adds the next piece to out. is_released: whether a stall may be passed. */
enum reply_next reply_produce(struct reply *r, struct bytes *out, bool is_released);
void reply_clear(struct reply *r);

#endif
