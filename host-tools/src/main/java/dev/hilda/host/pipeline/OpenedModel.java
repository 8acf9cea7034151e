// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.frontend.ImportedModel;

/** A request with its model read, and with what its effort means for that. */
public record OpenedModel(QuantizeRequest request, ImportedModel model) {
    /**
     * Reads the model of a request.
     *
     * @throws dev.hilda.host.frontend.ModelException when it cannot be read
     */
    public static OpenedModel of(QuantizeRequest request) {
        ImportedModel model = ModelFiles.read(request.model());
        QuantizeRequest whole =
                request.effort().training(model.graph()).map(request::with).orElse(request);
        return new OpenedModel(whole, model);
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
