# SPDX-License-Identifier: EUPL-1.2
# base/: a program per module, and the checks of the tree itself.
foreach(module slice scan buf arena utf8 clock err_log loop mem_mapped near pool)
	microcat_test(test_base_${module} LABEL unit SOURCES unit/test_base_${module}.c)
endforeach()
microcat_test(test_base_json_write LABEL unit SOURCES unit/test_base_json_write.c
	LIBS PkgConfig::JANSSON)

# Arrows between folders point one way, and some functions are not called at all.
foreach(check layers banned)
	add_test(NAME check_${check} COMMAND ${CMAKE_SOURCE_DIR}/script/check-${check})
	add_test(NAME check_${check}_refuses_its_samples
		COMMAND ${CMAKE_SOURCE_DIR}/script/check-${check} --self-test)
	set_tests_properties(check_${check} check_${check}_refuses_its_samples
		PROPERTIES LABELS unit TIMEOUT 120)
endforeach()
