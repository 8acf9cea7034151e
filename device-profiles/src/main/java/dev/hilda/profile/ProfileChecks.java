// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold between the parts of a profile. Takes the parts rather than the profile, so that the loader can check
 * those it could read while it reports the others; a missing part skips the checks that need it.
 */
record ProfileChecks(
        @Nullable Verification verifiedOn,
        @Nullable Timing timing,
        @Nullable VoltageScale maxVos,
        @Nullable ChipIdentity chip,
        List<MemoryRegion> memory,
        @Nullable Usart usart,
        @Nullable Probe probe,
        @Nullable OpenOcdSetup openOcd,
        @Nullable NetworkBudget budget) {
    /** Largest deviation between the two ends' rates that 8N1 with 16-fold oversampling tolerates in practice. */
    static final double MAX_BAUD_ERROR = 0.02;

    /**
     * A broken rule.
     *
     * @param path where in the profile, for example {@code usart.baud_ladder}
     */
    record Finding(String path, String expected, String got, String remedy) {
        @Override
        public String toString() {
            return path + ": expected " + expected + ", got " + got + "; " + remedy;
        }
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        checkMemory(findings);
        checkRoles(findings);
        checkRevisions(findings);
        checkBauds(findings);
        checkProbe(findings);
        checkBudget(findings);
        return findings;
    }

    static long bytesFor(List<MemoryRegion> memory, MemoryRole role) {
        return memory.stream()
                .filter(region -> region.isFor(role))
                .mapToLong(MemoryRegion::sizeBytes)
                .sum();
    }

    private void checkMemory(List<Finding> findings) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < memory.size(); i++) {
            MemoryRegion region = memory.get(i);
            if (seen.putIfAbsent(region.name(), i) != null) {
                findings.add(new Finding(
                        "memory." + region.name(), "each region once", "a second " + region.name(), "rename one"));
            }
            for (MemoryRegion earlier : memory.subList(0, i)) {
                if (region.overlaps(earlier)) {
                    findings.add(new Finding(
                            "memory." + region.name(),
                            "regions that do not overlap",
                            extent(region) + " inside " + extent(earlier),
                            "correct origin or size_bytes of one of them"));
                }
            }
        }
    }

    /** What every firmware has must have a place, or the blame falls on the firmware later. */
    private void checkRoles(List<Finding> findings) {
        if (budget == null || memory.isEmpty()) {
            return; // Some region could not be read: it may be the one.
        }
        for (MemoryRole role : List.of(MemoryRole.CODE, MemoryRole.STACK, MemoryRole.DATA)) {
            if (bytesFor(memory, role) == 0) {
                findings.add(new Finding(
                        "memory",
                        "a region with role " + role.label(),
                        "none",
                        "add " + role.label() + " to the roles of the region that holds it"));
            }
        }
    }

    private static String extent(MemoryRegion region) {
        return String.format(Locale.ROOT, "%s 0x%08X…0x%08X", region.name(), region.origin(), region.end() - 1);
    }

    private void checkRevisions(List<Finding> findings) {
        if (chip == null) {
            return;
        }
        Map<Integer, String> seen = new HashMap<>();
        for (ChipRevision revision : chip.revisions()) {
            String path = "chip.revisions." + revision.name();
            String earlier = seen.putIfAbsent(revision.revId(), revision.name());
            if (earlier != null) {
                findings.add(new Finding(
                        path,
                        "a rev_id of its own",
                        String.format(Locale.ROOT, "0x%04X, which is revision %s", revision.revId(), earlier),
                        "look it up in the chip's reference manual, register DBGMCU_IDCODE"));
            }
            if (maxVos != null && !revision.vos().isAllowedBy(maxVos)) {
                findings.add(new Finding(
                        path,
                        "at most max_vos " + maxVos.label(),
                        "vos " + revision.vos().label(),
                        "lower core_hz and vos, or correct max_vos"));
            }
            if (revision.busHz() > revision.coreHz()) {
                findings.add(new Finding(
                        path,
                        "a bus no faster than the core",
                        "bus_hz " + revision.busHz() + " above core_hz " + revision.coreHz(),
                        "correct one of them"));
            }
        }
    }

    private void checkBauds(List<Finding> findings) {
        if (usart == null) {
            return;
        }
        int previous = 0;
        for (int baud : usart.baudLadder()) {
            if (baud <= previous) {
                findings.add(new Finding(
                        "usart.baud_ladder", "ascending rates", baud + " after " + previous, "sort the ladder"));
            }
            previous = baud;
            checkDivider(findings, "usart.baud_ladder", baud);
            if (probe != null && baud > probe.highestReliableBaud()) {
                findings.add(new Finding(
                        "usart.baud_ladder",
                        "rates up to the highest max_reliable_baud, " + probe.highestReliableBaud(),
                        String.valueOf(baud),
                        "remove it"));
            }
        }
        if (!usart.baudLadder().contains(usart.defaultBaud())) {
            findings.add(new Finding(
                    "usart.default_baud",
                    "a rate of baud_ladder",
                    String.valueOf(usart.defaultBaud()),
                    "add it to baud_ladder or choose one of " + usart.baudLadder()));
            checkDivider(findings, "usart.default_baud", usart.defaultBaud());
        }
        if (probe != null && usart.defaultBaud() > probe.reliableBaudOfEveryKind()) {
            findings.add(new Finding(
                    "usart.default_baud",
                    "at most the max_reliable_baud of every probe kind, " + probe.reliableBaudOfEveryKind(),
                    String.valueOf(usart.defaultBaud()),
                    "lower it"));
        }
    }

    private void checkDivider(List<Finding> findings, String path, int baud) {
        if (chip == null) {
            return;
        }
        for (ChipRevision revision : chip.revisions()) {
            long kernelHz = revision.usartKernelHz();
            long brr = UsartTiming.brr(kernelHz, baud);
            double error = UsartTiming.relativeError(kernelHz, baud);
            String got = baud + " baud on revision " + revision.name() + " from " + kernelHz + " Hz";
            if (brr < UsartTiming.MIN_BRR || brr > UsartTiming.MAX_BRR) {
                findings.add(new Finding(
                        path,
                        "a divider BRR of " + UsartTiming.MIN_BRR + "…" + UsartTiming.MAX_BRR,
                        got + ", BRR " + brr,
                        "use a rate of " + (kernelHz / UsartTiming.MAX_BRR + 1) + "…"
                                + kernelHz / UsartTiming.MIN_BRR));
            } else if (error > MAX_BAUD_ERROR) {
                findings.add(new Finding(
                        path,
                        "a rate within 2% of what the divider gives",
                        String.format(Locale.ROOT, "%s, BRR %d, %.1f%% off", got, brr, 100 * error),
                        "use " + kernelHz / brr + " or another rate that divides the kernel clock better"));
            }
        }
    }

    private void checkProbe(List<Finding> findings) {
        if (probe == null) {
            return;
        }
        boolean usb = probe.discovery() == Discovery.USB_SYSFS;
        if (usb == probe.usbIds().isEmpty()) {
            findings.add(new Finding(
                    "probe.usb_ids",
                    usb ? "at least one vendor:product for discovery usb-sysfs" : "none for discovery virtual-registry",
                    probe.usbIds().toString(),
                    usb ? "add for example 0483:374e (ST-Link V3)" : "leave the list empty"));
        }
        AdapterBackend wanted = usb ? AdapterBackend.USB : AdapterBackend.TCP;
        if (openOcd != null && openOcd.backend() != wanted) {
            findings.add(new Finding(
                    "openocd.backend",
                    wanted.label() + " for discovery " + probe.discovery().label(),
                    openOcd.backend().label(),
                    "correct one of them"));
        }
        Set<ProbeType> seen = EnumSet.noneOf(ProbeType.class);
        for (ProbeKind kind : probe.kinds()) {
            if (!seen.add(kind.type())) {
                findings.add(
                        new Finding("probe.kinds." + kind.type().label(), "each type once", "it again", "remove one"));
            }
        }
        checkHonesty(findings, usb);
    }

    /** Nothing estimated may pass for measured: what is not on USB is virtual, and says so wherever it could be mistaken. */
    private void checkHonesty(List<Finding> findings, boolean usb) {
        Timing wantedTiming = usb ? Timing.MEASURED : Timing.ESTIMATED;
        if (timing != null && timing != wantedTiming) {
            findings.add(new Finding(
                    "timing",
                    wantedTiming.label() + " for discovery "
                            + (usb ? Discovery.USB_SYSFS : Discovery.VIRTUAL_REGISTRY).label(),
                    timing.label(),
                    "correct it"));
        }
        if (verifiedOn != null && verifiedOn.ground() == Verification.Ground.SILICON && !usb) {
            findings.add(new Finding(
                    "verified_on",
                    "none or virtual for discovery " + Discovery.VIRTUAL_REGISTRY.label(),
                    verifiedOn.toString(),
                    "correct it"));
        }
        UniqueIdRule wantedRule = usb ? UniqueIdRule.SILICON_ONLY : UniqueIdRule.VIRTUAL_ONLY;
        if (chip != null && chip.uniqueIds() != wantedRule) {
            findings.add(new Finding(
                    "chip.unique_ids", wantedRule.label(), chip.uniqueIds().label(), "correct it"));
        }
    }

    private void checkBudget(List<Finding> findings) {
        if (budget == null || memory.isEmpty()) {
            return;
        }
        long flash = bytesFor(memory, MemoryRole.WEIGHTS);
        if (budget.codeReserveBytes() + budget.flashBytes() > flash) {
            findings.add(new Finding(
                    "budget.flash_bytes",
                    "code_reserve_bytes + flash_bytes within the " + flash + " bytes of regions with role weights",
                    String.valueOf(budget.codeReserveBytes() + budget.flashBytes()),
                    "use flash_bytes: " + Math.max(0, flash - budget.codeReserveBytes())));
        }
        long ram = bytesFor(memory, MemoryRole.ACTIVATIONS);
        if (budget.ramReserveBytes() + budget.ramBytes() > ram) {
            findings.add(new Finding(
                    "budget.ram_bytes",
                    "ram_reserve_bytes + ram_bytes within the " + ram + " bytes of regions with role activations",
                    String.valueOf(budget.ramReserveBytes() + budget.ramBytes()),
                    "use ram_bytes: " + Math.max(0, ram - budget.ramReserveBytes())));
        }
    }
}
