// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.profile.Labelled;

/** How much a finding matters. */
public enum Severity implements Labelled {
    OK,
    /** Some of what HILDA does will fail, or nothing is known. */
    WARNING,
    /** What this host is used for fails. */
    PROBLEM
}
