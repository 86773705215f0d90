// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_FRAME_H
#define HARVESTERS_FRAME_H

/*
 * The protocol between daemon and worker: one socket pair (SOCK_STREAM) a
 * harvest, frames in little-endian:
 *
 *     u32 length of the payload | u8 type | u8 flags | u16 zero | u32 tag | payload
 *
 * Tag 0 is the run, else the request a frame belongs to. Payloads are JSON
 * but where said (begin.h and message.h write and read them). Neither side
 * believes the other: an unknown type, an oversize frame, a tag that is not in
 * hand is a protocol error, and the daemon kills the worker.
 *
 * Order. READY; BEGIN, KNOWN...; what begin has to say, ended by a PAGE with
 * tag 0. Then one answer at a time: RESPONSE or FAILED is sent when the PAGE of
 * the answer before has come, and until its own PAGE everything the worker
 * says carries its tag (but REQUEST, whose tag is new and larger than all
 * before). A REWIND is answered with the same RESPONSE again; BODY frames
 * before it are the old reading's. When nothing is outstanding: FINISH, what
 * finish has to say (tag 0), COMPLETE, exit. A worker that cannot go on says
 * COMPLETE without a rule at any time instead.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"
#include "base/limits.h"

#define FRAME_PROTOCOL 1

enum frame_type {
	/* daemon to worker */
	FRAME_BEGIN = 1, /* {protocol, source, nowS, hashSalt, hasTraces, memoryBytes, ...} */
	FRAME_KNOWN = 2, /* packed 16-byte raw hashes; the last one is flagged */
	FRAME_RESPONSE = 3, /* {finalUrl, status, contentType, link, fetchedS, isKept} */
	FRAME_BODY = 4, /* bytes; sent only against credit */
	FRAME_BODY_END = 5, /* {end: ok | cut | too-big | timeout, code, msg} */
	FRAME_FAILED = 6, /* {code, msg}: no response for this tag */
	FRAME_FINISH = 7, /* nothing outstanding: answer COMPLETE */
	/* worker to daemon */
	FRAME_READY = 32, /* {protocol, isLocked, sizeKib, msg}; nothing is fed before */
	FRAME_REQUEST = 33, /* {kind, url, accept}; the tag is the worker's, used once */
	FRAME_CREDIT = 34, /* u32: so many bytes more it will read of this body */
	FRAME_REWIND = 35, /* send this body again from the spool */
	FRAME_OFFER = 36, /* no JSON outside: u16 n, id, 16-byte hash, u32 n, offer, words */
	FRAME_SEEN = 37, /* packed raw hashes */
	FRAME_GONE = 38, /* {recordId} */
	FRAME_OUT_OF_SCOPE = 39, /* {recordId, why} */
	FRAME_REJECT = 40, /* {recordId, code, msg} */
	FRAME_NOTE = 41, /* {recordId, code, element, path, got, expected} */
	FRAME_ANNOUNCE = 42, /* u64 */
	FRAME_REMEMBER = 43, /* {key, value} */
	FRAME_PAGE = 44, /* {items, lost: {code, msg}?}: exactly one a tag, last */
	FRAME_COMPLETE = 45, /* {rule?, code, msg, peakKib, cpuMs}; then the worker exits 0 */
};

enum { FRAME_HEADER_BYTES = 12, FRAME_FLAG_LAST = 1 };

struct frame {
	uint8_t type; /* enum frame_type */
	uint8_t flags;
	uint32_t tag;
	struct slice payload; /* borrowed */
};

const char *frame_type_name(uint8_t type); /* "OFFER"; "?" for an unknown one */
/* The most a payload of this type may have; 0 for an unknown type. */
uint32_t frame_max_payload(uint8_t type);
bool frame_is_from_worker(uint8_t type);

void frame_write(struct buf *out, uint8_t type, uint8_t flags, uint32_t tag, struct slice payload);
/* Begins a frame whose payload is written straight into out; returns where, for frame_end(). */
size_t frame_begin(struct buf *out, uint8_t type, uint8_t flags, uint32_t tag);
void frame_end(struct buf *out, size_t at);

/*
 * Takes one whole frame off the front of in. *is_whole false and nothing taken
 * when more bytes are needed. ERR_PROTOCOL for a header that cannot be.
 */
enum err_code frame_take(struct frame *out, bool *is_whole, struct slice *in,
			 struct err *err) ERR_MUST_USE;

#endif
