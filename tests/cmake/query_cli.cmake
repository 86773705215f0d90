# SPDX-License-Identifier: EUPL-1.2
foreach(module table options value)
	microcat_test(test_cli_${module} LABEL unit
		SOURCES unit/test_cli_${module}.c LIBS microcat_query_cli)
endforeach()
