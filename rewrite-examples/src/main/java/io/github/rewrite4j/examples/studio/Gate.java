package io.github.rewrite4j.examples.studio;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Who may ask: only pages of this server on this machine. The first part of every path is a token that foreign pages cannot
 * know; the host must be the loopback address by one of its names, which defeats names that are bound anew; requests that a
 * browser marks as coming from elsewhere are refused.
 */
final class Gate {
    private static final Set<String> TYPES = Set.of("application/json", "application/octet-stream");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private final String token;

    Gate(String token) {
        this.token = token;
    }

    /** Headers of every answer. */
    static void guard(Response response) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cache-Control", "no-store");
    }

    /** Why a request is refused, or empty where it may pass. */
    Optional<String> refusal(Request request, int port) {
        HttpFields headers = request.getHeaders();
        List<String> hosts = List.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        List<String> given = headers.getValuesList(HttpHeader.HOST);
        if (given.size() != 1 || !hosts.contains(given.get(0))) {
            return Optional.of("The studio answers on this machine only, by the address that it printed.");
        }
        String origin = headers.get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals("http://" + given.get(0))) {
            return Optional.of("Another page asked for this; only the studio's own page may.");
        }
        String site = headers.get("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return Optional.of("Another page asked for this. Type or paste the address that the command printed.");
        }
        if (!known(first(Request.getPathInContext(request)))) {
            return Optional.of("This address has no valid token: open the address that the command printed.");
        }
        if (request.getMethod().equals("POST")) {
            String type = headers.get(HttpHeader.CONTENT_TYPE);
            if (type == null || !TYPES.contains(type.replaceFirst(";.*", "").strip())) {
                return Optional.of("The studio takes JSON and bytes, sent by its own page.");
            }
        } else if (!request.getMethod().equals("GET")) {
            return Optional.of("The studio knows GET and POST.");
        }
        return Optional.empty();
    }

    private boolean known(String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private static String first(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? path.substring(Math.min(1, path.length())) : path.substring(1, end);
    }

    /** The path behind the token. */
    static String inside(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? "" : path.substring(end + 1);
    }
}
