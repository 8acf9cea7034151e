// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often a run was interrupted and went on; no image was lost or counted twice.
 *
 * @param resumes how often
 * @param resumeCauses why, in order: {@code host-pause}, {@code replug}, {@code hang}, {@code line}, what
 *     crashed the firmware, or the board's reset cause
 * @param resumeImages the first image without an answer then, counted from 0
 */
public record ResumeResult(long resumes, List<String> resumeCauses, List<Long> resumeImages) {
    public ResumeResult {
        resumeCauses = List.copyOf(resumeCauses);
        resumeImages = List.copyOf(resumeImages);
    }

    String remark() {
        return "the run was interrupted and went on, "
                + IntStream.range(0, resumeCauses.size())
                        .mapToObj(index -> "at image " + resumeImages.get(index) + " (" + resumeCauses.get(index) + ")")
                        .collect(Collectors.joining(", "));
    }
}
