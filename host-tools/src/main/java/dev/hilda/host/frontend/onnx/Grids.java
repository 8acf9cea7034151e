// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.Bits;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import java.util.List;
import java.util.Optional;

/** Scales and zero points of activations: what the file tells of a value, and the graph's values take. */
final class Grids {
    /** What integers make of softmax (INTEGER.md). */
    static final ActivationQuantization PROBABILITIES = new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP);

    private Grids() {}

    /**
     * Of codes as they are stored.
     *
     * @param type of the codes; its zero point is 0 unless there is one
     */
    static ActivationQuantization of(ElementType type, Constant scale, Optional<Constant> zeroPoint) {
        if (!type.isCode()) {
            throw new ImportProblem(
                    "activations in codes of int8, uint8, int4 or uint4",
                    type.toString(),
                    "export the model quantized to 8 bits");
        }
        if (scale.size() != 1) {
            throw new ImportProblem(
                    "one scale of an activation", scale.size() + " of them", "quantize activations per tensor");
        }
        int zero = (int)
                zeroPoint.map(given -> given.scalar("zero point")).orElse(0.0).doubleValue();
        ImportProblem.requireIntact(
                zeroPoint.map(given -> given.type() == type).orElse(true),
                "a zero point of " + type,
                zeroPoint.map(Constant::type));
        int code = zero + type.codeOffset();
        ImportProblem.requireIntact(
                code >= 0 && code <= Bits.highestCode(type.bits()), "a zero point that is a " + type, zero);
        requireScale(scale.get(0));
        return new ActivationQuantization(type.bits(), scale.get(0), code, Rounding.HALF_UP);
    }

    static void requireScale(double scale) {
        ImportProblem.requireIntact(scale > 0 && Double.isFinite(scale), "a positive scale", scale);
    }

    /**
     * Quantizes a tensor of real numbers: tells the grid of the value that holds it, or where that has another already, adds
     * a node that goes from one to the other.
     *
     * @param tensor the file's name of it
     */
    static Activations quantized(NodeImport node, String tensor, Activations real, ActivationQuantization grid) {
        if (node.draft().grid(real.value()).isEmpty() && !node.readers().areQuantizers(tensor)) {
            throw new ImportProblem(
                    "a tensor that only its quantization reads",
                    "\"" + tensor + "\", which others read as real numbers too",
                    "quantize it for all that read it");
        }
        return made(node, real, grid);
    }

    /** The same of what no other node of the file can read as real numbers. */
    static Activations made(NodeImport node, Activations real, ActivationQuantization grid) {
        GraphDraft draft = node.draft();
        String value = real.value();
        if (draft.isProbability(value) && draft.grid(value).isEmpty()) {
            draft.setGrid(value, PROBABILITIES);
        }
        Optional<ActivationQuantization> known = draft.grid(value);
        if (known.isEmpty()) {
            boolean isLimitedInput = draft.inputs().containsKey(value) && !grid.equals(grid.unlimited());
            draft.setGrid(value, isLimitedInput ? grid.unlimited() : grid);
            if (!isLimitedInput) {
                return real;
            }
        } else if (known.get().equals(grid)) {
            return real;
        }
        String made = draft.add(node.entry().output(), new Operator.Requantize(), List.of(value));
        draft.setGrid(made, grid);
        return new Activations(made, real.layout(), real.type());
    }

    /** Tells the grid of codes that are read: those of one value have one. */
    static Activations real(NodeImport node, Activations codes, ActivationQuantization grid) {
        GraphDraft draft = node.draft();
        Optional<ActivationQuantization> known = draft.grid(codes.value());
        known.ifPresent(given -> {
            if (given.scale() != grid.scale() || given.zeroPoint() != grid.zeroPoint()) {
                throw new ImportProblem(
                        "codes read with the scale " + given.scale() + " and zero point they were made with",
                        "scale " + grid.scale(),
                        "export the model again");
            }
        });
        if (known.isEmpty()) {
            draft.setGrid(codes.value(), grid);
        }
        return codes.of(ElementType.FLOAT);
    }
}
