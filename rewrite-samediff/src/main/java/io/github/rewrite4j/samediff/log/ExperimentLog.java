package io.github.rewrite4j.samediff.log;

import io.github.rewrite4j.Progress;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes losses, settings and pictures of an experiment into a folder: {@code scalars.csv}, {@code settings.json}, PNG files under
 * {@code pictures}, and all of it once more as an event file that TensorBoard shows ({@code tensorboard --logdir DIR}).
 *
 * <p>A listener: give it to a training or a rewrite, or put it in front of another listener by {@link #before}. Every loss of a
 * stage is a scalar named by the {@linkplain io.github.rewrite4j.Stage#name stage}; a stage that runs again goes on counting. What
 * was logged before a crash can be read: lines and events are written whole, and flushed at least once a second. Safe to use by
 * several threads.
 */
public final class ExperimentLog implements RewriteListener, AutoCloseable {
    private static final long FLUSH_NANOS = 1_000_000_000L;

    private final Path folder;
    private final Clock clock;
    private final Writer scalars;
    private final EventFile events;
    private final Map<String, Stretch> stages = new HashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private long flushed = System.nanoTime();

    /** Steps of earlier runs of a stage, and the last one heard of. */
    private static final class Stretch {
        int before;
        int last = -1;

        int step(int step) {
            if (step < last) {
                before += last + 1;
            }
            last = step;
            return before + step;
        }
    }

    private ExperimentLog(Path folder, Clock clock) throws IOException {
        this.folder = folder;
        this.clock = clock;
        Files.createDirectories(folder);
        Path csv = folder.resolve("scalars.csv");
        boolean fresh = !Files.exists(csv);
        this.scalars = Files.newBufferedWriter(
                csv, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (fresh) {
            scalars.write("time,stage,step,total,loss\n");
        }
        this.events = EventFile.in(folder, clock.instant());
    }

    /**
     * A log in this folder, which is made where it is missing; an experiment that is logged there already is continued.
     *
     * @throws IOException if the folder cannot be written
     */
    public static ExperimentLog in(Path folder) throws IOException {
        return in(folder, Clock.systemUTC());
    }

    static ExperimentLog in(Path folder, Clock clock) throws IOException {
        AtomicFile.requireFolder(Objects.requireNonNull(folder, "folder"));
        return new ExperimentLog(folder, clock);
    }

    /** Logs what this other listener hears; its answer is passed back. */
    public RewriteListener before(RewriteListener next) {
        Objects.requireNonNull(next, "next");
        return progress -> {
            onProgress(progress);
            return next.onProgress(progress);
        };
    }

    @Override
    public synchronized boolean onProgress(Progress progress) {
        Objects.requireNonNull(progress, "progress");
        if (!Double.isNaN(progress.loss())) {
            String stage = progress.stage().name();
            int step = stages.computeIfAbsent(stage, name -> new Stretch()).step(progress.step());
            scalar(stage, step, progress.total(), progress.loss());
        }
        return true;
    }

    /**
     * One number, such as a success that was measured.
     *
     * @param name of the curve that it belongs to
     * @param step where on the curve
     */
    public synchronized void scalar(String name, int step, double value) {
        scalar(Objects.requireNonNull(name, "name"), step, -1, value);
    }

    private void scalar(String name, int step, int total, double value) {
        try {
            scalars.write(String.format(
                    Locale.ROOT,
                    "%s,%s,%d,%s,%s%n",
                    clock.instant(),
                    quoted(name),
                    step,
                    total < 0 ? "" : Integer.toString(total),
                    Double.toString(value)));
            events.write(clock.instant(), step, Summaries.scalar(name, (float) value));
            flushNowAndThen();
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /** Settings and seeds, added to those that were given before; by name, values as JSON has them. */
    public synchronized void settings(Map<String, ?> more) {
        settings.putAll(Objects.requireNonNull(more, "more"));
        String text = Json.pretty(settings);
        try {
            AtomicFile.write(folder.resolve("settings.json"), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
            events.write(clock.instant(), 0, Summaries.text("settings", "```\n" + text + "\n```"));
            events.flush();
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /**
     * A picture, or several as a grid.
     *
     * @param name of the row of pictures that it belongs to
     * @param step when it was drawn
     * @param images [N, C, H, W], or one [C, H, W]
     */
    public synchronized void picture(String name, int step, INDArray images) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(images, "images");
        Path file = folder.resolve("pictures")
                .resolve(String.format(Locale.ROOT, "%s-%06d.png", name.replaceAll("[^A-Za-z0-9._-]", "_"), step));
        try {
            if (images.rank() == 4 && images.size(0) > 1) {
                Images.writeGrid(images, file);
            } else {
                Images.write(images, file);
            }
            events.write(clock.instant(), step, Summaries.picture(name, Files.readAllBytes(file)));
            events.flush();
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    private void flushNowAndThen() throws IOException {
        if (System.nanoTime() - flushed > FLUSH_NANOS) {
            flush();
        }
    }

    private void flush() throws IOException {
        scalars.flush();
        events.flush();
        flushed = System.nanoTime();
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "" : text.matches("[A-Za-z0-9 ._/-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private RewriteException unwritable(IOException failure) {
        return new RewriteException(
                "The log in " + folder + " cannot be written: " + failure.getMessage()
                        + ". Free some space or choose another folder.",
                failure);
    }

    /** Writes what is still held back. */
    @Override
    public synchronized void close() throws IOException {
        try (scalars;
                events) {
            flush();
        }
    }
}
