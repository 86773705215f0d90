# SPDX-License-Identifier: EUPL-1.2
# The Debian package in a clean root: once, and not for each sanitizer.
if(NOT MICROCAT_SANITIZE)
	add_test(NAME package
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/package.sh ${CMAKE_BINARY_DIR})
	set_tests_properties(package PROPERTIES LABELS long TIMEOUT 1800 SKIP_RETURN_CODE 77)
endif()

# Half a minute of cppcheck; clang-tidy beside it takes many, and is script/test --long's.
if(NOT MICROCAT_SANITIZE)
	add_test(NAME check-static COMMAND ${CMAKE_SOURCE_DIR}/script/check-static --quick)
	set_tests_properties(check-static PROPERTIES LABELS unit TIMEOUT 600 SKIP_RETURN_CODE 77)
endif()
