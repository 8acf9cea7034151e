// SPDX-License-Identifier: GPL-2.0-or-later
#include "firmware_build.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES 512u
#define COMMAND_BYTES 8192u
#define ELF_NAME "hilda-base.elf"

typedef struct SavedText {
    char path[2 * PATH_BYTES]; // "" = unused
    char *text;
} SavedText;

struct FirmwareBuild {
    char folder[PATH_BYTES]; // holds tree/ and build/
    char elf[PATH_BYTES + 32];
    char *compile_commands;
    SavedText saved[MAX_EDITS];
    char stale_objects[MAX_EDITS]
                      [PATH_BYTES]; // compiled from mutated sources; the good ones have the suffix .good
};

static bool run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool run(const char *format, ...) {
    char command[COMMAND_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof command) {
        fprintf(stderr, "mutations: a command is longer than %u bytes\n", COMMAND_BYTES);
        return false;
    }
    int status = system(command); // NOLINT: paths are ours
    if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "mutations: failed: %s\n", command);
        return false;
    }
    return true;
}

// ---- whole text files ----

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = size >= 0 ? malloc((size_t)size + 1) : NULL;
    if (text != NULL) {
        text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    fclose(file);
    return text;
}

static bool write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

static unsigned occurrences(const char *text, const char *find) {
    unsigned count = 0;
    for (const char *at = strstr(text, find); at != NULL; at = strstr(at + 1, find)) {
        count++;
    }
    return count;
}

static char *replaced(const char *text, const char *find, const char *replace) {
    const char *at = strstr(text, find);
    size_t before = (size_t)(at - text);
    size_t size = strlen(text) + strlen(replace) + 1;
    char *result = malloc(size);
    if (result == NULL) {
        abort();
    }
    snprintf(result, size, "%.*s%s%s", (int)before, text, replace, at + strlen(find));
    return result;
}

// ---- the unchanged firmware ----

FirmwareBuild *firmware_build_new(const char *firmware_folder) {
    FirmwareBuild *build = calloc(1, sizeof *build);
    if (build == NULL) {
        abort();
    }
    const char *temporary = getenv("TMPDIR");
    snprintf(build->folder, sizeof build->folder, "%s/mutations-XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(build->folder) == NULL) {
        perror("mutations: a temporary folder");
        free(build);
        return NULL;
    }
    snprintf(build->elf, sizeof build->elf, "%s/build/" ELF_NAME, build->folder);
    const char *folder = build->folder;
    bool built =
        run("mkdir '%s/tree' && cd '%s' && cp -r CMakeLists.txt *SOURCES *.cmake app kernels port protocol "
            "'%s/tree'",
            folder, firmware_folder, folder) &&
        run("cmake -G 'Unix Makefiles' -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -S '%s/tree' -B '%s/build' "
            ">'%s/log' 2>&1 || "
            "{ cat '%s/log' >&2; exit 1; }",
            folder, folder, folder, folder) &&
        run("cmake --build '%s/build' -j2 >'%s/log' 2>&1 || { cat '%s/log' >&2; exit 1; }", folder, folder,
            folder);
    char path[PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/build/compile_commands.json", folder);
    build->compile_commands = built ? read_text(path) : NULL;
    if (build->compile_commands == NULL) {
        firmware_build_free(build);
        return NULL;
    }
    return build;
}

void firmware_build_free(FirmwareBuild *build) {
    if (build == NULL) {
        return;
    }
    firmware_build_restore(build);
    run("rm -rf '%s'", build->folder);
    free(build->compile_commands);
    free(build);
}

const char *firmware_build_elf(const FirmwareBuild *build) { return build->elf; }

// ---- compiling one file again ----

// The "command" of the entry whose "file" is this source, without JSON's escapes.
static bool compile_command(const FirmwareBuild *build, const char *source, char *command) {
    char file_line[3 * PATH_BYTES];
    snprintf(file_line, sizeof file_line, "\"file\": \"%s\"", source);
    const char *file = strstr(build->compile_commands, file_line);
    const char *start = NULL;
    for (const char *at = strstr(build->compile_commands, "\"command\": \"");
         at != NULL && file != NULL && at < file; at = strstr(at + 1, "\"command\": \"")) {
        start = at + strlen("\"command\": \"");
    }
    if (start == NULL) {
        return false;
    }
    size_t length = 0;
    for (; *start != '"' && length + 1 < COMMAND_BYTES; start++) {
        start += *start == '\\';
        command[length++] = *start;
    }
    command[length] = '\0';
    return true;
}

static bool object_of(const char *command, char *object) {
    const char *option = strstr(command, " -o ");
    if (option == NULL) {
        return false;
    }
    int length = (int)strcspn(option + 4, " ");
    snprintf(object, PATH_BYTES, "%.*s", length, option + 4);
    return true;
}

static bool compile(FirmwareBuild *build, const char *source, char *stale_object) {
    char command[COMMAND_BYTES];
    char object[PATH_BYTES];
    if (!compile_command(build, source, command) || !object_of(command, object)) {
        fprintf(stderr, "mutations: compile_commands.json does not say how to compile %s\n", source);
        return false;
    }
    if (!run("cd '%s/build' && cp '%s' '%s.good'", build->folder, object, object)) {
        return false;
    }
    snprintf(stale_object, PATH_BYTES, "%s", object);
    return run("cd '%s/build' && %s -w", build->folder, command); // a mistake may well leave something unused
}

static bool link_elf(const FirmwareBuild *build) {
    return run("cd '%s/build' && sh CMakeFiles/" ELF_NAME
               ".dir/link.txt >'%s/log' 2>&1 || { cat '%s/log' >&2; exit 1; }",
               build->folder, build->folder, build->folder);
}

// ---- mutations ----

static void save(FirmwareBuild *build, const char *path, const char *text) {
    for (size_t i = 0; i < MAX_EDITS; i++) {
        SavedText *saved = &build->saved[i];
        if (strcmp(saved->path, path) == 0) {
            return; // an earlier edit of the same file
        }
        if (saved->path[0] == '\0') {
            snprintf(saved->path, sizeof saved->path, "%s", path);
            saved->text = strdup(text);
            return;
        }
    }
}

static bool apply(FirmwareBuild *build, const Mutation *mutation, const Edit *edit) {
    char path[2 * PATH_BYTES];
    snprintf(path, sizeof path, "%s/tree/%s", build->folder, edit->file);
    char *text = read_text(path);
    if (text == NULL) {
        fprintf(stderr, "%s: the firmware has no file %s; change the mutation\n", mutation->name, edit->file);
        return false;
    }
    unsigned count = occurrences(text, edit->find);
    if (count != 1) {
        fprintf(stderr, "%s: expected this text once in %s, found it %u times; change the mutation:\n%s\n",
                mutation->name, edit->file, count, edit->find);
        free(text);
        return false;
    }
    save(build, path, text);
    char *mutated = replaced(text, edit->find, edit->replace);
    bool written = write_text(path, mutated);
    free(mutated);
    free(text);
    return written;
}

static bool is_c_source(const char *path) {
    size_t length = strlen(path);
    return length > 2 && strcmp(path + length - 2, ".c") == 0;
}

bool firmware_build_mutate(FirmwareBuild *build, const Mutation *mutation) {
    for (size_t i = 0; i < MAX_EDITS && mutation->edits[i].file != NULL; i++) {
        if (!apply(build, mutation, &mutation->edits[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < MAX_EDITS && build->saved[i].path[0] != '\0'; i++) {
        if (is_c_source(build->saved[i].path) &&
            !compile(build, build->saved[i].path, build->stale_objects[i])) {
            fprintf(stderr, "%s: does not compile\n", mutation->name);
            return false;
        }
    }
    return link_elf(build);
}

void firmware_build_restore(FirmwareBuild *build) {
    for (size_t i = 0; i < MAX_EDITS; i++) {
        SavedText *saved = &build->saved[i];
        if (saved->path[0] != '\0') {
            write_text(saved->path, saved->text);
            free(saved->text);
            *saved = (SavedText){.text = NULL};
        }
        if (build->stale_objects[i][0] != '\0') {
            run("cd '%s/build' && mv '%s.good' '%s'", build->folder, build->stale_objects[i],
                build->stale_objects[i]);
            build->stale_objects[i][0] = '\0';
        }
    }
}
