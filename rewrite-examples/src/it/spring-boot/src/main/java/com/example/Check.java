package com.example;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;

/** Asks the application for pictures and says what came. Argument: {@code --checkpoint=} and that of the avatars. */
public final class Check {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static int port;

    private Check() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        try (var application = (ServletWebServerApplicationContext)
                SpringApplication.run(Application.class, "--server.port=0", "--spring.main.banner-mode=off", args[0])) {
            port = application.getWebServer().getPort();
            Generator generator = application.getBean(Generator.class);
            GeneratorPool pool = application.getBean(GeneratorPool.class);
            Patch patch = (Patch) application.getBean("patches", Map.class).get("moustache");
            try (Generator half = generator.with(patch, 0.5)) {
                byte[] drawn = picture(ask("/pictures?seed=7&patch=moustache&strength=0.5"));
                System.out.println("patched picture: "
                        + (Arrays.equals(drawn, png(half)) && !Arrays.equals(drawn, png(generator))));
            }
            System.out.println("unknown patch: " + ask("/pictures?patch=beard").statusCode());
            occupied(generator, pool);
            System.out.println("served after that: "
                    + (picture(ask("/pictures?seed=7")).length > 0
                            && ask("/health").body().equals("serving\n")
                            && ask("/metrics").body().contains("rewrite_cancelled_total 1\n")));
        }
    }

    /** While the pool draws many pictures for somebody else, a client waits and goes, and the queue is full meanwhile. */
    private static void occupied(Generator generator, GeneratorPool pool) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Inputs many = generator.sample(2048, 1)) {
            Future<INDArray> drawing = threads.submit(() -> pool.generate(many, List.of()));
            waitUntil("nothing is drawn", () -> pool.statistics().running() == 1);
            try (Socket socket = new Socket("127.0.0.1", port);
                    BufferedReader lines = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream()
                        .write("GET /pictures?seed=2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.UTF_8));
                String line = lines.readLine();
                while (line != null && !line.equals(":waiting")) {
                    line = lines.readLine();
                }
                System.out.println("long queue: " + ask("/pictures?seed=4").statusCode());
            }
            waitUntil("no request was given up", () -> pool.statistics().cancelled() == 1);
            System.out.println("clients that went: " + pool.statistics().cancelled());
            drawing.cancel(true);
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static HttpResponse<String> ask(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] picture(HttpResponse<String> response) {
        String body = response.body();
        String start = "event:picture\ndata:";
        int at = body.indexOf(start);
        if (at < 0) {
            throw new IllegalStateException("No picture, but " + response.statusCode() + ": " + body);
        }
        return Base64.getDecoder().decode(body.substring(at + start.length()).strip());
    }

    private static byte[] png(Generator generator) {
        try (Inputs inputs = generator.sample(1, 7);
                INDArray images = generator.generate(inputs)) {
            return Images.toPng(images);
        }
    }

    /** Does not wait for ever for what will not come. */
    private static void waitUntil(String otherwise, BooleanSupplier state) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("After five minutes " + otherwise + ".");
            }
            Thread.sleep(10);
        }
    }
}
