// SPDX-License-Identifier: EUPL-1.2
/*
 * Cursors: a text that is read is the one that would be written, and any
 * cursor that is written is read as it was.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "index/cursor.h"

static void check_text(struct slice text)
{
	struct cursor c;
	struct err err = ERR_INIT;
	enum err_code rc = cursor_read(&c, text, &err);
	struct buf again = BUF_INIT(LIMIT_CURSOR_BYTES);

	fuzz_check_err(rc, &err);
	if (rc == ERR_OK) {
		cursor_write(&again, &c);
		FUZZ_EXPECT(slice_eq(buf_view(&again), text), "%s", buf_z(&again));
	}
	buf_clear(&again);
}

/* A cursor of these bytes. */
static void make(struct cursor *c, struct slice from)
{
	struct random r = RANDOM_INIT(fuzz_mix(from));

	*c = (struct cursor){ .order = (enum sort_order)random_below(&r, SORT_COUNT) };
	c->generation = (int64_t)(random_next(&r) >> 1);
	c->today = (int32_t)random_next(&r);
	c->mark = random_next(&r);
	c->major = random_next(&r);
	c->slot = (int64_t)(random_next(&r) >> 1);
	if (c->order != SORT_TITLE)
		return;
	c->n_title = from.n < sizeof(c->title) ? from.n : sizeof(c->title);
	if (c->n_title > 0)
		memcpy(c->title, from.p, c->n_title);
}

static void check_cursor(struct slice from)
{
	struct buf text = BUF_INIT(LIMIT_CURSOR_BYTES);
	struct cursor c, read;
	struct err err = ERR_INIT;

	make(&c, from);
	cursor_write(&text, &c);
	FUZZ_CHECK(!buf_failed(&text));
	FUZZ_EXPECT(cursor_read(&read, buf_view(&text), &err) == ERR_OK, "%s", err.msg);
	FUZZ_CHECK(read.order == c.order && read.generation == c.generation &&
		   read.today == c.today && read.mark == c.mark && read.major == c.major &&
		   read.slot == c.slot && read.n_title == c.n_title &&
		   memcmp(read.title, c.title, c.n_title) == 0);
	/* One letter changed, and it is none any more. */
	if (from.n > 0) {
		size_t at = fuzz_mix(from) % text.len;

		text.data[at] = text.data[at] == 'A' ? 'B' : 'A';
		check_text(buf_view(&text));
	}
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);

	check_text(text);
	check_cursor(text);
	unit_exact_free(text);
	return 0;
}
