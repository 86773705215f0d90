// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_FILE_H
#define CATALOGUE_VOCAB_FILE_H

/*
 * Reading the files of catalogue/vocab/, for the tools that compile them and for
 * measurements. The library itself reads no files.
 *
 * Thread: any.
 */

#include "base/buf.h"
#include "catalogue/vocab_schema.h"

/* The whole file into out, which is made here; buf_clear() it. Errors: ERR_IO, ERR_LIMIT. */
enum err_code vocab_file_read(struct buf *out, const char *directory, const char *name,
			      struct err *err) ERR_MUST_USE;

#endif
