package dev.hilda.agent.network;

import java.util.List;

/** Largest code inside the input; bits, scale and zero point of input and output are equal. */
public record MaxPoolLayer(String name, int input, int output, Window window, int low, int high) implements Layer {
    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }
}
