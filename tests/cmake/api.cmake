# SPDX-License-Identifier: EUPL-1.2
# The HTTP server and its routes.
foreach(module http router csv_write)
	microcat_test(test_${module} LABEL unit SOURCES unit/test_${module}.c LIBS microcat_api)
endforeach()
