// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_SUBJECT_PARTS_H
#define CATALOGUE_SUBJECT_PARTS_H

/*
 * What subject.c (texts and lists), subject_code.c (codes), subject_label.c
 * (names of fields) and subject_frame.c (what stands around a name) share.
 * Private to them.
 *
 * Codes handed out are static. Thread: any; pure.
 */

#include "catalogue/vocab.h"

enum {
	SUBJECT_MAX_CODE = 4,
	SUBJECT_MAX_JOINT = 4, /* names that words join; what has more is no list of names */
};

/* Cells of VOCAB_SUBJECT_CODE. */
enum subject_code_cell {
	SUBJECT_CODE_LABEL,
	SUBJECT_CODE_PARENT,
	SUBJECT_CODE_KIND,
	SUBJECT_CODE_URI,
	SUBJECT_CODE_NOTE,
	SUBJECT_CODE_SCHEME,
};

/* What a number is said to be. */
enum claim {
	CLAIM_NONE,
	CLAIM_ISCEDF,
	CLAIM_ISCED, /* of 1997 or 2013 */
	CLAIM_1997,
	CLAIM_OTHER
};

struct subject_number {
	enum claim claim; /* what the source says it is */
	const char *why; /* out: the rule that read it */
};

/* The row of a code of ISCED-F; of a field of ISCED 1997. */
bool subject_find_code(struct vocab_row *found, struct slice code);
bool subject_find_1997(struct vocab_row *found, struct slice number);
/* Up from "not further defined"; false for what is no field at all. */
bool subject_settle(struct slice *code, struct slice found);
/* The code that digits mean. */
bool subject_read_digits(struct slice *code, struct slice digits, struct subject_number *job);

/* What the name of a scheme, or the address of a code, says. */
enum claim subject_claim_of(struct slice scheme);
/* The only run of digits in a text, dots between digits left out; false if there are more. */
bool subject_find_digits(struct slice *digits, char memory[8], struct slice text, size_t *at,
			 size_t *end);
/* Without brackets, quotes and dashes at its ends. */
struct slice subject_unwrapped(struct slice text);
/* "ISCED-F 2013: 0613", "Law (ISCED 2013)": without the classification's name; *claim gets what it
 * says, and stays as it is where none stands behind. */
struct slice subject_without_name(struct slice text, enum claim *claim);
struct slice subject_without_name_behind(struct slice text, enum claim *claim);

/* The field that a text is a name of; lang decides between several, and may be absent. */
bool subject_find_plain(struct slice *code, struct slice text, struct slice lang);
/* As above, also of names in brackets, lists, paths, and with words around them. */
bool subject_find_label(struct slice *code, struct slice text, struct slice lang);
/* "Mathematics and physics": the fields of names that words join, where every one of them is a
 * name by itself; else none. */
size_t subject_find_joint(struct slice codes[SUBJECT_MAX_JOINT], struct slice text,
			  struct slice lang);
/* Whether one of a label's pieces is a field below a code: "04 Economia, gestão e direito". */
bool subject_has_piece_of(struct slice code, struct slice text, struct slice lang);

/* Whether a look-up accepts what is left of a text without words around it. */
typedef bool subject_look(struct slice *code, struct slice text, struct slice lang);
/* subject_frame.c: "Studiengang Informatik", "Faculty of Law", "studia z psychologii": what look
 * finds without the words that say of what kind such studies are, in the case that these want. */
bool subject_find_framed(struct slice *code, struct slice text, struct slice lang,
			 subject_look *look);

#endif
