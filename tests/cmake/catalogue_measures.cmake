# SPDX-License-Identifier: EUPL-1.2
# Readers against tables of declared strings.
add_library(test_table_support STATIC support/table.c)
target_link_libraries(test_table_support PUBLIC microcat_base PkgConfig::CMOCKA)
target_compile_definitions(test_table_support PRIVATE MICROCAT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

microcat_test(test_tables LABEL unit
	SOURCES unit/test_tables.c LIBS test_table_support microcat_catalogue)
