// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.frontend.ImportedModel;

/** A request with its model read. */
public record OpenedModel(QuantizeRequest request, ImportedModel model) {
    /**
     * Reads the model of a request.
     *
     * @throws dev.hilda.host.frontend.ModelException when it cannot be read
     */
    public static OpenedModel of(QuantizeRequest request) {
        return new OpenedModel(request, ModelFiles.read(request.model()));
    }

    /** Whether the file's own quantization is to stay. */
    public boolean keepsItsQuantization() {
        return model.isQuantized() && !request.requantize();
    }

    /** Whether that lacks the codes of inputs, which calibration data decide. */
    public boolean hasOpenInputs() {
        return model.open().isPresent() && !request.requantize();
    }
}
