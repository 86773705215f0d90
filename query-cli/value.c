// SPDX-License-Identifier: EUPL-1.2
/*
 * JSON values as text for people.
 */
#include "query-cli/value.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>

json_t *value_at(json_t *object, const char *path)
{
	struct slice rest = slice_of(path);
	struct slice key;

	while (object != NULL && slice_split(&key, &rest, '.')) {
		char name[64];

		if (key.n >= sizeof(name))
			return NULL;
		memcpy(name, key.p, key.n);
		name[key.n] = '\0';
		object = json_object_get(object, name);
	}
	return object;
}

const char *value_text_at(json_t *object, const char *path)
{
	return json_string_value(value_at(object, path));
}

int64_t value_number_at(json_t *object, const char *path)
{
	return (int64_t)json_number_value(value_at(object, path));
}

const char *value_pick(json_t *texts, const char *lang)
{
	const char *wanted = lang != NULL ? json_string_value(json_object_get(texts, lang)) : NULL;
	void *first = json_object_iter(texts);

	if (wanted == NULL)
		wanted = json_string_value(json_object_get(texts, "en"));
	if (wanted == NULL && first != NULL)
		wanted = json_string_value(json_object_iter_value(first));
	return wanted;
}

const char *value_way(const char *from)
{
	static const struct {
		const char *from, *words;
	} ways[] = {
		{ "converted", "converted" },      { "nqf", "by the national framework" },
		{ "cycle", "by degree or cycle" }, { "hours", "from hours of work" },
		{ "inferred", "inferred" },
	};

	for (size_t i = 0; from != NULL && i < countof(ways); i++) {
		if (strcmp(from, ways[i].from) == 0)
			return ways[i].words;
	}
	return from == NULL || strcmp(from, "declared") == 0 ? NULL : from;
}

/* Without trailing zeros. */
static void write_number(struct buf *out, double number)
{
	if (fabs(number - nearbyint(number)) < 1e-9 && fabs(number) < 1e15)
		buf_i64(out, (int64_t)nearbyint(number));
	else
		buf_printf(out, "%.6g", number);
}

static void write_range(struct buf *out, double lo, double hi)
{
	write_number(out, lo);
	if (hi > lo) {
		buf_str(out, "–");
		write_number(out, hi);
	}
}

static void write_plain(struct buf *out, json_t *value)
{
	size_t i;
	json_t *item;

	switch (json_typeof(value)) {
	case JSON_STRING:
		buf_str(out, json_string_value(value));
		break;
	case JSON_INTEGER:
		buf_i64(out, json_integer_value(value));
		break;
	case JSON_REAL:
		write_number(out, json_real_value(value));
		break;
	case JSON_TRUE:
		buf_str(out, "yes");
		break;
	case JSON_FALSE:
		buf_str(out, "no");
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, item)
		{
			if (i > 0)
				buf_str(out, ", ");
			write_plain(out, item);
		}
		break;
	case JSON_OBJECT:
	case JSON_NULL:
		break;
	}
}

static void write_time(struct buf *out, json_t *value)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return;
	if (strlen(text) >= 16 && text[10] == 'T')
		buf_printf(out, "%.10s %.5s", text, text + 11);
	else
		buf_str(out, text);
}

static void write_seconds(struct buf *out, int64_t s)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

	for (size_t i = 0; i < countof(units); i++) {
		if (s >= units[i].seconds && s % units[i].seconds == 0) {
			buf_printf(out, "%lld%c", (long long)(s / units[i].seconds), units[i].unit);
			return;
		}
	}
	if (s >= 60)
		buf_printf(out, "%lldm %llds", (long long)(s / 60), (long long)(s % 60));
	else
		buf_printf(out, "%llds", (long long)s);
}

static void write_workload(struct buf *out, json_t *workload)
{
	double ects = json_number_value(json_object_get(workload, "ects"));
	double hours = json_number_value(json_object_get(workload, "hours"));

	if (ects > 0) {
		write_range(out, ects, json_number_value(json_object_get(workload, "ectsMax")));
	} else if (hours > 0) {
		write_range(out, hours, json_number_value(json_object_get(workload, "hoursMax")));
		buf_str(out, " h");
	}
}

static void write_level(struct buf *out, json_t *level)
{
	double eqf = json_number_value(json_object_get(level, "eqf"));

	if (eqf > 0)
		write_range(out, eqf, json_number_value(json_object_get(level, "eqfMax")));
}

static void write_subjects(struct buf *out, json_t *subjects)
{
	size_t i;
	json_t *subject;

	json_array_foreach(subjects, i, subject)
	{
		const char *code = json_string_value(json_object_get(subject, "iscedf"));

		if (i > 0)
			buf_str(out, ", ");
		buf_str(out, code != NULL ? code : "");
	}
}

/* The next start, else the last one there was. */
static void write_start(struct buf *out, json_t *sessions)
{
	char today[CLOCK_TEXT_BYTES];
	const char *next = NULL;
	const char *last = NULL;
	json_t *session;
	size_t i;

	clock_format_day(today, clock_day_of(clock_now_s()));
	json_array_foreach(sessions, i, session)
	{
		const char *start = json_string_value(json_object_get(session, "start"));

		if (start == NULL)
			continue;
		if (strncmp(start, today, strlen(start)) >= 0 &&
		    (next == NULL || strcmp(start, next) < 0))
			next = start;
		if (last == NULL || strcmp(start, last) > 0)
			last = start;
	}
	if (next == NULL)
		next = last;
	buf_str(out, next != NULL ? next : "");
}

static void write_price(struct buf *out, json_t *sessions)
{
	json_t *session;
	size_t i;

	json_array_foreach(sessions, i, session)
	{
		json_t *price = json_object_get(session, "price");
		json_t *amount = json_object_get(price, "amount");
		const char *currency = json_string_value(json_object_get(price, "currency"));
		double lo = json_number_value(amount);
		double hi = json_number_value(json_object_get(price, "max"));

		if (!json_is_number(amount)) {
			if (!json_is_true(json_object_get(price, "onRequest")))
				continue;
			buf_str(out, "on request");
			return;
		}
		if (lo <= 0 && hi <= 0) {
			buf_str(out, "free");
		} else {
			write_range(out, lo, hi);
			if (currency != NULL)
				buf_printf(out, " %s", currency);
		}
		return;
	}
}

static void write_bytes(struct buf *out, double bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
	size_t i = 0;

	while (bytes >= 1000 && i + 1 < countof(units)) {
		bytes /= 1000;
		i++;
	}
	buf_printf(out, i == 0 ? "%.0f %s" : "%.1f %s", bytes, units[i]);
}

void value_write(struct buf *out, json_t *value, enum value_kind kind, const char *lang)
{
	const char *text;

	if (value == NULL || json_is_null(value))
		return;
	switch (kind) {
	case VALUE_PLAIN:
		write_plain(out, value);
		break;
	case VALUE_TEXTS:
		text = value_pick(value, lang);
		buf_str(out, text != NULL ? text : "");
		break;
	case VALUE_TIME:
		write_time(out, value);
		break;
	case VALUE_SECONDS:
		write_seconds(out, (int64_t)json_number_value(value));
		break;
	case VALUE_PERCENT:
		buf_printf(out, "%.0f %%", 100 * json_number_value(value));
		break;
	case VALUE_ECTS:
		write_workload(out, value);
		break;
	case VALUE_LEVEL:
		write_level(out, value);
		break;
	case VALUE_SUBJECTS:
		write_subjects(out, value);
		break;
	case VALUE_START:
		write_start(out, value);
		break;
	case VALUE_PRICE:
		write_price(out, value);
		break;
	case VALUE_BYTES:
		write_bytes(out, json_number_value(value));
		break;
	}
}
