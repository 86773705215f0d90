# SPDX-License-Identifier: EUPL-1.2
#
# Programs that measure. They are built with the tests, and run by script/bench.
function(microcat_bench name)
	cmake_parse_arguments(B "" "" "SOURCES;LIBS" ${ARGN})
	add_executable(${name} ${B_SOURCES})
	target_link_libraries(${name} PRIVATE ${B_LIBS} microcat_base)
	set_target_properties(${name} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endfunction()

# The generated catalogue, and the harvester over its pages without a process.
add_library(bench_catalogue STATIC bench/catalogue.c bench/catalogue_write.c)
target_link_libraries(bench_catalogue PUBLIC microcat_base PRIVATE m)
add_library(bench_stage STATIC bench/stage.c)
target_link_libraries(bench_stage PUBLIC bench_catalogue microcat_harvesters)

microcat_bench(bench_worker SOURCES bench/bench_worker.c LIBS bench_stage)
microcat_bench(bench_writer SOURCES bench/bench_writer.c ../daemon/frames_to_items.c
	LIBS bench_stage microcat_index)
microcat_bench(bench_catalogue_print SOURCES bench/catalogue_main.c bench/queries.c LIBS bench_stage)
set_target_properties(bench_catalogue_print PROPERTIES OUTPUT_NAME bench_catalogue)
microcat_bench(bench_partner SOURCES bench/partner_static.c LIBS bench_stage)
microcat_bench(bench_load SOURCES bench/load.c LIBS bench_stage)
microcat_bench(bench_normalise SOURCES bench/bench_normalise.c LIBS bench_stage)
microcat_bench(bench_classify SOURCES bench/bench_classify.c
	LIBS bench_stage microcat_catalogue microcat_subject_learn m)
microcat_bench(bench_language SOURCES bench/bench_language.c LIBS bench_stage microcat_catalogue)
