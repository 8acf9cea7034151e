// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that the board's answers go to, or are held against.
 *
 * @param predictions what the board made of each input, written by the run: {@code .csv} or {@code .npy}
 * @param reference what the user's own framework made of them: {@code .npy}
 */
public record AnswerFiles(Optional<Path> predictions, Optional<Path> reference) {
    public static final AnswerFiles NONE = new AnswerFiles(Optional.empty(), Optional.empty());
}
