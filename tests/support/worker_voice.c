// SPDX-License-Identifier: EUPL-1.2
/*
 * Frames to and from the daemon, for workers that tests have written.
 */
#include "tests/support/worker_voice.h"

#include <poll.h>
#include <unistd.h>

struct buf voice_out = BUF_INIT(4 * LIMIT_MIB);

void voice_say(void)
{
	size_t at = 0;

	while (at < voice_out.len) {
		ssize_t n = write(VOICE_SOCKET, voice_out.data + at, voice_out.len - at);

		if (n <= 0)
			_exit(1);
		at += (size_t)n;
	}
	buf_reset(&voice_out);
}

void voice_ready(void)
{
	const struct message_ready ready = { .is_locked = true };

	message_write_ready(&voice_out, &ready);
	voice_say();
}

void voice_request(uint32_t tag, const char *url)
{
	const struct request r = { .kind = REQUEST_LIST, .url = slice_of(url), .tag = tag };

	message_write_request(&voice_out, &r);
	voice_say();
}

void voice_page(uint32_t tag, uint64_t items)
{
	message_write_page(&voice_out, tag, items, NULL);
	voice_say();
}

void voice_gone(uint32_t tag, const char *id)
{
	message_write_gone(&voice_out, tag, slice_of(id));
	voice_say();
}

void voice_complete(bool is_proven)
{
	struct message_complete complete = { .rule = is_proven ? SLICE_LIT("I say so")
							       : SLICE_NONE };

	err_set(&complete.why, ERR_PARSE, "gave up");
	message_write_complete(&voice_out, &complete);
	voice_say();
}

void voice_credit(uint32_t tag, uint32_t bytes, unsigned n_times)
{
	for (unsigned i = 0; i < n_times; i++) {
		size_t at = frame_begin(&voice_out, FRAME_CREDIT, 0, tag);

		buf_u32le(&voice_out, bytes);
		frame_end(&voice_out, at);
	}
	voice_say();
}

uint32_t voice_hear_payload(enum frame_type type, struct slice *payload)
{
	static struct buf in = BUF_INIT(16 * LIMIT_MIB);
	static size_t n_heard; /* bytes of the frame that was given last */

	buf_consume(&in, n_heard);
	n_heard = 0;
	for (;;) {
		struct slice rest = buf_view(&in);
		bool is_whole = false;
		struct frame f;
		char bytes[4096];
		ssize_t n;

		if (frame_take(&f, &is_whole, &rest, NULL) != ERR_OK)
			_exit(2);
		if (is_whole && f.type == type &&
		    (type != FRAME_KNOWN || f.flags == FRAME_FLAG_LAST)) {
			n_heard = in.len - rest.n;
			*payload = f.payload;
			return f.tag;
		}
		if (is_whole) {
			buf_consume(&in, in.len - rest.n);
			continue;
		}
		n = read(VOICE_SOCKET, bytes, sizeof(bytes));
		if (n <= 0)
			_exit(3);
		buf_append(&in, bytes, (size_t)n);
	}
}

uint32_t voice_hear(enum frame_type type)
{
	struct slice payload;

	return voice_hear_payload(type, &payload);
}

void voice_linger(void)
{
	for (;;)
		(void)poll(NULL, 0, -1); /* pause() is not allowed, and would spin */
}
