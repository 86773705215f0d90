// SPDX-License-Identifier: EUPL-1.2
/*
 * CSV: one file, read three times, since it does not say what it is.
 *
 *  GUESS   all bytes, for the encoding (unless it is configured)
 *  COUNT   separator and columns from its first rows; how often each id occurs
 *  READ    rows become records. Rows that share an id and a title are one
 *          record with a session each; those that wait for others are held
 *
 * Columns and cells are in csv_columns.c, groups of rows in csv_groups.c.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "harvesters/csv_cells.h"
#include "harvesters/csv_groups.h"
#include "harvesters/encoding.h"
#include "harvesters/json_page.h"
#include "harvesters/registry.h"

#include <inttypes.h>

enum pass { PASS_COUNT, PASS_READ };

struct csv {
	struct harvest_out *out;
	const struct source *source;
	enum encoding encoding;
	const char *why_encoding;
	char separator;
	size_t separator_line; /* bytes of "sep=;" */
	enum pass pass;
	struct arena arena; /* of columns */
	struct arena row_arena; /* of one row's id */
	struct csv_columns columns;
	struct csv_groups groups;
	bool has_columns;
	uint64_t n_rows; /* of data */
	uint64_t short_line; /* the last row, if it is too short and no line end closes it */
	size_t short_cells;
	size_t last_cells; /* of the row before */
	bool is_read;
	struct err failed; /* the first row cannot be used */
	struct err why; /* of a run that is not complete */
};

static struct csv *state_of(struct harvest_out *out)
{
	return (struct csv *)harvest_state(out, sizeof(struct csv));
}

static enum err_code check(const struct source *source, struct source_place *place, struct err *err)
{
	struct slice encoding = source->csv.encoding;

	if (encoding.n > 0 && encoding_of_name(encoding) == ENCODING_COUNT) {
		*place = (struct source_place){ "csv", SLICE_LIT("encoding") };
		return err_set(err, ERR_CONFIG,
			       "encoding = \"%.*s\": expected utf-8, utf-16le, utf-16be, "
			       "windows-1252, windows-1250, iso-8859-1, iso-8859-15 or macintosh",
			       SLICE_ARG(slice_first(encoding, 60)));
	}
	return csv_columns_check(&source->columns, place, err);
}

static enum err_code begin(struct harvest_out *out, struct err *err)
{
	const struct source *source = harvest_source(out);
	struct csv *s = state_of(out);
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	struct request request = { .kind = REQUEST_LIST,
				   .accept = SLICE_LIT("text/csv, */*;q=0.5") };
	enum err_code rc;

	s->out = out;
	s->source = source;
	arena_init(&s->arena, LIMIT_COLUMNS_BYTES + LIMIT_CSV_ROW_BYTES);
	arena_init(&s->row_arena, 2 * LIMIT_CSV_ROW_BYTES);
	csv_groups_init(&s->groups, out, &s->columns);
	rc = source_write_list_url(&url, source, err);
	request.url = buf_view(&url);
	if (rc == ERR_OK)
		rc = harvest_request(out, &request, err);
	buf_clear(&url);
	return rc;
}

/* --- which encoding --- */

static enum err_code body_ended(const struct response *r, struct err *err)
{
	if (r->end == BODY_OK)
		return ERR_OK;
	if (r->why.code != ERR_OK)
		return err_set(err, r->why.code, "%s", r->why.msg);
	return err_set(err, ERR_NETWORK, "the body was cut off");
}

/* The name in Content-Type decides only between those that look the same. */
static void prefer_declared(struct csv *s, const struct response *r)
{
	enum encoding declared = encoding_of_content_type(r->content_type);

	if (s->encoding == ENCODING_WINDOWS_1252 && encoding_has_bytes(declared)) {
		s->encoding = declared;
		s->why_encoding = "Content-Type";
	}
}

static enum err_code guess_encoding(struct csv *s, struct response *r, struct err *err)
{
	struct encoding_guess guess;
	struct slice chunk;
	enum err_code rc;

	if (s->source->csv.encoding.n > 0) {
		s->encoding = encoding_of_name(s->source->csv.encoding);
		s->why_encoding = "configured";
		return ERR_OK;
	}
	encoding_guess_init(&guess);
	do {
		rc = response_read(r, &chunk, err);
		if (rc == ERR_OK)
			encoding_guess_feed(&guess, chunk);
	} while (rc == ERR_OK && chunk.n > 0);
	s->encoding = encoding_guess_end(&guess, &s->why_encoding);
	prefer_declared(s, r);
	return rc == ERR_OK ? response_rewind(r, err) : rc;
}

/* --- rows --- */

static bool is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (csv_clean_cell(row->cells[i], false).p != NULL)
			return false;
	return row->defect == NULL;
}

static void reject_row(struct csv *s, const struct csv_row *row, struct slice id, const char *fmt,
		       ...) __attribute__((format(printf, 4, 5)));
static void reject_row(struct csv *s, const struct csv_row *row, struct slice id, const char *fmt,
		       ...)
{
	struct err why = ERR_INIT;
	va_list args;

	va_start(args, fmt);
	err_vset(&why, ERR_PARSE, fmt, args);
	va_end(args);
	err_wrap(&why, "line %" PRIu64, row->line);
	harvest_item(s->out);
	harvest_reject(s->out, id, &why);
}

/*
 * The id in a row that cannot be a record; absent where it does not reach to it, and where
 * other rows with this id are one: then it is they who say what the record is.
 */
static struct slice id_in_bad_row(struct csv *s, const struct csv_row *row)
{
	bool may_be_cut = !row->is_ended && row->defect == NULL; /* its last cell */
	size_t n_whole = row->n - may_be_cut;
	struct slice id;

	for (size_t i = 0; i < s->columns.n_ids; i++)
		if (s->columns.ids[i] >= n_whole)
			return SLICE_NONE;
	arena_reset(&s->row_arena);
	id = csv_row_id(&s->columns, row, &s->row_arena);
	return csv_groups_has(&s->groups, id) ? SLICE_NONE : id;
}

/* Cells beyond the columns do not count where nothing stands in them. */
static size_t count_cells(const struct csv *s, const struct csv_row *row)
{
	size_t n = row->n;

	while (n > s->columns.n && csv_clean_cell(row->cells[n - 1], false).p == NULL)
		n--;
	return n;
}

static void read_row(struct csv *s, const struct csv_row *row)
{
	size_t n = count_cells(s, row);
	struct slice id;

	s->n_rows++;
	s->short_line = 0;
	if (row->defect != NULL) {
		reject_row(s, row, id_in_bad_row(s, row), "the row is %s", row->defect);
		return;
	}
	if (n != s->columns.n) {
		reject_row(s, row, id_in_bad_row(s, row),
			   "%zu cells, expected %zu as in the first row", n, s->columns.n);
		/* Where the rows before it are as short, it is the file's way, and no cut. */
		if (n < s->columns.n && !row->is_ended && n != s->last_cells) {
			s->short_line = row->line;
			s->short_cells = n;
		}
		s->last_cells = n;
		return;
	}
	s->last_cells = n;
	arena_reset(&s->row_arena);
	id = csv_row_id(&s->columns, row, &s->row_arena);
	if (id.n == 0)
		reject_row(s, row, SLICE_NONE, "no id: %s",
			   s->columns.id_is_url ? "the column of addresses, which stands for it, "
						  "is empty"
						: "the id column is empty");
	else
		csv_groups_add(&s->groups, row, id);
}

static void count_row(struct csv *s, const struct csv_row *row)
{
	struct slice id;

	if (row->defect != NULL || count_cells(s, row) != s->columns.n)
		return;
	arena_reset(&s->row_arena);
	id = csv_row_id(&s->columns, row, &s->row_arena);
	if (id.n > 0)
		csv_groups_count(&s->groups, id);
}

static void on_row(void *data, const struct csv_row *row)
{
	struct csv *s = (struct csv *)data;
	bool is_first = !s->has_columns;

	if (s->failed.code != ERR_OK || is_blank(row))
		return;
	if (is_first && row->defect != NULL) {
		err_set(&s->failed, ERR_LIMIT, "line %" PRIu64 ", the first row, is %s", row->line,
			row->defect);
		return;
	}
	if (is_first) {
		if (csv_columns_find(&s->columns, &s->arena, row, s->source, &s->failed) != ERR_OK)
			return;
		csv_groups_set_header(&s->groups, row->raw);
		s->has_columns = true;
	}
	if (is_first && s->source->csv.has_header)
		return;
	if (s->pass == PASS_READ)
		read_row(s, row);
	else
		count_row(s, row);
}

/* --- one pass over the file --- */

/* Looks at the first bytes of text: separator, "sep=;", a page of HTML. */
static enum err_code look_at_start(struct csv *s, struct slice sample, struct err *err)
{
	struct slice start = slice_trim(slice_first(sample, 1024));
	size_t line = 0;
	char separator = csv_separator_line(&line, sample);

	if (start.n == 0)
		return err_set(err, ERR_PARSE, "the file is empty");
	if (slice_starts_with_nocase(start, SLICE_LIT("<!doctype")) ||
	    slice_starts_with_nocase(start, SLICE_LIT("<html")))
		return err_set(err, ERR_PARSE, "an HTML page instead of CSV");
	s->separator_line = line;
	s->separator = s->source->csv.separator != 0 ? s->source->csv.separator : separator;
	if (s->separator == 0)
		s->separator = csv_guess_separator(slice_from(sample, line));
	if (s->separator == 0) /* a file of one column */
		s->separator = ',';
	return ERR_OK;
}

struct pump {
	struct csv *s;
	struct response *r;
	struct decoder decoder;
	struct csv_reader reader;
	bool has_begun;
	struct buf text; /* decoded: the sample, then a piece at a time */
};

/* From the sample on, text goes to the reader; *err where no row can be read any more. */
static enum err_code begin_rows(struct pump *p, struct err *err)
{
	struct slice text = buf_view(&p->text);
	enum err_code rc = look_at_start(p->s, text, err);

	if (rc != ERR_OK)
		return rc;
	csv_reader_init(&p->reader, p->s->separator, p->s->separator_line > 0 ? 2 : 1, on_row,
			p->s);
	p->has_begun = true;
	return csv_reader_feed(&p->reader, slice_from(text, p->s->separator_line), err);
}

static enum err_code pump_rows(struct pump *p, struct err *err)
{
	struct slice chunk;
	enum err_code rc;

	for (;;) {
		rc = response_read(p->r, &chunk, err);
		if (rc != ERR_OK || chunk.n == 0)
			break;
		if (p->has_begun)
			buf_reset(&p->text);
		decoder_feed(&p->decoder, &p->text, chunk);
		if (p->has_begun)
			rc = csv_reader_feed(&p->reader, buf_view(&p->text), err);
		else if (p->text.len >= LIMIT_CSV_SAMPLE_BYTES)
			rc = begin_rows(p, err);
		if (rc != ERR_OK || p->s->failed.code != ERR_OK)
			break;
	}
	return rc;
}

/* The rows of a body that was cut are read, too, but for the last: it is half of one. */
static enum err_code end_rows(struct pump *p, bool is_whole, struct err *err)
{
	enum err_code rc;

	if (p->has_begun)
		buf_reset(&p->text);
	decoder_end(&p->decoder, &p->text);
	rc = p->has_begun ? csv_reader_feed(&p->reader, buf_view(&p->text), err)
			  : begin_rows(p, err);
	return rc == ERR_OK && is_whole ? csv_reader_end(&p->reader, err) : rc;
}

static void note_repairs(struct csv *s, const struct decoder *d)
{
	if (d->n_repaired == 0)
		return;
	harvest_note(s->out, SLICE_NONE,
		     (struct note){ .code = SLICE_LIT("bytes-not-in-encoding"),
				    .element = EL_COUNT,
				    .got = arena_printf(harvest_arena(s->out), "%" PRIu64 " bytes",
							d->n_repaired),
				    .expected = slice_of(encoding_name(d->encoding)) });
}

static enum err_code run_pass(struct csv *s, struct response *r, enum pass pass, struct err *err)
{
	struct pump p = { .s = s, .r = r, .text = BUF_INIT(LIMIT_DECODED_CHUNK_BYTES) };
	enum err_code rc;

	s->pass = pass;
	s->has_columns = false;
	s->n_rows = 0;
	arena_reset(&s->arena);
	decoder_init(&p.decoder, s->encoding);
	rc = pump_rows(&p, err);
	if (rc == ERR_OK && s->failed.code == ERR_OK)
		rc = end_rows(&p, body_ended(r, NULL) == ERR_OK, err);
	if (rc == ERR_OK && s->failed.code == ERR_OK)
		rc = body_ended(r, err);
	if (pass == PASS_READ)
		note_repairs(s, &p.decoder);
	if (p.has_begun)
		csv_reader_clear(&p.reader);
	buf_clear(&p.text);
	return rc == ERR_OK && s->failed.code != ERR_OK
		       ? err_set(err, s->failed.code, "%s", s->failed.msg)
		       : rc;
}

/* --- what it was read as, for lint and the report --- */

static struct slice separator_name(char separator, struct arena *arena)
{
	return separator == '\t' ? SLICE_LIT("tab") : arena_dup(arena, slice_make(&separator, 1));
}

static bool is_id_column(const struct csv_columns *columns, size_t i)
{
	for (size_t k = 0; k < columns->n_ids; k++)
		if (columns->ids[k] == i)
			return true;
	return false;
}

static void note_reading(struct csv *s)
{
	struct arena *arena = harvest_arena(s->out);
	struct slice used = SLICE_LIT(""), unused = SLICE_LIT("");

	for (size_t i = 0; i < s->columns.n; i++) {
		const struct csv_column *c = &s->columns.items[i];
		struct slice name = utf8_first(c->heading, 40);

		bool is_id = is_id_column(&s->columns, i);

		if ((c->element != EL_COUNT || is_id) && used.n < LIMIT_NOTE_BYTES)
			used = arena_printf(
				arena, "%.*s%s%s=%.*s", SLICE_ARG(used), used.n > 0 ? ", " : "",
				element_name(is_id ? EL_RECORD_ID : c->element), SLICE_ARG(name));
		else if (c->element == EL_COUNT && !is_id && unused.n < LIMIT_NOTE_BYTES)
			unused = arena_printf(arena, "%.*s%s%.*s", SLICE_ARG(unused),
					      unused.n > 0 ? ", " : "", SLICE_ARG(name));
	}
	harvest_note(
		s->out, SLICE_NONE,
		(struct note){ .code = SLICE_LIT("csv-read-as"),
			       .element = EL_COUNT,
			       .path = arena_printf(arena, "encoding %s (%s), separator %.*s",
						    encoding_name(s->encoding), s->why_encoding,
						    SLICE_ARG(separator_name(s->separator, arena))),
			       .got = used });
	if (unused.n > 0)
		harvest_note(s->out, SLICE_NONE,
			     (struct note){ .code = SLICE_LIT("csv-columns-not-read"),
					    .element = EL_COUNT,
					    .got = unused });
}

/* --- the page --- */

/* From the start, once all that was asked for has come. */
static enum err_code read_again(struct response *r, struct err *err)
{
	struct slice rest;
	enum err_code rc = ERR_OK;

	while (rc == ERR_OK && !r->is_ended)
		rc = response_read(r, &rest, err);
	return rc == ERR_OK ? response_rewind(r, err) : rc;
}

static enum err_code read_file(struct csv *s, struct response *r, struct err *err)
{
	struct err counting = ERR_INIT;
	enum err_code rc = guess_encoding(s, r, err);

	if (rc != ERR_OK)
		return rc;
	/* What loses the file here loses it below as well, where rows before it are kept. */
	if (run_pass(s, r, PASS_COUNT, &counting) != ERR_OK && s->failed.code != ERR_OK)
		return err_set(err, s->failed.code, "%s", s->failed.msg);
	rc = read_again(r, err);
	if (rc != ERR_OK)
		return rc;
	rc = run_pass(s, r, PASS_READ, err);
	csv_groups_flush(&s->groups);
	if (s->has_columns)
		note_reading(s);
	if (rc == ERR_OK && s->short_line > 0)
		rc = err_set(err, ERR_PARSE,
			     "the file is cut: line %" PRIu64 ", its last, has %zu of %zu cells",
			     s->short_line, s->short_cells, s->columns.n);
	return rc;
}

static enum err_code on_response(struct harvest_out *out, struct response *r, struct err *err)
{
	struct csv *s = state_of(out);
	enum err_code rc = r->status >= 400 ? response_failed(r, err) : read_file(s, r, err);

	if (rc != ERR_OK)
		s->why = *err;
	s->is_read = rc == ERR_OK;
	return rc;
}

static enum err_code on_failure(struct harvest_out *out, const struct request *request,
				const struct err *why, struct err *err)
{
	struct csv *s = state_of(out);

	(void)request;
	s->why = *why;
	return err_set(err, why->code, "%s", why->msg);
}

static enum err_code finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	struct csv *s = state_of(out);

	if (!s->is_read)
		return s->why.code != ERR_OK ? err_set(err, s->why.code, "%s", s->why.msg)
					     : err_set(err, ERR_PARSE, "the file was not read");
	*rule = SLICE_LIT("the end of the file");
	return ERR_OK;
}

static void free_state(void *state)
{
	struct csv *s = (struct csv *)state;

	csv_groups_clear(&s->groups);
	arena_clear(&s->arena);
	arena_clear(&s->row_arena);
	mem_free(s);
}

const struct harvester harvester_csv = {
	.format = "csv",
	.check = check,
	.begin = begin,
	.on_response = on_response,
	.on_failure = on_failure,
	.finish = finish,
	.free_state = free_state,
};
