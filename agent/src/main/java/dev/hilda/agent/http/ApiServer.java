// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/**
 * Listens for requests. A client that is slow, sends too much or too many is dropped: at most {@value #MOST_REQUESTS}
 * requests are answered at once.
 */
public final class ApiServer implements AutoCloseable {
    private static final int MOST_REQUESTS = 64;
    private static final int BACKLOG = 64;
    private static final Duration IDLE = Duration.ofSeconds(30);

    static {
        // The JDK's server by itself waits for ever for the end of a request; a large upload over a slow line takes
        // minutes.
        System.setProperty("sun.net.httpserver.maxReqTime", "900");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
        System.setProperty("jdk.httpserver.maxConnections", "256");
    }

    private final HttpServer server;
    private final ExecutorService workers;
    private final boolean isTls;

    private ApiServer(HttpServer server, ExecutorService workers, boolean isTls) {
        this.server = server;
        this.workers = workers;
        this.isTls = isTls;
    }

    /**
     * Starts to listen.
     *
     * @param refusals counts requests that are refused
     * @param tls keys for connections by TLS; empty for plain ones
     * @throws BenchFailure of kind {@link FailureKind#SERVICE} when the address cannot be had
     */
    public static ApiServer start(
            InetSocketAddress address,
            Optional<SSLContext> tls,
            List<Route> routes,
            Access access,
            Audit audit,
            LongAdder refusals) {
        try {
            HttpServer server = tls.isPresent() ? https(address, tls.get()) : HttpServer.create(address, BACKLOG);
            ThreadPoolExecutor workers = new ThreadPoolExecutor(
                    0, MOST_REQUESTS, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                        Thread worker = new Thread(task, "api");
                        worker.setDaemon(true);
                        return worker;
                    });
            ApiDispatch dispatch = new ApiDispatch(routes, access, audit, refusals);
            server.setExecutor(workers);
            server.createContext("/", exchange -> answer(dispatch, exchange));
            server.start();
            return new ApiServer(server, workers, tls.isPresent());
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.SERVICE, "listen on " + address)
                    .expected("a free address of this machine")
                    .actual(e.toString())
                    .remedy("end the program that listens there, or give listen another port")
                    .cause(e)
                    .failure();
        }
    }

    private static HttpServer https(InetSocketAddress address, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static void answer(ApiDispatch dispatch, HttpExchange exchange) throws IOException {
        try (exchange) {
            dispatch.answer(exchange);
        }
    }

    /** Where it listens, for clients on this machine. */
    public String url() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        return (isTls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + address.getPort();
    }

    /** Ends at once; who waits for an answer gets none. */
    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
