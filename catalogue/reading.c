// SPDX-License-Identifier: EUPL-1.2
/* How a value was reached: see reading.h. */
#include "catalogue/reading.h"

#include "base/utf8.h"

#include <stdio.h>

void reading_set(struct reading *reading, enum from from, const char *fmt, ...)
{
	struct slice whole;
	va_list args;

	if (reading == NULL)
		return;
	reading->from = from;
	va_start(args, fmt);
	(void)vsnprintf(reading->rule, sizeof(reading->rule), fmt, args);
	va_end(args);
	/* A cut may have left half a letter. */
	whole = slice_of(reading->rule);
	reading->rule[utf8_valid_prefix(whole)] = '\0';
}
