// SPDX-License-Identifier: EUPL-1.2
/*
 * A recursive reader of plain JSON. It gives up at whatever is not plain, and
 * then jansson reads the text from its start.
 *
 * What an object or a list holds is gathered on a stack that all of them
 * share, and moved to the arena when the bracket closes and their number is
 * known.
 */
#include "catalogue/json_tree.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/json_names.h"

#include <math.h>
#include <stdlib.h>

enum {
	MAX_DIGITS = 18, /* of an integer: it fits 64 bits */
	MAX_NUMBER_BYTES = 40,
	FIRST_STACK = 64, /* values that need no memory of their own */
};

#define SUPPORTED (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

struct loader {
	const char *p, *end;
	struct arena *arena;
	struct buf unescaped; /* the string in hand, where it has escapes */
	struct json_node_member *stack; /* names are absent in lists */
	size_t n_stack, cap_stack;
	unsigned depth;
	bool rejects_duplicates;
	struct json_node_member first_stack[FIRST_STACK];
};

static bool read_value(struct json_node *out, struct loader *l);

static void skip_blanks(struct loader *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\n' || *l->p == '\t' || *l->p == '\r'))
		l->p++;
}

static bool take(struct loader *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

/* --- strings --- */

/* Moves to the next quote, backslash or control, or to the end. */
static void skip_plain(struct loader *l)
{
	l->p += json_plain_run(slice_make(l->p, (size_t)(l->end - l->p)), true);
}

static bool read_hex4(uint32_t *out, struct loader *l)
{
	*out = 0;
	if (l->end - l->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = ascii_lower(*l->p++);

		if (ascii_is_digit(c))
			*out = *out << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*out = *out << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* Behind "\u": one code point, of two escapes where it needs them. */
static bool read_code_point(struct loader *l)
{
	uint32_t c, low;
	char utf8[4];

	if (!read_hex4(&c, l) || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
		return false;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (!take(l, '\\') || !take(l, 'u') || !read_hex4(&low, l) || low < 0xdc00 ||
		    low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	buf_append(&l->unescaped, utf8, utf8_encode(utf8, c));
	return true;
}

static bool read_escape(struct loader *l)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (l->p == l->end)
		return false;
	if (take(l, 'u'))
		return read_code_point(l);
	at = memchr(from, *l->p, sizeof(from) - 1);
	if (at == NULL)
		return false;
	buf_char(&l->unescaped, to[at - from]);
	l->p++;
	return true;
}

/* Behind its quote. The text lies in the document, or in the arena where it has escapes. */
static bool read_string(struct loader *l, struct slice *out)
{
	const char *start = l->p;

	skip_plain(l);
	*out = slice_make(start, (size_t)(l->p - start));
	if (take(l, '"'))
		return true;
	buf_reset(&l->unescaped);
	for (;;) {
		buf_append(&l->unescaped, start, (size_t)(l->p - start));
		if (take(l, '"'))
			break;
		if (!take(l, '\\') || !read_escape(l))
			return false;
		start = l->p;
		skip_plain(l);
	}
	*out = arena_dup(l->arena, buf_view(&l->unescaped));
	return !buf_failed(&l->unescaped) && out->p != NULL;
}

/* --- numbers and words --- */

static size_t skip_digits(struct loader *l)
{
	const char *start = l->p;

	while (l->p < l->end && ascii_is_digit(*l->p))
		l->p++;
	return (size_t)(l->p - start);
}

static bool make_real(struct json_node *out, const char *start, size_t n)
{
	char text[MAX_NUMBER_BYTES];
	char *end;

	if (n >= sizeof(text))
		return false;
	memcpy(text, start, n);
	text[n] = '\0';
	*out = (struct json_node){ .kind = NODE_REAL, .as.real = strtod(text, &end) };
	return end == text + n && isfinite(out->as.real);
}

static bool read_number(struct json_node *out, struct loader *l)
{
	const char *start = l->p;
	bool is_negative = take(l, '-');
	const char *digits = l->p;
	size_t n = skip_digits(l);
	int64_t value = 0;

	if (n == 0 || n > MAX_DIGITS || (n > 1 && *digits == '0'))
		return false;
	if (l->p < l->end && (*l->p == '.' || *l->p == 'e' || *l->p == 'E')) {
		if (take(l, '.') && skip_digits(l) == 0)
			return false;
		if (take(l, 'e') || take(l, 'E')) {
			if (!take(l, '+'))
				(void)take(l, '-');
			if (skip_digits(l) == 0)
				return false;
		}
		return make_real(out, start, (size_t)(l->p - start));
	}
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	*out = (struct json_node){ .kind = NODE_INTEGER,
				   .as.integer = is_negative ? -value : value };
	return true;
}

static bool read_word(struct json_node *out, struct loader *l, struct slice word,
		      enum json_node_kind kind)
{
	if (!slice_starts_with(slice_make(l->p, (size_t)(l->end - l->p)), word))
		return false;
	l->p += word.n;
	*out = (struct json_node){ .kind = (uint8_t)kind };
	/* "nullx" is no word; jansson says why. */
	return l->p == l->end || !ascii_is_alnum(*l->p);
}

/* --- lists and objects --- */

static struct json_node_member *push(struct loader *l)
{
	if (l->n_stack == l->cap_stack) {
		struct json_node_member *before = l->stack;

		/* No more than what the arena could hold of them. */
		if (l->cap_stack > l->arena->max / sizeof(struct json_node)) {
			l->arena->has_failed = true;
			return NULL;
		}
		l->cap_stack *= 2;
		l->stack = mem_resize(before == l->first_stack ? NULL : before, l->cap_stack,
				      sizeof(*l->stack));
		if (before == l->first_stack)
			memcpy(l->stack, before, sizeof(l->first_stack));
	}
	l->stack[l->n_stack] = (struct json_node_member){ .name = SLICE_NONE };
	return &l->stack[l->n_stack++];
}

/* Both read into a local: the stack may move while a value is read. */
static bool read_member(struct loader *l)
{
	struct json_node_member member, *to;

	if (!take(l, '"') || !read_string(l, &member.name))
		return false;
	skip_blanks(l);
	if (!take(l, ':') || !read_value(&member.value, l))
		return false;
	to = push(l);
	if (to != NULL)
		*to = member;
	return to != NULL;
}

static bool read_element(struct loader *l)
{
	struct json_node value;
	struct json_node_member *to;

	if (!read_value(&value, l))
		return false;
	to = push(l);
	if (to != NULL)
		to->value = value;
	return to != NULL;
}

static bool close_list(struct json_node *out, struct loader *l, size_t from)
{
	size_t n = l->n_stack - from;
	struct json_node *items = n > 0 ? arena_room(l->arena, n * sizeof(*items)) : NULL;

	if (n > 0 && items == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		items[i] = l->stack[from + i].value;
	*out = (struct json_node){ .kind = NODE_LIST, .n = (uint32_t)n, .as.items = items };
	return true;
}

static bool close_object(struct json_node *out, struct loader *l, size_t from)
{
	size_t n = l->n_stack - from;
	struct json_node_member *members = NULL;

	if (n > 1 && json_names_repeat(l->stack + from, n)) {
		if (l->rejects_duplicates)
			return false; /* jansson says which */
		n = json_names_keep_last(l->stack + from, n);
	}
	if (n > 0) {
		members = arena_room(l->arena, n * sizeof(*members));
		if (members == NULL)
			return false;
		memcpy(members, l->stack + from, n * sizeof(*members));
	}
	*out = (struct json_node){ .kind = NODE_OBJECT, .n = (uint32_t)n, .as.members = members };
	return true;
}

/* Behind its bracket: elements or members with commas between, and the other bracket. */
static bool read_all(struct json_node *out, struct loader *l, char close,
		     bool (*read_one)(struct loader *l),
		     bool (*close_all)(struct json_node *out, struct loader *l, size_t from))
{
	size_t from = l->n_stack;
	bool is_good = l->depth < LIMIT_JSON_DEPTH;
	bool is_over = false;

	l->depth++;
	skip_blanks(l);
	is_over = is_good && take(l, close);
	while (is_good && !is_over) {
		skip_blanks(l);
		is_good = read_one(l);
		skip_blanks(l);
		is_over = take(l, close);
		is_good = is_good && (is_over || take(l, ','));
	}
	l->depth--;
	is_good = is_good && close_all(out, l, from);
	l->n_stack = from;
	return is_good;
}

static bool read_value(struct json_node *out, struct loader *l)
{
	struct slice text;

	skip_blanks(l);
	if (l->p == l->end)
		return false;
	switch (*l->p) {
	case '{':
		l->p++;
		return read_all(out, l, '}', read_member, close_object);
	case '[':
		l->p++;
		return read_all(out, l, ']', read_element, close_list);
	case '"':
		l->p++;
		if (!read_string(l, &text))
			return false;
		*out = (struct json_node){ .kind = NODE_TEXT,
					   .n = (uint32_t)text.n,
					   .as.text = text.p };
		return true;
	case 't':
		return read_word(out, l, SLICE_LIT("true"), NODE_TRUE);
	case 'f':
		return read_word(out, l, SLICE_LIT("false"), NODE_FALSE);
	case 'n':
		return read_word(out, l, SLICE_LIT("null"), NODE_NULL);
	default:
		return read_number(out, l);
	}
}

static const struct json_node *keep(struct json_node value, struct arena *arena)
{
	struct json_node *node = arena_room(arena, sizeof(*node));

	if (node != NULL)
		*node = value;
	return node;
}

const struct json_node *json_tree_load_plain(struct slice text, size_t flags, struct arena *arena)
{
	struct loader l;
	struct json_node value;
	bool is_good;

	if (text.n == 0 || text.n > UINT32_MAX || (flags & ~(size_t)SUPPORTED) != 0 ||
	    !utf8_is_valid(text))
		return NULL;
	l.p = text.p;
	l.end = text.p + text.n;
	l.arena = arena;
	buf_init(&l.unescaped, text.n);
	l.stack =
		l.first_stack; /* which is not zeroed: it is large, and written before it is read */
	l.n_stack = 0;
	l.cap_stack = FIRST_STACK;
	l.depth = 0;
	l.rejects_duplicates = (flags & JSON_REJECT_DUPLICATES) != 0;
	is_good = read_value(&value, &l);
	skip_blanks(&l);
	is_good = is_good && l.p == l.end &&
		  ((flags & JSON_DECODE_ANY) != 0 || value.kind >= NODE_LIST);
	if (l.stack != l.first_stack)
		mem_free(l.stack);
	buf_clear(&l.unescaped);
	return is_good ? keep(value, arena) : NULL;
}

/* --- what jansson read --- */

static bool copy_jansson(struct json_node *out, const json_t *value, struct arena *arena);

static bool copy_list(struct json_node *out, const json_t *list, struct arena *arena)
{
	size_t n = json_array_size(list);
	struct json_node *items = arena_calloc(arena, n, sizeof(*items));

	*out = (struct json_node){ .kind = NODE_LIST, .n = (uint32_t)n, .as.items = items };
	for (size_t i = 0; i < n && items != NULL; i++)
		if (!copy_jansson(&items[i], json_array_get(list, i), arena))
			return false;
	return items != NULL;
}

static bool copy_object(struct json_node *out, const json_t *object, struct arena *arena)
{
	size_t n = json_object_size(object), i = 0;
	struct json_node_member *members = arena_calloc(arena, n, sizeof(*members));
	const char *key;
	json_t *value;

	*out = (struct json_node){ .kind = NODE_OBJECT, .n = (uint32_t)n, .as.members = members };
	if (members == NULL)
		return false;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		members[i].name = arena_dup(arena, slice_of(key));
		if (!copy_jansson(&members[i++].value, value, arena))
			return false;
	}
	return !arena->has_failed;
}

static bool copy_jansson(struct json_node *out, const json_t *value, struct arena *arena)
{
	struct slice text;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return copy_object(out, value, arena);
	case JSON_ARRAY:
		return copy_list(out, value, arena);
	case JSON_STRING:
		text = arena_dup(arena,
				 slice_make(json_string_value(value), json_string_length(value)));
		*out = (struct json_node){ .kind = NODE_TEXT,
					   .n = (uint32_t)text.n,
					   .as.text = text.p };
		return text.p != NULL;
	case JSON_INTEGER:
		*out = (struct json_node){ .kind = NODE_INTEGER,
					   .as.integer = json_integer_value(value) };
		return true;
	case JSON_REAL:
		*out = (struct json_node){ .kind = NODE_REAL, .as.real = json_real_value(value) };
		return true;
	case JSON_TRUE:
		*out = (struct json_node){ .kind = NODE_TRUE };
		return true;
	case JSON_FALSE:
		*out = (struct json_node){ .kind = NODE_FALSE };
		return true;
	default:
		*out = (struct json_node){ .kind = NODE_NULL };
		return true;
	}
}

const struct json_node *json_tree_load(struct slice text, size_t flags, struct arena *arena,
				       json_error_t *at)
{
	const struct json_node *plain = json_tree_load_plain(text, flags, arena);
	struct json_node copy;
	json_t *value;
	bool is_good;

	if (plain != NULL || arena->has_failed)
		return plain;
	value = json_loadb(text.p != NULL ? text.p : "", text.n, flags, at);
	is_good = value != NULL && copy_jansson(&copy, value, arena);
	json_decref(value);
	return is_good ? keep(copy, arena) : NULL;
}

/* --- copies --- */

static bool copy_node(struct json_node *out, const struct json_node *node, struct arena *arena)
{
	struct json_node_member *members;
	struct json_node *items;

	*out = *node;
	switch ((enum json_node_kind)node->kind) {
	case NODE_TEXT:
		out->as.text = arena_dup(arena, node_text(node)).p;
		return out->as.text != NULL;
	case NODE_LIST:
		out->as.items = items = arena_calloc(arena, node->n, sizeof(*items));
		for (size_t i = 0; i < node->n && items != NULL; i++)
			if (!copy_node(&items[i], &node->as.items[i], arena))
				return false;
		return items != NULL;
	case NODE_OBJECT:
		out->as.members = members = arena_calloc(arena, node->n, sizeof(*members));
		for (size_t i = 0; i < node->n && members != NULL; i++) {
			members[i].name = arena_dup(arena, node->as.members[i].name);
			if (!copy_node(&members[i].value, &node->as.members[i].value, arena))
				return false;
		}
		return members != NULL && !arena->has_failed;
	default:
		return true;
	}
}

const struct json_node *json_tree_copy(const struct json_node *node, struct arena *arena)
{
	struct json_node copy;

	return copy_node(&copy, node, arena) ? keep(copy, arena) : NULL;
}

/* --- names --- */

const struct json_node *node_member(const struct json_node *node, struct slice name)
{
	if (!node_is_object(node))
		return NULL;
	for (size_t i = 0; i < node->n; i++)
		if (slice_eq(node->as.members[i].name, name))
			return &node->as.members[i].value;
	return NULL;
}

static bool has_blank_end(struct slice name)
{
	return name.n > 0 && (ascii_is_space(name.p[0]) || ascii_is_space(name.p[name.n - 1]));
}

bool json_tree_trim_names(const struct json_node *node)
{
	/* The tree is ours, in an arena: const is for those who read it. */
	struct json_node *mine = (struct json_node *)(uintptr_t)node;
	bool has_any = false, has_changed = false;

	for (size_t i = 0; i < node_size(node); i++) {
		bool is_list = node_is_list(node);
		const struct json_node *below =
			is_list ? &node->as.items[i] : &node->as.members[i].value;

		if (node_size(below) > 0)
			has_changed |= json_tree_trim_names(below);
		has_any |= !is_list && has_blank_end(node->as.members[i].name);
	}
	if (has_any)
		mine->n = (uint32_t)json_names_trim(
			(struct json_node_member *)(uintptr_t)node->as.members, node->n);
	return has_changed || has_any;
}
