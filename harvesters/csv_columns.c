// SPDX-License-Identifier: EUPL-1.2
/* Headings to elements: as configured, then by themselves. */
#include "harvesters/csv_columns.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "harvesters/columns.h"
#include "harvesters/csv_cells.h"
#include "harvesters/csv_headings.h"

/* --- elements --- */

bool csv_is_list(enum element e)
{
	switch (e) {
	case EL_KEYWORD:
	case EL_SUBJECT:
	case EL_LANGUAGE:
	case EL_MODE:
	case EL_SCHEDULE:
	case EL_OUTCOME:
	case EL_ALLIANCE:
	case EL_CREDENTIAL_TYPE:
	case EL_QUALITY_ASSURANCE:
	case EL_JOINT_NAME:
	case EL_AWARDING_NAME:
	case EL_SKILL_LABEL:
	case EL_SKILL_URI:
		return true;
	default:
		return false;
	}
}

bool csv_is_of_session(enum element e)
{
	return e >= EL_SESSION_ID && e <= EL_SESSION_PRICE_AUDIENCE;
}

/* --- the header --- */

static bool is_number(struct slice s)
{
	size_t n_digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (ascii_is_digit(s.p[i]))
			n_digits++;
		else if (strchr("+-., %", s.p[i]) == NULL)
			return false;
	}
	return n_digits > 0;
}

bool csv_is_heading(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		struct slice cell = csv_trim(row->cells[i]);

		if (cell.n == 0 || is_number(cell))
			return false;
		for (size_t j = 0; j < i; j++)
			if (slice_eq(cell, csv_trim(row->cells[j])))
				return false;
	}
	return row->n > 0;
}

static const char currency_name[] = "currency";

static bool is_currency_name(struct slice name)
{
	return slice_eq_nocase(slice_trim(name), slice_of(currency_name));
}

enum err_code csv_columns_check(const struct settings *columns, struct source_place *place,
				struct err *err)
{
	return columns_check(columns, currency_name, place, err);
}

/* The headings for a message, as many as fit. */
static struct slice list_headings(const struct csv_columns *c, struct arena *arena)
{
	struct slice text = SLICE_LIT("");

	for (size_t i = 0; i < c->n && text.n < 120; i++)
		text = arena_printf(arena, "%.*s%s%.*s", SLICE_ARG(text), i > 0 ? ", " : "",
				    SLICE_ARG(utf8_first(c->items[i].heading, 40)));
	return text;
}

/* Exactly, then folded, then by number ("#3", or "3" where there are no headings). */
static size_t find_column(const struct csv_columns *c, struct slice heading, bool has_header)
{
	struct slice number = heading;
	uint64_t n;

	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(c->items[i].heading, heading))
			return i;
	for (size_t i = 0; i < c->n; i++)
		if (csv_same_heading(c->items[i].heading, heading))
			return i;
	if (number.n > 1 && number.p[0] == '#')
		number = slice_from(number, 1);
	else if (has_header)
		return SIZE_MAX;
	return slice_to_u64(&n, number, c->n) && n > 0 ? (size_t)n - 1 : SIZE_MAX;
}

static enum err_code missing(const struct csv_columns *c, struct slice heading, struct arena *arena,
			     struct err *err)
{
	return err_set(err, ERR_CONFIG, "no column \"%.*s\"; there are: %.*s", SLICE_ARG(heading),
		       SLICE_ARG(list_headings(c, arena)));
}

/* Columns that the configuration names, in several alternatives "A | B" all that are there. */
static enum err_code assign_configured(struct csv_columns *c, struct arena *arena,
				       const struct source *source, struct err *err)
{
	for (size_t i = 0; i < source->columns.n; i++) {
		const struct setting *setting = &source->columns.items[i];
		const struct column_name *column = column_of_name(setting->name);
		struct slice rest = slice_trim(setting->value), part;
		size_t whole = rest.n > 0 ? find_column(c, rest, source->csv.has_header) : 0;
		size_t n_found = 0;

		if (rest.n == 0)
			continue;
		if (whole != SIZE_MAX)
			rest = SLICE_LIT("");
		if (whole == SIZE_MAX && slice_find_byte(rest, '|') < 0)
			return missing(c, rest, arena, err);
		while (whole != SIZE_MAX || slice_split(&part, &rest, '|')) {
			size_t at = whole != SIZE_MAX ? whole
						      : find_column(c, slice_trim(part),
								    source->csv.has_header);

			whole = SIZE_MAX;
			if (at == SIZE_MAX)
				continue;
			n_found++;
			if (column == NULL) {
				c->currency = at;
				continue;
			}
			c->items[at].element = column->element;
			c->items[at].scheme = column->scheme;
		}
		if (n_found == 0)
			return missing(c, setting->value, arena, err);
	}
	return ERR_OK;
}

static bool is_configured(const struct source *source, enum element e)
{
	for (size_t i = 0; i < source->columns.n; i++) {
		const struct column_name *column = column_of_name(source->columns.items[i].name);

		if (column != NULL && column->element == e)
			return true;
	}
	return false;
}

/* Headings that nothing was configured for: of several for one element the best one. */
static void assign_by_heading(struct csv_columns *c, const struct source *source)
{
	size_t ranks[EL_COUNT];
	size_t best[EL_COUNT];

	for (size_t i = 0; i < EL_COUNT; i++) {
		ranks[i] = CSV_NO_RANK;
		best[i] = SIZE_MAX;
	}
	for (size_t i = 0; i < c->n; i++) {
		struct csv_heading guess = { .element = EL_COUNT };
		size_t rank;

		if (is_currency_name(c->items[i].heading) && c->currency == SIZE_MAX)
			c->currency = i;
		if (c->items[i].element != EL_COUNT || c->currency == i)
			continue;
		rank = csv_read_heading(&guess, c->items[i].heading);
		if (rank == CSV_NO_RANK || is_configured(source, guess.element))
			continue;
		if (rank >= ranks[guess.element]) {
			if (guess.is_code) /* beside an id, a code is still the course's */
				c->items[i].element = EL_COURSE_CODE;
			continue;
		}
		if (best[guess.element] != SIZE_MAX)
			c->items[best[guess.element]].element =
				c->items[best[guess.element]].is_code ? EL_COURSE_CODE : EL_COUNT;
		ranks[guess.element] = rank;
		best[guess.element] = i;
		c->items[i].element = guess.element;
		c->items[i].scheme = guess.scheme;
		c->items[i].is_code = guess.is_code;
		c->items[i].is_flag = guess.is_flag;
	}
}

static size_t column_of(const struct csv_columns *c, enum element e)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].element == e)
			return i;
	return SIZE_MAX;
}

static enum err_code find_ids(struct csv_columns *c, struct arena *arena,
			      const struct source *source, struct err *err)
{
	static const enum element stand_ins[] = { EL_RECORD_ID, EL_COURSE_CODE, EL_URL };
	const struct codes *wanted = &source->csv.id_columns;

	c->ids = arena_new_n(arena, size_t, wanted->n + 1);
	if (c->ids == NULL)
		return err_set(err, ERR_LIMIT, "too many id-columns");
	for (size_t i = 0; i < wanted->n; i++) {
		size_t at = find_column(c, slice_trim(wanted->items[i]), source->csv.has_header);

		if (at == SIZE_MAX)
			return missing(c, wanted->items[i], arena, err);
		c->ids[c->n_ids++] = at;
	}
	for (size_t i = 0; i < countof(stand_ins) && c->n_ids == 0; i++) {
		size_t at = column_of(c, stand_ins[i]);

		if (at != SIZE_MAX)
			c->ids[c->n_ids++] = at;
		c->id_is_url = stand_ins[i] == EL_URL;
	}
	if (c->n_ids == 0)
		return err_set(
			err, ERR_CONFIG,
			"no column is an id: name some in csv { id-columns }; there are: %.*s",
			SLICE_ARG(list_headings(c, arena)));
	return ERR_OK;
}

/* options { credits = "CATS" }: the unit of columns that name none. */
static void name_credits(struct csv_columns *c, struct arena *arena, const struct source *source)
{
	struct slice unit = slice_trim(settings_get(&source->options, "credits"));
	const char *scheme;

	if (unit.n == 0)
		return;
	scheme = arena_printf(arena, "%.*s", SLICE_ARG(unit)).p; /* ends with a zero byte */
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].element == EL_WORKLOAD && c->items[i].scheme == NULL)
			c->items[i].scheme = scheme;
}

static void note_sessions(struct csv_columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		enum element e = c->items[i].element;

		if (e == EL_SESSION_ID || e == EL_SESSION_START || e == EL_SESSION_END ||
		    e == EL_SESSION_TERM || e == EL_SESSION_APPLY_FROM ||
		    e == EL_SESSION_APPLY_UNTIL)
			c->has_sessions = true;
	}
	for (size_t i = 0; i < c->n && c->has_sessions; i++)
		if (c->items[i].element == EL_PRICE)
			c->items[i].element = EL_SESSION_PRICE;
}

enum err_code csv_columns_find(struct csv_columns *out, struct arena *arena,
			       const struct csv_row *first, const struct source *source,
			       struct err *err)
{
	struct csv_columns c = { .n = first->n, .currency = SIZE_MAX };
	enum err_code rc;

	c.items = arena_new_n(arena, struct csv_column, first->n + 1);
	if (c.items == NULL)
		return err_set(err, ERR_LIMIT, "the first row is too large");
	for (size_t i = 0; i < c.n; i++) {
		struct csv_column *column = &c.items[i];

		column->element = EL_COUNT;
		if (source->csv.has_header)
			column->heading = arena_dup(arena, csv_trim(first->cells[i]));
		else
			column->heading = arena_printf(arena, "%zu", i + 1);
		column->path = arena_printf(arena, "column %.*s",
					    SLICE_ARG(utf8_first(column->heading, 100)));
	}
	rc = assign_configured(&c, arena, source, err);
	if (rc != ERR_OK)
		return rc;
	if (source->csv.has_header)
		assign_by_heading(&c, source);
	if (column_of(&c, EL_TITLE) == SIZE_MAX && !csv_is_heading(first))
		return err_set(err, ERR_CONFIG,
			       "the first row looks like data: set csv { header = false } and name "
			       "columns by number, or name the title's heading in columns");
	if (column_of(&c, EL_TITLE) == SIZE_MAX)
		return err_set(err, ERR_CONFIG,
			       "no column is the title: name it in columns; there are: %.*s",
			       SLICE_ARG(list_headings(&c, arena)));
	rc = find_ids(&c, arena, source, err);
	if (rc != ERR_OK)
		return rc;
	note_sessions(&c);
	name_credits(&c, arena, source);
	*out = c;
	return ERR_OK;
}
