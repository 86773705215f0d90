// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_TEXT_H
#define CATALOGUE_TEXT_H

/*
 * From whatever a partner puts into a text field to plain text: HTML (libxml2's
 * tolerant parser), Markdown emphasis, entities escaped twice, literal \n,
 * CR LF, NFC, white space. Paragraphs and list items become lines ("- item").
 *
 * Thread: any, after text_init() in the process (libxml2).
 */

#include "catalogue/word.h"

/* Once per process, before a seccomp filter is loaded. */
void text_init(void);

/*
 * Plain text of at most max_bytes, copied into the arena; absent for nothing
 * and for placeholders ("n/a", "TBC", "-"). Decides once whether it is HTML,
 * never loops.
 */
struct slice text_clean(struct slice raw, size_t max_bytes, struct arena *arena);
/* One line: white space collapsed, for titles and names. */
struct slice text_clean_line(struct slice raw, size_t max_bytes, struct arena *arena);
/* Whether it stands for nothing: blank, "null", "n/a", "-", "TBC", "k.A.",
 * "Lorem ipsum ...", "{{title}}", in many languages. */
bool text_is_placeholder(struct slice text);
/* As above, and where words of such texts, or of mere tries, are all there is: "Information about
 * the contents will follow", "This is a test". For texts of some length: a title may be short and
 * say something by the same words ("Missing data"). */
bool text_says_nothing(struct slice text);
/* What a template was not filled with: "{{title}}", "__TITLE__", "[Course description]". To be
 * asked of a text as it came: Markdown and HTML know some of the marks. */
bool text_is_template(struct slice text);
/* Valid UTF-8 in, NFC out: borrowed when all code points are below U+0300. */
struct slice text_nfc(struct slice text, struct arena *arena);
/* Splits a cleaned text at its bullets or numbers ("2.", "b)", "iv)", "LO3:") into items, where
 * they begin lines, or stand in one line in their order from the first on; or gives it as one. */
size_t text_split_list(struct slice **items, struct slice text, struct arena *arena);
/* Folded for comparing: case and white space. */
struct slice text_fold(struct slice text, struct arena *arena);
/* An absolute http(s) URL, trimmed; "https://" put before "www.x.org/..."; absent if none. */
struct slice text_url(struct slice raw, struct arena *arena);

#endif
