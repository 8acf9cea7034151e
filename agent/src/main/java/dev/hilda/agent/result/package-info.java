// SPDX-License-Identifier: Apache-2.0
/**
 * What a run found, as types that become the JSON of files and topics and are read back from it; the schemas beside them
 * say what every field means. Where results are kept is a port here too. Imports {@code measure}, {@code dataset} (for
 * the metrics), {@code folder}, {@code dev.hilda.profile} and Jackson, and knows no session, board or broker.
 */
@NullMarked
package dev.hilda.agent.result;

import org.jspecify.annotations.NullMarked;
