package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.examples.models.EsrganSlim;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network of somebody else's by plans beside the same graph through SameDiff's session: one process, one thread, rounds in
 * turn. Prints the least and the median of the time that the thread computed.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.BesideSession 40 64 128
 * </pre>
 */
public final class BesideSession {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 15;

    private BesideSession() {}

    /**
     * Measures.
     *
     * @param args rounds; sides of pictures
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: BesideSession ROUNDS SIDES...");
            System.exit(2);
        }
        ComputeThreads.use(1);
        int rounds = Integer.parseInt(args[0]);
        Program plans = new Program(EsrganSlim.graph());
        Program session = Program.bySession(EsrganSlim.graph());
        System.out.println("| side | deviation | least, plan | session | times | median, plan | session | times |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String side : Arrays.copyOfRange(args, 1, args.length)) {
            System.out.println(compare(plans, session, Integer.parseInt(side), rounds));
        }
    }

    private static String compare(Program plans, Program session, int side, int rounds) {
        INDArray picture = Nd4j.rand(1, 3, side, side).muli(255);
        for (int i = 0; i < WARM_UP; i++) {
            run(plans, picture).close();
        }
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double deviation = 0;
        for (int i = 0; i < rounds; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            INDArray a = run(plans, picture);
            long between = THREADS.getCurrentThreadCpuTime();
            INDArray b = run(session, picture);
            theirs[i] = (THREADS.getCurrentThreadCpuTime() - between) / 1e6;
            ours[i] = (between - start) / 1e6;
            deviation = a.sub(b).amaxNumber().doubleValue() / b.amaxNumber().doubleValue();
            a.close();
            b.close();
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        int middle = rounds / 2;
        return String.format(
                Locale.ROOT,
                "| %d | %.1e | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |",
                side,
                deviation,
                ours[0],
                theirs[0],
                theirs[0] / ours[0],
                ours[middle],
                theirs[middle],
                theirs[middle] / ours[middle]);
    }

    private static INDArray run(Program program, INDArray picture) {
        return Named.in(program.run(Map.of(EsrganSlim.INPUT, picture), List.of(EsrganSlim.OUTPUT)), EsrganSlim.OUTPUT);
    }
}
