// SPDX-License-Identifier: EUPL-1.2
/*
 * subject-compile: the words that speak for a field of ISCED-F, as C data, at
 * build time.
 *
 *	subject-compile DIRECTORY OUTPUT.c
 *
 * Reads isced-f-2013.tsv, isced-f-labels.tsv, language-words.tsv and
 * subject-terms.tsv, which vocab-compile has checked.
 */
#include "catalogue/subject_terms.h"

#include <errno.h>
#include <stdio.h>

static void write_folds(FILE *out, const struct subject_model *m)
{
	(void)fputs("static const struct subject_fold folds[] = {\n", out);
	for (size_t i = 0; i < SUBJECT_LETTERS - SUBJECT_LETTERS_FROM; i++) {
		const struct subject_fold *f = &m->folds[i];

		(void)fprintf(out, "\t{ %u, { ", f->n);
		for (size_t b = 0; b < sizeof(f->bytes); b++)
			(void)fprintf(out, "%d, ", f->bytes[b]);
		(void)fputs("} },\n", out);
	}
	(void)fputs("};\n\n", out);
}

static void write_nodes(FILE *out, const struct subject_model *m)
{
	(void)fputs("static const struct subject_node nodes[] = {\n", out);
	for (size_t i = 0; i < m->n_nodes; i++)
		(void)fprintf(out, "\t{ \"%s\", %u, %u },\n", m->nodes[i].code,
			      m->nodes[i].n_digits, m->nodes[i].parent);
	(void)fputs("};\n\n", out);
}

static void write_entries(FILE *out, const struct subject_model *m)
{
	(void)fputs("static const uint32_t keys[] = {\n", out);
	for (size_t i = 0; i <= m->mask; i++)
		(void)fprintf(out, "%u,%s", m->keys[i], i % 16 == 15 ? "\n" : "");
	(void)fputs("};\n\nstatic const struct subject_entry entries[] = {\n", out);
	for (size_t i = 0; i <= m->mask; i++) {
		const struct subject_entry *e = &m->entries[i];

		(void)fprintf(out, "{%u,%u,{%u,%u,%u},{%u,%u,%u}},%s", e->strength, e->use,
			      e->nodes[0], e->nodes[1], e->nodes[2], e->shares[0], e->shares[1],
			      e->shares[2], i % 8 == 7 ? "\n" : "");
	}
	(void)fputs("};\n\n", out);
}

static enum err_code write_model(const char *path, const struct subject_model *m, struct err *err)
{
	FILE *out = fopen(path, "wb");

	if (out == NULL)
		return err_from_errno(err, errno, path);
	(void)fputs(
		"// SPDX-License-Identifier: EUPL-1.2\n"
		"/* Made by subject-compile from catalogue/vocab; see NOTICE for the sources. */\n"
		"#include \"catalogue/subject_model.h\"\n\n",
		out);
	write_folds(out, m);
	write_nodes(out, m);
	write_entries(out, m);
	(void)fprintf(out,
		      "const struct subject_model subject_model_built = { folds, nodes, %zu, keys, "
		      "entries, %zu };\n",
		      m->n_nodes, m->mask);
	if (fclose(out) == 0)
		return ERR_OK;
	(void)remove(path);
	return err_from_errno(err, errno, path);
}

int main(int argc, char **argv)
{
	struct subject_learner *l;
	struct err err = ERR_INIT;
	enum err_code rc;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: subject-compile DIRECTORY OUTPUT\n");
		return 64;
	}
	l = subject_learner_new();
	rc = subject_terms_learn(l, argv[1], NULL, NULL, &err);
	if (rc == ERR_OK)
		rc = write_model(argv[2], subject_learner_finish(l), &err);
	if (rc != ERR_OK)
		(void)fprintf(stderr, "subject-compile: %s\n", err.msg);
	subject_learner_free(l);
	return rc == ERR_OK ? 0 : 65;
}
