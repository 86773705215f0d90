// SPDX-License-Identifier: EUPL-1.2
/*
 * What microcat prints of the demo catalogues: the same list in every format,
 * tables that fit their terminal, what is said beside them.
 */
#include "tests/support/demo_commands.h"

#include <sysexits.h>

/* The ID that a search prints first; static. */
static const char *first_id(struct demo_commands *f, const char *query)
{
	static char id[27];
	char text[1024];

	snprintf(text, sizeof(text), "search|%s|--limit|1", query);
	command_try(&f->c, &f->setup, text, EX_OK);
	assert_non_null(strchr(buf_z(&f->c.out), '\n'));
	snprintf(id, sizeof(id), "%.26s", strchr(buf_z(&f->c.out), '\n') + 1);
	return id;
}

static void every_list_is_the_same_in_every_format(void **state)
{
	static const struct {
		const char *arguments, *list; /* of the JSON; NULL: it is the list */
	} cases[] = {
		{ "search|data*|--limit|15", "offers" },
		{ "search|--source|donau|--limit|50", "offers" },
		{ "search|nothing-at-all", "offers" },
		{ "suggest|dat", "suggestions" },
		{ "stats|country,level", "cells" },
		{ "stats|subject|--country|FI", "cells" },
		{ "sources", "sources" },
		{ "runs", "runs" },
		{ "runs|kallavuori", "runs" },
		{ "runs|kallavuori|1", "noteList" },
		{ "quality|kallavuori", "missing" },
		{ "changes|--limit|10", NULL },
	};
	struct demo_commands *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		const char *arguments = cases[i].arguments;
		json_t *json, *list, *item;
		struct slice rest, line;
		char text[1024];
		size_t n = 0;

		if (strcmp(arguments, "runs|kallavuori|1") == 0) {
			/* Which number its run had depends on who was first. */
			json = demo_json(f, "runs|kallavuori|--limit|1");
			snprintf(text, sizeof(text), "runs|kallavuori|%lld",
				 (long long)json_integer_value(json_object_get(
					 json_array_get(json_object_get(json, "runs"), 0), "run")));
			json_decref(json);
			arguments = mem_strdup(text);
		}
		json = demo_json(f, arguments);
		list = cases[i].list != NULL ? json_object_get(json, cases[i].list) : json;
		assert_true(json_is_array(list));

		snprintf(text, sizeof(text), "%s|--ndjson", arguments);
		command_try(&f->c, &f->setup, text, EX_OK);
		rest = buf_view(&f->c.out);
		while (slice_split(&line, &rest, '\n') && line.n > 0) {
			item = json_loadb(line.p, line.n, 0, NULL);
			assert_non_null(item);
			assert_true(json_equal(item, json_array_get(list, n)));
			json_decref(item);
			n++;
		}
		assert_int_equal(n, json_array_size(list));

		snprintf(text, sizeof(text), "%s|--csv", arguments);
		command_try(&f->c, &f->setup, text, EX_OK);
		n = 0;
		rest = buf_view(&f->c.out);
		for (bool is_quoted = false; rest.n > 0; rest = slice_from(rest, 1)) {
			is_quoted = is_quoted != (rest.p[0] == '"');
			n += rest.p[0] == '\n' && !is_quoted; /* cells may hold lines */
		}
		assert_int_equal(n, json_array_size(list) + 1);
		json_decref(json);
		if (arguments != cases[i].arguments)
			mem_free((void *)(uintptr_t)arguments);
	}
}

static void one_thing_is_json_and_readable(void **state)
{
	struct demo_commands *f = *state;
	const char *id = first_id(f, "--source|waterhoven|stewardship");
	char text[256];
	json_t *json;

	snprintf(text, sizeof(text), "show|%s", id);
	json = demo_json(f, text);
	assert_string_equal(json_string_value(json_object_get(json, "id")), id);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(json, "subjects"), 0), "label")),
		"Inter-disciplinary programmes and qualifications involving Information "
		"and Communication Technologies (ICTs)");
	json_decref(json);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "Data stewardship for researchers\n");
	expect_out(&f->c, "Workload          4 ECTS; the source says “4 ects”\n");
	expect_out(&f->c,
		   "Level             EQF 7 (by degree or cycle), second cycle; the source says "
		   "“master”\n");
	expect_out(&f->c, "Subjects          0688 Inter-disciplinary ");
	expect_out(&f->c, "- 2026-10-12 to 2026-12-04; apply 2026-07-14 to 2026-09-28");
	expect_out(&f->c, "450 EUR");
	expect_out(&f->c, "Records           waterhoven: ");

	snprintf(text, sizeof(text), "show|%s|--hl|nl", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "Datastewardship voor onderzoekers\n");

	snprintf(text, sizeof(text), "show|%s|--csv", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "id,title,provider,");
	assert_int_equal(command_lines(&f->c.out), 2);
	snprintf(text, sizeof(text), "show|%s|--records", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "title\n  Data stewardship for researchers (en-GB)  at name[0].value\n");
	snprintf(text, sizeof(text), "show|%s|--records|--csv", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c,
		   "source,record_id,state,element,part,lang,scheme,text,path\r\nwaterhoven,");
}

static void explain_leads_from_words_to_values(void **state)
{
	struct demo_commands *f = *state;
	const char *id = first_id(f, "--source|kallavuori|Ennakoiva");
	char text[256];
	json_t *json;

	snprintf(text, sizeof(text), "explain|%s", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "kallavuori: KV-TEK-118 (live)\n");
	expect_out(&f->c, "workload\n  2,5 op  at column Laajuus\n"
			  "  → 2.5 ECTS, credit-systems.tsv: op (FI) = 1 ECTS\n");
	expect_out(&f->c, "sessions.start\n  05.10.2026  at column Alkaa\n  → 2026-10-05, ");
	json = demo_json(f, text);
	assert_string_equal(json_string_value(json_object_get(json, "id")), id);
	json_decref(json);
	snprintf(text, sizeof(text), "explain|%s|--csv", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "source,record_id,element,text,piece,lang,scheme,path,rule,result,from\r\n");
}

static void explain_names_what_was_doubted(void **state)
{
	struct demo_commands *f = *state;
	const char *id = first_id(f, "--source|kallavuori|Aseptiikan");
	char text[256];

	snprintf(text, sizeof(text), "explain|%s", id);
	command_try(&f->c, &f->setup, text, EX_OK);
	expect_out(&f->c, "doubts\n");
	expect_out(&f->c, "read “00.00.0000”"); /* no day in any calendar */
}

/* A cursor is there to be copied: it is never cut. */
static void cut_cursor(struct buf *out)
{
	ptrdiff_t at = slice_find(buf_view(out), SLICE_LIT("more: --cursor "));

	if (at >= 0)
		buf_truncate(out, (size_t)at);
}

static void tables_fit_their_terminal(void **state)
{
	static const unsigned short widths[] = { 60, 80, 120, 200 };
	struct demo_commands *f = *state;
	char show[64], explain[64], records[64];
	const char *const commands[] = {
		"search|--limit|50",
		"search|data*|--snippets|--facets|country,subject,provider",
		"suggest|dat",
		"stats|country,level,subject",
		"stats|provider",
		"sources",
		"runs",
		"runs|kallavuori",
		"quality|kallavuori",
		"quality|waterhoven",
		"changes",
		"status",
		show,
		explain,
		records,
	};
	const char *id = first_id(f, "--source|kallavuori|Ennakoiva");

	snprintf(show, sizeof(show), "show|%s", id);
	snprintf(explain, sizeof(explain), "explain|%s", id);
	snprintf(records, sizeof(records), "show|%s|--records", id);
	for (size_t w = 0; w < countof(widths); w++) {
		f->setup.columns = widths[w];
		for (size_t i = 0; i < countof(commands); i++) {
			command_try(&f->c, &f->setup, commands[i], EX_OK);
			cut_cursor(&f->c.out);
			if (command_widest_line(&f->c) > widths[w]) {
				command_show(&f->c, commands[i]);
				fail_msg("%zu columns on a terminal of %u",
					 command_widest_line(&f->c), widths[w]);
			}
			assert_true(f->c.out.len > 0);
		}
	}
	/* A wide terminal shows what a narrow one leaves out. */
	command_try(&f->c, &f->setup, "search|--limit|50", EX_OK);
	expect_out(&f->c, "Provider");
	expect_out(&f->c, "Price");
	f->setup.columns = 60;
	command_try(&f->c, &f->setup, "search|--limit|50", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "Provider"));
	expect_out(&f->c, "…");
	f->setup.env = "COLUMNS=200";
	command_try(&f->c, &f->setup, "search|--limit|50", EX_OK);
	expect_out(&f->c, "Provider");
	f->setup.env = NULL;
	f->setup.columns = 0;
	/* In a file nothing is cut. */
	command_try(&f->c, &f->setup, "search|--limit|50", EX_OK);
	assert_null(strstr(buf_z(&f->c.out), "…"));
}

static void colour_is_for_terminals(void **state)
{
	static const struct {
		const char *arguments, *env;
		unsigned short columns;
		bool is_coloured;
	} cases[] = {
		{ "search|data*|--snippets", NULL, 80, true },
		{ "search|data*|--snippets", NULL, 0, false },
		{ "search|data*|--snippets", "NO_COLOR=1", 80, false },
		{ "search|data*|--snippets", "NO_COLOR=", 80, true },
		{ "search|data*|--snippets", "TERM=dumb", 80, false },
		{ "search|data*|--snippets|--color=never", NULL, 80, false },
		{ "search|data*|--snippets|--color=always", NULL, 0, true },
		{ "search|data*|--snippets|--color|always", "NO_COLOR=1", 0, true },
		{ "runs", NULL, 80, true },
		{ "sources|--json", NULL, 80, false },
	};
	struct demo_commands *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		bool is_coloured;

		f->setup.env = cases[i].env;
		f->setup.columns = cases[i].columns;
		command_try(&f->c, &f->setup, cases[i].arguments, EX_OK);
		is_coloured = strstr(buf_z(&f->c.out), "\033[") != NULL;
		if (is_coloured != cases[i].is_coloured)
			fail_msg("case %zu: %s", i, cases[i].arguments);
	}
	f->setup.env = NULL;
	f->setup.columns = 80;
	command_try(&f->c, &f->setup, "search|stewardship|--snippets", EX_OK);
	f->setup.columns = 0;
}

static void searches_say_how_to_go_on(void **state)
{
	struct demo_commands *f = *state;
	char text[1024];
	const char *cursor;
	char first[27];

	command_try(&f->c, &f->setup, "search|--limit|3|--sort|title", EX_OK);
	expect_out(&f->c, "3 of 201 offers\nmore: --cursor ");
	snprintf(first, sizeof(first), "%.26s", strchr(buf_z(&f->c.out), '\n') + 1);
	cursor = strstr(buf_z(&f->c.out), "--cursor ") + strlen("--cursor ");
	snprintf(text, sizeof(text), "search|--limit|3|--sort|title|--cursor|%.*s",
		 (int)strcspn(cursor, "\n"), cursor);
	command_try(&f->c, &f->setup, text, EX_OK);
	assert_null(strstr(buf_z(&f->c.out), first));
	command_try(&f->c, &f->setup, "search|zzzz", EX_OK);
	assert_string_equal(buf_z(&f->c.out), "no offers found\n");
	/* Of what takes one value, the last; filters count together. */
	command_try(&f->c, &f->setup, "search|--limit|1|--limit|2|--country|FI|--country|SE",
		    EX_OK);
	expect_out(&f->c, "2 of 65 offers\n");
	/* Minus is part of the query; what stands behind -- is no option. */
	command_try(&f->c, &f->setup, "search|data*|-stewardship|--|--limit", EX_OK);
	command_try(&f->c, &f->setup, "search|machine learning|lang:en", EX_OK);
}

static void facets_come_in_the_order_asked_for(void **state)
{
	struct demo_commands *f = *state;
	const char *level, *country;

	command_try(&f->c, &f->setup, "search|--limit|1|--facets|level,country,provider", EX_OK);
	level = strstr(buf_z(&f->c.out), "\nlevel\n");
	country = strstr(buf_z(&f->c.out), "\ncountry\n");
	assert_non_null(level);
	assert_non_null(country);
	assert_true(level < country);
	assert_true(country < strstr(buf_z(&f->c.out), "\nprovider\n"));
	command_try(&f->c, &f->setup, "search|--limit|1|--facets|country,level", EX_OK);
	assert_true(strstr(buf_z(&f->c.out), "\ncountry\n") <
		    strstr(buf_z(&f->c.out), "\nlevel\n"));
	command_try(&f->c, &f->setup, "search|--limit|1|--facets|subject", EX_OK);
	expect_out(&f->c, "Education");
}

static void reports_are_readable(void **state)
{
	struct demo_commands *f = *state;
	char text[64];
	json_t *status;

	command_try(&f->c, &f->setup, "quality|kallavuori", EX_OK);
	expect_out(&f->c, "kallavuori: 22 records, ");
	expect_out(&f->c, "KV-LIIKE-199      no title: ");
	expect_out(&f->c, "(no id)           line ");
	assert_null(strstr(buf_z(&f->c.out), "parse")); /* rejects are no doubts */
	command_try(&f->c, &f->setup, "status", EX_OK);
	expect_out(&f->c, "201 offers of 201 records");
	expect_out(&f->c, "Due (UTC)");
	command_try(&f->c, &f->setup, "sources", EX_OK);
	assert_int_equal(command_lines(&f->c.out), 11);
	command_try(&f->c, &f->setup, "stats|country", EX_OK);
	expect_out(&f->c, "201 offers, as of ");
	command_try(&f->c, &f->setup, "changes|--since|1", EX_OK);
	expect_out(&f->c, "what comes next: --since ");
	status = demo_json(f, "status");
	snprintf(text, sizeof(text), "changes|--since|%lld",
		 (long long)json_integer_value(json_object_get(status, "generation")));
	json_decref(status);
	command_try(&f->c, &f->setup, text, EX_OK);
	assert_string_equal(buf_z(&f->c.out), "no changes\n");
	command_try(&f->c, &f->setup, "changes|--since|1000000", EX_USAGE);
}

static void nothing_found_is_said(void **state)
{
	static const struct {
		const char *arguments, *says;
	} cases[] = {
		{ "search|nothing-at-all", "no offers found\n" },
		{ "suggest|xqzzz", "no suggestions\n" },
		{ "runs|kallavuori|--before|1", "no runs\n" },
		{ "changes|--since|%lld", "no changes\n" },
	};
	struct demo_commands *f = *state;
	json_t *status = demo_json(f, "status");
	long long newest = json_integer_value(json_object_get(status, "generation"));

	for (size_t i = 0; i < countof(cases); i++) {
		char arguments[100];

		if (strchr(cases[i].arguments, '%') != NULL)
			snprintf(arguments, sizeof(arguments), "changes|--since|%lld", newest);
		else
			snprintf(arguments, sizeof(arguments), "%s", cases[i].arguments);
		command_try(&f->c, &f->setup, arguments, EX_OK);
		assert_string_equal(buf_z(&f->c.out), cases[i].says);
	}
	json_decref(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_is_the_same_in_every_format),
		cmocka_unit_test(one_thing_is_json_and_readable),
		cmocka_unit_test(explain_leads_from_words_to_values),
		cmocka_unit_test(explain_names_what_was_doubted),
		cmocka_unit_test(tables_fit_their_terminal),
		cmocka_unit_test(colour_is_for_terminals),
		cmocka_unit_test(searches_say_how_to_go_on),
		cmocka_unit_test(facets_come_in_the_order_asked_for),
		cmocka_unit_test(reports_are_readable),
		cmocka_unit_test(nothing_found_is_said),
	};

	return cmocka_run_group_tests(tests, demo_commands_open, demo_commands_close);
}
