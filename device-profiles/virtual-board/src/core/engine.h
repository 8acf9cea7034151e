// SPDX-License-Identifier: GPL-2.0-or-later
// How Unicorn is opened so that it decodes and executes what a Cortex-M7 does.
#ifndef VB_ENGINE_H
#define VB_ENGINE_H

#include <unicorn/unicorn.h>

// A Thumb engine with the Cortex-M7 model (DSP, FPv5-D16 always on) and nothing mapped.
// NULL with a message on stderr when Unicorn cannot be opened. The caller closes it with uc_close().
uc_engine *core_open_engine(void);

#endif
