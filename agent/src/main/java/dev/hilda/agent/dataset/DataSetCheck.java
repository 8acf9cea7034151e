// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What reading the whole of a data set shows.
 *
 * @param samples of the set, readable or not
 * @param classes labels in their order, those of the key {@code classes} without samples too
 * @param inputs how a network's input holds the values, where there is a network of integers it fits
 * @param problems a line each; none where the set can be used
 * @param remarks what a person should look at
 */
public record DataSetCheck(
        String name,
        int samples,
        List<ClassCount> classes,
        Optional<InputShares> inputs,
        List<String> problems,
        List<String> remarks) {
    /**
     * Samples of a label.
     *
     * @param name empty where the set does not name it
     */
    public record ClassCount(int label, Optional<String> name, int samples) {}

    public DataSetCheck {
        classes = List.copyOf(classes);
        problems = List.copyOf(problems);
        remarks = List.copyOf(remarks);
    }

    /**
     * Reads every sample.
     *
     * @param network that is to read them, where one was named
     * @param readable hears of each sample that can be read
     */
    public static DataSetCheck of(DataSet set, Optional<NetworkInput> network, Consumer<Sample> readable) {
        return new Reading(set, network).read(readable);
    }

    public boolean isSound() {
        return problems.isEmpty();
    }

    private static final class Reading {
        private final DataSet set;
        private final Optional<NetworkInput> network;
        private final Optional<InputTallies> tally;
        private final Map<Integer, Integer> counts = new TreeMap<>();
        private final List<String> problems = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();
        private int readableSamples;

        Reading(DataSet set, Optional<NetworkInput> network) {
            this.set = set;
            this.network = network;
            this.tally = network.filter(
                            input -> !input.tensors().isEmpty() && misfit(input).isEmpty())
                    .map(input -> new InputTallies(input.tensors()));
        }

        DataSetCheck read(Consumer<Sample> readable) {
            set.labels().forEach(label -> counts.merge(label, 1, Integer::sum));
            set.classLabels().forEach(label -> counts.putIfAbsent(label, 0));
            for (int index = 0; index < set.size(); index++) {
                try {
                    Sample sample = set.sample(index);
                    readableSamples++;
                    tally.ifPresent(counter -> counter.add(sample));
                    readable.accept(sample);
                } catch (DataSetException unreadable) {
                    problems.add(unreadable.oneLine());
                }
            }
            judge();
            Optional<InputShares> shares = readableSamples == 0 ? Optional.empty() : tally.map(InputTallies::shares);
            shares.ifPresent(this::judgeValues);
            return new DataSetCheck(set.name(), set.size(), classes(), shares, problems, remarks);
        }

        private void judge() {
            if (!set.isJudged()) {
                remarks.add("no metric: the set serves for calibration only");
            } else {
                try {
                    set.metric();
                } catch (DataSetException lacking) {
                    problems.add(lacking.oneLine());
                }
            }
            network.ifPresent(this::judgeFor);
            counts.forEach((label, samples) -> {
                if (samples == 0) {
                    remarks.add("class " + label + " (" + set.className(label).orElse("") + ") has no sample");
                }
            });
        }

        private void judgeValues(InputShares shares) {
            double calibrated = network.map(NetworkInput::calibratedClipping).orElse(0.0);
            InputShares.Verdict verdict = shares.verdict(calibrated);
            if (verdict != InputShares.Verdict.FITTING) {
                String text = "values: expected " + shares.expected() + ", got " + shares.actual(calibrated) + "; "
                        + shares.remedy();
                (verdict == InputShares.Verdict.WRONG ? problems : remarks).add(text);
            }
        }

        private void judgeFor(NetworkInput input) {
            misfit(input).ifPresent(problems::add);
            try {
                NetworkOutput judged = input.outputs().get(set.judged(input.outputs()));
                judgeLabels(judged.shape().elements());
            } catch (DataSetException unknown) {
                problems.add(unknown.oneLine());
            }
        }

        private Optional<String> misfit(NetworkInput input) {
            try {
                set.requireInputs(input.slots());
                return Optional.empty();
            } catch (DataSetException other) {
                return Optional.of(other.oneLine());
            }
        }

        private void judgeLabels(int outputs) {
            int largest = set.largestLabel().orElse(0);
            if (largest >= outputs && outputs > 1) {
                problems.add("labels: expected 0 to " + (outputs - 1) + ", as the network has " + outputs
                        + " outputs, got " + largest);
            }
            long named = set.classLabels().count();
            if (named > 0 && named < outputs) {
                remarks.add("the set names " + named + " classes, the network has " + outputs
                        + " outputs: labels must be the numbers of the network's outputs; list all of its classes, in its"
                        + " order, as classes, or give numbers as labels");
            }
        }

        private List<ClassCount> classes() {
            return counts.entrySet().stream()
                    .map(count -> new ClassCount(count.getKey(), set.className(count.getKey()), count.getValue()))
                    .toList();
        }
    }
}
