# SPDX-License-Identifier: EUPL-1.2
# The scripted partner, for integration tests, and the program that serves the
# demo catalogues with it. Both stand alone: no folder of the project is linked.
find_package(Threads REQUIRED)
add_library(test_partner_support STATIC
	support/partner.c support/partner_request.c support/partner_reply.c)
target_link_libraries(test_partner_support PUBLIC microcat_flags PkgConfig::ZLIB Threads::Threads)

microcat_test(test_partner LABEL unit
	SOURCES unit/test_partner.c
	LIBS test_partner_support)

add_executable(microcat-demo-partner support/partner_main.c)
target_link_libraries(microcat-demo-partner PRIVATE test_partner_support PkgConfig::JANSSON)
