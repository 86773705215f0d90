# SPDX-License-Identifier: EUPL-1.2
# The daemon: configuration, network, harvests, the whole program.
foreach(module config address)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS microcat_daemon)
endforeach()
