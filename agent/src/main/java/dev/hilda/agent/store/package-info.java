// SPDX-License-Identifier: Apache-2.0
/**
 * What a bench remembers: every run with what each of its images came to, and the results that no broker has yet. The
 * only package that speaks SQL.
 */
@NullMarked
package dev.hilda.agent.store;

import org.jspecify.annotations.NullMarked;
