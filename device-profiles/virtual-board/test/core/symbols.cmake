# SPDX-License-Identifier: GPL-2.0-or-later
# programs.h from the linked programs: their bytes and the address of each.
file(READ ${BINARY} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
execute_process(COMMAND ${NM} -g --defined-only ${ELF} OUTPUT_VARIABLE symbols)
string(REGEX REPLACE "([0-9a-f]+) T ([A-Za-z0-9_]+)" "#define PROGRAM_\\2 UINT32_C(0x\\1)" defines "${symbols}")
string(REGEX REPLACE "[0-9a-f]+ [^T] [^\n]*\n" "" defines "${defines}")
file(WRITE ${HEADER} "#include <stdint.h>\n${defines}\nstatic const unsigned char programs[] = {${bytes}};\n")
