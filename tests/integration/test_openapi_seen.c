// SPDX-License-Identifier: EUPL-1.2
/*
 * What docs/openapi.yaml describes was answered: each path, status, type, header
 * and member, each value of an enum, each parameter taken and refused. The
 * programs that asked ran before this one; each checks on its own that what is
 * answered is described.
 */
#include "daemon/api/openapi.h"
#include "tests/support/openapi_seen.h"

/* Programs that write what they saw. */
static const char *const programs[] = { "test_api", "test_api_admin", "test_described",
					"test_routes", "test_routes_search" };

/*
 * What no test can count on. Those that are there for moments are met now and
 * then; of the others the first answer that has one fails this test, so that
 * the line goes.
 */
static const struct {
	const char *name, *why;
	bool is_momentary;
} exceptions[] = {
#define RUNNING "components/schemas/Status/properties/running/items/properties/"
	{ RUNNING "state =opening", "for moments", true },
	{ RUNNING "state =settling", "for moments", true },
	{ RUNNING "estimatedSecondsLeft", "of runs of five seconds and more", true },
#undef RUNNING
	{ "components/schemas/Run/properties/progress/properties/estimatedSecondsLeft",
	  "of runs of five seconds and more", true },
	{ "paths//readyz/get/responses/503", "while the daemon starts or stops", true },
	{ "components/schemas/Offer/properties/sources", "nothing joins records yet", false },
	{ "components/schemas/Offer/properties/sources/additionalProperties",
	  "nothing joins records yet", false },
	{ "components/schemas/RecordSummary/properties/why", "nothing joins records yet", false },
};

static void take_exceptions(json_t *wanted, json_t *seen)
{
	for (size_t i = 0; i < countof(exceptions); i++) {
		const char *name = exceptions[i].name;

		if (json_object_get(wanted, name) == NULL)
			fail_msg("%s is not described (any more)", name);
		if (!exceptions[i].is_momentary && json_object_get(seen, name) != NULL)
			fail_msg("%s is seen: it is no exception now", name);
		json_object_del(wanted, name);
	}
}

static void all_that_is_described_was_seen(void **state)
{
	struct openapi o;
	json_t *seen = json_object();
	json_t *wanted;
	const char *name;
	json_t *is;
	size_t n_unseen = 0;

	(void)state;
	openapi_load(&o, slice_make(openapi_json, openapi_json_bytes));
	for (size_t i = 0; i < countof(programs); i++)
		openapi_read_seen(seen, programs[i]);
	wanted = openapi_all_to_see(&o);
	take_exceptions(wanted, seen);
	json_object_foreach(wanted, name, is)
	{
		if (json_object_get(seen, name) != NULL)
			continue;
		print_error("%s\n", name);
		n_unseen++;
	}
	if (n_unseen > 0)
		fail_msg("%zu of %zu were never seen", n_unseen, json_object_size(wanted));
	print_message("%zu seen\n", json_object_size(wanted));
	json_decref(wanted);
	json_decref(seen);
	openapi_clear(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_described_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
