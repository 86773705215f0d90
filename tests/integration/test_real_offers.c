// SPDX-License-Identifier: EUPL-1.2
/*
 * The offers of real catalogues, harvested by the real daemon, field by field
 * against what a person reads in the file; how values were reached; and what no
 * offer may hold: markup, impossible values, persons. Skipped where the samples
 * are not shared.
 */
#include "tests/support/sample_world.h"

#include <ctype.h>

/* --- field by field --- */

struct field {
	const char *path, *value; /* a value that ends in "..." is its beginning */
};

static const struct field advanced_cognition[] = {
	{ "courseCode", "0HM130" },
	/* English under nl-NL too: once, under en */
	{ "title", "{\"en\":\"Advanced cognition\"}" },
	{ "description.en", "The course consists of 10 lectures.\nThe lectures cover core..." },
	{ "description.nl", "" },
	{ "learningOutcomes.nl", "" },
	{ "learningOutcomes.en.1",
	  "interpret empirical findings in cognitive science in light of theoretical ideas," },
	{ "learningOutcomes.en.5", "critically evaluate ongoing scientific research." },
	{ "learningOutcomes.en.6", "" },
	{ "prerequisites.nl", "Je moet voldoen aan één van..." },
	{ "prerequisites.en", "You must meet one of the following..." },
	{ "provider.name.und", "Eindhoven University of Technology" },
	{ "provider.country", "NL" },
	{ "workload.ects", "5" },
	{ "workload.from", "declared" },
	{ "level.eqf", "7" },
	{ "level.from", "cycle" },
	{ "level.declared", "master" },
	{ "languages", "[\"en\"]" },
	{ "alliances", "[\"EWUU\"]" },
	{ "sizeClass", "micro" },
	{ "subjects.0.iscedf", "0313" }, /* not declared: told from the texts */
	{ "subjects.0.from", "inferred" },
	{ "mode", "" },
	{ "identifiers", "" }, /* the code is a UUID */
	{ "sessions.0.start", "2025-11-10" },
	{ "sessions.0.end", "2026-01-18" },
	{ "sessions.0.place", "Eindhoven" },
	{ "sessions.0.languages", "[\"en\"]" },
	{ "sessions.0.pace", "E1 - Tu 5-6, Th 1-2" },
	{ "sessions.0.price", "" },
	{ "sessions.0.url", "" },
	{ "url", "https://tueacc.osiris-student.nl/onderwijscatalogus/extern/"
		 "cursus?cursusid=1642484&taal=nl" },
};

static const struct field data_analysis[] = {
	{ "courseCode", "0HM120" },
	{ "title", "{\"en\":\"Advanced data analysis\"}" },
	/* "After successful completion of the course, the student" leads in */
	{ "learningOutcomes.en.0", "can explain the fundamentals of the theories behind..." },
	{ "level.eqf", "7" },
};

static const struct field research_methods[] = {
	{ "courseCode", "0HV110" },
	{ "level.eqf", "6" },
	{ "level.declared", "bachelor" },
	{ "prerequisites.nl", "Je moet voldoen aan de volgende eisen..." },
	{ "sessions", "" },
};

static const struct field academic_writing[] = {
	{ "courseCode", "INFOMQNM" },
	{ "title", "{\"en\":\"Academic and Professional Writing\"}" }, /* no OVERRIDE */
	{ "provider.name", "{\"en\":\"OEAPI Test Organization\"}" },
	{ "provider.country", "NL" },
	{ "jointProviders.1.name.und", "Harvard University" },
	{ "identifiers", "" }, /* "string" */
	{ "workload.ects", "3" },
	{ "level.eqf", "7" },
	{ "subjects.0.iscedf", "0732" },
	{ "subjects.1", "" },
	{ "languages", "[\"nl\"]" },
	{ "mode", "[\"presential\"]" },
	{ "prerequisites.en", "Students need to be enrolled at qualifying institutions..." },
	{ "sessions.0.start", "2019-08-21" },
	{ "sessions.0.end", "2019-10-23" },
	{ "sessions.0.applyFrom", "2019-05-01" },
	{ "sessions.0.applyUntil", "2019-08-01" },
	{ "sessions.0.place", "Utrecht" },
	{ "sessions.0.status", "open" },
	{ "sessions.0.price.amount", "340.84" },
	{ "sessions.0.price.currency", "EUR" },
	{ "sessions.1", "" },
};

static const struct field biology[] = {
	{ "title", "{\"en\":\"Biology\"}" },
	{ "courseCode", "BIO" },
	{ "opportunityType", "educational-programme" },
	{ "schedule", "[\"full-time\"]" },
	{ "level.eqf", "6" }, /* levelOfQualification, against level: master */
	{ "identifiers", "[{\"scheme\":\"crohoCreboCode\",\"value\":\"59312\"}]" },
	{ "sessions.0.start", "2019-08-21" },
	{ "sessions.0.end", "2023-06-15" },
	{ "url", "https://bijvak.nl" },
};

static const struct field oefentherapeut[] = {
	{ "title.nl", "NL VERTALING: Opleiding tot Oefentherapeut-Mensendieck" },
	{ "title.en", "EN TRANSLATION: Opleiding tot Oefentherapeut-Mensendieck" },
	{ "workload.ects", "131" },
	{ "sizeClass", "macro" },
	{ "level.eqf", "4" },
	{ "subjects.0.iscedf", "0913" },
	{ "languages", "[\"nl\"]" },
	{ "alliances", "[\"LDE\"]" },
	{ "keywords.und", "[\"Social Sciences, Business and Law\"]" },
	{ "learningOutcomes.nl.3",
	  "NL VERTALING: inzicht in de bijzondere eigenschappen van materialen" },
	{ "sessions.0.start", "2003-09-01" },
	{ "sessions.0.end", "2019-01-31" },
	{ "sessions.0.applyUntil", "2019-01-31" },
	{ "sessions.0.languages", "[\"en\"]" },
	{ "sessions.0.mode", "[\"online\",\"presential\"]" },
	{ "sessions.0.status", "closed" },
	{ "sessions.0.place", "" }, /* addresses: null */
	{ "sessions.1.start", "2011-02-07" },
	{ "sessions.1.status", "open" },
};

static const struct field version_4[] = {
	{ "courseCode", "INFOMQNM" },
	{ "title.en", "Academic and Professional Writing" },
	{ "provider.name.und", "Coöperatie SURF U.A." },
	{ "provider.country", "NL" },
	{ "provider.ids.brin", "00AA" },
	{ "workload.ects", "7.5" },
	{ "level.eqf", "7" },
	{ "mode", "[\"presential\"]" },
	{ "prerequisites.en", "None" },
	{ "languages", "" },
	{ "sessions.0.start", "2019-08-24" },
	{ "sessions.0.end", "2019-08-24" },
	{ "sessions.0.languages", "[\"nl\"]" },
};

static const struct field machine_learning[] = {
	{ "title", "{\"en\":\"Introduction to Machine Learning Part 1: Foundations\"}" },
	{ "description.en", "Machine Learning (ML) is at the core of many applications..." },
	{ "provider.name", "{\"de\":\"KI-Campus\"}" },
	{ "provider.country", "DE" },
	{ "languages", "" },
	{ "url", "https://moodle.ki-campus.org/course/view.php?id=6" },
};

static const struct field reinforcement[] = {
	{ "title", "{\"en\":\"Reinforcement Learning\"}" },
	{ "languages", "[\"en\"]" },
	{ "workload", "" },
	{ "sessions", "" },
};

static const struct field schoolteachers[] = {
	{ "title", "{\"de\":\"Schule macht KI\"}" },
	{ "description.de", "In unserem Online-Kurs lernst du Grundlagen zu Künstlicher..." },
	{ "languages", "[\"de\"]" },
};

static const struct field pronunciation[] = {
	{ "title.de", "Aussprachetraining für arabische Deutschlerner" },
	{ "courseCode", "oncampus-MOOC-oin-2016-002518" },
	{ "description.de",
	  "Was erwartet Dich in diesem Kurs?\nDu sprichst (syrisches) Arabisch..." },
	{ "provider.name.und", "oncampus GmbH" },
	{ "jointProviders.0.name.und", "Fachhochschule Lübeck" },
	{ "jointProviders.1.name.und", "Philipps-Universität Marburg" },
	{ "jointProviders.2.name.und", "The Virtual Linguistics Campus" },
	{ "languages", "[\"de\",\"ar\"]" },
	{ "mode", "[\"online\"]" },
	{ "workload", "{\"declared\":\"1080\"}" }, /* of what is not said */
	{ "sessions.0.start", "2016-10-15" },
	{ "sessions.0.end", "2016-11-26" },
	{ "sessions.0.price", "{\"declared\":\"paid\"}" },
	{ "url", "https://mooin.oncampus.de/mod/page/view.php?id=1941&lang=de" },
};

static const struct field wind_energy[] = {
	{ "title.de", "Windenergie und Umwelt" },
	{ "sessions.0.start", "2016-10-24" }, /* not 1999-11-30 */
	{ "sessions.0.end", "2016-11-28" },
	{ "sessions.0.price.amount", "0" },
	{ "workload", "" },
	{ "url", "" },
};

static const struct field half_century[] = {
	{ "title.en", "A Half Century of Internet: How it works today" },
	{ "description.en", "The Internet connects more than half of the world's population..." },
	{ "learningOutcomes.en",
	  "[\"Be able to understand and recognize security issues in the internet.\"]" },
	{ "provider.name.und", "openHPI" },
	{ "jointProviders.0.name.und", "HPI Academy GmbH" },
	{ "workload.declared", "5 h/week" },
	{ "workload.hours", "45.7" }, /* 5 h in 64 days */
	{ "workload.hoursFrom", "inferred" },
	{ "workload.ects", "" },
	{ "sessions.0.start", "2020-08-16" },
	{ "sessions.0.end", "2020-10-20" },
	{ "sessions.0.price.amount", "0" },
};

static const struct field complete_example[] = {
	{ "title.en", "Course - the complete example" },
	{ "description.en", "This is an example of an complete course. Here all fields will be "
			    "filled with data. Also the data is NOT REAL it will help to "
			    "understand how this metadata format works." },
	{ "courseCode", "CourseComplete23" },
	{ "subjects.0.iscedf", "0611" },
	{ "workload.hours", "6" }, /* 3 h a week, 2 weeks; 0 credits are none */
	{ "workload.ects", "" },
	{ "level", "" }, /* DigComp 4 is no EQF level */
	{ "keywords.en", "[\"cyber security\",\"internet\",\"www\",\"world wide web\",\"mooc\"]" },
	{ "audience.en", "general public" },
	{ "provider.name.und", "openHPI" },
	{ "provider.country", "DE" },
	{ "jointProviders", "" },
	{ "stackability", "stackable" },
	{ "prerequisites.de", "HPI Academy: Digitale Transformation und Innovation anfuehren - "
			      "Herbst 2020" },
	{ "sessions.0.start", "2021-01-13" },
	{ "sessions.0.end", "2021-01-27" },
	{ "sessions.0.applyFrom", "2022-01-01" },
	{ "sessions.0.applyUntil", "2022-01-31" },
	{ "sessions.0.price.amount", "0" }, /* 50 EUR is the certificate's */
};

static const struct field technology_and_society[] = {
	{ "title.sv", "Teknik och samhälle" },
	{ "courseCode", "TEK225" },
	{ "provider.name.sv", "Chalmers tekniska högskola" },
	{ "provider.unit.sv", "TEKNIKENS EKONOMI OCH ORGANISATION" },
	{ "provider.country", "SE" },
	{ "workload.ects", "7.5" },
	{ "workload.declared", "7.5 hp" },
	{ "sessions.0.declared", "LP1" },
	{ "sessions.3.declared", "LP4" },
	{ "sessions.4", "" },
};

static const struct field library_course[] = {
	{ "title.sv", "Informationskompetens V" },
	{ "workload", "{\"declared\":\"0.0 hp\"}" },
	{ "sizeClass", "" },
};

static const struct field environment_master[] = {
	{ "title.fr", "Master Gestion de l’environnement" },
	{ "description.fr", "Gestion de l’environnement - GESTE" },
	{ "level.eqf", "7" },
	{ "level.from", "declared" },
	{ "provider.name.fr", "Univ. Lorraine" },
	{ "provider.unit.fr", "UFR SciFA" }, /* out of the name: a unit of it */
	{ "provider.url", "https://scifa.univ-lorraine.fr/" },
	{ "provider.country", "FR" },
	{ "url", "" }, /* the column is empty; the school's own is not the offer's */
	{ "sessions.0.place", "Metz" },
	{ "sessions.1", "" }, /* two rows that differ in their subject */
	{ "languages", "" },
};

static const struct field doctoral_school[] = {
	{ "level", "{\"declared\":\"9\"}" }, /* the framework has eight */
	{ "sessions.0.place", "Nancy" },
	{ "sessions.1", "" },
};

static const struct field big_data[] = {
	{ "title.en", "Big Data Analytics" },
	{ "description.en", "Discover how big data is transforming health and social care..." },
	{ "workload.ects", "5" },
	{ "workload.from", "converted" },
	{ "workload.declared", "10 CATS" },
	{ "prerequisites.en",
	  "HEIN11037, HEIN11039 Introduction to Statistics in Health and Social Care" },
	{ "keywords.en", "[\"stats\",\"code\",\"data\"]" },
	{ "provider.name.en", "University of Edinburgh" },
	{ "url", "http://www.drps.ed.ac.uk/current/dpt/cxhein11055.htm" },
};

static const struct field gadi[] = {
	{ "title.en", "Introduction to Gadi" },
	{ "learningOutcomes.en",
	  "[\"To provide a basic intro to supercomputing on the Gadi system\"]" },
	{ "keywords.en", "[\"Gadi\",\"Supercomputing\"]" },
	{ "prerequisites.en",
	  "To get the most of this session, it would be good to have a basic "
	  "awareness of:\n\n- Supercomputing\n- Bioinformatics\n- Software Design" },
	{ "provider.name.und", "NCI" },
	{ "provider.country", "AU" },
	{ "mode", "" }, /* online is false */
	{ "sessions.0.start", "2022-03-03" },
	{ "sessions.0.timezone", "Australia/Sydney" },
	{ "sessions.0.place", "Acton" },
	{ "sessions.0.price.amount", "9.99" },
	{ "sessions.0.price.currency", "AUD" },
};

static const struct field supercomputing[] = {
	{ "title.und", "Getting started with HPC using PBS Pro" },
	{ "mode", "[\"online\"]" },
	{ "sessions.0.start", "2022-02-28" },
	{ "sessions.0.end", "2022-03-01" },
	{ "sessions.0.timezone", "" }, /* Melbourne is a city */
};

static const struct field graphs[] = {
	{ "title.fr", "théorie graphes" },
	{ "description.fr", "Branche des mathématiques permettant de résoudre des problèmes par "
			    "leur représentation graphique." },
};

#define OFFER(source, record, fields)                                                              \
	{                                                                                          \
		source, record, fields, countof(fields)                                            \
	}

static const struct {
	const char *source, *record;
	const struct field *fields;
	size_t n;
} offers_read[] = {
	OFFER("tue", "2b0e22fb-3c19-48a0-a48c-046c7211e9e9", advanced_cognition),
	OFFER("tue", "06167ec8-cf12-41e3-b781-a4665b039944", data_analysis),
	OFFER("tue", "d26afdd7-da49-4b17-a595-3c1a8c40d1e5", research_methods),
	OFFER("rio", "30010000-0000-0000-0000-000000000000", academic_writing),
	OFFER("rio", "20010000-0000-0000-0000-000000000000", biology),
	OFFER("demo04", "58095060-d18c-fcd2-04df-c20b156736f6", oefentherapeut),
	OFFER("backend", "123e4567-e89b-12d3-a456-426614174000", version_4),
	OFFER("ki-campus", "6", machine_learning),
	OFFER("ki-campus", "50", reinforcement),
	OFFER("ki-campus", "64", schoolteachers),
	OFFER("mooin", "7fb8bf5bcccb7560ab56c02b19d9cb97", pronunciation),
	OFFER("mooin", "04c99073eb53d13bab526141ab872f30", wind_energy),
	OFFER("openhpi2", "string", half_century),
	OFFER("openhpi3", "8978f51e-770c-4d0a-a2e3-23fae8f6aa79", complete_example),
	OFFER("chalmers", "TEK225", technology_and_society),
	OFFER("chalmers", "XBI030", library_course),
	OFFER("grand-est", "Master Gestion de l’environnement|UFR SciFA, Univ. Lorraine|Metz",
	      environment_master),
	OFFER("grand-est",
	      "École Doctorale SIReNa - Sciences et Ingénierie des Ressources Naturelles|Univ. "
	      "Lorraine|Nancy",
	      doctoral_school),
	OFFER("edinburgh", "HEIN11055", big_data),
	OFFER("nci", "https://opus.nci.org.au/display/Help/Introduction+to+Gadi", gadi),
	OFFER("nci",
	      "https://www.eventbrite.com.au/e/getting-started-with-hpc-using-pbs-pro-at-nci-"
	      "online-registration-256592784927",
	      supercomputing),
	OFFER("formacode", "11001", graphs),
};

static bool is_as_read(const char *value, const char *expected)
{
	size_t n = strlen(expected);

	if (n > 3 && strcmp(expected + n - 3, "...") == 0)
		return strncmp(value, expected, n - 3) == 0;
	return strcmp(value, expected) == 0;
}

static void offers_are_what_a_person_reads_in_the_file(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	sample_world_need();
	for (size_t i = 0; i < countof(offers_read); i++) {
		json_t *offers = sample_world_offers(offers_read[i].source);
		json_t *offer = sample_world_offer(offers, offers_read[i].record);

		for (size_t k = 0; k < offers_read[i].n; k++) {
			const struct field *field = &offers_read[i].fields[k];
			const char *value = sample_at(offer, field->path);

			if (is_as_read(value, field->value))
				continue;
			print_error("%s %s: %s is \"%s\", expected \"%s\"\n", offers_read[i].source,
				    offers_read[i].record, field->path, value, field->value);
			n_wrong++;
		}
		json_decref(offers);
	}
	assert_int_equal(n_wrong, 0);
}

/* --- how it was reached --- */

static void each_value_says_how_it_was_reached(void **state)
{
	static const struct {
		const char *source, *record, *element, *rule, *result;
	} values[] = {
		{ "tue", "2b0e22fb-3c19-48a0-a48c-046c7211e9e9", "level",
		  "coded-mappings.tsv: ooapi 5/level=master -> EQF 7", "EQF 7" },
		{ "rio", "30010000-0000-0000-0000-000000000000", "mode",
		  "coded-mappings.tsv: mode ooapi 5/modeofdelivery=situated -> presential",
		  "presential" },
		{ "openhpi3", "8978f51e-770c-4d0a-a2e3-23fae8f6aa79", "workload.hoursPerWeek",
		  "hours a week times weeks", "6 h" },
		{ "chalmers", "TEK225", "workload", "credit-systems.tsv: hp (SE) = 1 ECTS",
		  "7.5 ECTS" },
		{ "edinburgh", "HEIN11055", "workload", "credit-systems.tsv: cats (GB) = 0.5 ECTS",
		  "5 ECTS" },
		{ "nci", "https://opus.nci.org.au/display/Help/Introduction+to+Gadi",
		  "sessions.price", "amount", "9.99 AUD" },
	};

	(void)state;
	sample_world_need();
	for (size_t i = 0; i < countof(values); i++) {
		json_t *offers = sample_world_offers(values[i].source);
		const json_t *offer = sample_world_offer(offers, values[i].record), *element;
		char path[200];
		bool is_said = false;
		json_t *explained;
		size_t k;

		snprintf(path, sizeof(path), "/v1/offers/%s/explain", sample_at(offer, "id"));
		explained = sample_world_get(path);
		json_array_foreach(
			json_object_get(json_array_get(json_object_get(explained, "records"), 0),
					"elements"),
			k, element) is_said |=
			strcmp(sample_at(element, "element"), values[i].element) == 0 &&
			strcmp(sample_at(element, "rule"), values[i].rule) == 0 &&
			strcmp(sample_at(element, "result"), values[i].result) == 0;
		if (!is_said)
			fail_msg("%s: %s: no \"%s\" by \"%s\" in %s", values[i].record,
				 values[i].element, values[i].result, values[i].rule,
				 sample_at(explained, ""));
		json_decref(explained);
		json_decref(offers);
	}
}

/* --- what no offer may hold --- */

static bool is_address(const char *key)
{
	static const char *const keys[] = { "url", "image", "uri", "recordId", "id", "ids" };

	for (size_t i = 0; i < countof(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* A tag, or a character by name, that a browser would have read. */
static const char *markup_in(const char *text)
{
	for (const char *at = text; *at != 0; at++) {
		const char *end = at + 1;

		if (*at == '<' && (isalpha((unsigned char)at[1]) || at[1] == '/'))
			return at;
		while (isalnum((unsigned char)*end))
			end++;
		if (*at == '&' && end > at + 2 && *end == ';')
			return at;
	}
	return strstr(text, "\xef\xbf\xbd");
}

static void check_texts(const char *source, const char *key, const json_t *value)
{
	const char *name;
	json_t *inner;
	size_t i;

	if (is_address(key))
		return;
	if (json_is_string(value) && markup_in(json_string_value(value)) != NULL)
		fail_msg("%s, %s: markup in \"%s\"", source, key, json_string_value(value));
	json_object_foreach((json_t *)(uintptr_t)value, name, inner)
		check_texts(source, name, inner);
	json_array_foreach(value, i, inner) check_texts(source, key, inner);
}

static void check_values(const char *source, const json_t *offer)
{
	const json_t *sessions = json_object_get(offer, "sessions");
	const char *country = sample_at(offer, "provider.country");
	double ects =
		json_number_value(json_object_get(json_object_get(offer, "workload"), "ects"));
	json_int_t eqf =
		json_integer_value(json_object_get(json_object_get(offer, "level"), "eqf"));
	const json_t *language;
	size_t i;

	assert_true(strlen(country) == 2 || country[0] == 0);
	assert_true(ects >= 0 && ects <= 300);
	assert_true(eqf >= 0 && eqf <= 8);
	json_array_foreach(json_object_get(offer, "languages"), i, language)
		assert_true(strlen(json_string_value(language)) == 2);
	for (i = 0; i < json_array_size(sessions); i++) {
		const json_t *session = json_array_get(sessions, i);
		const char *start = sample_at(session, "start"), *end = sample_at(session, "end");

		if (start[0] != 0 && end[0] != 0 && strcmp(start, end) > 0)
			fail_msg("%s: from %s to %s", source, start, end);
	}
}

static void no_offer_holds_markup_or_impossible_values(void **state)
{
	(void)state;
	sample_world_need();
	for (size_t i = 0; i < SAMPLE_SOURCES; i++) {
		json_t *offers = sample_world_offers(sample_sources[i].id);

		for (size_t k = 0; k < json_array_size(offers); k++) {
			check_texts(sample_sources[i].id, "", json_array_get(offers, k));
			check_values(sample_sources[i].id, json_array_get(offers, k));
		}
		json_decref(offers);
	}
}

/* Offers and the source's own words of a source, as they are answered. */
static void collect(struct buf *out, const char *source)
{
	json_t *offers = sample_world_offers(source);

	for (size_t i = 0; i < json_array_size(offers); i++) {
		json_t *offer = json_array_get(offers, i);
		char path[200];
		struct daemon_answer answer;
		char *text = json_dumps(offer, JSON_COMPACT);

		snprintf(path, sizeof(path), "/v1/offers/%s/records", sample_at(offer, "id"));
		daemon_get(&sample_world.d, path, &answer);
		assert_int_equal(answer.status, 200);
		buf_str(out, text);
		buf_slice(out, buf_view(&answer.body));
		buf_clear(&answer.body);
		free(text);
	}
	assert_false(buf_failed(out));
	json_decref(offers);
}

/* Persons in fields of their own; whom a description names is the partner's text. */
static void no_person_of_a_feed_is_in_an_answer(void **state)
{
	static const struct {
		const char *source, *person;
	} persons[] = {
		{ "mooin", "Handke" },
		{ "mooin", "Loviscach" },
		{ "openhpi2", "Meinel" },
		{ "openhpi3", "Meinel" },
		{ "backend", "user@example.com" },
		{ "rio", "497f6eca" }, /* coordinators */
		{ "edinburgh", "Blankinship" },
		{ "edinburgh", "Wilson" },
		{ "edinburgh", "Beratarbide" },
		{ "nci", "training.nci@anu.edu.au" },
	};
	struct buf text = BUF_INIT(64 << 20);
	json_t *feed, *course;
	size_t i, n_persons = 0;

	(void)state;
	sample_world_need();
	for (i = 0; i < countof(persons); i++) {
		buf_reset(&text);
		collect(&text, persons[i].source);
		assert_true(text.len > 0);
		if (strstr(buf_z(&text), persons[i].person) != NULL)
			fail_msg("%s shows %s", persons[i].source, persons[i].person);
	}
	buf_reset(&text);
	collect(&text, "ki-campus");
	feed = sample_json("moochub/ki-campus/courses.php.json");
	json_array_foreach(json_object_get(feed, "data"), i, course)
	{
		const json_t *all =
			json_object_get(json_object_get(course, "attributes"), "instructors");

		for (size_t k = 0; k < json_array_size(all); k++, n_persons++) {
			const char *name =
				json_string_value(json_object_get(json_array_get(all, k), "name"));

			/* grep 'in Zusammenarbeit mit': course 35 says so in its text */
			if (strstr(buf_z(&text), name) != NULL &&
			    strcmp(name, "Malte Persike") != 0)
				fail_msg("ki-campus shows %s", name);
		}
	}
	/* jq '[.data[].attributes.instructors[]]|length' */
	assert_int_equal(n_persons, 52);
	json_decref(feed);
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_are_what_a_person_reads_in_the_file),
		cmocka_unit_test(each_value_says_how_it_was_reached),
		cmocka_unit_test(no_offer_holds_markup_or_impossible_values),
		cmocka_unit_test(no_person_of_a_feed_is_in_an_answer),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, sample_world_open, sample_world_close);
}
