// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"
#include "host/registry.h"
#include <sys/stat.h>
#include <unistd.h>

static char directory[64] = "/tmp/registry-test-XXXXXX";

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static void shouldPublishAndRemove(void) {
    Registry registry;
    char error[512];
    char text[64] = "";
    CHECK(registry_claim(&registry, "ONE", error, sizeof error));
    CHECK(!exists(registry.description));
    CHECK(registry_publish(&registry, "{\"serial\":\"ONE\"}", error, sizeof error));
    FILE *file = fopen(registry.description, "r");
    CHECK(file != NULL && fgets(text, sizeof text, file) != NULL);
    fclose(file);
    CHECK(strcmp(text, "{\"serial\":\"ONE\"}\n") == 0);
    struct stat info;
    CHECK(stat(directory, &info) == 0);
    registry_release(&registry);
    CHECK(!exists(registry.description) && !exists(registry.lock) && !exists(registry.control));
}

static void shouldRefuseASerialNumberThatIsAlive(void) {
    Registry first;
    Registry second;
    char error[512];
    CHECK(registry_claim(&first, "TWO", error, sizeof error));
    CHECK(!registry_claim(&second, "TWO", error, sizeof error));
    CHECK(strcmp(error, "a virtual board with serial number TWO runs already; choose another --serial") == 0);
    registry_release(&second); // must not take the first one's files away
    CHECK(exists(first.lock));
    Registry other;
    CHECK(registry_claim(&other, "THREE", error, sizeof error));
    registry_release(&other);
    registry_release(&first);
    CHECK(registry_claim(&second, "TWO", error, sizeof error));
    registry_release(&second);
}

static void shouldReplaceWhatAKilledBoardLeft(void) {
    Registry registry;
    char error[512];
    CHECK(registry_claim(&registry, "FOUR", error, sizeof error));
    CHECK(registry_publish(&registry, "{}", error, sizeof error));
    close(registry.lock_fd); // as the kernel does when the process dies
    Registry again;
    CHECK(registry_claim(&again, "FOUR", error, sizeof error));
    CHECK(!exists(again.description));
    registry_release(&again);
}

static void shouldRefuseADirectoryThatIsTooLong(void) {
    Registry registry;
    char error[512];
    char path[200];
    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    setenv("XDG_RUNTIME_DIR", path, 1);
    CHECK(!registry_claim(&registry, "FIVE", error, sizeof error));
    CHECK(strstr(error, "XDG_RUNTIME_DIR is too long for a socket") == error);
}

int main(void) {
    CHECK(mkdtemp(directory) != NULL);
    setenv("XDG_RUNTIME_DIR", directory, 1);
    shouldPublishAndRemove();
    shouldRefuseASerialNumberThatIsAlive();
    shouldReplaceWhatAKilledBoardLeft();
    shouldRefuseADirectoryThatIsTooLong();
    char boards[80];
    snprintf(boards, sizeof boards, "%s/hilda/boards", directory);
    CHECK(rmdir(boards) == 0); // nothing is left behind
    snprintf(boards, sizeof boards, "%s/hilda", directory);
    CHECK(rmdir(boards) == 0 && rmdir(directory) == 0);
    return 0;
}
