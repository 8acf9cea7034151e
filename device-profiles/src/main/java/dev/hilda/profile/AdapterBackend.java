// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** How OpenOCD reaches the ST-Link ({@code st-link backend}). */
public enum AdapterBackend implements Labelled {
    USB,
    TCP
}
