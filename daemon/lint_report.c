// SPDX-License-Identifier: EUPL-1.2
/*
 * What lint prints: a block a record, or a line a record, then the sums.
 */
#include "daemon/lint_report.h"

#include "base/json_write.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "catalogue/commitment.h"
#include "harvesters/message.h"

#include <stdlib.h>

enum { COLUMN = 20 };

/* --- counting --- */

static void count(struct lint_counts *counts, const char *name)
{
	for (size_t i = 0; i < counts->n; i++) {
		if (strcmp(counts->items[i].name, name) == 0) {
			counts->items[i].n++;
			return;
		}
	}
	if (counts->n == LIMIT_LINT_NAMES) {
		counts->n_others++;
		return;
	}
	counts->items = mem_resize(counts->items, counts->n + 1, sizeof(*counts->items));
	counts->items[counts->n++] = (struct lint_count){ mem_strdup(name), 1 };
}

static void clear_counts(struct lint_counts *counts)
{
	for (size_t i = 0; i < counts->n; i++)
		mem_free(counts->items[i].name);
	mem_free(counts->items);
	*counts = (struct lint_counts){ 0 };
}

static int by_number(const void *a, const void *b)
{
	const struct lint_count *x = a;
	const struct lint_count *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* --- printing --- */

/* Text of strangers on one line: nothing in it moves a cursor or hides a word. */
static void print_text(FILE *out, struct slice text, size_t max_bytes)
{
	struct slice rest = utf8_first(text, max_bytes);
	bool is_cut = rest.n < text.n;
	uint32_t c;

	while (utf8_next(&c, &rest)) {
		char bytes[4];
		bool is_control = c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
				  c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
				  (c >= 0x2066 && c <= 0x2069);
		size_t n = utf8_encode(bytes, is_control ? ' ' : c);

		fwrite(bytes, 1, n, out);
	}
	if (is_cut)
		fputs("...", out);
}

/* The left column; what is too wide for it keeps one blank. */
static void print_label(FILE *out, const char *label)
{
	int width = COLUMN - 3;

	fprintf(out, "  %-*s ", width, label);
}

static void print_word(FILE *out, const struct word *w)
{
	fputc('"', out);
	print_text(out, w->text, 160);
	fputc('"', out);
	if (w->lang.n > 0) {
		fputs(" (", out);
		print_text(out, w->lang, 40);
		fputc(')', out);
	}
	if (w->scheme.n > 0) {
		fputs(" in ", out);
		print_text(out, w->scheme, 60);
	}
	if (w->path.n > 0) {
		fputs("  at ", out);
		print_text(out, w->path, 100);
	}
	fputc('\n', out);
}

/* Which elements the source has words for, each once, as a wrapped list. */
static void print_found(FILE *out, const struct words *words)
{
	bool has[EL_COUNT] = { false };
	size_t column = COLUMN;

	print_label(out, "found");
	for (size_t i = 0; i < words->n; i++)
		has[words->items[i].element] = true;
	for (size_t e = 0; e < EL_COUNT; e++) {
		const char *name = element_name((enum element)e);

		if (!has[e])
			continue;
		if (column > COLUMN && column + strlen(name) > 98) {
			fprintf(out, "\n%*s", COLUMN, "");
			column = COLUMN;
		}
		fprintf(out, "%s ", name);
		column += strlen(name) + 1;
	}
	fputc('\n', out);
}

static void print_missing(FILE *out, const struct completeness *c)
{
	print_label(out, "complete");
	fprintf(out, "%u %%", c->score);
	for (unsigned e = 0; e < REQ_COUNT; e++)
		if (c->missing >> e & 1)
			fprintf(out, "%s %s", c->missing & ((1u << e) - 1) ? "," : ", missing",
				required_element_name((enum required_element)e));
	fputc('\n', out);
}

/* The commitments that are stated, or those that are not, each with what it rests on. */
static void print_commitments(FILE *out, const char *label, const struct offer *offer,
			      bool that_are_stated)
{
	const char *before = "";

	print_label(out, label);
	for (unsigned c = 0; c < COMMITMENT_COUNT; c++) {
		const char *basis = NULL;

		if (commitment_is_stated(&basis, offer, (enum commitment)c) != that_are_stated)
			continue;
		fprintf(out, "%s%s", before, commitment_name((enum commitment)c));
		if (basis != NULL && strcmp(basis, "stated") != 0)
			fprintf(out, " (%s)", basis);
		before = ", ";
	}
	fputs(before[0] == 0 ? "nothing\n" : "\n", out);
}

/* The key commitments of the Bologna process that the offer states, and the others. */
static void print_stated(FILE *out, const struct offer *offer)
{
	print_commitments(out, "stated", offer, true);
	print_commitments(out, "not stated", offer, false);
}

static void print_traces(FILE *out, const struct traces *traces, const struct words *words)
{
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->items[i];
		bool is_same_word = i > 0 && t->word == t[-1].word && t->element == t[-1].element;

		/* Of several values in one word each has a line below it. */
		if (!is_same_word || t->word == SIZE_MAX)
			print_label(out, element_name(t->element));
		if (t->word == SIZE_MAX)
			fputs("not said by the record\n", out);
		else if (!is_same_word)
			print_word(out, &words->items[t->word]);
		fprintf(out, "%*s", COLUMN, "");
		if (t->piece.n > 0) {
			fputc('"', out);
			print_text(out, t->piece, 80);
			fputs("\" ", out);
		}
		fputs("-> ", out);
		print_text(out, t->result.n > 0 ? t->result : SLICE_LIT("nothing"), 160);
		if (t->reading.rule[0] != 0) {
			fputs("  (", out);
			if (t->reading.from != FROM_DECLARED && from_name(t->reading.from) != NULL)
				fprintf(out, "%s: ", from_name(t->reading.from));
			print_text(out, slice_of(t->reading.rule), READING_RULE_BYTES);
			fputc(')', out);
		}
		fputc('\n', out);
	}
}

static void print_record(struct lint_report *r, const struct message *m, const struct offer *offer,
			 const struct words *words, const struct traces *traces)
{
	print_text(r->out, texts_pick(&offer->title, SLICE_LIT("en")), 200);
	fputc('\n', r->out);
	print_label(r->out, "id");
	print_text(r->out, m->record_id, LIMIT_RECORD_ID_BYTES);
	fputc('\n', r->out);
	if (r->is_explained)
		print_traces(r->out, traces, words);
	else
		print_found(r->out, words);
	print_missing(r->out, &offer->completeness);
	if (r->is_explained)
		print_stated(r->out, offer);
}

/* Written anew from what was read: what a worker says goes no further as it is. */
static enum err_code print_line(struct lint_report *r, const struct message *m,
				const struct offer *offer, const struct traces *traces,
				struct err *err)
{
	struct buf line = BUF_INIT(2 * (size_t)LIMIT_OFFER_BYTES);
	struct json_writer w = JSON_WRITER(&line);
	enum err_code rc = ERR_OK;

	json_open(&w, '{');
	json_field(&w, "recordId", m->record_id);
	offer_write_members(&w, offer);
	if (r->is_explained) {
		json_key(&w, "explain");
		json_open(&w, '[');
		for (size_t i = 0; i < traces->n; i++) {
			const struct trace *t = &traces->items[i];

			json_open(&w, '{');
			json_field_z(&w, "element", element_name(t->element));
			if (t->word != SIZE_MAX)
				json_field_i64(&w, "word", (int64_t)t->word);
			json_field(&w, "piece", t->piece);
			json_field_z(&w, "from", from_name(t->reading.from));
			json_field_z(&w, "rule", t->reading.rule);
			json_field(&w, "result", t->result);
			json_close(&w, '}');
		}
		json_close(&w, ']');
	}
	json_close(&w, '}');
	buf_char(&line, '\n');
	if (buf_failed(&line))
		rc = err_set(err, ERR_LIMIT, "record %.*s: its line has more than %zu bytes",
			     SLICE_ARG(utf8_first(m->record_id, 80)), line.max);
	else
		fwrite(line.data, 1, line.len, r->out);
	buf_clear(&line);
	return rc;
}

/* --- what comes --- */

static enum err_code take_record(struct lint_report *r, const struct message *m,
				 struct arena *arena, struct err *err)
{
	struct traces traces = { 0 };
	struct words words = { 0 };
	struct offer offer;
	enum err_code rc = offer_read(&offer, arena, m->offer, err);

	if (rc == ERR_OK)
		rc = words_read(&words, arena, m->words, err);
	if (rc == ERR_OK && r->is_explained)
		rc = message_read_traces(&traces, arena, m->offer, words.n, err);
	if (rc == ERR_OK && r->is_ndjson)
		rc = print_line(r, m, &offer, &traces, err);
	if (rc != ERR_OK)
		return rc;
	if (!r->is_ndjson)
		print_record(r, m, &offer, &words, &traces);
	r->n_records++;
	r->score_sum += offer.completeness.score;
	for (unsigned e = 0; e < REQ_COUNT; e++)
		r->n_missing[e] += offer.completeness.missing >> e & 1;
	return ERR_OK;
}

static void take_reject(struct lint_report *r, const struct message *m)
{
	FILE *out = r->is_ndjson ? r->err : r->out;

	r->n_rejected++;
	count(&r->rejects, m->why.msg);
	fputs("rejected: ", out);
	print_text(out, m->record_id.n > 0 ? m->record_id : SLICE_LIT("a record"),
		   LIMIT_RECORD_ID_BYTES);
	fputs(": ", out);
	print_text(out, slice_of(m->why.msg), ERR_MSG_BYTES);
	fputc('\n', out);
}

static void take_note(struct lint_report *r, const struct message *m)
{
	char *code = mem_strndup(m->note.code.p, m->note.code.n);
	FILE *out = r->out;

	count(&r->notes, code);
	mem_free(code);
	if (r->is_ndjson)
		return; /* counted; each belongs to a record and would drown the rejects */
	if (m->record_id.n > 0)
		print_label(out, "note");
	else
		fputs("note: ", out);
	print_text(out, m->note.code, 60);
	if (m->note.element < EL_COUNT)
		fprintf(out, ": %s", element_name(m->note.element));
	if (m->note.got.n > 0) {
		fputs(": \"", out);
		print_text(out, m->note.got, 100);
		fputc('"', out);
	}
	if (m->note.expected.n > 0) {
		fputs(", expected ", out);
		print_text(out, m->note.expected, 100);
	}
	if (m->note.path.n > 0) {
		fputs("  at ", out);
		print_text(out, m->note.path, 100);
	}
	fputc('\n', out);
}

static void take_page(struct lint_report *r, const struct message *m)
{
	r->n_shown += m->n;
	if (r->has_refused && r->refused_tag == m->tag) {
		r->n_not_in_file++;
		return;
	}
	if (!m->is_lost)
		return;
	if (r->n_lost++ == 0)
		r->first_lost = m->why;
	fputs("lost: ", r->err);
	print_text(r->err, slice_of(m->why.msg), ERR_MSG_BYTES);
	fputc('\n', r->err);
}

static enum err_code take_message(struct lint_report *r, const struct message *m,
				  struct arena *arena, struct err *err)
{
	switch (m->type) {
	case FRAME_OFFER:
		return take_record(r, m, arena, err);
	case FRAME_REJECT:
		take_reject(r, m);
		break;
	case FRAME_NOTE:
		take_note(r, m);
		break;
	case FRAME_PAGE:
		take_page(r, m);
		break;
	case FRAME_OUT_OF_SCOPE:
		r->n_out_of_scope++;
		break;
	case FRAME_GONE:
		r->n_gone++;
		break;
	case FRAME_ANNOUNCE:
		r->announced = m->n;
		r->has_announced = true;
		break;
	default:
		break;
	}
	return ERR_OK;
}

static void take(struct pull_sink *sink, struct pull *pull, struct buf *frames)
{
	struct lint_report *r = container_of(sink, struct lint_report, sink);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct slice rest = buf_view(frames);
	struct err err = ERR_INIT;
	bool is_whole = true;
	struct message m;
	struct frame f;

	while (rest.n > 0 && err.code == ERR_OK && is_whole) {
		arena_reset(&arena);
		if (frame_take(&f, &is_whole, &rest, &err) == ERR_OK && is_whole &&
		    message_read(&m, &arena, &f, &err) == ERR_OK)
			(void)take_message(r, &m, &arena, &err);
	}
	arena_clear(&arena);
	fflush(r->out);
	if (err.code != ERR_OK)
		pull_refuse(pull, &err);
	pull_sink_taken(pull);
}

static void answered(struct pull_sink *sink, struct pull *pull, struct answer *a)
{
	struct lint_report *r = container_of(sink, struct lint_report, sink);

	(void)pull;
	r->has_refused = a->failure.code == ERR_NOTFOUND;
	r->refused_tag = a->tag;
}

void lint_report_init(struct lint_report *r, FILE *out, FILE *err, bool is_ndjson,
		      bool is_explained)
{
	*r = (struct lint_report){
		.sink = { .take = take, .answered = answered },
		.out = out,
		.err = err,
		.is_ndjson = is_ndjson,
		.is_explained = is_explained,
	};
}

void lint_report_clear(struct lint_report *r)
{
	clear_counts(&r->notes);
	clear_counts(&r->rejects);
}

/* --- the sums --- */

static void print_counts(FILE *out, const char *title, struct lint_counts *counts)
{
	if (counts->n == 0)
		return;
	qsort(counts->items, counts->n, sizeof(*counts->items), by_number);
	for (size_t i = 0; i < counts->n; i++) {
		fprintf(out, "%-*s%6u  ", COLUMN, i == 0 ? title : "", counts->items[i].n);
		print_text(out, slice_of(counts->items[i].name), ERR_MSG_BYTES);
		fputc('\n', out);
	}
	if (counts->n_others > 0)
		fprintf(out, "%-*s%6u  others\n", COLUMN, "", counts->n_others);
}

static void print_number(FILE *out, const char *title, uint64_t n, const char *what)
{
	if (n > 0)
		fprintf(out, "%-*s%6llu  %s\n", COLUMN, title, (unsigned long long)n, what);
}

void lint_report_print_summary(struct lint_report *r)
{
	FILE *out = r->is_ndjson ? r->err : r->out;
	bool is_first = true;

	if (!r->is_ndjson)
		fputc('\n', out);
	fprintf(out, "%-*s%6u", COLUMN, "records", r->n_records);
	if (r->n_records > 0)
		fprintf(out, "  %llu %% complete on average",
			(unsigned long long)(r->score_sum / r->n_records));
	fputc('\n', out);
	print_number(out, "rejected", r->n_rejected, "");
	print_counts(out, "  because", &r->rejects);
	print_number(out, "out of scope", r->n_out_of_scope, "");
	print_number(out, "gone", r->n_gone, "");
	print_number(out, "pages lost", r->n_lost, r->first_lost.msg);
	print_number(out, "not looked at", r->n_not_in_file,
		     "further pages or details, which the file does not hold");
	if (r->has_announced && r->announced != r->n_shown)
		fprintf(out, "%-*s%6llu  and showed %llu\n", COLUMN, "announced",
			(unsigned long long)r->announced, (unsigned long long)r->n_shown);
	for (unsigned e = 0; e < REQ_COUNT; e++) {
		if (r->n_missing[e] == 0)
			continue;
		print_number(out, is_first ? "records without" : "", r->n_missing[e],
			     required_element_name((enum required_element)e));
		is_first = false;
	}
	print_counts(out, "notes", &r->notes);
	fflush(out);
}
