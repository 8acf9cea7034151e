// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** Where cycle counts come from: silicon, or a model of it. Travels with every result. */
public enum Timing implements Labelled {
    MEASURED,
    ESTIMATED
}
