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
	atomic_int write_code;
	atomic_int writes_left; /* until it holds; 0: it does not */
	atomic_int n_writes;
	atomic_bool fails_reads;
} faults;

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct faulty_file *)(void *)file)->real;
}

/* The code that a write gives now, SQLITE_OK for none. */
static int write_fault(void)
{
	atomic_fetch_add(&faults.n_writes, 1);
	if (atomic_load(&faults.writes_left) == 0)
		return SQLITE_OK;
	if (atomic_load(&faults.writes_left) > 1) {
		atomic_fetch_sub(&faults.writes_left, 1);
		return SQLITE_OK;
	}
	return atomic_load(&faults.write_code);
}

static int on_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int on_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	if (atomic_load(&faults.fails_reads))
		return SQLITE_IOERR_READ;
	return real_of(file)->pMethods->xRead(real_of(file), to, n, at);
}

static int on_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	int code = write_fault();

	return code != SQLITE_OK ? code
				 : real_of(file)->pMethods->xWrite(real_of(file), from, n, at);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int on_sync(sqlite3_file *file, int flags)
{
	return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int on_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
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
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
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
	int code;

	f->real = (sqlite3_file *)(void *)(f + 1);
	code = real->xOpen(real, name, f->real, flags, out_flags);
	f->base.pMethods = code == SQLITE_OK ? &methods : NULL;
	return code;
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
	require(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

void faulty_vfs_reset(void)
{
	atomic_store(&faults.writes_left, 0);
	atomic_store(&faults.n_writes, 0);
	atomic_store(&faults.fails_reads, false);
}

void faulty_vfs_fail_writes(int code, int from_nth)
{
	atomic_store(&faults.write_code, code);
	atomic_store(&faults.writes_left, from_nth);
}

void faulty_vfs_fail_reads(bool fails)
{
	atomic_store(&faults.fails_reads, fails);
}

int faulty_vfs_n_writes(void)
{
	return atomic_load(&faults.n_writes);
}
