package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A thin shell of HTTP around a {@link StudioSession}, on the loopback address only. It answers while the generator is still
 * being loaded, so that the page is there at once.
 */
public final class StudioServer implements AutoCloseable {
    private static final int THREADS = 48;
    private static final int LISTENERS = 16;
    private static final int LARGEST_JSON = 12 << 20;
    private static final int LARGEST_UPLOAD = 32 << 20;
    private static final int HEARTBEAT_SECONDS = 8;

    private final Server server;
    private final ServerConnector connector;
    private final Opening opening;
    private final Gate gate;
    private final String token;
    private final Api api = new Api();
    private final Semaphore listeners = new Semaphore(LISTENERS);

    private StudioServer(Opening opening, String token, int port) {
        this.opening = opening;
        this.token = token;
        this.gate = new Gate(token);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("studio-http");
        threads.setDaemon(true);
        this.server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        // The server's own pages repeat the address, token and all.
        server.setErrorHandler((request, response, callback) -> {
            Gate.guard(response);
            int status = Math.max(Answer.BAD, response.getStatus());
            send(response, callback, Answer.wrong(status, "The studio does not understand this request."));
            return true;
        });
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                StudioServer.this.handle(request, response, callback);
                return true;
            }
        });
    }

    /**
     * Starts to answer.
     *
     * @param opening the session, which may still be on its way
     * @param token first part of every path
     * @param port of the loopback address, 0 for any that is free
     * @throws IOException when the port is in use, saying what to do
     */
    public static StudioServer start(Opening opening, String token, int port) throws IOException {
        StudioServer studio = new StudioServer(opening, token, port);
        try {
            studio.server.start();
        } catch (BindException taken) {
            throw inUse(port, taken);
        } catch (Exception failure) {
            if (failure instanceof IOException && failure.getCause() instanceof BindException) {
                throw inUse(port, failure);
            }
            throw new IOException("The studio's server did not start: " + failure.getMessage(), failure);
        }
        return studio;
    }

    private static IOException inUse(int port, Exception why) {
        return new IOException(
                "Port " + port + " is in use, perhaps by another studio: choose another with --port, or 0 for any.",
                why);
    }

    /** The address of the page, token and all. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/" + token + "/");
    }

    private void handle(Request request, Response response, Callback callback) {
        Gate.guard(response);
        Optional<String> refused = gate.refusal(request, connector.getLocalPort());
        if (refused.isPresent()) {
            send(response, callback, Answer.wrong(Answer.FORBIDDEN, refused.get()));
            return;
        }
        String path = Gate.inside(Request.getPathInContext(request));
        if (path.equals("api/events")) {
            events(response, callback);
        } else if (path.startsWith("api/")) {
            send(response, callback, answer(request, path.substring("api/".length())));
        } else {
            send(response, callback, PageFiles.answer(path));
        }
    }

    private Answer answer(Request request, String path) {
        try {
            Optional<Api.Route> route = api.route(request.getMethod(), path);
            if (route.isEmpty()) {
                return Answer.wrong(Answer.MISSING, "The studio knows nothing of '" + path + "'.");
            }
            boolean upload =
                    "application/octet-stream".equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
            Optional<byte[]> body = body(request, upload ? LARGEST_UPLOAD : LARGEST_JSON);
            if (body.isEmpty()) {
                return Answer.wrong(
                        Answer.TOO_LARGE,
                        "That is too large: files have at most " + (LARGEST_UPLOAD >> 20) + " MB. Reduce it first.");
            }
            Optional<StudioSession> session = opening.session();
            if (session.isEmpty()) {
                return path.equals("state")
                        ? Answer.json(opening.state())
                        : Answer.wrong(Answer.LOADING, "The generator is still being loaded: wait a moment.");
            }
            if (path.equals("open-expanded") || path.equals("open-first")) {
                return reopen(session.get(), path, new Asked(path, query(request), body.get()));
            }
            return route.get().answer(session.get(), new Asked(path, query(request), body.get()));
        } catch (IllegalStateException busy) {
            return Answer.wrong(Answer.CONFLICT, Jobs.sentence(busy));
        } catch (RewriteException | IllegalArgumentException | IOException wrong) {
            return Answer.wrong(Answer.BAD, Jobs.sentence(wrong));
        } catch (OutOfMemoryError full) {
            return Answer.wrong(Answer.BROKEN, "There is not enough memory for this: show fewer images.");
        } catch (RuntimeException bug) {
            return Answer.wrong(Answer.BROKEN, "This should not happen (" + bug + "): please report it.");
        }
    }

    /** Another generator takes the place of this one; each keeps a session of its own. */
    private Answer reopen(StudioSession session, String path, Asked asked) throws IOException {
        if (path.equals("open-first")) {
            opening.replaceByFirst();
            return Answer.done();
        }
        String key = Asked.text(asked.json(), "key");
        Path file = session.workshop().vault().existing(key);
        Path folder = session.workshop().vault().folder().resolve("expanded-" + key.substring(0, 8));
        opening.replace(
                () -> GeneratorFamilies.installed().open(file),
                generator -> StudioSession.open(generator, folder).expanded());
        return Answer.done();
    }

    private static Optional<byte[]> body(Request request, int largest) throws IOException {
        if (request.getLength() > largest) {
            return Optional.empty();
        }
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] bytes = in.readNBytes(largest + 1);
            return bytes.length > largest ? Optional.empty() : Optional.of(bytes);
        }
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new LinkedHashMap<>();
        Fields fields = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
        for (Fields.Field field : fields) {
            query.put(field.getName(), String.valueOf(field.getValue()));
        }
        return query;
    }

    private static void send(Response response, Callback callback, Answer answer) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        answer.headers().forEach(response.getHeaders()::put);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    /** The state of the session whenever it changes, for as long as the page listens. */
    @SuppressWarnings("try") // what is closed is the listening
    private void events(Response response, Callback callback) {
        if (!listeners.tryAcquire()) {
            send(response, callback, Answer.wrong(Answer.CONFLICT, "The studio is open in too many tabs: close some."));
            return;
        }
        Semaphore news = new Semaphore(1);
        try (@SuppressWarnings("try")
                AutoCloseable listening = opening.listen(news::release)) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            OutputStream out = Content.Sink.asOutputStream(response);
            while (server.isRunning()) {
                boolean some = news.tryAcquire(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                news.drainPermits();
                out.write((some ? event() : ": still here\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            callback.succeeded();
        } catch (InterruptedException | IOException gone) {
            callback.failed(gone);
        } catch (Exception failure) {
            callback.failed(failure);
        } finally {
            listeners.release();
        }
    }

    private String event() {
        Optional<StudioSession> session = opening.session();
        Map<String, Object> state = session.map(StudioSession::state).orElseGet(opening::state);
        String json = Json.pretty(state);
        return "data: " + json.replace("\n", "\ndata: ") + "\n\n";
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IOException("The studio's server did not stop: " + failure.getMessage(), failure);
        }
    }
}
