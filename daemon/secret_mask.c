// SPDX-License-Identifier: EUPL-1.2
/*
 * A window over the bytes: what may be the beginning of a secret waits for the
 * next piece.
 */
#include "daemon/secret_mask.h"

#include "base/limits.h"
#include "base/mem.h"

void secret_mask_init(struct secret_mask *m, struct slice secret)
{
	*m = (struct secret_mask){ .n = secret.n };
	if (secret.n == 0)
		return;
	m->secret = mem_strndup(secret.p, secret.n);
	buf_init(&m->held, LIMIT_SPOOL_PIECE_BYTES);
}

static void overwrite(struct secret_mask *m)
{
	struct slice secret = slice_make(m->secret, m->n);
	ptrdiff_t at;

	for (size_t i = 0; (at = slice_find(slice_from(buf_view(&m->held), i), secret)) >= 0;) {
		i += (size_t)at;
		memset(m->held.data + i, 'x', m->n);
		i += m->n;
	}
}

/* How many bytes at the end a secret may begin with. */
static size_t beginning(const struct secret_mask *m)
{
	size_t n = m->n - 1 < m->held.len ? m->n - 1 : m->held.len;

	while (n > 0 && memcmp(m->held.data + m->held.len - n, m->secret, n) != 0)
		n--;
	return n;
}

struct slice secret_mask_pass(struct secret_mask *m, struct slice bytes)
{
	if (m->secret == NULL || bytes.n == 0)
		return bytes;
	buf_consume(&m->held, m->n_passed);
	buf_slice(&m->held, bytes);
	require(!buf_failed(&m->held));
	overwrite(m);
	m->n_passed = m->held.len - beginning(m);
	return slice_first(buf_view(&m->held), m->n_passed);
}

struct slice secret_mask_rest(struct secret_mask *m)
{
	buf_consume(&m->held, m->n_passed);
	m->n_passed = m->held.len;
	return buf_view(&m->held);
}

void secret_mask_clear(struct secret_mask *m)
{
	if (m->secret != NULL)
		explicit_bzero(m->secret, m->n);
	if (m->held.data != NULL)
		explicit_bzero(m->held.data, m->held.cap);
	mem_free(m->secret);
	buf_clear(&m->held);
	*m = (struct secret_mask){ .n = 0 };
}
