package io.github.rewrite4j.examples.studio;

import static io.github.rewrite4j.examples.studio.Studios.CROWN;
import static io.github.rewrite4j.examples.studio.Studios.difference;
import static io.github.rewrite4j.examples.studio.Studios.draft;
import static io.github.rewrite4j.examples.studio.Studios.ended;
import static io.github.rewrite4j.examples.studio.Studios.png;
import static io.github.rewrite4j.examples.studio.Studios.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flow of copy, paste, context and rewrite without a browser, and what outlives a restart. */
class StudioSessionTest {
    private static final List<String> SHOWN = List.of("1:0", "1:1", "1:2");

    private static Generator avatars;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() throws IOException {
        avatars = BundledGenerator.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private StudioSession open() throws IOException {
        return StudioSession.open(avatars, folder);
    }

    /** The bun of sample 97 shown on two bald heads, as quickly as can be. */
    private static void putTogether(StudioSession session) throws IOException {
        session.settings(JsonText.parse("{\"rank\": 2, \"alike\": 0, \"layer\": \"layer4\"}", "settings"));
        session.selections().copy("1:97", png(CROWN));
        session.selections().paste("1:7", png(CROWN));
        session.selections().paste("1:6", png(CROWN));
    }

    @Test
    void aRuleIsLearntDraggedUndoneAndFoundAgain() throws Exception {
        Frame before;
        Frame after;
        try (StudioSession session = open()) {
            before = session.views().draw(SHOWN, true, 64);
            putTogether(session);
            assertThat(session.state().get("autoLayer")).isEqualTo("layer4");
            Frame preview = session.views().pastePreview("1:2", 32, 10, 64);
            assertThat(difference(preview, session.views().draw(List.of("1:2"), true, 64), 0, CROWN))
                    .isGreaterThan(40);

            Job job = ended(session.tasks().rewrite());
            assertThat(job.message()).isEmpty();
            assertThat(job.state()).isEqualTo(Job.State.DONE);
            after = session.views().draw(SHOWN, true, 64);
            assertThat(difference(before, after, 2, CROWN)).isGreaterThan(30);
            assertThat(session.views().draw(SHOWN, false, 64).rgba()).isEqualTo(before.rgba());
            String rule = (String) rules(session).get(0).get("id");
            assertThat(rules(session).get(0)).containsKeys("learnt", "elsewhere");

            // What lies behind the layer alone is summed by other kernels than the whole network.
            assertThat(difference(session.views().drag(SHOWN, rule, 0, 64), before, 2, Region.full()))
                    .isLessThan(0.01);
            Frame dragged = session.views().drag(SHOWN, rule, 1, 64);
            assertThat(difference(dragged, after, 2, Region.full())).isLessThan(0.01);
            double half = difference(session.views().drag(SHOWN, rule, 0.5, 64), before, 2, CROWN);
            assertThat(half).isPositive().isLessThan(difference(after, before, 2, CROWN));

            session.step(now -> now.strength(rule, 0));
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(before.rgba());
            session.undo();
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(after.rgba());
            session.revert();
            assertThat(rules(session)).isEmpty();
            session.undo();
        }
        try (StudioSession again = open()) {
            assertThat(again.views().draw(SHOWN, true, 64).rgba()).isEqualTo(after.rgba());
            assertThat(draft(again)).containsKey("object");
            again.redo();
            assertThat(rules(again)).isEmpty();
            for (int i = (int) again.state().get("undoable"); i > 0; i--) {
                again.undo();
            }
            assertThat(draft(again)).doesNotContainKey("object");
            assertThatThrownBy(again::undo).hasMessageContaining("nothing to undo");
        }
    }

    @Test
    void whatIsMarkedIsErasedAndFound() throws Exception {
        try (StudioSession session = open()) {
            session.settings(JsonText.parse("{\"layer\": \"layer5\"}", "settings"));
            Region mouth = Region.ellipse(32, 45, 10, 4);
            assertThatThrownBy(session.tasks()::search).hasMessageContaining("Nothing is marked");
            assertThat(ended(session.tasks().search("1:4", png(mouth))).message())
                    .isEmpty();
            assertThat(draft(session).get("contexts")).isEqualTo(List.of());
            assertThat(session.state()).containsKey("findings");
            Frame heat = session.views().heat(SHOWN);
            assertThat(heat.count()).isEqualTo(3);

            session.selections().context("1:4", png(mouth));
            Frame before = session.views().draw(List.of("1:4"), true, 64);
            assertThat(ended(session.tasks().erase()).message()).isEmpty();
            Frame after = session.views().draw(List.of("1:4"), true, 64);
            assertThat(difference(before, after, 0, mouth)).isGreaterThan(4 * difference(before, after, 0, CROWN));
            String rule = (String) rules(session).get(0).get("id");
            assertThat(session.views().fires(SHOWN, rule).count()).isEqualTo(3);
        }
    }

    @Test
    void wishesThatCannotBeFulfilledAreExplained() throws Exception {
        try (StudioSession session = open()) {
            assertThatThrownBy(session.tasks()::rewrite).hasMessageContaining("press Copy");
            assertThatThrownBy(() -> session.selections().paste("1:2", png(CROWN)))
                    .hasMessageContaining("Copy first");
            assertThatThrownBy(() -> session.selections().copy("1:2", new byte[] {1, 2, 3}))
                    .hasMessageContaining("mask");
            assertThatThrownBy(() -> session.show("8-3")).hasMessageContaining("backwards");
            assertThatThrownBy(() -> session.show("0-999999")).hasMessageContaining("500");
            assertThatThrownBy(() -> session.show("cats")).hasMessageContaining("0-8, 40");
            assertThatThrownBy(() -> session.thing("../../etc/passwd")).hasMessageContaining("keeps");
            assertThatThrownBy(() -> session.settings(JsonText.parse("{\"rank\": 0}", "x")))
                    .hasMessageContaining("rank");
            assertThat(session.state().get("undoable")).isEqualTo(0);
        }
    }

    @Test
    void whatTheRewriteNeedsIsTakenWhileTheObjectIsPlaced() throws Exception {
        try (StudioSession session = open()) {
            session.settings(JsonText.parse("{\"layer\": \"layer1\"}", "settings"));
            session.selections().copy("1:97", png(CROWN));
            Path statistics = folder.resolve("statistics");
            for (int i = 0; i < 2000 && !Files.isDirectory(statistics); i++) {
                Thread.sleep(20);
            }
            session.ahead().await(RewriteListener.SILENT);
            try (var kept = Files.list(statistics)) {
                assertThat(kept.map(file -> file.getFileName().toString()))
                        .anyMatch(name -> name.startsWith("layer1-"));
            }
        }
    }

    @Test
    void aFullDiskChangesNothing() throws Exception {
        boolean[] full = {false};
        Store store = (file, bytes) -> {
            if (full[0]) {
                throw new IOException("Could not write '" + file.getFileName() + "': No space left on device.");
            }
            Store.ATOMIC.write(file, bytes);
        };
        try (StudioSession session = StudioSession.open(avatars, folder, store)) {
            session.selections().copy("1:97", png(CROWN));
            Object before = session.state().get("draft");
            full[0] = true;
            assertThatThrownBy(() -> session.selections().paste("1:7", png(CROWN)))
                    .hasMessageContaining("No space");
            assertThatThrownBy(() -> session.show("0-3")).hasMessageContaining("No space");
            assertThat(session.state().get("draft")).isEqualTo(before);
            assertThat(session.state().get("ranges")).isEqualTo(StudioSession.FIRST_RANGES);
            full[0] = false;
            session.selections().paste("1:7", png(CROWN));
        }
    }

    @Test
    void aCancelledJobLeavesNothingAndAKilledOneIsSaid() throws Exception {
        try (StudioSession session = open()) {
            putTogether(session);
            Job job = session.tasks().overfit();
            assertThatThrownBy(session.tasks()::rewrite).hasMessageContaining("still running");
            String left = Files.readString(folder.resolve("session.json"));
            session.jobs().cancel(job.id());
            assertThat(ended(job).state()).isEqualTo(Job.State.CANCELLED);
            assertThat(rules(session)).isEmpty();
            Files.writeString(folder.resolve("session.json"), left);
        }
        try (StudioSession again = open()) {
            assertThat(again.jobs().toList()).singleElement().satisfies(job -> assertThat(job)
                    .containsEntry("state", "lost")
                    .containsEntry("kind", "overfit"));
            assertThat(draft(again)).containsKey("object");
        }
    }

    @Test
    void fiveHundredStepsTakeNoMemoryThatGrows() throws Exception {
        // Without forcing each file to the disk, which this is not about.
        try (StudioSession session = StudioSession.open(avatars, folder, (file, bytes) -> Files.write(file, bytes))) {
            session.selections().copy("1:97", png(CROWN));
            session.selections().paste("1:7", png(CROWN));
            session.settings(JsonText.parse("{\"rank\": 1, \"alike\": 0}", "settings"));
            assertThat(ended(session.tasks().rewrite()).message()).isEmpty();
            String rule = (String) rules(session).get(0).get("id");
            long early = 0;
            for (int i = 0; i < 250; i++) {
                double strength = i / 250.0;
                session.step(now -> now.strength(rule, strength));
                if (i % 5 == 0) {
                    session.views().draw(List.of("1:0"), true, 64);
                }
                session.undo();
                if (i == 20) {
                    early = used(Long.MAX_VALUE);
                }
                if (i % 5 == 0) {
                    session.redo();
                }
            }
            long bound = early + (24L << 20);
            assertThat(used(bound)).isLessThan(bound);
            assertThat((int) session.state().get("undoable")).isGreaterThan(50);
        }
    }

    /**
     * The least of some looks, of more where it is not below what is asked for: native memory is given back by another thread, after its
     * arrays were collected, and that thread may have to wait for its turn.
     */
    private static long used(long bound) throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4 || (least >= bound && i < 200); i++) {
            System.gc();
            Thread.sleep(20);
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            least = Math.min(least, heap + Pointer.totalBytes());
        }
        return least;
    }
}
