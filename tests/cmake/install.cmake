# SPDX-License-Identifier: EUPL-1.2
add_test(NAME install COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/install.sh ${CMAKE_BINARY_DIR})
set_tests_properties(install PROPERTIES LABELS integration TIMEOUT 120)
