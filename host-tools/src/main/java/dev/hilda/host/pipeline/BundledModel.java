// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.bundle.Bundle;

/** A bundle, and the model in integers that it was made of. */
public record BundledModel(Bundle bundle, QuantizedModel model) {}
