// SPDX-License-Identifier: EUPL-1.2
/*
 * What is read from the database or a worker and parsed: an offer's JSON, its
 * traces, its attributes. Damaged bytes are refused, and what can be read is
 * written and read the same. The first byte chooses.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/api/json_scan.h"
#include "harvesters/message.h"
#include "index/attrs.h"

static bool lies_within(struct slice part, struct slice whole)
{
	return part.p == NULL || part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check_scan(struct slice json)
{
	struct json_scan it = json_scan_of(json, '{');
	struct slice key, value;
	size_t n = 0;

	while (json_scan_member(&key, &value, &it) && n++ <= json.n)
		FUZZ_CHECK(lies_within(key, json) && lies_within(value, json));
	it = json_scan_of(json, '[');
	while (json_scan_element(&value, &it) && n++ <= 2 * json.n)
		FUZZ_CHECK(lies_within(value, json));
	FUZZ_CHECK(n <= 2 * json.n);
	(void)json_scan_text(json_scan_get(json, "title"));
}

static void check_offer(struct slice json)
{
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct buf texts[2] = { BUF_INIT(8 * LIMIT_OFFER_BYTES), BUF_INIT(8 * LIMIT_OFFER_BYTES) };
	struct traces traces = { 0 };
	struct offer offer;
	struct err err = ERR_INIT;
	enum err_code rc = offer_read(&offer, &arena, json, &err);

	fuzz_check_err(rc, &err);
	for (size_t i = 0; i < 2 && rc == ERR_OK; i++) {
		struct json_writer w = JSON_WRITER(&texts[i]);

		offer_write(&w, &offer);
		rc = offer_read(&offer, &arena, buf_view(&texts[i]), &err);
		FUZZ_EXPECT(rc == ERR_OK || rc == ERR_LIMIT, "%s: %s", err.msg, buf_z(&texts[i]));
	}
	FUZZ_EXPECT(rc != ERR_OK || slice_eq(buf_view(&texts[0]), buf_view(&texts[1])), "%s\n%s",
		    buf_z(&texts[0]), buf_z(&texts[1]));
	err_clear(&err);
	rc = message_read_traces(&traces, &arena, json, 3, &err);
	fuzz_check_err(rc, &err);
	for (size_t i = 0; i < traces.n && rc == ERR_OK; i++)
		FUZZ_CHECK(traces.items[i].word == SIZE_MAX || traces.items[i].word < 3);
	buf_clear(&texts[0]);
	buf_clear(&texts[1]);
	arena_clear(&arena);
}

static void check_attrs(struct slice bytes)
{
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct buf texts[2] = { BUF_INIT(LIMIT_OFFER_BYTES), BUF_INIT(LIMIT_OFFER_BYTES) };
	struct attrs attrs;
	struct err err = ERR_INIT;
	enum err_code rc = attrs_decode(&attrs, &arena, bytes, &err);

	fuzz_check_err(rc, &err);
	for (size_t i = 0; i < 2 && rc == ERR_OK; i++) {
		attrs_encode(&texts[i], &attrs);
		FUZZ_EXPECT(attrs_decode(&attrs, &arena, buf_view(&texts[i]), &err) == ERR_OK, "%s",
			    err.msg);
	}
	FUZZ_CHECK(rc != ERR_OK || slice_eq(buf_view(&texts[0]), buf_view(&texts[1])));
	buf_clear(&texts[0]);
	buf_clear(&texts[1]);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);

	if (n > 0 && text.p[0] == 'A') {
		struct slice bytes = unit_exact(slice_from(text, 1));

		check_attrs(bytes);
		unit_exact_free(bytes);
	} else {
		check_scan(text);
		check_offer(text);
	}
	unit_exact_free(text);
	return 0;
}
