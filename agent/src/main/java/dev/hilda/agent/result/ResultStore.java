// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.io.IOException;

/** Where every result is kept, whatever becomes of its publication. */
public interface ResultStore {
    /**
     * Keeps a result, of a run that passed or not: all of it, or after a failure or a power cut nothing.
     *
     * @return where, for people
     */
    String save(Result result) throws IOException;
}
