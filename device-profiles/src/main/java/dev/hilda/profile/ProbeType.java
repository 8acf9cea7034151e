// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** Generation of the ST-Link on the board. */
public enum ProbeType implements Labelled {
    V2_1,
    V3
}
