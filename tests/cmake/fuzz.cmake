# SPDX-License-Identifier: EUPL-1.2
#
# Fuzz targets. In the preset `fuzz` each is a libFuzzer program, fuzz_NAME; in
# all others replay_NAME runs it over its committed corpus and changed copies.
set(fuzz_is_live FALSE)
if(MICROCAT_SANITIZE MATCHES "fuzzer")
	set(fuzz_is_live TRUE)
endif()

# microcat_fuzz(NAME [MAIN x] [SOURCES a.c] [DEFINES X=y] [LIBS x y] [OPTIONS link] [CHANGES n]):
# tests/fuzz/fuzz_MAIN.c (fuzz_NAME.c unless given) over tests/fuzz/corpus/NAME. CHANGES: changed
# copies of each file in a normal run.
function(microcat_fuzz name)
	cmake_parse_arguments(F "" "MAIN;CHANGES" "SOURCES;DEFINES;LIBS;OPTIONS" ${ARGN})
	if(NOT F_CHANGES)
		set(F_CHANGES 200)
	endif()
	if(NOT F_MAIN)
		set(F_MAIN ${name})
	endif()
	set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
	if(fuzz_is_live)
		set(program fuzz_${name})
		add_executable(${program} fuzz/fuzz_${F_MAIN}.c ${F_SOURCES})
		target_link_options(${program} PRIVATE -fsanitize=fuzzer)
		add_test(NAME fuzz_${name} COMMAND ${program} -runs=0 -rss_limit_mb=0 ${corpus})
	else()
		set(program replay_${name})
		add_executable(${program} fuzz/fuzz_${F_MAIN}.c fuzz/replay.c ${F_SOURCES})
		add_test(NAME fuzz_${name} COMMAND ${program} ${corpus} ${F_CHANGES})
	endif()
	target_link_libraries(${program} PRIVATE ${F_LIBS} microcat_base)
	target_compile_definitions(${program} PRIVATE ${F_DEFINES})
	target_link_options(${program} PRIVATE ${F_OPTIONS})
	set_target_properties(${program} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()

# What partners send.
foreach(format ooapi moochub csv)
	microcat_fuzz(${format} MAIN harvester SOURCES fuzz/harvest_run.c
		DEFINES FUZZ_HARVESTER=harvester_${format} LIBS microcat_daemon CHANGES 100)
endforeach()
microcat_fuzz(json_split LIBS microcat_harvesters PkgConfig::JANSSON)
microcat_fuzz(json_load SOURCES support/json_same.c LIBS microcat_catalogue PkgConfig::JANSSON)
microcat_fuzz(csv_read LIBS microcat_harvesters microcat_api)
microcat_fuzz(csv_columns LIBS microcat_harvesters)
microcat_fuzz(encoding LIBS microcat_harvesters)
microcat_fuzz(html_text LIBS microcat_catalogue)
microcat_fuzz(url LIBS microcat_daemon)
microcat_fuzz(token LIBS microcat_daemon PkgConfig::JANSSON)

# What clients send.
microcat_fuzz(http LIBS test_db_support microcat_api PkgConfig::JANSSON)
microcat_fuzz(query LIBS microcat_index PkgConfig::SQLITE)
microcat_fuzz(cursor LIBS microcat_index)
microcat_fuzz(tokenizer LIBS microcat_index PkgConfig::SQLITE)
microcat_fuzz(snippet LIBS microcat_index)

# The worker protocol, from both sides, and what the database makes of it.
microcat_fuzz(worker_frames SOURCES fuzz/frame_script.c LIBS microcat_daemon)
microcat_fuzz(apply SOURCES fuzz/frame_script.c LIBS test_db_support microcat_daemon CHANGES 100)
microcat_fuzz(daemon_frames SOURCES fuzz/frame_script.c
	LIBS microcat_harvesters PkgConfig::JANSSON PkgConfig::XML
	OPTIONS -Wl,--wrap=calloc,--wrap=realloc,--wrap=free)

# What an operator writes.
microcat_fuzz(config LIBS microcat_daemon
	OPTIONS -Wl,--wrap=fopen,--wrap=glob,--wrap=globfree,--wrap=scandir)

microcat_fuzz(vocab_rows LIBS microcat_catalogue)

# What the command prints of an answer.
microcat_fuzz(cli LIBS microcat_query_cli PkgConfig::JANSSON
	OPTIONS -Wl,--wrap=client_ask,--wrap=client_ask_quietly,--wrap=client_copy)

# Words of records, what is made of them, and what is read from the database.
foreach(reader workload level date price language country subject coded)
	microcat_fuzz(${reader} MAIN reader DEFINES FUZZ_READER="${reader}" LIBS microcat_catalogue)
endforeach()
microcat_fuzz(normalise LIBS microcat_catalogue)
microcat_fuzz(stored LIBS microcat_api microcat_index microcat_harvesters)
microcat_fuzz(blob LIBS microcat_index PkgConfig::SQLITE OPTIONS -Wl,--wrap=open)
