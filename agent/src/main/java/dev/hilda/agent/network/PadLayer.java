package dev.hilda.agent.network;

import java.util.List;

/** The input surrounded by its zero point. */
public record PadLayer(String name, int input, int output, int top, int bottom, int left, int right) implements Layer {
    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }
}
