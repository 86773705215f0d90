// SPDX-License-Identifier: EUPL-1.2
/*
 * Runs a fuzz target where there is no libFuzzer: over each file of its corpus,
 * and over a number of changed copies of it, always the same ones.
 *
 *     replay_TARGET FOLDER [CHANGES]     all files, CHANGES changed copies of each
 *     replay_TARGET FILE [NUMBER]        one file, or its changed copy of this number
 *
 * The inputs run in a child, so that a failure is reported with the file and
 * the number that repeat it, whatever ended the child.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_INPUT_BYTES = 256 * 1024, TOP_CHANGES = 6 };

/* Where the child is; shared with the parent. */
struct place {
	char file[300];
	unsigned change; /* 0: the file as it is */
	unsigned n_inputs;
};

static struct place *place;

/* Absent from most targets. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static void read_file(struct buf *out, const char *path)
{
	FILE *file = fopen(path, "re");
	char piece[4096];
	size_t n;

	if (file == NULL) {
		perror(path);
		exit(66);
	}
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(out, piece, n);
	fclose(file);
}

/* --- changed copies --- */

/* Bytes that mean something in most of what is read. */
static char telling_byte(struct random *r)
{
	static const char bytes[] = "\0\n\r\t \"\\{}[]<>&;,:=@#%'()-+.0159eE/\x7f\x80\xc3\xe2\xff";

	return bytes[random_below(r, sizeof(bytes) - 1)];
}

static void put_in(struct buf *b, size_t at, struct slice piece)
{
	struct buf tail = BUF_INIT(MAX_INPUT_BYTES);

	buf_slice(&tail, slice_from(buf_view(b), at));
	buf_truncate(b, at);
	buf_slice(b, piece);
	buf_slice(b, buf_view(&tail));
	buf_clear(&tail);
}

static void take_out(struct buf *b, size_t at, size_t n)
{
	struct slice all = buf_view(b);
	struct buf tail = BUF_INIT(MAX_INPUT_BYTES);

	buf_slice(&tail, slice_from(all, at + n));
	buf_truncate(b, at);
	buf_slice(b, buf_view(&tail));
	buf_clear(&tail);
}

static void change_once(struct buf *b, struct random *r)
{
	size_t at = random_below(r, (uint32_t)b->len);
	size_t n = 1 + random_below(r, 64);
	struct buf piece = BUF_INIT(MAX_INPUT_BYTES);
	char byte = telling_byte(r);

	switch (random_below(r, 6)) {
	case 0:
		b->data[at] = byte;
		break;
	case 1:
		put_in(b, at, slice_make(&byte, 1));
		break;
	case 2:
		b->data[at] = (char)(b->data[at] ^ (1 << random_below(r, 8)));
		break;
	case 3:
		take_out(b, at, n);
		break;
	case 4: /* a piece of it in another place */
		buf_slice(
			&piece,
			slice_first(slice_from(buf_view(b), random_below(r, (uint32_t)b->len)), n));
		put_in(b, at, buf_view(&piece));
		break;
	default:
		if (random_below(r, 4) == 0)
			buf_truncate(b, at);
		break;
	}
	buf_clear(&piece);
}

static void change(struct buf *b, unsigned number)
{
	struct random r = RANDOM_INIT(fuzz_mix(buf_view(b)) + number);
	unsigned n = 1 + random_below(&r, TOP_CHANGES);

	while (n-- > 0 && b->len > 0)
		change_once(b, &r);
}

/* --- running --- */

static void run_one(const char *path, unsigned number)
{
	struct buf input = BUF_INIT(MAX_INPUT_BYTES);

	read_file(&input, path);
	if (number > 0)
		change(&input, number);
	snprintf(place->file, sizeof(place->file), "%s", path);
	place->change = number;
	place->n_inputs++;
	(void)LLVMFuzzerTestOneInput((const uint8_t *)buf_z(&input), input.len);
	buf_clear(&input);
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_folder(const char *folder, unsigned n_changes)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_input, alphasort);

	if (n <= 0) {
		fprintf(stderr, "%s: no inputs\n", folder);
		exit(66);
	}
	for (int i = 0; i < n; i++) {
		char path[300];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		for (unsigned k = 0; k <= n_changes; k++)
			run_one(path, k);
		free(names[i]);
	}
	free(names);
}

static void run(int argc, char **argv)
{
	unsigned number = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	struct stat st;

	(void)LLVMFuzzerInitialize(&argc, &argv);
	if (stat(argv[1], &st) == 0 && S_ISDIR(st.st_mode))
		run_folder(argv[1], number);
	else
		run_one(argv[1], number);
}

int main(int argc, char **argv)
{
	int status = 0;
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER [CHANGES] | FILE [NUMBER]\n", argv[0]);
		return 64;
	}
	place = mmap(NULL, sizeof(*place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (place == MAP_FAILED)
		return 71;
	child = fork();
	if (child == 0) {
		run(argc, argv);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 71;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		printf("%u inputs\n", place->n_inputs);
		return 0;
	}
	fprintf(stderr, "failed; again: %s %s %u\n", argv[0], place->file, place->change);
	return 1;
}
