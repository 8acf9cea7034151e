// SPDX-License-Identifier: GPL-2.0-or-later
// Two functions for profile_test.c to find in the linked file.
int first_function(int value);
int second_function(int value);

__attribute__((noinline)) int second_function(int value) { return value * 5 + 7; }
int first_function(int value) { return second_function(value) ^ second_function(value + 1); }
