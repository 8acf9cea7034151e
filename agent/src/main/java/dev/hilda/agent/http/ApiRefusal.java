// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;

/** A request that is not done, and why. */
public final class ApiRefusal extends RuntimeException {
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int CONFLICT = 409;
    public static final int TOO_LARGE = 413;

    /** Of contents that are understood, but that nobody vouches for; nothing else is answered so. */
    public static final int UNTRUSTED = 422;

    public static final int INTERNAL = 500;

    private static final long serialVersionUID = 1L;

    private final int status;
    private final BenchFailure reason;

    /** @param status by RFC 9110 */
    public ApiRefusal(int status, BenchFailure reason) {
        super(reason.getMessage(), reason);
        this.status = status;
        this.reason = reason;
    }

    /** Of a request that is wrong in itself. */
    public static ApiRefusal of(int status, String attempted, String expected, String actual, String remedy) {
        return new ApiRefusal(
                status,
                BenchFailure.of(FailureKind.SERVICE, attempted)
                        .expected(expected)
                        .actual(actual)
                        .remedy(remedy)
                        .failure());
    }

    public int status() {
        return status;
    }

    public BenchFailure reason() {
        return reason;
    }
}
