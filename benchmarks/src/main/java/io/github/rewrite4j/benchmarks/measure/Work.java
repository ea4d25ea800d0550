package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.avatars.BundledGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How much a benchmark does, and of what: what its time is divided into. Counted are the multiplications and additions that
 * the task needs, or the bytes that it has to move, not what an implementation happens to do.
 *
 * @param amount operations or bytes per call
 * @param unit what is counted
 */
record Work(double amount, Unit unit) {
    private static final double BATCH_KEYS = 4096;
    private static final int RIGHT_HAND_SIDES = 16;

    /** What is counted, and what the machine allows of it. */
    enum Unit {
        SYRK("of ssyrk"),
        FLOAT32("of sgemm"),
        FLOAT64("of dgemm"),
        BYTES("of a copy");

        private final String label;

        Unit(String label) {
            this.label = label;
        }

        private double peak(Peaks peaks) {
            return switch (this) {
                case SYRK -> peaks.ssyrk();
                case FLOAT32 -> peaks.sgemm();
                case FLOAT64 -> peaks.dgemm();
                case BYTES -> peaks.copy();
            };
        }
    }

    /** The achieved rate and its share of the peak, such as "61.2 GFLOP/s, 84 % of ssyrk". */
    String achieved(double milliseconds, Peaks peaks) {
        double rate = amount / milliseconds * 1e3;
        return String.format(
                Locale.ROOT,
                "%.2f %s, %.0f %% %s",
                rate / 1e9,
                unit == Unit.BYTES ? "GB/s" : "GFLOP/s",
                100 * rate / unit.peak(peaks),
                unit.label);
    }

    /** The work of a benchmark, by its class and method; empty where no single kind of work stands for it. */
    static Optional<Work> of(String benchmark, Map<String, String> parameters) {
        double d = number(parameters, "channels");
        double batch = number(parameters, "batch");
        return Optional.ofNullable(
                switch (benchmark) {
                    case "SecondMomentBenchmark.syrk" -> new Work(d * (d + 1) * BATCH_KEYS, Unit.SYRK);
                    case "SecondMomentBenchmark.gemm", "SecondMomentBenchmark.outerProducts" ->
                        new Work(2 * d * d * BATCH_KEYS, Unit.FLOAT32);
                    case "KeyStreamBenchmark.stream" -> new Work(d * (d + 1) * number(parameters, "keys"), Unit.SYRK);
                    case "SolveBenchmark.factor", "ExactUpdateBenchmark.factoring" ->
                        new Work(d * d * d / 3, Unit.FLOAT64);
                    case "SolveBenchmark.solve" -> new Work(2 * d * d * RIGHT_HAND_SIDES, Unit.FLOAT64);
                    // Tridiagonal form 4/3, its eigenvectors up to 4/3, back 2, composition 1, in units of d^3.
                    case "SolveBenchmark.whiten" -> new Work(17.0 / 3 * d * d * d, Unit.FLOAT64);
                    // Reading the triangle twice and the weight once.
                    case "ExactUpdateBenchmark.cached" -> new Work(2 * d * d * Double.BYTES, Unit.BYTES);
                    case "GenerateBenchmark.generate" -> new Work(batch * layers(0, 99), Unit.FLOAT32);
                    case "GenerateBenchmark.keys" -> new Work(batch * layers(0, 5), Unit.FLOAT32);
                    case "GenerateBenchmark.decode" -> new Work(batch * layers(6, 99), Unit.FLOAT32);
                    case "SafeTensorsBenchmark.read", "SafeTensorsBenchmark.write" ->
                        new Work(2 * number(parameters, "megabytes") * (1 << 20), Unit.BYTES);
                    default -> null;
                });
    }

    private static double number(Map<String, String> parameters, String name) {
        return Double.parseDouble(parameters.getOrDefault(name, "0"));
    }

    /** Operations of the convolutions of one sample from a layer to before another; at most a few per cent are left out. */
    static double layers(int from, int before) {
        double sum = 0;
        for (Layer layer : Layers.OF_BUNDLED) {
            if (layer.index() >= from && layer.index() < before) {
                sum += 2.0
                        * layer.weightShape().out()
                        * layer.weightShape().in()
                        * layer.weightShape().kernelHeight()
                        * layer.weightShape().kernelWidth()
                        * layer.valueShape().height()
                        * layer.valueShape().width();
            }
        }
        return sum;
    }

    /** Loaded when first needed. */
    private static final class Layers {
        private static final List<Layer> OF_BUNDLED = read();

        private static List<Layer> read() {
            try (Generator generator = BundledGenerator.load()) {
                return generator.layers();
            } catch (IOException missing) {
                throw new IllegalStateException(missing);
            }
        }
    }
}
