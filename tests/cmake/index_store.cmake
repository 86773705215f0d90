# SPDX-License-Identifier: EUPL-1.2
# The storing half of index/: schema, ledger, runs, responses, reports, the store.
add_library(test_db_support STATIC
	support/db_fixture.c support/faulty_vfs.c support/kept_bodies.c support/store_fixture.c)
target_link_libraries(test_db_support PUBLIC microcat_index PkgConfig::CMOCKA)

foreach(module ledger schema apply apply_refused run history responses reports read_lines
		store store_disk store_reads store_responses store_tidy store_turns store_writes)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS test_db_support microcat_index)
endforeach()
