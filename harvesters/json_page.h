// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_JSON_PAGE_H
#define HARVESTERS_JSON_PAGE_H

/*
 * What the JSON formats share around the splitter: a response becomes items
 * and a rest, bytes of an item become a value, and what was put right on the
 * way becomes a note.
 *
 * Thread: one (the harvest's).
 */

#include "catalogue/json_tree.h"
#include "harvesters/harvester.h"
#include "harvesters/json_split.h"

/*
 * Reads the whole body through the splitter: UTF-16 is decoded, a body that
 * was cut is an error, a repair is noted. Errors: those that lose the page.
 */
enum err_code json_page_read(struct harvest_out *out, struct response *r, struct json_split *s,
			     struct err *err) ERR_MUST_USE;

/* The rest as a value in the page's arena, borrowing from the splitter; NULL where there is
 * none or it cannot be read. */
const struct json_node *json_page_rest(struct harvest_out *out, struct json_split *s);

/*
 * One item as a value in the item's arena that borrows from its text. Bytes
 * that are no UTF-8 are read as windows-1252 and blanks at the end of names
 * dropped, each with a note. ERR_PARSE, ERR_LIMIT:
 * why the item is rejected, with the offset in the body.
 */
const struct json_node *json_page_item(struct harvest_out *out, const struct json_item *item,
				       struct err *err);

/*
 * A page in which no list of this name was found. ERR_OK where null stands for
 * an empty one; ERR_REMOTE when the answer is an error, which is quoted;
 * ERR_PARSE.
 */
enum err_code json_page_without_list(const struct json_node *rest, const char *name,
				     struct err *err) ERR_MUST_USE;

/* A status of 400 and more as an error that quotes the body's title or detail; drains it. */
enum err_code response_failed(struct response *r, struct err *err);

#endif
