// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import java.util.List;
import java.util.Random;

/** Texts that mean something to a reader of HTML, XML, Markdown, JSON or metrics. */
final class HostileText {
    private static final List<String> PARTS = List.of(
            "<script>alert(1)</script>",
            "</style>",
            "</table>",
            "]]>",
            "<!--",
            "-->",
            "&amp;",
            "&#65;",
            "&nope;",
            "\"",
            "'",
            "|",
            "\\",
            "\\|",
            "`",
            "```",
            "*x*",
            "__y__",
            "~~z~~",
            "[a](http://b.example)",
            "![i](j)",
            "<img src=x>",
            "@team",
            "#12",
            "https://c.example/d",
            "www.e.example",
            "\n",
            "\r\n",
            "\t",
            "\n# heading",
            "\n- item",
            "\n\n---\n",
            "{a=\"b\"} 1\n# EOF\n",
            "$x$",
            "\0",
            "\u0007",
            "\u001b[31m",
            "\u0085",
            "\u00a0",
            "\u202e",
            "\u2066",
            "\u2028",
            "\ud800",
            "\udc00x",
            "\uffff",
            "\ufdd0",
            "😀",
            "é",
            "漢字",
            "plain",
            " ");

    private HostileText() {}

    /** Of one to eight parts; never without a letter. */
    static String of(Random random) {
        StringBuilder text = new StringBuilder("m");
        for (int part = random.nextInt(8); part >= 0; part--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return text.toString();
    }
}
