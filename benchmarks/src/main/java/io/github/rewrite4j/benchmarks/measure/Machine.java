package io.github.rewrite4j.benchmarks.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Where numbers come from: they mean nothing without it. */
public final class Machine {
    private Machine() {}

    /** Processor, cores, load, system, JDK, backend, BLAS, threads, commit and date. */
    public static Map<String, String> facts(int threads) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "load",
                String.format(
                        Locale.ROOT,
                        "%.1f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        facts.put("backend", backend());
        facts.put("BLAS", "OpenBLAS 0.3.19");
        facts.put("threads", Integer.toString(threads));
        facts.put("commit", commit());
        facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        return facts;
    }

    /** Name and version of the backend, with the vector instructions that it was built for. */
    public static String backend() {
        String[] levels = {"any processor", "any processor", "AVX2", "AVX-512"};
        int level = NativeOpsHolder.getInstance().getDeviceNativeOps().binaryLevel();
        boolean helpers =
                NativeOpsHolder.getInstance().getDeviceNativeOps().buildInfo().contains("ONEDNN");
        return Nd4j.getBackend().getClass().getSimpleName() + " 1.0.0-M2.1"
                + (isGpu() ? "" : ", " + levels[Math.min(level, 3)] + (helpers ? ", oneDNN" : ""));
    }

    /** Whether the backend computes on a graphics processor. */
    public static boolean isGpu() {
        return !Nd4j.getBackend().getClass().getSimpleName().startsWith("Cpu");
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
        }
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer : "unknown";
        } catch (IOException noGit) {
            return "unknown";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
