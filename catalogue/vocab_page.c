// SPDX-License-Identifier: EUPL-1.2
/*
 * The page of coded values and tables for docs/, from the tables themselves.
 */
#include "catalogue/vocab_compile.h"

#include "base/mem.h"

struct page {
	FILE *out;
	const char *scheme; /* whose values are being listed */
	struct text_set *seen;
};

/* "en" label of a code: one line of the table of its scheme. */
static enum err_code write_value(struct compiler *c, const struct vocab_reader *r, const void *arg,
				 struct err *err)
{
	const struct page *page = arg;
	char memory[3][256];
	const char *const patterns[] = { "{code}", "{label}", "{uri}" };
	struct vocab_expansion x;

	(void)err;
	if (!vocab_expand(&x, c->memory, r, "{scheme} {lang} {kind}", 0))
		return ERR_OK;
	(void)snprintf(memory[0], sizeof(memory[0]), "%s en pref", page->scheme);
	if (!slice_eq_z(x.text, memory[0]))
		return ERR_OK;
	for (size_t i = 0; i < countof(patterns); i++) {
		if (!vocab_expand(&x, c->memory, r, patterns[i], 0))
			return ERR_OK;
		(void)snprintf(memory[i], sizeof(memory[i]), "%.*s", SLICE_ARG(x.text));
	}
	if (text_set_has(page->seen, slice_of(memory[0])))
		return ERR_OK;
	(void)text_set_add(page->seen, slice_of(memory[0]));
	(void)fprintf(page->out, "| `%s` | %s | %s |\n", memory[0], memory[1], memory[2]);
	return ERR_OK;
}

static enum err_code write_scheme(struct compiler *c, const struct vocab_reader *r, const void *arg,
				  struct err *err)
{
	const struct page *page = arg;
	struct page one = *page;
	struct text_set seen;
	struct vocab_expansion x;
	char scheme[128];
	enum err_code rc;

	if (!vocab_expand(&x, c->memory, r, "{scheme}", 0) || text_set_has(page->seen, x.text))
		return ERR_OK;
	(void)text_set_add(page->seen, x.text);
	(void)snprintf(scheme, sizeof(scheme), "%.*s", SLICE_ARG(x.text));
	(void)fprintf(page->out,
		      "\n### %s\n\n| code | meaning | EU vocabulary |\n| --- | --- | --- |\n",
		      scheme);
	text_set_init(&seen);
	one.scheme = scheme;
	one.seen = &seen;
	rc = compiler_each_row(c, "coded-values.tsv", write_value, &one, err);
	text_set_clear(&seen);
	return rc;
}

static const char page_head[] =
	"# Vocabularies\n\n"
	"This page is made from the tables: `vocab-compile --doc catalogue/vocab "
	"docs/vocabularies.md`. "
	"A test compares the two.\n\n"
	"## Coded elements\n\n"
	"Coded elements of an offer hold these codes. The words by which they are recognised in "
	"catalogues stand in\n`catalogue/vocab/coded-values.tsv`, the enumerations of partners' "
	"formats in `coded-mappings.tsv`.\n\n"
	"| element | scheme |\n| --- | --- |\n"
	"| `opportunityType` | learning-opportunity |\n"
	"| `mode`, `sessions.mode` | mode |\n"
	"| `schedule` | learning-schedule |\n"
	"| `assessment` | assessment |\n"
	"| `supervision` | supervision-annex |\n"
	"| `qualityAssurance` | qa-type |\n"
	"| `stackability` | stackability |\n"
	"| `credentialTypes` | award-format |\n"
	"| `formality` | learning-setting |\n\n"
	"The other schemes are read where a format has them. Without an address in the last "
	"column, no "
	"identifier of\nthe EU is known for a code.\n";

static const char page_tables[] =
	"\n## Tables\n\n"
	"What each table is made from, and what was corrected in it, as its first lines say. An "
	"operator's "
	"own rows go into\nfiles of the same names and columns in `vocab-dir`; columns that are "
	"not "
	"needed may be left out, and where such\nrows speak, they decide.\n";

/* The comments of one file, one a paragraph. */
static void write_comments(FILE *out, struct slice text)
{
	struct slice line;

	while (slice_split(&line, &text, '\n') && line.n > 0 && line.p[0] == '#')
		(void)fprintf(out, "- %.*s\n", SLICE_ARG(slice_trim(slice_from(line, 1))));
}

enum err_code vocab_page_write(FILE *out, struct compiler *c, struct err *err)
{
	struct text_set seen;
	struct page page = { .out = out, .seen = &seen };
	struct buf subjects = { .data = NULL }, reading = { .data = NULL };
	enum err_code rc = ERR_OK;

	for (size_t i = 0; i < vocab_n_files && rc == ERR_OK; i++)
		rc = vocab_file_read(&c->files[i], c->directory, vocab_files[i].name, err);
	if (rc == ERR_OK) /* rules and what was measured are written by hand */
		rc = vocab_file_read(&subjects, c->directory, "subjects.md", err);
	if (rc == ERR_OK)
		rc = vocab_file_read(&reading, c->directory, "reading.md", err);
	if (rc != ERR_OK)
		return rc;
	(void)fputs(page_head, out);
	text_set_init(&seen);
	rc = compiler_each_row(c, "coded-values.tsv", write_scheme, &page, err);
	text_set_clear(&seen);
	(void)fputc('\n', out);
	(void)fwrite(reading.data, 1, reading.len, out);
	(void)fputc('\n', out);
	(void)fwrite(subjects.data, 1, subjects.len, out);
	buf_clear(&reading);
	buf_clear(&subjects);
	(void)fputs(page_tables, out);
	for (size_t i = 0; i < vocab_n_files; i++) {
		(void)fprintf(out, "\n### %s\n\nColumns: `%s`\n\n", vocab_files[i].name,
			      vocab_files[i].columns);
		write_comments(out, buf_view(&c->files[i]));
	}
	return rc;
}
