// SPDX-License-Identifier: EUPL-1.2
/* The demo, harvested by the command. */
#include "tests/support/demo_commands.h"

#include <sysexits.h>

int demo_commands_open(void **state)
{
	struct demo_commands *f = mem_new(struct demo_commands);

	demo_open(&f->demo);
	f->setup.socket = f->demo.d.query;
	command_try(&f->c, &f->setup, "harvest|" DEMO_SOURCES, EX_OK);
	*state = f;
	return 0;
}

int demo_commands_close(void **state)
{
	struct demo_commands *f = *state;

	command_clear(&f->c);
	demo_close(&f->demo);
	mem_free(f);
	return 0;
}

json_t *demo_json(struct demo_commands *f, const char *arguments)
{
	char text[1024];
	json_t *json;

	snprintf(text, sizeof(text), "%s|--json", arguments);
	command_try(&f->c, &f->setup, text, EX_OK);
	json = json_loadb(buf_z(&f->c.out), f->c.out.len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		command_show(&f->c, text);
	assert_non_null(json);
	return json;
}
