// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_CATALOGUE_PAGES_H
#define TESTS_SUPPORT_CATALOGUE_PAGES_H

/*
 * Small catalogues made for tests, set as routes of a partner: a MOOChub list
 * of pages, a CSV file, an OOAPI list with its offerings.
 *
 * Thread: any.
 */

#include "tests/support/partner.h"
#include "tests/support/unit.h"

/* Which records a page lists: courses `first` to `last`. */
struct page_of {
	int first, last;
	const char *suffix; /* of every title: another one changes the records; NULL: none */
	int untitled; /* this course has no title: rejected; 0: none */
};

/*
 * Sets /moochub, /moochub.2 ... as pages that lead from one to the next.
 * like: everything but the body, and content_type if it has one.
 */
static inline void serve_moochub(struct partner *p, const struct page_of *pages, size_t n,
				 const struct partner_answer *like)
{
	for (size_t i = 0; i < n; i++) {
		struct buf body = BUF_INIT(1 << 24);
		struct partner_answer a = *like;
		char path[64];

		buf_str(&body, "{\"links\":{\"self\":\"x\"");
		if (i + 1 < n)
			buf_printf(&body, ",\"next\":\"%s/moochub.%zu\"", partner_base(p), i + 2);
		buf_str(&body, "},\"data\":[");
		for (int c = pages[i].first; c <= pages[i].last; c++) {
			buf_printf(&body, "%s{\"type\":\"Course\",\"id\":\"c%d\",\"attributes\":{",
				   c > pages[i].first ? "," : "", c);
			if (c != pages[i].untitled)
				buf_printf(&body, "\"name\":\"Course %d%s\",", c,
					   pages[i].suffix != NULL ? pages[i].suffix : "");
			buf_printf(&body,
				   "\"inLanguage\":[\"en\"],\"description\":\"About %d\","
				   "\"url\":\"https://example.org/%d\"}}",
				   c, c);
		}
		buf_str(&body, "]}");
		a.body = buf_z(&body);
		if (a.content_type[0] == 0)
			snprintf(a.content_type, sizeof(a.content_type),
				 "application/vnd.api+json; moochub-version=3");
		if (i == 0)
			snprintf(path, sizeof(path), "/moochub");
		else
			snprintf(path, sizeof(path), "/moochub.%zu", i + 1);
		partner_route(p, path, &a);
		buf_clear(&body);
	}
}

/* Sets /c.csv. */
static inline void serve_csv(struct partner *p, int first, int last,
			     const struct partner_answer *like)
{
	struct buf body = BUF_INIT(1 << 24);
	struct partner_answer a = *like;

	buf_str(&body, "id,title,language\n");
	for (int c = first; c <= last; c++)
		buf_printf(&body, "c%d,Course %d,en\n", c, c);
	a.body = buf_z(&body);
	snprintf(a.content_type, sizeof(a.content_type), "text/csv; charset=utf-8");
	partner_route(p, "/c.csv", &a);
	buf_clear(&body);
}

/* Sets /ooapi/courses as one page; offerings are not there (404: none). */
static inline void serve_ooapi(struct partner *p, int first, int last,
			       const struct partner_answer *like)
{
	struct buf body = BUF_INIT(1 << 24);
	struct partner_answer a = *like;

	buf_str(&body, "{\"pageSize\":250,\"pageNumber\":1,\"hasNextPage\":false,\"items\":[");
	for (int c = first; c <= last; c++)
		buf_printf(&body,
			   "%s{\"courseId\":\"c%d\",\"name\":[{\"language\":\"en\",\"value\":"
			   "\"Course %d\"}],\"teachingLanguage\":\"eng\"}",
			   c > first ? "," : "", c, c);
	buf_str(&body, "]}");
	a.body = buf_z(&body);
	snprintf(a.content_type, sizeof(a.content_type), "application/json");
	partner_route(p, "/ooapi/courses", &a);
	buf_clear(&body);
}

#endif
