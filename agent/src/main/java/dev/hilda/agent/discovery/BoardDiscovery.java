// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.Clock;
import dev.hilda.profile.BoardProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the boards of a profile that are attached to this host now. */
public final class BoardDiscovery {
    private final UsbDiscovery usb;
    private final RegistryDiscovery registry;

    public BoardDiscovery(UsbDiscovery usb, RegistryDiscovery registry) {
        this.usb = usb;
        this.registry = registry;
    }

    /**
     * Looks at this host.
     *
     * @param environment says where running programs of this user register themselves
     */
    public static BoardDiscovery ofThisHost(Map<String, String> environment) {
        return new BoardDiscovery(UsbDiscovery.ofThisHost(), RegistryDiscovery.ofUser(environment));
    }

    /** The boards that could be one of this profile, and what was there but could not be read. */
    public Findings find(BoardProfile profile) {
        return switch (profile.probe().discovery()) {
            case USB_SYSFS -> usb.find(profile.probe().usbIds());
            case VIRTUAL_REGISTRY -> registry.find();
        };
    }

    /** What takes the probe of a board off the USB and lets it back; empty where it is on none. */
    public Optional<UsbReset> usbReset(BoardProfile profile, String serial, Clock clock) {
        return switch (profile.probe().discovery()) {
            case USB_SYSFS -> Optional.of(new UsbReset(usb, profile.probe().usbIds(), serial, clock));
            case VIRTUAL_REGISTRY -> Optional.empty();
        };
    }

    /**
     * What a search found.
     *
     * @param boards in the order of their serial numbers
     * @param problems one message for each thing that was there but could not be understood
     */
    public record Findings(List<AttachedBoard> boards, List<String> problems) {}
}
