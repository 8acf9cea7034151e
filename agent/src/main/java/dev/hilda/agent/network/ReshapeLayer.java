package dev.hilda.agent.network;

import java.util.List;

/** The same codes, in the order height, width, channel, under another shape. */
public record ReshapeLayer(String name, int input, int output) implements Layer {
    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }
}
