// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.host.quantize.bits.SearchLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * MobileNetV1 0.5_160 on 300 photos, two-fold: each half is judged by networks calibrated on the other. Its self is the same
 * network at 8 bits throughout, calibrated on the same photos.
 */
@Tag("full")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ImageNetQuantizationTest {
    private static final int FOLDS = 2;
    private static final long PLENTY = 1L << 40;
    private static final int RESAMPLINGS = 10_000;
    private static final long SEED = 1;

    @TempDir
    private Path folder;

    private Graph graph;
    private List<Sample> photos;
    private CalibrationData data;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        graph = Logits.of(Canonical.of(new TfliteReader()
                .read(TestData.path("models/mobilenet_v1_0.5_160_quant.tflite"))
                .graph()));
        Path yaml = Files.writeString(folder.resolve("photos.yaml"), """
                name: imagenet-300
                layout: images
                metric: top1
                shape: [160, 160, 3]
                filter: triangle
                square_crop: 0.875
                data: samples/imagenet-300
                labels: samples/imagenet-300/labels.csv
                label_offset: 1
                values: {scale: 0.0078125, offset: -1}
                """);
        DataSet set = DataSets.open(yaml, TestData.path("."));
        photos = set.stream().toList();
        data = CalibrationData.of(set);
    }

    @Test
    void shouldLoseAtMostFourPhotosInAMegabyte() {
        int right = 0;
        int ofEight = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            CalibrationData calibration = calibration(fold);
            right += judged(fold, network(calibration, rule(1_024_000))).right();
            ofEight += judged(fold, network(calibration, eight())).right();
        }
        assertTrue(right >= ofEight - 4, right + " of " + ofEight);
    }

    /** In half a megabyte, by a paired bootstrap over the photos. */
    @Test
    void shouldLoseLessWithTheBitsThatTheSearchFinds() {
        int right = 0;
        int ofRule = 0;
        List<Double> gains = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            CalibrationData calibration = calibration(fold);
            BitAssignment rule = rule(512_000);
            SensitivitySearch.Found found = new SensitivitySearch(
                            graph,
                            budget(512_000),
                            QuantizeOptions.DEFAULT,
                            Overrides.NONE,
                            BitSearch.SENSITIVITY,
                            SearchLimits.NONE)
                    .search(rule, calibration, (step, done, total) -> {});
            Judged self = judged(fold, network(calibration, eight()));
            Judged searched = judged(fold, network(calibration, found.bits()));
            Judged ruled = judged(fold, network(calibration, rule));
            right += searched.right();
            ofRule += ruled.right();
            for (int photo = 0; photo < self.logits().size(); photo++) {
                gains.add(self.divergence(ruled, photo) - self.divergence(searched, photo));
            }
        }
        double gain = gains.stream().mapToDouble(each -> each).average().orElseThrow();
        double worse = shareNotAboveZero(gains);
        assertTrue(worse < 0.01, "gain " + gain + ", p " + worse + ", seed " + SEED);
        assertTrue(right >= ofRule - 3, right + " of " + ofRule);
    }

    /** Of means of as many gains drawn with replacement. */
    private static double shareNotAboveZero(List<Double> gains) {
        SplittableRandom random = new SplittableRandom(SEED);
        int count = 0;
        for (int resampling = 0; resampling < RESAMPLINGS; resampling++) {
            double sum = 0;
            for (int draw = 0; draw < gains.size(); draw++) {
                sum += gains.get(random.nextInt(gains.size()));
            }
            count += sum <= 0 ? 1 : 0;
        }
        return (double) count / RESAMPLINGS;
    }

    private static Budget budget(long flashBytes) {
        return Budget.paper(flashBytes, 256_000).with(RamModel.PLANNED);
    }

    private BitAssignment rule(long flashBytes) {
        return assign(budget(flashBytes));
    }

    private BitAssignment eight() {
        return assign(Budget.paper(PLENTY, PLENTY));
    }

    private BitAssignment assign(Budget budget) {
        return MemoryDrivenAssignment.assign(graph, budget, QuantizeOptions.DEFAULT.variant(), Overrides.NONE);
    }

    private CalibrationData calibration(int fold) {
        return data.chosen(image -> FOLDS * image + 1 - fold, photos.size() / FOLDS);
    }

    private IntegerNetwork network(CalibrationData calibration, BitAssignment bits) {
        return Lowering.lower(
                Quantizer.quantize(graph, calibration, bits, QuantizeOptions.DEFAULT, (step, done, total) -> {})
                        .graph());
    }

    private Judged judged(int fold, IntegerNetwork network) {
        Oracle oracle = Oracle.of(network);
        List<double[]> logits = new ArrayList<>();
        int right = 0;
        for (int photo = fold; photo < photos.size(); photo += FOLDS) {
            byte[] stored = photos.get(photo).codes(network.inputTensors());
            int[] answer = oracle.runCodes(IntStream.range(0, stored.length)
                    .map(index -> Byte.toUnsignedInt(stored[index]))
                    .toArray());
            right += ImportedNetwork.argmax(answer) == photos.get(photo).label().orElseThrow() ? 1 : 0;
            logits.add(network.reals(answer));
        }
        return new Judged(right, logits);
    }

    /** What a network answers to one half. */
    private record Judged(int right, List<double[]> logits) {
        /** KL(this ‖ other) of a photo, in nats. */
        double divergence(Judged other, int photo) {
            double[] own = logProbabilities(logits.get(photo));
            double[] others = logProbabilities(other.logits.get(photo));
            return IntStream.range(0, own.length)
                    .mapToDouble(index -> Math.exp(own[index]) * (own[index] - others[index]))
                    .sum();
        }

        private static double[] logProbabilities(double[] logits) {
            double largest = IntStream.range(0, logits.length)
                    .mapToDouble(index -> logits[index])
                    .max()
                    .orElseThrow();
            double sum = IntStream.range(0, logits.length)
                    .mapToDouble(index -> Math.exp(logits[index] - largest))
                    .sum();
            return IntStream.range(0, logits.length)
                    .mapToDouble(index -> logits[index] - largest - Math.log(sum))
                    .toArray();
        }
    }
}
