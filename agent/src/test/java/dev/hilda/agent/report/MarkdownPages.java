// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** Comments as a parser of GitHub's tables reads them. */
final class MarkdownPages {
    /** Kinds of all nodes but texts, in order; tags as they are. */
    final List<String> structure = new ArrayList<>();

    /** Of the whole, without what parts words. */
    final String text;

    private final StringBuilder texts = new StringBuilder();

    MarkdownPages(String markdown) {
        Parser.builder()
                .extensions(List.of(TablesExtension.create()))
                .build()
                .parse(markdown)
                .accept(new Reading());
        text = texts.toString().replace("\u200b", "");
    }

    private final class Reading extends AbstractVisitor {
        @Override
        protected void visitChildren(Node parent) {
            boolean isText = parent instanceof Text;
            if (!isText) {
                structure.add(parent.getClass().getSimpleName());
            }
            super.visitChildren(parent);
            if (parent instanceof Heading || parent instanceof CustomBlock || parent instanceof CustomNode) {
                texts.append('\n');
            }
        }

        @Override
        public void visit(Text node) {
            texts.append(node.getLiteral());
        }

        @Override
        public void visit(Code node) {
            structure.add("code");
            texts.append(node.getLiteral());
        }

        @Override
        public void visit(HtmlInline node) {
            if (!node.getLiteral().equals("</code>")) {
                structure.add(node.getLiteral().replace("<code>", "code"));
            }
            texts.append(node.getLiteral().equals("<br>") ? "\n" : "");
        }

        @Override
        public void visit(HtmlBlock node) {
            structure.add(node.getLiteral());
        }

        @Override
        public void visit(Link node) {
            structure.add("link");
            super.visit(node);
        }

        @Override
        public void visit(Image node) {
            structure.add("image");
            super.visit(node);
        }

        @Override
        public void visit(SoftLineBreak node) {
            texts.append('\n');
        }

        @Override
        public void visit(HardLineBreak node) {
            structure.add("break");
        }
    }
}
