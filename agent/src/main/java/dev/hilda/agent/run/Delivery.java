// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.result.Outbox;

/**
 * Where results go.
 *
 * @param broker hears of them
 * @param isRequired whether the user named that broker, so that a run without it has failed
 * @param outbox where results wait otherwise
 */
public record Delivery(BrokerAddress broker, boolean isRequired, Outbox outbox) {}
