// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.QueueOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent with boards that are none, as a program of its own: ends with its standard input. */
final class FakeAgent {
    private FakeAgent() {}

    /** Jobs are polled for that often. */
    static final Duration POLL = Duration.ofMillis(50);

    /** Folder of its own, store, agent's name, pool, milliseconds until it is dead or "usual", and that a job lasts, boards. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        String agent = arguments[2];
        QueueOptions options = arguments[4].equals("usual")
                ? QueueOptions.of(agent)
                : options(agent, Duration.ofMillis(Long.parseLong(arguments[4])));
        long jobMs = Long.parseLong(arguments[5]);
        MadeResults results = new MadeResults(folder);
        List<BoardQueue> queues = new ArrayList<>();
        try (Store store = Store.open(
                address(arguments[1]),
                "fake 1",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {})) {
            for (String board : List.of(arguments).subList(6, arguments.length)) {
                queues.add(store.startQueue(arguments[3], board, worker(results, agent, jobMs), options));
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {}
            queues.forEach(queue -> queue.close(Duration.ofSeconds(20)));
        }
        System.exit(0);
    }

    /** An address as this program is told of it. */
    static String text(StoreAddress address) {
        return address.server()
                .map(server -> server.url() + " " + server.user() + " " + server.passwordFile())
                .orElseGet(address::toString);
    }

    private static StoreAddress address(String text) {
        String[] parts = text.split(" ", -1);
        return parts.length == 1
                ? StoreAddress.of(Path.of(text))
                : StoreAddress.of(new ServerAddress(parts[0], parts[1], Path.of(parts[2])));
    }

    static QueueOptions options(String agent, Duration deadAfter) {
        return new QueueOptions(agent, true, POLL, deadAfter, Duration.ofMillis(500), Duration.ofMinutes(10));
    }

    static JobWorker worker(MadeResults results, String agent, long jobMs) {
        return (job, lease, token, kept) -> {
            System.out.println("begin " + job.id());
            Thread.sleep(jobMs);
            return JobEnd.passed(results.keep(kept, agent, lease.board(), true));
        };
    }
}
