// SPDX-License-Identifier: Apache-2.0
/**
 * Folders that only this user may write, and the check that it is so. Imports {@code board} for failures and nothing else
 * of ours; JDK only.
 */
@NullMarked
package dev.hilda.agent.folder;

import org.jspecify.annotations.NullMarked;
