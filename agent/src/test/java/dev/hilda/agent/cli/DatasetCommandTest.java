// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkInput;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCommandTest {
    private static final Pattern PICTURE = Pattern.compile("data:image/png;base64,([A-Za-z0-9+/=]+)");

    /** Reads -1 to 1 and tells two classes. */
    private static final NetworkInput NETWORK = new NetworkInput(
            List.of(new InputSlot("x", new TensorShape(2, 2, 3))),
            List.of(new Tensor("x", new TensorShape(2, 2, 3), 8, 128, 1 / 128.0)),
            List.of(new NetworkOutput("y", TensorShape.vector(2))),
            0);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makePhotos() throws IOException {
        for (String file : List.of("cat/1.png", "cat/2.png", "dog/1.png")) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 16; pixel++) {
                image.setRGB(pixel % 4, pixel / 4, pixel % 4 < 2 ? 0xFF8000 : 0x0080FF);
            }
            ImageIO.write(image, "png", path.toFile());
        }
    }

    private int dataset(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return FailureReport.install(DatasetCommand.with(file -> NETWORK))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json(int code, String... arguments) throws IOException {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
        assertEquals(code, dataset(all), err.toString());
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void shouldWriteAndCheckWithoutAFileWrittenByHand() throws IOException {
        assertEquals(0, dataset("init", folder.toString(), "--for", "model.tflite"), err.toString());
        assertTrue(out.toString().contains("3 samples of 2 classes"), out.toString());
        Path sheet = folder.resolve("sheet.html");
        assertEquals(
                0,
                dataset("check", folder.toString(), "--for", "model.tflite", "--sheet", sheet.toString()),
                err.toString());
        assertTrue(out.toString().contains("0      cat    2\n1      dog    1\n"), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void shouldShowWhatTheNetworkSees() throws IOException {
        dataset("init", folder.toString(), "--for", "model.tflite");
        Path sheet = folder.resolve("sheet.html");
        dataset("check", folder.toString(), "--for", "model.tflite", "--sheet", sheet.toString());
        String page = Files.readString(sheet);
        List<String> pictures =
                PICTURE.matcher(page).results().map(found -> found.group(1)).toList();
        assertEquals(3, pictures.size());
        BufferedImage seen =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(pictures.get(0))));
        assertEquals(2, seen.getWidth());
        // The nearest pixels outweigh the others 3:1, as 4 pixels become 2: (3 × 0xFF + 0) … within a code.
        int left = seen.getRGB(0, 0);
        int right = seen.getRGB(1, 0);
        assertTrue((left >> 16 & 255) > 200 && (left & 255) < 55, Integer.toHexString(left));
        assertTrue((right >> 16 & 255) < 55 && (right & 255) > 200, Integer.toHexString(right));
        assertTrue(page.contains("<h2>0 cat (2)</h2>") && page.contains("cat/1.png"), page.substring(0, 400));
        assertTrue(!page.contains("<script") && !page.contains("http"), "a page on its own");
    }

    @Test
    void shouldReportEveryProblemAtOnce() throws IOException {
        dataset("init", folder.toString(), "--for", "model.tflite");
        Files.writeString(folder.resolve("cat/2.png"), "no picture");
        Files.writeString(folder.resolve("dog/1.png"), "");
        JsonNode document = json(11, "check", folder.toString());
        assertEquals(2, document.path("problems").size(), document.toString());
        assertEquals(false, document.path("passed").asBoolean(true));
        assertEquals("dog", document.path("classes").path(1).path("name").asText());
        assertEquals(11, dataset("check", folder.toString()));
        assertTrue(err.toString().contains("cat/2.png") && err.toString().contains("dog/1.png"), err.toString());
        assertTrue(out.toString().contains("3 samples, 2 problems"), out.toString());
    }

    @Test
    void shouldReportEveryFolderThatIsWrongAtOnce() throws IOException {
        dataset("init", folder.toString(), "--for", "model.tflite");
        Files.move(folder.resolve("cat"), folder.resolve("kat"));
        Files.delete(folder.resolve("dog/1.png"));
        Files.writeString(folder.resolve("stray.jpg"), "");
        assertEquals(11, dataset("check", folder.toString()));
        for (String subject : List.of("4 problems", "cat: ", "kat: ", "dog: ", "stray.jpg: ")) {
            assertTrue(err.toString().contains(subject), subject + " in " + err);
        }
    }

    @Test
    void shouldSayWhatToDoInAFolderWithoutAYaml() {
        assertEquals(11, dataset("check", folder.toString()));
        assertTrue(err.toString().contains("what to do: hilda dataset init " + folder), err.toString());
    }

    @Test
    void shouldCompareLabelsAndShapeWithTheNetwork() throws IOException {
        Files.createDirectories(folder.resolve("emu"));
        Files.copy(folder.resolve("dog/1.png"), folder.resolve("emu/1.png"));
        dataset("init", folder.toString(), "--shape", "4,4,3");
        JsonNode document = json(11, "check", folder.toString(), "--for", "model.tflite");
        assertEquals(2, document.path("problems").size(), document.toString());
        assertTrue(document.path("problems").toString().contains("2 outputs"), document.toString());
    }

    /** The only class of the folder need not be the network's first. */
    @Test
    void shouldRemarkThatTheNetworkHasMoreClasses() throws IOException {
        Files.delete(folder.resolve("dog/1.png"));
        Files.delete(folder.resolve("dog"));
        dataset("init", folder.toString(), "--for", "model.tflite");
        assertEquals(0, dataset("check", folder.toString(), "--for", "model.tflite"), err.toString());
        assertTrue(err.toString().contains("names 1 classes, the network has 2 outputs"), err.toString());
    }

    @Test
    void shouldRefuseShapesAndRangesThatAreNone() {
        assertEquals(2, dataset("init", folder.toString(), "--shape", "4,4"));
        assertEquals(2, dataset("init", folder.toString(), "--trained-on", "1..0"));
        assertEquals(2, dataset("init", folder.toString(), "--trained-on", "255"));
    }

    @Test
    void shouldTellScriptsWhatItWrote() throws IOException {
        JsonNode document = json(0, "init", folder.toString(), "--shape", "2,2,3");
        assertTrue(document.path("values_guessed").asBoolean());
        assertEquals("[\"cat\",\"dog\"]", document.path("classes").toString());
        JsonNode refused = json(11, "init", folder.toString());
        assertEquals("dataset", refused.path("failure_kind").asText());
    }
}
