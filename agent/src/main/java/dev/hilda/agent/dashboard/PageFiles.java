// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.http.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What a browser loads, from the class path. */
final class PageFiles {
    private static final String UPLOT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final List<String> SCRIPTS =
            List.of("page", "entries", "dom", "words", "night", "boards", "results", "charts", "reserve");

    private PageFiles() {}

    /** By the path that a browser asks for. */
    static Map<String, Content> all() {
        Map<String, Content> files = new LinkedHashMap<>();
        files.put("/", own("page.html", HTML));
        files.put("/page.css", own("page.css", STYLE));
        files.put("/icon.svg", own("icon.svg", "image/svg+xml"));
        SCRIPTS.forEach(name -> files.put("/" + name + ".js", own(name + ".js", SCRIPT)));
        String uplot = "/META-INF/resources/webjars/uplot/" + version() + "/dist/";
        files.put("/uplot/uplot.js", read(uplot + "uPlot.esm.js", SCRIPT));
        files.put("/uplot/uplot.css", read(uplot + "uPlot.min.css", STYLE));
        return files;
    }

    private static Content own(String name, String type) {
        return read(name, type);
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = require(UPLOT)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static Content read(String resource, String type) {
        try (InputStream in = require(resource)) {
            return new Content(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream require(String resource) {
        InputStream in = PageFiles.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("no resource " + resource);
        }
        return in;
    }
}
