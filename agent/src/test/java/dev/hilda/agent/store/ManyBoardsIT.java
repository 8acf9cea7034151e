// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sixty-four boards in one agent, with the intervals of real ones. */
@Tag("full")
@Timeout(300)
class ManyBoardsIT {
    private static final int BOARDS = 64;
    private static final int JOBS = 640;
    private static final Duration IDLE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void shouldCostLittle() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FakeAgent.class.getName(),
                folder.resolve("a").toString(),
                folder.resolve("hilda.db").toString(),
                "a",
                "pool",
                "usual",
                "2000"));
        for (int board = 0; board < BOARDS; board++) {
            command.add("B" + board);
        }
        Process agent = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("log").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Store store = Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {})) {
            while (!Files.readString(folder.resolve("log")).contains("ready")) {
                Thread.sleep(100);
            }
            Thread.sleep(5000);
            double idle = share(agent, IDLE);
            submit(store);
            long start = System.nanoTime();
            Duration before = cpu(agent);
            while (jobs(store).stream().anyMatch(job -> !job.state().isEnd())) {
                Thread.sleep(250);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double busy = cpu(agent).minus(before).toMillis() / 1e3 / seconds;
            jobs(store).forEach(job -> assertEquals(JobState.PASSED, job.state()));
            System.out.printf(
                    "64 boards: idle %.1f%% of a core; %d jobs of 2 s in %.1f s at %.1f%% of a core; %s%n",
                    100 * idle, JOBS, seconds, 100 * busy, memory(agent));
            assertTrue(idle < 0.20, "idle");
            assertTrue(seconds < 2 * 2.0 * JOBS / BOARDS, "time");
        } finally {
            agent.destroyForcibly().waitFor();
        }
    }

    private static String memory(Process agent) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
                .filter(line -> line.matches("(VmRSS|Threads).*"))
                .map(line -> line.replaceAll("\\s+", " "))
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();
    }

    private static Duration cpu(Process agent) {
        return agent.info().totalCpuDuration().orElseThrow();
    }

    private static double share(Process agent, Duration time) throws InterruptedException {
        Duration before = cpu(agent);
        Thread.sleep(time.toMillis());
        return (double) cpu(agent).minus(before).toMillis() / time.toMillis();
    }

    private void submit(Store store) throws Exception {
        String content =
                store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), "bundle"));
        for (int job = 0; job < JOBS; job++) {
            store.jobs().submit(new JobOrder("pool", "tester", "job" + job, content, content, OptionalInt.empty()));
        }
    }

    private static List<Job> jobs(Store store) {
        return store.jobs().list(new JobQuery(Optional.empty(), Optional.empty(), 9999));
    }
}
