# SPDX-License-Identifier: EUPL-1.2
# Real catalogues through the whole daemon; skipped where the samples are not shared.
add_library(test_sample_support STATIC support/sample_pages.c)
target_link_libraries(test_sample_support PUBLIC test_partner_support PkgConfig::JANSSON)
target_compile_definitions(test_sample_support PRIVATE MICROCAT_SHARED_DIR="${MICROCAT_SHARED_DIR}")

foreach(name real_samples real_offers)
	microcat_test(test_${name} LABEL integration TIMEOUT 300
		SOURCES integration/test_${name}.c support/sample_world.c
		LIBS test_daemon_support test_sample_support)
	add_dependencies(test_${name} microcatd)
endforeach()
