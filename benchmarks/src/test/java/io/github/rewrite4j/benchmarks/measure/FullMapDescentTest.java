package io.github.rewrite4j.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import org.junit.jupiter.api.Test;

class FullMapDescentTest {
    private static final int STEPS = 200;

    /** A baseline that computes something else could be as slow as one likes. */
    @Test
    void bothFormsOfTheBaselineDescendToTheSameLoss() throws Exception {
        ComputeThreads.use(1);
        try (Generator generator = BundledGenerator.load()) {
            AssociativeMemory memory = generator.memory("layer4");
            Edit edit = AvatarEdits.bun().plan().edit();
            Rewrite onCells = LowRankRewrite.rank(1)
                    .gamma(0)
                    .evaluatedOn(0, 2)
                    .byProjectedGradient(STEPS, 0.05)
                    .rewrite(memory, edit);
            WeightDelta.LowRank change =
                    (WeightDelta.LowRank) onCells.patch().deltas().get(0);
            FullMapDescent onMaps = new FullMapDescent(memory, EditCompiler.rule(memory, edit), change.right());
            double loss = onMaps.run(STEPS);
            assertThat(loss)
                    .isCloseTo(onCells.report().lossAfter(), withPercentage(2))
                    .isLessThan(onCells.report().lossBefore());
        }
    }
}
