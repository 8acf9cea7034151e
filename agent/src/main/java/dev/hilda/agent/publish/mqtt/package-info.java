// SPDX-License-Identifier: Apache-2.0
/** The MQTT 5 adapter. The only package that imports Paho; otherwise {@code board}, {@code publish} and SLF4J. */
@NullMarked
package dev.hilda.agent.publish.mqtt;

import org.jspecify.annotations.NullMarked;
