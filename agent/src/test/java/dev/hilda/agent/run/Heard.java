// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.result.Result;
import java.util.ArrayList;
import java.util.List;

/** A listener that keeps what it hears. */
class Heard<R extends Result> implements RunListener<R> {
    final List<String> remarks = new ArrayList<>();
    final List<String> documents = new ArrayList<>();
    final List<R> measured = new ArrayList<>();
    final List<String> places = new ArrayList<>();
    final List<String> topics = new ArrayList<>();

    @Override
    public void progress(String step, long done, long total) {}

    @Override
    public void remark(String text) {
        remarks.add(text);
    }

    @Override
    public void measured(R result) {
        measured.add(result);
    }

    @Override
    public void result(Result result) {
        documents.add(result.toJson());
    }

    @Override
    public void saved(String place) {
        places.add(place);
    }

    @Override
    public void published(String topic) {
        topics.add(topic);
    }
}
