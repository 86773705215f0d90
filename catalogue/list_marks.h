// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LIST_MARKS_H
#define CATALOGUE_LIST_MARKS_H

/*
 * The marks that lines of a list begin with, as partners write them: "- ",
 * "LO1: ", "RA2 - ", "1.2 ", "II. ", "[3] ", "2º ", a bullet that was lost on the
 * way. Private to text_list.c.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/* Bytes of the mark that a line begins with; 0 without. */
typedef size_t list_mark(struct slice line);

/*
 * The kind of marks that makes a text a list: one that two lines have at least,
 * and marks that count up only where they do so from the first on. NULL when
 * its lines have none.
 */
list_mark *list_marks_of(struct slice text);

#endif
