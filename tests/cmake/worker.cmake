# SPDX-License-Identifier: EUPL-1.2
# The worker process, what speaks to it, and response bodies.
microcat_test(test_frame LABEL unit
	SOURCES unit/test_frame.c
	LIBS microcat_harvesters)
microcat_test(test_spool LABEL unit
	SOURCES unit/test_spool.c
	LIBS microcat_daemon PkgConfig::XXHASH)
