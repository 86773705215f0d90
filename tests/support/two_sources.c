// SPDX-License-Identifier: EUPL-1.2
#include "tests/support/two_sources.h"

#include "tests/support/catalogue_pages.h"
#include "tests/support/folder.h"

int two_sources_open(void **state)
{
	struct two_sources *f = mem_new(struct two_sources);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	f->other = partner_open(NULL);
	assert_true(f->p != NULL && f->other != NULL);
	*state = f;
	return 0;
}

int two_sources_close(void **state)
{
	struct two_sources *f = *state;

	daemon_fixture_close(&f->d);
	partner_close(f->p);
	partner_close(f->other);
	mem_free(f);
	return 0;
}

void two_sources_serve(struct two_sources *f, const char *path, const char *type, struct slice body)
{
	struct partner_answer a = { .body = body.p, .body_bytes = body.n };

	snprintf(a.content_type, sizeof(a.content_type), "%s", type);
	partner_route(f->p, path, &a);
}

void two_sources_check_ledger(const char *line)
{
	long shown = daemon_figure(line, "shown");
	long before = daemon_figure(line, "before");

	if (strstr(line, "harvest cancelled") != NULL || strstr(line, "harvest failed") != NULL)
		return; /* cut off in the middle of a page */
	assert_int_equal(shown, daemon_figure(line, "new") + daemon_figure(line, "back") +
					daemon_figure(line, "changed") +
					daemon_figure(line, "unchanged") +
					daemon_figure(line, "rejected") +
					daemon_figure(line, "out-of-scope") +
					daemon_figure(line, "duplicate"));
	assert_int_equal(before, daemon_figure(line, "kept") + daemon_figure(line, "unlisted") +
					 daemon_figure(line, "gone") +
					 daemon_figure(line, "absent") +
					 daemon_figure(line, "held"));
}

void two_sources_line(char *line, size_t cap, struct two_sources *f, const char *source)
{
	char text[64];

	f->d.seen = 0;
	snprintf(text, sizeof(text), "source=%s run=", source);
	do
		snprintf(line, cap, "%s", daemon_wait_line(&f->d, text));
	while (strstr(line, ": harvest ") == NULL);
}

void two_sources_expect(const char *name, const char *line, const char *figure, long expected)
{
	if (daemon_figure(line, figure) != expected)
		fail_msg("%s: %s is not %ld: %s", name, figure, expected, line);
}

const char *two_sources_report(struct two_sources *f, const char *source, const char *line)
{
	const char *run = strstr(line, "run=");
	char path[128];

	assert_non_null(run);
	snprintf(path, sizeof(path), "/v1/sources/%s/runs/%.*s", source,
		 (int)strspn(run + 4, "0123456789"), run + 4);
	return daemon_get_ok(&f->d, path);
}

void two_sources_expect_said(const char *name, const char *report, const char *const *said,
			     size_t n)
{
	for (size_t i = 0; i < n && said[i] != NULL; i++)
		if (strstr(report, said[i]) == NULL)
			fail_msg("%s: the report does not say \"%s\": %s", name, said[i], report);
}

void two_sources_begin(struct two_sources *f, const char *settings)
{
	const struct partner_answer plain = { .status = 200 };

	folder_remove(temp_dir_path(&f->d.dir, "state"));
	partner_unroute(f->p, "/list");
	partner_unroute(f->p, "/next");
	serve_csv(f->other, 1, TWO_GOOD, &plain);
	daemon_source(&f->d, "good", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->other));
	daemon_source(&f->d, "bad", "%s url = \"%s/list\"", settings, partner_base(f->p));
}
