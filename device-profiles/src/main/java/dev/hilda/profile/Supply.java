// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * What feeds the core. The first write to PWR_CR3 locks it until the next power cycle (RM0433 section 6.8.4), so that a
 * wrong choice makes the chip unreachable.
 */
public enum Supply implements Labelled {
    LDO,
    SMPS_DIRECT
}
