package io.github.rewrite4j.fuzz;

import com.sun.management.ThreadMXBean;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Judges how a reader takes a file that may be anything: it reads it, or refuses it with a documented exception whose
 * message is a sentence fit for a terminal; both within two seconds of computing and 256 MB of the Java heap.
 */
public final class ReaderTrial {
    private static final long MOST_SECONDS = 2;
    private static final long MOST_BYTES = 256L << 20;

    /** A screen of 24 lines of 80 characters. */
    private static final int LONGEST_MESSAGE = 24 * 80;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final Reader reader;
    private final List<Class<? extends Exception>> documented;

    private ReaderTrial(String name, Reader reader, List<Class<? extends Exception>> documented) {
        this.name = name;
        this.reader = reader;
        this.documented = documented;
    }

    /** Reads a file to its end: whatever its user could ask for is asked for. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] file) throws Exception;
    }

    /** Trial of a reader that refuses files by {@link FileFormatException}, {@link RewriteException} or IOException. */
    public static ReaderTrial of(String name, Reader reader) {
        return new ReaderTrial(
                name, reader, List.of(FileFormatException.class, RewriteException.class, IOException.class));
    }

    /** The same reader where only these exceptions are documented. */
    public ReaderTrial refusingBy(List<Class<? extends Exception>> exceptions) {
        return new ReaderTrial(name, reader, List.copyOf(exceptions));
    }

    public String name() {
        return name;
    }

    /**
     * Has the file read.
     *
     * @return whether it was read; false if it was refused as it should be
     * @throws AssertionError if anything else happened
     */
    public boolean read(byte[] file) {
        Cost first = cost(file);
        // Whoever reads first also loads classes, which Jazzer's hooks rewrite on the same thread for hundreds of
        // megabytes.
        Cost cost = first.excess().isEmpty() ? first : cost(file);
        cost.excess().ifPresent(excess -> {
            throw new AssertionError(about(file) + " took " + excess);
        });
        return cost.accepted;
    }

    private record Cost(boolean accepted, long milliseconds, long bytes) {
        Optional<String> excess() {
            if (milliseconds > TimeUnit.SECONDS.toMillis(MOST_SECONDS)) {
                return Optional.of(milliseconds + " ms");
            }
            return bytes > MOST_BYTES ? Optional.of((bytes >> 20) + " MB") : Optional.empty();
        }
    }

    private Cost cost(byte[] file) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        boolean accepted = accepts(file);
        return new Cost(
                accepted,
                TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - time),
                THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    private boolean accepts(byte[] file) {
        try {
            reader.read(file);
            return true;
        } catch (Exception e) {
            if (documented.stream().noneMatch(type -> type.isInstance(e))) {
                throw new AssertionError(about(file) + " ended in an exception that is not documented", e);
            }
            requireFit(file, e);
            return false;
        } catch (OutOfMemoryError | StackOverflowError e) {
            throw new AssertionError(about(file) + " ended in an error", e);
        }
    }

    private void requireFit(byte[] file, Exception refusal) {
        String message = refusal.getMessage();
        if (message == null || message.isBlank()) {
            throw new AssertionError(about(file) + " was refused without a message", refusal);
        }
        if (message.length() > LONGEST_MESSAGE) {
            throw new AssertionError(about(file) + " was refused in " + message.length() + " characters");
        }
        message.codePoints().filter(ReaderTrial::movesTheTerminal).findFirst().ifPresent(sign -> {
            throw new AssertionError(
                    about(file) + " was refused with the character U+" + Integer.toHexString(sign) + " in the message",
                    refusal);
        });
    }

    /** Control characters, also those that turn the direction of writing or break lines. */
    public static boolean movesTheTerminal(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private String about(byte[] file) {
        return name + ": a file of " + file.length + " bytes";
    }
}
