// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_COMMITMENT_H
#define CATALOGUE_COMMITMENT_H

/*
 * The key commitments of the Bologna process that a micro-credential keeps to
 * be compatible with it: MICROBOL, Common Framework for Micro-credentials in
 * the EHEA (2022), chapters 3 (quality assurance), 4 (recognition) and 5
 * (qualifications frameworks and ECTS). Whether an offer states each, and on
 * what that rests:
 *
 *   outcomes          learning outcomes are given
 *   ects              credits are declared in ECTS, or in a system that has a
 *                     fixed relation to it (converted). Credits that we made
 *                     from hours are ours: "hours" is no statement
 *   level             of the EQF, a national framework or a cycle (declared,
 *                     nqf, cycle); a guess from texts, and a level of ISCED
 *                     alone, which counts programmes, are none
 *   assessment        a way to assess, or a text that does not deny it (method,
 *                     text); being there is not being assessed: "attendance"
 *   qualityAssurance  in line with the ESG: the words name the ESG, EQAR or ENQA
 *                     (esg), or an agency of the register (agency); or they
 *                     state accreditation or external quality assurance by
 *                     whomever (external), and the provider is an institution
 *                     that the table knows, in a country of the EHEA, where
 *                     external quality assurance follows the ESG. Internal
 *                     quality assurance, an institution that accredits itself
 *                     (internal), and other words (text) are no statement about
 *                     the ESG; "denied": the words say that there is none
 *   recognition       a word about it that is neither a no nor whom to ask
 *
 * The rules are the project's reading of the framework, which has none for
 * machines.
 *
 * Thread: any; pure.
 */

#include "catalogue/offer.h"
#include "catalogue/reading.h"

enum commitment {
	COMMITMENT_OUTCOMES,
	COMMITMENT_LEVEL,
	COMMITMENT_ECTS,
	COMMITMENT_ASSESSMENT,
	COMMITMENT_QUALITY_ASSURANCE,
	COMMITMENT_RECOGNITION,
	COMMITMENT_COUNT
};

/* Its member of "compatible". */
const char *commitment_name(enum commitment c);
/* Whether the offer states it (from its elements, not from offer->compatible, but for
 * recognition and what quality assurance rests on, which only the words say). *basis gets on
 * what that rests, or NULL where there is nothing; static or the offer's. */
bool commitment_is_stated(const char **basis, const struct offer *offer, enum commitment c);

/* What words about quality assurance say of it: "esg", "agency", "external", "internal" or
 * "denied"; absent when none of these. country: of the provider. */
struct slice commitment_read_quality(struct slice text, struct slice country,
				     struct reading *reading);
/* The stronger of two such. */
struct slice commitment_stronger_quality(struct slice a, struct slice b);
/* Whether a whole text says that there is no assessment, no recognition. */
bool commitment_is_denied(enum commitment c, struct slice text);

#endif
