// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Pages as the JDK's XML parser reads them. */
final class XmlPages {
    private XmlPages() {}

    static Document parse(String page) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
        } catch (Exception e) {
            throw new AssertionError("no well-formed XML: " + e.getMessage() + "\n" + page, e);
        }
    }

    static List<Element> elements(Document page, String name) {
        List<Element> elements = new ArrayList<>();
        NodeList found = page.getElementsByTagName(name);
        for (int index = 0; index < found.getLength(); index++) {
            elements.add((Element) found.item(index));
        }
        return elements;
    }

    /** Names of all elements and of their attributes, in order. */
    static List<String> structure(Node node) {
        List<String> names = new ArrayList<>();
        if (node instanceof Element element) {
            StringBuilder name = new StringBuilder(element.getTagName());
            for (int index = 0; index < element.getAttributes().getLength(); index++) {
                String attribute = element.getAttributes().item(index).getNodeName();
                // Its value follows the length of texts.
                name.append(attribute.equals("class") ? "" : " " + attribute);
            }
            names.add(name.toString());
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            names.addAll(structure(child));
        }
        return names;
    }
}
