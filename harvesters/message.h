// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_MESSAGE_H
#define HARVESTERS_MESSAGE_H

/*
 * The payloads of frames other than BEGIN: written by one side, read and
 * checked by the other. Writers add one whole frame to out; texts that are too
 * long for what they are, are cut, so that what is written can be read.
 *
 * Reading: ERR_PROTOCOL names the member. Texts lie in the arena but where
 * said to be borrowed from the payload.
 *
 * Thread: any; pure.
 */

#include "harvesters/frame.h"
#include "harvesters/harvester.h"

/* --- daemon to worker --- */

enum { BODY_ENDS = BODY_TIMEOUT + 1 };

/* "too-big". */
const char *body_end_name(enum body_end end);

/* A Link header of more than LIMIT_LINK_BYTES is left out. */
void message_write_response(struct buf *out, uint32_t tag, const struct response *r);
void message_write_body_end(struct buf *out, uint32_t tag, enum body_end end,
			    const struct err *why);
void message_write_failed(struct buf *out, uint32_t tag, const struct err *why);

enum err_code message_read_response(struct response *out, struct arena *arena,
				    const struct frame *f, struct err *err) ERR_MUST_USE;
enum err_code message_read_body_end(enum body_end *end, struct err *why, const struct frame *f,
				    struct err *err) ERR_MUST_USE;
enum err_code message_read_failed(struct err *why, const struct frame *f,
				  struct err *err) ERR_MUST_USE;

/* --- worker to daemon: the run --- */

struct message_ready {
	bool is_locked; /* the filter is on, and tried */
	uint64_t size_kib; /* of its address space, before anything was fed */
	struct slice msg; /* why it is not locked */
};

struct message_complete {
	struct slice rule; /* that proved the end of the list; absent: err says why not */
	struct err why;
	uint64_t peak_kib; /* resident */
	uint64_t cpu_ms;
};

void message_write_ready(struct buf *out, const struct message_ready *ready);
void message_write_request(struct buf *out, const struct request *r);
void message_write_complete(struct buf *out, const struct message_complete *complete);

enum err_code message_read_ready(struct message_ready *out, struct arena *arena,
				 const struct frame *f, struct err *err) ERR_MUST_USE;
/* url is an absolute http(s) URL without control characters, at most LIMIT_URL_BYTES. */
enum err_code message_read_request(struct request *out, struct arena *arena, const struct frame *f,
				   struct err *err) ERR_MUST_USE;
enum err_code message_read_complete(struct message_complete *out, struct arena *arena,
				    const struct frame *f, struct err *err) ERR_MUST_USE;

/* --- worker to daemon: what was found --- */

void message_write_offer(struct buf *out, uint32_t tag, struct slice record_id,
			 const struct raw_hash *hash, struct slice offer, struct slice words);
void message_write_gone(struct buf *out, uint32_t tag, struct slice record_id);
void message_write_reject(struct buf *out, uint32_t tag, struct slice record_id,
			  const struct err *why);
void message_write_out_of_scope(struct buf *out, uint32_t tag, struct slice record_id,
				const char *why);
void message_write_note(struct buf *out, uint32_t tag, struct slice record_id,
			const struct note *note);
void message_write_announce(struct buf *out, uint32_t tag, uint64_t total);
void message_write_remember(struct buf *out, uint32_t tag, const char *key, struct slice value);
void message_write_page(struct buf *out, uint32_t tag, uint64_t items, const struct err *lost);

/* One of OFFER, SEEN, GONE, OUT_OF_SCOPE, REJECT, NOTE, ANNOUNCE, REMEMBER, PAGE. */
struct message {
	enum frame_type type;
	uint32_t tag;
	struct slice
		record_id; /* absent where the source gave none; valid UTF-8; OFFER: borrowed */
	struct raw_hash hash; /* OFFER */
	struct slice offer; /* OFFER: JSON, not yet looked at; borrowed */
	struct slice words; /* OFFER: likewise */
	struct slice hashes; /* SEEN: n * 16 bytes; borrowed */
	struct err why; /* REJECT, OUT_OF_SCOPE (only msg), PAGE if is_lost */
	struct note note; /* NOTE */
	uint64_t n; /* ANNOUNCE: total; PAGE: items */
	bool is_lost; /* PAGE */
	struct slice key; /* REMEMBER */
	struct slice value; /* REMEMBER */
};

/*
 * Why each element of an offer is what it is: "explain" in the offer of an
 * OFFER, which is there when BEGIN asked for it (has_traces). No traces
 * without. Words that do not exist are refused.
 */
enum err_code message_read_traces(struct traces *out, struct arena *arena, struct slice offer,
				  size_t n_words, struct err *err) ERR_MUST_USE;

enum err_code message_read(struct message *out, struct arena *arena, const struct frame *f,
			   struct err *err) ERR_MUST_USE;

#endif
