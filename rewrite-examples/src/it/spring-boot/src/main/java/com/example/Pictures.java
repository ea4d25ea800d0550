package com.example;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Pictures as server-sent events: comments while one is drawn, so that a client that has gone is noticed, then the PNG. */
@RestController
class Pictures {
    private static final long FIRST_MILLIS = 500;
    private static final long BEAT_MILLIS = 50;

    private final Generator generator;
    private final GeneratorPool pool;
    private final Map<String, Patch> patches;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Pictures(Generator generator, GeneratorPool pool, Map<String, Patch> patches) {
        this.generator = generator;
        this.pool = pool;
        this.patches = patches;
    }

    @GetMapping(
            path = "/pictures",
            produces = {MediaType.TEXT_EVENT_STREAM_VALUE, MediaType.TEXT_PLAIN_VALUE})
    SseEmitter picture(
            @RequestParam(defaultValue = "0") long seed,
            @RequestParam(defaultValue = "") String patch,
            @RequestParam(defaultValue = "1") double strength)
            throws InterruptedException {
        if (!patch.isEmpty() && !patches.containsKey(patch)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no patch '" + patch + "'.");
        }
        List<AppliedPatch> applied =
                patch.isEmpty() ? List.of() : List.of(new AppliedPatch(patches.get(patch), strength));
        Future<byte[]> picture = threads.submit(() -> draw(seed, applied));
        SseEmitter events = new SseEmitter(0L);
        try {
            // A full queue says so at once, while the status can still be chosen.
            picture.get(FIRST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException waiting) {
            // told below
        } catch (ExecutionException failed) {
            throw new ResponseStatusException(
                    failed.getCause() instanceof RejectedExecutionException
                            ? HttpStatus.SERVICE_UNAVAILABLE
                            : HttpStatus.BAD_REQUEST,
                    failed.getCause().getMessage());
        }
        threads.submit(() -> send(picture, events));
        return events;
    }

    private byte[] draw(long seed, List<AppliedPatch> applied) throws InterruptedException {
        try (Inputs inputs = generator.sample(1, seed);
                INDArray images = pool.generate(inputs, applied)) {
            return Images.toPng(images);
        }
    }

    private void send(Future<byte[]> picture, SseEmitter events) {
        try {
            while (true) {
                try {
                    byte[] png = picture.get(BEAT_MILLIS, TimeUnit.MILLISECONDS);
                    events.send(SseEmitter.event()
                            .name("picture")
                            .data(Base64.getEncoder().encodeToString(png)));
                    events.complete();
                    return;
                } catch (TimeoutException waiting) {
                    events.send(SseEmitter.event().comment("waiting"));
                }
            }
        } catch (IOException | IllegalStateException gone) {
            picture.cancel(true); // out of the queue, or out of its drawing
        } catch (ExecutionException failed) {
            events.completeWithError(failed);
        } catch (InterruptedException stopping) {
            picture.cancel(true);
            Thread.currentThread().interrupt();
        }
    }

    @GetMapping("/health")
    ResponseEntity<String> health() {
        return ResponseEntity.ok("serving\n");
    }

    @GetMapping(path = "/metrics", produces = MediaType.TEXT_PLAIN_VALUE)
    String metrics() {
        var now = pool.statistics();
        return "rewrite_requests_total " + now.requests() + "\n"
                + "rewrite_cancelled_total " + now.cancelled() + "\n"
                + "rewrite_refused_total " + now.refused() + "\n"
                + "rewrite_waiting " + now.waiting() + "\n"
                + "rewrite_running " + now.running() + "\n";
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }
}
