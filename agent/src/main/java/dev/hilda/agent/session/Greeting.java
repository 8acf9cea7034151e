package dev.hilda.agent.session;

import dev.hilda.agent.protocol.Hello;
import dev.hilda.profile.ChipRevision;

/**
 * A hello that has passed every check.
 *
 * @param hello what the firmware said
 * @param revision the chip's revision, as the profile knows it
 */
public record Greeting(Hello hello, ChipRevision revision) {}
