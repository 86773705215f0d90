// SPDX-License-Identifier: EUPL-1.2
/* What the readers of coded elements share: see reading.h. */
#include "catalogue/reading.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdio.h>

void reading_set(struct reading *reading, enum from from, const char *fmt, ...)
{
	struct slice whole;
	va_list args;

	if (reading == NULL)
		return;
	reading->from = from;
	if (reading->is_brief)
		return;
	va_start(args, fmt);
	(void)vsnprintf(reading->rule, sizeof(reading->rule), fmt, args);
	va_end(args);
	/* A cut may have left half a letter. */
	whole = slice_of(reading->rule);
	reading->rule[utf8_valid_prefix(whole)] = '\0';
}

static struct finding *push(struct reading *reading, struct slice text, struct slice result,
			    struct arena *arena)
{
	struct finding *f = NULL;

	if (reading == NULL || reading->each == NULL)
		return NULL;
	f = arena_push(arena, (void **)&reading->each->items, &reading->each->n,
		       &reading->each->cap, sizeof *f);
	if (f != NULL)
		*f = (struct finding){ .text = text, .result = result };
	return f;
}

void reading_add(struct reading *reading, struct slice text, struct slice result,
		 struct arena *arena)
{
	struct finding *f = push(reading, text, result, arena);

	if (f == NULL)
		return;
	f->from = reading->from;
	memcpy(f->rule, reading->rule, sizeof(f->rule));
}

void reading_forget(struct reading *reading)
{
	if (reading != NULL && reading->each != NULL)
		reading->each->n = 0;
}

void reading_add_unread(struct reading *reading, struct slice text, const char *why,
			struct arena *arena)
{
	struct finding *f = push(reading, text, SLICE_NONE, arena);

	if (f != NULL)
		(void)snprintf(f->rule, sizeof(f->rule), "%s", why);
}

struct slice field_key(char out[FIELD_KEY_BYTES], struct slice standard, struct slice field,
		       struct slice text)
{
	const struct slice parts[] = { standard, standard.n > 0 ? SLICE_LIT("/") : SLICE_LIT(""),
				       field, SLICE_LIT("="), text };
	size_t n = 0;

	for (size_t i = 0; i < countof(parts); i++) {
		if (parts[i].n >= FIELD_KEY_BYTES - n)
			return SLICE_NONE;
		if (parts[i].n > 0)
			memcpy(out + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	return slice_make(out, n);
}

bool codes_add(struct codes *codes, struct slice code, struct arena *arena)
{
	struct slice *items;

	if (codes_has(codes, code) || codes->n >= LIMIT_OFFER_VALUES)
		return false;
	items = arena_new_n(arena, struct slice, codes->n + 1);
	if (items == NULL)
		return false;
	if (codes->n > 0)
		memcpy(items, codes->items, codes->n * sizeof(items[0]));
	items[codes->n] = code;
	codes->items = items;
	codes->n++;
	return true;
}

bool uri_is(struct slice text)
{
	return slice_contains(text, SLICE_LIT("://")) ||
	       slice_starts_with_nocase(text, SLICE_LIT("urn:"));
}

struct slice uri_last(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && text.p[text.n - 1] == '/')
		text.n--;
	for (size_t i = text.n; i > 0; i--) {
		char c = text.p[i - 1];

		if (c == '/' || c == '#' || c == ':')
			return slice_from(text, i);
	}
	return text;
}
