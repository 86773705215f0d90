// SPDX-License-Identifier: EUPL-1.2
/*
 * The JSON splitter: a small machine for the way to the list, and a fast scan
 * for the end of a value. Strings, which are most of a catalogue, are skipped
 * with memchr; between them a table tells the six bytes that matter.
 *
 *  HEAD ──► VALUE ──► KEY ──► IN_KEY ──► COLON ──► VALUE ...
 *                └──► ELEMENT ──► (item) ──► ELEMENT ...  ──► AFTER
 */
#include "harvesters/json_split.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

enum state {
	STATE_HEAD, /* before the first brace */
	STATE_VALUE, /* a value is due */
	STATE_KEY, /* in an object on the way: a key, a comma or the end */
	STATE_IN_KEY,
	STATE_COLON,
	STATE_ELEMENT, /* in the list: a value, a comma or the end */
	STATE_SCAN, /* inside a value */
	STATE_AFTER, /* the document is complete */
	STATE_FAILED,
};

enum { KEY_BYTES = 256 };

/* What ends a run of bytes that do not matter, outside of strings. */
static const bool is_structural[256] = {
	['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void json_split_init(struct json_split *s, const char *const *paths, size_t n_paths,
		     json_item_cb on_item, void *data)
{
	*s = (struct json_split){ .on_item = on_item, .data = data };
	require(n_paths > 0 && n_paths <= JSON_SPLIT_PATHS);
	for (size_t i = 0; i < n_paths; i++) {
		struct slice rest = slice_of(paths[i]), key;

		while (slice_split(&key, &rest, '.')) {
			require(s->n_keys[i] < JSON_SPLIT_KEYS);
			s->paths[i][s->n_keys[i]++] = key;
		}
	}
	s->n_paths = (uint8_t)n_paths;
	buf_init(&s->head, LIMIT_JSON_JUNK_BYTES);
	buf_init(&s->key, KEY_BYTES);
	buf_init(&s->star, KEY_BYTES);
	buf_init(&s->rest, LIMIT_JSON_REST_BYTES);
	buf_init(&s->pending, LIMIT_ITEM_BYTES);
}

void json_split_clear(struct json_split *s)
{
	buf_clear(&s->head);
	buf_clear(&s->key);
	buf_clear(&s->star);
	buf_clear(&s->rest);
	buf_clear(&s->pending);
}

static void set_repair(struct json_split *s, const char *what, uint64_t offset)
{
	if (s->repair != NULL)
		return;
	s->repair = what;
	s->repair_offset = offset;
}

static struct json_split_level *top(struct json_split *s)
{
	return &s->levels[s->n_levels - 1];
}

/* --- the end of a value --- */

/* Behind the closing quote of the string that p lies in, or NULL: it goes on. */
static const char *scan_string(struct json_split *s, const char *p, const char *end)
{
	if (s->is_escaped && p < end) {
		s->is_escaped = false;
		p++;
	}
	while (p < end) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *stop = quote != NULL ? quote : end;
		const char *b = stop;

		while (b > p && b[-1] == '\\')
			b--;
		/* An odd number of backslashes escapes the byte behind them. */
		s->is_escaped = ((size_t)(stop - b) & 1) != 0;
		if (quote == NULL)
			return NULL;
		if (!s->is_escaped)
			return quote + 1;
		s->is_escaped = false;
		p = quote + 1;
	}
	return NULL;
}

static void mark_defect(struct json_split *s, const char *limit, unsigned max, const char *unit)
{
	s->has_defect = true;
	snprintf(s->defect, sizeof(s->defect), "it is %s than %u %s", limit, max, unit);
}

static void mark_too_large(struct json_split *s)
{
	mark_defect(s, "larger", LIMIT_ITEM_BYTES / LIMIT_MIB, "MiB (LIMIT_ITEM_BYTES)");
}

static void open_bracket(struct json_split *s, char c)
{
	if (s->depth < LIMIT_JSON_DEPTH) {
		uint64_t bit = (uint64_t)1 << s->depth;

		s->kinds = c == '[' ? s->kinds | bit : s->kinds & ~bit;
	} else {
		mark_defect(s, "nested deeper", LIMIT_JSON_DEPTH, "levels (LIMIT_JSON_DEPTH)");
	}
	s->depth++;
}

static bool close_bracket(struct json_split *s, char c)
{
	s->depth--;
	if (s->depth >= LIMIT_JSON_DEPTH)
		return true;
	return ((s->kinds >> s->depth) & 1) == (c == ']');
}

/*
 * Behind the value's last byte, or NULL when it goes on in the next chunk.
 * *bad points at a bracket that closes what another kind opened.
 */
static const char *scan_value(struct json_split *s, const char *p, const char *end,
			      const char **bad)
{
	*bad = NULL;
	if (s->is_scalar) {
		while (p < end && !is_blank(*p) && *p != ',' && *p != ']' && *p != '}')
			p++;
		return p < end ? p : NULL;
	}
	for (;;) {
		if (s->in_string) {
			p = scan_string(s, p, end);
			if (p == NULL)
				return NULL;
			s->in_string = false;
			if (s->depth == 0)
				return p;
		}
		while (p < end && !is_structural[(unsigned char)*p])
			p++;
		if (p == end)
			return NULL;
		if (*p == '"') {
			s->in_string = true;
		} else if (*p == '{' || *p == '[') {
			open_bracket(s, *p);
		} else {
			if (!close_bracket(s, *p)) {
				*bad = p;
				return NULL;
			}
			if (s->depth == 0)
				return p + 1;
		}
		p++;
	}
}

/* Keeps what a chunk holds of the value: for the callback, or as rest. */
static void keep(struct json_split *s, const char *p, const char *end)
{
	struct buf *to = s->is_item ? &s->pending : &s->rest;

	buf_append(to, p, (size_t)(end - p));
	if (s->is_item && buf_failed(to))
		mark_too_large(s);
}

static void give_item(struct json_split *s, const char *p, const char *end)
{
	struct json_item item = { .text = { p, (size_t)(end - p) },
				  .offset = s->value_offset,
				  .index = s->n_items,
				  .under = s->under };

	if (s->pending.len > 0 || buf_failed(&s->pending)) {
		keep(s, p, end);
		item.text = buf_view(&s->pending);
	} else if (item.text.n > LIMIT_ITEM_BYTES) {
		mark_too_large(s);
	}
	if (s->has_defect)
		item.defect = s->defect;
	s->n_items++;
	s->on_item(s->data, &item);
	buf_reset(&s->pending);
}

static void end_value(struct json_split *s, const char *p, const char *end)
{
	if (s->is_item)
		give_item(s, p, end);
	else
		keep(s, p, end);
	s->is_rest_half = false;
	s->state = top(s)->is_list ? STATE_ELEMENT : STATE_KEY;
}

/* --- the way to the list --- */

static void begin_value(struct json_split *s, char c, uint64_t offset, bool is_item)
{
	s->is_item = is_item;
	s->in_string = false;
	s->is_escaped = false;
	s->is_scalar = c != '{' && c != '[' && c != '"';
	s->depth = 0;
	s->has_defect = false;
	s->value_offset = offset;
	s->state = STATE_SCAN;
	s->is_rest_half = !is_item;
	if (is_item)
		s->has_list = true;
}

/* Paths of mask whose key at this depth is key; *star: a '*' was among them. */
static uint8_t paths_below(const struct json_split *s, uint8_t mask, size_t depth, struct slice key,
			   bool *star)
{
	uint8_t below = 0;

	*star = false;
	for (size_t i = 0; i < s->n_paths; i++) {
		if ((mask & (1u << i)) == 0 || depth >= s->n_keys[i])
			continue;
		if (slice_eq(s->paths[i][depth], SLICE_LIT("*"))) {
			*star = true;
			below = (uint8_t)(below | (1u << i));
		} else if (slice_eq(s->paths[i][depth], key)) {
			below = (uint8_t)(below | (1u << i));
		}
	}
	return below;
}

/* Whether a path of the mask goes on below this depth. */
static bool goes_on(const struct json_split *s, uint8_t mask, size_t depth)
{
	for (size_t i = 0; i < s->n_paths; i++)
		if ((mask & (1u << i)) != 0 && s->n_keys[i] > depth)
			return true;
	return false;
}

static void push(struct json_split *s, bool is_list, uint8_t paths, struct slice star)
{
	s->levels[s->n_levels++] =
		(struct json_split_level){ .is_list = is_list, .paths = paths, .star = star };
	if (is_list) {
		s->has_list = true;
		buf_str(&s->rest, "[]");
		s->state = STATE_ELEMENT;
	} else {
		buf_char(&s->rest, '{');
		s->state = STATE_KEY;
	}
}

static void pop(struct json_split *s)
{
	if (!top(s)->is_list)
		buf_char(&s->rest, '}');
	s->n_levels--;
	if (s->n_levels == 0)
		s->state = STATE_AFTER;
	else
		s->state = top(s)->is_list ? STATE_ELEMENT : STATE_KEY;
}

static void write_rest_key(struct json_split *s, struct slice key)
{
	struct json_split_level *level = top(s);

	s->rest_mark = s->rest.len;
	if (level->has_member)
		buf_char(&s->rest, ',');
	level->has_member = true;
	buf_char(&s->rest, '"');
	if (!buf_failed(&s->key))
		buf_slice(&s->rest, key); /* as it stood there, escapes and all */
	buf_str(&s->rest, "\":");
}

/* A value begins with c. At the root, or as the member of an object on the way. */
static void enter_value(struct json_split *s, char c, uint64_t offset)
{
	size_t depth = s->n_levels;
	struct slice key = buf_failed(&s->key) ? SLICE_NONE : slice_trim(buf_view(&s->key));
	struct slice star = SLICE_NONE;
	uint8_t all = (uint8_t)((1u << s->n_paths) - 1), paths = all;
	bool is_star = false;

	if (depth > 0) {
		star = top(s)->star;
		write_rest_key(s, buf_view(&s->key));
		paths = paths_below(s, top(s)->paths, depth - 1, key, &is_star);
		if (is_star) {
			buf_reset(&s->star);
			buf_slice(&s->star, key);
			star = buf_view(&s->star);
		}
	}
	if (c == '[' && (depth == 0 || paths != 0)) {
		push(s, true, paths, star);
		return;
	}
	if (c == '{' && goes_on(s, paths, depth)) {
		push(s, false, paths, star);
		return;
	}
	s->under = star;
	begin_value(s, c, offset, c == '{' && paths != 0);
	if (s->is_item)
		buf_str(&s->rest, "null");
}

static enum err_code fail(struct json_split *s, uint64_t offset, const char *what, char got)
{
	s->state = STATE_FAILED;
	if ((unsigned char)got > ' ' && (unsigned char)got < 0x7f)
		return err_set(&s->failed, ERR_PARSE, "byte %" PRIu64 ": %s, found '%c'", offset,
			       what, got);
	return err_set(&s->failed, ERR_PARSE, "byte %" PRIu64 ": %s, found byte 0x%02x", offset,
		       what, (unsigned)(unsigned char)got);
}

/* --- what stands before the document --- */

static bool head_is_html(struct slice head)
{
	static const char *const marks[] = { "<html", "<!doctype", "<head", "<body" };

	if (slice_find_nocase(head, SLICE_LIT("<pre")) >= 0)
		return false;
	for (size_t i = 0; i < countof(marks); i++)
		if (slice_find_nocase(head, slice_of(marks[i])) >= 0)
			return true;
	return false;
}

static struct slice html_title(struct slice head)
{
	ptrdiff_t at = slice_find_nocase(head, SLICE_LIT("<title>"));
	ptrdiff_t end;

	if (at < 0)
		return SLICE_NONE;
	head = slice_from(head, (size_t)at + 7);
	end = slice_find_nocase(head, SLICE_LIT("</title>"));
	return slice_trim(slice_first(head, end < 0 ? 100 : (size_t)end));
}

/* Says that no JSON came, and what came instead. */
static enum err_code fail_head(struct json_split *s)
{
	struct slice head = slice_trim(buf_view(&s->head));
	struct slice title = html_title(head);

	s->state = STATE_FAILED;
	if (head_is_html(head) && title.n > 0)
		return err_set(&s->failed, ERR_PARSE,
			       "an HTML page with the title \"%.*s\" instead of JSON",
			       SLICE_ARG(utf8_first(title, 100)));
	if (head_is_html(head))
		return err_set(&s->failed, ERR_PARSE, "an HTML page instead of JSON");
	if (head.n == 0)
		return err_set(&s->failed, ERR_PARSE, "the body is empty, expected JSON");
	return err_set(&s->failed, ERR_PARSE, "no JSON object or list; the body begins \"%.*s\"",
		       SLICE_ARG(utf8_first(head, 60)));
}

/* Takes bytes up to the first brace. */
static enum err_code read_head(struct json_split *s, const char **p, const char *end)
{
	size_t n_room = s->head.max - s->head.len;
	const char *q = *p;

	while (q < end && *q != '{' && *q != '[')
		q++;
	buf_slice(&s->head, slice_first(slice_make(*p, (size_t)(q - *p)), n_room));
	if ((size_t)(q - *p) > n_room)
		return fail_head(s);
	*p = q;
	if (q < end) {
		struct slice head = buf_view(&s->head);

		if (slice_starts_with(head, SLICE_LIT("\xef\xbb\xbf")))
			head = slice_from(head, 3);
		if (head_is_html(head))
			return fail_head(s);
		if (slice_trim(head).n > 0)
			set_repair(s, "text before the JSON", 0);
		s->state = STATE_VALUE;
	}
	return ERR_OK;
}

/* --- one step --- */

static enum err_code step_element(struct json_split *s, char c, uint64_t offset)
{
	struct json_split_level *list = top(s);

	if (c == ',') {
		if (list->has_comma || !list->has_member)
			set_repair(s, "a comma too many between items", offset);
		list->has_comma = true;
		return ERR_OK;
	}
	if (c == ']') {
		if (list->has_comma)
			set_repair(s, "a comma after the last item", offset);
		pop(s);
		return ERR_OK;
	}
	if (c == '}' || c == ':')
		return fail(s, offset, "expected an item or the end of the list", c);
	if (list->has_member && !list->has_comma)
		set_repair(s, "a comma missing between items", offset);
	list->has_member = true;
	list->has_comma = false;
	s->under = list->star;
	begin_value(s, c, offset, true);
	return ERR_OK;
}

/* One byte that is not blank; *is_taken false when it belongs to the value that begins. */
static enum err_code step(struct json_split *s, char c, uint64_t offset, bool *is_taken)
{
	*is_taken = true;
	switch (s->state) {
	case STATE_KEY:
		if (c == '"') {
			buf_reset(&s->key);
			s->is_escaped = false;
			s->state = STATE_IN_KEY;
		} else if (c == '}') {
			pop(s);
		} else if (c != ',') {
			return fail(s, offset, "expected a member's name in quotes", c);
		}
		return ERR_OK;
	case STATE_COLON:
		if (c != ':')
			return fail(s, offset, "expected ':' behind a member's name", c);
		s->state = STATE_VALUE;
		return ERR_OK;
	case STATE_VALUE:
		if (c == '}' || c == ']' || c == ',' || c == ':')
			return fail(s, offset, "expected a value", c);
		enter_value(s, c, offset);
		*is_taken = s->state != STATE_SCAN;
		return ERR_OK;
	case STATE_ELEMENT: {
		enum err_code rc = step_element(s, c, offset);

		*is_taken = s->state != STATE_SCAN;
		return rc;
	}
	default: /* STATE_AFTER */
		set_repair(s, "text after the JSON", offset);
		return ERR_OK;
	}
}

static const char *read_key(struct json_split *s, const char *p, const char *end)
{
	const char *behind = scan_string(s, p, end);

	/* A name longer than the buffer is no name we look for. */
	buf_append(&s->key, p, (size_t)((behind != NULL ? behind - 1 : end) - p));
	if (behind == NULL)
		return end;
	s->state = STATE_COLON;
	return behind;
}

static enum err_code scan(struct json_split *s, const char **p, const char *end, uint64_t offset)
{
	const char *start = *p, *bad;
	const char *behind = scan_value(s, start, end, &bad);

	if (bad != NULL)
		return fail(s, offset + (uint64_t)(bad - start),
			    s->is_item ? "inside an item: expected the other closing bracket"
				       : "expected the other closing bracket",
			    *bad);
	if (behind == NULL) {
		keep(s, start, end);
		*p = end;
	} else {
		end_value(s, start, behind);
		*p = behind;
	}
	return ERR_OK;
}

enum err_code json_split_feed(struct json_split *s, struct slice chunk, struct err *err)
{
	const char *p = chunk.p, *end;
	enum err_code rc = ERR_OK;

	if (p == NULL) /* nothing came */
		return ERR_OK;
	end = p + chunk.n;
	while (p < end && rc == ERR_OK && s->state != STATE_FAILED) {
		uint64_t offset = s->offset + (uint64_t)(p - chunk.p);
		bool is_taken;

		if (s->state == STATE_SCAN) {
			rc = scan(s, &p, end, offset);
		} else if (s->state == STATE_IN_KEY) {
			p = read_key(s, p, end);
		} else if (s->state == STATE_HEAD) {
			rc = read_head(s, &p, end);
		} else if (is_blank(*p)) {
			p++;
		} else {
			rc = step(s, *p, offset, &is_taken);
			p += is_taken;
		}
	}
	s->offset += chunk.n;
	if (s->state == STATE_FAILED)
		return err_set(err, s->failed.code, "%s", s->failed.msg);
	return rc;
}

enum err_code json_split_end(struct json_split *s, struct err *err)
{
	switch (s->state) {
	case STATE_AFTER:
		return ERR_OK;
	case STATE_FAILED:
		return err_set(err, s->failed.code, "%s", s->failed.msg);
	case STATE_HEAD:
		fail_head(s);
		return err_set(err, s->failed.code, "%s", s->failed.msg);
	case STATE_SCAN:
		if (s->is_item)
			return err_set(err, ERR_PARSE,
				       "ends at byte %" PRIu64 " inside item %" PRIu64
				       ", which begins at byte %" PRIu64,
				       s->offset, s->n_items + 1, s->value_offset);
		break;
	default:
		break;
	}
	return err_set(err, ERR_PARSE, "ends at byte %" PRIu64 " after %" PRIu64 " items",
		       s->offset, s->n_items);
}

/* Takes back a member that is not whole, and closes what is open. */
static void close_rest(struct json_split *s)
{
	if (s->n_levels == 0 || buf_failed(&s->rest))
		return;
	if (s->is_rest_half)
		buf_truncate(&s->rest, s->rest_mark);
	while (s->n_levels > 0)
		pop(s);
	s->state = STATE_FAILED;
	if (s->failed.code == ERR_OK)
		err_set(&s->failed, ERR_PARSE, "ends at byte %" PRIu64, s->offset);
}

struct slice json_split_rest(struct json_split *s)
{
	close_rest(s);
	if (buf_failed(&s->rest) || s->rest.len == 0)
		return SLICE_NONE;
	return buf_view(&s->rest);
}
