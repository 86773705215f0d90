// SPDX-License-Identifier: EUPL-1.2
/*
 * One harvester, FUZZ_HARVESTER, over fuzzed answers: harvest_run.h says what
 * the input is and what is checked.
 */
#include "tests/fuzz/harvest_run.h"

#include "catalogue/text.h"
#include "harvesters/registry.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	text_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	harvest_run(&FUZZ_HARVESTER, "https://uni.example/catalogue", data, n);
	return 0;
}
