// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * What a network's run was about.
 *
 * @param model name of the network
 * @param modelHash SHA-256 of the network, which the firmware says in its hello
 * @param dataSet name of the data set
 */
public record Workload(String model, String modelHash, String dataSet) {}
