// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.publish.Message;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Puts what arrives into a queue and does nothing else: work inside Paho's callbacks can block the client for ever. */
final class ArrivalQueue implements MqttCallback {
    private static final Logger LOG = LoggerFactory.getLogger(ArrivalQueue.class);

    private final @Nullable Map<String, String> context = MDC.getCopyOfContextMap();
    private final Queue<Message> arrived;

    ArrivalQueue(Queue<Message> arrived) {
        this.arrived = arrived;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        MqttProperties properties = message.getProperties();
        Map<String, String> userProperties = properties.getUserProperties().stream()
                .collect(Collectors.toMap(UserProperty::getKey, UserProperty::getValue, (first, last) -> last));
        String contentType = properties.getContentType() == null ? "" : properties.getContentType();
        arrived.add(new Message(
                topic,
                new String(message.getPayload(), StandardCharsets.UTF_8),
                contentType,
                message.isRetained(),
                userProperties));
    }

    /** On a thread of Paho's, which works for the run that opened the connection. */
    @Override
    public void disconnected(MqttDisconnectResponse response) {
        if (context != null) {
            MDC.setContextMap(context);
        }
        LOG.warn("the connection to the broker has ended: {}", response);
    }

    @Override
    public void mqttErrorOccurred(MqttException failure) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
