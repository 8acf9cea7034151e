// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A browser without a screen, with a profile of its own, that reaches this machine alone. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> GRAVE = List.of("serious", "critical");

    private final ChromeDriver driver;

    /** @param folder for its profile */
    Browser(Path folder) throws IOException {
        TestBench.requireTool("chromium");
        TestBench.requireTool("chromedriver");
        // No name but this machine's is resolved: a request that leaves would fail, and be seen in the list of
        // requests.
        ChromeOptions options = new ChromeOptions()
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                        "--user-data-dir="
                                + Files.createDirectories(folder.resolve("browser"))
                                        .toAbsolutePath());
        options.setBinary("/usr/bin/chromium");
        options.setCapability("goog:loggingPrefs", Map.of("performance", "ALL", "browser", "ALL"));
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .build(),
                options);
        size(1280, 900);
    }

    void open(String url) {
        driver.get(url);
    }

    void reload() {
        driver.navigate().refresh();
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.manage().window().setSize(new Dimension(width, height));
    }

    void prefers(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** What is seen of the elements that a CSS selector finds; nothing where there are none. */
    String text(String selector) {
        return String.valueOf(driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join('\\n').replaceAll('\\u00a0', ' ')",
                selector));
    }

    void await(String selector, String text) throws InterruptedException {
        await(
                () -> text(selector).contains(text),
                () -> selector + " says: " + text(selector) + "\nconnection: " + text("#connection") + "\n" + log());
    }

    void awaitGone(String selector, String text) throws InterruptedException {
        await(() -> !text(selector).contains(text), () -> selector + " still says: " + text(selector));
    }

    void await(Supplier<Boolean> isSo, Supplier<String> instead) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isTrue(isSo)) {
            if (System.nanoTime() > deadline) {
                Assertions.fail(instead.get());
            }
            Thread.sleep(50);
        }
    }

    /** A page that is just loading has no elements. */
    private static boolean isTrue(Supplier<Boolean> isSo) {
        try {
            return isSo.get();
        } catch (JavascriptException | StaleElementReferenceException e) {
            return false;
        }
    }

    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    Object script(String script, Object... arguments) {
        return Objects.requireNonNull(driver.executeScript(script, arguments), script);
    }

    /** What makes the page wider than the window: nothing but what scrolls by itself may be. */
    List<Object> tooWide() {
        return List.copyOf((List<?>) driver.executeScript(
                "return document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll('body *')]"
                        + ".filter(e => !e.closest('.wide, .unseen') && e.getBoundingClientRect().right > window.innerWidth)"
                        + ".map(e => e.outerHTML.slice(0, 120))"));
    }

    void picture(Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What the console says, for failures. */
    String log() {
        return String.join(
                "\n",
                driver.manage().logs().get("browser").getAll().stream()
                        .map(Object::toString)
                        .toList());
    }

    /** Addresses of all requests since the last call. */
    List<String> requests() throws IOException {
        List<String> urls = new ArrayList<>();
        for (var entry : driver.manage().logs().get("performance").getAll()) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                urls.add(message.path("params").path("request").path("url").asText());
            }
        }
        return urls;
    }

    /** What axe-core finds that is serious or critical. */
    List<String> graveFindings() throws IOException {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"), "axe.min.js")) {
            driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        JsonNode found = JSON.readTree(
                String.valueOf(
                        driver.executeAsyncScript(
                                "const done = arguments[arguments.length - 1];"
                                        + "axe.run(document).then(found => done(JSON.stringify(found)), e => done('{\"error\":' + JSON.stringify(String(e)) + '}'))")));
        Assertions.assertTrue(
                found.path("passes").size() > 10, found.path("error").asText());
        List<String> findings = new ArrayList<>();
        for (JsonNode violation : found.path("violations")) {
            if (GRAVE.contains(violation.path("impact").asText())) {
                findings.add(violation.path("id").asText() + ": "
                        + violation.path("nodes").path(0).path("html").asText() + " "
                        + violation.path("nodes").path(0).path("failureSummary").asText());
            }
        }
        return findings;
    }

    /** Ends browser and driver. */
    @Override
    public void close() {
        driver.quit();
    }
}
