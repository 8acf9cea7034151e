package dev.hilda.profile;

/** Whether the project has run on this board. */
public enum BoardStatus implements Labelled {
    /** Firmware and tools are tested for this chip; on silicon, or on the virtual board that stands in for it. */
    TESTED,
    /** Data only: flashed only when the user insists. */
    UNTESTED
}
