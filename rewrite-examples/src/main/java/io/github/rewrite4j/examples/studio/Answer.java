package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.io.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the server says.
 *
 * @param status of HTTP
 * @param type media type
 * @param body bytes
 * @param headers further ones
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
    static final int OK = 200;
    static final int BAD = 400;
    static final int FORBIDDEN = 403;
    static final int MISSING = 404;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int BROKEN = 500;
    static final int LOADING = 503;

    static Answer json(Object value) {
        return new Answer(OK, "application/json", Json.pretty(value).getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Answer done() {
        return json(Map.of("done", true));
    }

    static Answer frame(Frame frame) {
        return new Answer(
                OK,
                "application/octet-stream",
                frame.rgba(),
                Map.of("X-Frame", frame.width() + "," + frame.height() + "," + frame.count()));
    }

    static Answer file(byte[] bytes, String type, String name) {
        return new Answer(OK, type, bytes, Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""));
    }

    static Answer wrong(int status, String sentence) {
        return new Answer(
                status,
                "application/json",
                Json.pretty(Map.of("error", sentence)).getBytes(StandardCharsets.UTF_8),
                Map.of());
    }
}
