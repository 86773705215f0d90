# SPDX-License-Identifier: EUPL-1.2
# The HTTP server and its routes.
foreach(module http router csv_write offer_json)
	microcat_test(test_${module} LABEL unit SOURCES unit/test_${module}.c LIBS microcat_api)
endforeach()
microcat_test(test_suggester LABEL unit
	SOURCES unit/test_suggester.c
	LIBS test_db_support microcat_api)
microcat_test(test_server LABEL integration
	SOURCES integration/test_server.c support/http_client.c
	LIBS microcat_api)
microcat_test(test_routes LABEL integration
	SOURCES integration/test_routes.c support/http_client.c support/openapi_check.c
	LIBS test_db_support microcat_api PkgConfig::JANSSON)

# The real program, and clients that are held against docs/openapi.yaml or behave badly.
foreach(test api api_hostile)
	microcat_test(test_${test} LABEL integration TIMEOUT 300
		SOURCES integration/test_${test}.c support/http_client.c support/openapi_check.c
		LIBS test_daemon_support test_partner_support microcat_api PkgConfig::JANSSON)
	add_dependencies(test_${test} microcatd)
endforeach()
