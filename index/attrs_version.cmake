# SPDX-License-Identifier: EUPL-1.2
# Makes a C header with a hash over the sources by which an offer's attributes follow from it:
# cmake -DROOT=. -DOUT=attrs_version_hash.h "-DSOURCES=index/attrs.c;index/offer_attrs.c" -P attrs_version.cmake
set(all "")
foreach(source ${SOURCES})
	file(SHA256 ${ROOT}/${source} hash)
	string(APPEND all "${source} ${hash}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING ${hash} 0 16 hash)
file(WRITE ${OUT} "#define ATTRS_VERSION_HASH \"${hash}\"\n")
