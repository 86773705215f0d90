# SPDX-License-Identifier: EUPL-1.2
# Readers against tables of declared strings.
add_library(test_table_support STATIC support/table.c)
target_link_libraries(test_table_support PUBLIC microcat_base PkgConfig::CMOCKA)
target_compile_definitions(test_table_support PRIVATE MICROCAT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

microcat_test(test_tables LABEL unit
	SOURCES unit/test_tables.c LIBS test_table_support microcat_catalogue)
microcat_test(test_coded_tables LABEL unit
	SOURCES unit/test_coded_tables.c LIBS test_table_support microcat_catalogue)
microcat_test(test_text_table LABEL unit
	SOURCES unit/test_text_table.c LIBS test_table_support microcat_catalogue)
microcat_test(test_domain_tables LABEL unit
	SOURCES unit/test_domain_tables.c LIBS test_table_support microcat_catalogue)

# What holds for the readers in any locale: those of the system, and two more where they can be made.
microcat_test(test_own_rows LABEL unit
	SOURCES unit/test_own_rows.c LIBS microcat_catalogue)
microcat_test(test_measures LABEL unit
	SOURCES unit/test_measures.c LIBS microcat_catalogue)
find_program(LOCALEDEF localedef)
if(LOCALEDEF)
	foreach(locale tr_TR de_DE)
		if(NOT EXISTS ${CMAKE_BINARY_DIR}/locales/${locale}.UTF-8)
			file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/locales)
			execute_process(COMMAND ${LOCALEDEF} -i ${locale} -f UTF-8
				${CMAKE_BINARY_DIR}/locales/${locale}.UTF-8
				OUTPUT_QUIET ERROR_QUIET)
		endif()
	endforeach()
	set_tests_properties(test_measures PROPERTIES
		ENVIRONMENT "LOCPATH=${CMAKE_BINARY_DIR}/locales")
endif()
