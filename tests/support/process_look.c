// SPDX-License-Identifier: EUPL-1.2
/*
 * What a process is doing, by what /proc says.
 */
#include "tests/support/process_look.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CODE = 256, STACK_WORDS = 2048, MAX_ADDRESSES = 24 };

/* The places of its code in memory. */
struct code {
	struct {
		uint64_t from, to, file_offset;
		char file[96];
	} parts[MAX_CODE];
	size_t n;
};

/* The next word of a line, as a number of that base. */
static uint64_t next_number(char **at, int base)
{
	uint64_t n = strtoull(*at, at, base);

	*at += **at == '-';
	return n;
}

/* "FROM-TO RIGHTS OFFSET DEVICE INODE FILE" */
static void take_part(struct code *code, char *line)
{
	char *at = line;
	char *rights, *file;

	code->parts[code->n].from = next_number(&at, 16);
	code->parts[code->n].to = next_number(&at, 16);
	rights = at + strspn(at, " ");
	at = rights + strcspn(rights, " ");
	code->parts[code->n].file_offset = next_number(&at, 16);
	file = strrchr(at, '/') != NULL ? strrchr(at, '/') : strrchr(at, ' ');
	if (memchr(rights, 'x', (size_t)(at - rights)) == NULL || file == NULL)
		return;
	file[strcspn(file, "\n")] = '\0';
	snprintf(code->parts[code->n++].file, sizeof(code->parts[0].file), "%.95s", file + 1);
}

static void read_code(struct code *code, pid_t pid)
{
	char path[64];
	char line[512];
	FILE *maps;

	code->n = 0;
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (maps == NULL)
		return;
	while (code->n < MAX_CODE && fgets(line, sizeof(line), maps) != NULL)
		take_part(code, line);
	fclose(maps);
}

/* Whether the address is one of code; printed then. */
static bool print_address(FILE *out, const struct code *code, uint64_t address)
{
	for (size_t i = 0; i < code->n; i++)
		if (address >= code->parts[i].from && address < code->parts[i].to) {
			fprintf(out, " %s+0x%" PRIx64, code->parts[i].file,
				address - code->parts[i].from + code->parts[i].file_offset);
			return true;
		}
	return false;
}

static void print_stack(FILE *out, const struct code *code, pid_t pid, uint64_t at)
{
	static uint64_t words[STACK_WORDS];
	char path[64];
	ssize_t n;
	int fd;
	int n_printed = 0;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = pread(fd, words, sizeof(words), (off_t)at);
	close(fd);
	for (ssize_t i = 0; i < n / (ssize_t)sizeof(words[0]) && n_printed < MAX_ADDRESSES; i++)
		n_printed += print_address(out, code, words[i]);
}

/* The first line of a file of /proc; "" where there is none. */
static const char *first_line(char *out, size_t cap, const char *path)
{
	FILE *file = fopen(path, "re");

	out[0] = '\0';
	if (file != NULL) {
		if (fgets(out, (int)cap, file) == NULL)
			out[0] = '\0';
		fclose(file);
	}
	out[strcspn(out, "\n")] = '\0';
	return out;
}

static void print_thread(FILE *out, const struct code *code, pid_t pid, const char *tid)
{
	char path[96];
	char stat[512], waits[128], call[256];
	char *at;

	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/stat", (int)pid, tid);
	first_line(stat, sizeof(stat), path);
	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/wchan", (int)pid, tid);
	first_line(waits, sizeof(waits), path);
	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/syscall", (int)pid, tid);
	first_line(call, sizeof(call), path);
	fprintf(out, "    thread %.60s ... in %s; system call %s;", stat, waits, call);
	/* "NUMBER ARGUMENT*6 STACK CODE", or "-1 STACK CODE" outside of one, or "running". */
	at = strrchr(call, ' ');
	if (at != NULL) {
		print_address(out, code, strtoull(at, NULL, 16));
		*at = '\0';
		at = strrchr(call, ' ');
	}
	if (at != NULL)
		print_stack(out, code, pid, strtoull(at, NULL, 16));
	fputc('\n', out);
}

static void print_process(FILE *out, pid_t pid)
{
	static struct code code;
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	if (tasks == NULL)
		return;
	fprintf(out, "  process %d\n", (int)pid);
	read_code(&code, pid);
	while ((entry = readdir(tasks)) != NULL)
		if (entry->d_name[0] != '.')
			print_thread(out, &code, pid, entry->d_name);
	closedir(tasks);
}

static bool is_child_of(const char *name, pid_t parent)
{
	char path[64];
	char stat[512];
	char *behind_name;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", name);
	first_line(stat, sizeof(stat), path);
	behind_name = strrchr(stat, ')'); /* ") S PARENT" */
	return behind_name != NULL && strlen(behind_name) > 4 &&
	       strtol(behind_name + 4, NULL, 10) == (long)parent;
}

void process_look(FILE *out, pid_t pid)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	print_process(out, pid);
	while (proc != NULL && (entry = readdir(proc)) != NULL)
		if (is_child_of(entry->d_name, pid))
			print_process(out, (pid_t)strtol(entry->d_name, NULL, 10));
	if (proc != NULL)
		closedir(proc);
}
