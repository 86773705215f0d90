# SPDX-License-Identifier: EUPL-1.2
foreach(module coded country institution language level subject subject_infer vocab)
	microcat_test(test_${module} LABEL unit SOURCES unit/test_${module}.c LIBS microcat_catalogue)
endforeach()
