# SPDX-License-Identifier: EUPL-1.2
microcat_test(test_url LABEL unit SOURCES unit/test_url.c)
microcat_test(test_json_split LABEL unit SOURCES unit/test_json_split.c LIBS microcat_harvesters)
microcat_test(test_json_peek LABEL unit SOURCES unit/test_json_peek.c LIBS microcat_harvesters)
microcat_test(test_encoding LABEL unit SOURCES unit/test_encoding.c LIBS microcat_harvesters)

# A harvester run without a worker: what it asks for is answered by the test.
add_library(test_recorder STATIC support/recorder.c)
target_link_libraries(test_recorder PUBLIC microcat_harvesters PkgConfig::JANSSON PkgConfig::CMOCKA)
target_compile_definitions(test_recorder PRIVATE MICROCAT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
foreach(name harvest_out json_map pager csv_read ooapi ooapi_pages moochub csv csv_rows
		samples)
	microcat_test(test_${name} LABEL unit SOURCES unit/test_${name}.c LIBS test_recorder)
endforeach()
target_link_libraries(test_harvest_out PRIVATE PkgConfig::XXHASH)
