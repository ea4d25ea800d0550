package io.github.rewrite4j.samediff.strategy;

import static io.github.rewrite4j.samediff.Differences.largest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.generator.nvidia.StyleGan3;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rules written into layers whose rectifier lies between filters: StyleGAN3, configurations T and R. */
class FilteredRewriteTest {
    private static final int RANK = 2;
    private static final Region SPOT = Region.ellipse(16, 16, 6, 5);

    private static InsertionProblem problem(AssociativeMemory memory, Box box, double scale) {
        LayerForm form = memory.form().orElseThrow();
        Inputs inputs = memory.sampler().sample(2, 5);
        Keys keys = memory.keys(inputs);
        INDArray goal = memory.values(keys).tensor().muli(scale);
        INDArray weight = Named.in(memory.weights(), form.weight());
        Random random = new Random(3);
        int in = (int) weight.size(1);
        Matrix directions =
                Matrix.of(RANK, in, random.doubles((long) RANK * in, -1, 1).toArray());
        return new InsertionProblem(
                form, weight, directions, InsertionProblem.pairs(form, new Rule(keys, goal, List.of(box, box))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg3t", "nv_sg3r_cond"})
    void theFormIsTheLayerToTheEdgesOfItsGrid(String name) throws IOException {
        try (Generator generator = StyleGan3.load(NvidiaGolden.path(name + ".pkl"))) {
            for (Layer layer : generator.layers()) {
                AssociativeMemory memory = generator.memory(layer.name());
                LayerForm form = memory.form().orElseThrow();
                int side = layer.valueShape().height();
                assertThat(form.valueGrid(
                                layer.keyShape().height(), layer.keyShape().width()))
                        .containsExactly(side, side);
                for (Box box : List.of(new Box(0, 0, side, side), new Box(3, side - 9, 8, side - 2))) {
                    InsertionProblem problem = problem(memory, box, 1);
                    InsertionProblem nothing = problem(memory, box, 0);
                    double[][] none = new double[problem.out()][problem.unknowns()];
                    assertThat(problem.loss(none)).as(layer.name()).isLessThan(2e-5 * nothing.loss(none));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg3t", "nv_sg3r_cond"})
    void theJacobianAndTheGradientAreThoseOfFiniteDifferences(String name) throws IOException {
        try (Generator generator = StyleGan3.load(NvidiaGolden.path(name + ".pkl"))) {
            AssociativeMemory memory =
                    generator.memory(generator.layers().get(2).name());
            InsertionProblem problem = problem(memory, new Box(10, 12, 15, 18), 0.7);
            ChannelModel model = new ChannelModel(problem, 1);
            double[] at = new Random(1).doubles(problem.unknowns(), -0.3, 0.3).toArray();
            double[] residuals = new double[problem.cells()];
            double[] jacobian = new double[problem.cells() * at.length];
            model.evaluate(at, residuals, jacobian);
            ChannelModelTest.assertChangeAlongAStep(model, at, jacobian);
            double size = 0;
            for (double slope : jacobian) {
                size = Math.max(size, Math.abs(slope));
            }
            double step = 1e-7;
            for (int j = 0; j < at.length; j++) {
                double[] up = at.clone();
                double[] down = at.clone();
                up[j] += step;
                down[j] -= step;
                double[] high = model.residuals(up);
                double[] low = model.residuals(down);
                for (int p = 0; p < residuals.length; p++) {
                    assertThat(jacobian[p * at.length + j])
                            .isCloseTo((low[p] - high[p]) / (2 * step), within(1e-4 * size));
                }
            }
            double[][] amounts = new double[problem.out()][problem.unknowns()];
            double[][] weight = new double[problem.out()][];
            for (int o = 0; o < problem.out(); o++) {
                weight[o] = problem.weight(o).clone();
            }
            double[][] gradient = new double[problem.out()][weight[0].length];
            assertThat(ProjectedGradient.gradient(problem, weight, gradient))
                    .isCloseTo(problem.loss(amounts), within(1e-10));
            weight[1][4] += step;
            double more = ProjectedGradient.gradient(problem, weight, new double[problem.out()][weight[0].length]);
            assertThat((more - problem.loss(amounts)) / step)
                    .isCloseTo(gradient[1][4], within(1e-3 * Math.abs(gradient[1][4]) + 1e-9));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg3t", "nv_sg3r_cond"})
    void whatIsCopiedIsLearntThroughTheFiltersAndTheLinearStageIsReportedBesideIt(String name) throws IOException {
        try (Generator generator = StyleGan3.load(NvidiaGolden.path(name + ".pkl"))) {
            AssociativeMemory memory =
                    generator.memory(generator.layers().get(2).name());
            Edit edit =
                    Edit.copy(Sample.of(3), SPOT).pasteInto(Sample.of(5), SPOT).pasteInto(Sample.of(6), SPOT);
            Rewrite rewrite = LowRankRewrite.rank(3)
                    .statistics(32, 1)
                    .gamma(0)
                    .evaluatedOn(4, 2)
                    .rewrite(memory, edit);
            RewriteReport report = rewrite.report();
            // As far as rank 3 of eight channels goes; the first iteration is at the base, the layer's own loss is the
            // last.
            assertThat(report.lossAfter()).isLessThan(0.7 * report.lossBefore());
            assertThat(report.interference().orElseThrow().mean()).isPositive();
            assertThat(report.fresh().orElseThrow().outsideL1()).isPositive();
            Inputs inputs = generator.sample(1, 5);
            try (Generator rewritten = generator.with(rewrite.patch())) {
                assertThat(largest(rewritten.generate(inputs), generator.generate(inputs)))
                        .isPositive();
            }
            INDArray heat = RuleHeat.of(memory, rewrite.patch(), inputs);
            int inside = memory.spec().keyShape().height()
                    - 2 * memory.spec().keyShape().margin();
            assertThat(heat.shape()).containsExactly(1, inside, inside);
        }
    }

    @Test
    void closedFormsSayWhatToUseInstead() throws IOException {
        try (Generator generator = StyleGan3.load(NvidiaGolden.path("nv_sg3t.pkl"))) {
            AssociativeMemory memory = generator.memory("synthesis.L2_52_8");
            Edit edit = Edit.copy(Sample.of(3), SPOT).pasteInto(Sample.of(5), SPOT);
            assertThatThrownBy(() -> ClosedFormRewrite.onPatches(RidgeUpdate.of(1))
                            .evaluatedOn(0, 2)
                            .rewrite(memory, edit))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContainingAll("behind filters", "LowRankRewrite");
        }
    }
}
