package io.github.rewrite4j.samediff.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CovarianceCacheTest {
    private static final int SAMPLES = 6;
    private static final long SEED = 4;

    private static Generator avatars;
    private static AssociativeMemory memory;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        memory = avatars.memory("layer2");
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static double[] numbers(KeyCovariance covariance) {
        return covariance.matrix().dup('c').data().asDouble();
    }

    /** Asks the cache and counts how often the computation reported progress. */
    private static final class Asked {
        final AtomicInteger steps = new AtomicInteger();
        final KeyCovariance answer;

        Asked(Path folder, AssociativeMemory memory, int samples, long seed) {
            answer = CovarianceCache.in(folder).covariance(memory, samples, seed, progress -> {
                steps.incrementAndGet();
                return true;
            });
        }

        boolean computed() {
            return steps.get() > 0;
        }
    }

    private boolean computes(AssociativeMemory asked, int samples, long seed) {
        return new Asked(folder, asked, samples, seed).computed();
    }

    @Test
    void aHitReturnsEqualBitsWithoutComputing() {
        Asked first = new Asked(folder, memory, SAMPLES, SEED);
        Asked second = new Asked(folder, memory, SAMPLES, SEED);
        assertThat(first.computed()).isTrue();
        assertThat(second.computed()).isFalse();
        assertThat(numbers(second.answer)).isEqualTo(numbers(first.answer));
        assertThat(second.answer.count()).isEqualTo(first.answer.count());
        assertThat(CovarianceCache.in(folder).entryFor(memory, SAMPLES, SEED)).exists();
    }

    @Test
    void entriesOfOtherQuestionsAreNeverConfused() {
        assertThat(computes(memory, SAMPLES, SEED)).isTrue();
        assertThat(computes(memory, SAMPLES, SEED + 1)).isTrue();
        assertThat(computes(memory, SAMPLES + 1, SEED)).isTrue();
        assertThat(computes(avatars.memory("layer3"), SAMPLES, SEED)).isTrue();
        try (Generator earlier = avatars.with(Avatars.patch(avatars, "layer1", 1));
                Generator weaker = avatars.with(Avatars.patch(avatars, "layer1", 1), 0.5);
                Generator truncated = StyleGan2.truncated(avatars, 0.7)) {
            assertThat(computes(earlier.memory("layer2"), SAMPLES, SEED)).isTrue();
            assertThat(computes(weaker.memory("layer2"), SAMPLES, SEED)).isTrue();
            assertThat(computes(truncated.memory("layer2"), SAMPLES, SEED)).isTrue();
        }
        assertThat(computes(memory, SAMPLES, SEED)).isFalse();
    }

    @Test
    void patchesThatTheKeysDoNotSeeKeepTheEntry() {
        assertThat(computes(memory, SAMPLES, SEED)).isTrue();
        Patch own = Avatars.patch(avatars, "layer2", 1);
        Patch earlier = Avatars.patch(avatars, "layer1", 1);
        try (Generator later = avatars.with(Avatars.patch(avatars, "layer4", 1)).with(own);
                Generator restored = avatars.with(earlier).without(earlier)) {
            assertThat(computes(later.memory("layer2"), SAMPLES, SEED)).isFalse();
            assertThat(computes(restored.memory("layer2"), SAMPLES, SEED)).isFalse();
        }
        assertThat(computes(memory.with(own), SAMPLES, SEED)).isFalse();
        assertThat(computes(avatars.memory("layer2", "layer3"), SAMPLES, SEED)).isFalse();
    }

    enum Damage {
        CUT_OFF {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                Files.write(entry, Arrays.copyOf(whole, whole.length - 9));
            }
        },
        FLIPPED_BIT {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                whole[whole.length - 1000] ^= 4;
                Files.write(entry, whole);
            }
        },
        GARBAGE {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                Arrays.fill(whole, (byte) 0x5a);
                Files.write(entry, whole);
            }
        },
        EMPTY {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                Files.write(entry, new byte[0]);
            }
        },
        ANOTHER_SEED {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                rewrite(entry, "seed", "5", null);
            }
        },
        COUNT_IS_NO_NUMBER {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                rewrite(entry, "count", "many", null);
            }
        },
        ANOTHER_COUNT {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                rewrite(entry, "count", "17", null);
            }
        },
        A_SCALAR {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                rewrite(entry, "seed", "4", Nd4j.scalar(1.0));
            }
        },
        ANOTHER_SHAPE {
            @Override
            void apply(Path entry, byte[] whole) throws IOException {
                rewrite(entry, "seed", "4", Nd4j.eye(3).castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE));
            }
        };

        abstract void apply(Path entry, byte[] whole) throws IOException;

        static void rewrite(Path entry, String key, String value, INDArray matrix) throws IOException {
            Map<String, INDArray> tensors = new TreeMap<>();
            Map<String, String> metadata;
            try (SafeTensors file = SafeTensors.open(entry)) {
                metadata = new TreeMap<>(file.metadata());
                tensors.put("moment", matrix == null ? file.load("moment") : matrix);
            }
            metadata.put(key, value);
            SafeTensors.write(entry, tensors, metadata);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aDamagedEntryIsComputedAgainWithAWarningAndReplaced(Damage damage) throws IOException {
        Asked first = new Asked(folder, memory, SAMPLES, SEED);
        Path entry = CovarianceCache.in(folder).entryFor(memory, SAMPLES, SEED);
        byte[] whole = Files.readAllBytes(entry);
        damage.apply(entry, whole.clone());
        Asked[] second = new Asked[1];
        String log = logOf(() -> second[0] = new Asked(folder, memory, SAMPLES, SEED));
        assertThat(second[0].computed()).isTrue();
        assertThat(numbers(second[0].answer)).isEqualTo(numbers(first.answer));
        assertThat(log).contains("WARN").contains("computed again").contains(entry.toString());
        assertThat(Files.readAllBytes(entry)).isEqualTo(whole);
        assertThat(new Asked(folder, memory, SAMPLES, SEED).computed()).isFalse();
    }

    @Test
    void aFolderThatCannotBeWrittenCostsAWarningOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        Asked[] asked = new Asked[1];
        String log = logOf(() -> asked[0] = new Asked(file.resolve("cache"), memory, SAMPLES, SEED));
        assertThat(numbers(asked[0].answer))
                .isEqualTo(numbers(memory.covariance(SAMPLES, SEED, RewriteListener.SILENT)));
        assertThat(log).contains("WARN").contains("could not be kept");
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void aCancelledComputationLeavesNothingBehind() {
        assertThatThrownBy(() ->
                        CovarianceCache.in(folder).covariance(memory, SAMPLES, SEED, progress -> progress.step() == 0))
                .isInstanceOf(RewriteCancelledException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writersAtOnceLeaveOneValidEntry() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Asked>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(threads.submit(() -> new Asked(folder, memory, SAMPLES, SEED)));
            }
            double[] expected = numbers(memory.covariance(SAMPLES, SEED, RewriteListener.SILENT));
            for (Future<Asked> answer : answers) {
                assertThat(numbers(answer.get().answer)).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(CovarianceCache.in(folder).entryFor(memory, SAMPLES, SEED));
        }
        assertThat(computes(memory, SAMPLES, SEED)).isFalse();
    }

    /** What is logged meanwhile, by way of the standard error stream. */
    private static String logOf(Runnable action) {
        PrintStream usual = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(usual);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
