package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;

/** The door to native code: turns a missing library and refused arguments into errors that say what to do. */
final class OpenBlas {
    static final int ROW_MAJOR = 101;
    static final int COLUMN_MAJOR = 102;
    static final int NO_TRANSPOSE = 111;
    static final int TRANSPOSE = 112;
    static final int UPPER = 121;

    private OpenBlas() {}

    /**
     * Calls a LAPACK routine.
     *
     * @return its info, zero or positive: what a positive value means depends on the routine
     */
    static int lapack(String routine, IntSupplier call) {
        int info;
        try {
            info = call.getAsInt();
        } catch (LinkageError e) {
            throw missing(e);
        }
        if (info < 0) {
            throw new RewriteException("LAPACK " + routine + " refused argument " + -info
                    + ": it is not finite or has a wrong size; check the input matrix for NaN and infinity.");
        }
        return info;
    }

    /** Calls a BLAS routine. */
    static void blas(Runnable call) {
        try {
            call.run();
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    /** Native memory full of zeros, freed by the garbage collector or by closing it. */
    static DoublePointer zeros(long length) {
        try {
            DoublePointer memory = new DoublePointer(length);
            Pointer.memset(memory, 0, length * Double.BYTES);
            return memory;
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    /** A fixed vector without structure, to try a decomposition on. */
    static Matrix probe(int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = Math.sin(1 + 2.399963 * i) + 0.5;
        }
        return new Matrix(length, 1, values);
    }

    /** Fails if what a decomposition does to the probe is not what the matrix does to it. */
    static void requireAgreement(String what, Matrix actual, Matrix expected, double scale) {
        double worst = 0;
        for (int i = 0; i < actual.rows(); i++) {
            worst = Math.max(worst, Math.abs(actual.get(i, 0) - expected.get(i, 0)));
        }
        if (worst > 1e-9 * scale * actual.rows()) {
            throw new RewriteException("The native OpenBLAS library computed wrong " + what + " (off by " + worst
                    + "): this release is known to fail on some processors. Set the environment variable"
                    + " OPENBLAS_CORETYPE=Haswell before starting Java, or use a newer org.bytedeco:openblas.");
        }
    }

    private static RewriteException missing(LinkageError cause) {
        return new RewriteException(
                "The native OpenBLAS library cannot be loaded: add org.nd4j:nd4j-native:1.0.0-M2.1 with and without"
                        + " the classifier of your platform (such as linux-x86_64), together with"
                        + " org.bytedeco:openblas:0.3.19-1.5.7 and org.bytedeco:javacpp:1.5.7 with that classifier, to the"
                        + " class path.",
                cause);
    }
}
