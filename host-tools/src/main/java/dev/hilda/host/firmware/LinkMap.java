// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the linker put where, from the map file that GNU ld writes.
 *
 * @param sections output sections that take memory
 * @param pieces what they are made of, discarded pieces left out
 */
public record LinkMap(List<Section> sections, List<Piece> pieces) {
    private static final String START = "Linker script and memory map";

    /** A name may stand on a line of its own, above address and size. */
    private static final Pattern PLACE = Pattern.compile("^\\s+0x([0-9a-f]+)\\s+0x([0-9a-f]+)(.*)$");

    private static final Pattern OUTPUT_SECTION = Pattern.compile("^(\\.[A-Za-z0-9_.]+)(.*)$");
    private static final Pattern INPUT_SECTION = Pattern.compile("^ (\\.[A-Za-z0-9_.]+|COMMON)(.*)$");
    private static final Pattern LOAD_ADDRESS = Pattern.compile("load address 0x([0-9a-f]+)");

    public LinkMap {
        sections = List.copyOf(sections);
        pieces = List.copyOf(pieces);
    }

    /**
     * An output section.
     *
     * @param range where it is at run time
     * @param loadAddress where its content is stored; the same as its start where it is not copied
     */
    public record Section(String name, AddressRange range, long loadAddress) {}

    /**
     * An input section.
     *
     * @param object file it comes from, relative to the template
     */
    public record Piece(String name, String object, AddressRange range) {}

    /** Reads a map file. */
    public static LinkMap parse(String map) {
        List<Section> sections = new ArrayList<>();
        List<Piece> pieces = new ArrayList<>();
        List<String> lines =
                map.lines().dropWhile(line -> !line.startsWith(START)).toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher output = OUTPUT_SECTION.matcher(lines.get(i));
            Matcher input = INPUT_SECTION.matcher(lines.get(i));
            if (output.matches()) {
                Matcher place = place(output.group(2), lines, i);
                if (place.matches() && sizeBytes(place) > 0) {
                    sections.add(section(output.group(1), place));
                }
            } else if (input.matches()) {
                Matcher place = place(input.group(2), lines, i);
                if (place.matches() && sizeBytes(place) > 0) {
                    pieces.add(new Piece(input.group(1), place.group(3).strip(), range(place)));
                }
            }
        }
        return new LinkMap(
                sections.stream().filter(LinkMap::isInMemory).toList(),
                pieces.stream()
                        .filter(piece -> sections.stream()
                                .anyMatch(section ->
                                        isInMemory(section) && section.range().contains(piece.range())))
                        .toList());
    }

    /** Bytes of the pieces of one object file within a range of addresses. */
    public long bytesOf(String object, AddressRange within) {
        return pieces.stream()
                .filter(piece -> piece.object().equals(object) && within.contains(piece.range()))
                .mapToLong(piece -> piece.range().sizeBytes())
                .sum();
    }

    private static Matcher place(String rest, List<String> lines, int index) {
        boolean onNextLine = rest.isBlank() && index + 1 < lines.size();
        return PLACE.matcher(onNextLine ? lines.get(index + 1) : rest);
    }

    private static Section section(String name, Matcher place) {
        Matcher load = LOAD_ADDRESS.matcher(place.group(3));
        AddressRange range = range(place);
        return new Section(name, range, load.find() ? Long.parseLong(load.group(1), 16) : range.startAddress());
    }

    private static AddressRange range(Matcher place) {
        return new AddressRange(Long.parseLong(place.group(1), 16), sizeBytes(place));
    }

    private static long sizeBytes(Matcher place) {
        return Long.parseLong(place.group(2), 16);
    }

    /** Debug sections have no address of their own: they start at 0, below everything but ITCM, which begins at 0x100. */
    private static boolean isInMemory(Section section) {
        return section.range().startAddress() > 0 && !section.name().startsWith(".debug");
    }
}
