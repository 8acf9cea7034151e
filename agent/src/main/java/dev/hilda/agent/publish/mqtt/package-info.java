// SPDX-License-Identifier: Apache-2.0
/** The adapter of MQTT 5 and 3.1.1. The only package that imports Paho; otherwise {@code board}, {@code publish} and SLF4J. */
@NullMarked
package dev.hilda.agent.publish.mqtt;

import org.jspecify.annotations.NullMarked;
