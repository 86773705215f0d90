// SPDX-License-Identifier: EUPL-1.2
/* What may be asked, what an exchange means, when to try again. */
#include "daemon/fetch_rules.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/url.h"
#include "daemon/address.h"

enum err_code fetch_check_url(const struct config_source *source, const char *text, struct err *err)
{
	struct url url;
	enum err_code rc = url_parse(&url, slice_of(text), err);

	if (rc != ERR_OK)
		return err_set(err, ERR_DENIED, "%s", err->msg);
	if (!slice_eq_nocase(url.scheme, SLICE_LIT("https")) &&
	    !(source->allow_http && slice_eq_nocase(url.scheme, SLICE_LIT("http"))))
		return err_set(
			err, ERR_DENIED, "%.*s: is not asked over %.*s",
			SLICE_ARG(url.host.n > 0 ? url.host : SLICE_LIT("a URL without a host")),
			SLICE_ARG(url.scheme));
	if (!source->allow_private && address_text_is_private(url.host))
		return err_set(err, ERR_DENIED,
			       "%.*s is not public (allow-private = true would allow it)",
			       SLICE_ARG(url.host));
	return ERR_OK;
}

static bool is_https(const char *url)
{
	return slice_starts_with_nocase(slice_of(url), SLICE_LIT("https:"));
}

enum err_code fetch_check_redirect(const char *from, const char *to, unsigned n, struct err *err)
{
	if (n > LIMIT_REDIRECTS)
		return err_set(err, ERR_LIMIT, "more than %d redirects", LIMIT_REDIRECTS);
	if (to == NULL)
		return err_set(err, ERR_DENIED, "a redirect to what is no URL");
	if (is_https(from) && !is_https(to))
		return err_set(err, ERR_DENIED, "a redirect from https to something else");
	return ERR_OK;
}

static bool is_redirect(unsigned status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

enum fetch_meaning fetch_meaning_of(const struct transfer *t, bool may_renew)
{
	if (t->status == 429 || t->status >= 500)
		return FETCH_MEANS_BUSY;
	if (t->status == 401 && may_renew)
		return FETCH_MEANS_OTHER_TOKEN;
	if (is_redirect(t->status) && t->location != NULL)
		return FETCH_MEANS_REDIRECT;
	return FETCH_MEANS_ANSWER;
}

bool fetch_is_lost(const struct transfer *t)
{
	return t->end == TRANSFER_NO_HEAD ||
	       (t->body_bytes == 0 && (t->end == TRANSFER_CUT || t->end == TRANSFER_TIMED_OUT));
}

int64_t fetch_retry_after_s(const char *text, int64_t now_s)
{
	struct slice value = slice_of(text);
	int64_t seconds;
	int64_t at_s;

	if (value.p == NULL)
		return -1;
	if (slice_to_i64(&seconds, value, 0, LIMIT_NOT_BEFORE_S))
		return seconds;
	if (clock_parse_http(&at_s, value)) {
		seconds = at_s - now_s;
		return seconds < 0                    ? 0
		       : seconds > LIMIT_NOT_BEFORE_S ? LIMIT_NOT_BEFORE_S
						      : seconds;
	}
	/* More digits than a week has seconds is a wish all the same. */
	return value.n > 0 && ascii_is_digit(value.p[0]) ? LIMIT_NOT_BEFORE_S : -1;
}

uint64_t fetch_retry_wait_ms(const struct config_source *source, unsigned n_retries)
{
	uint64_t wait_ms = source->retry_delay_ms;

	for (unsigned i = 0; i < n_retries && wait_ms < LIMIT_RETRY_MS; i++)
		wait_ms *= 4;
	return wait_ms < LIMIT_RETRY_MS ? wait_ms : LIMIT_RETRY_MS;
}
