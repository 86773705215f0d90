// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_catalogue plain --offers N          offers for the plain way, a line each
 * bench_catalogue page --offers N --page N  one MOOChub page
 * bench_catalogue queries --offers N        queries of each kind, a line each:
 *                                           kind, path on the socket, FTS5 text, filters
 */
#include "tests/bench/catalogue.h"
#include "tests/bench/queries.h"
#include "tests/bench/stage.h"

#include <stdio.h>

static void print(const struct buf *text)
{
	fwrite(buf_z(text), 1, text->len, stdout);
}

static void print_plain(uint64_t n)
{
	struct catalogue_offer offer;
	struct buf line = BUF_INIT(1 << 20);

	catalogue_offer_init(&offer);
	for (uint64_t i = 0; i < n; i++) {
		catalogue_offer_make(&offer, i, 0);
		buf_reset(&line);
		catalogue_write_plain(&line, &offer);
		buf_char(&line, '\n');
		print(&line);
	}
	catalogue_offer_clear(&offer);
	buf_clear(&line);
}

static void print_page(uint64_t n, uint64_t page)
{
	struct buf text = BUF_INIT(64 << 20);

	stage_write_page(&text, "http://127.0.0.1/moochub", n, page, 0, 0);
	print(&text);
	buf_clear(&text);
}

static void print_queries(uint64_t n)
{
	struct buf text = BUF_INIT(64 << 20);

	queries_write(&text, n);
	print(&text);
	buf_clear(&text);
}

int main(int argc, char **argv)
{
	uint64_t n = stage_number(argc, argv, "--offers", 10000);
	struct slice what = slice_of(argc > 1 ? argv[1] : "");

	catalogue_init();
	if (slice_eq_z(what, "plain"))
		print_plain(n);
	else if (slice_eq_z(what, "page"))
		print_page(n, stage_number(argc, argv, "--page", 1));
	else if (slice_eq_z(what, "queries"))
		print_queries(n);
	else
		stage_die("bench_catalogue plain|page|queries --offers N");
	catalogue_free();
	return 0;
}
