// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_OFFER_JSON_H
#define DAEMON_API_OFFER_JSON_H

/*
 * An offer as it is served: the stored body, spliced as it is, with its id,
 * its records, when it was first seen and changed, the label of each subject,
 * and of each session whether one can still apply. As JSON, as one line of it, and as a row of CSV.
 *
 * Whether one can apply is asked for the day of each session's zone; all other days are UTC.
 *
 * Thread: any; pure functions.
 */

#include "base/json_write.h"
#include "catalogue/time_zone.h"
#include "daemon/api/csv_write.h"
#include "index/reports.h"

/* Members to give, as bits; `id` always is. */
typedef uint64_t offer_fields;
#define OFFER_FIELDS_ALL UINT64_MAX

/* "title,workload". Errors: ERR_PARSE for a name that an offer does not have. */
enum err_code offer_fields_read(offer_fields *out, struct slice names,
				struct err *err) ERR_MUST_USE;
/* The ith name, or NULL: for the test that compares them with docs/openapi.yaml. */
const char *offer_field_name(size_t i);
/* Whether records have to be read for these. */
bool offer_fields_want_records(offer_fields fields);

struct offer_served {
	const struct report_offer *offer;
	const struct report_records *records; /* NULL: not read */
	struct slice snippet; /* with matches between U+E001 and U+E002; absent without */
};

/* One object, without line ends. days: on which it is asked whether one can apply. */
void offer_json_write(struct json_writer *w, const struct offer_served *o, offer_fields fields,
		      const struct zone_days *days);

/* The columns of offers in CSV. */
#define OFFER_CSV_COLUMNS                                                                          \
	"id,title,provider,country,ects,hours,eqf,subjects,languages,mode,start,price,"            \
	"currency,url,alliances,sources,completeness"
/*
 * One row. lang: of title and provider, where there is a choice; absent:
 * English. arena: memory for one offer. Errors: those of offer_read().
 */
enum err_code offer_csv_write(struct csv_writer *w, const struct offer_served *o, struct slice lang,
			      int32_t today, struct arena *arena, struct err *err) ERR_MUST_USE;

#endif
