// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputValues;
import dev.hilda.agent.dataset.RealMapping;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/** Inputs like those that the network will meet; calibration asks for no labels. Read several times, in order. */
public interface CalibrationData {
    /** Images. */
    int size();

    /**
     * What the float network reads, in the order height, width, channel, one input after the other.
     *
     * @param index 0 … size − 1
     */
    float[] image(int index);

    /** What an image is, where that is known. */
    default OptionalInt label(int index) {
        return OptionalInt.empty();
    }

    /**
     * The quantization whose codes are the stored bytes; empty when they are not bytes.
     *
     * @param input position among the network's
     */
    Optional<ActivationQuantization> stored(int input);

    /**
     * Some of the images.
     *
     * @param indexAt of each of them among all
     * @param count how many
     */
    default CalibrationData chosen(IntUnaryOperator indexAt, int count) {
        CalibrationData all = this;
        return new CalibrationData() {
            @Override
            public int size() {
                return count;
            }

            @Override
            public float[] image(int index) {
                return all.image(indexAt.applyAsInt(index));
            }

            @Override
            public OptionalInt label(int index) {
                return all.label(indexAt.applyAsInt(index));
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return all.stored(input);
            }
        };
    }

    /** The samples of a data set, their parts in the order of the network's inputs. */
    static CalibrationData of(DataSet set) {
        return new CalibrationData() {
            @Override
            public int size() {
                return set.size();
            }

            @Override
            public float[] image(int index) {
                return set.sample(index).reals();
            }

            @Override
            public OptionalInt label(int index) {
                return set.label(index);
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                InputValues values = set.sample(0).inputs().get(input);
                return switch (values.type()) {
                    case U8 -> bytes(values.mapping(), 0);
                    case I8 -> bytes(values.mapping(), 128);
                    case F32 -> Optional.empty();
                };
            }
        };
    }

    /**
     * real = scale × stored + offset = scale × (code − zero point) with code = stored + shift. A zero point of a half step is
     * rounded down: the codes of {@link dev.hilda.agent.dataset.InputValues#codes} then are the stored bytes, and what is half a
     * step too high becomes part of the first layer's bias.
     */
    private static Optional<ActivationQuantization> bytes(RealMapping mapping, int shift) {
        double zeroPoint = Math.ceil(shift - mapping.offset() / mapping.scale() - 0.5 - 0x1p-20);
        if (mapping.scale() < 0 || zeroPoint < 0 || zeroPoint > 255) {
            return Optional.empty();
        }
        return Optional.of(new ActivationQuantization(8, mapping.scale(), (int) zeroPoint, Rounding.HALF_UP));
    }
}
