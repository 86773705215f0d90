# SPDX-License-Identifier: EUPL-1.2
# Offers, words, texts, numbers, dates and queries of catalogue/.
foreach(module dates html normalise normalise_parts normalise_texts offer price query text time_zone
		word workload)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS microcat_catalogue PkgConfig::UTF8PROC)
endforeach()
microcat_test(test_json_load LABEL unit
	SOURCES unit/test_json_load.c LIBS microcat_catalogue PkgConfig::JANSSON)
microcat_test(test_json_tree LABEL unit
	SOURCES unit/test_json_tree.c support/json_same.c LIBS microcat_catalogue PkgConfig::JANSSON)
