package com.example.toy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

// README begin
/**
 * Raises one output of a one-layer memory by an amount for the mean key m: dW = amount e_out m' / |m|^2 at the centre tap.
 * Works on every memory, of whatever library.
 */
final class Brighter implements RewriteStrategy<Brighter.Wish> {
    /** Which output and by how much. */
    record Wish(int output, double amount) {}

    @Override
    public String name() {
        return "brighter";
    }

    @Override
    public Rewrite rewrite(AssociativeMemory memory, Wish wish, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(wish, "wish");
        Objects.requireNonNull(listener, "listener");
        long started = System.nanoTime();
        listener.report(Stage.ORDINARY_KEYS, 0, 1);
        Keys keys = memory.keys(memory.sampler().sample(16, 2));
        INDArray mean = keys.tensor().castTo(DataType.DOUBLE).mean(0, 2, 3);
        double square = mean.norm2Number().doubleValue() * mean.norm2Number().doubleValue();
        Layer layer = memory.spec().first();
        WeightShape shape = layer.weightShape();
        INDArray left = Nd4j.zeros(DataType.FLOAT, shape.out(), 1, shape.kernelHeight(), shape.kernelWidth());
        int[] centre = {wish.output(), 0, shape.kernelHeight() / 2, shape.kernelWidth() / 2};
        left.putScalar(centre, wish.amount());
        INDArray right = mean.div(square).castTo(DataType.FLOAT).reshape(1, shape.in());
        Patch patch = Patch.learntAt(
                memory.spec(), List.of(new WeightDelta.LowRank(layer.weight(), left, right)), Map.of("by", name()));
        listener.report(Stage.ORDINARY_KEYS, 1, 1);
        RewriteReport report = RewriteReport.of(this, memory, new RewriteReport.Change(1, wish.amount(), List.of(1.0)))
                .rank(1)
                .losses(wish.amount(), 0)
                .iterations(1)
                .seconds("rewriting", (System.nanoTime() - started) / 1e9)
                .build();
        return new Rewrite(patch, report);
    }
}
// README end
