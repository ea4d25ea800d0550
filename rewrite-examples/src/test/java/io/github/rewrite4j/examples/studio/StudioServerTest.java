package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.avatars.BundledGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is answered and who is not, spoken to over plain sockets so that every header can be forged. */
class StudioServerTest {
    @TempDir
    private static Path folder;

    private static WorkingFolder working;
    private static Opening opening;
    private static StudioServer server;
    private static URI address;

    @BeforeAll
    static void start() throws Exception {
        working = WorkingFolder.lock(folder);
        opening = Opening.start(BundledGenerator::load, generator -> StudioSession.open(generator, folder));
        server = StudioServer.start(opening, working.token(), 0);
        address = server.address();
        opening.await();
        assertThat(opening.failure()).isEmpty();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        opening.close();
        working.close();
    }

    private static String host() {
        return "127.0.0.1:" + address.getPort();
    }

    /** One request, word by word. */
    private static String ask(String line, String body, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            if (!body.isEmpty()) {
                request.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            request.append("Connection: close\r\n\r\n").append(body);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        }
    }

    private static String get(String path, String... headers) throws IOException {
        String[] all = new String[headers.length + 1];
        all[0] = "Host: " + host();
        System.arraycopy(headers, 0, all, 1, headers.length);
        return ask("GET " + address.getPath() + path, "", all);
    }

    private static String post(String path, String json, String... headers) throws IOException {
        String[] all = new String[headers.length + 2];
        all[0] = "Host: " + host();
        all[1] = "Content-Type: application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return ask("POST " + address.getPath() + path, json, all);
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @Test
    void thePageIsGuardedByItsHeaders() throws IOException {
        String page = get("");
        assertThat(status(page)).isEqualTo(200);
        assertThat(page)
                .contains("Content-Security-Policy: default-src 'none'; script-src 'self'")
                .contains("frame-ancestors 'none'")
                .contains("X-Content-Type-Options: nosniff")
                .contains("Referrer-Policy: no-referrer")
                .doesNotContain("unsafe-inline")
                .doesNotContain("<script>")
                .doesNotContain("Access-Control-Allow");
        assertThat(get("api/state", "Origin: http://" + host())).contains("\"architecture\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: 127.0.0.1",
                "Host: 127.0.0.1.evil.example:%d",
                "Host: rebound.example:%d"
            })
    void foreignHostsAreRefused(String host) throws IOException {
        String answer = ask("GET " + address.getPath() + "api/state", "", host.formatted(address.getPort()));
        assertThat(status(answer)).isBetween(400, 403);
        assertThat(answer).doesNotContain("architecture");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: http://127.0.0.1:1",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site"
            })
    void foreignPagesAreRefused(String header) throws IOException {
        assertThat(status(get("api/state", header))).isEqualTo(403);
        assertThat(status(get("", header))).isEqualTo(403);
        assertThat(status(post("api/undo", "{}", header))).isEqualTo(403);
    }

    @Test
    void withoutTheTokenNothingIsAnswered() throws IOException {
        for (String path : new String[] {"/", "/index.html", "/api/state", "/" + "0".repeat(48) + "/api/state", "//"}) {
            assertThat(status(ask("GET " + path, "", "Host: " + host()))).isBetween(400, 403);
        }
    }

    @Test
    void requestsThatAPlainFormCouldSendChangeNothing() throws IOException {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
            String answer = ask(
                    "POST " + address.getPath() + "api/show",
                    "{\"ranges\": \"3\"}",
                    "Host: " + host(),
                    "Content-Type: " + type);
            assertThat(status(answer)).isEqualTo(403);
        }
        assertThat(status(get("api/show?ranges=3"))).isEqualTo(404);
        assertThat(status(ask("DELETE " + address.getPath() + "api/state", "", "Host: " + host())))
                .isEqualTo(403);
        assertThat(get("api/state")).contains("\"ranges\" : \"0-15\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../studio.token",
                "%2e%2e/studio.token",
                "..%2fsession.json",
                "api/thing?key=../session.json",
                "api/thing?key=..%2F..%2Fstudio.token",
                "api/thing?key=/etc/passwd",
                "api/../../../etc/passwd",
                "StudioServer.class",
                "page/index.html"
            })
    void nothingOutsideIsRead(String path) throws IOException {
        String answer = get(path);
        assertThat(status(answer)).isGreaterThanOrEqualTo(400);
        assertThat(answer).doesNotContain("root:", working.token());
    }

    @Test
    void brokenAndGiantRequestsAreExplained() throws IOException {
        assertThat(post("api/show", "{\"ranges\"")).contains(" 400 ").contains("not valid JSON");
        assertThat(post("api/show", "[".repeat(200_000))).contains(" 400 ");
        assertThat(post("api/show", "{}")).contains(" 400 ").contains("lacks");
        assertThat(post("api/copy", "{\"subject\": \"1:0\", \"mask\": \"data:image/png;base64,AAAA\"}"))
                .contains(" 400 ");
        assertThat(post("api/copy", "{\"subject\": \"1:0\", \"mask\": \"data:image/png;base64,!!\"}"))
                .contains(" 400 ");
        assertThat(get("api/draw?subjects=own:../../x&edge=64")).contains(" 400 ");
        assertThat(get("api/draw?subjects=" + "1:1,".repeat(600) + "1:2"))
                .contains(" 400 ")
                .contains("500");
        String upload = "POST " + address.getPath() + "api/upload";
        String[] bytes = {"Host: " + host(), "Content-Type: application/octet-stream"};
        assertThat(ask(upload, "no picture", bytes)).contains(" 400 ");
        assertThat(ask(upload, pngOf(60_000, 60_000), bytes)).contains(" 400 ");
        String giant = ask(
                upload,
                "",
                "Host: " + host(),
                "Content-Type: application/octet-stream",
                "Content-Length: " + (1L << 33));
        assertThat(giant).contains(" 413 ").contains("32 MB");
        String load = "POST " + address.getPath() + "api/load?name=..%2Fx";
        assertThat(ask(load, "PK\3\4", bytes)).contains(" 400 ");
        assertThat(ask(load, "{\"a\": 1}", bytes)).contains(" 400 ");
        assertThat(ask(load, "\0\0\0\0", bytes)).contains(" 400 ");
        try (var left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("desk"));
        }
    }

    /** The beginning of a PNG that claims to be large. */
    private static String pngOf(int width, int height) {
        StringBuilder png = new StringBuilder("\u0089PNG\r\n\032\n\0\0\0\015IHDR");
        for (int edge : new int[] {width, height}) {
            png.append((char) (edge >>> 24)).append((char) (edge >>> 16 & 255));
            png.append((char) (edge >>> 8 & 255)).append((char) (edge & 255));
        }
        return png.append("\010\2\0\0\0\0\0\0\0").toString();
    }

    @Test
    void aPortOrAFolderInUseIsSaid() {
        assertThatThrownBy(() -> StudioServer.start(opening, "x", address.getPort()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use")
                .hasMessageContaining("--port");
        assertThatThrownBy(() -> WorkingFolder.lock(folder)).hasMessageContaining("Another studio");
    }

    @Test
    void theTokenIsForItsOwnerOnly() throws IOException {
        Path token = folder.resolve("studio.token");
        if (Files.getFileStore(token).supportsFileAttributeView("posix")) {
            assertThat(Files.getPosixFilePermissions(token)).hasSize(2);
        }
        assertThat(working.token()).hasSize(48);
    }
}
