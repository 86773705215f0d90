// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

/*
 * Folders as a whole: a state directory is kept, and taken again.
 *
 * Thread: any.
 */

/* Copies a folder with all it holds to a place where nothing is. A failure fails the test. */
void folder_copy(const char *from, const char *to);
/* Removes it with all it holds; nothing happens when it is not there. */
void folder_remove(const char *path);

#endif
