// SPDX-License-Identifier: EUPL-1.2
/* Institutions by identifier and name, and alliances. */
#include "base/arena.h"
#include "catalogue/normalise.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"

#include "tests/support/random.h"
#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

static const struct {
	const char *scheme;
	const char *value;
	const char *ror; /* NULL: unknown */
} ids[] = {
	{ "domain", "jyu.fi", "05n3dz165" },
	{ "domain", "JYU.FI", "05n3dz165" },
	{ "schac", "jyu.fi", "05n3dz165" },
	{ "url", "https://www.jyu.fi/en/", "05n3dz165" },
	{ "url", "https://courses.it.jyu.fi/x", "05n3dz165" },
	{ "ror", "05n3dz165", "05n3dz165" },
	{ "ror", "https://ror.org/05n3dz165", "05n3dz165" },
	{ "ror", "ror.org/05n3dz165", "05n3dz165" },
	{ "erasmus", "SF JYVASKY01", "05n3dz165" },
	{ "erasmus-code", "SF  JYVASKY01", "05n3dz165" },
	{ "pic", "999842245", "05n3dz165" },
	{ "oid", "E10208640", "05n3dz165" },
	{ "wikidata", "https://www.wikidata.org/wiki/Q578326", "05n3dz165" },
	{ "", "jyu.fi", "05n3dz165" },
	{ "", "05n3dz165", "05n3dz165" },
	{ "", "https://ror.org/05n3dz165", "05n3dz165" },
	{ "domain", "aalto.fi", "020hwjq30" },
	/* shared with its own institute */
	{ "domain", "ub.edu", "021018s57" },
	/* a number of another kind */
	{ "ror", "999842245", NULL },
	{ "pic", "05n3dz165", NULL },
	{ "", "999842245", NULL },
	{ "local", "jyu.fi", NULL },
	{ "domain", "example.org", NULL },
	{ "domain", "fi", NULL },
	{ "domain", "ac.at", NULL },
	{ "domain", "", NULL },
	{ "domain", ".", NULL },
	{ "url", "https://", NULL },
	/* as they are written elsewhere */
	{ "ror", "https://ror.org/05n3dz165/", "05n3dz165" },
	{ "ROR", "05N3DZ165", "05n3dz165" },
	{ "erasmus", "SFJYVASKY01", "05n3dz165" },
	{ "erasmus-code", "SF-JYVASKY01", "05n3dz165" },
	{ "erasmus", "sf jyvasky01", "05n3dz165" },
	{ "", "SF JYVASKY01", "05n3dz165" },
	{ "pic", "PIC: 999842245", "05n3dz165" },
	{ "schac", "urn:schac:homeOrganization:jyu.fi", "05n3dz165" },
	{ "schacHomeOrganization", "jyu.fi", "05n3dz165" },
	{ "", "urn:schac:homeOrganization:jyu.fi", "05n3dz165" },
	{ "domain", "moodle.jyu.fi", "05n3dz165" },
	{ "domain", "www.jyu.fi", "05n3dz165" },
	{ "url", "HTTPS://WWW.JYU.FI/", "05n3dz165" },
	{ "url", "http://jyu.fi:8080/x?y=1", "05n3dz165" },
	{ "url", "registrar@jyu.fi", "05n3dz165" },
	{ "url", "jyu.fi/fi", "05n3dz165" },
	{ "wikidata", "Q578326", "05n3dz165" },
	{ "organisation-id", "E10208640", "05n3dz165" },
	/* of another, or of nobody */
	{ "erasmus", "SF JYVASKY99", NULL },
	{ "erasmus", "JYVASKY01", NULL },
	{ "erasmus", "01", NULL },
	{ "ror", "05n3dz166", NULL },
	{ "ror", "x", NULL },
	{ "pic", "999842246", NULL },
	{ "pic", "99984224", NULL },
	{ "oid", "E99999999", NULL },
	{ "oid", "10208640", NULL },
	{ "wikidata", "578326", NULL },
	{ "eter", "999842245", NULL },
	{ "eter", "FI9999", NULL },
	{ "url", "https://coursera.org/jyu.fi", NULL },
	{ "url", "https://jyu.fi.example.org/", NULL },
	{ "url", "https://notjyu.fi/", NULL },
	{ "domain", "fi.jyu", NULL },
	{ "domain", "co.uk", NULL },
	{ "unknown-scheme", "05n3dz165", NULL },
	{ "", "University of Jyväskylä", NULL },
	{ "", "12345", NULL },
};

static void each_identifier_finds_its_institution_or_none(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(ids); i++) {
		struct institution found = { .ror = SLICE_NONE };
		bool got =
			institution_by_id(&found, slice_of(ids[i].scheme), slice_of(ids[i].value));

		if (got != (ids[i].ror != NULL) || (got && !slice_eq_z(found.ror, ids[i].ror)))
			failures += print_failure("%s \"%s\": got \"%.*s\", expected \"%s\"",
						  ids[i].scheme, ids[i].value, SLICE_ARG(found.ror),
						  ids[i].ror != NULL ? ids[i].ror : "unknown");
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name;
	const char *country;
	const char *domain;
	const char *unit;
} names[] = {
	{ "University of Jyväskylä", "", "jyu.fi", NULL },
	{ "UNIVERSITY OF JYVASKYLA", "", "jyu.fi", NULL },
	{ "Jyväskylän yliopisto", "", "jyu.fi", NULL },
	{ "JYVASKYLAN YLIOPISTO", "FI", "jyu.fi", NULL },
	{ "University of Jyväskylä (JYU)", "", "jyu.fi", NULL },
	{ "  Aalto-yliopisto ", "", "aalto.fi", NULL },
	{ "Aalto yliopisto", "", "aalto.fi", NULL },
	{ "TU Wien", "AT", "tuwien.ac.at", NULL },
	{ "Universität Wien", "", "univie.ac.at", NULL },
	{ "University of Barcelona", "", "ub.edu", NULL },
	{ "University of Jyväskylä", "SE", NULL, NULL },
	{ "ESCP Business School", "", NULL, NULL },
	{ "MSU", "", NULL, NULL },
	{ "INSA", "FR", NULL, NULL },
	{ "University", "", NULL, NULL },
	{ "Universität", "DE", NULL, NULL },
	{ "Miskatonic University", "", NULL, NULL },
	{ "", "", NULL, NULL },
	/* its own language, English, capitals without accents */
	{ "Helsingin yliopisto", "", "helsinki.fi", NULL },
	{ "Helsingfors universitet", "FI", "helsinki.fi", NULL },
	{ "University of Helsinki", "", "helsinki.fi", NULL },
	{ "Turun yliopisto", "", "utu.fi", NULL },
	{ "Åbo Akademi University", "", "abo.fi", NULL },
	{ "Oulun yliopisto", "FI", "oulu.fi", NULL },
	{ "Lunds universitet", "", "lu.se", NULL },
	{ "LUNDS UNIVERSITET", "SE", "lu.se", NULL },
	{ "Uppsala University", "", "uu.se", NULL },
	{ "Kungliga Tekniska högskolan", "SE", "kth.se", NULL },
	{ "KTH Royal Institute of Technology", "", "kth.se", NULL },
	{ "Københavns Universitet", "", "ku.dk", NULL },
	{ "Technical University of Denmark", "", "dtu.dk", NULL },
	{ "Universitetet i Oslo", "", "uio.no", NULL },
	{ "Technische Universität München", "", "tum.de", NULL },
	{ "Technical University of Munich", "", "tum.de", NULL },
	{ "Humboldt-Universität zu Berlin", "", "hu-berlin.de", NULL },
	{ "Freie Universität Berlin", "", "fu-berlin.de", NULL },
	{ "RWTH Aachen University", "", "rwth-aachen.de", NULL },
	{ "Universität Heidelberg", "DE", "uni-heidelberg.de", NULL },
	{ "University of Vienna", "", "univie.ac.at", NULL },
	{ "Technische Universität Wien", "", "tuwien.ac.at", NULL },
	{ "ETH Zürich", "", "ethz.ch", NULL },
	{ "École Polytechnique Fédérale de Lausanne", "", "epfl.ch", NULL },
	{ "KU Leuven", "", "kuleuven.be", NULL },
	{ "Universiteit Gent", "", "ugent.be", NULL },
	{ "Ghent University", "BE", "ugent.be", NULL },
	{ "Technische Universiteit Delft", "", "tudelft.nl", NULL },
	{ "Delft University of Technology", "", "tudelft.nl", NULL },
	{ "University of Twente", "", "utwente.nl", NULL },
	{ "Utrecht University", "", "uu.nl", NULL },
	{ "Trinity College Dublin", "", "tcd.ie", NULL },
	{ "Dublin City University", "", "dcu.ie", NULL },
	{ "Università di Bologna", "", "unibo.it", NULL },
	{ "Politecnico di Milano", "", "polimi.it", NULL },
	{ "Politecnico di Torino", "", "polito.it", NULL },
	{ "Università degli Studi di Padova", "", "unipd.it", NULL },
	{ "Université de Strasbourg", "", "unistra.fr", NULL },
	{ "UNIVERSITE DE STRASBOURG", "FR", "unistra.fr", NULL },
	{ "Sorbonne Université", "", "sorbonne-universite.fr", NULL },
	{ "Universitat de Barcelona", "", "ub.edu", NULL },
	{ "Universidad de Granada", "", "ugr.es", NULL },
	{ "Universidad Complutense de Madrid", "", "ucm.es", NULL },
	{ "Universidade do Porto", "", "up.pt", NULL },
	{ "Universidade de Lisboa", "", "ulisboa.pt", NULL },
	{ "Uniwersytet Jagielloński", "", "uj.edu.pl", NULL },
	{ "Uniwersytet Warszawski", "", "uw.edu.pl", NULL },
	{ "Univerzita Karlova", "", "cuni.cz", NULL },
	{ "Masarykova univerzita", "", "muni.cz", NULL },
	{ "Eötvös Loránd Tudományegyetem", "", "elte.hu", NULL },
	{ "Univerza v Ljubljani", "", "uni-lj.si", NULL },
	{ "Tartu Ülikool", "", "ut.ee", NULL },
	{ "Vilniaus universitetas", "", "vu.lt", NULL },
	{ "Latvijas Universitāte", "", "lu.lv", NULL },
	{ "University of Malta", "", "um.edu.mt", NULL },
	{ "University of Edinburgh", "", "ed.ac.uk", NULL },
	/* shortened, articles, signs */
	{ "The University of Edinburgh", "", "ed.ac.uk", NULL },
	{ "Univ. of Helsinki", "", "helsinki.fi", NULL },
	{ "Univ. Heidelberg", "DE", "uni-heidelberg.de", NULL },
	{ "Uni Heidelberg", "DE", "uni-heidelberg.de", NULL },
	{ "TU Delft", "NL", "tudelft.nl", NULL },
	{ "Jyväskylän yo", "FI", "jyu.fi", NULL },
	{ "University of  Helsinki ", "", "helsinki.fi", NULL },
	{ "university of helsinki", "", "helsinki.fi", NULL },
	{ "Norwegian University of Science & Technology", "NO", "ntnu.no", NULL },
	/* with an acronym, or an acronym where the country is known */
	{ "Technische Universität Wien (TU Wien)", "", "tuwien.ac.at", NULL },
	{ "KTH (Royal Institute of Technology)", "", "kth.se", NULL },
	{ "Technical University of Denmark - DTU", "", "dtu.dk", NULL },
	{ "NTNU", "NO", "ntnu.no", NULL },
	{ "KTH", "SE", "kth.se", NULL },
	{ "DTU", "DK", "dtu.dk", NULL },
	{ "TUM", "DE", "tum.de", NULL },
	{ "EPFL", "CH", "epfl.ch", NULL },
	{ "KTH", "", NULL, NULL },
	{ "UC", "PT", NULL, NULL },
	{ "UH", "", NULL, NULL },
	{ "TU", "", NULL, NULL },
	/* with a unit: kept */
	{ "University of Helsinki, Faculty of Law", "", "helsinki.fi", "Faculty of Law" },
	{ "Faculty of Law, University of Helsinki", "", "helsinki.fi", "Faculty of Law" },
	{ "Aalto University / School of Business", "", "aalto.fi", "School of Business" },
	{ "Aalto University School of Business", "", "aalto.fi", "School of Business" },
	{ "University of Jyväskylä - Open University", "", "jyu.fi", "Open University" },
	{ "Jyväskylän yliopisto, avoin yliopisto", "", "jyu.fi", "avoin yliopisto" },
	{ "Helsingin yliopiston oikeustieteellinen tiedekunta", "", "helsinki.fi",
	  "oikeustieteellinen tiedekunta" },
	{ "Lunds universitets juridiska fakultet", "", "lu.se", "juridiska fakultet" },
	{ "Juridiska fakulteten vid Lunds universitet", "", "lu.se", "Juridiska fakulteten" },
	{ "Institut für Informatik der Universität Wien", "", "univie.ac.at",
	  "Institut für Informatik" },
	{ "Universität Wien, Institut für Informatik", "AT", "univie.ac.at",
	  "Institut für Informatik" },
	{ "Dipartimento di Informatica dell'Università di Bologna", "", "unibo.it",
	  "Dipartimento di Informatica" },
	{ "Facultad de Derecho de la Universidad de Granada", "", "ugr.es", "Facultad de Derecho" },
	{ "Faculté de droit de l'Université de Strasbourg", "", "unistra.fr", "Faculté de droit" },
	{ "Université de Strasbourg – Faculté de droit", "", "unistra.fr", "Faculté de droit" },
	{ "KU Leuven, Faculty of Arts", "", "kuleuven.be", "Faculty of Arts" },
	{ "Department of Physics, University of Oslo", "", "uio.no", "Department of Physics" },
	{ "University of Edinburgh (School of Informatics)", "", "ed.ac.uk",
	  "School of Informatics" },
	{ "Wydział Prawa, Uniwersytet Warszawski", "", "uw.edu.pl", "Wydział Prawa" },
	{ "Faculty of Engineering | Lund University", "", "lu.se", "Faculty of Engineering" },
	/* with its place */
	{ "University of Helsinki, Finland", "", "helsinki.fi", NULL },
	{ "Uppsala University, Sweden", "SE", "uu.se", NULL },
	{ "Politecnico di Milano, Milano, Italia", "", "polimi.it", NULL },
	/* two, none, or another kind of body */
	{ "University of Helsinki, Aalto University", "", NULL, NULL },
	{ "University of Helsinki / University of Turku", "FI", NULL, NULL },
	{ "University of Applied Sciences", "", NULL, NULL },
	{ "University of Applied Sciences", "FI", NULL, NULL },
	{ "Technical University", "", NULL, NULL },
	{ "Technische Universität", "DE", NULL, NULL },
	{ "Hochschule", "DE", NULL, NULL },
	{ "Fachhochschule", "AT", NULL, NULL },
	{ "Ammattikorkeakoulu", "FI", NULL, NULL },
	{ "Open University", "", NULL, NULL },
	{ "Faculty of Law", "", NULL, NULL },
	{ "Faculty of Law", "FI", NULL, NULL },
	{ "School of Business", "", NULL, NULL },
	{ "Department of Physics", "NO", NULL, NULL },
	{ "Institut für Informatik", "AT", NULL, NULL },
	{ "University of Tammerkoski", "", NULL, NULL },
	{ "Hochschule Nordhafen", "DE", NULL, NULL },
	{ "Helsinki University Press Ltd", "", NULL, NULL },
	{ "Friends of the University of Helsinki", "", NULL, NULL },
	{ "Student Union of the University of Helsinki", "", NULL, NULL },
	{ "Oxford University Press", "", NULL, NULL },
	{ "Nokia Oyj", "FI", NULL, NULL },
	{ "Siemens AG", "DE", NULL, NULL },
	{ "Google", "", NULL, NULL },
	{ "Coursera", "", NULL, NULL },
	{ "Udemy Academy", "", NULL, NULL },
	{ "Microsoft Learn", "", NULL, NULL },
	{ "Chamber of Commerce", "", NULL, NULL },
	{ "Ministry of Education", "", NULL, NULL },
	{ "City of Helsinki", "FI", NULL, NULL },
	{ "Volkshochschule Wien", "AT", NULL, NULL },
	{ "Academy", "", NULL, NULL },
	{ "College", "", NULL, NULL },
	{ "Learning Centre", "", NULL, NULL },
	{ "Center", "", NULL, NULL },
	{ "a", "", NULL, NULL },
	{ "-", "", NULL, NULL },
	{ "()", "", NULL, NULL },
	{ ", ,", "", NULL, NULL },
	{ "\xff\xfe", "", NULL, NULL },
	{ "http://www.jyu.fi", "", NULL, NULL },
};

static void each_name_finds_its_institution_or_none(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(names); i++) {
		struct institution found = { .ror = SLICE_NONE };
		struct slice name = SLICE_NONE, unit = SLICE_NONE;
		struct reading reading = { .rule = "" };
		bool got =
			institution_by_name_of_unit(&found, &name, &unit, slice_of(names[i].name),
						    slice_of(names[i].country), &reading);

		if (got != (names[i].domain != NULL) ||
		    (got && !slice_eq_z(found.domain, names[i].domain)))
			failures += print_failure("\"%s\" %s: got \"%.*s\" (%s)", names[i].name,
						  names[i].country, SLICE_ARG(found.domain),
						  reading.rule);
		if (names[i].unit == NULL ? unit.n > 0 : !slice_eq_z(unit, names[i].unit))
			failures += print_failure("\"%s\": unit \"%.*s\"", names[i].name,
						  SLICE_ARG(unit));
		/* what was found is found again by what it was found by */
		if (got)
			assert_true(institution_by_name(&found, name, found.country, NULL));
	}
	assert_int_equal(failures, 0);
}

static void an_institution_has_all_that_is_known_of_it(void **state)
{
	struct institution found;

	(void)state;
	assert_true(institution_by_id(&found, SLICE_LIT("domain"), SLICE_LIT("jyu.fi")));
	assert_slice(found.name_en, "University of Jyväskylä");
	assert_slice(found.own_lang, "fi");
	assert_slice(found.country, "FI");
	assert_slice(found.erasmus_code, "SF JYVASKY01");
	assert_slice(found.pic, "999842245");
}

static void alliances_are_those_of_full_members(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	struct codes codes = { NULL, 0 };
	struct reading reading = { .rule = "" };

	(void)state;
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("jyu.fi"), &reading, &arena), 1);
	assert_slice(codes.items[0], "FORTHEM");
	assert_string_equal(reading.rule, "alliances.tsv: jyu.fi is a member since 2019");
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("jyu.fi"), &reading, &arena), 0);
	codes = (struct codes){ NULL, 0 };
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("savonia.fi"), &reading, &arena),
			 1);
	assert_slice(codes.items[0], "EU4DUAL");
	/* one of several institutions with a domain in common */
	codes = (struct codes){ NULL, 0 };
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("universidadeuropea.com"),
					       &reading, &arena),
			 0);
	/* associated with EuroTeQ, no member */
	(void)institution_alliances(&codes, SLICE_LIT("epfl.ch"), &reading, &arena);
	assert_false(codes_has(&codes, SLICE_LIT("EuroTeQ")));
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("example.org"), &reading, &arena),
			 0);
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("FORTHEM"), &reading, &arena), 0);
	arena_clear(&arena);
}

static void an_operator_s_rows_are_known_as_well(void **state)
{
	static const char rows[] = "domain\tname_en\tcountry\teter\n"
				   "tammerkoski.example\tUniversity of Tammerkoski\tFI\tFI9901\n";
	static const char own_names[] = "domain\tname\ttype\n"
					"tammerkoski.example\tTammerkosken yliopisto\tlabel\n"
					"tammerkoski.example\tTKY\tacronym\n";
	static const char members[] = "alliance\tdomain\trole\tsince\tuntil\n"
				      "ARBORIA\ttammerkoski.example\tmember\t2024\t\n"
				      "BOREALIS\ttammerkoski.example\tmember\t2019\t2023\n";
	struct arena arena = ARENA_INIT(1 << 16);
	struct codes codes = { NULL, 0 };
	struct institution found;
	struct reading reading = { .rule = "" };

	(void)state;
	assert_int_equal(vocab_overlay_add("institutions.tsv", SLICE_LIT(rows), NULL), ERR_OK);
	assert_int_equal(vocab_overlay_add("institution-names.tsv", SLICE_LIT(own_names), NULL),
			 ERR_OK);
	assert_int_equal(vocab_overlay_add("alliances.tsv", SLICE_LIT(members), NULL), ERR_OK);
	assert_true(institution_by_id(&found, SLICE_LIT("eter"), SLICE_LIT("FI9901")));
	assert_slice(found.domain, "tammerkoski.example");
	assert_true(institution_by_name(
		&found, SLICE_LIT("Tammerkosken yliopisto, avoin yliopisto"), SLICE_NONE, NULL));
	assert_slice(found.domain, "tammerkoski.example");
	assert_true(institution_by_name(&found, SLICE_LIT("TKY"), SLICE_LIT("FI"), NULL));
	assert_false(institution_by_name(&found, SLICE_LIT("TKY"), SLICE_LIT("SE"), NULL));
	assert_int_equal(
		institution_alliances(&codes, SLICE_LIT("tammerkoski.example"), &reading, &arena),
		1);
	assert_slice(codes.items[0], "ARBORIA");
	assert_non_null(strstr(reading.rule, "since 2024"));
	vocab_overlay_clear();
	arena_clear(&arena);
}

/* Whether two askings tell the same; names and units by where they stand in their texts. */
static int compare_tellings(struct slice first, struct slice second, struct slice country)
{
	struct institution found[2];
	struct slice name[2], unit[2];
	struct reading reading[2] = { { .rule = "" }, { .rule = "" } };
	bool is_told = institution_by_name_of_unit(&found[0], &name[0], &unit[0], first, country,
						   &reading[0]);

	if (institution_by_name_of_unit(&found[1], &name[1], &unit[1], second, country,
					&reading[1]) != is_told)
		return print_failure("\"%.*s\": once told, once not", SLICE_ARG(first));
	if (!is_told)
		return 0;
	if (memcmp(&found[0], &found[1], sizeof(found[0])) != 0 || !slice_eq(name[0], name[1]) ||
	    name[0].p - first.p != name[1].p - second.p || !slice_eq(unit[0], unit[1]) ||
	    (unit[0].p == NULL) != (unit[1].p == NULL) ||
	    (unit[0].p != NULL && unit[0].p - first.p != unit[1].p - second.p) ||
	    strcmp(reading[0].rule, reading[1].rule) != 0)
		return print_failure("\"%.*s\": told otherwise the second time", SLICE_ARG(first));
	return 0;
}

/* What was told a moment ago is remembered: that must not show. */
static void a_name_is_told_alike_each_time(void **state)
{
	struct random random = RANDOM_INIT(7);
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < 4000; i++) {
		/* Neighbours share places of what is remembered. */
		size_t k = random_below(&random, countof(names));
		struct slice country = slice_of(names[k].country);
		char again[512];

		(void)snprintf(again, sizeof(again), "%s", names[k].name);
		failures += compare_tellings(slice_of(names[k].name), slice_of(again), country);
		failures += compare_tellings(slice_of(again), slice_of(names[k].name),
					     random_below(&random, 2) == 0 ? SLICE_LIT("FI")
									   : SLICE_NONE);
	}
	assert_int_equal(failures, 0);
}

static void an_operator_s_rows_change_what_was_told(void **state)
{
	static const char own_names[] = "domain\tname\ttype\n"
					"jyu.fi\tHarju-Seminaari\tlabel\n";
	const struct slice name = SLICE_LIT("Harju-Seminaari");
	struct institution found;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_false(institution_by_name(&found, name, SLICE_NONE, NULL));
		assert_int_equal(
			vocab_overlay_add("institution-names.tsv", SLICE_LIT(own_names), NULL),
			ERR_OK);
		assert_true(institution_by_name(&found, name, SLICE_NONE, NULL));
		assert_slice(found.domain, "jyu.fi");
		vocab_overlay_clear();
	}
	assert_false(institution_by_name(&found, name, SLICE_NONE, NULL));
}

/* Identifiers before the domain, the domain before the name; the unit leaves the name. */
static void a_provider_is_known_by_the_surest_sign(void **state)
{
	static const struct {
		const char *scheme, *id, *url, *name, *ror, *kept_name, *unit;
	} rows[] = {
		{ "ror", "05n3dz165", "https://www.helsinki.fi/", "Aalto University", "05n3dz165",
		  "Aalto University", "" },
		{ "", "", "https://www.helsinki.fi/en", "Aalto University", "040af2s02",
		  "Aalto University", "" },
		{ "", "", "", "Aalto University, School of Business", "020hwjq30",
		  "Aalto University", "School of Business" },
		{ "domain", "helsinki.fi", "", "Faculty of Law, University of Helsinki",
		  "040af2s02", "University of Helsinki", "Faculty of Law" },
		{ "", "", "https://courses.example.org/", "Some College", "", "Some College", "" },
	};

	(void)state;
	text_init();
	for (size_t i = 0; i < countof(rows); i++) {
		struct arena arena = ARENA_INIT(1 << 18);
		struct words words = { NULL, 0, 0 };
		struct source_context context = { .language = SLICE_LIT("en") };
		struct notes notes = { NULL, 0, 0 };
		struct offer offer;
		const struct word all[] = {
			{ .element = EL_RECORD_ID, .text = SLICE_LIT("1") },
			{ .element = EL_TITLE, .text = SLICE_LIT("x y") },
			{ .element = EL_PROVIDER_NAME, .text = slice_of(rows[i].name) },
			{ .element = EL_PROVIDER_URL, .text = slice_of(rows[i].url) },
			{ .element = EL_PROVIDER_ID,
			  .scheme = slice_of(rows[i].scheme),
			  .text = slice_of(rows[i].id) },
		};
		struct slice ror = SLICE_LIT("");

		for (size_t k = 0; k < countof(all); k++)
			(void)words_add(&words, &arena, all[k]);
		assert_int_equal(normalise(&offer, &words, &context, &notes, NULL, &arena, NULL),
				 ERR_OK);
		for (size_t k = 0; k < offer.provider.ids.n; k++)
			if (slice_eq_z(offer.provider.ids.items[k].scheme, "ror"))
				ror = offer.provider.ids.items[k].value;
		assert_slice(ror, rows[i].ror);
		assert_slice(offer.provider.name.items[0].text, rows[i].kept_name);
		assert_int_equal(offer.provider.unit.n, rows[i].unit[0] != '\0');
		if (offer.provider.unit.n > 0)
			assert_slice(offer.provider.unit.items[0].text, rows[i].unit);
		arena_clear(&arena);
	}
}

static void no_name_makes_it_stumble(void **state)
{
	static const char *const pieces[] = { "University", " of ", "Helsinki", "(",
					      ")",          ",",    " - ",      "der ",
					      "Institut",   "&",    "Univ.",    " ",
					      "\xc3",       "'",    "Faculty",  "/",
					      "yliopiston" };
	struct random random = { .state = 5 };

	(void)state;
	for (int round = 0; round < 4000; round++) {
		char text[1200];
		size_t n = 0, max = random_below(&random, round % 50 == 0 ? 1100 : 90);
		struct institution found;
		struct slice name, unit;

		while (n < max) {
			const char *piece =
				pieces[random_below(&random, (uint32_t)countof(pieces))];

			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		if (!institution_by_name_of_unit(&found, &name, &unit, slice_make(text, n),
						 slice_of(round % 2 == 0 ? "FI" : ""), NULL))
			continue;
		assert_true(name.p >= text && name.p + name.n <= text + n);
		assert_true(found.domain.n > 0 || found.ror.n > 0);
	}
}

static void alliances_are_read_by_code_and_name(void **state)
{
	static const struct {
		const char *text;
		const char *code;
	} rows[] = {
		{ "FORTHEM", "FORTHEM" },
		{ "forthem", "FORTHEM" },
		{ "FORTHEM Alliance", "FORTHEM" },
		{ "4EU+", "4EU+" },
		{ "4EU Plus", "4EU+" },
		{ "Una Europa", "UNA-EUROPA" },
		{ "UNITE!", "UNITE!" },
		{ "euroteq", "EuroTeQ" },
		{ "Circle U.", "CIRCLE-U" },
		{ "E³UDRES²", "E3UDRES2" },
		{ "Transform4Europe", "T4EU" },
		{ "jyu.fi", NULL },
		{ "", NULL },
		{ "No Such Alliance", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct slice code = SLICE_NONE;
		bool got = alliance_read(&code, slice_of(rows[i].text), NULL);

		assert_int_equal(got, rows[i].code != NULL);
		assert_slice(code, rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_identifier_finds_its_institution_or_none),
		cmocka_unit_test(each_name_finds_its_institution_or_none),
		cmocka_unit_test(an_institution_has_all_that_is_known_of_it),
		cmocka_unit_test(alliances_are_those_of_full_members),
		cmocka_unit_test(alliances_are_read_by_code_and_name),
		cmocka_unit_test(an_operator_s_rows_are_known_as_well),
		cmocka_unit_test(a_name_is_told_alike_each_time),
		cmocka_unit_test(an_operator_s_rows_change_what_was_told),
		cmocka_unit_test(a_provider_is_known_by_the_surest_sign),
		cmocka_unit_test(no_name_makes_it_stumble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
