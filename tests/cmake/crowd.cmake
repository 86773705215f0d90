# SPDX-License-Identifier: EUPL-1.2
# Many clients at once that behave badly: a test, and what script/bench measures beside them.
add_library(test_crowd_support STATIC support/crowd.c)
target_link_libraries(test_crowd_support PUBLIC microcat_base)
microcat_test(test_crowd LABEL integration
	SOURCES integration/test_crowd.c support/http_client.c
	LIBS test_daemon_support test_partner_support test_crowd_support)
add_dependencies(test_crowd microcatd)
microcat_bench(bench_crowd SOURCES bench/crowd_main.c LIBS test_crowd_support bench_stage)
