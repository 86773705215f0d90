// SPDX-License-Identifier: EUPL-1.2
/*
 * Every key of the configuration, once.
 */
#include "daemon/config_keys.h"

#include "base/mem.h"

#define SECOND_MS INT64_C(1000)
#define HOUR_MS (INT64_C(3600) * SECOND_MS)
#define DAY_MS (24 * HOUR_MS)
#define MIB (INT64_C(1024) * 1024)

#define KEY(section_, name_, type_, preset_, ...)                                                  \
	{                                                                                          \
		.section = (section_), .name = (name_), .type = (type_), .preset = (preset_),      \
		__VA_ARGS__                                                                        \
	}

/* clang-format off */
const struct config_key config_keys[] = {
	KEY(CONFIG_TOP, "state-dir", CONFIG_TEXT, "/var/lib/microcat", .is_fixed = true,
	    .help = "the database and the kept responses; one daemon at a time"),
	KEY(CONFIG_TOP, "listen", CONFIG_LIST, "unix:/run/microcat/query.sock", .is_fixed = true,
	    .help = "where queries are answered: unix:PATH or tcp:ADDRESS:PORT (read-only)"),
	KEY(CONFIG_TOP, "admin", CONFIG_TEXT, "unix:/run/microcat/admin.sock", .is_fixed = true,
	    .help = "where queries and administration are answered: unix:PATH"),
	KEY(CONFIG_TOP, "sources", CONFIG_TEXT, "sources.d/*.conf",
	    .help = "files with one source each, relative to this file"),
	KEY(CONFIG_TOP, "secrets-dir", CONFIG_TEXT, "/etc/microcat/secrets",
	    .help = "one file a secret; $CREDENTIALS_DIRECTORY is asked first"),
	KEY(CONFIG_TOP, "vocab-dir", CONFIG_TEXT, "", .example = "/etc/microcat/vocab", .is_fixed = true,
	    .help = "an operator's own vocabulary rows (*.tsv), beside the compiled ones"),
	KEY(CONFIG_TOP, "log-level", CONFIG_CHOICE, "info", .choices = "error|warning|info|debug",
	    .help = "what is logged"),

	KEY(CONFIG_HARVEST, "parallel", CONFIG_NUMBER, "4", .min = 1, .max = 64,
	    .help = "runs at once"),
	KEY(CONFIG_HARVEST, "worker-memory", CONFIG_SIZE, "128M", .min = 32 * MIB, .max = 4096 * MIB,
	    .help = "of one worker process"),
	KEY(CONFIG_HARVEST, "worker-cpu", CONFIG_DURATION, "10m", .min = SECOND_MS, .max = DAY_MS,
	    .help = "processor time of one worker process"),
	KEY(CONFIG_HARVEST, "stall-timeout", CONFIG_DURATION, "30m", .min = SECOND_MS, .max = DAY_MS,
	    .help = "a run in which nothing moves for so long is ended"),
	KEY(CONFIG_HARVEST, "max-duration", CONFIG_DURATION, "12h", .min = 10 * SECOND_MS, .max = 30 * DAY_MS,
	    .help = "of one run"),
	KEY(CONFIG_HARVEST, "user-agent", CONFIG_TEXT, "", .is_fixed = true,
	    .help = "sent with each request; empty: microcat and its version"),
	KEY(CONFIG_HARVEST, "contact", CONFIG_TEXT, "", .is_fixed = true, .example = "mailto:catalogue@example.org",
	    .help = "mailto: or https: address for partners, sent with each request"),
	KEY(CONFIG_HARVEST, "keep-responses", CONFIG_SIZE, "2G", .is_fixed = true, .min = 0, .max = INT64_C(1) << 50,
	    .help = "disk space for kept responses"),
	KEY(CONFIG_HARVEST, "keep-days", CONFIG_NUMBER, "30", .is_fixed = true, .min = 0, .max = 36500,
	    .help = "kept responses older than this go"),

	KEY(CONFIG_SOURCE, "title", CONFIG_TEXT, NULL, .example = "University of Example", .help = "the partner's name, for people"),
	KEY(CONFIG_SOURCE, "country", CONFIG_TEXT, NULL, .example = "FI", .help = "ISO 3166 code, where offers do not say it"),
	KEY(CONFIG_SOURCE, "alliance", CONFIG_LIST, NULL, .example = "FORTHEM", .help = "alliances all its offers belong to"),
	KEY(CONFIG_SOURCE, "role", CONFIG_CHOICE, "own", .choices = "own|authoritative|republisher",
	    .help = "own offers; authoritative for others too; or weaker than the owner"),
	KEY(CONFIG_SOURCE, "language", CONFIG_TEXT, NULL, .example = "fi", .help = "of texts that carry no tag"),
	KEY(CONFIG_SOURCE, "format", CONFIG_TEXT, NULL, .example = "ooapi", .is_required = true, .help = "ooapi, moochub or csv"),
	KEY(CONFIG_SOURCE, "version", CONFIG_TEXT, NULL, .example = "5", .help = "of the format; without it the shape decides"),
	KEY(CONFIG_SOURCE, "url", CONFIG_TEXT, NULL, .example = "https://example.org/ooapi/v5/", .is_required = true, .help = "of the catalogue: https (or http); no place for a secret, auth is"),
	KEY(CONFIG_SOURCE, "every", CONFIG_DURATION, "24h", .min = SECOND_MS, .max = 366 * DAY_MS,
	    .help = "between two harvests"),
	KEY(CONFIG_SOURCE, "full-every", CONFIG_DURATION, "7d", .min = SECOND_MS, .max = 366 * DAY_MS,
	    .help = "between two full passes, for formats with increments: none of today's, so it has no effect yet"),
	KEY(CONFIG_SOURCE, "details-every", CONFIG_DURATION, "24h", .min = 0, .max = 366 * DAY_MS,
	    .help = "between two requests about one record; in between its kept answer is used"),
	KEY(CONFIG_SOURCE, "enabled", CONFIG_BOOL, "true", .help = "false: not harvested, its offers stay"),
	KEY(CONFIG_SOURCE, "headers", CONFIG_MAP, NULL, .example = "X-Route = \"endpoint=example\"", .help = "sent with each request to its origin"),
	KEY(CONFIG_SOURCE, "query", CONFIG_MAP, NULL, .example = "consumer = \"eduxchange\"", .help = "added to each list request; no place for a secret, auth is"),
	KEY(CONFIG_SOURCE, "columns", CONFIG_MAP, NULL, .example = "title = \"Nimi\"  workload = \"Laajuus\"", .help = "element = column heading (csv) or path (json)"),
	KEY(CONFIG_SOURCE, "options", CONFIG_MAP, NULL, .example = "", .help = "of the format: see docs/formats.md"),
	KEY(CONFIG_SOURCE, "page-size", CONFIG_NUMBER, "0", .min = 0, .max = 10000,
	    .help = "items asked for per page; 0: the format's own"),
	KEY(CONFIG_SOURCE, "parallel-requests", CONFIG_NUMBER, "2", .min = 1, .max = 16,
	    .help = "requests at once to its host"),
	KEY(CONFIG_SOURCE, "delay", CONFIG_DURATION, "0s", .min = 0, .max = HOUR_MS,
	    .help = "between two requests to its host"),
	KEY(CONFIG_SOURCE, "total", CONFIG_CHOICE, "exact", .choices = "exact|hint",
	    .help = "hint: a total that the source announces is not believed"),
	KEY(CONFIG_SOURCE, "allow-private", CONFIG_BOOL, "false",
	    .help = "addresses that are not public are refused unless true"),
	KEY(CONFIG_SOURCE, "shrink-guard", CONFIG_SHARE, "0.3", .min = 0, .max = 1000,
	    .help = "a run that would remove more than this share, and more than 5 records, is held"),
	KEY(CONFIG_SOURCE, "absent-grace", CONFIG_DURATION, "0d", .min = 0, .max = 3660 * DAY_MS,
	    .help = "how long a record stays, marked unlisted, when a complete run lacks it"),
	KEY(CONFIG_SOURCE, "max-body", CONFIG_SIZE, "1G", .min = 1024, .max = INT64_C(1) << 40,
	    .help = "of one response, after decompression"),
	KEY(CONFIG_SOURCE, "connect-timeout", CONFIG_DURATION, "30s", .min = 100, .max = HOUR_MS,
	    .help = "for a connection, with TLS"),
	KEY(CONFIG_SOURCE, "idle-timeout", CONFIG_DURATION, "90s", .min = 100, .max = HOUR_MS,
	    .help = "without a byte while a response is awaited or read"),
	KEY(CONFIG_SOURCE, "request-timeout", CONFIG_DURATION, "1h", .min = 100, .max = DAY_MS,
	    .help = "for one whole request"),
	KEY(CONFIG_SOURCE, "retries", CONFIG_NUMBER, "3", .min = 0, .max = 10,
	    .help = "of a request after 429, 5xx, a time-out or a cut before the body"),
	KEY(CONFIG_SOURCE, "retry-delay", CONFIG_DURATION, "2s", .min = 1, .max = HOUR_MS,
	    .help = "before the first retry; four times as long before each next one"),

	KEY(CONFIG_SOURCE_AUTH, "type", CONFIG_CHOICE, "none", .example = "bearer", .choices = "none|header|basic|bearer|oauth2|query",
	    .help = "how the partner knows us"),
	KEY(CONFIG_SOURCE_AUTH, "secret", CONFIG_TEXT, NULL, .example = "example-token", .help = "name of the file that holds the secret"),
	KEY(CONFIG_SOURCE_AUTH, "name", CONFIG_TEXT, NULL, .example = "X-Api-Key", .help = "header, query: name of the header or the parameter"),
	KEY(CONFIG_SOURCE_AUTH, "user", CONFIG_TEXT, NULL, .example = "microcat", .help = "basic: the user"),
	KEY(CONFIG_SOURCE_AUTH, "token-url", CONFIG_TEXT, NULL, .example = "https://login.example.org/token", .help = "oauth2: the token endpoint"),
	KEY(CONFIG_SOURCE_AUTH, "client-id", CONFIG_TEXT, NULL, .example = "microcat", .help = "oauth2"),
	KEY(CONFIG_SOURCE_AUTH, "scope", CONFIG_TEXT, NULL, .example = "catalogue", .help = "oauth2, optional"),

	KEY(CONFIG_SOURCE_CSV, "separator", CONFIG_CHAR, NULL, .example = ";", .help = "of cells; without it detected"),
	KEY(CONFIG_SOURCE_CSV, "encoding", CONFIG_TEXT, NULL, .example = "windows-1252", .help = "utf-8, windows-1252 ...; without it detected"),
	KEY(CONFIG_SOURCE_CSV, "date-format", CONFIG_TEXT, NULL, .example = "dd/MM/yyyy", .help = "such as dd/MM/yyyy; without it ISO 8601 and day.month.year"),
	KEY(CONFIG_SOURCE_CSV, "decimal", CONFIG_CHAR, NULL, .example = ",", .help = "the decimal mark; without it either"),
	KEY(CONFIG_SOURCE_CSV, "header", CONFIG_BOOL, "true", .help = "whether the first row names the columns"),
	KEY(CONFIG_SOURCE_CSV, "split", CONFIG_TEXT, NULL, .example = "|", .help = "characters that part values within a cell"),
	KEY(CONFIG_SOURCE_CSV, "id-columns", CONFIG_LIST, NULL, .example = "Kod", .help = "columns that make the record's id"),
};
/* clang-format on */

const size_t n_config_keys = countof(config_keys);

const struct config_key *config_key_find(enum config_section section, const char *name)
{
	for (size_t i = 0; i < n_config_keys; i++) {
		if (config_keys[i].section == section && strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	}
	return NULL;
}

/* A number and one of the units: "6h" with "s1000 m60000 ...". */
static bool read_with_unit(int64_t *out, struct slice text, const char *units,
			   const int64_t *factors, int64_t min, int64_t max)
{
	int64_t number;
	ptrdiff_t unit;

	if (text.n < 2)
		return false;
	unit = slice_find_byte(slice_of(units), text.p[text.n - 1]);
	if (unit < 0 || !slice_to_i64(&number, slice_first(text, text.n - 1), 0, max))
		return false;
	if (number > max / factors[unit])
		return false;
	number *= factors[unit];
	if (number < min)
		return false;
	*out = number;
	return true;
}

static bool read_duration(int64_t *out, struct slice text, const struct config_key *key)
{
	static const int64_t factors[] = { SECOND_MS, 60 * SECOND_MS, HOUR_MS, DAY_MS };

	if (text.n > 2 && slice_ends_with(text, SLICE_LIT("ms")))
		return slice_to_i64(out, slice_first(text, text.n - 2), key->min, key->max);
	return read_with_unit(out, text, "smhd", factors, key->min, key->max);
}

static const int64_t size_factors[] = { 1, 1024, MIB, 1024 * MIB, 1024 * 1024 * MIB };

static bool read_size(int64_t *out, struct slice text, const struct config_key *key)
{
	if (slice_eq_z(text, "0")) {
		*out = 0;
		return key->min <= 0;
	}
	return read_with_unit(out, text, "BKMGT", size_factors, key->min, key->max);
}

static bool read_choice(int64_t *out, struct slice text, const struct config_key *key)
{
	struct slice rest = slice_of(key->choices);
	struct slice word;

	for (int64_t i = 0; slice_split(&word, &rest, '|'); i++) {
		if (slice_eq(word, text)) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool read_bool(int64_t *out, struct slice text)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on" };

	for (size_t i = 0; i < countof(words); i++) {
		if (slice_eq_z(text, words[i])) {
			*out = (int64_t)(i % 2);
			return true;
		}
	}
	return false;
}

/* The largest unit that leaves a whole number: what read_with_unit() reads. */
static void write_with_unit(struct buf *out, int64_t value, const char *const *units,
			    const int64_t *factors, size_t n_units)
{
	size_t best = 0;

	for (size_t i = 1; i < n_units && value != 0; i++)
		if (value % factors[i] == 0)
			best = i;
	buf_printf(out, "%lld%s", (long long)(value / factors[best]), units[best]);
}

static void write_duration(struct buf *out, int64_t ms)
{
	static const char *const units[] = { "ms", "s", "m", "h", "d" };
	static const int64_t factors[] = { 1, SECOND_MS, 60 * SECOND_MS, HOUR_MS, DAY_MS };

	write_with_unit(out, ms, units, factors, countof(units));
}

static void write_size(struct buf *out, int64_t bytes)
{
	static const char *const units[] = { "", "K", "M", "G", "T" };

	write_with_unit(out, bytes, units, size_factors, countof(units));
}

static void write_expected(struct buf *out, const struct config_key *key)
{
	switch (key->type) {
	case CONFIG_BOOL:
		buf_str(out, "true or false");
		break;
	case CONFIG_NUMBER:
		buf_printf(out, "a number from %lld to %lld", (long long)key->min,
			   (long long)key->max);
		break;
	case CONFIG_SHARE:
		buf_str(out, "a share from 0.0 to 1.0");
		break;
	case CONFIG_DURATION:
		buf_str(out, "a time such as 30s, 10m, 6h or 7d, from ");
		write_duration(out, key->min);
		buf_str(out, " to ");
		write_duration(out, key->max);
		break;
	case CONFIG_SIZE:
		buf_str(out, "a size such as 512K, 128M or 2G, from ");
		write_size(out, key->min);
		buf_str(out, " to ");
		write_size(out, key->max);
		break;
	case CONFIG_CHOICE: {
		struct slice rest = slice_of(key->choices);
		struct slice word;

		buf_str(out, "one of");
		while (slice_split(&word, &rest, '|')) {
			buf_char(out, ' ');
			buf_slice(out, word);
		}
		break;
	}
	case CONFIG_CHAR:
		buf_str(out, "one character, or tab");
		break;
	case CONFIG_TEXT:
	case CONFIG_LIST:
	case CONFIG_MAP:
		buf_str(out, "a text");
		break;
	}
}

bool config_value_read(int64_t *out, const struct config_key *key, const char *text,
		       struct buf *expected)
{
	struct slice s = slice_of(text);
	int64_t value = 0;
	bool is_good = true;

	switch (key->type) {
	case CONFIG_BOOL:
		is_good = read_bool(&value, s);
		break;
	case CONFIG_NUMBER:
		is_good = slice_to_i64(&value, s, key->min, key->max);
		break;
	case CONFIG_SHARE:
		is_good = slice_to_scaled(&value, s, 3, key->max);
		break;
	case CONFIG_DURATION:
		is_good = read_duration(&value, s, key);
		break;
	case CONFIG_SIZE:
		is_good = read_size(&value, s, key);
		break;
	case CONFIG_CHOICE:
		is_good = read_choice(&value, s, key);
		break;
	case CONFIG_CHAR:
		if (slice_eq_z(s, "tab") || slice_eq_z(s, "\\t"))
			value = '\t';
		else
			is_good = s.n == 1 && (value = (unsigned char)s.p[0]) < 0x80;
		break;
	case CONFIG_TEXT:
	case CONFIG_LIST:
	case CONFIG_MAP:
		break;
	}
	if (is_good)
		*out = value;
	else
		write_expected(expected, key);
	return is_good;
}
