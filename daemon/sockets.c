// SPDX-License-Identifier: EUPL-1.2
/*
 * Listening sockets, from systemd or our own.
 */
#include "daemon/sockets.h"

#include "base/log.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

enum { QUERY_MODE = 0666, ADMIN_MODE = 0660, BACKLOG = 1024 };

static enum err_code read_unix(struct socket_address *out, struct slice path, struct err *err)
{
	if (path.n == 0 || path.p[0] != '/')
		return err_set(err, ERR_PARSE, "the path is not absolute");
	if (path.n > LIMIT_SOCKET_PATH_BYTES)
		return err_set(err, ERR_PARSE, "the path has more than %d bytes",
			       LIMIT_SOCKET_PATH_BYTES);
	out->is_unix = true;
	memcpy(out->path, path.p, path.n);
	return ERR_OK;
}

static enum err_code read_tcp(struct socket_address *out, struct slice text, struct err *err)
{
	unsigned char number[sizeof(struct in6_addr)];
	struct slice host;
	uint64_t port;
	size_t colon = text.n;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || !slice_to_u64(&port, slice_from(text, colon), 65535))
		return err_set(err, ERR_PARSE, "no port");
	host = slice_first(text, colon - 1);
	if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = slice_make(host.p + 1, host.n - 2);
	if (host.n >= sizeof(out->host))
		return err_set(err, ERR_PARSE, "no address");
	memcpy(out->host, host.p, host.n);
	if (inet_pton(AF_INET, out->host, number) != 1 &&
	    inet_pton(AF_INET6, out->host, number) != 1)
		return err_set(err, ERR_PARSE, "the address is not a number");
	out->port = (uint16_t)port;
	return ERR_OK;
}

enum err_code socket_address_read(struct socket_address *out, struct slice text, struct err *err)
{
	*out = (struct socket_address){ .is_unix = false };
	if (slice_starts_with(text, SLICE_LIT("unix:")))
		return read_unix(out, slice_from(text, 5), err);
	if (slice_starts_with(text, SLICE_LIT("tcp:")))
		return read_tcp(out, slice_from(text, 4), err);
	return err_set(err, ERR_PARSE, "neither unix: nor tcp:");
}

/* --- systemd's --- */

static void add(struct sockets *s, int fd, bool is_admin, bool is_tcp, bool is_ours,
		const char *name)
{
	struct listening_socket *l = &s->items[s->n++];

	*l = (struct listening_socket){
		.fd = fd, .is_admin = is_admin, .is_tcp = is_tcp, .is_ours = is_ours
	};
	snprintf(l->name, sizeof(l->name), "%s", name);
}

static enum err_code take_passed(struct sockets *s, struct err *err)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);
	enum err_code rc = ERR_OK;

	if (n < 0)
		return err_from_errno(err, -n, "sockets of systemd");
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		bool is_admin = strcmp(names[i], "admin") == 0;
		bool is_query = strcmp(names[i], "query") == 0;

		if (rc == ERR_OK && (!is_admin && !is_query))
			rc = err_set(err, ERR_CONFIG,
				     "systemd passes a socket named %.40s: expected query or admin",
				     names[i]);
		else if (rc == ERR_OK && s->n == SOCKETS_MAX)
			rc = err_set(err, ERR_CONFIG, "systemd passes more than %d sockets",
				     SOCKETS_MAX);
		if (rc == ERR_OK) {
			fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
			add(s, fd, is_admin, sd_is_socket(fd, AF_UNIX, 0, -1) <= 0, false,
			    is_admin ? "admin (systemd)" : "query (systemd)");
		}
		free(names[i]);
	}
	free(names);
	return rc;
}

static bool has(const struct sockets *s, bool is_admin)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].is_admin == is_admin)
			return true;
	return false;
}

/* --- our own --- */

/* Whether somebody answers at the path; a file that nobody answers at is removed. */
static enum err_code make_way(const struct sockaddr_un *at, struct err *err)
{
	struct stat file;
	int fd;

	if (lstat(at->sun_path, &file) != 0)
		return ERR_OK; /* bind() will say what else is wrong */
	if (!S_ISSOCK(file.st_mode))
		return err_set(err, ERR_CONFIG, "%s is there and no socket", at->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_from_errno(err, errno, at->sun_path);
	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 || errno == EAGAIN) {
		close(fd);
		return err_set(err, ERR_BUSY, "%s: another program listens there", at->sun_path);
	}
	close(fd);
	log_debug(LOG_MAIN, "socket=%s: left by a daemon that is gone; removed", at->sun_path);
	return unlink(at->sun_path) == 0 ? ERR_OK : err_from_errno(err, errno, at->sun_path);
}

static enum err_code listen_at(int fd, const struct sockaddr *at, socklen_t n, const char *name,
			       struct err *err)
{
	if (bind(fd, at, n) == 0 && listen(fd, BACKLOG) == 0)
		return ERR_OK;
	return err_from_errno_expected(err, errno, name,
				       at->sa_family == AF_UNIX
					       ? "a folder that is there and may be written to"
					       : "a free port at an address of this machine");
}

static enum err_code open_unix(int *out, const struct socket_address *a, mode_t mode,
			       struct err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	enum err_code rc;
	mode_t mask;
	int fd;

	memcpy(at.sun_path, a->path, sizeof(a->path));
	rc = make_way(&at, err);
	if (rc != ERR_OK)
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_from_errno(err, errno, a->path);
	/* So that nobody finds it open wider than it will be. */
	mask = umask((mode_t)(~mode & 0777));
	rc = listen_at(fd, (const struct sockaddr *)&at, sizeof(at), a->path, err);
	umask(mask);
	if (rc != ERR_OK) {
		close(fd);
		return rc;
	}
	*out = fd;
	return ERR_OK;
}

static enum err_code open_tcp(int *out, const struct socket_address *a, const char *name,
			      struct err *err)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(a->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(a->port) };
	bool is_v4 = inet_pton(AF_INET, a->host, &v4.sin_addr) == 1;
	enum err_code rc;
	int fd;

	if (!is_v4 && inet_pton(AF_INET6, a->host, &v6.sin6_addr) != 1)
		return err_set(err, ERR_CONFIG, "%s: no address", name);
	fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_from_errno(err, errno, name);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	rc = is_v4 ? listen_at(fd, (const struct sockaddr *)&v4, sizeof(v4), name, err)
		   : listen_at(fd, (const struct sockaddr *)&v6, sizeof(v6), name, err);
	if (rc != ERR_OK) {
		close(fd);
		return rc;
	}
	*out = fd;
	return ERR_OK;
}

static enum err_code open_own(struct sockets *s, struct slice text, bool is_admin, struct err *err)
{
	struct socket_address a;
	enum err_code rc = socket_address_read(&a, text, err);
	int fd = -1;

	if (rc == ERR_OK && s->n == SOCKETS_MAX)
		rc = err_set(err, ERR_CONFIG, "more than %d sockets", SOCKETS_MAX - 1);
	if (rc != ERR_OK)
		return rc;
	if (a.is_unix)
		rc = open_unix(&fd, &a, is_admin ? ADMIN_MODE : QUERY_MODE, err);
	else
		rc = open_tcp(&fd, &a, text.p, err);
	if (rc == ERR_OK)
		add(s, fd, is_admin, !a.is_unix, a.is_unix, text.p);
	return rc;
}

enum err_code sockets_open(struct sockets *out, const struct config *config, struct err *err)
{
	struct sockets s = { .n = 0 };
	enum err_code rc = take_passed(&s, err);
	bool has_query = has(&s, false);

	/* systemd's stand for the Unix socket that would be ours; "tcp:" comes beside. */
	for (size_t i = 0; i < config->listen.n && rc == ERR_OK; i++) {
		bool is_tcp = slice_starts_with(config->listen.items[i], SLICE_LIT("tcp:"));

		if (is_tcp || !has_query)
			rc = open_own(&s, config->listen.items[i], false, err);
		if (rc != ERR_OK)
			(void)config_wrap(err, config, "listen");
	}
	if (rc == ERR_OK && !has(&s, true)) {
		rc = open_own(&s, config->admin, true, err);
		if (rc != ERR_OK)
			(void)config_wrap(err, config, "admin");
	}
	if (rc == ERR_OK)
		*out = s;
	else
		sockets_close(&s);
	return rc;
}

void sockets_remove_files(struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct listening_socket *l = &s->items[i];

		if (l->is_ours)
			unlink(l->name + strlen("unix:"));
		l->is_ours = false;
	}
}

void sockets_close(struct sockets *s)
{
	sockets_remove_files(s);
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].fd >= 0)
			close(s->items[i].fd);
	s->n = 0;
}
