# SPDX-License-Identifier: EUPL-1.2
# The command: its pure parts, and the whole of it with a real daemon.
foreach(module table options value)
	microcat_test(test_cli_${module} LABEL unit
		SOURCES unit/test_cli_${module}.c LIBS microcat_query_cli)
endforeach()

add_library(test_command_support STATIC
	support/command.c support/demo.c support/demo_commands.c)
target_link_libraries(test_command_support
	PUBLIC test_daemon_support microcat_base PkgConfig::CMOCKA PkgConfig::JANSSON
	PRIVATE PkgConfig::UTF8PROC)
target_compile_definitions(test_command_support PRIVATE
	MICROCAT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
	MICROCAT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
foreach(module cli cli_lists cli_manual demo)
	microcat_test(test_${module} LABEL integration TIMEOUT 300
		SOURCES integration/test_${module}.c
		LIBS test_command_support test_partner_support PkgConfig::JANSSON)
	add_dependencies(test_${module} microcat microcatd microcat-demo-partner)
endforeach()
