// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** How a board is found. */
public enum Discovery implements Labelled {
    /** ST-Link and serial port by the USB serial number, through sysfs. */
    USB_SYSFS,
    /** A running virtual board registers itself in the run-time folder. */
    VIRTUAL_REGISTRY
}
