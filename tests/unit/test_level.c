// SPDX-License-Identifier: EUPL-1.2
/* Levels: numbers that are shifted, words that are none, and what stays unknown. */
#include "base/arena.h"
#include "catalogue/readers.h"

#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

#define SNB "http://data.europa.eu/snb/"

/* what: "7" or "6-7", then d(eclared) n(qf) c(ycle), then the national level; NULL unknown */
static const struct {
	const char *text;
	const char *scheme;
	const char *country;
	const char *lang;
	const char *what;
} levels[] = {
	/* EQF, said */
	{ "EQF 6", "", "", "", "6 d" },
	{ "EQF level 7", "", "", "", "7 d" },
	{ "EQF-Niveau 6", "", "", "", "6 d" },
	{ "EQF: 5", "", "", "", "5 d" },
	{ "EQF6", "", "", "", "6 d" },
	{ "eqf_7", "", "", "", "7 d" },
	{ "EQR 6", "", "AT", "", "6 d" },
	{ "niveau 6 du CEC", "", "", "", "6 d" },
	{ "EQF-taso 7", "", "FI", "", "7 d" },
	{ "ЕКР 6", "", "BG", "", "6 d" },
	{ "ΕΠΕΠ 6", "", "", "", "6 d" },
	{ "poziom 6 ERK", "", "", "", "6 d" },
	{ "6", "eqf", "", "", "6 d" },
	{ "Level 6", "eqf", "", "", "6 d" },
	{ "6.0", "eqf", "", "", "6 d" },
	{ "7", "EQF", "IE", "", "7 d" },
	{ "6-7", "eqf", "", "", "6-7 d" },
	{ "EQF 6-7", "", "", "", "6-7 d" },
	{ "EQF 5/6", "", "", "", "5-6 d" },
	{ "EQF level 6 to 7", "", "", "", "6-7 d" },
	{ "EQF levels 6 and 7", "", "", "", "6-7 d" },
	{ SNB "eqf/6", "", "", "", "6 d" },
	{ "https://data.europa.eu/snb/eqf/8/", "", "", "", "8 d" },
	{ "Level: EQF 6", "", "", "", "6 d" },
	{ "Master level (EQF 7)", "", "", "", "7 d" },
	{ "EQF 9", "", "", "", NULL },
	{ "0", "eqf", "", "", NULL },
	{ "9", "eqf", "", "", NULL },
	{ "77", "eqf", "", "", NULL },
	/* national frameworks, named */
	{ "NFQ Level 9", "", "", "", "7 n NFQ 9" },
	{ "NFQ 9", "", "IE", "", "7 n NFQ 9" },
	{ "NFQ Level 6", "", "IE", "", "5 n NFQ 6" },
	{ "Level 8 on the NFQ", "", "", "", "6 n NFQ 8" },
	{ "NFQ: Level 7", "", "", "", "6 n NFQ 7" },
	{ "NFQ level 9 (EQF 7)", "", "IE", "", "7 d NFQ 9" },
	{ "SCQF Level 7", "", "GB", "", "5 n SCQF 7" },
	{ "SCQF level 11", "", "", "", "7 n SCQF 11" },
	{ "RQF Level 4", "", "GB", "", "5 n RQF 4" },
	{ "RQF level 6", "", "", "", "6 n RQF 6" },
	{ "DQR 7", "", "", "", "7 n DQR 7" },
	{ "DQR-Niveau 6", "", "DE", "", "6 n DQR 6" },
	{ "DQR/EQR-Niveau 6", "", "DE", "", "6 n DQR 6" },
	{ "SOK raven 7", "", "", "", "6 n SQF 7" },
	{ "SOK 8", "", "SI", "", "7 n SQF 8" },
	{ "ISQF 5.2", "", "", "", "6 n ISQF 5.2" },
	{ "hæfniþrep 7", "", "IS", "", "8 n ISQF 7" },
	{ "MECES 2", "", "", "", "6 n MECES 2" },
	{ "nivel 3 MECES", "", "ES", "", "7 n MECES 3" },
	{ "MECU 6", "", "ES", "", "6 n MECU 6" },
	{ "FiNQF 7", "", "", "", "7 n FiNQF 7" },
	{ "NLQF 4+", "", "", "", "4 n NLQF 4+" },
	{ "NLQF niveau 6", "", "NL", "", "6 n NLQF 6" },
	{ "PRK 7", "", "", "", "7 n PRK 7" },
	{ "7 poziom PRK", "", "PL", "", "7 n PRK 7" },
	{ "NKR 6.1", "", "", "", "6 n NKR 6.1" },
	{ "SeQF nivå 6", "", "", "", "6 n SeQF 6" },
	{ "RNCP niveau 7", "", "", "", "7 n RNCP 7" },
	{ "LTKS VI", "", "", "", "6 n LTQF 6" },
	{ "NZQCF Level 8", "", "", "", "6 n NZQCF 8" },
	{ "HKO 7.1", "", "HR", "", "7 n CROQF 7.1" },
	{ SNB "qdr/c_01be7324", "", "", "", "*" },
	/* the same letters in several countries */
	{ "AQF 7", "", "AU", "", "6 n AQF 7" },
	{ "AQF Level 7", "", "AL", "", "7 n AQF 7" },
	{ "AQF Level 7", "", "", "", NULL },
	{ "QNQ 6", "", "IT", "", "6 n QNQ 6" },
	{ "QNQ 6", "", "", "", "6 n QNQ 6" },
	{ "NQF Level 7", "", "", "", NULL },
	{ "NQF Level 7", "", "XK", "", "7 n KQF 7" },
	{ "NQF Level 7", "", "FI", "", "7 n FiNQF 7" },
	{ "AQF 7", "", "", "", NULL },
	{ "Requirement: BSc, MSc", "", "", "", NULL },
	/* numbers without a framework */
	{ "Level 9", "", "IE", "", "7 n NFQ 9" },
	{ "Level 7", "", "GB", "", NULL }, /* EQF 7 in England, 5 in Scotland */
	{ "Level 7", "", "", "", NULL },
	{ "Level 9", "", "", "", NULL },
	{ "niveau 6", "", "FR", "", "6 n RNCP 6" },
	{ "niveau II", "", "FR", "", "6 n RNCP-1969 II" },
	{ "niveau 6", "", "", "", NULL },
	{ "niveau 6", "", "BE", "", "6 n" },
	{ "raven 7", "", "SI", "", "6 n SQF 7" },
	{ "taso 7", "", "FI", "", "7 n FiNQF 7" },
	{ "nivel 2", "", "ES", "", NULL },
	{ "nivel 6", "", "ES", "", "6 n MECU 6" },
	{ "7", "nqf", "SI", "", "6 n SQF 7" },
	{ "9", "nqf", "IE", "", "7 n NFQ 9" },
	{ "4+", "nqf", "NL", "", "4 n NLQF 4+" },
	{ "2", "nqf", "ES", "", NULL },
	{ "7", "nqf", "", "", NULL },
	{ "6", "", "FI", "", NULL },
	{ "4+", "", "", "", NULL },
	{ "Level 1", "", "FI", "", NULL },
	{ "Level 2", "", "", "", NULL },
	/* standards' fields */
	{ "master", "ooapi-5/level", "", "", "7 c" },
	{ "associate degree", "ooapi-5/level", "", "", "5 c" },
	{ "associate-degree", "ooapi-5/level", "", "", "5 c" },
	{ "secondary vocational education 4", "ooapi-5/level", "", "", "4 c" },
	{ "secondary vocational education", "ooapi-5/level", "", "", NULL },
	{ "undefined", "ooapi-5/level", "", "", NULL },
	{ "undivided", "ooapi-5/level", "", "", NULL },
	{ "nt2-1", "ooapi-5/level", "", "", NULL },
	{ "mbo 3", "ooapi-4/level", "", "", "3 c" },
	{ "6", "ooapi-5/levelOfQualification", "", "", "6 d" },
	{ "4+", "ooapi-5/levelOfQualification", "NL", "", "4 d NLQF 4+" },
	{ "eqf_7", "ooapi-6/levelOfQualification", "", "", "7 d" },
	{ "eqf_0", "ooapi-6/levelOfQualification", "", "", NULL },
	{ "nlqf_4plus", "ooapi-6/levelOfQualification", "", "", "4 d NLQF 4+" },
	{ "secondary_vocational_education_2", "ooapi-6/level", "", "", "2 c" },
	{ "doctoral", "ooapi-6/level", "", "", "8 c" },
	{ "post_doctoral", "ooapi-6/level", "", "", NULL },
	{ "", "ooapi-5/level", "", "", NULL },
	/* ISCED and cycles */
	{ "ISCED 6", "isced", "", "", "6 c" },
	{ "7", "isced", "", "", "7 c" },
	{ "665", "isced", "", "", "6 c" },
	{ "second", "qf-ehea", "", "", "7 c" },
	{ "1st cycle", "qf-ehea", "", "", "6 c" },
	{ "short", "qf-ehea", "", "", "5 c" },
	/* degrees */
	{ "Bachelor", "", "", "", "6 c" },
	{ "master", "", "", "", "7 c" },
	{ "PhD", "", "", "", "8 c" },
	{ "Ph.D.", "", "", "", "8 c" },
	{ "MSc", "", "", "", "7 c" },
	{ "Masterniveau", "", "", "", "7 c" },
	{ "laurea magistrale", "", "", "", "7 c" },
	{ "laurea triennale", "", "", "", "6 c" },
	{ "avancerad nivå", "", "SE", "", "7 c" },
	{ "grundnivå", "", "SE", "", "6 c" },
	{ "ylempi korkeakoulututkinto", "", "", "", "7 c" },
	{ "studia II stopnia", "", "", "", "7 c" },
	{ "licence", "", "FR", "", "6 c" },
	{ "2.º ciclo", "", "PT", "", "7 c" },
	{ "second cycle", "", "", "", "7 c" },
	{ "Second-cycle", "", "", "", "7 c" },
	{ "undergraduate", "", "", "", "6 c" },
	{ "магистър", "", "", "", "7 c" },
	{ "ΜΕΤΑΠΤΥΧΙΑΚΟ", "", "", "", "7 c" },
	{ "yüksek lisans", "", "", "", "7 c" },
	{ "Bachelor/Master", "", "", "", "6-7 c" },
	{ "Bachelor, Master", "", "", "", "6-7 c" },
	{ "Bachelor und Master", "", "", "", "6-7 c" },
	{ "BSc / MSc", "", "", "", "6-7 c" },
	{ "Master's level course", "", "", "", "7 c" },
	{ "Masterstudium Informatik", "", "", "", "7 c" },
	{ "Weiterbildung auf Masterniveau", "", "", "", "7 c" },
	{ "Advanced level (second cycle)", "", "", "", "7 c" },
	{ "Niveau: Master", "", "", "", "7 c" },
	/* the same word, another degree */
	{ "kandidat", "", "DK", "", "7 c" },
	{ "kandidat", "", "SE", "", "6 c" },
	{ "kandidat", "", "", "da", "7 c" },
	{ "kandidat", "", "", "sv", "6 c" },
	{ "kandidat", "", "", "", NULL },
	{ "master di primo livello", "", "IT", "", "7 c" },
	{ "master di secondo livello", "", "IT", "", "8 c" },
	{ "master-na-master", "", "BE", "nl", "7 c" },
	{ "baccalauréat", "", "FR", "fr", NULL },
	{ "baccalauréat", "", "CH", "fr", "6 c" },
	{ "postgraduate certificate", "", "GB", "", "7 c" },
	{ "postgraduate certificate", "", "NZ", "", NULL },
	{ "postgraduate certificate", "", "", "", NULL },
	{ "CAS", "", "CH", "", "7 c" },
	{ "CAS", "", "DE", "", NULL },
	{ "L3", "", "FR", "", "6 c" },
	{ "L3", "", "", "", NULL },
	{ "M1", "", "", "fr", "7 c" },
	{ "професионален бакалавър", "", "", "bg", "6 c" },
	/* no levels */
	{ "lifelong learning", "", "", "", NULL },
	{ "jatkuva oppiminen", "", "FI", "", NULL },
	{ "täydennyskoulutus", "", "FI", "", NULL },
	{ "Beginner", "", "", "", NULL },
	{ "Introductory", "", "", "", NULL },
	{ "Advanced", "", "", "", NULL },
	{ "intermediate", "", "", "", NULL },
	{ "Fortgeschrittene", "", "", "", NULL },
	{ "B2", "", "", "", NULL },
	{ "C1", "", "", "", NULL },
	{ "DigComp 5", "", "", "", NULL },
	{ "mbo", "", "NL", "nl", NULL },
	{ "wo", "", "NL", "nl", NULL },
	{ "Master class", "", "", "", NULL },
	{ "Masterclass", "", "", "", NULL },
	{ "after a bachelor's degree", "", "", "", NULL },
	{ "Entry requirement: Bachelor", "", "", "", NULL },
	{ "no degree", "", "", "", NULL },
	{ "Level 3 of 5", "", "", "", NULL },
	{ "2026", "", "", "", NULL },
	{ "all levels", "", "", "", NULL },
	{ "https://example.org/level/6", "", "", "", NULL },
	{ "", "", "", "", NULL },
	{ "-", "", "", "", NULL },
	{ "n/a", "", "", "", NULL },
	{ "\xc3\x28", "", "", "", NULL },
};

static void describe(char *out, size_t cap, const struct level *level)
{
	int n = level->eqf == level->eqf_max
			? snprintf(out, cap, "%d", level->eqf)
			: snprintf(out, cap, "%d-%d", level->eqf, level->eqf_max);
	const char *from = level->from == FROM_DECLARED ? "d"
			   : level->from == FROM_NQF    ? "n"
			   : level->from == FROM_CYCLE  ? "c"
							: "?";

	assert_true(n > 0);
	(void)snprintf(out + n, cap - (size_t)n, " %s%s%.*s", from, level->nqf.n > 0 ? " " : "",
		       SLICE_ARG(level->nqf));
}

static void each_text_is_read_as_a_level_or_unknown(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(levels); i++) {
		struct word word = { .text = slice_of(levels[i].text),
				     .scheme = slice_of(levels[i].scheme),
				     .lang = slice_of(levels[i].lang) };
		struct hint hint = { .country = slice_of(levels[i].country) };
		struct reading reading = { .rule = "" };
		struct level level = { .isced = ISCED_LEVEL_UNKNOWN };
		bool got = level_read(&level, &word, &hint, &reading, &arena);
		char have[128] = "unknown";

		if (got)
			describe(have, sizeof(have), &level);
		if (levels[i].what != NULL && strcmp(levels[i].what, "*") == 0 && got)
			continue;
		if (strcmp(have, levels[i].what != NULL ? levels[i].what : "unknown") != 0)
			failures += print_failure(
				"\"%s\" %s in %s: got %s, expected %s (%s)", levels[i].text,
				levels[i].scheme, levels[i].country, have,
				levels[i].what != NULL ? levels[i].what : "unknown", reading.rule);
		if (!got && (level.eqf != 0 || level.nqf.n > 0))
			failures +=
				print_failure("\"%s\": touched without an answer", levels[i].text);
	}
	arena_clear(&arena);
	assert_int_equal(failures, 0);
}

static void cycle_and_isced_follow_from_eqf(void **state)
{
	static const struct {
		uint8_t eqf, eqf_max;
		enum from from;
		enum cycle cycle;
		int isced;
	} rows[] = {
		{ 5, 5, FROM_DECLARED, CYCLE_SHORT, 5 }, { 6, 6, FROM_DECLARED, CYCLE_FIRST, 6 },
		{ 7, 7, FROM_NQF, CYCLE_SECOND, 7 },     { 8, 8, FROM_CYCLE, CYCLE_THIRD, 8 },
		{ 5, 5, FROM_NQF, CYCLE_NONE, -1 },      { 4, 4, FROM_DECLARED, CYCLE_NONE, -1 },
		{ 6, 7, FROM_DECLARED, CYCLE_NONE, -1 }, { 0, 0, FROM_NONE, CYCLE_NONE, -1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct level level = { .eqf = rows[i].eqf,
				       .eqf_max = rows[i].eqf_max,
				       .from = rows[i].from,
				       .isced = ISCED_LEVEL_UNKNOWN };

		level_complete(&level);
		assert_int_equal(level.cycle, rows[i].cycle);
		assert_int_equal(level.isced, rows[i].isced);
	}
}

static void a_national_cycle_is_kept(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	struct word word = { .text = SLICE_LIT("NKR 6.1") };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	(void)state;
	assert_true(level_read(&level, &word, NULL, NULL, &arena));
	assert_int_equal(level.cycle, CYCLE_SHORT);
	level_complete(&level);
	assert_int_equal(level.cycle, CYCLE_SHORT);
	assert_int_equal(level.isced, 5);
	arena_clear(&arena);
}

static void isced_below_tertiary_fixes_no_eqf(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	struct word word = { .text = SLICE_LIT("ISCED 2011 level 3"),
			     .scheme = SLICE_LIT("isced") };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	(void)state;
	assert_true(level_read(&level, &word, NULL, NULL, &arena));
	assert_int_equal(level.isced, 3);
	assert_int_equal(level.eqf, 0);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_as_a_level_or_unknown),
		cmocka_unit_test(cycle_and_isced_follow_from_eqf),
		cmocka_unit_test(a_national_cycle_is_kept),
		cmocka_unit_test(isced_below_tertiary_fixes_no_eqf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
