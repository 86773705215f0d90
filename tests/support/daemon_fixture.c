// SPDX-License-Identifier: EUPL-1.2
/*
 * The real program as a child process.
 */
#include "tests/support/daemon_fixture.h"

#include "tests/support/process_look.h"

#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

enum { OUTPUT_BYTES = 64 * 1024 * 1024, PRINTED_BYTES = 6 * 1024 };
enum { ENVIRONMENT_MAX = 512, OWN_WORDS_MAX = 8 };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * The end of what it said, and what it does: short enough for those who keep
 * the last lines of a test only. cmocka's own printing cuts what is long.
 */
static void print_output(struct daemon_fixture *f)
{
	struct slice said;

	pthread_mutex_lock(&f->lock);
	said = buf_view(&f->output);
	if (said.n > PRINTED_BYTES)
		said = slice_from(said, said.n - PRINTED_BYTES);
	fputs("--- what the daemon said last ---\n", stderr);
	fwrite(said.p, 1, said.n, stderr);
	fputs("\n---\n", stderr);
	pthread_mutex_unlock(&f->lock);
	if (f->pid > 0)
		process_look(stderr, f->pid);
}

#define fail_with_output(f, ...)                                                                   \
	do {                                                                                       \
		print_output(f);                                                                   \
		fail_msg(__VA_ARGS__);                                                             \
	} while (0)

/* --- folder and configuration --- */

static void open_notify_socket(struct daemon_fixture *f)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(f->notify, sizeof(f->notify), "%s", temp_dir_path(&f->dir, "notify"));
	memcpy(at.sun_path, f->notify, strlen(f->notify) + 1);
	f->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(f->notify_fd >= 0);
	assert_int_equal(bind(f->notify_fd, (const struct sockaddr *)&at, sizeof(at)), 0);
}

void daemon_fixture_open(struct daemon_fixture *f)
{
	memset(f, 0, sizeof(*f));
	temp_dir_make(&f->dir);
	snprintf(f->config, sizeof(f->config), "%s", temp_dir_path(&f->dir, "microcat.conf"));
	snprintf(f->query, sizeof(f->query), "%s", temp_dir_path(&f->dir, "query.sock"));
	snprintf(f->admin, sizeof(f->admin), "%s", temp_dir_path(&f->dir, "admin.sock"));
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->came, NULL);
	buf_init(&f->output, OUTPUT_BYTES);
	open_notify_socket(f);
	daemon_config(f, " ");
}

static void end_reader(struct daemon_fixture *f)
{
	if (!f->has_reader)
		return;
	pthread_join(f->reader, NULL);
	close(f->output_fd);
	f->has_reader = false;
}

void daemon_fixture_close(struct daemon_fixture *f)
{
	if (f->pid != 0) {
		kill(f->pid, SIGKILL);
		waitpid(f->pid, NULL, 0);
		f->pid = 0;
	}
	end_reader(f);
	close(f->notify_fd);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->came);
	buf_clear(&f->output);
	temp_dir_remove(&f->dir);
}

void daemon_config(struct daemon_fixture *f, const char *fmt, ...)
{
	struct buf text = BUF_INIT(65536);
	char more[16384];
	va_list args;

	va_start(args, fmt);
	vsnprintf(more, sizeof(more), fmt, args);
	va_end(args);
	buf_printf(&text,
		   "state-dir = \"state\"\nlisten = { \"unix:%s\" }\nadmin = \"unix:%s\"\n"
		   "secrets-dir = \"secrets\"\nlog-level = \"debug\"\n%s\n",
		   f->query, f->admin, more);
	temp_dir_write(&f->dir, "microcat.conf", buf_z(&text));
	buf_clear(&text);
}

void daemon_source(struct daemon_fixture *f, const char *id, const char *fmt, ...)
{
	struct buf text = BUF_INIT(65536);
	char name[96];
	char more[16384];
	va_list args;

	va_start(args, fmt);
	vsnprintf(more, sizeof(more), fmt, args);
	va_end(args);
	snprintf(name, sizeof(name), "sources.d/%s.conf", id);
	if (more[0] == 0) {
		unlink(temp_dir_path(&f->dir, name));
		return;
	}
	buf_printf(&text,
		   "source \"%s\" {\n  allow-private = true\n  retry-delay = \"5ms\"\n  %s\n}\n",
		   id, more);
	temp_dir_write(&f->dir, name, buf_z(&text));
	buf_clear(&text);
}

/* --- the process --- */

static void *read_output(void *arg)
{
	struct daemon_fixture *f = arg;
	char piece[4096];
	ssize_t n;

	while ((n = read(f->output_fd, piece, sizeof(piece))) > 0) {
		pthread_mutex_lock(&f->lock);
		buf_append(&f->output, piece, (size_t)n);
		pthread_cond_broadcast(&f->came);
		pthread_mutex_unlock(&f->lock);
	}
	pthread_mutex_lock(&f->lock);
	f->is_output_over = true;
	pthread_cond_broadcast(&f->came);
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/*
 * What the child needs, made before the fork: behind it only what is safe in a
 * signal's handler may be called, as another thread (the partner's) may have held
 * a lock of the sanitizer's allocator, which no one gives back in the child.
 */
struct start {
	char *environment[ENVIRONMENT_MAX + 1];
	char words[OWN_WORDS_MAX][256];
	size_t n;
	char *listen_pid; /* where the child writes its number */
	int query, admin; /* sockets to pass; -1: none */
};

static char *add_word(struct start *s, const char *name, const char *value)
{
	char *word = s->words[s->n];

	assert_true(s->n < OWN_WORDS_MAX);
	assert_in_range(snprintf(word, sizeof(s->words[0]), "%s=%s", name, value), 1,
			sizeof(s->words[0]) - 1);
	s->environment[s->n++] = word;
	return word + strlen(name) + 1;
}

static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int high;

	memcpy(at.sun_path, path, strlen(path) + 1);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 16), 0);
	high = fcntl(fd, F_DUPFD_CLOEXEC, 10); /* not where it is passed */
	assert_true(high >= 0);
	close(fd);
	return high;
}

/* What systemd does before it runs a service with socket units. */
static void prepare_sockets(struct start *s, struct daemon_fixture *f)
{
	s->query = listen_at(f->query);
	s->admin = listen_at(f->admin);
	s->listen_pid = add_word(s, "LISTEN_PID", "0000000000");
	add_word(s, "LISTEN_FDS", "2");
	add_word(s, "LISTEN_FDNAMES", "query:admin");
}

/* Ours first: the first of a name counts. */
static void prepare(struct start *s, struct daemon_fixture *f, const char *env)
{
	*s = (struct start){ .query = -1, .admin = -1 };
	add_word(s, "NOTIFY_SOCKET", f->notify);
	if (f->fault != NULL)
		add_word(s, "MICROCAT_FAULT", f->fault);
	if (f->passes_sockets)
		prepare_sockets(s, f);
	if (env != NULL)
		s->environment[s->n++] = (char *)(uintptr_t)env;
	for (char **at = environ; *at != NULL; at++) {
		assert_true(s->n < ENVIRONMENT_MAX);
		s->environment[s->n++] = *at;
	}
}

static void write_number(char *out, long number)
{
	char digits[24];
	int n = 0;

	for (; number > 0 || n == 0; number /= 10)
		digits[n++] = (char)('0' + number % 10);
	while (n > 0)
		*out++ = digits[--n];
	*out = '\0';
}

static void take_sockets(struct start *s)
{
	dup2(s->query, 3);
	dup2(s->admin, 4);
	write_number(s->listen_pid, getpid());
}

static void run_child(struct daemon_fixture *f, struct start *s, const char *option, int output)
{
	const char *program = f->program != NULL ? f->program : MICROCAT_BIN_DIR "/microcatd";
	const char *const args[] = { "microcatd", "-c", f->config, option, NULL };
	struct rlimit files = { f->n_files, f->n_files };

	if (f->n_files > 0 && setrlimit(RLIMIT_NOFILE, &files) != 0)
		_exit(126);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (s->listen_pid != NULL)
		take_sockets(s);
	if (f->user != 0 && (setgid((gid_t)f->user) != 0 || setuid(f->user) != 0))
		_exit(126);
	execve(program, (char *const *)(uintptr_t)args, s->environment);
	_exit(127);
}

/* Notices of an earlier start: not those that are waited for, and too many block. */
static void drop_notices(struct daemon_fixture *f)
{
	char message[4096];

	while (recv(f->notify_fd, message, sizeof(message), MSG_DONTWAIT) >= 0)
		;
}

void daemon_start_env(struct daemon_fixture *f, const char *option, const char *env)
{
	struct start start;
	int ends[2];

	drop_notices(f);
	assert_int_equal(f->pid, 0);
	end_reader(f);
	prepare(&start, f, env);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	f->is_output_over = false;
	f->pid = fork();
	assert_true(f->pid >= 0);
	if (f->pid == 0)
		run_child(f, &start, option, ends[1]);
	close(ends[1]);
	if (f->passes_sockets) {
		close(start.query);
		close(start.admin);
	}
	f->output_fd = ends[0];
	assert_int_equal(pthread_create(&f->reader, NULL, read_output, f), 0);
	f->has_reader = true;
}

void daemon_start(struct daemon_fixture *f, const char *option)
{
	daemon_start_env(f, option, NULL);
}

void daemon_forget_output(struct daemon_fixture *f)
{
	pthread_mutex_lock(&f->lock);
	f->output.len = 0;
	f->seen = 0;
	pthread_mutex_unlock(&f->lock);
}

static bool is_output_over(struct daemon_fixture *f)
{
	bool is_over;

	pthread_mutex_lock(&f->lock);
	is_over = f->is_output_over;
	pthread_mutex_unlock(&f->lock);
	return is_over;
}

int daemon_wait_exit(struct daemon_fixture *f)
{
	int64_t until_ms = now_ms() + DAEMON_WAIT_MS;
	int status = 0;

	assert_true(f->pid > 0);
	/* Its output ends with it (and with its workers). */
	pthread_mutex_lock(&f->lock);
	while (!f->is_output_over && now_ms() < until_ms) {
		struct timespec at;

		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_sec += 1;
		pthread_cond_timedwait(&f->came, &f->lock, &at);
	}
	pthread_mutex_unlock(&f->lock);
	if (!is_output_over(f))
		fail_with_output(f, "the daemon does not end");
	assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
	f->pid = 0;
	end_reader(f);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int daemon_stop(struct daemon_fixture *f, int signal_number)
{
	assert_true(f->pid > 0);
	assert_int_equal(kill(f->pid, signal_number), 0);
	return daemon_wait_exit(f);
}

int daemon_run_once(struct daemon_fixture *f, const char *option, const char *env)
{
	daemon_start_env(f, option, env);
	return daemon_wait_exit(f);
}

/* --- waiting --- */

void daemon_wait_notified(struct daemon_fixture *f, const char *text)
{
	int64_t until_ms = now_ms() + DAEMON_WAIT_MS;
	char message[4096];

	for (;;) {
		struct pollfd p = { .fd = f->notify_fd, .events = POLLIN };
		int64_t left_ms = until_ms - now_ms();
		ssize_t n;

		if (poll(&p, 1, 200) <= 0) {
			if (left_ms <= 0 || is_output_over(f))
				fail_with_output(f, "no notice of %s", text);
			continue;
		}
		n = recv(f->notify_fd, message, sizeof(message) - 1, 0);
		assert_true(n >= 0);
		message[n] = 0;
		if (strstr(message, text) != NULL)
			return;
	}
}

void daemon_wait_ready(struct daemon_fixture *f)
{
	daemon_wait_notified(f, "READY=1");
}

/* A whole line behind `from` that holds text; its end in *end. */
static struct slice find_line(const struct daemon_fixture *f, size_t from, const char *text,
			      size_t *end)
{
	struct slice rest = slice_from(buf_view(&f->output), from);

	for (;;) {
		ptrdiff_t n = slice_find_byte(rest, '\n');
		struct slice line;

		if (n < 0)
			return SLICE_NONE;
		line = slice_first(rest, (size_t)n);
		rest = slice_from(rest, (size_t)n + 1);
		if (slice_contains(line, slice_of(text))) {
			*end = f->output.len - rest.n;
			return line;
		}
	}
}

const char *daemon_wait_line(struct daemon_fixture *f, const char *text)
{
	static char line[4096];
	int64_t until_ms = now_ms() + DAEMON_WAIT_MS;
	struct slice found = SLICE_NONE;

	pthread_mutex_lock(&f->lock);
	while (found.p == NULL && now_ms() < until_ms) {
		struct timespec at;
		bool is_over = f->is_output_over;

		found = find_line(f, f->seen, text, &f->seen);
		if (found.p != NULL || is_over)
			break;
		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_sec += 1;
		pthread_cond_timedwait(&f->came, &f->lock, &at);
	}
	snprintf(line, sizeof(line), "%.*s", SLICE_ARG(found));
	pthread_mutex_unlock(&f->lock);
	if (found.p == NULL)
		fail_with_output(f, "no line holds: %s", text);
	return line;
}

bool daemon_has_said(struct daemon_fixture *f, const char *text)
{
	size_t end;
	bool is_found;

	pthread_mutex_lock(&f->lock);
	is_found = find_line(f, 0, text, &end).p != NULL;
	pthread_mutex_unlock(&f->lock);
	return is_found;
}

bool daemon_has_begun_line(struct daemon_fixture *f, const char *text)
{
	char line[256];
	bool is_found;

	snprintf(line, sizeof(line), "\n%s", text);
	pthread_mutex_lock(&f->lock);
	is_found = strstr(buf_z(&f->output), line) != NULL;
	pthread_mutex_unlock(&f->lock);
	return is_found;
}

/* Whether /proc says that this is a worker of the daemon. */
static bool is_worker(const char *name, pid_t parent)
{
	char path[64];
	char text[512];
	struct slice rest;
	struct slice part = SLICE_NONE;
	uint64_t ppid = 0;
	FILE *file;
	size_t n_read;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	n = n_read = fread(text, 1, sizeof(text), file);
	fclose(file);
	/* "123 (name) S 45 ...": the name may hold anything but is the last ")". */
	while (n > 0 && text[n - 1] != ')')
		n--;
	rest = slice_from(slice_make(text, n_read), n + 1);
	slice_split(&part, &rest, ' '); /* state */
	if (part.n == 1 && part.p[0] == 'Z')
		return false;
	slice_split(&part, &rest, ' ');
	return slice_to_u64(&ppid, part, INT32_MAX) && (pid_t)ppid == parent;
}

pid_t daemon_wait_worker(struct daemon_fixture *f)
{
	int64_t until_ms = now_ms() + DAEMON_WAIT_MS;

	while (now_ms() < until_ms) {
		DIR *proc = opendir("/proc");
		struct dirent *entry;
		uint64_t found = 0;

		assert_non_null(proc);
		while (found == 0 && (entry = readdir(proc)) != NULL)
			if (ascii_is_digit(entry->d_name[0]) && is_worker(entry->d_name, f->pid))
				slice_to_u64(&found, slice_of(entry->d_name), INT32_MAX);
		closedir(proc);
		if (found != 0)
			return (pid_t)found;
		sched_yield();
	}
	fail_with_output(f, "no worker");
	return 0;
}

/* --- asking --- */

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
	buf_append(data, bytes, size * n);
	return n;
}

static void take_header(char *out, size_t cap, struct slice line, const char *name)
{
	struct slice prefix = slice_of(name);

	if (slice_starts_with_nocase(line, prefix))
		snprintf(out, cap, "%.*s", SLICE_ARG(slice_trim(slice_from(line, prefix.n))));
}

static size_t on_header(char *bytes, size_t size, size_t n, void *data)
{
	struct daemon_answer *a = data;
	struct slice line = slice_make(bytes, size * n);

	take_header(a->etag, sizeof(a->etag), line, "ETag:");
	take_header(a->location, sizeof(a->location), line, "Location:");
	take_header(a->content_type, sizeof(a->content_type), line, "Content-Type:");
	return n;
}

void daemon_request(struct daemon_fixture *f, const char *method, bool is_admin, const char *path,
		    const char *body, struct daemon_answer *answer)
{
	CURL *easy = curl_easy_init();
	char url[1024];
	CURLcode code;

	assert_non_null(easy);
	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->body, 64 * 1024 * 1024);
	if (!is_admin && ascii_is_digit(f->query[0])) {
		snprintf(url, sizeof(url), "http://127.0.0.1:%s%s", f->query, path);
	} else {
		snprintf(url, sizeof(url), "http://localhost%s", path);
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, is_admin ? f->admin : f->query);
	}
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)DAEMON_WAIT_MS);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	if (body != NULL)
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer->body);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, answer);
	code = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_cleanup(easy);
	if (code != CURLE_OK)
		fail_with_output(f, "%s %s: %s", method, path, curl_easy_strerror(code));
}

void daemon_get(struct daemon_fixture *f, const char *path, struct daemon_answer *answer)
{
	daemon_request(f, "GET", false, path, NULL, answer);
}

void daemon_post(struct daemon_fixture *f, const char *path, const char *body,
		 struct daemon_answer *answer)
{
	daemon_request(f, "POST", true, path, body != NULL ? body : "", answer);
}

const char *daemon_get_ok(struct daemon_fixture *f, const char *path)
{
	static struct buf kept = BUF_INIT(64 * 1024 * 1024);
	struct daemon_answer answer;

	daemon_get(f, path, &answer);
	if (answer.status != 200)
		fail_with_output(f, "GET %s: %ld %s", path, answer.status, buf_z(&answer.body));
	buf_reset(&kept);
	buf_slice(&kept, buf_view(&answer.body));
	buf_clear(&answer.body);
	return buf_z(&kept);
}

long daemon_figure(const char *line, const char *name)
{
	struct slice rest = slice_of(line);
	char wanted[64];
	ptrdiff_t at;
	size_t n = 0;
	uint64_t value;

	snprintf(wanted, sizeof(wanted), " %s=", name);
	at = slice_find(rest, slice_of(wanted));
	if (at < 0)
		return -1;
	rest = slice_from(rest, (size_t)at + strlen(wanted));
	while (n < rest.n && ascii_is_digit(rest.p[n]))
		n++;
	return slice_to_u64(&value, slice_first(rest, n), INT32_MAX) ? (long)value : -1;
}
