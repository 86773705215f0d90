# SPDX-License-Identifier: EUPL-1.2
# The daemon: configuration, network, harvests, the whole program.
foreach(module address config config_mistakes descriptors fetch_rules frames_to_items host oauth_answer schedule
		secret_mask)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS microcat_daemon)
endforeach()
foreach(module fetch fetch_faults fetch_secrets)
	microcat_test(test_${module} LABEL integration
		SOURCES integration/test_${module}.c support/fetch_fixture.c
		LIBS microcat_daemon test_partner_support PkgConfig::XXHASH)
endforeach()
target_sources(test_fetch_faults PRIVATE support/jumping_clock.c)

# The real program as a child; other integration tests use it too.
add_library(test_daemon_support STATIC support/daemon_fixture.c support/process_look.c)
target_link_libraries(test_daemon_support PUBLIC microcat_base PkgConfig::CMOCKA PRIVATE PkgConfig::CURL)
target_compile_definitions(test_daemon_support PRIVATE
	MICROCAT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")

foreach(module daemon harvest secrets)
	microcat_test(test_${module} LABEL integration TIMEOUT 300
		SOURCES integration/test_${module}.c
		LIBS test_daemon_support test_partner_support)
	add_dependencies(test_${module} microcatd)
endforeach()
target_link_libraries(test_secrets PRIVATE PkgConfig::ZSTD)

# One harvest in the test's own process, but for its worker.
microcat_test(test_harvest_turns LABEL integration TIMEOUT 300
	SOURCES integration/test_harvest_turns.c
	LIBS microcat_daemon test_partner_support PkgConfig::SQLITE)
add_dependencies(test_harvest_turns microcatd)
target_compile_definitions(test_harvest_turns PRIVATE
	MICROCAT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
