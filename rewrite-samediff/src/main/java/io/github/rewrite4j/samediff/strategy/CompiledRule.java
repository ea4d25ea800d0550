package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.graph.Named;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What solvers and reports make of a rule. */
final class CompiledRule {
    private CompiledRule() {}

    /** The pairs of keys and goals, each with what the form of the layer reads beside them. */
    static List<InsertionProblem.Pair> pairs(LayerForm form, Rule rule) {
        List<InsertionProblem.Pair> pairs = new ArrayList<>();
        for (int n = 0; n < rule.boxes().size(); n++) {
            int row = n;
            INDArray energy = form.demodulation()
                    .map(d -> Named.in(rule.keys().side(), d.styleEnergy())
                            .getRow(row)
                            .dup())
                    .orElse(null);
            INDArray noise = form.noise()
                    .map(name -> Named.in(rule.keys().side(), name))
                    .map(maps -> EditCompiler.sample(maps, maps.size(0) == 1 ? 0 : row))
                    .orElse(null);
            pairs.add(new InsertionProblem.Pair(
                    EditCompiler.sample(rule.keys().tensor(), n),
                    energy,
                    noise,
                    EditCompiler.sample(rule.goal(), n),
                    rule.boxes().get(n)));
        }
        return pairs;
    }

    /** Mean |goal - value| in the boxes, by the memory itself. */
    static double loss(AssociativeMemory memory, Rule rule) {
        INDArray values = memory.values(rule.keys()).tensor();
        double sum = 0;
        long count = 0;
        for (int n = 0; n < rule.boxes().size(); n++) {
            Box box = rule.boxes().get(n);
            INDArrayIndex[] cells = {
                NDArrayIndex.point(n),
                NDArrayIndex.all(),
                NDArrayIndex.interval(box.top(), box.bottom()),
                NDArrayIndex.interval(box.left(), box.right())
            };
            INDArray residual = rule.goal()
                    .get(cells)
                    .castTo(DataType.DOUBLE)
                    .sub(values.get(cells).castTo(DataType.DOUBLE));
            sum += residual.norm1Number().doubleValue();
            count += residual.length();
        }
        return sum / count;
    }
}
