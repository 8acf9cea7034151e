// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/registry.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY_BYTES 160u

static bool make_directory(const char *path, char *error, size_t error_bytes) {
    struct stat info;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        snprintf(error, error_bytes, "cannot create directory %s: %s", path, strerror(errno));
        return false;
    }
    if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid()) {
        snprintf(error, error_bytes, "%s is not a directory of user %u; remove it or set XDG_RUNTIME_DIR",
                 path, (unsigned)getuid());
        return false;
    }
    return true;
}

static bool boards_directory(char *path, char *error, size_t error_bytes) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    int length = runtime != NULL && runtime[0] != '\0'
                     ? snprintf(path, DIRECTORY_BYTES, "%s/hilda", runtime)
                     : snprintf(path, DIRECTORY_BYTES, "/tmp/hilda-%u", (unsigned)getuid());
    // The control socket's address has room for 107 characters: "/boards/", the serial number and ".sock"
    // follow.
    if (length < 0 || length > 107 - 8 - 31 - 5) {
        snprintf(error, error_bytes,
                 "XDG_RUNTIME_DIR is too long for a socket (%d characters with /hilda, at most 63)", length);
        return false;
    }
    if (!make_directory(path, error, error_bytes)) {
        return false;
    }
    strcat(path, "/boards");
    return make_directory(path, error, error_bytes);
}

// The lock's file may be removed by its holder between our open and our lock: then it is not the one others
// see.
static bool is_still_there(int fd, const char *path) {
    struct stat held;
    struct stat named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

static bool take_lock(Registry *registry, const char *serial, char *error, size_t error_bytes) {
    for (;;) {
        registry->lock_fd = open(registry->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (registry->lock_fd < 0) {
            snprintf(error, error_bytes, "cannot create %s: %s", registry->lock, strerror(errno));
            return false;
        }
        if (flock(registry->lock_fd, LOCK_EX | LOCK_NB) != 0) {
            snprintf(error, error_bytes,
                     "a virtual board with serial number %s runs already; choose another --serial", serial);
            close(registry->lock_fd);
            registry->lock_fd = -1;
            return false;
        }
        if (is_still_there(registry->lock_fd, registry->lock)) {
            return true;
        }
        close(registry->lock_fd);
    }
}

bool registry_claim(Registry *registry, const char *serial, char *error, size_t error_bytes) {
    char directory[DIRECTORY_BYTES];
    *registry = (Registry){.lock_fd = -1};
    if (!boards_directory(directory, error, error_bytes)) {
        return false;
    }
    snprintf(registry->description, sizeof registry->description, "%s/%s.json", directory, serial);
    snprintf(registry->control, sizeof registry->control, "%s/%s.sock", directory, serial);
    snprintf(registry->lock, sizeof registry->lock, "%s/%s.lock", directory, serial);
    if (!take_lock(registry, serial, error, error_bytes)) {
        return false;
    }
    unlink(registry->description); // what a killed board left behind
    unlink(registry->control);
    return true;
}

bool registry_publish(const Registry *registry, const char *json, char *error, size_t error_bytes) {
    char fresh[sizeof registry->description + 4];
    snprintf(fresh, sizeof fresh, "%s.new", registry->description);
    FILE *file = fopen(fresh, "we");
    bool written = file != NULL && fprintf(file, "%s\n", json) > 0;
    written = file != NULL && fclose(file) == 0 && written;
    if (!written || rename(fresh, registry->description) != 0) {
        snprintf(error, error_bytes, "cannot write %s: %s", registry->description, strerror(errno));
        unlink(fresh);
        return false;
    }
    return true;
}

void registry_release(Registry *registry) {
    if (registry->lock_fd < 0) {
        return;
    }
    unlink(registry->description);
    unlink(registry->control);
    unlink(registry->lock);
    close(registry->lock_fd);
    registry->lock_fd = -1;
}
