// SPDX-License-Identifier: EUPL-1.2
/*
 * The fast JSON loaders, into jansson's values and into a tree: values, order
 * of members and messages are jansson's, for any bytes.
 */
#include "tests/fuzz/fuzz.h"

#include "catalogue/json_load.h"
#include "catalogue/json_tree.h"
#include "tests/support/json_same.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const size_t all_flags[] = {
	0,
	JSON_REJECT_DUPLICATES,
	JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
};

static char *dump(const json_t *value)
{
	return value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
}

static void check(struct slice text, size_t flags)
{
	json_error_t ours_at = { 0 }, theirs_at = { 0 };
	json_t *ours = json_load(text, flags, &ours_at);
	json_t *theirs = json_loadb(text.p, text.n, flags, &theirs_at);
	char *ours_text = dump(ours), *theirs_text = dump(theirs);

	FUZZ_EXPECT((ours == NULL) == (theirs == NULL), "flags %zu: ours \"%s\", theirs \"%s\"",
		    flags, ours_at.text, theirs_at.text);
	if (ours == NULL)
		FUZZ_EXPECT(strcmp(ours_at.text, theirs_at.text) == 0 &&
				    ours_at.position == theirs_at.position,
			    "ours \"%s\", theirs \"%s\"", ours_at.text, theirs_at.text);
	else if (ours_text == NULL || theirs_text == NULL)
		FUZZ_EXPECT(false, "flags %zu: what was read cannot be written", flags);
	else
		FUZZ_EXPECT(json_equal(ours, theirs) && strcmp(ours_text, theirs_text) == 0,
			    "ours %s, theirs %s", ours_text, theirs_text);
	free(ours_text);
	free(theirs_text);
	json_decref(ours);
	json_decref(theirs);
}

/* Also in another arena, with its names trimmed, when the text is gone. */
static void check_copy(const struct json_node *node)
{
	struct arena arena = ARENA_INIT(ARENA_BYTES);
	const struct json_node *copy = json_tree_copy(node, &arena);

	FUZZ_CHECK(copy != NULL);
	if (json_tree_trim_names(copy))
		FUZZ_CHECK(!json_tree_trim_names(copy));
	arena_clear(&arena);
}

static void check_tree(struct slice text, size_t flags)
{
	json_error_t ours_at = { 0 }, theirs_at = { 0 };
	struct arena arena = ARENA_INIT(ARENA_BYTES);
	const struct json_node *ours = json_tree_load(text, flags, &arena, &ours_at);
	json_t *theirs = json_loadb(text.p, text.n, flags, &theirs_at);

	FUZZ_EXPECT((ours == NULL) == (theirs == NULL), "flags %zu: ours \"%s\", theirs \"%s\"",
		    flags, ours_at.text, theirs_at.text);
	if (ours == NULL) {
		FUZZ_EXPECT(strcmp(ours_at.text, theirs_at.text) == 0, "ours \"%s\", theirs \"%s\"",
			    ours_at.text, theirs_at.text);
	} else {
		FUZZ_EXPECT((flags & JSON_REJECT_DUPLICATES) == 0 || json_same(ours, theirs),
			    "flags %zu", flags);
		check_copy(ours);
	}
	json_decref(theirs);
	arena_clear(&arena);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	json_object_seed(1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);

	for (size_t i = 0; i < countof(all_flags); i++) {
		check(text, all_flags[i]);
		check_tree(text, all_flags[i]);
	}
	unit_exact_free(text);
	return 0;
}
