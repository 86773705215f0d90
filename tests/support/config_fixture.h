// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_CONFIG_FIXTURE_H
#define TESTS_SUPPORT_CONFIG_FIXTURE_H

/*
 * A configuration that a test writes into a folder of its own, loaded.
 */

#include "tests/support/temp_dir.h"
#include "tests/support/unit.h"

#include "daemon/config.h"

struct fixture {
	struct temp_dir dir;
	struct config *config;
	struct err err;
};

static inline int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	temp_dir_make(&f->dir);
	unsetenv("CREDENTIALS_DIRECTORY");
	*state = f;
	return 0;
}

static inline int close_fixture(void **state)
{
	struct fixture *f = *state;

	config_free(f->config);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static inline enum err_code load(struct fixture *f, const char *text)
{
	config_free(f->config);
	f->config = NULL;
	err_clear(&f->err);
	return config_load(&f->config, temp_dir_write(&f->dir, "m.conf", text), &f->err);
}

#define assert_loads(f, text)                                                                      \
	do {                                                                                       \
		if (load((f), (text)) != ERR_OK)                                                   \
			fail_msg("refused: %s", (f)->err.msg);                                     \
	} while (0)

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

#endif
