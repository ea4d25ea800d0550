package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.strategy.ClosedFormRewrite;
import io.github.rewrite4j.samediff.strategy.InImagesRewrite;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whatever takes long ends within a second when its thread is interrupted, and leaves nothing behind. */
class InterruptionTest {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private static final Region CROWN = Region.ellipse(32, 10, 10, 8);
    private static final Edit BUN = Edit.copy(Sample.of(17), CROWN).pasteInto(Sample.range(1, 40, 80), CROWN);
    private static final int FOREVER = 1_000_000;

    @TempDir
    private static Path folder;

    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        avatars.generate(avatars.sample(16, 1)).close();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** Something that would take minutes. */
    private interface Work {
        void run() throws Exception;
    }

    private static ExemplarEdit wornByMany() {
        INDArray picture = Nd4j.ones(3, 64, 64).muli(-0.8);
        Exemplar disc = Exemplar.of(picture, Region.ellipse(30, 30, 9, 9));
        return ExemplarEdit.of(disc).shownOn(Sample.range(1, 0, 2000));
    }

    /** One run of hundreds of operations, without a shortcut. */
    private static Program products() {
        SameDiff graph = SameDiff.create();
        SDVariable value = graph.placeHolder("x", DataType.FLOAT, 1000, 1000);
        SDVariable factor = graph.constant("factor", Nd4j.eye(1000).castTo(DataType.FLOAT));
        for (int i = 0; i < 200; i++) {
            value = value.mmul(factor);
        }
        value.rename("last");
        return new Program(graph);
    }

    private static Map<String, Work> works() {
        AssociativeMemory memory = avatars.memory("layer5");
        Program products = products();
        RewriteListener silent = RewriteListener.SILENT;
        DomainExpansion expansion = DomainExpansion.withDomains(
                        ImageTransform.of("dark", (picture, height, width) -> new float[picture.length]))
                .iterations(FOREVER);
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("drawing", () -> avatars.generate(avatars.sample(4_000, 1)));
        works.put("a far sample", () -> avatars.sampler().at(Sample.range(1, 4_000_000, 4_000_001)));
        works.put("keys", () -> avatars.memory("layer3").keys(avatars.sample(8_000, 1)));
        works.put("a graph", () -> products.run(Map.of("x", Nd4j.ones(1000, 1000)), List.of("last")));
        works.put("statistics", () -> memory.covariance(FOREVER, 1, silent));
        works.put("kept statistics", () -> CovarianceCache.in(folder.resolve("cache"))
                .covariance(memory, FOREVER, 1, silent));
        works.put(
                "low-rank rewrite",
                () -> LowRankRewrite.rank(3).statistics(FOREVER, 1).rewrite(memory, BUN));
        works.put("published insertion", () -> LowRankRewrite.rank(3)
                .statistics(64, 1)
                .byAdam(FOREVER, 0.01)
                .rewrite(memory, BUN));
        works.put("closed form", () -> ClosedFormRewrite.onChannels(RidgeUpdate.of(1))
                .statistics(FOREVER, 1)
                .rewrite(memory, BUN));
        works.put(
                "measuring",
                () -> UnitAblation.ofShare(0.1).evaluatedOn(1000, 2).rewrite(memory, BUN));
        works.put(
                "learning in images",
                () -> InImagesRewrite.standard().steps(FOREVER).rewrite(memory, BUN));
        works.put("out-of-domain rewrite", () -> OutOfDomainRewrite.inImages()
                .rewrite(avatars.memory("layer5", "layer6"), wornByMany()));
        works.put("training a projector", () -> ProjectorTraining.defaults()
                .iterations(FOREVER)
                .checkpoints(folder.resolve("projector"))
                .train(avatars.memory("layer6"), silent));
        works.put(
                "expansion",
                () -> expansion.checkpoints(folder.resolve("expansion")).train(avatars, silent));
        works.put(
                "inversion",
                () -> Inversion.defaults().iterations(FOREVER).invert(avatars, avatars.generate(avatars.sample(1, 3))));
        works.put("directions", () -> LatentBases.jacobian(LatentNetwork.of(avatars), 2000, 128, 1, silent));
        return works;
    }

    @TestFactory
    Stream<DynamicTest> everyLongWorkEndsWithinASecond() {
        return works().entrySet().stream().map(work -> dynamicTest(work.getKey(), () -> interrupted(work.getValue())));
    }

    private static void interrupted(Work work) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        boolean[] status = new boolean[1];
        AtomicLong ended = new AtomicLong();
        Thread thread = new Thread(() -> {
            begun.countDown();
            try {
                work.run();
            } catch (Exception | Error e) {
                thrown.set(e);
            }
            status[0] = Thread.currentThread().isInterrupted();
            ended.set(CLOCK.getCurrentThreadCpuTime());
        });
        thread.start();
        begun.await();
        // Long enough to be in the middle of it.
        thread.join(300);
        assertThat(thrown.get()).as("would take minutes").isNull();
        long before = CLOCK.getThreadCpuTime(thread.getId());
        thread.interrupt();
        thread.join(200);
        List<StackTraceElement> late = List.of(thread.getStackTrace());
        thread.join(200_000);
        assertThat(thread.isAlive()).as("still at " + late).isFalse();
        assertThat(thrown.get())
                .isInstanceOf(RewriteCancelledException.class)
                .hasMessageContaining("because the thread was interrupted");
        assertThat(status[0]).as("the interrupt status is kept").isTrue();
        // Of the thread's own time: a busy machine stretches the wall's at will.
        assertThat((ended.get() - before) / 1e9).as("was at " + late).isLessThan(1.0);
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).as("files").isEmpty();
        }
    }

    @Test
    void aCancelledFutureEndsAndItsThreadCanWorkOn() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Future<?> future = executor.submit(() -> {
                begun.countDown();
                try {
                    avatars.generate(avatars.sample(4_000, 1));
                } catch (RewriteCancelledException e) {
                    thrown.set(e);
                }
            });
            begun.await();
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(future.cancel(true)).isTrue();
            INDArray again = executor.submit(() -> avatars.generate(avatars.sample(3, 1)))
                    .get(200, TimeUnit.SECONDS);
            assertThat(thrown.get()).isNotNull();
            assertThat(again).isEqualTo(avatars.generate(avatars.sample(3, 1)));
        } finally {
            executor.shutdownNow();
        }
    }
}
