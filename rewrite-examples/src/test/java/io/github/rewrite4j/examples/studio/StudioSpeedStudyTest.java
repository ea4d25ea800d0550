package io.github.rewrite4j.examples.studio;

import static io.github.rewrite4j.examples.studio.Studios.CROWN;
import static io.github.rewrite4j.examples.studio.Studios.ended;
import static io.github.rewrite4j.examples.studio.Studios.png;
import static io.github.rewrite4j.examples.studio.Studios.rules;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a user waits, by the clock and by the processor: what the processor needs is the same on a busy machine. */
@Tag("study")
class StudioSpeedStudyTest {
    private static final int TIMES = 60;

    @TempDir
    private Path folder;

    /** Something that a user waits for. */
    @FunctionalInterface
    private interface Wish {
        void fulfil() throws IOException, InterruptedException;
    }

    private static double[] measure(String what, int times, Wish wish) throws IOException, InterruptedException {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<Double> clock = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long started = System.nanoTime();
            long before = machine.getProcessCpuTime();
            wish.fulfil();
            processor.add((machine.getProcessCpuTime() - before) / 1e6);
            clock.add((System.nanoTime() - started) / 1e6);
        }
        Collections.sort(clock);
        Collections.sort(processor);
        int p95 = (int) Math.ceil(0.95 * times) - 1;
        System.out.printf(
                "%-34s clock median %8.1f p95 %8.1f ms, processor median %8.1f p95 %8.1f ms%n",
                what, clock.get(times / 2), clock.get(p95), processor.get(times / 2), processor.get(p95));
        return new double[] {clock.get(p95), processor.get(p95)};
    }

    @Test
    void slidersAndEdits() throws Exception {
        String[] keys = new String[16];
        Arrays.setAll(keys, i -> "1:" + i);
        List<String> grid = List.of(keys);
        try (Generator avatars = BundledGenerator.load();
                StudioSession session = StudioSession.open(avatars, folder)) {
            session.selections().copy("1:97", png(CROWN));
            for (int sample : new int[] {7, 2, 6, 15}) {
                session.selections().paste("1:" + sample, png(CROWN));
            }
            session.settings(JsonText.parse("{\"alike\": 0, \"layer\": \"layer4\"}", "settings"));
            // As long as it takes to place an object on four images.
            Thread.sleep(8000);
            toChangedGrid("execute to changed grid, first", session, grid);
            for (int i = 0; i < 3; i++) {
                session.undo();
                toChangedGrid("execute to changed grid, again", session, grid);
            }
            measure("execute to report, again", 3, () -> {
                session.undo();
                assertThat(ended(session.tasks().rewrite()).message()).isEmpty();
                session.views().draw(grid, true, 64);
            });
            System.out.println("seconds of the last rewrite: "
                    + JsonText.parse(
                                    new String(
                                            session.thing(String.valueOf(
                                                    rules(session).get(0).get("report"))),
                                            StandardCharsets.UTF_8),
                                    "report")
                            .path("seconds"));
            String rule = String.valueOf(rules(session).get(0).get("id"));
            for (int i = 0; i < 20; i++) {
                session.views().drag(grid, rule, i / 20.0, 64);
            }
            double[] strength = {0};
            double[] drag = measure("slider to grid of 16", TIMES, () -> {
                strength[0] += 1.0 / TIMES;
                session.views().drag(grid, rule, strength[0], 64);
            });
            measure("whole grid of 16", TIMES, () -> session.views().draw(grid, true, 64));
            measure("paste preview", TIMES, () -> session.views().pastePreview("1:3", 30, 12, 64));
            measure("copy, written to the disk", TIMES, () -> session.selections()
                    .copy("1:97", png(CROWN)));
            assertThat(drag[1]).isLessThan(100);
        }
    }

    /** What is solved is shown before it is measured. */
    private static void toChangedGrid(String what, StudioSession session, List<String> grid)
            throws IOException, InterruptedException {
        Job[] started = new Job[1];
        measure(what, 1, () -> {
            Job job = session.tasks().rewrite();
            started[0] = job;
            while (session.preview().isEmpty() && job.state() == Job.State.RUNNING) {
                Thread.sleep(2);
            }
            session.views().draw(grid, true, 64);
        });
        assertThat(ended(started[0]).message()).isEmpty();
    }

    @Test
    void fromTheCommandToThePage() throws Exception {
        try (Browsers browser = Browsers.open()) {
            Process[] studio = new Process[1];
            try {
                measure("command to page that can be used", 1, () -> {
                    studio[0] = Studios.command(folder, 0);
                    browser.driver().get(Studios.address(studio[0]));
                    browser.until("document.getElementById('ranges')");
                });
                measure("from there to the first images", 1, () -> browser.until("document.body.dataset.drawn"));
            } finally {
                studio[0].destroyForcibly().waitFor(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void untilAnObjectIsSeen() throws Exception {
        try (Generator avatars = BundledGenerator.load();
                StudioSession session = StudioSession.open(avatars, folder)) {
            Path picture = Path.of(System.getProperty("basedir", "."), "edits", "eyepatch.png");
            Object key =
                    session.tasks().pictures().keep(Files.readAllBytes(picture)).get("key");
            String object = "{\"picture\": \"" + key + "\", \"x\": 40, \"y\": 28, \"width\": 30}";
            Job[] job = new Job[1];
            measure("object to its first preview", 1, () -> {
                job[0] = session.tasks().teach(JsonText.parse("{\"exemplars\": [" + object + "]}", "object"));
                while (session.preview().isEmpty() && job[0].state() == Job.State.RUNNING) {
                    Thread.sleep(2);
                }
                session.views().draw(List.of("1:0", "1:1"), true, 64);
            });
            measure("and until it is learnt", 1, () -> ended(job[0]));
            assertThat(job[0].message()).isEmpty();
        }
    }
}
