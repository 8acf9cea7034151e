// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

/**
 * One thing that was looked at.
 *
 * @param subject what, in a word or two
 * @param text what was found
 * @param remedy the command that mends it, or what to do; empty where nothing is wrong
 */
public record Finding(Severity severity, String subject, String text, String remedy) {
    static Finding ok(String subject, String text) {
        return new Finding(Severity.OK, subject, text, "");
    }

    static Finding warning(String subject, String text, String remedy) {
        return new Finding(Severity.WARNING, subject, text, remedy);
    }

    static Finding problem(String subject, String text, String remedy) {
        return new Finding(Severity.PROBLEM, subject, text, remedy);
    }
}
