// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_CSV_CELLS_H
#define HARVESTERS_CSV_CELLS_H

/*
 * What a cell of a CSV file says once spreadsheets' habits are taken off.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/* Without blanks at both ends, those that do not break too. */
struct slice csv_trim(struct slice s);

/*
 * What a cell says: without blanks around it (also those that do not break),
 * one pair of quotes, ="..." and =HYPERLINK("url";"text"), of which a link
 * takes the first. Absent for Excel's errors ("#N/A").
 */
struct slice csv_clean_cell(struct slice cell, bool is_link);

#endif
