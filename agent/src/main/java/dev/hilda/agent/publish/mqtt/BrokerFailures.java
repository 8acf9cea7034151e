// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;

/** What a broker did not do, as a failure of kind publish. */
final class BrokerFailures {
    private BrokerFailures() {}

    /** There is no connection. */
    static BenchFailure unreachable(BrokerAddress broker, MqttDiagnosis diagnosis, Exception cause) {
        return of("connect to the MQTT broker", "a broker at " + broker, diagnosis)
                .cause(cause)
                .failure();
    }

    /** It did not answer. */
    static BenchFailure failed(BrokerAddress broker, String attempt, MqttDiagnosis diagnosis, Exception cause) {
        return of(attempt, "an acknowledgement by " + broker, diagnosis)
                .cause(cause)
                .failure();
    }

    /** It said no. */
    static BenchFailure refused(BrokerAddress broker, String attempt, MqttDiagnosis diagnosis) {
        return of(attempt, "acceptance by " + broker, diagnosis).failure();
    }

    private static BenchFailure.Builder of(String attempt, String expected, MqttDiagnosis diagnosis) {
        return BenchFailure.of(FailureKind.PUBLISH, attempt)
                .expected(expected)
                .actual(diagnosis.actual())
                .remedy(diagnosis.remedy());
    }
}
