package io.github.rewrite4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Our half of the comparison with PyTorch: a process that does tasks when asked, so that both sides can take turns and warm
 * up once. {@code benchmarks/side-by-side/compare.py} asks.
 *
 * <p>A line on standard input is one request, a line on standard output its answer: {@code run TASK COUNT} gives wall and
 * processor milliseconds of each iteration, {@code losses TASK} the losses of the first steps, {@code export FILE} writes
 * what the other side needs and what it must reproduce.
 */
public final class SideBySide {
    private final ComparedTasks tasks;

    private SideBySide(ComparedTasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Answers requests until the input ends.
     *
     * @param args number of threads
     */
    public static void main(String[] args) throws IOException {
        int threads = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        ComputeThreads.use(threads);
        try (ComparedTasks tasks = new ComparedTasks(threads);
                BufferedReader requests =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            SideBySide worker = new SideBySide(tasks);
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                System.out.println("= " + worker.answer(List.of(line.strip().split(" "))));
                System.out.flush();
            }
        }
    }

    private String answer(List<String> request) throws IOException {
        return switch (request.get(0)) {
            case "run" -> run(request.get(1), Integer.parseInt(request.get(2)));
            case "losses" -> numbers(tasks.training(request.get(1)).losses());
            case "export" -> {
                tasks.export(Path.of(request.get(1)));
                yield "done";
            }
            case "version" -> "OpenJDK " + Runtime.version();
            default -> throw new IllegalArgumentException("There is no request like " + request + ".");
        };
    }

    private String run(String task, int count) {
        Runnable once = tasks.task(task);
        double[] wall = new double[count];
        long cpu = processNanos();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            once.run();
            wall[i] = (System.nanoTime() - start) / 1e6;
        }
        double used = (processNanos() - cpu) / 1e6 / count;
        return number(used) + " "
                + Arrays.stream(wall).mapToObj(SideBySide::number).collect(Collectors.joining(" "));
    }

    private static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(value -> Double.toString(value)).collect(Collectors.joining(" "));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
