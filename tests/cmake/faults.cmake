# SPDX-License-Identifier: EUPL-1.2
# What happens when something fails: the daemon with faults built in, and the
# tests that kill it, fill its disk and let its libraries fail.
set(wrapped
	calloc realloc
	curl_global_init curl_easy_init curl_easy_setopt curl_easy_getinfo curl_easy_pause
	curl_slist_append curl_multi_init curl_multi_setopt curl_multi_add_handle
	curl_multi_remove_handle curl_multi_socket_action
	ZSTD_createCCtx ZSTD_createDCtx ZSTD_compress2 ZSTD_compressStream2 ZSTD_decompressStream
	ZSTD_decompressDCtx XXH3_createState)
list(TRANSFORM wrapped PREPEND "-Wl,--wrap=")

get_target_property(daemon_sources microcatd SOURCES)
list(TRANSFORM daemon_sources PREPEND "${CMAKE_SOURCE_DIR}/daemon/")
add_executable(faulty-microcatd support/faults.c ${daemon_sources})
target_link_libraries(faulty-microcatd PRIVATE microcat_api microcat_daemon PkgConfig::SYSTEMD
	PkgConfig::CURL PkgConfig::SQLITE PkgConfig::UV PkgConfig::ZSTD PkgConfig::XXHASH)
target_link_options(faulty-microcatd PRIVATE ${wrapped})
set_target_properties(faulty-microcatd PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

add_library(test_dump_support STATIC support/db_dump.c support/folder.c)
target_link_libraries(test_dump_support PUBLIC microcat_index PkgConfig::CMOCKA)
add_library(test_days_support STATIC support/harvest_days.c)
target_link_libraries(test_days_support PUBLIC test_dump_support test_daemon_support test_partner_support)

foreach(module faults kill)
	microcat_test(test_${module} LABEL integration TIMEOUT 3600
		SOURCES integration/test_${module}.c
		LIBS test_days_support)
	add_dependencies(test_${module} microcatd faulty-microcatd)
	target_compile_definitions(test_${module} PRIVATE
		MICROCAT_FAULTY_DAEMON="$<TARGET_FILE:faulty-microcatd>")
endforeach()

microcat_test(test_store_faults LABEL integration TIMEOUT 3600
	SOURCES integration/test_store_faults.c support/faults.c
	LIBS test_dump_support test_db_support PkgConfig::CURL PkgConfig::SQLITE PkgConfig::UV
		PkgConfig::ZSTD PkgConfig::XXHASH)
target_link_options(test_store_faults PRIVATE ${wrapped})

foreach(module bad_input bad_known bad_host)
	microcat_test(test_${module} LABEL integration TIMEOUT 1200
		SOURCES integration/test_${module}.c support/two_sources.c
		LIBS test_dump_support test_daemon_support test_partner_support PkgConfig::ZLIB)
	add_dependencies(test_${module} microcatd)
endforeach()

microcat_test(test_control_turns LABEL integration TIMEOUT 1200
	SOURCES integration/test_control_turns.c
	LIBS microcat_daemon test_dump_support test_partner_support)
add_dependencies(test_control_turns microcatd)
microcat_test(test_file_answerer LABEL unit
	SOURCES unit/test_file_answerer.c
	LIBS microcat_daemon)
