# SPDX-License-Identifier: EUPL-1.2
# Makes a C header with a hash over the sources and tables that records are made with: whatever
# may give another record from the same bytes. Names and contents count, not the
# build: cmake -DROOT=. -DOUT=mapping_version_hash.h -P mapping_version.cmake
file(GLOB sources RELATIVE ${ROOT}
	${ROOT}/base/*.[ch] ${ROOT}/catalogue/*.[ch] ${ROOT}/catalogue/vocab/*.tsv
	${ROOT}/harvesters/*.[ch])
list(SORT sources)
set(all "")
foreach(source ${sources})
	file(SHA256 ${ROOT}/${source} hash)
	string(APPEND all "${source} ${hash}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING ${hash} 0 16 hash)
file(WRITE ${OUT} "#define MAPPING_VERSION_HASH \"${hash}\"\n")
