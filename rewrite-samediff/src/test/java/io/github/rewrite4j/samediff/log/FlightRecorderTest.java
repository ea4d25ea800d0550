package io.github.rewrite4j.samediff.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {
    @TempDir
    Path folder;

    @Test
    void aRecordingHearsWhatTheLibraryDoes() throws Exception {
        try (Generator avatars = Avatars.load();
                Generator patched = avatars.with(Avatars.patch(avatars, "layer6", 1));
                Recording recording = new Recording()) {
            recording.start();
            try (Inputs inputs = avatars.sample(3, 1)) {
                patched.generate(inputs).close();
            }
            CovarianceCache cache = CovarianceCache.in(folder.resolve("cache"));
            cache.covariance(avatars.memory("layer6"), 16, 1, RewriteListener.SILENT);
            cache.covariance(avatars.memory("layer6"), 16, 1, RewriteListener.SILENT);
            Region lip = Region.ellipse(32, 37, 9, 2.5);
            LowRankRewrite.rank(1)
                    .statistics(16, 1)
                    .evaluatedOn(0, 1)
                    .rewrite(
                            avatars.memory("layer3"),
                            Edit.copy(Sample.of(204), lip).pasteInto(Sample.range(1, 1000, 1004), lip));
            RewriteListener.SILENT.report(Stage.REWRITING, 3, 10, 0.25);
            recording.stop();
            Path file = folder.resolve("run.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().startsWith("io.github.rewrite4j."))
                    .toList();
            assertThat(events)
                    .anyMatch(is(
                            "Generation",
                            event -> event.getInt("images") == 3
                                    && event.getInt("patches") == 1
                                    && event.getDuration().toNanos() > 0))
                    .anyMatch(is("Cache", event -> !event.getBoolean("hit")))
                    .anyMatch(is(
                            "Cache",
                            event -> event.getBoolean("hit")
                                    && event.getString("layer").equals("layer6")))
                    .anyMatch(is("Statistics", event -> event.getInt("samples") == 16))
                    .filteredOn(is("Generation", event -> event.getInt("images") == 3))
                    .as("one for each call, whatever the batch")
                    .hasSize(1);
            assertThat(events)
                    .anyMatch(is(
                            "Edit",
                            event -> event.getString("layer").equals("layer3")
                                    && event.getString("strategy").contains("low-rank")
                                    && event.getDouble("residual") < 1
                                    && event.getDouble("seconds") > 0))
                    .anyMatch(is(
                            "Step",
                            event -> event.getString("stage").equals("rewriting")
                                    && event.getInt("step") == 3
                                    && event.getDouble("loss") == 0.25));
        }
    }

    private static Predicate<RecordedEvent> is(String name, Predicate<RecordedEvent> facts) {
        return event -> event.getEventType().getName().equals("io.github.rewrite4j." + name) && facts.test(event);
    }
}
