// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/**
 * Why there is no connection to a broker, and what helps.
 *
 * @param actual what came instead
 * @param remedy the one thing to do next
 */
record MqttDiagnosis(String actual, String remedy) {
    /** Reason codes of MQTT 3.1.1, whose brokers answer in it: another version, a wrong password, not authorized. */
    private static final int OLD_VERSION = 1;

    private static final int OLD_PASSWORD = 4;
    private static final int OLD_NOT_AUTHORIZED = 5;

    /**
     * Why it failed.
     *
     * @param failure of either of Paho's clients
     * @param code its reason code; those of the clients themselves are the same in both
     */
    static MqttDiagnosis of(BrokerAddress broker, Exception failure, int code) {
        Throwable cause = failure.getCause();
        if (cause == null) {
            return ofReason(broker, failure, code);
        }
        if (cause instanceof UnknownHostException) {
            return new MqttDiagnosis("no host of that name", "check the name in the address");
        }
        if (cause instanceof SSLException tls) {
            return ofTls(broker, tls);
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return new MqttDiagnosis(
                    message(cause),
                    "start one (mosquitto -p 1883), or name another with --mqtt mqtt://HOST:PORT or HILDA_MQTT");
        }
        if (cause instanceof SocketTimeoutException) {
            return new MqttDiagnosis(
                    "no connection in time", "check the address, and that no firewall drops what goes there");
        }
        if (cause instanceof EOFException || cause instanceof SocketException) {
            return closed(broker);
        }
        return new MqttDiagnosis("no MQTT: " + message(cause), noBroker(broker));
    }

    /**
     * Why a broker that is connected does not do what it is asked.
     *
     * @param attempt as a verb phrase
     * @param reason code of MQTT 5
     */
    static MqttDiagnosis ofRefusal(BrokerAddress broker, String attempt, int reason) {
        String code = String.format(" (MQTT reason code 0x%02x)", reason);
        if (reason == MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED) {
            String who = broker.userName().orElse("clients without a user");
            return new MqttDiagnosis(
                    "a refusal: not authorized" + code,
                    "let " + who + " " + attempt + " in the broker's access rules, or name a user who may with"
                            + " mqtt://USER@HOST");
        }
        return new MqttDiagnosis("a refusal" + code, "see the broker's log");
    }

    private static MqttDiagnosis ofReason(BrokerAddress broker, Exception failure, int code) {
        return switch (code) {
            case MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED,
                    MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD,
                    OLD_PASSWORD,
                    OLD_NOT_AUTHORIZED ->
                new MqttDiagnosis(
                        "a refusal: not authorized",
                        broker.userName().isPresent()
                                ? "check the user and the password, and what the broker lets this user publish"
                                : "name a user with mqtt://USER@HOST and --mqtt-password-file FILE");
            case MqttReturnCode.RETURN_CODE_UNSUPPORTED_PROTOCOL_VERSION, OLD_VERSION ->
                new MqttDiagnosis(
                        "a broker without MQTT " + broker.version(),
                        broker.version() == MqttVersion.V5
                                ? "use one that speaks it, as mosquitto does since 1.6, or --mqtt-version 3.1.1"
                                : "leave --mqtt-version away, or use a broker that speaks it");
            case MqttClientException.REASON_CODE_CLIENT_TIMEOUT, MqttClientException.REASON_CODE_WRITE_TIMEOUT ->
                new MqttDiagnosis(
                        "a connection, but no answer in time", "restart the broker if it hangs; " + noBroker(broker));
            case MqttClientException.REASON_CODE_CONNECTION_LOST,
                    MqttClientException.REASON_CODE_SERVER_CONNECT_ERROR -> closed(broker);
            case MqttException.REASON_CODE_MALFORMED_PACKET ->
                new MqttDiagnosis("no MQTT: " + failure.getMessage(), noBroker(broker));
            default ->
                new MqttDiagnosis(
                        failure.getMessage() + " (" + code + ")", "see the broker's log; " + noBroker(broker));
        };
    }

    private static MqttDiagnosis ofTls(BrokerAddress broker, SSLException failure) {
        String message = message(failure);
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("pkix") || lower.contains("unable to find valid certification path")) {
            return new MqttDiagnosis(
                    "a certificate that no trusted authority has signed",
                    "name the authority's certificate with --mqtt-ca FILE.pem");
        }
        if (lower.contains("no subject alternative") || lower.contains("no name matching")) {
            return new MqttDiagnosis(
                    "a certificate for another name: " + message, "use the name that the certificate bears");
        }
        if (lower.contains("unsupported or unrecognized ssl message") || lower.contains("plaintext connection")) {
            return new MqttDiagnosis("no TLS at that port", "use mqtt://, or the port that speaks TLS (mostly 8883)");
        }
        if (lower.contains("certificate_required")
                || lower.contains("bad_certificate")
                || lower.contains("handshake_failure")) {
            return new MqttDiagnosis(
                    "a refusal of this client's certificate: " + message,
                    "show one that the broker's authority has signed: --mqtt-cert FILE.pem --mqtt-key FILE.pem");
        }
        return new MqttDiagnosis(
                "no TLS: " + message,
                "compare with openssl s_client -connect " + broker.uri().getHost() + ":" + broker.port());
    }

    private static MqttDiagnosis closed(BrokerAddress broker) {
        return new MqttDiagnosis(
                "a connection that was closed at once",
                broker.isTls()
                        ? "use mqtt:// where that port speaks no TLS (mostly 1883); else see the broker's log: it may ask for"
                                + " a certificate, --mqtt-cert FILE.pem --mqtt-key FILE.pem"
                        : "use mqtts:// where that port speaks TLS (mostly 8883); else see the broker's log");
    }

    private static String noBroker(BrokerAddress broker) {
        return "check that " + broker.uri().getHost() + ":" + broker.port() + " is an MQTT broker"
                + (broker.isTls() ? "" : ", and use mqtts:// where it speaks TLS");
    }

    private static String message(Throwable cause) {
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }
}
