// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Any function of one code: each code of the input becomes the one that stands in its place in a table.
 *
 * @param codes of the output, one for each code of the input from 0 to 2^bits − 1
 */
public record LookupLayer(String name, int input, int output, Ints codes) implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.lookup(this);
    }
}
