// SPDX-License-Identifier: EUPL-1.2
/*
 * The equations of a run.
 */
#include "index/ledger.h"

#define U(value) ((unsigned long long)(value))

static enum err_code check_shown(const struct ledger *l, struct err *err)
{
	if (l->shown == l->new_ + l->back + l->changed + l->unchanged + l->rejected +
				l->out_of_scope + l->duplicate)
		return ERR_OK;
	return err_set(err, ERR_INTERNAL,
		       "miscounted: shown %llu is not new %llu + back %llu + changed %llu +"
		       " unchanged %llu + rejected %llu + out of scope %llu + duplicate %llu",
		       U(l->shown), U(l->new_), U(l->back), U(l->changed), U(l->unchanged),
		       U(l->rejected), U(l->out_of_scope), U(l->duplicate));
}

static enum err_code check_before(const struct ledger *l, struct err *err)
{
	if (l->before == l->kept + l->unlisted + l->removed_gone + l->removed_absent + l->held)
		return ERR_OK;
	return err_set(err, ERR_INTERNAL,
		       "miscounted: before %llu is not kept %llu + unlisted %llu + removed as gone"
		       " %llu + removed as absent %llu + held %llu",
		       U(l->before), U(l->kept), U(l->unlisted), U(l->removed_gone),
		       U(l->removed_absent), U(l->held));
}

static enum err_code check_announced(const struct ledger *l, struct err *err)
{
	uint64_t missing = l->announced > l->shown ? l->announced - l->shown : 0;

	if (!l->has_announced || l->missing == missing)
		return ERR_OK;
	return err_set(err, ERR_INTERNAL,
		       "miscounted: announced %llu, shown %llu, but missing %llu", U(l->announced),
		       U(l->shown), U(l->missing));
}

enum err_code ledger_check(const struct ledger *l, struct err *err)
{
	enum err_code rc = check_shown(l, err);

	if (rc == ERR_OK)
		rc = check_before(l, err);
	if (rc == ERR_OK)
		rc = check_announced(l, err);
	return rc;
}

void ledger_count_missing(struct ledger *l)
{
	l->missing = l->has_announced && l->announced > l->shown ? l->announced - l->shown : 0;
}
