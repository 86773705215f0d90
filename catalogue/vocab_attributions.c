// SPDX-License-Identifier: EUPL-1.2
/* Whom the vocabularies' sources want named; NOTICE says the same at more length. */
#include "base/mem.h"
#include "catalogue/vocab.h"

static const struct vocab_attribution attributions[] = {
	{ "ISCED Fields of Education and Training 2013", "CC BY-SA 3.0 IGO",
	  "ISCED-F 2013, (c) UNESCO Institute for Statistics.",
	  "isced-f-2013.tsv isced-f-labels.tsv" },
	{ "European Learning Model", "EUPL-1.2",
	  "Code lists of the European Learning Model, (c) European Union.",
	  "isced-f-2013.tsv nqf-eqf.tsv coded-values.tsv" },
	{ "EU Vocabularies", "CC BY 4.0",
	  "Labels of the EU Vocabularies, (c) European Union, as packaged by the European "
	  "University Foundation; selected and shortened.",
	  "isced-f-labels.tsv coded-values.tsv" },
	{ "Europass country and language lists", "EUPL-1.1",
	  "EuropassISOCountries V1.7.0 and EuropassISOLanguages V1.10.0, Cedefop, (c) European "
	  "Union.",
	  "country-names.tsv language-names.tsv" },
	{ "Finnish National Agency for Education", "EUPL-1.2",
	  "Finnish wordings of fields of education from the national code service "
	  "(Opetushallitus).",
	  "isced-f-labels.tsv" },
	{ "ESCO", "Decision 2011/833/EU",
	  "This service uses the ESCO classification of the European Commission: an extract, (c) "
	  "European Union.",
	  "subject-terms.tsv" },
	{ "General Finnish Ontology YSO", "CC BY 4.0",
	  "Finnish and Swedish labels of the General Finnish Ontology YSO, National Library of "
	  "Finland; selected, with fields by the project.",
	  "subject-terms.tsv" },
	{ "Unicode CLDR 41", "Unicode-DFS-2016",
	  "Names of languages and countries from the Unicode Common Locale Data Repository, (c) "
	  "1991-2022 Unicode, Inc.",
	  "language-names.tsv languages.tsv country-names.tsv countries.tsv" },
	{ "iso-codes 4.15.0", "LGPL-2.1-or-later",
	  "Codes of languages and countries from Debian's iso-codes.",
	  "languages.tsv countries.tsv" },
	{ "Research Organization Registry", "CC0-1.0",
	  "Names and identifiers of institutions from the Research Organization Registry (ROR).",
	  "institutions.tsv institution-names.tsv" },
	{ "Holders of an Erasmus Charter for Higher Education", "CC BY 4.0",
	  "Erasmus codes, PIC, OID and legal names from the ECHE list of 8 April 2026, (c) "
	  "European "
	  "Union; joined by domain.",
	  "institutions.tsv institution-names.tsv" },
};

const struct vocab_attribution *vocab_attributions(size_t *n)
{
	*n = countof(attributions);
	return attributions;
}
