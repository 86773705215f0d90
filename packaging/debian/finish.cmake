# SPDX-License-Identifier: EUPL-1.2
# Run by CPack on what was installed: programs are stripped, what Debian wants
# compressed is, and what it has elsewhere goes (the licence is in copyright).
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
file(REMOVE ${usr}/share/doc/microcat/LICENSE)
file(GLOB texts ${usr}/share/man/man*/* ${usr}/share/doc/microcat/changelog*)
execute_process(COMMAND strip --strip-all --remove-section=.comment --remove-section=.note
	${usr}/bin/microcat ${usr}/sbin/microcatd COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND gzip -9nf ${texts} COMMAND_ERROR_IS_FATAL ANY)
