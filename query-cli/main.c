// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat: asks the daemon over its socket.
 */
#include "query-cli/options.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

int main(int argc, char **argv)
{
	struct options o;
	struct err err = ERR_INIT;
	int rc;

	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&o, argc, argv, &err) != ERR_OK) {
		fprintf(stderr, "microcat: %s\n", err.msg);
		return EX_USAGE;
	}
	if (o.wants_version) {
		puts("microcat " MICROCAT_VERSION);
		return EX_OK;
	}
	if (o.command == NULL) {
		print_program_help();
		return o.wants_help ? EX_OK : EX_USAGE;
	}
	if (o.wants_help) {
		print_command_help(o.command);
		return EX_OK;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	rc = o.command->run(&o);
	curl_global_cleanup();
	return rc;
}
