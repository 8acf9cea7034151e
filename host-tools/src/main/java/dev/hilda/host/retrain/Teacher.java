// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.tensor.Batch;
import java.util.List;
import java.util.Map;

/** What the values of a network are to be. */
interface Teacher {
    /** By name, for images as they were drawn; outputs as logits. */
    Map<String, Batch> of(DrawnImages images);

    /** At which outputs are compared. */
    float temperature();

    /** Values that are compared too, beside outputs. */
    List<String> features();
}
