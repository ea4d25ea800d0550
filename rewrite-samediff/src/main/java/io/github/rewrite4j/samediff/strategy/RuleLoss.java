package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Rule;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How far a memory is from a rule. */
final class RuleLoss {
    private RuleLoss() {}

    /** Mean |goal - value| in the boxes, by the memory itself. */
    static double of(AssociativeMemory memory, Rule rule) {
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
