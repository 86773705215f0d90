// SPDX-License-Identifier: EUPL-1.2
/*
 * Addresses and dates that come in heads and links: a line with the address of
 * a page, a line with a link on it, a line with a parameter's name; what
 * follows is a value. Each line is tried as a date and as a host too.
 *
 * A link leads to an address or nowhere, twice the same; what is taken apart
 * lies within its text; what is encoded comes back whole; a time that was read
 * is written and read the same.
 */
#include "tests/fuzz/fuzz.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/url.h"
#include "daemon/address.h"

enum { OUT_BYTES = 64 * 1024 };

static bool is_part(struct slice part, struct slice text)
{
	return part.p == NULL || part.n == 0 ||
	       (part.p >= text.p && part.p + part.n <= text.p + text.n);
}

static bool check_parts(struct url *u, struct slice text)
{
	struct err err = ERR_INIT;
	enum err_code rc = url_parse(u, text, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PARSE || rc == ERR_LIMIT);
	if (rc != ERR_OK)
		return false;
	FUZZ_CHECK(text.n <= LIMIT_URL_BYTES && u->scheme.n > 0);
	FUZZ_CHECK(is_part(u->scheme, text) && is_part(u->host, text) && is_part(u->path, text) &&
		   is_part(u->query, text) && is_part(u->fragment, text));
	FUZZ_CHECK(slice_find_byte(u->host, '@') < 0 && slice_find_byte(u->host, '/') < 0);
	FUZZ_CHECK(u->path.n == 0 || u->path.p[0] == '/');
	FUZZ_CHECK(url_is_same_origin(u, u) && url_text_is_same_origin(text, text));
	return true;
}

/* What a link means is an address of its own: seen from anywhere it is the same. */
static void check_resolve(struct slice base, struct slice link)
{
	struct buf once = BUF_INIT(OUT_BYTES), twice = BUF_INIT(OUT_BYTES);
	struct err err = ERR_INIT;
	enum err_code rc = url_resolve(&once, base, link, &err);
	struct url u;

	fuzz_check_err(rc, &err);
	if (rc == ERR_OK && url_parse(&u, buf_view(&once), NULL) == ERR_OK) {
		FUZZ_CHECK(u.fragment.p == NULL);
		FUZZ_EXPECT(url_resolve(&twice, base, buf_view(&once), &err) == ERR_OK, "%s",
			    err.msg);
		FUZZ_EXPECT(slice_eq(buf_view(&once), buf_view(&twice)), "%s\n%s", buf_z(&once),
			    buf_z(&twice));
	}
	buf_clear(&once);
	buf_clear(&twice);
}

/* %XX as the byte that it stands for. */
static void decode(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		char digits[3] = "";

		if (text.p[i] != '%') {
			buf_char(out, text.p[i]);
			continue;
		}
		FUZZ_CHECK(i + 2 < text.n);
		memcpy(digits, text.p + i + 1, 2);
		buf_char(out, (char)strtoul(digits, NULL, 16));
		i += 2;
	}
}

static void check_query(struct slice base, struct slice name, struct slice value)
{
	struct buf out = BUF_INIT(OUT_BYTES), key = BUF_INIT(OUT_BYTES), got = BUF_INIT(OUT_BYTES);
	struct buf without = BUF_INIT(OUT_BYTES);
	struct url u;

	url_append_path(&out, base, SLICE_LIT("courses"));
	url_encode(&key, name);
	url_add_query(&out, name, value);
	if (!buf_failed(&out) && url_parse(&u, buf_view(&out), NULL) == ERR_OK) {
		/* The base may have had one of that name. */
		url_drop_parameter(&without, buf_view(&out), buf_view(&key));
		FUZZ_CHECK(without.len <= out.len);
		if (url_query_value(u.query, buf_view(&key)).n ==
		    out.len - (size_t)(u.query.p - out.data) - key.len - 1) {
			decode(&got, url_query_value(u.query, buf_view(&key)));
			FUZZ_EXPECT(slice_eq(buf_view(&got), value), "%s", buf_z(&out));
		}
	}
	buf_clear(&out);
	buf_clear(&key);
	buf_clear(&got);
	buf_clear(&without);
}

static void check_time(struct slice text)
{
	char form[CLOCK_TEXT_BYTES], http[32];
	int64_t at_s, again_s;
	int32_t day;

	if (clock_parse(&at_s, text)) {
		clock_format(form, at_s);
		FUZZ_EXPECT(clock_parse(&again_s, slice_of(form)), "%s", form);
		FUZZ_EXPECT(again_s == at_s || clock_day_of(at_s) == clock_day_of(again_s), "%s",
			    form);
	}
	if (clock_parse_http(&at_s, text)) {
		clock_format_http(http, at_s);
		FUZZ_EXPECT(clock_parse_http(&again_s, slice_of(http)) && again_s == at_s, "%s",
			    http);
	}
	if (clock_parse_day(&day, text)) {
		clock_format_day(form, day);
		FUZZ_EXPECT(slice_eq_z(text, form), "%.*s: %s", FUZZ_ARG(text), form);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text;
	struct slice lines[3];
	struct url u;

	for (size_t i = 0; i < countof(lines); i++) {
		lines[i] = fuzz_line(&rest);
		check_time(lines[i]);
		if (check_parts(&u, lines[i]))
			(void)address_text_is_private(u.host);
		(void)address_text_is_private(lines[i]);
	}
	check_resolve(lines[0], lines[1]);
	if (check_parts(&u, lines[0]) && u.fragment.p == NULL)
		check_query(lines[0], lines[2], rest);
	unit_exact_free(text);
	return 0;
}
