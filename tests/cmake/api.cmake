# SPDX-License-Identifier: EUPL-1.2
# The HTTP server and its routes.
foreach(module http router csv_write offer_json)
	microcat_test(test_${module} LABEL unit SOURCES unit/test_${module}.c LIBS microcat_api)
endforeach()
microcat_test(test_suggester LABEL unit
	SOURCES unit/test_suggester.c
	LIBS test_db_support microcat_api)
add_library(test_server_support STATIC
	support/http_client.c support/plain_server.c support/server_fixture.c)
target_link_libraries(test_server_support PUBLIC microcat_api PkgConfig::CMOCKA)
foreach(test server server_strangers server_room)
	microcat_test(test_${test} LABEL integration
		SOURCES integration/test_${test}.c
		LIBS test_server_support)
endforeach()
# Answers held against docs/openapi.yaml, and what was seen of it.
add_library(test_openapi_support STATIC support/openapi_check.c support/openapi_seen.c)
target_link_libraries(test_openapi_support
	PUBLIC microcat_base PkgConfig::CMOCKA PkgConfig::JANSSON)
target_compile_definitions(test_openapi_support PRIVATE
	MICROCAT_SEEN_DIR="${CMAKE_BINARY_DIR}/tests")
foreach(test routes routes_search described)
	microcat_test(test_${test} LABEL integration
		SOURCES integration/test_${test}.c support/routes_fixture.c support/routes_catalogue.c
		LIBS test_openapi_support test_server_support test_db_support)
endforeach()

# The real program, and clients that are held against docs/openapi.yaml or behave badly.
foreach(test api api_admin api_hostile)
	microcat_test(test_${test} LABEL integration TIMEOUT 300
		SOURCES integration/test_${test}.c support/http_client.c
		LIBS test_openapi_support test_daemon_support test_partner_support microcat_api)
	add_dependencies(test_${test} microcatd)
endforeach()
target_sources(test_api PRIVATE support/api_fixture.c)
target_sources(test_api_admin PRIVATE support/api_fixture.c)

# After those that ask.
microcat_test(test_openapi_seen LABEL integration
	SOURCES integration/test_openapi_seen.c support/http_client.c
	LIBS test_openapi_support microcat_api)
set_tests_properties(test_api test_api_admin test_routes test_routes_search test_described PROPERTIES
	FIXTURES_SETUP openapi_seen)
set_tests_properties(test_openapi_seen PROPERTIES FIXTURES_REQUIRED openapi_seen)
