# SPDX-License-Identifier: EUPL-1.2
# The searching half of index/: tokenizer, attributes, columns, search, statistics.
foreach(module tokenizer attrs)
	microcat_test(test_${module} LABEL unit
		SOURCES unit/test_${module}.c
		LIBS microcat_index)
endforeach()
