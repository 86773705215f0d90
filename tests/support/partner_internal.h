// SPDX-License-Identifier: EUPL-1.2
/*
 * What the files of the scripted partner share: a growing piece of memory, the
 * reading of requests (partner_request.c) and the making of answers
 * (partner_reply.c), which do no I/O and have no globals (thread: any); and the
 * server (partner.c) with its script (partner_script.c).
 */
#ifndef TESTS_SUPPORT_PARTNER_INTERNAL_H
#define TESTS_SUPPORT_PARTNER_INTERNAL_H

#include <poll.h>
#include <pthread.h>
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

/* --- the server and its script --- */

/* Routes are kept until close, also replaced ones: a stalled answer still names its route. */
struct route {
	struct route *next;
	char *pattern;
	struct partner_answer *answers; /* NULL: fn answers */
	size_t n_answers;
	size_t at; /* of the sequence */
	partner_answer_fn fn;
	void *arg;
	bool is_released;
	bool is_retired; /* replaced or removed: matches nothing */
};

struct record {
	struct record *next;
	struct partner_request request;
};

struct partner {
	int listen_fd;
	int wake_fd;
	uint16_t port;
	char base[48];
	bool is_forgetful;
	pthread_t thread;

	/* the thread's own */
	struct conn *conns;
	struct pollfd *polls;
	size_t polls_room;

	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_ending;
	struct route *routes;
	struct record *first;
	struct record **last;
	uint64_t n_requests;
	uint64_t n_accepted;
	size_t n_conns;
	size_t n_stalled;
};

/* Lets the server's thread look at what has changed. */
void partner_wake(struct partner *p);

/* partner_script.c, for the server's thread; each but route_free() takes the lock where it needs
 * it. */
/* Notes the request and finds what answers it; fills answer unless a function must. */
struct route *request_note(struct partner *p, struct partner_request *request,
			   struct partner_answer *answer);
/* Whether a test has let its stalled answers go on; r may be NULL. */
bool route_is_released(struct partner *p, const struct route *r);
/* At the end, when the thread has ended. */
void route_free(struct route *r);
void records_drop(struct partner *p);

#endif
