// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/** Whether anybody at a bench can be asked. */
public enum BenchState {
    ONLINE,
    OFFLINE
}
