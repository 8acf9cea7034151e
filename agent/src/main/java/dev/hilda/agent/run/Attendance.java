// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

/** Whether somebody sees what becomes of a board. */
public enum Attendance {
    /** A person has asked for it: flashes always, also what is worn, with a warning. */
    ATTENDED,
    /** A service: flashes only what is not there, and nothing that has borne all that its datasheet promises. */
    UNATTENDED
}
