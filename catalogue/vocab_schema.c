// SPDX-License-Identifier: EUPL-1.2
/* Files, columns, keys and cells of the vocabularies, and the reader of such files. */
#include "catalogue/vocab_schema.h"

#include "base/mem.h"
#include "base/utf8.h"

/* clang-format off */
const struct vocab_file vocab_files[] = {
	{ "languages.tsv", "bcp47 iso639_1 iso639_2b iso639_2t iso639_3 name_en name_native", "{bcp47}" },
	{ "language-names.tsv", "bcp47 in_lang name", "{bcp47} {in_lang} {name}" },
	{ "language-forms.tsv", "bcp47 in_lang form", "{bcp47} {in_lang} {form}" },
	{ "language-aliases.tsv", "alias bcp47 kind doubtful_in note", "{alias} {bcp47}" },
	{ "language-words.tsv", "bcp47 words", "{bcp47}" },
	{ "term-words.tsv", "word kind lang", "{word} {kind} {lang}" },
	{ "price-words.tsv", "word kind value country", "{word} {kind} {value} {country}" },
	{ "time-zones.tsv", "zone offset rule note", "{zone}" },
	{ "placeholders.tsv", "lang kind words", "{lang} {kind}" },
	{ "field-words.tsv", "element kind lang words", "{element} {kind} {lang}" },
	{ "commitment-words.tsv", "commitment kind country words", "{commitment} {kind} {country} {words}" },
	{ "countries.tsv", "alpha2 alpha3 numeric eurostat name_en official_name_en name_native eu eea ehea note", "{alpha2}" },
	{ "country-names.tsv", "alpha2 in_lang name", "{alpha2} {in_lang} {name}" },
	{ "isced-f-2013.tsv", "code parent kind label_en uri note", "{code}" },
	{ "isced-f-labels.tsv", "code lang kind label source", "{code} {lang} {label}" },
	{ "subject-names.tsv", "code lang names", "{code} {lang}" },
	{ "isced-1997.tsv", "code label_en successor note", "{code}" },
	{ "subject-terms.tsv", "concept code lang terms", "{concept} {code} {lang}" },
	{ "nqf-eqf.tsv", "country framework framework_name national_level eqf qf_ehea level_forms firmness qdr_uri note", "{country} {framework} {national_level}" },
	{ "framework-names.tsv", "country framework name", "{country} {framework} {name}" },
	{ "qf-ehea.tsv", "qf_ehea label_en eqf isced2011 isced2011_label note", "{eqf} {isced2011}" },
	{ "level-terms.tsv", "term lang country qf_ehea eqf isced2011 kind confidence note", "{term} {lang} {country}" },
	{ "credit-forms.tsv", "unit lang form kind ambiguity note", "{unit} {lang} {form}" },
	{ "credit-systems.tsv", "unit name country factor_to_ects hours_min hours_max valid_from valid_to confidence source note", "{unit} {country} {valid_from} {name}" },
	{ "workload-forms.tsv", "unit lang form", "{unit} {lang} {form}" },
	{ "coded-values.tsv", "scheme code uri lang kind label source confidence", "{scheme} {lang} {label} {code}" },
	{ "coded-words.tsv", "scheme code rank words", "{scheme} {code} {rank} {words}" },
	{ "coded-mappings.tsv", "standard field value scheme code note", "{standard} {field} {value} {scheme}" },
	{ "institutions.tsv", "ror domain name_en name_own own_lang country erasmus_code pic oid wikidata eter", "{ror} {domain} {name_en}" },
	{ "institution-names.tsv", "ror domain lang name type", "{ror} {domain} {lang} {name} {type}" },
	{ "alliances.tsv", "alliance alliance_name ror domain name_en country role confidence since until", "{alliance} {ror} {domain} {role}" },
	{ "alliance-names.tsv", "alliance name", "{name}" },
	{ "microcredential-terms.tsv", "lang term kind confidence note", "{lang} {term}" },
};
const size_t vocab_n_files = countof(vocab_files);

#define LEVEL_FORM_CELLS \
	{ "{country}", "{framework}", "{national_level}", "{eqf}", "{qf_ehea}", "{firmness}" }
#define INSTITUTION_CELLS \
	{ "{ror}", "{domain}", "{name_en}", "{name_own}", "{own_lang}", "{country}", \
	  "{erasmus_code}", "{pic}" }

const struct vocab_view vocab_views[] = {
	{ "languages.tsv", VOCAB_LANGUAGE,
	  { "{bcp47}", "{iso639_1}", "{iso639_2b}", "{iso639_2t}", "{iso639_3}" },
	  { "{bcp47}", "", "code", "{name_en}", "", "" } },
	{ "languages.tsv", VOCAB_LANGUAGE, { "{name_en}" }, { "{bcp47}", "en", "name", "", "", "" } },
	{ "languages.tsv", VOCAB_LANGUAGE, { "{name_native}" },
	  { "{bcp47}", "{bcp47}", "name", "", "", "" } },
	{ "language-names.tsv", VOCAB_LANGUAGE, { "{name}" },
	  { "{bcp47}", "{in_lang}", "name", "", "", "" } },
	{ "language-forms.tsv", VOCAB_LANGUAGE, { "{form}" },
	  { "{bcp47}", "{in_lang}", "form", "", "", "" } },
	{ "language-aliases.tsv", VOCAB_LANGUAGE, { "{alias}" },
	  { "{bcp47}", "", "{kind}", "", "{note}", "{doubtful_in}" } },

	{ "language-words.tsv", VOCAB_LANGUAGE_WORD, { "{words|}" }, { "{bcp47}" } },
	{ "term-words.tsv", VOCAB_TERM_WORD, { "{word}" }, { "{kind}", "{lang}" } },
	{ "time-zones.tsv", VOCAB_TIME_ZONE, { "{zone}" }, { "{offset}", "{rule}" } },
	{ "price-words.tsv", VOCAB_PRICE_WORD, { "{word}" },
	  { "{kind}", "{value}", "{country}", "{word}" } },

	{ "placeholders.tsv", VOCAB_PLACEHOLDER, { "{words|}" }, { "{kind}" } },

	{ "field-words.tsv", VOCAB_FIELD_WORD, { "{words|}" }, { "{element}", "{kind}" } },

	{ "commitment-words.tsv", VOCAB_COMMITMENT_WORD, { "{words|}" },
	  { "{commitment}", "{kind}", "{country}" } },

	{ "countries.tsv", VOCAB_COUNTRY, { "{alpha2}", "{alpha3}", "{numeric}", "{eurostat}" },
	  { "{alpha2}", "", "code", "{name_en}", "{eu}", "{ehea}" } },
	{ "countries.tsv", VOCAB_COUNTRY,
	  { "{name_en}", "{official_name_en}", "{name_native|}" },
	  { "{alpha2}", "", "name", "", "", "" } },
	{ "country-names.tsv", VOCAB_COUNTRY, { "{name}" },
	  { "{alpha2}", "{in_lang}", "name", "", "", "" } },

	{ "isced-f-labels.tsv", VOCAB_SUBJECT, { "{label}" }, { "{code}", "{lang}", "{kind}", "{source}" } },
	{ "subject-names.tsv", VOCAB_SUBJECT, { "{names|}" }, { "{code}", "{lang}", "alt", "own" } },
	{ "isced-f-2013.tsv", VOCAB_SUBJECT_CODE, { "{code}" },
	  { "{label_en}", "{parent}", "{kind}", "{uri}", "{note}", "isced-f" } },
	{ "isced-1997.tsv", VOCAB_SUBJECT_CODE, { "isced-1997 {code}" },
	  { "{label_en}", "{successor}", "", "", "{note}", "isced-1997" } },

	{ "nqf-eqf.tsv", VOCAB_LEVEL_FORM,
	  { "{level_forms|}", "{qdr_uri}", "{country}#{national_level}",
	    "{country}/{framework}#{national_level}" },
	  LEVEL_FORM_CELLS },
	{ "framework-names.tsv", VOCAB_FRAMEWORK_NAME, { "{name}" }, { "{country}", "{framework}" } },
	{ "qf-ehea.tsv", VOCAB_LEVEL_TERM, { "cycle {eqf}" },
	  { "", "", "{qf_ehea}", "{eqf}", "{isced2011}", "cycle", "high", "{note}" } },
	{ "level-terms.tsv", VOCAB_LEVEL_TERM, { "{term}" },
	  { "{lang}", "{country}", "{qf_ehea}", "{eqf}", "{isced2011}", "{kind}", "{confidence}",
	    "{note}" } },

	{ "credit-forms.tsv", VOCAB_CREDIT_FORM, { "{form}" },
	  { "{unit}", "{lang}", "{form}", "{kind}", "{ambiguity}", "{note}" } },
	{ "credit-systems.tsv", VOCAB_CREDIT_SYSTEM, { "{unit}" },
	  { "{country}", "{factor_to_ects}", "{hours_min}", "{hours_max}", "{valid_from}",
	    "{valid_to}", "{confidence}", "{name}" } },
	{ "workload-forms.tsv", VOCAB_WORKLOAD_FORM, { "{form}" },
	  { "{unit}", "{lang}", "{form}" } },

	{ "coded-values.tsv", VOCAB_CODED_VALUE, { "{label}" },
	  { "{scheme}", "{code}", "{lang}", "{kind}", "{label}", "{uri}", "{confidence}" } },
	{ "coded-values.tsv", VOCAB_CODED_VALUE, { "{code}" },
	  { "{scheme}", "{code}", "", "code", "", "{uri}", "high" } },
	{ "coded-values.tsv", VOCAB_CODED_VALUE, { "{uri}" },
	  { "{scheme}", "{code}", "", "uri", "", "{uri}", "{confidence}" } },
	{ "coded-values.tsv", VOCAB_CODED_VALUE, { "{lang=en}{kind=pref}{scheme}#{code}" },
	  { "{scheme}", "{code}", "en", "label", "{label}", "{uri}", "{confidence}" } },
	{ "coded-words.tsv", VOCAB_CODED_WORD, { "{words|}" }, { "{scheme}", "{code}", "{rank}" } },
	{ "coded-mappings.tsv", VOCAB_CODED_MAPPING, { "{standard}/{field}={value}" },
	  { "{scheme}", "{code}", "{standard}", "{field}", "{value}", "{note}" } },

	{ "institutions.tsv", VOCAB_INSTITUTION_ID,
	  { "{domain}", "{ror}", "{erasmus_code}", "{pic}", "{oid}", "{wikidata}" },
	  INSTITUTION_CELLS },
	{ "institutions.tsv", VOCAB_INSTITUTION_ID, { "{eter}" }, INSTITUTION_CELLS },
	{ "institution-names.tsv", VOCAB_INSTITUTION_NAME, { "{name}" },
	  { "{ror}", "{domain}", "{type}", "{lang}" } },
	{ "institutions.tsv", VOCAB_INSTITUTION_NAME, { "{name_en}", "{name_own}" },
	  { "{ror}", "{domain}", "label", "" } },
	{ "alliances.tsv", VOCAB_ALLIANCE, { "{domain}", "{ror}" },
	  { "{alliance}", "{alliance_name}", "{role}", "{since}", "{until}" } },
	{ "alliances.tsv", VOCAB_ALLIANCE, { "{alliance}", "{alliance_name}" },
	  { "{alliance}", "{alliance_name}", "name", "", "" } },
	{ "alliance-names.tsv", VOCAB_ALLIANCE, { "{name}" }, { "{alliance}", "", "name", "", "" } },
	{ "microcredential-terms.tsv", VOCAB_MICROCREDENTIAL_TERM, { "{term}" },
	  { "{lang}", "{kind}", "{confidence}" } },
};
const size_t vocab_n_views = countof(vocab_views);

const struct vocab_reference vocab_references[] = {
	{ "language-names.tsv", "{bcp47-}", "languages.tsv", "{bcp47}" },
	{ "language-forms.tsv", "{bcp47-}", "languages.tsv", "{bcp47}" },
	{ "language-aliases.tsv", "{bcp47-}", "languages.tsv", "{bcp47}" },
	{ "language-words.tsv", "{bcp47-}", "languages.tsv", "{bcp47}" },
	{ "price-words.tsv", "{country}", "countries.tsv", "{alpha2}" },
	{ "commitment-words.tsv", "{country}", "countries.tsv", "{alpha2}" },
	{ "country-names.tsv", "{alpha2}", "countries.tsv", "{alpha2}" },
	{ "isced-f-2013.tsv", "{parent}", "isced-f-2013.tsv", "{code}" },
	{ "isced-f-labels.tsv", "{code}", "isced-f-2013.tsv", "{code}" },
	{ "subject-names.tsv", "{code}", "isced-f-2013.tsv", "{code}" },
	{ "isced-1997.tsv", "{successor}", "isced-f-2013.tsv", "{code}" },
	{ "nqf-eqf.tsv", "{qf_ehea}", "qf-ehea.tsv", "{qf_ehea}" },
	{ "nqf-eqf.tsv", "{eqf}", "qf-ehea.tsv", "{eqf}" },
	{ "framework-names.tsv", "{country} {framework}", "nqf-eqf.tsv", "{country} {framework}" },
	{ "level-terms.tsv", "{qf_ehea}", "qf-ehea.tsv", "{qf_ehea}" },
	{ "level-terms.tsv", "{eqf}", "qf-ehea.tsv", "{eqf}" },
	{ "level-terms.tsv", "{country}", "countries.tsv", "{alpha2}" },
	{ "credit-forms.tsv", "{unit}", "credit-systems.tsv", "{unit}" },
	{ "institutions.tsv", "{country}", "countries.tsv", "{alpha2}" },
	{ "institution-names.tsv", "{ror}", "institutions.tsv", "{ror}" },
	{ "institution-names.tsv", "{domain}", "institutions.tsv", "{domain}" },
	{ "alliances.tsv", "{ror}", "institutions.tsv", "{ror}" },
	{ "alliances.tsv", "{country}", "countries.tsv", "{alpha2}" },
	{ "alliance-names.tsv", "{alliance}", "alliances.tsv", "{alliance}" },
	{ "coded-mappings.tsv", "{scheme} {code}", "coded-values.tsv", "{scheme} {code}" },
	{ "coded-words.tsv", "{scheme} {code}", "coded-values.tsv", "{scheme} {code}" },
};
const size_t vocab_n_references = countof(vocab_references);

static const struct {
	uint8_t n_cells;
	uint8_t lang_cell;
	uint8_t fold;
} tables[VOCAB_TABLE_COUNT] = {
	[VOCAB_LANGUAGE] = { 6, 1, VOCAB_FOLD_TEXT },
	[VOCAB_COUNTRY] = { 6, 1, VOCAB_FOLD_NAME },
	[VOCAB_SUBJECT] = { 4, 1, VOCAB_FOLD_TOPIC },
	[VOCAB_SUBJECT_CODE] = { 6, VOCAB_NO_LANG, VOCAB_FOLD_TEXT },
	[VOCAB_LEVEL_FORM] = { 6, VOCAB_NO_LANG, VOCAB_FOLD_WORDS },
	[VOCAB_LEVEL_TERM] = { 8, 0, VOCAB_FOLD_WORDS },
	[VOCAB_CREDIT_FORM] = { 6, 1, VOCAB_FOLD_TEXT },
	[VOCAB_CREDIT_SYSTEM] = { 8, VOCAB_NO_LANG, VOCAB_FOLD_TEXT },
	[VOCAB_WORKLOAD_FORM] = { 3, 1, VOCAB_FOLD_TEXT },
	[VOCAB_CODED_VALUE] = { 7, 2, VOCAB_FOLD_WORDS },
	[VOCAB_CODED_WORD] = { 3, VOCAB_NO_LANG, VOCAB_FOLD_PATTERN },
	[VOCAB_CODED_MAPPING] = { 6, VOCAB_NO_LANG, VOCAB_FOLD_WORDS },
	[VOCAB_INSTITUTION_ID] = { 8, VOCAB_NO_LANG, VOCAB_FOLD_TEXT },
	[VOCAB_INSTITUTION_NAME] = { 4, 3, VOCAB_FOLD_NAME },
	[VOCAB_ALLIANCE] = { 5, VOCAB_NO_LANG, VOCAB_FOLD_NAME },
	[VOCAB_MICROCREDENTIAL_TERM] = { 3, 0, VOCAB_FOLD_WORDS },
	[VOCAB_LANGUAGE_WORD] = { 1, 0, VOCAB_FOLD_TEXT },
	[VOCAB_TERM_WORD] = { 2, 1, VOCAB_FOLD_PATTERN },
	[VOCAB_FRAMEWORK_NAME] = { 2, VOCAB_NO_LANG, VOCAB_FOLD_WORDS },
	[VOCAB_PRICE_WORD] = { 4, VOCAB_NO_LANG, VOCAB_FOLD_TEXT },
	[VOCAB_TIME_ZONE] = { 2, VOCAB_NO_LANG, VOCAB_FOLD_TEXT },
	[VOCAB_PLACEHOLDER] = { 1, VOCAB_NO_LANG, VOCAB_FOLD_NAME },
	[VOCAB_FIELD_WORD] = { 2, VOCAB_NO_LANG, VOCAB_FOLD_WORDS },
	[VOCAB_COMMITMENT_WORD] = { 3, VOCAB_NO_LANG, VOCAB_FOLD_PATTERN },
};
/* clang-format on */

size_t vocab_table_cells(enum vocab_table table)
{
	return tables[table].n_cells;
}

enum vocab_fold vocab_table_fold(enum vocab_table table)
{
	return (enum vocab_fold)tables[table].fold;
}

size_t vocab_table_lang_cell(enum vocab_table table)
{
	return tables[table].lang_cell;
}

const struct vocab_file *vocab_file_of_project(const char *name)
{
	for (size_t i = 0; i < vocab_n_files; i++)
		if (strcmp(vocab_files[i].name, name) == 0)
			return &vocab_files[i];
	return NULL;
}

const struct vocab_file *vocab_file_of(const char *name)
{
	for (size_t i = 0; i < vocab_n_views; i++)
		if (strcmp(vocab_views[i].file, name) == 0)
			return vocab_file_of_project(name);
	return NULL;
}

/* Splits a line at its tabs; the number of cells, VOCAB_COLUMNS + 1 when there are more. */
static size_t split_line(struct slice cells[VOCAB_COLUMNS], struct slice line)
{
	size_t n = 0;

	for (;;) {
		ptrdiff_t tab = slice_find_byte(line, '\t');

		if (n == VOCAB_COLUMNS)
			return VOCAB_COLUMNS + 1;
		if (tab < 0) {
			cells[n++] = slice_trim(line);
			return n;
		}
		cells[n++] = slice_trim(slice_first(line, (size_t)tab));
		line = slice_from(line, (size_t)tab + 1);
	}
}

/* The next line that is neither blank nor a comment; tabs at its ends stay. */
static bool next_line(struct vocab_reader *r, struct slice *line)
{
	while (r->rest.n > 0) {
		ptrdiff_t end = slice_find_byte(r->rest, '\n');
		struct slice raw = end < 0 ? r->rest : slice_first(r->rest, (size_t)end);

		r->rest = end < 0 ? slice_from(r->rest, r->rest.n)
				  : slice_from(r->rest, (size_t)end + 1);
		r->line++;
		if (raw.n > 0 && raw.p[raw.n - 1] == '\r')
			raw.n--;
		if (slice_trim(raw).n == 0 || raw.p[0] == '#')
			continue;
		*line = raw;
		return true;
	}
	return false;
}

/* Whether a column is one of the file's; place gets its number in the file's list. */
static bool column_place(const struct vocab_file *file, struct slice name, size_t *place)
{
	struct slice list = slice_of(file->columns);
	struct slice known;

	*place = 0;
	while (slice_split(&known, &list, ' ')) {
		if (slice_eq(known, name))
			return true;
		(*place)++;
	}
	return false;
}

static size_t count_columns(const struct vocab_file *file)
{
	struct slice list = slice_of(file->columns);
	struct slice known;
	size_t n = 0;

	while (slice_split(&known, &list, ' '))
		n++;
	return n;
}

static enum err_code check_columns(const struct vocab_reader *r, struct err *err)
{
	for (size_t i = 0; i < r->n_columns; i++) {
		size_t place;

		if (!column_place(r->file, r->columns[i], &place) || (r->is_strict && place != i))
			return err_set(err, ERR_PARSE, "%s:%zu: column \"%.*s\"; expected: %s",
				       r->file->name, r->line, SLICE_ARG(r->columns[i]),
				       r->file->columns);
		for (size_t j = 0; j < i; j++)
			if (slice_eq(r->columns[i], r->columns[j]))
				return err_set(err, ERR_PARSE, "%s:%zu: column \"%.*s\" twice",
					       r->file->name, r->line, SLICE_ARG(r->columns[i]));
	}
	if (r->is_strict && r->n_columns != count_columns(r->file))
		return err_set(err, ERR_PARSE, "%s:%zu: %zu columns; expected: %s", r->file->name,
			       r->line, r->n_columns, r->file->columns);
	return ERR_OK;
}

enum err_code vocab_reader_begin(struct vocab_reader *r, const struct vocab_file *file,
				 struct slice text, bool is_strict, struct err *err)
{
	struct slice line;
	size_t valid = utf8_valid_prefix(text);

	*r = (struct vocab_reader){ .file = file, .rest = text, .is_strict = is_strict };
	if (slice_starts_with(r->rest, SLICE_LIT("\xef\xbb\xbf")))
		r->rest = slice_from(r->rest, 3);
	if (valid < text.n)
		return err_set(err, ERR_PARSE, "%s: byte %zu is not UTF-8", file->name, valid);
	if (!next_line(r, &line))
		return err_set(err, ERR_PARSE, "%s: empty; expected a line of column names: %s",
			       file->name, file->columns);
	r->n_columns = split_line(r->columns, line);
	if (r->n_columns > VOCAB_COLUMNS)
		return err_set(err, ERR_PARSE, "%s:%zu: more than %d columns", file->name, r->line,
			       VOCAB_COLUMNS);
	return check_columns(r, err);
}

enum err_code vocab_reader_next(struct vocab_reader *r, bool *has_row, struct err *err)
{
	struct slice line;
	size_t n;

	*has_row = next_line(r, &line);
	if (!*has_row)
		return ERR_OK;
	n = split_line(r->cells, line);
	if (n == r->n_columns)
		return ERR_OK;
	return err_set(err, ERR_PARSE, "%s:%zu: %zu cells; expected %zu", r->file->name, r->line, n,
		       r->n_columns);
}

/* The cell of a column; empty where the file has no such column. */
static struct slice cell_of(const struct vocab_reader *r, struct slice column)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (slice_eq(r->columns[i], column))
			return r->cells[i];
	return SLICE_LIT("");
}

/* The part-th of the values separated by " | ". */
static struct slice part_of(struct slice cell, size_t part, bool *is_last)
{
	for (;;) {
		ptrdiff_t bar = slice_find(cell, SLICE_LIT(" | "));

		if (bar < 0 || part == 0) {
			*is_last = bar < 0;
			return part > 0  ? SLICE_LIT("")
			       : bar < 0 ? cell
					 : slice_trim(slice_first(cell, (size_t)bar));
		}
		cell = slice_from(cell, (size_t)bar + 3);
		part--;
	}
}

/* The cell that a column of a pattern means, with its modifier (see vocab_view). */
static struct slice piece_of(struct vocab_expansion *out, const struct vocab_reader *r,
			     struct slice column, size_t part)
{
	ptrdiff_t equals = slice_find_byte(column, '=');
	struct slice cell;
	char modifier;

	if (equals > 0) {
		cell = cell_of(r, slice_first(column, (size_t)equals));
		if (!slice_eq(cell, slice_from(column, (size_t)equals + 1)))
			out->has_empty = true;
		return SLICE_LIT("");
	}
	modifier = column.n > 0 ? column.p[column.n - 1] : '\0';
	if (modifier == '|' || modifier == '-')
		column.n--;
	cell = cell_of(r, column);
	if (modifier == '|')
		cell = part_of(cell, part, &out->is_last);
	if (modifier == '-' && slice_find_byte(cell, '-') >= 0)
		cell = slice_first(cell, (size_t)slice_find_byte(cell, '-'));
	out->has_empty = out->has_empty || cell.n == 0;
	return cell;
}

bool vocab_expand(struct vocab_expansion *out, char *memory, const struct vocab_reader *r,
		  const char *pattern, size_t part)
{
	struct slice in = slice_of(pattern);
	size_t n = 0;

	out->has_empty = false;
	out->is_last = true;
	while (in.n > 0) {
		struct slice piece = slice_first(in, 1);
		ptrdiff_t end = in.p[0] == '{' ? slice_find_byte(in, '}') : -1;

		if (end > 0) {
			piece = piece_of(out, r, slice_first(slice_from(in, 1), (size_t)end - 1),
					 part);
			in = slice_from(in, (size_t)end);
		}
		in = slice_from(in, 1);
		if (piece.n > VOCAB_CELL_BYTES - n)
			return false;
		if (piece.n > 0)
			memcpy(memory + n, piece.p, piece.n);
		n += piece.n;
	}
	out->has_empty = out->has_empty || n == 0;
	out->text = slice_make(memory, n);
	return true;
}
