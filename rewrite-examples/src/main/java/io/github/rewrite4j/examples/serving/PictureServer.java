package io.github.rewrite4j.examples.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import io.github.rewrite4j.samediff.serving.PoolSettings;
import io.github.rewrite4j.samediff.serving.PoolStatistics;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of a generator over HTTP, each request with a patch of its own, by a {@link GeneratorPool}.
 *
 * <ul>
 *   <li>{@code GET /pictures?seed=7&patch=moustache&strength=0.8} answers with server-sent events: comments while the picture is
 *       drawn, then {@code event: picture} with a PNG in Base64. A comment that cannot be written means that the client has gone:
 *       its request is taken out of the queue, or its drawing ended.
 *   <li>{@code 503} where as many requests wait as may; {@code 400} and {@code 404} for what makes no sense.
 *   <li>{@code GET /health} and {@code GET /metrics}, the latter as Prometheus reads it.
 * </ul>
 */
public final class PictureServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int BAD = 400;
    private static final int MISSING = 404;
    private static final int BUSY = 503;

    /** A first comment settles the status: whether a request is refused is known long before, on a busy machine too. */
    private static final long FIRST_MILLIS = 500;

    private final Generator generator;
    private final GeneratorPool pool;
    private final Map<String, Patch> patches;
    private final long beatMillis;
    private final ExecutorService threads = Executors.newCachedThreadPool(PictureServer::daemon);
    private final HttpServer server;

    private PictureServer(
            Generator generator, Map<String, Patch> patches, PoolSettings settings, long beatMillis, int port)
            throws IOException {
        this.generator = generator;
        this.patches = Map.copyOf(patches);
        this.beatMillis = beatMillis;
        this.pool = GeneratorPool.over(generator, settings);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/pictures", this::pictures);
        server.createContext("/health", exchange -> answer(exchange, OK, "text/plain", "serving\n"));
        server.createContext("/metrics", exchange -> answer(exchange, OK, "text/plain; version=0.0.4", metrics()));
    }

    /**
     * Starts to answer on the loopback address.
     *
     * @param generator stays the caller's, who closes it after the server
     * @param patches by the names that requests call them
     * @param settings how many requests are drawn at once and how many may wait
     * @param beatMillis time between two comments, and so how soon a client that has gone is noticed; the first comment comes
     *     after half a second at the earliest
     * @param port 0 for any that is free
     */
    public static PictureServer start(
            Generator generator, Map<String, Patch> patches, PoolSettings settings, long beatMillis, int port)
            throws IOException {
        PictureServer pictures = new PictureServer(generator, patches, settings, beatMillis, port);
        pictures.server.start();
        return pictures;
    }

    /** Where it answers. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What the pool has done. */
    public PoolStatistics statistics() {
        return pool.statistics();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "pictures");
        thread.setDaemon(true);
        return thread;
    }

    private void pictures(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange.getRequestURI());
        long seed;
        double strength;
        try {
            seed = Long.parseLong(query.getOrDefault("seed", "0"));
            strength = Double.parseDouble(query.getOrDefault("strength", "1"));
        } catch (NumberFormatException wrong) {
            answer(exchange, BAD, "text/plain", "seed is a whole number and strength a number.\n");
            return;
        }
        String name = query.getOrDefault("patch", "");
        Patch patch = patches.get(name);
        if (!name.isEmpty() && patch == null) {
            answer(
                    exchange,
                    MISSING,
                    "text/plain",
                    "There is no patch '" + name + "', only " + patches.keySet() + ".\n");
            return;
        }
        if (!Double.isFinite(strength)) {
            answer(exchange, BAD, "text/plain", "strength is a finite number.\n");
            return;
        }
        List<AppliedPatch> applied = patch == null ? List.of() : List.of(new AppliedPatch(patch, strength));
        Future<byte[]> picture = threads.submit(() -> draw(seed, applied));
        try {
            send(exchange, picture);
        } catch (ExecutionException failed) {
            fail(exchange, Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            // Nothing happens to what is done; what is not done has nobody to go to.
            picture.cancel(true);
            exchange.close();
        }
    }

    private byte[] draw(long seed, List<AppliedPatch> applied) throws InterruptedException {
        try (Inputs inputs = generator.sample(1, seed);
                INDArray images = pool.generate(inputs, applied)) {
            return Images.toPng(images);
        }
    }

    /** Waits for the picture and tells the client so; whoever has gone is noticed by a comment that cannot be written. */
    private void send(HttpExchange exchange, Future<byte[]> picture)
            throws IOException, ExecutionException, InterruptedException {
        OutputStream out = null;
        while (true) {
            byte[] png;
            try {
                png = picture.get(out == null ? Math.max(FIRST_MILLIS, beatMillis) : beatMillis, TimeUnit.MILLISECONDS);
            } catch (TimeoutException waiting) {
                out = out == null ? events(exchange) : out;
                out.write(": waiting\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                continue;
            }
            out = out == null ? events(exchange) : out;
            String event = "event: picture\ndata: " + Base64.getEncoder().encodeToString(png) + "\n\n";
            out.write(event.getBytes(StandardCharsets.UTF_8));
            return;
        }
    }

    private static OutputStream events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(OK, 0);
        return exchange.getResponseBody();
    }

    private static void fail(HttpExchange exchange, Throwable why) throws IOException {
        if (exchange.getResponseCode() == OK) {
            String event =
                    "event: failed\ndata: " + String.valueOf(why.getMessage()).replace('\n', ' ') + "\n\n";
            exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        } else if (why instanceof RejectedExecutionException) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, BUSY, "text/plain", why.getMessage() + "\n");
        } else {
            answer(exchange, BAD, "text/plain", why.getMessage() + "\n");
        }
    }

    private String metrics() {
        PoolStatistics now = pool.statistics();
        return "rewrite_requests_total " + now.requests() + "\n"
                + "rewrite_cancelled_total " + now.cancelled() + "\n"
                + "rewrite_refused_total " + now.refused() + "\n"
                + "rewrite_images_total " + now.images() + "\n"
                + "rewrite_batches_total " + now.batches() + "\n"
                + "rewrite_patched_hits_total " + now.hits() + "\n"
                + "rewrite_waiting " + now.waiting() + "\n"
                + "rewrite_running " + now.running() + "\n"
                + "rewrite_waited_seconds_total " + now.waited().toMillis() / 1e3 + "\n"
                + "rewrite_drawing_seconds_total " + now.drawing().toMillis() / 1e3 + "\n";
    }

    private static Map<String, String> query(URI address) {
        Map<String, String> values = new HashMap<>();
        String raw = address.getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int at = pair.indexOf('=');
            if (at > 0) {
                values.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Refuses new requests, gives up those that wait and lets go of the pool. */
    @Override
    public void close() {
        server.stop(0);
        pool.close();
        threads.shutdownNow();
    }
}
