package io.github.rewrite4j.samediff;

import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads native code computes with.
 *
 * <p>ND4J and OpenBLAS take one thread per core, and their idle threads spin: two threads on cores that others use as
 * well made work up to seventeen times slower than one. Small generators gain little from more, so one thread is the
 * advice unless the machine is yours alone. Results are the same to the bit only at the same number of threads.
 */
public final class ComputeThreads {
    /** System property that {@link #configured()} reads. */
    public static final String PROPERTY = "rewrite4j.threads";

    /** What was chosen for the process; 0: nothing. */
    private static volatile int chosen;

    /** What native code was told in this thread; absent: nothing. */
    private static final ThreadLocal<Integer> TOLD = new ThreadLocal<>();

    private static final int ONE_FOR_GOOD = -1;

    private ComputeThreads() {}

    /**
     * The number of threads that the system property {@value #PROPERTY} asks for, 1 where it is not set.
     *
     * @throws IllegalArgumentException when it is not a positive number
     */
    public static int configured() {
        String wanted = System.getProperty(PROPERTY, "1");
        try {
            return requirePositive(Integer.parseInt(wanted.strip()));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "The system property " + PROPERTY + " is '" + wanted + "': give a number of threads from 1.",
                    notANumber);
        }
    }

    /**
     * Sets the number of threads for the whole process; starts ND4J.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static void use(int threads) {
        requirePositive(threads);
        Backend.require();
        Nd4j.getEnvironment().setMaxThreads(threads);
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        chosen = threads;
        tell(threads, threads);
    }

    /**
     * Tells native code in this thread what {@link #use} chose, where it does not know yet: OpenMP keeps the number for each
     * thread, and a new thread begins with all cores. Called by everything here that is about to compute; costs nothing to
     * speak of.
     */
    public static void inThisThread() {
        int wanted = chosen;
        if (wanted > 0) {
            Integer told = TOLD.get();
            if (told == null || (told != wanted && told != ONE_FOR_GOOD)) {
                tell(wanted, wanted);
            }
        }
    }

    /**
     * Makes native code that this thread calls use one thread, for a thread of a pool that works beside others; what
     * other threads use stays as it is. Starts ND4J.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static void oneInThisThread() {
        Backend.require();
        tell(1, ONE_FOR_GOOD);
    }

    private static void tell(int threads, int remembered) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        // OpenBLAS has a number of its own for each thread, besides one for the process.
        if (chosen > 0) {
            openblas.blas_set_num_threads(chosen);
        }
        TOLD.set(remembered);
    }

    private static int requirePositive(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("The number of threads is " + threads + ": it must be at least 1.");
        }
        return threads;
    }
}
