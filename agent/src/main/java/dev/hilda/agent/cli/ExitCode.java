// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.FailureKind;

/** Exit codes of {@code hilda}. Scripts and CI tell usage, bench faults and regressions apart by them. */
public enum ExitCode {
    OK(0),
    INTERNAL_ERROR(1),
    USAGE(2),
    PROFILE(3),
    BUILD(4),
    NO_BOARD(5),
    FLASH(6),
    BOOT(7),
    LINK(8),
    TIMEOUT(9),
    PUBLISH(10),
    INPUT_FILE(11),
    REGRESSION(12),
    MODEL(13),
    INPUTS(14),
    /** As the one above, whose command judges no runs. */
    BENCH_FAULT(14),
    OPEN(15),
    STORE(16),
    CONFIGURATION(17),
    SERVICE(18),
    SIGNATURE(19),
    REPRODUCIBILITY(20),
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process exit status, 0–255. */
    public int code() {
        return code;
    }

    public static ExitCode of(FailureKind kind) {
        return switch (kind) {
            case PROFILE -> PROFILE;
            case BUILD -> BUILD;
            case BENCH -> NO_BOARD;
            case FLASH -> FLASH;
            case BOOT -> BOOT;
            case LINK -> LINK;
            case TIMEOUT -> TIMEOUT;
            case PUBLISH -> PUBLISH;
            case BUNDLE, DATASET -> INPUT_FILE;
            case MODEL, QUANTIZE -> MODEL;
            case INPUTS -> INPUTS;
            case STORE -> STORE;
            case CONFIGURATION -> CONFIGURATION;
            case SERVICE -> SERVICE;
            case SIGNATURE -> SIGNATURE;
            case REPRODUCIBILITY -> REPRODUCIBILITY;
            case PARITY, ACCURACY, LATENCY -> REGRESSION;
        };
    }
}
