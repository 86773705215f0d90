# SPDX-License-Identifier: EUPL-1.2
# The scripted partner, for integration tests, and the program that serves the
# demo catalogues with it. Both stand alone: no folder of the project is linked.
find_package(Threads REQUIRED)
add_library(test_partner_support STATIC
	support/partner.c support/partner_request.c support/partner_reply.c
	support/partner_script.c)
target_link_libraries(test_partner_support PUBLIC microcat_flags PkgConfig::ZLIB Threads::Threads)

foreach(test partner partner_faults)
	microcat_test(test_${test} LABEL unit
		SOURCES unit/test_${test}.c
		LIBS test_partner_support)
endforeach()

add_executable(microcat-demo-partner support/partner_main.c)
target_link_libraries(microcat-demo-partner PRIVATE test_partner_support PkgConfig::JANSSON)
