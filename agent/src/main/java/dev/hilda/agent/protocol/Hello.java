// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a board says of itself (SPEC.md, "Hello").
 *
 * @param protocolVersion {@link #PROTOCOL_VERSION} if both sides understand each other
 * @param voltageScale 0 to 3 for VOS0 to VOS3
 * @param bootError first start-up step that missed its deadline
 * @param windowFrames DATA frames the board can take at first, 1 to {@link #MOST_WINDOW_FRAMES}
 * @param maxPayloadBytes of a DATA frame, that the board can take; from {@link #LEAST_MAX_PAYLOAD_BYTES}
 * @param modelHash SHA-256 as 64 hexadecimal digits; all zero without a network
 * @param idcode DBGMCU_IDCODE
 * @param uniqueId 12 bytes as 24 hexadecimal digits
 * @param cpuHz as the clock registers are set, from the nominal source
 * @param uartKernelHz clock of the USART
 * @param uartDivider real baud rate = uartKernelHz / uartDivider
 * @param bootCount boots since power-on, this one included
 * @param resetFlags RCC_RSR at boot
 */
public record Hello(
        int protocolVersion,
        FirmwareKind firmwareKind,
        ClockSource clockSource,
        int voltageScale,
        ResetCause resetCause,
        BootError bootError,
        int windowFrames,
        int maxPayloadBytes,
        String firmwareVersion,
        String modelHash,
        int idcode,
        String uniqueId,
        long flashBytes,
        long cpuHz,
        long axiHz,
        long uartKernelHz,
        long uartDivider,
        long bootCount,
        int resetFlags,
        CrashRecord crash) {
    public static final int PROTOCOL_VERSION = 1;

    /** What either end may state as windowFrames is 1 to this: far below the half circle of sequence numbers. */
    public static final int MOST_WINDOW_FRAMES = 8192;
    /** What either end may state as maxPayloadBytes is this to {@link #MOST_MAX_PAYLOAD_BYTES}. */
    public static final int LEAST_MAX_PAYLOAD_BYTES = 128;

    public static final int MOST_MAX_PAYLOAD_BYTES = FrameEncoder.MAX_PAYLOAD_BYTES;

    /** Size on the wire in this version; later ones append. */
    static final int BYTES = 132;

    private static final int FIRMWARE_VERSION_BYTES = 16;
    private static final int MODEL_HASH_BYTES = 32;
    private static final int UNIQUE_ID_BYTES = 12;

    /** What the firmware can do; the order is the wire's, as below. */
    public enum FirmwareKind {
        UNSET,
        BASE,
        NETWORK,
        UNKNOWN
    }

    /** Where the clock comes from. */
    public enum ClockSource {
        UNSET,
        HSE_BYPASS,
        HSI,
        UNKNOWN
    }

    /** Why the chip started. */
    public enum ResetCause {
        UNSET,
        POWER_ON,
        BROWN_OUT,
        PIN,
        SOFTWARE,
        INDEPENDENT_WATCHDOG,
        WINDOW_WATCHDOG,
        LOW_POWER,
        UNKNOWN
    }

    /** The start-up step that failed; after any but NONE and UNKNOWN_REVISION the chip runs at 64 MHz. */
    public enum BootError {
        NONE,
        SUPPLY_NOT_READY,
        VOLTAGE_NOT_READY,
        OVERDRIVE_NOT_READY,
        FLASH_LATENCY_REFUSED,
        HSI_NOT_READY,
        PLL_NOT_READY,
        SWITCH_REFUSED,
        UNKNOWN_REVISION,
        UNKNOWN
    }

    /** Whether an end that states this can be talked to. */
    static boolean isUsable(int protocolVersion, int windowFrames, int maxPayloadBytes) {
        return protocolVersion == PROTOCOL_VERSION
                && windowFrames >= 1
                && windowFrames <= MOST_WINDOW_FRAMES
                && maxPayloadBytes >= LEAST_MAX_PAYLOAD_BYTES
                && maxPayloadBytes <= MOST_MAX_PAYLOAD_BYTES;
    }

    /**
     * Whether the board has restarted since it said something earlier. Its count begins anew when power was away, so that
     * what caused the boot counts too; power lost twice in a row looks like one boot.
     */
    public boolean isOfAnotherBoot(Hello earlier) {
        return bootCount != earlier.bootCount || resetFlags != earlier.resetFlags;
    }

    /** The same board at another rate. */
    public Hello atDivider(long divider) {
        return new Hello(
                protocolVersion,
                firmwareKind,
                clockSource,
                voltageScale,
                resetCause,
                bootError,
                windowFrames,
                maxPayloadBytes,
                firmwareVersion,
                modelHash,
                idcode,
                uniqueId,
                flashBytes,
                cpuHz,
                axiHz,
                uartKernelHz,
                divider,
                bootCount,
                resetFlags,
                crash);
    }

    /** The chip's revision identifier: 0x1003 is revision Y, 0x2003 revision V. */
    public int revisionId() {
        return idcode >>> 16;
    }

    /** The chip's device identifier: 0x450 is STM32H742, H743, H750 and H753. */
    public int deviceId() {
        return idcode & 0xFFF;
    }

    /** The rate at which the board really sends and samples. */
    public double realBaud() {
        return (double) uartKernelHz / uartDivider;
    }

    /** Virtual boards have a unique ID that begins with the letters VIRT. */
    public boolean isVirtual() {
        return uniqueId.startsWith(HexFormat.of().formatHex("VIRT".getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Reads a HELLO payload.
     *
     * @throws ProtocolException when it is too short; a longer one comes from a later version, and the rest is ignored
     */
    static Hello decode(byte[] payload) {
        ProtocolException.requireBytes("hello", BYTES, payload);
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        CrashRecord crash = new CrashRecord(
                WireNames.constant(CrashRecord.Kind.values(), in.get(7)),
                Short.toUnsignedInt(in.getShort(12)),
                in.getInt(108),
                in.getInt(112),
                in.getInt(116),
                in.getInt(120),
                in.getInt(124),
                in.getInt(128));
        return new Hello(
                Short.toUnsignedInt(in.getShort(0)),
                WireNames.constant(FirmwareKind.values(), in.get(2)),
                WireNames.constant(ClockSource.values(), in.get(3)),
                in.get(4),
                WireNames.constant(ResetCause.values(), in.get(5)),
                WireNames.constant(BootError.values(), in.get(6)),
                Short.toUnsignedInt(in.getShort(8)),
                Short.toUnsignedInt(in.getShort(10)),
                text(payload, 16, FIRMWARE_VERSION_BYTES),
                HexFormat.of().formatHex(payload, 32, 32 + MODEL_HASH_BYTES),
                in.getInt(64),
                HexFormat.of().formatHex(payload, 68, 68 + UNIQUE_ID_BYTES),
                Integer.toUnsignedLong(in.getInt(80)),
                Integer.toUnsignedLong(in.getInt(84)),
                Integer.toUnsignedLong(in.getInt(88)),
                Integer.toUnsignedLong(in.getInt(92)),
                Integer.toUnsignedLong(in.getInt(96)),
                Integer.toUnsignedLong(in.getInt(100)),
                in.getInt(104),
                crash);
    }

    /** The HELLO payload, for a board in software. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) protocolVersion)
                .put((byte) WireNames.number(FirmwareKind.values(), firmwareKind))
                .put((byte) WireNames.number(ClockSource.values(), clockSource));
        out.put((byte) voltageScale)
                .put((byte) WireNames.number(ResetCause.values(), resetCause))
                .put((byte) WireNames.number(BootError.values(), bootError));
        out.put((byte) WireNames.number(CrashRecord.Kind.values(), crash.kind()))
                .putShort((short) windowFrames)
                .putShort((short) maxPayloadBytes);
        out.putShort((short) crash.count());
        out.position(16).put(firmwareVersion.getBytes(StandardCharsets.US_ASCII));
        out.position(32).put(HexFormat.of().parseHex(modelHash)).putInt(idcode);
        out.put(HexFormat.of().parseHex(uniqueId));
        out.putInt((int) flashBytes).putInt((int) cpuHz).putInt((int) axiHz);
        out.putInt((int) uartKernelHz)
                .putInt((int) uartDivider)
                .putInt((int) bootCount)
                .putInt(resetFlags);
        out.putInt(crash.pc()).putInt(crash.lr()).putInt(crash.psr());
        out.putInt(crash.cfsr()).putInt(crash.hfsr()).putInt(crash.faultAddress());
        return out.array();
    }

    private static String text(byte[] payload, int offset, int maxBytes) {
        int length = 0;
        while (length < maxBytes && payload[offset + length] != 0) {
            length++;
        }
        return new String(payload, offset, length, StandardCharsets.US_ASCII);
    }
}
