// SPDX-License-Identifier: EUPL-1.2
/* Languages: what a catalogue writes, and what it means or does not mean. */
#include "base/arena.h"
#include "base/mem.h"
#include "catalogue/readers.h"

#include "tests/support/unit.h"

#include <stdio.h>

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

struct case_one {
	const char *text;
	const char *country;
	const char *lang;
	const char *tag; /* NULL: unknown */
};

static const struct case_one ones[] = {
	/* codes of all parts */
	{ "en", "", "", "en" },
	{ "EN", "", "", "en" },
	{ "eng", "", "", "en" },
	{ "ENG", "", "", "en" },
	{ "deu", "", "", "de" },
	{ "ger", "", "", "de" },
	{ "fre", "", "", "fr" },
	{ "fra", "", "", "fr" },
	{ "dut", "", "", "nl" },
	{ "nld", "", "", "nl" },
	{ "gre", "", "", "el" },
	{ "ell", "", "", "el" },
	{ "cze", "", "", "cs" },
	{ "slo", "", "", "sk" },
	{ "slv", "", "", "sl" },
	{ "nob", "", "", "nb" },
	{ "nno", "", "", "nn" },
	{ "no", "", "", "no" },
	{ "nor", "", "", "no" },
	{ "gsw", "", "", "gsw" },
	{ "smi", "", "", "smi" },
	{ "iw", "", "", "he" },
	{ "scr", "", "", "hr" },
	{ "mo", "", "", "ro" },
	/* tags */
	{ "en-GB", "", "", "en" },
	{ "en_EN", "", "", "en" },
	{ "en-us", "", "", "en" },
	{ "nl_NL", "", "", "nl" },
	{ "nl-BE", "", "", "nl" },
	{ "de-AT", "", "", "de" },
	{ "pt-BR", "", "", "pt-BR" },
	{ "pt_br", "", "", "pt-BR" },
	{ "pt-PT", "", "", "pt" },
	{ "sr-Latn", "", "", "sr-Latn" },
	{ "sr-Latn-RS", "", "", "sr-Latn" },
	{ "sr-Cyrl", "", "", "sr" },
	{ "zh-Hant-TW", "", "", "zh-Hant" },
	{ "zh-CN", "", "", "zh" },
	{ "ca-valencia", "", "", "ca-valencia" },
	{ "es-419", "", "", "es" },
	{ "en-x-private", "", "", "en" },
	/* country codes that are used for languages */
	{ "dk", "", "", "da" },
	{ "cz", "", "", "cs" },
	{ "gr", "", "", "el" },
	{ "ua", "", "", "uk" },
	{ "jp", "", "", "ja" },
	{ "gb", "", "", "en" },
	{ "at", "", "", "de" },
	/* URIs */
	{ "http://publications.europa.eu/resource/authority/language/ENG", "", "", "en" },
	{ "https://publications.europa.eu/resource/authority/language/DEU", "", "", "de" },
	{ "http://publications.europa.eu/resource/authority/language/SWE/", "SE", "", "sv" },
	{ "http://lexvo.org/id/iso639-3/fin", "", "", "fi" },
	{ "https://example.org/en", "", "", NULL },
	/* names, in many languages */
	{ "English", "", "", "en" },
	{ "ENGLISH", "", "", "en" },
	{ " english ", "", "", "en" },
	{ "Englisch", "", "", "en" },
	{ "anglais", "", "", "en" },
	{ "inglés", "", "", "en" },
	{ "inglese", "", "", "en" },
	{ "englanti", "", "", "en" },
	{ "englanniksi", "", "", "en" },
	{ "engelska", "", "", "en" },
	{ "angielski", "", "", "en" },
	{ "angličtina", "", "", "en" },
	{ "αγγλικά", "", "", "en" },
	{ "ΑΓΓΛΙΚΑ", "", "", "en" },
	{ "английски", "", "", "en" },
	{ "İngilizce", "", "", "en" },
	{ "INGILIZCE", "", "", "en" },
	{ "saksa", "", "", "de" },
	{ "Tyska", "", "", "de" },
	{ "niemiecki", "", "", "de" },
	{ "Deutsch", "", "", "de" },
	{ "suomi", "", "", "fi" },
	{ "Suomeksi", "", "", "fi" },
	{ "svenska", "", "", "sv" },
	{ "Ελληνικά", "", "", "el" },
	{ "castellano", "", "", "es" },
	{ "Spanish", "", "", "es" },
	{ "català", "", "", "ca" },
	{ "valencià", "", "", "ca-valencia" },
	{ "euskara", "", "", "eu" },
	{ "Galego", "", "", "gl" },
	{ "Norwegian", "", "", "no" },
	{ "norsk bokmål", "", "", "nb" },
	{ "nynorsk", "", "", "nn" },
	{ "Flemish", "", "", "nl" },
	{ "Nederlands", "", "", "nl" },
	{ "Lëtzebuergesch", "", "", "lb" },
	{ "Gaeilge", "", "", "ga" },
	{ "gaelic", "IE", "", "ga" },
	{ "gaelic", "GB", "", "gd" },
	{ "Brazilian Portuguese", "", "", "pt-BR" },
	/* phrases and decorations */
	{ "in English", "", "", "en" },
	{ "taught in English", "", "", "en" },
	{ "auf Deutsch", "", "", "de" },
	{ "w języku angielskim", "", "", "en" },
	{ "English language", "", "", "en" },
	{ "English (B2)", "", "", "en" },
	{ "English B2", "", "", "en" },
	{ "English, level C1", "", "", "en" },
	{ "German (Deutsch)", "", "", "de" },
	{ "Language: English", "", "", "en" },
	{ "Kieli: suomi", "", "", "fi" },
	{ "Unterrichtssprache: Deutsch", "", "", "de" },
	{ "\"English\"", "", "", "en" },
	{ "Multilingual", "", "", "mul" },
	/* what is more likely a mistake in a country is unknown */
	{ "se", "SE", "", NULL },
	{ "se", "", "", "se" },
	{ "ee", "EE", "", NULL },
	{ "si", "SI", "", NULL },
	{ "uk", "GB", "", NULL },
	{ "uk", "UA", "", "uk" },
	{ "be", "BE", "", NULL },
	{ "ch", "CH", "", NULL },
	{ "ie", "IE", "", NULL },
	{ "br", "BR", "", NULL },
	{ "slo", "SI", "", NULL },
	{ "sl", "SK", "", NULL },
	{ "el", "GR", "", "el" },
	{ "it", "IT", "", "it" },
	{ "mt", "MT", "", "mt" },
	/* unknown */
	{ "", "", "", NULL },
	{ "-", "", "", NULL },
	{ "n/a", "", "", NULL },
	{ "xx", "", "", NULL },
	{ "xyz", "", "", NULL },
	{ "yes", "", "", NULL },
	{ "false", "", "", NULL },
	{ "gaelic", "", "", NULL },
	{ "other", "", "", NULL },
	{ "und", "", "", NULL },
	{ "Klingonesque", "", "", NULL },
	{ "fi-sv", "", "", NULL },
	{ "English or German", "", "", NULL },
	{ "Swedish (Finnish)", "", "", NULL },
	{ "see the course page", "", "", NULL },
	{ "in", "IN", "", "id" },
	{ "12", "", "", NULL },
	{ "\xff\xfe", "", "", NULL },
};

static void each_text_is_read_as_one_language_or_unknown(void **state)
{
	int failures = 0;
	struct arena arena = ARENA_INIT(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(ones); i++) {
		struct hint hint = { .country = slice_of(ones[i].country),
				     .lang = slice_of(ones[i].lang) };
		struct reading reading = { .rule = "" };
		struct slice tag = SLICE_NONE;
		bool got = language_read(&tag, slice_of(ones[i].text), &hint, &reading, &arena);
		char have[64];

		(void)snprintf(have, sizeof(have), "%.*s", SLICE_ARG(tag));
		if (got != (ones[i].tag != NULL) || (got && strcmp(have, ones[i].tag) != 0))
			failures += print_failure(
				"\"%s\" in %s: got \"%s\", expected \"%s\" (%s)", ones[i].text,
				ones[i].country, got ? have : "unknown",
				ones[i].tag != NULL ? ones[i].tag : "unknown", reading.rule);
		if (got) {
			assert_int_equal(reading.from, FROM_DECLARED);
			assert_true(strlen(reading.rule) > 0);
		} else {
			assert_null(tag.p);
		}
	}
	assert_int_equal(failures, 0);
	arena_clear(&arena);
}

static const struct {
	const char *text;
	const char *tags; /* separated by blanks */
	const char *unknown; /* NULL: all understood */
} lists[] = {
	{ "englanti, suomi", "en fi", NULL },
	{ "de/en", "de en", NULL },
	{ "EN + FI", "en fi", NULL },
	{ "EN, FI, SV", "en fi sv", NULL },
	{ "en;de;fr", "en de fr", NULL },
	{ "en|fi", "en fi", NULL },
	{ "EN FI", "en fi", NULL },
	{ "fi-sv", "", "fi-sv" },
	{ "nl-en", "nl en", NULL },
	{ "sv-fi", "sv", NULL },
	{ "English (EN), German (DE)", "en de", NULL },
	{ "Deutsch und Englisch", "de en", NULL },
	{ "Deutsch, Englisch und Französisch", "de en fr", NULL },
	{ "Deutsch oder Englisch", "de en", NULL },
	{ "English and French", "en fr", NULL },
	{ "English & Dutch", "en nl", NULL },
	{ "français et anglais", "fr en", NULL },
	{ "español y catalán", "es ca", NULL },
	{ "español e inglés", "es en", NULL },
	{ "italiano e inglese", "it en", NULL },
	{ "suomi ja ruotsi", "fi sv", NULL },
	{ "eesti ja inglise", "et en", NULL },
	{ "svenska och engelska", "sv en", NULL },
	{ "norsk og engelsk", "no en", NULL },
	{ "Nederlands en Engels", "nl en", NULL },
	{ "polski i angielski", "pl en", NULL },
	{ "čeština a angličtina", "cs en", NULL },
	{ "magyar és angol", "hu en", NULL },
	{ "română și engleză", "ro en", NULL },
	{ "slovenščina in angleščina", "sl en", NULL },
	{ "ελληνικά και αγγλικά", "el en", NULL },
	{ "български и английски", "bg en", NULL },
	{ "English, French and German", "en fr de", NULL },
	{ "Sprachen: Deutsch, Englisch", "de en", NULL },
	{ "English\nGerman", "en de", NULL },
	{ "English English", "en", NULL },
	{ "English, english, EN", "en", NULL },
	{ "English (B2), German (B1)", "en de", NULL },
	{ "English, Klingonesque", "en", "Klingonesque" },
	{ "see page", "", "see page" },
	{ "", "", NULL },
	{ "http://publications.europa.eu/resource/authority/language/DEU, "
	  "http://publications.europa.eu/resource/authority/language/ENG",
	  "de en", NULL },
	{ "suomi / svenska / English", "fi sv en", NULL },
	{ "nl, en", "nl en", NULL },
	{ "es-ES, ca-ES, en-GB", "es ca en", NULL },
	{ "we teach it in the afternoon", "", "we teach it in the afternoon" },
};

static void each_list_gives_its_languages_in_order(void **state)
{
	int failures = 0;
	struct arena arena = ARENA_INIT(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(lists); i++) {
		struct codes codes = { NULL, 0 };
		struct slice unknown;
		size_t n = language_read_list(&codes, slice_of(lists[i].text), NULL, &unknown, NULL,
					      &arena);
		char have[256] = "";

		for (size_t c = 0; c < codes.n; c++)
			(void)snprintf(have + strlen(have), sizeof(have) - strlen(have), "%s%.*s",
				       c > 0 ? " " : "", SLICE_ARG(codes.items[c]));
		if (strcmp(have, lists[i].tags) != 0)
			failures += print_failure("\"%s\": got \"%s\", expected \"%s\"",
						  lists[i].text, have, lists[i].tags);
		assert_int_equal(n, codes.n);
		if (lists[i].unknown == NULL ? unknown.p != NULL
					     : !slice_eq_z(unknown, lists[i].unknown))
			failures += print_failure(
				"\"%s\": not understood \"%.*s\", expected \"%s\"", lists[i].text,
				SLICE_ARG(unknown),
				lists[i].unknown != NULL ? lists[i].unknown : "all understood");
	}
	assert_int_equal(failures, 0);
	arena_clear(&arena);
}

static const struct {
	const char *declared;
	const char *tag;
} tags[] = {
	{ "en_EN", "en" },
	{ "ENG", "en" },
	{ "nl-NL", "nl" },
	{ "en ", "en" },
	{ "German", "de" },
	{ "ar-sa", "ar" },
	{ "en-us", "en" },
	{ "", "und" },
	{ "xx", "und" },
	{ "mul", "und" },
	{ "und", "und" },
	{ "pt-BR", "pt-BR" },
	{ "default", "und" },
	{ "nb-NO", "nb" },
	{ "sr-Latn-RS", "sr-Latn" },
	{ "http://publications.europa.eu/resource/authority/language/FIN", "fi" },
};

static void tags_of_texts_are_made_canonical_or_und(void **state)
{
	int failures = 0;
	struct arena arena = ARENA_INIT(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(tags); i++) {
		struct slice tag = language_of_tag(slice_of(tags[i].declared), &arena);

		if (!slice_eq_z(tag, tags[i].tag))
			failures += print_failure("\"%s\": got \"%.*s\", expected \"%s\"",
						  tags[i].declared, SLICE_ARG(tag), tags[i].tag);
	}
	assert_int_equal(failures, 0);
	arena_clear(&arena);
}

#define LONG_WORD                                                                                  \
	"antidisestablishmentarianismsupercalifragilisticexpialidocious"                           \
	"antidisestablishmentarianismsupercalifragilisticexpialidocious"

static const struct {
	const char *lang; /* NULL: silent */
	const char *text;
} written[] = {
	{ "en", "In this course you will learn how to analyse data with open tools, and how the "
		"results can be presented to people who are not experts." },
	{ "de", "In diesem Kurs lernen Sie, wie Daten mit freien Werkzeugen ausgewertet werden und "
		"wie die Ergebnisse für ein breites Publikum aufbereitet sind." },
	{ "fr", "Ce cours permet aux étudiants de comprendre les principes de la gestion de l'eau "
		"et les outils qui sont utilisés dans les villes pour la protéger." },
	{ "es",
	  "En este curso los estudiantes aprenden a diseñar una base de datos y a analizar la "
	  "información que se obtiene de las encuestas sobre el clima." },
	{ "it",
	  "Il corso introduce gli studenti ai metodi della ricerca sociale e alla lettura dei "
	  "dati, con esercizi che sono svolti in piccoli gruppi." },
	{ "pt", "O curso apresenta os princípios da economia circular e discute como as empresas "
		"podem reduzir o uso de materiais e a produção de resíduos nas cidades." },
	{ "nl",
	  "In deze cursus leer je hoe het klimaat werkt, welke gevolgen de opwarming voor onze "
	  "steden heeft en wat er aan gedaan kan worden." },
	{ "sv", "Kursen ger en introduktion till hur hållbar energi fungerar och hur man kan mäta "
		"effekten av de åtgärder som vidtas i en kommun." },
	{ "nb",
	  "Kurset gir en innføring i hvordan bærekraftig energi fungerer, og hva som skal til "
	  "for å måle effekten av tiltak som blir gjennomført i en kommune." },
	{ "da", "Kurset giver en indføring i hvordan bæredygtig energi fungerer, og hvad der skal "
		"til for at måle effekten af de tiltag, som bliver gennemført i en kommune." },
	{ "fi",
	  "Opintojakson jälkeen opiskelija tunnistaa keskeiset tekoälyn menetelmät ja osaa "
	  "kertoa, miten niitä voidaan käyttää eri aloilla sekä mitä riskejä niihin liittyy." },
	{ "et", "Kursuse läbinud õppija tunneb andmete töötlemise põhimõtteid ning oskab neid oma "
		"töös kasutada, kui see on vajalik ja mõistlik." },
	{ "pl",
	  "Celem kursu jest zapoznanie studentów z metodami analizy danych oraz z narzędziami, "
	  "które są stosowane w praktyce przez firmy i instytucje." },
	{ "cs",
	  "Kurz seznamuje studenty s metodami, které se používají při zpracování dat, a ukazuje "
	  "také, jak lze výsledky představit veřejnosti." },
	{ "sk", "Kurz oboznamuje študentov s metódami, ktoré sa používajú pri spracovaní údajov, a "
		"ukazuje tiež, ako možno výsledky predstaviť verejnosti." },
	{ "sl", "Pri predmetu študenti spoznajo metode, ki se uporabljajo za obdelavo podatkov, in "
		"se naučijo, kako lahko rezultate predstavijo tudi javnosti." },
	{ "hr",
	  "Na kolegiju studenti upoznaju metode koje se koriste za obradu podataka i uče kako "
	  "se rezultati mogu predstaviti javnosti, što će biti dio ispita." },
	{ "hu",
	  "A kurzus célja, hogy a hallgatók megismerjék az adatok feldolgozásának módszereit, "
	  "és el tudják dönteni, hogy melyik eszköz való egy adott feladathoz." },
	{ "ro", "Cursul prezintă metodele prin care datele sunt prelucrate și arată cum pot fi "
		"folosite rezultatele pentru a lua decizii care să îmbunătățească serviciile." },
	{ "bg", "Курсът запознава студентите с методите за обработка на данни и показва как "
		"резултатите могат да бъдат представени пред хора, които не са специалисти." },
	{ "el", "Το μάθημα παρουσιάζει τις μεθόδους για την επεξεργασία δεδομένων και δείχνει πώς "
		"τα αποτελέσματα μπορεί να χρησιμοποιηθούν από τους φοιτητές στην πράξη." },
	{ "lt", "Kurso metu studentai susipažins su duomenų apdorojimo metodais ir sužinos, kaip "
		"rezultatai gali būti panaudoti, kad sprendimai būtų geresni." },
	{ "lv", "Kursa laikā studenti iepazīst datu apstrādes metodes un uzzina, kā rezultāti tiek "
		"izmantoti, lai lēmumi būtu labāki, kas ir svarīgi arī uzņēmumiem." },
	{ "uk",
	  "Курс знайомить студентів з методами обробки даних та показує, як результати можуть "
	  "бути використані для рішень, що також важливо для громад." },
	{ "ca", "El curs presenta els mètodes amb què es tracten les dades i explica com els "
		"resultats poden ser útils per a les persones que no són expertes." },
	{ "tr", "Bu ders, verilerin işlenmesi için kullanılan yöntemleri tanıtır ve sonuçların "
		"nasıl daha iyi kararlar için kullanılacağını öğrenciler ile birlikte gösterir." },
	/* a word longer than any, which goes on with a letter beyond ASCII */
	{ "en", "In this course you will learn how to analyse data with open tools, and " LONG_WORD
		"é" LONG_WORD ", how the results can be presented to all." },
	/* too short, no language, two languages, names */
	{ NULL, "" },
	{ NULL, "Introduction to data science" },
	{ NULL, "Einführung in die Statistik" },
	{ NULL,
	  "Python, SQL, R, Docker, Kubernetes, Git, Linux, Bash, Ansible, Terraform, Rust, Go" },
	{ NULL, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20" },
	{ NULL,
	  "Jyväskylä, Helsinki, Berlin, Paris, Madrid, Roma, Lisboa, Wien, Praha, Warszawa, Riga" },
	{ NULL,
	  "In diesem Kurs lernen Sie die Grundlagen der Statistik und der Analyse. "
	  "In this course you will learn the foundations of statistics and how to use them." },
	{ NULL, "\xff\xfe\xff\xfe \xff\xfe \xff \xff \xff \xff \xff \xff \xff \xff \xff" },
};

static void the_language_of_a_text_is_told_or_left_open(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(written); i++) {
		struct slice tag = SLICE_NONE;
		bool got = language_detect(&tag, slice_of(written[i].text), &arena);

		if (got != (written[i].lang != NULL) || (got && !slice_eq_z(tag, written[i].lang)))
			failures += print_failure("\"%.40s\": got \"%.*s\", expected \"%s\"",
						  written[i].text, SLICE_ARG(tag),
						  written[i].lang != NULL ? written[i].lang
									  : "silence");
	}
	assert_int_equal(failures, 0);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_as_one_language_or_unknown),
		cmocka_unit_test(each_list_gives_its_languages_in_order),
		cmocka_unit_test(tags_of_texts_are_made_canonical_or_und),
		cmocka_unit_test(the_language_of_a_text_is_told_or_left_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
