# SPDX-License-Identifier: EUPL-1.2
# base/: a program per module, and the checks of the tree itself.
foreach(module slice buf arena utf8 clock err_log loop pool)
	microcat_test(test_base_${module} LABEL unit SOURCES unit/test_base_${module}.c)
endforeach()
microcat_test(test_base_json_write LABEL unit SOURCES unit/test_base_json_write.c
	LIBS PkgConfig::JANSSON)
