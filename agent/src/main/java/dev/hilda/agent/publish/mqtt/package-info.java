/** The MQTT 5 adapter. The only package that imports Paho; otherwise {@code board} and {@code publish}. */
@NullMarked
package dev.hilda.agent.publish.mqtt;

import org.jspecify.annotations.NullMarked;
