# SPDX-License-Identifier: EUPL-1.2
# The daemon: configuration, network, harvests, the whole program.
foreach(module address config host)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS microcat_daemon)
endforeach()
microcat_test(test_fetch LABEL integration
	SOURCES integration/test_fetch.c
	LIBS microcat_daemon test_partner_support PkgConfig::XXHASH)
