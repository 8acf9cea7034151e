// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An element of HTML, SVG or XML. What it writes is well-formed XML that browsers read as the same HTML; any text may be in it
 * and stays text.
 */
final class Element {
    /** HTML elements that have no end. */
    private static final Set<String> VOID = Set.of("br", "img", "meta");

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<String> written = new ArrayList<>();

    private Element(String name) {
        this.name = name;
    }

    static Element of(String name) {
        return new Element(name);
    }

    /** An element of one text. */
    static Element of(String name, String text) {
        return of(name).text(text);
    }

    /**
     * Style or script, which HTML reads as it stands.
     *
     * @param code without {@code <} and {@code &}
     */
    static Element code(String name, String code) {
        if (code.contains("<") || code.contains("&")) {
            throw new IllegalArgumentException("expected code without < and &, got " + code);
        }
        Element element = of(name);
        element.written.add(code);
        return element;
    }

    Element with(String attribute, String value) {
        attributes.put(attribute, value);
        return this;
    }

    Element text(String text) {
        written.add(escaped(text));
        return this;
    }

    Element add(Element child) {
        written.add(child.toString());
        return this;
    }

    Element add(List<Element> children) {
        children.forEach(this::add);
        return this;
    }

    /** As it is written. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<").append(name);
        attributes.forEach((attribute, value) -> text.append(' ')
                .append(attribute)
                .append("=\"")
                .append(escaped(value).replace("\n", "&#10;").replace("\t", "&#9;"))
                .append('"'));
        if (VOID.contains(name)) {
            return text.append(" />").toString();
        }
        return text.append('>')
                .append(String.join("", written))
                .append("</")
                .append(name)
                .append('>')
                .toString();
    }

    private static String escaped(String text) {
        return Legible.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
