package io.github.rewrite4j.benchmarks.soak;

import static io.github.rewrite4j.examples.cli.Rewrite.VERSION;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A server that patches a generator for every request, at a strength that the request chooses, draws an image and closes
 * what it made; beside it the same server without patches:
 *
 * <pre>
 * java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.soak.PatchedRequests [--plain]
 * </pre>
 *
 * <p>Two processes, one of each kind, are to be compared by their largest resident memory: one that has served both kinds
 * keeps what the other had. A heap that is resident from the start keeps its own growth out of the comparison.
 */
@Command(
        name = "PatchedRequests",
        mixinStandardHelpOptions = true,
        version = VERSION,
        description = "Largest resident memory while requests are served, each by a patched generator of its own.")
public final class PatchedRequests implements Callable<Integer> {
    private static final String LAYER = "layer5";

    @Option(names = "--requests", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int requests = 6000;

    @Option(names = "--threads", paramLabel = "N", description = "Served at once (default: ${DEFAULT-VALUE}).")
    private int threads = 8;

    @Option(names = "--plain", description = "Serves without patches.")
    private boolean plain;

    private PatchedRequests() {}

    /** Runs; see the class. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new PatchedRequests()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        ComputeThreads.use(1);
        double most = serve(requests, threads, !plain);
        System.out.printf(
                Locale.ROOT,
                "%,d requests on %d threads %s patches: at most %.0f MB resident, %.0f MB of them the heap%n",
                requests,
                threads,
                plain ? "without" : "with",
                most,
                Runtime.getRuntime().totalMemory() / (double) (1 << 20));
        return 0;
    }

    /** Serves and gives the largest resident memory in megabytes. */
    static double serve(int requests, int threads, boolean patched) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        double most = 0;
        try (Generator generator = BundledGenerator.load()) {
            Patch patch = patch(generator, LAYER);
            AtomicInteger next = new AtomicInteger();
            List<Future<?>> servers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                servers.add(pool.submit(() -> {
                    for (int number = next.getAndIncrement(); number < requests; number = next.getAndIncrement()) {
                        request(generator, patch, number, patched);
                    }
                }));
            }
            for (Future<?> server : servers) {
                while (!server.isDone()) {
                    most = Math.max(most, ResidentMemory.megabytes());
                    Thread.sleep(20);
                }
                server.get();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } finally {
            pool.shutdownNow();
        }
        return most;
    }

    private static void request(Generator generator, Patch patch, int number, boolean patched) {
        if (patched) {
            try (Generator changed = generator.with(patch, number % 100 / 100.0)) {
                draw(changed, number);
            }
        } else {
            draw(generator, number);
        }
    }

    private static void draw(Generator generator, int number) {
        try (Inputs inputs = generator.sample(1, number)) {
            generator.generate(inputs).close();
        }
    }

    /** A random change of rank 16 of one layer. */
    public static Patch patch(Generator generator, String layer) {
        AssociativeMemory memory = generator.memory(layer);
        WeightShape shape = memory.spec().first().weightShape();
        Random random = new Random(1);
        WeightDelta change = new WeightDelta.LowRank(
                memory.spec().first().weight(),
                numbers(random, shape.out(), 16, shape.kernelHeight(), shape.kernelWidth()),
                numbers(random, 16, shape.in()));
        return new Patch(generator.spec().baseFingerprint(), List.of(change), Map.of("layer", layer));
    }

    private static INDArray numbers(Random random, long... shape) {
        INDArray array = Nd4j.create(shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian() * 0.01);
        }
        return array;
    }
}
