// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import java.util.ArrayList;
import java.util.List;

/** What is published of a result, now or later. */
public final class ResultMessages {
    private ResultMessages() {}

    /** At the topics of the run's own bench and board. */
    public static List<Message> of(Result result) {
        RunIdentity run = result.run();
        return of(result, Topics.of(run.bench(), run.board(), run.boardSerial()));
    }

    /** One that came to its end is also the latest of its model, with the times of its layers. */
    public static List<Message> of(Result result, Topics topics) {
        String document = result.toJson();
        List<Message> messages = new ArrayList<>();
        messages.add(Message.document(topics.result(), document, false, result.run()));
        if (result.outcome().complete()) {
            messages.add(Message.document(latest(result, topics), document, true, result.run()));
            result.layerTimes()
                    .ifPresent(times -> messages.add(Message.document(
                            topics.layers(Topics.levelOf(times.model())), times.toJson(), true, times.run())));
        }
        return messages;
    }

    /** Where the latest result of its model stands. */
    public static String latest(Result result, Topics topics) {
        return topics.latest(Topics.levelOf(result.subject()));
    }
}
