// SPDX-License-Identifier: GPL-2.0-or-later
// Another version of Unicorn than the core is written for. The function below takes the library's place.
#include "core/engine.h"
#include "test_board.h"

static unsigned version;

unsigned int uc_version(unsigned int *major, unsigned int *minor) {
    (void)major;
    (void)minor;
    return version;
}

static bool opens(unsigned major, unsigned minor, unsigned patch) {
    version = major << 24 | minor << 16 | patch << 8 | 0xFF;
    uc_engine *engine = core_open_engine();
    if (engine == NULL) {
        return false;
    }
    uc_close(engine);
    return true;
}

static void should_refuse_other_versions_of_unicorn(void) {
    CHECK(opens(2, 0, 1));
    CHECK(!opens(2, 0, 0));
    CHECK(!opens(1, 0, 3));
    CHECK(!opens(2, 1, 0));
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_refuse_other_versions_of_unicorn)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
