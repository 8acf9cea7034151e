// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import java.nio.file.Path;

/** A quantized model file on the oracle, with its own quantization. */
final class ImportedNetwork {
    private final Oracle oracle;

    private ImportedNetwork(Oracle oracle) {
        this.oracle = oracle;
    }

    static ImportedNetwork of(Path model) {
        return new ImportedNetwork(Oracle.of(Lowering.lower(
                Canonical.of(new TfliteReader().read(model).quantized().orElseThrow()))));
    }

    IntegerNetwork network() {
        return oracle.network();
    }

    /** Output codes for input codes that are bytes of a uint8 tensor. */
    int[] ofUint8(byte[] input) {
        return run(input, 0);
    }

    /** Output codes, unsigned, for input codes that are bytes of an int8 tensor. */
    int[] ofInt8(byte[] input) {
        return run(input, 128);
    }

    private int[] run(byte[] input, int offset) {
        int[] codes = new int[input.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (input[i] + offset) & 0xFF;
        }
        return oracle.runCodes(codes);
    }

    /** Index of the largest value, the first of equals. */
    static int argmax(int[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
