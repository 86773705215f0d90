# SPDX-License-Identifier: EUPL-1.2
# The worker process, what speaks to it, and response bodies.
microcat_test(test_frame LABEL unit
	SOURCES unit/test_frame.c
	LIBS microcat_harvesters)
microcat_test(test_message LABEL unit
	SOURCES unit/test_message.c
	LIBS microcat_harvesters)
microcat_test(test_spool LABEL unit
	SOURCES unit/test_spool.c
	LIBS microcat_daemon PkgConfig::XXHASH)
microcat_test(test_deadline LABEL unit
	SOURCES unit/test_deadline.c support/jumping_clock.c
	LIBS microcat_daemon)
microcat_test(test_base_mem_limit LABEL unit
	SOURCES unit/test_base_mem_limit.c)

# In the place of `microcatd --worker`: it misbehaves as told.
# These have the lock, whatever the library has.
add_executable(evil-worker support/evil_worker.c support/worker_voice.c ../harvesters/sandbox.c)
target_link_libraries(evil-worker PRIVATE microcat_harvesters PkgConfig::SECCOMP)
set_target_properties(evil-worker PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

microcat_test(test_sandbox LABEL integration
	SOURCES integration/test_sandbox.c ../harvesters/sandbox.c
	LIBS microcat_harvesters PkgConfig::SECCOMP)
foreach(name pull pull_bad_worker pull_flow)
	microcat_test(test_${name} LABEL integration
		SOURCES integration/test_${name}.c support/pull_fixture.c
		LIBS microcat_daemon)
	add_dependencies(test_${name} evil-worker)
	target_compile_definitions(test_${name} PRIVATE
		MICROCAT_EVIL_WORKER="$<TARGET_FILE:evil-worker>")
endforeach()
target_sources(test_pull_flow PRIVATE support/jumping_clock.c)
target_sources(test_pull_bad_worker PRIVATE support/jumping_clock.c)
microcat_test(test_lint LABEL integration
	SOURCES integration/test_lint.c
	LIBS microcat_daemon)

# The daemon, but for workers that are taken over: main.c's main is called by another.
add_library(daemon_main OBJECT ../daemon/main.c)
target_compile_options(daemon_main PRIVATE -Dmain=daemon_main
	-include ${CMAKE_CURRENT_SOURCE_DIR}/support/daemon_main.h)
target_link_libraries(daemon_main PRIVATE microcat_api microcat_daemon)
add_executable(evil-microcatd support/takeover.c support/worker_voice.c
	../daemon/daemon.c ../daemon/shutdown.c ../harvesters/sandbox.c)
target_link_libraries(evil-microcatd PRIVATE daemon_main microcat_api microcat_daemon
	PkgConfig::SYSTEMD PkgConfig::JANSSON PkgConfig::SECCOMP)
set_target_properties(evil-microcatd PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
microcat_test(test_takeover LABEL integration
	SOURCES integration/test_takeover.c support/http_client.c
	LIBS test_openapi_support test_daemon_support test_partner_support microcat_api)
add_dependencies(test_takeover evil-microcatd)
target_compile_definitions(test_takeover PRIVATE
	MICROCAT_EVIL_DAEMON="$<TARGET_FILE:evil-microcatd>")
