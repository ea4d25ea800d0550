package io.github.rewrite4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledInpainter;
import io.github.rewrite4j.avatars.BundledTranslator;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A generator beside the same network in ONNX Runtime: one process, one thread each, nobody spins, rounds in turn. Both
 * have to draw the same images first. Prints a table with the least and the median of wall-clock time and of the time that
 * the thread computed, which other programs on the machine disturb less.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.BesideOnnxRuntime \
 *     benchmarks/side-by-side/avatar.onnx bundled 40 1 16
 * </pre>
 */
public final class BesideOnnxRuntime {
    /** In place of a checkpoint: the network is imported from the ONNX file itself. */
    private static final String ITSELF = "itself";

    /** In place of an ONNX file: the generator is exported first. */
    private static final String EXPORTED = "exported";

    private static final double TOLERANCE = 1e-4;
    private static final int WARM_UP = 5;
    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private BesideOnnxRuntime() {}

    /** One call of a side. */
    @FunctionalInterface
    private interface Side {
        void draw() throws OrtException;
    }

    /**
     * Measures.
     *
     * @param args the ONNX file, or {@code exported} to export the generator first; a checkpoint, {@code bundled}, {@code
     *     translator}, {@code inpainter}, or {@code itself} to import that file; rounds; numbers of images
     */
    public static void main(String[] args) throws IOException, OrtException {
        if (args.length < 4) {
            System.err.println(
                    "usage: BesideOnnxRuntime NETWORK.onnx|exported CHECKPOINT|bundled|translator|inpainter|itself ROUNDS IMAGES...");
            System.exit(2);
        }
        ComputeThreads.use(1);
        int rounds = Integer.parseInt(args[2]);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            try (Generator generator = load(args[0], args[1]);
                    OrtSession session = session(environment, args[0], generator, options)) {
                System.out.println("seed " + Sample.DEFAULT_SEED + ", OpenJDK " + Runtime.version() + ", ONNX Runtime "
                        + environment.getVersion() + ", one thread each, " + rounds + " rounds in turn");
                System.out.println("| images | deviation | least, ours | theirs | ratio | median, ours | theirs | ratio"
                        + " | least processor, ours | theirs | ratio | median processor, ours | theirs | ratio |");
                System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
                for (String images : Arrays.copyOfRange(args, 3, args.length)) {
                    System.out.println(compare(generator, environment, session, Integer.parseInt(images), rounds));
                }
            }
        }
    }

    private static OrtSession session(
            OrtEnvironment environment, String network, Generator generator, OrtSession.SessionOptions options)
            throws IOException, OrtException {
        if (!network.equals(EXPORTED)) {
            return environment.createSession(network, options);
        }
        Path file = Files.createTempFile("exported", ".onnx");
        try {
            OnnxExport.of(generator).write(file);
            return environment.createSession(file.toString(), options);
        } finally {
            Files.delete(file);
        }
    }

    private static Generator load(String network, String name) throws IOException {
        if (!name.equals(ITSELF)) {
            return switch (name) {
                case "bundled" -> BundledGenerator.load();
                case "translator" -> BundledTranslator.load().aToB();
                case "inpainter" -> BundledInpainter.load().inpainter();
                default -> StyleGan2.load(Path.of(name));
            };
        }
        Backend.require();
        long used = THREADS.getCurrentThreadCpuTime();
        long started = System.nanoTime();
        Generator generator = OnnxGenerator.load(Path.of(network));
        System.out.printf(
                Locale.ROOT,
                "imported %,d numbers in %.2f s, of which this thread computed %.2f s%n",
                generator.spec().parameters(),
                (System.nanoTime() - started) / 1e9,
                (THREADS.getCurrentThreadCpuTime() - used) / 1e9);
        return generator;
    }

    private static String compare(
            Generator generator, OrtEnvironment environment, OrtSession session, int images, int rounds)
            throws OrtException {
        Inputs inputs = generator.sample(images, Sample.DEFAULT_SEED);
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        try {
            for (String input : session.getInputNames()) {
                INDArray numbers = inputs.get(input);
                fed.put(
                        input,
                        OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.wrap(numbers.dup('c').data().asFloat()),
                                numbers.shape()));
            }
            double deviation = deviation(generator.generate(inputs), theirs(session, fed));
            if (!(deviation <= TOLERANCE)) {
                throw new IllegalStateException("The two draw different images: they deviate by " + deviation + ".");
            }
            Side ours = () -> generator.generate(inputs).close();
            Side their = () -> theirs(session, fed);
            long until = System.nanoTime() + WARM_UP_NANOS;
            for (int i = 0; i < WARM_UP || System.nanoTime() < until; i++) {
                ours.draw();
                their.draw();
            }
            double[][] times = new double[4][rounds];
            for (int round = 0; round < rounds; round++) {
                time(ours, times[0], times[2], round);
                time(their, times[1], times[3], round);
            }
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %d | %.1e |", images, deviation));
            for (int kind = 0; kind < 4; kind += 2) {
                row.append(cells(least(times[kind]), least(times[kind + 1])));
                row.append(cells(median(times[kind]), median(times[kind + 1])));
            }
            return row.toString();
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private static float[] theirs(OrtSession session, Map<String, OnnxTensor> fed) throws OrtException {
        try (OrtSession.Result result = session.run(fed)) {
            FloatBuffer numbers = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] copy = new float[numbers.remaining()];
            numbers.get(copy);
            return copy;
        }
    }

    private static double deviation(INDArray ours, float[] theirs) {
        float[] mine = ours.dup('c').data().asFloat();
        double largest = 0;
        double off = 0;
        for (int i = 0; i < theirs.length; i++) {
            largest = Math.max(largest, Math.abs(theirs[i]));
            off = Math.max(off, Math.abs(theirs[i] - mine[i]));
        }
        return mine.length == theirs.length ? off / largest : Double.POSITIVE_INFINITY;
    }

    private static void time(Side side, double[] wall, double[] processor, int round) throws OrtException {
        long used = THREADS.getCurrentThreadCpuTime();
        long started = System.nanoTime();
        side.draw();
        wall[round] = (System.nanoTime() - started) / 1e6;
        processor[round] = (THREADS.getCurrentThreadCpuTime() - used) / 1e6;
    }

    private static String cells(double ours, double theirs) {
        return String.format(Locale.ROOT, " %.2f | %.2f | %.2f |", ours, theirs, ours / theirs);
    }

    private static double least(double[] times) {
        return Arrays.stream(times).min().orElseThrow();
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
