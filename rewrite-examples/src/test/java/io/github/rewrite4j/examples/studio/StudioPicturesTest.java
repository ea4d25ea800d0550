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
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.TinyClip;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Pictures, files and domains that go into a session and out of it. */
class StudioPicturesTest {
    private static final List<String> SHOWN = List.of("1:2", "1:3");
    private static final Path EDITS = Path.of(System.getProperty("basedir", "."), "edits");

    private static Generator avatars;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException {
        avatars = BundledGenerator.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static JsonNode json(String text) throws IOException {
        return JsonText.parse(text.replace('\'', '"'), "a test");
    }

    @Test
    void anObjectIsSeenWhereItWillBeAndItsTeachingCanBeCancelled() throws Exception {
        try (StudioSession session = StudioSession.open(avatars, folder)) {
            Map<String, Object> kept =
                    session.tasks().pictures().keep(Files.readAllBytes(EDITS.resolve("eyepatch.png")));
            assertThat(kept).containsEntry("alpha", true);
            String placed = "{'picture': '" + kept.get("key") + "', 'x': 40, 'y': 28, 'width': 30}";
            Frame before = session.views().draw(SHOWN, true, 64);
            Frame with = session.views().composite(SHOWN, json(placed), 64);
            assertThat(difference(before, with, 0, Region.ellipse(40, 28, 4, 4)))
                    .isGreaterThan(20);
            assertThat(difference(before, with, 0, CROWN)).isLessThan(1);

            Job job = session.tasks().teach(json("{'name': 'patch', 'exemplars': [" + placed + "]}"));
            while (session.preview().isEmpty() && job.state() == Job.State.RUNNING) {
                Thread.sleep(10);
            }
            Frame preview = session.views().draw(SHOWN, true, 64);
            assertThat(difference(before, preview, 0, Region.full())).isPositive();
            session.jobs().cancel(job.id());
            assertThat(ended(job).state()).isEqualTo(Job.State.CANCELLED);
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(before.rgba());
            assertThatThrownBy(() -> session.tasks().teach(json("{'exemplars': []}")))
                    .hasMessageContaining("drop one");
        }
    }

    @Test
    void editsAndPatchesGoOutAndComeBack() throws Exception {
        try (StudioSession session = StudioSession.open(avatars, folder)) {
            session.selections().copy("1:97", png(CROWN));
            session.selections().paste("1:7", png(CROWN));
            session.selections().context("1:2", png(CROWN));
            session.settings(json("{'rank': 1, 'alike': 0, 'layer': 'layer4'}"));
            Object selections = draft(session).get("pastes");
            byte[] zip = session.tasks()
                    .exchange()
                    .save(
                            session.draft(),
                            session.settings(),
                            session.selections().layer());
            byte[] original = session.tasks().exchange().saveOriginal(session.draft());
            session.step(Draft::withoutSelections);
            session.tasks().load(zip, "edit.zip");
            assertThat(draft(session).get("pastes")).isEqualTo(selections);
            session.step(Draft::withoutSelections);
            session.tasks().load(original, "edit.json");
            assertThat(draft(session)).containsKey("object");
            assertThat((List<?>) draft(session).get("contexts")).hasSize(1);
            session.tasks().load(Files.readAllBytes(EDITS.resolve("bun.json")), "bun.json");
            assertThat((List<?>) draft(session).get("pastes")).hasSize(4);
            assertThat(session.selections().layer())
                    .isEqualTo(EditFile.read(EDITS.resolve("bun.json")).layer());

            session.undo();
            session.settings(json("{'rank': 1, 'alike': 0, 'layer': 'layer4'}"));
            assertThat(ended(session.tasks().rewrite()).message()).isEmpty();
            Frame after = session.views().draw(SHOWN, true, 64);
            byte[] saved = session.tasks().exchange().saveRules(session.draft().rules());
            byte[] patch = session.thing(session.draft().rules().get(0).patch());
            session.gallery().snapshot();
            session.revert();
            session.tasks().load(saved, "rules.safetensors");
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(after.rgba());
            session.revert();
            session.tasks().load(patch, "mine.safetensors");
            assertThat(rules(session)).singleElement().satisfies(rule -> assertThat(rule)
                    .containsEntry("name", "mine"));
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(after.rgba());
            session.revert();
            session.gallery().restore(0);
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(after.rgba());
            assertThat(Images.read(new ByteArrayInputStream(session.views().sheet(SHOWN, List.of("#2", "#3"))), "sheet")
                            .size(2))
                    .isGreaterThan(128);

            Job walk = ended(session.tasks().walk());
            assertThat(walk.message()).isEmpty();
            Job onnx = ended(session.tasks().onnx());
            assertThat(onnx.message()).isEmpty();
            Object key = ((Map<?, ?>) onnx.toMap().get("result")).get("key");
            Path network = Files.write(folder.resolve("network.onnx"), session.thing(String.valueOf(key)));
            try (Generator read = OnnxGenerator.load(network)) {
                assertThat(read.layers()).isNotEmpty();
            }
        }
    }

    @Test
    void anOwnPictureBecomesAnImageOfTheGrid() throws Exception {
        try (StudioSession session = StudioSession.open(avatars, folder)) {
            INDArray picture = avatars.generate(avatars.sample(1, 5));
            Path file = folder.resolve("me.png");
            Images.write(picture, file);
            Map<String, Object> kept = session.tasks().pictures().keep(Files.readAllBytes(file));
            Job job = session.tasks().draw(json("{'picture': '" + kept.get("key") + "', 'name': 'me', 'steps': 12}"));
            assertThat(ended(job).message()).isEmpty();
            String key = session.shown().get(0);
            assertThat(key).startsWith("own:");
            assertThat(rules(session)).singleElement().satisfies(rule -> assertThat(rule)
                    .containsEntry("kind", "pivot"));
            Frame drawn = session.views().draw(List.of(key), true, 64);
            assertThat(difference(drawn, Frame.of(picture, 64), 0, Region.full()))
                    .isLessThan(40);
            session.selections().copy(key, png(CROWN));
        }
        try (StudioSession again = StudioSession.open(avatars, folder)) {
            assertThat(again.shown().get(0)).startsWith("own:");
            assertThat(again.views()
                            .draw(List.of(again.shown().get(0)), true, 64)
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void domainsMoveAndAreTaught() throws Exception {
        try (Generator expanded = BundledExpansion.load();
                StudioSession session = StudioSession.open(expanded, folder.resolve("expanded"))) {
            Frame before = session.views().draw(SHOWN, true, 64);
            Frame night = session.views().move(SHOWN, Map.of("night", 1.0), 64);
            assertThat(difference(before, night, 0, Region.full())).isGreaterThan(15);
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(before.rgba());
            session.domains().move("night", 1);
            assertThat(session.views().draw(SHOWN, true, 64).rgba()).isEqualTo(night.rgba());
            assertThatThrownBy(() -> session.domains().move("nigth", 1)).hasMessageContaining("night");
        }
        try (StudioSession session = StudioSession.open(avatars, folder)) {
            Job job = session.tasks().teachDomain(json("{'effect': 'night', 'steps': 1}"));
            assertThat(ended(job).message()).isEmpty();
            assertThat((List<?>) session.state().get("expanded")).hasSize(1);
            assertThatThrownBy(() -> session.tasks().teachDomain(json("{'effect': 'cats', 'steps': 1}")))
                    .hasMessageContaining("night");
            Job words = session.tasks().teachDomain(json("{'words': 'a big smile', 'steps': 1}"));
            assertThat(ended(words).message()).isEmpty();
            assertThat(String.valueOf(session.state().get("expanded"))).contains("a big smile");
            assertThatThrownBy(() -> session.tasks().teachDomain(json("{'words': ' , ', 'steps': 1}")))
                    .hasMessageContaining("big smile");
        }
    }

    @Test
    void aDomainIsTaughtInAnyWordsWithAClipFileOfTheUsers() throws Exception {
        Path clip = TinyClip.in(folder);
        try (StudioSession session =
                StudioSession.open(avatars, folder.resolve("session")).clip(clip)) {
            assertThat(String.valueOf(session.state().get("generator"))).contains("words=any");
            Job sketch = session.tasks().teachDomain(json("{'words': 'a cat sketch', 'steps': 1}"));
            assertThat(ended(sketch).message()).isEmpty();
            assertThat(String.valueOf(session.state().get("expanded"))).contains("a cat sketch");
        }
    }
}
