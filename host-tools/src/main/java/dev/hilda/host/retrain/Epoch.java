// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/**
 * How far training is after an epoch; 0 is the start.
 *
 * @param loss mean of the epoch's steps; NaN before the first
 * @param divergence of the held-back images: mean KL(float ‖ fake-quantized), or cross entropy with labels, in nats
 * @param agreement share of them whose largest output is the float network's, or the label
 * @param imagesPerSecond trained
 * @param rateShare that rates are multiplied with: less than 1 where the first epoch led away and training began anew
 */
public record Epoch(
        int number, double loss, double divergence, double agreement, double imagesPerSecond, double rateShare) {}
