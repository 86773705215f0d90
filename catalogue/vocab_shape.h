// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_SHAPE_H
#define CATALOGUE_VOCAB_SHAPE_H

/*
 * What cells of a vocabulary may hold where readers take them as they stand:
 * countries, levels, codes of subjects. An operator's rows are checked when
 * they are loaded, so that a slip of the pen is a message with file and line,
 * and not a country of five letters in an offer.
 *
 * Thread: any; pure.
 */

#include "catalogue/vocab_schema.h"

/* The row in hand. Errors: ERR_PARSE with file, line, column, what was read and what was expected. */
enum err_code vocab_shape_check(const struct vocab_reader *r, struct err *err) ERR_MUST_USE;

#endif
