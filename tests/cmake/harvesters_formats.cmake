# SPDX-License-Identifier: EUPL-1.2
microcat_test(test_url LABEL unit SOURCES unit/test_url.c)
microcat_test(test_json_split LABEL unit SOURCES unit/test_json_split.c LIBS microcat_harvesters)
microcat_test(test_encoding LABEL unit SOURCES unit/test_encoding.c LIBS microcat_harvesters)
