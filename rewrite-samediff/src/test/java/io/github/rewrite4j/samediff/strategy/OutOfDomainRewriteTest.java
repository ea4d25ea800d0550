package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.EmptyRegionException;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss.Form;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class OutOfDomainRewriteTest {
    private static Generator avatars;
    private static AssociativeMemory memory;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        memory = avatars.memory("layer5", "layer6");
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** Two dark discs with a bridge: nothing that the generator draws. */
    private static Exemplar goggles(int shift) {
        float[][] mask = new float[64][64];
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                double left = Math.hypot(x - 23, y - 27 - shift);
                double right = Math.hypot(x - 41, y - 27 - shift);
                boolean bridge = Math.abs(y - 27 - shift) < 2 && x > 23 && x < 41;
                mask[y][x] = Math.min(left, right) < 7 || bridge ? 1 : 0;
            }
        }
        INDArray picture = Nd4j.ones(3, 64, 64).muli(-0.8);
        picture.slice(0).assign(0.9);
        return Exemplar.cutOut(picture, Mask.of(mask)).named("goggles " + shift);
    }

    private static ExemplarEdit edit(int contexts) {
        return ExemplarEdit.of(goggles(0), goggles(1)).shownOn(Sample.range(1, 0, contexts));
    }

    static List<OutOfDomainLoss> losses() {
        return List.of(
                OutOfDomainLoss.inImages(),
                OutOfDomainLoss.faithful(),
                OutOfDomainLoss.inImages().withFeatures(Form.SPLIT, 0.7, 0.3).withReplay(1, 0.5, true),
                OutOfDomainLoss.unbalanced().withReplay(1, 0, false));
    }

    /** The object goes somewhere else on each context: every part of the method pairs them alike. */
    @Test
    void exemplarsOfTheirOwnAreShownOnTheirContextsAlone() {
        List<Exemplar> own = List.of(goggles(0), goggles(9), goggles(4), goggles(15));
        ExemplarEdit edit = ExemplarEdit.each(own, Sample.range(1, 0, 4));
        ExemplarSet set = ExemplarSet.of(memory, edit, RewriteListener.SILENT);
        assertThat(set.exemplarsFor(new int[] {3, 0, 1, 1, 2}, new Random(1))).containsExactly(3, 0, 1, 1, 2);
        assertThat(ProjectedGoals.number(set, 3, 3)).isEqualTo(3);
        assertThat(ProjectedGoals.of(new Constant(memory, 0.3), set, RewriteListener.SILENT).length)
                .isEqualTo(4 * 48 * 32 * 32);
        Rewrite paired = OutOfDomainRewrite.inImages()
                .loss(OutOfDomainLoss.inImages().withFeatures(Form.SPLIT, 0.1, 0.1), new Constant(memory, 0.3))
                .steps(2)
                .rewrite(memory, edit);
        assertThat(paired.report().fresh()).isEmpty();
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            INDArray image = avatars.generate(avatars.sampler().at(Sample.range(1, i, i + 1)));
            INDArray mask = own.get(i).mask().toArray().reshape(1, 1, 64, 64);
            INDArray apart =
                    Transforms.abs(own.get(i).compositeOn(image).subi(Transforms.max(Transforms.min(image, 1), -1)));
            sum += apart.muli(mask.broadcast(1, 3, 64, 64)).sumNumber().doubleValue()
                    / (3 * mask.sumNumber().doubleValue());
        }
        assertThat(paired.report().lossBefore()).isCloseTo(sum / 4, within(0.01));
        assertThat(paired.patch().notes().toString()).contains("one for each of 4 contexts");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void theGradientOfTheLossIsThatOfDifferences(OutOfDomainLoss loss) {
        ExemplarEdit edit = edit(4);
        ExemplarSet set = ExemplarSet.of(memory, edit, RewriteListener.SILENT);
        float[] projected = ProjectedGoals.of(new Constant(memory, 0.3), set, RewriteListener.SILENT);
        // Away from the start, where |V - V0| has its kink.
        List<Parameter> weights = weights();
        Random noise = new Random(8);
        for (Parameter weight : weights) {
            double size = 0.5 * weight.rms();
            for (int i = 0; i < weight.value().length; i++) {
                weight.value()[i] += (float) (size * noise.nextGaussian());
            }
        }
        RuleTraining training = new RuleTraining(TapedMemory.of(memory), set, Optional.of(projected), loss, weights, 1);
        RuleTraining.Batch batch = new RuleTraining.Batch(new int[] {0, 1, 2, 3}, new int[] {0, 1, 1, 0}, 2, 1, 1);
        try (Tape tape = new Tape()) {
            training.step(tape, batch);
            tape.addGradients();
            tape.clear();
            for (Parameter weight : weights) {
                float[] direction = new float[weight.value().length];
                Random random = new Random(3);
                double slope = 0;
                for (int i = 0; i < direction.length; i++) {
                    // Along the gradient's signs, so that the slope stands out of the rounding.
                    direction[i] = (float) (Math.abs(random.nextGaussian()) * Math.signum(weight.gradient()[i]));
                    slope += (double) direction[i] * weight.gradient()[i];
                }
                double step = 2e-4 * weight.rms();
                double up = moved(training, tape, batch, weight, direction, step);
                double down = moved(training, tape, batch, weight, direction, -step);
                assertThat((up - down) / (2 * step)).as(weight.name()).isCloseTo(slope, within(0.03 * slope));
            }
        }
    }

    private static double moved(
            RuleTraining training,
            Tape tape,
            RuleTraining.Batch batch,
            Parameter weight,
            float[] direction,
            double step) {
        float[] kept = weight.value().clone();
        for (int i = 0; i < kept.length; i++) {
            weight.value()[i] += (float) (step * direction[i]);
        }
        double loss = training.step(tape, batch);
        tape.clear();
        System.arraycopy(kept, 0, weight.value(), 0, kept.length);
        return loss;
    }

    private static List<Parameter> weights() {
        List<Parameter> weights = new ArrayList<>();
        memory.weights().forEach((name, weight) -> weights.add(Parameter.of(name, weight)));
        return weights;
    }

    @Test
    void theObjectAppearsOnSamplesThatTheEditNeverSawAndLittleElseChanges() {
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .steps(60)
                .evaluatedOn(List.of(goggles(0)), 16, 2)
                .rewrite(memory, edit(48));
        RewriteReport.FreshSamples fresh = rewrite.report().fresh().orElseThrow();
        assertThat(fresh.success()).isGreaterThan(0.5);
        assertThat(fresh.outsidePsnr()).isGreaterThan(28);
        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.6 * rewrite.report().lossBefore());
        assertThat(rewrite.report().details()).containsEntry("exemplars", "goggles 0, goggles 1");
        assertThat(rewrite.report().details()).containsEntry("goals", "goggles 0");
        assertThat(rewrite.patch().deltas()).hasSize(2);
        try (Generator withGoggles = avatars.with(rewrite.patch());
                Generator taken = withGoggles.without(rewrite.patch())) {
            assertThat(taken.generate(avatars.sample(2, 9))).isEqualTo(avatars.generate(avatars.sample(2, 9)));
        }
    }

    @Test
    void threadsDoNotChangeThePatch() {
        OutOfDomainRewrite strategy = OutOfDomainRewrite.inImages().steps(3).evaluatedOn(List.of(), 0, 2);
        Patch one = strategy.threads(1).rewrite(memory, edit(6)).patch();
        Patch two = strategy.threads(2).rewrite(memory, edit(6)).patch();
        Patch other = strategy.seed(7).rewrite(memory, edit(6)).patch();
        assertThat(two.deltas().get(0).toDense()).isEqualTo(one.deltas().get(0).toDense());
        assertThat(other.deltas().get(0).toDense())
                .isNotEqualTo(one.deltas().get(0).toDense());
    }

    @Test
    void thePublishedLossReachesForTheProjectedValues() {
        OutOfDomainRewrite strategy = OutOfDomainRewrite.faithful(new Constant(memory, 0.3))
                .steps(20)
                .rate(0.03)
                .evaluatedOn(List.of(), 0, 2);
        List<Double> losses = new ArrayList<>();
        Rewrite rewrite = strategy.rewrite(memory, edit(6), progress -> {
            if (!Double.isNaN(progress.loss())) {
                losses.add(progress.loss());
            }
            return true;
        });
        assertThat(losses.get(losses.size() - 1)).isLessThan(0.8 * losses.get(0));
        assertThat(rewrite.report().strategy()).isEqualTo("out-of-domain/projected");
    }

    @Test
    void aProjectorOfAnotherLayerIsRefused() {
        BackwardProjector other = new Constant(avatars.memory("layer4"), 0);
        assertThatThrownBy(() -> OutOfDomainRewrite.faithful(other).rewrite(memory, edit(2)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("layer4")
                .hasMessageContaining("layer6");
    }

    @Test
    void whatCannotWorkIsSaidAtOnce() {
        assertThatThrownBy(() -> OutOfDomainRewrite.inImages().loss(OutOfDomainLoss.faithful()))
                .hasMessageContaining("projector");
        assertThatThrownBy(() -> OutOfDomainLoss.inImages().withImage(0, 0))
                .hasMessageContaining("No term of the loss asks for the new rule");
        assertThatThrownBy(() -> OutOfDomainRewrite.inImages().rate(Double.NaN)).hasMessageContaining("learning rate");
        assertThatThrownBy(
                        () -> OutOfDomainRewrite.inImages().rate(1e38).steps(6).rewrite(memory, edit(4)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("Lower the learning rate");
        assertThatThrownBy(() -> ExemplarEdit.of()).hasMessageContaining("at least one picture");
        assertThatThrownBy(() -> Exemplar.of(Nd4j.zeros(3, 64, 64), Region.ellipse(200, 200, 3, 3)))
                .isInstanceOf(EmptyRegionException.class);
    }

    @Test
    void cancellingLeavesEverythingAsItWas() {
        INDArray before = avatars.generate(avatars.sample(2, 3));
        assertThatThrownBy(() -> OutOfDomainRewrite.inImages()
                        .rewrite(
                                memory,
                                edit(4),
                                progress -> !progress.stage().text().equals("rewriting") || progress.step() < 3))
                .isInstanceOf(RewriteCancelledException.class);
        assertThat(avatars.generate(avatars.sample(2, 3))).isEqualTo(before);
    }

    /** Projects everything to the same number. */
    private record Constant(AssociativeMemory of, double value) implements BackwardProjector {
        @Override
        public ProjectorSpec spec() {
            return ProjectorSpec.of(of.spec(), Map.of("architecture", "constant"));
        }

        @Override
        public INDArray project(INDArray images) {
            long[] shape = {
                images.size(0),
                of.spec().valueShape().channels(),
                of.spec().valueShape().height(),
                of.spec().valueShape().width()
            };
            return Nd4j.zeros(shape).addi(value);
        }
    }

    @Test
    void onTopOfAPatchItTakesThreeTimesAsManySteps() {
        assertThat(steps(memory, OutOfDomainRewrite.inImages())).isEqualTo(240);
        try (Generator patched = avatars.with(Avatars.patch(avatars, "layer3", 1))) {
            AssociativeMemory above = patched.memory("layer5", "layer6");
            assertThat(steps(above, OutOfDomainRewrite.inImages())).isEqualTo(720);
            assertThat(steps(above, OutOfDomainRewrite.inImages().steps(300))).isEqualTo(300);
        }
    }

    /** Steps that the training announces; it is cancelled then. */
    private static int steps(AssociativeMemory of, OutOfDomainRewrite strategy) {
        int[] announced = new int[1];
        assertThatThrownBy(() -> strategy.rewrite(of, edit(2), progress -> {
                    announced[0] = progress.total();
                    return progress.total() < 200;
                }))
                .isInstanceOf(RewriteCancelledException.class);
        return announced[0];
    }
}
