package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A training that takes a step only when it is told to. It runs on a thread of its own and waits where it reports; handing
 * over costs some hundredths of a millisecond.
 */
public final class SteppedRun implements AutoCloseable {
    private static final int ENDLESS = 1_000_000;

    private final Semaphore wanted = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean ended;
    private volatile Throwable failure = new IllegalStateException("The training ended before it was told to.");

    /**
     * Starts and takes the first step.
     *
     * @param stage what the reports of the steps begin with; other stages pass without waiting
     * @param threads native ones; OpenMP keeps this number for each Java thread, so the training's own is told
     */
    private SteppedRun(String stage, int threads, Consumer<RewriteListener> training) {
        RewriteListener listener = progress -> {
            if (progress.stage().text().startsWith(stage) && progress.step() > 0) {
                done.release();
                wanted.acquireUninterruptibly();
            }
            return !stopped;
        };
        thread = new Thread(
                () -> {
                    try {
                        ComputeThreads.use(threads);
                        training.accept(listener);
                    } catch (RewriteCancelledException asked) {
                        failure = asked;
                    } catch (RuntimeException | Error broken) {
                        failure = broken;
                    } finally {
                        ended = true;
                        done.release();
                    }
                },
                "stepped-training");
        thread.setDaemon(true);
        thread.start();
        await();
    }

    /** A training of a projector for the layer of the bundled one, that is never measured and never ends by itself. */
    public static SteppedRun projector(Generator generator, ProjectorTraining training, int threads) {
        ProjectorTraining endless = training.iterations(ENDLESS)
                .evaluation(32, ENDLESS)
                .pool(128)
                .renewal(0)
                .standardisedOn(128);
        return new SteppedRun(
                "training the projector",
                threads,
                listener -> endless.train(generator.memory(BundledProjector.LAYER), listener));
    }

    /** A rewrite of the layers that suit a generator, from a few pictures, that never ends by itself. */
    public static SteppedRun outOfDomain(Generator generator, List<Exemplar> pictures, int threads) {
        OutOfDomainRewrite endless =
                OutOfDomainRewrite.inImages().steps(ENDLESS).threads(threads);
        return new SteppedRun(
                "rewriting",
                1,
                listener ->
                        endless.rewrite(OutOfDomainRewrite.memoryOf(generator), ExemplarEdit.of(pictures), listener));
    }

    /** An expansion that never ends by itself. */
    public static SteppedRun expansion(Generator generator, DomainExpansion training, int threads) {
        DomainExpansion endless =
                training.iterations(ENDLESS).reportEvery(ENDLESS).threads(threads);
        return new SteppedRun("expanding", 1, listener -> endless.train(generator, listener));
    }

    /** Takes a step and waits for its end. */
    public void step() {
        wanted.release();
        await();
    }

    private void await() {
        done.acquireUninterruptibly();
        if (ended) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        stopped = true;
        wanted.release();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
