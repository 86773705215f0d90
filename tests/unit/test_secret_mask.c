// SPDX-License-Identifier: EUPL-1.2
/*
 * A secret in passing bytes, cut at every place.
 */
#include "tests/support/unit.h"

#include "daemon/secret_mask.h"

/* Pieces of n bytes each. */
static void pass(struct buf *out, const char *secret, const char *text, size_t n)
{
	struct secret_mask m;
	struct slice rest = slice_of(text);

	secret_mask_init(&m, slice_of(secret));
	while (rest.n > 0) {
		buf_slice(out, secret_mask_pass(&m, slice_first(rest, n)));
		rest = slice_from(rest, n);
	}
	buf_slice(out, secret_mask_rest(&m));
	secret_mask_clear(&m);
}

static void a_secret_is_overwritten_wherever_it_is_cut(void **state)
{
	static const struct {
		const char *secret, *text, *expected;
	} cases[] = {
		{ "hush", "", "" },
		{ "hush", "hush", "xxxx" },
		{ "hush", "?key=hush&page=2", "?key=xxxx&page=2" },
		{ "hush", "hushhush, hus, hu", "xxxxxxxx, hus, hu" },
		{ "hush", "huhush and hushush", "huxxxx and xxxxush" },
		{ "aab", "aaab aaaab aa", "axxx aaxxx aa" },
		{ "xx", "axxxb", "axxxb" },
		{ NULL, "hush", "hush" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		for (size_t n = 1; n <= strlen(cases[i].text) + 1; n++) {
			struct buf out = BUF_INIT(1000);

			pass(&out, cases[i].secret, cases[i].text, n);
			if (strcmp(buf_z(&out), cases[i].expected) != 0)
				fail_msg("%s in pieces of %zu: \"%s\"", cases[i].text, n,
					 buf_z(&out));
			buf_clear(&out);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_overwritten_wherever_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
