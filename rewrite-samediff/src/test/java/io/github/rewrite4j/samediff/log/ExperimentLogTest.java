package io.github.rewrite4j.samediff.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Progress;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.Summary;

/** Event files are read by the classes that TensorFlow's own definitions were compiled to. */
class ExperimentLogTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.5Z");

    @TempDir
    Path folder;

    private record Event(double time, long step, String version, Summary summary) {}

    @Test
    void lossesAreCurvesAndAStageThatRunsAgainGoesOn() throws Exception {
        try (ExperimentLog log = ExperimentLog.in(folder, Clock.fixed(NOW, ZoneOffset.UTC))) {
            Stage stage = Stage.of("learning it");
            for (int run = 0; run < 2; run++) {
                for (int step = 0; step < 3; step++) {
                    assertThat(log.onProgress(Progress.of(stage, step, 3, 1.0 / (1 + step + 10 * run))))
                            .isTrue();
                }
            }
            log.onProgress(Progress.of(Stage.of("a stage without losses"), 1, 2, Double.NaN));
            log.scalar("success, \"fresh\"", 7, 0.75);
        }
        assertThat(Files.readAllLines(folder.resolve("scalars.csv")))
                .containsExactly(
                        "time,stage,step,total,loss",
                        "2026-11-28T12:00:00.500Z,learning-it,0,3,1.0",
                        "2026-11-28T12:00:00.500Z,learning-it,1,3,0.5",
                        "2026-11-28T12:00:00.500Z,learning-it,2,3," + 1.0 / 3,
                        "2026-11-28T12:00:00.500Z,learning-it,3,3," + 1.0 / 11,
                        "2026-11-28T12:00:00.500Z,learning-it,4,3," + 1.0 / 12,
                        "2026-11-28T12:00:00.500Z,learning-it,5,3," + 1.0 / 13,
                        "2026-11-28T12:00:00.500Z,\"success, \"\"fresh\"\"\",7,,0.75");
        List<Event> events = events();
        assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(events).extracting(Event::time).containsOnly(1795867200.5);
        List<Event> curves = events.subList(1, events.size());
        assertThat(curves).extracting(Event::step).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 7L);
        assertThat(curves.get(3).summary().getValue(0).getTag()).isEqualTo("learning-it");
        assertThat(curves.get(3).summary().getValue(0).getSimpleValue()).isEqualTo(1f / 11);
    }

    @Test
    void settingsAndPicturesAreShownToo() throws Exception {
        try (ExperimentLog log = ExperimentLog.in(folder)) {
            log.settings(Map.of("seed", 3));
            log.settings(Map.of("layer", "layer5"));
            log.picture("after all", 12, Nd4j.zeros(3, 3, 4, 6));
        }
        assertThat(Files.readString(folder.resolve("settings.json")))
                .contains("\"seed\" : 3", "\"layer\" : \"layer5\"");
        byte[] png = Files.readAllBytes(folder.resolve("pictures").resolve("after_all-000012.png"));
        List<Event> events = events();
        Summary.Value text = events.get(2).summary().getValue(0);
        assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
        assertThat(text.getTensor().getDtype()).isEqualTo(DataType.DT_STRING);
        assertThat(text.getTensor().getStringVal(0).toStringUtf8()).contains("\"layer\" : \"layer5\"");
        Summary.Image picture = events.get(3).summary().getValue(0).getImage();
        assertThat(picture.getEncodedImageString().toByteArray()).isEqualTo(png);
        assertThat(picture.getWidth()).isGreaterThan(picture.getHeight());
    }

    @Test
    void anExperimentIsContinuedWhereItWasLogged() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (ExperimentLog log = ExperimentLog.in(folder, Clock.fixed(NOW, ZoneOffset.UTC))) {
                log.scalar("x", run, run);
            }
        }
        assertThat(Files.readAllLines(folder.resolve("scalars.csv"))).hasSize(3);
        assertThat(eventFiles()).hasSize(2);
    }

    @Test
    void aRewriteIsLoggedWhileAnotherListenerHearsItAndMayStopIt() throws Exception {
        List<Progress> heard = new ArrayList<>();
        try (Generator avatars = Avatars.load();
                ExperimentLog log = ExperimentLog.in(folder)) {
            Region lip = Region.ellipse(32, 37, 9, 2.5);
            Edit edit = Edit.copy(Sample.of(204), lip).pasteInto(Sample.of(4), lip);
            RewriteListener both = log.before(progress -> heard.add(progress));
            Rewrite rewrite = LowRankRewrite.rank(1).rewrite(avatars.memory("layer6"), edit, both);
            assertThat(rewrite.patch().deltas()).isNotEmpty();
            assertThat(log.before(progress -> false).onProgress(heard.get(0))).isFalse();
        }
        long losses = heard.stream()
                .filter(progress -> !Double.isNaN(progress.loss()))
                .count();
        assertThat(losses).isPositive();
        assertThat(Files.readAllLines(folder.resolve("scalars.csv")).size()).isGreaterThan((int) losses);
    }

    private List<Path> eventFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains("tfevents"))
                    .toList();
        }
    }

    /** Checks the checksums as TensorFlow's reader does. */
    private List<Event> events() throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(eventFiles().get(0))).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (file.hasRemaining()) {
            byte[] length = new byte[8];
            file.get(length);
            assertThat(file.getInt()).isEqualTo(masked(length));
            byte[] data = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            file.get(data);
            assertThat(file.getInt()).isEqualTo(masked(data));
            UnknownFieldSet fields = UnknownFieldSet.parseFrom(data);
            events.add(new Event(
                    Double.longBitsToDouble(fields.getField(1).getFixed64List().get(0)),
                    fields.getField(2).getVarintList().get(0),
                    fields.hasField(3)
                            ? fields.getField(3).getLengthDelimitedList().get(0).toStringUtf8()
                            : "",
                    fields.hasField(5)
                            ? Summary.parseFrom(
                                    fields.getField(5).getLengthDelimitedList().get(0))
                            : Summary.getDefaultInstance()));
        }
        return events;
    }

    /** CRC-32C bit by bit, as its definition has it. */
    private static int masked(byte[] data) {
        int crc = -1;
        for (byte b : data) {
            crc ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        int plain = ~crc;
        return (plain >>> 15 | plain << 17) + 0xa282ead8;
    }
}
