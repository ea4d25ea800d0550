package io.github.rewrite4j.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.serving.PoolSettings;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(300)
class PictureServerTest {
    private static final long BEAT = 50;
    private static Generator avatars;
    private static Patch moustache;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void load() throws IOException {
        avatars = BundledGenerator.load();
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        moustache = LowRankRewrite.rank(1)
                .statistics(40, 1)
                .evaluatedOn(0, 2)
                .rewrite(
                        avatars.memory("layer5"), Edit.copy(Sample.of(204), lip).pasteInto(Sample.of(3), lip))
                .patch();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private HttpRequest get(PictureServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).build();
    }

    private HttpResponse<String> answer(PictureServer server, String path) throws Exception {
        return client.send(get(server, path), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> ask(PictureServer server, String path) {
        return client.sendAsync(get(server, path), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] picture(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        String body = response.body();
        int at = body.indexOf("event: picture\ndata: ");
        assertThat(at).as(body).isNotNegative();
        return Base64.getDecoder()
                .decode(body.substring(at + "event: picture\ndata: ".length()).strip());
    }

    private static byte[] drawn(Generator generator, long seed) {
        try (Inputs inputs = avatars.sample(1, seed);
                INDArray images = generator.generate(inputs)) {
            return Images.toPng(images);
        }
    }

    private static void waitUntil(BooleanSupplier state) throws InterruptedException {
        while (!state.getAsBoolean()) {
            Thread.sleep(10);
        }
    }

    /** A client that reads a first comment and goes. */
    private static void comeAndGo(PictureServer server, String path) throws IOException {
        try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.address().getPort());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (line != null && !line.equals(": waiting")) {
                line = lines.readLine();
            }
            assertThat(line).isEqualTo(": waiting");
        }
    }

    @Test
    void requestsGetTheirPatchAtTheirStrength() throws Exception {
        try (PictureServer server =
                        PictureServer.start(avatars, Map.of("moustache", moustache), PoolSettings.defaults(), BEAT, 0);
                Generator half = avatars.with(moustache, 0.5)) {
            assertThat(picture(answer(server, "/pictures?seed=7&patch=moustache&strength=0.5")))
                    .isEqualTo(drawn(half, 7))
                    .isNotEqualTo(drawn(avatars, 7));
            assertThat(picture(answer(server, "/pictures?seed=7"))).isEqualTo(drawn(avatars, 7));
            assertThat(answer(server, "/pictures?patch=beard").statusCode()).isEqualTo(404);
            assertThat(answer(server, "/pictures?patch=beard").body()).contains("beard", "moustache");
            assertThat(answer(server, "/pictures?strength=NaN").statusCode()).isEqualTo(400);
            assertThat(answer(server, "/pictures?seed=x").statusCode()).isEqualTo(400);
            assertThat(answer(server, "/health").body()).isEqualTo("serving\n");
            assertThat(answer(server, "/metrics").body())
                    .contains("rewrite_images_total 2\n", "rewrite_requests_total 2\n", "rewrite_waiting 0\n");
        }
    }

    @Test
    void aClientThatGoesIsNotDrawnForAndALongQueueIsRefused() throws Exception {
        Held held = new Held();
        PoolSettings one =
                PoolSettings.defaults().withConcurrent(1).withBatch(1).withWaiting(1);
        try (PictureServer server = PictureServer.start(held.around(avatars), Map.of(), one, BEAT, 0)) {
            CompletableFuture<HttpResponse<String>> drawing = ask(server, "/pictures?seed=1");
            waitUntil(() -> server.statistics().running() == 1);
            // It waits behind the one that is drawn, and goes.
            comeAndGo(server, "/pictures?seed=2");
            waitUntil(() -> server.statistics().cancelled() == 1);
            CompletableFuture<HttpResponse<String>> next = ask(server, "/pictures?seed=3");
            waitUntil(() -> server.statistics().waiting() == 1);
            HttpResponse<String> refused = answer(server, "/pictures?seed=4");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).contains("1 requests waiting");
            held.permits.release(2);
            assertThat(picture(drawing.get())).isEqualTo(drawn(avatars, 1));
            assertThat(picture(next.get())).isEqualTo(drawn(avatars, 3));
            // It is being drawn when it goes.
            comeAndGo(server, "/pictures?seed=5");
            waitUntil(() -> held.interrupted.get() == 1 && server.statistics().running() == 0);
            held.permits.release(1);
            assertThat(picture(answer(server, "/pictures?seed=6"))).isEqualTo(drawn(avatars, 6));
            assertThat(answer(server, "/metrics").body())
                    .contains("rewrite_cancelled_total 1\n", "rewrite_refused_total 1\n", "rewrite_images_total 3\n");
        }
    }
}
