# SPDX-License-Identifier: EUPL-1.2
# The searching half of index/: tokenizer, attributes, columns, search, statistics,
# suggestions; generated questions are compared with a simple reference.
add_library(test_corpus_support STATIC support/corpus.c support/reference.c
	support/search_fixture.c support/search_reference.c)
target_link_libraries(test_corpus_support PUBLIC microcat_index PkgConfig::CMOCKA)

foreach(module tokenizer attrs columns offer_index search search_asked snippet cursor suggest stats)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS test_corpus_support microcat_index)
endforeach()
