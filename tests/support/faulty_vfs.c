// SPDX-License-Identifier: EUPL-1.2
/*
 * A VFS in front of the default one: each call goes through unless its switch
 * is thrown.
 */
#include "tests/support/faulty_vfs.h"

#include "base/mem.h"

#include <sqlite3.h>
#include <stdatomic.h>

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static struct {
	atomic_int passed[FAULTY_CALLS];
	atomic_int call, code, nth; /* nth 0: none fails */
	atomic_int last; /* the last that fails where it is lasting; 0: none is the last */
	atomic_bool is_lasting, has_struck;
} faults;

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct faulty_file *)(void *)file)->real;
}

/* The code that this call gives, SQLITE_OK for none. */
static int fault_of(enum faulty_call call)
{
	int n = atomic_fetch_add(&faults.passed[call], 1) + 1;
	int nth = atomic_load(&faults.nth);
	int last = atomic_load(&faults.last);

	if (last != 0 && n > last)
		return SQLITE_OK;
	if (nth == 0 || atomic_load(&faults.call) != (int)call || n < nth ||
	    (n > nth && !atomic_load(&faults.is_lasting)))
		return SQLITE_OK;
	atomic_store(&faults.has_struck, true);
	return atomic_load(&faults.code);
}

static int on_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int on_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	int code = fault_of(FAULTY_READ);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xRead(real_of(file), to, n, at);
}

static int on_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	int code = fault_of(FAULTY_WRITE);

	return code != SQLITE_OK ? code
				 : real_of(file)->pMethods->xWrite(real_of(file), from, n, at);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = fault_of(FAULTY_TRUNCATE);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int on_sync(sqlite3_file *file, int flags)
{
	int code = fault_of(FAULTY_SYNC);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int on_lock(sqlite3_file *file, int level)
{
	int code = fault_of(FAULTY_LOCK);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int on_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int on_check_reserved(sqlite3_file *file, int *is_locked)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_locked);
}

static int on_control(sqlite3_file *file, int op, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int on_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int on_characteristics(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	/* Letting go of one always succeeds. */
	const int to_write = SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE;
	int code = (flags & SQLITE_SHM_LOCK) != 0 ? fault_of(FAULTY_LOCK) : SQLITE_OK;

	/* The first of the log's locks: https://www.sqlite.org/walformat.html, section 2.3.1. */
	if (code == SQLITE_OK && offset == 0 && (flags & to_write) == to_write)
		code = fault_of(FAULTY_WRITE_LOCK);
	return code != SQLITE_OK
		       ? code
		       : real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int on_shm_unmap(sqlite3_file *file, int deletes)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), deletes);
}

/* Version 2: no memory mapping, so that every read and write comes by. */
static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_file_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check_reserved,
	.xFileControl = on_control,
	.xSectorSize = on_sector_size,
	.xDeviceCharacteristics = on_characteristics,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		   int *out_flags)
{
	struct faulty_file *f = (struct faulty_file *)(void *)file;
	sqlite3_vfs *real = vfs->pAppData;
	int code = fault_of(FAULTY_OPEN);

	f->real = (sqlite3_file *)(void *)(f + 1);
	if (code == SQLITE_OK)
		code = real->xOpen(real, name, f->real, flags, out_flags);
	f->base.pMethods = code == SQLITE_OK ? &methods : NULL;
	return code;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int syncs)
{
	sqlite3_vfs *real = vfs->pAppData;
	int code = fault_of(FAULTY_DELETE);

	return code != SQLITE_OK ? code : real->xDelete(real, name, syncs);
}

static int on_sleep(sqlite3_vfs *vfs, int microseconds)
{
	sqlite3_vfs *real = vfs->pAppData;

	return atomic_load(&faults.last) != 0 ? microseconds : real->xSleep(real, microseconds);
}

void faulty_vfs_install(void)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	require(real != NULL);
	vfs = *real;
	vfs.zName = FAULTY_VFS;
	vfs.pNext = NULL;
	vfs.pAppData = real;
	vfs.szOsFile = (int)sizeof(struct faulty_file) + real->szOsFile;
	vfs.xOpen = on_open;
	vfs.xDelete = on_delete;
	vfs.xSleep = on_sleep;
	require(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

void faulty_vfs_reset(void)
{
	atomic_store(&faults.nth, 0);
	atomic_store(&faults.last, 0);
	for (int i = 0; i < FAULTY_CALLS; i++)
		atomic_store(&faults.passed[i], 0);
	atomic_store(&faults.has_struck, false);
}

void faulty_vfs_fail(enum faulty_call call, int code, int nth, bool is_lasting)
{
	atomic_store(&faults.call, (int)call);
	atomic_store(&faults.code, code);
	atomic_store(&faults.is_lasting, is_lasting);
	atomic_store(&faults.last, 0);
	atomic_store(&faults.passed[call], 0);
	atomic_store(&faults.nth, nth);
}

bool faulty_vfs_has_struck(void)
{
	return atomic_load(&faults.has_struck);
}

void faulty_vfs_lock_out(int n_calls)
{
	faulty_vfs_fail(FAULTY_WRITE_LOCK, SQLITE_BUSY, 1, true);
	atomic_store(&faults.last, n_calls);
}

int faulty_vfs_calls(enum faulty_call call)
{
	return atomic_load(&faults.passed[call]);
}

void faulty_vfs_fail_writes(int code, int from_nth)
{
	faulty_vfs_fail(FAULTY_WRITE, code, from_nth, true);
}

void faulty_vfs_fail_reads(bool fails)
{
	faulty_vfs_fail(FAULTY_READ, SQLITE_IOERR_READ, fails ? 1 : 0, true);
}
