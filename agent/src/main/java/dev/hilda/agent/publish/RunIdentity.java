package dev.hilda.agent.publish;

import java.time.Instant;

/**
 * Which run a document is about.
 *
 * @param runId unique, for de-duplication
 * @param time when the run began
 * @param bench as in the topics
 * @param board name of the board's profile, as in the topics
 * @param boardSerial serial number of the ST-Link
 * @param timing {@code measured} or {@code estimated}
 */
public record RunIdentity(String runId, Instant time, String bench, String board, String boardSerial, String timing) {}
