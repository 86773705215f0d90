# SPDX-License-Identifier: EUPL-1.2
# Makes a C header with a text as a character array (a literal may be too long
# for C): cmake -DIN=schema.sql -DOUT=schema_sql.h -DNAME=schema_sql -P embed_sql.cmake
file(READ ${IN} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "static const char ${NAME}[] = {\n${bytes}0x00\n};\n")
