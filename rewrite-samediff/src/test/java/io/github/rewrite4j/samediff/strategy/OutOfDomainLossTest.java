package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss.Form;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** The feature terms against plain sums, with weights that were moved, so that no term is zero. */
class OutOfDomainLossTest {
    private static final int SAMPLES = 3;
    private static final int CELLS = 32 * 32;
    private static final int CHANNELS = 48;
    private static final List<Exemplar> EXEMPLARS = List.of(
            Exemplar.of(Nd4j.ones(3, 64, 64).muli(-0.7), Region.ellipse(32, 27, 9, 8)),
            Exemplar.of(Nd4j.ones(3, 64, 64).muli(0.4), Region.rectangle(5, 40, 31, 11)));

    private static Generator avatars;
    private static AssociativeMemory memory;
    private static ExemplarSet set;
    private static float[] projected;

    @BeforeAll
    static void load() {
        ComputeThreads.use(1);
        avatars = Avatars.load();
        memory = avatars.memory("layer5", "layer6");
        set = ExemplarSet.of(memory, new ExemplarEdit(EXEMPLARS, Sample.range(1, 0, SAMPLES)), RewriteListener.SILENT);
        projected = HostArrays.of(Avatars.random(5, (long) EXEMPLARS.size() * SAMPLES * CELLS * CHANNELS));
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static List<Parameter> moved() {
        List<Parameter> weights = new ArrayList<>();
        memory.weights().forEach((name, weight) -> weights.add(Parameter.of(name, weight)));
        Random noise = new Random(8);
        for (Parameter weight : weights) {
            double size = 0.3 * weight.rms();
            for (int i = 0; i < weight.value().length; i++) {
                weight.value()[i] += (float) (size * noise.nextGaussian());
            }
        }
        return weights;
    }

    /** The cells of an exemplar, as masks are defined: everything that the object touches at all. */
    private static boolean[] cells(int exemplar) {
        Mask mask = EXEMPLARS.get(exemplar).mask().resized(32, 32);
        boolean[] cells = new boolean[CELLS];
        for (int p = 0; p < CELLS; p++) {
            cells[p] = mask.value(p / 32, p % 32) > 0;
        }
        return cells;
    }

    private static double share(int exemplar) {
        int selected = 0;
        for (boolean cell : cells(exemplar)) {
            selected += cell ? 1 : 0;
        }
        assertThat(selected).isBetween(20, CELLS - 20);
        return selected / (double) CELLS;
    }

    /** Values of the samples, channels last. */
    private static float[] own(int... rows) {
        float[] values = new float[rows.length * CELLS * CHANNELS];
        set.values(rows, values);
        return values;
    }

    @Test
    void theTargetIsProjectedInsideTheMaskAndTheSamplesOwnOutsideToTheBit() {
        int[] rows = {2, 0};
        int[] which = {1, 0};
        float[] own = own(rows);
        float[] source = HostArrays.of(Avatars.random(9, own.length));
        float[] target = own.clone();
        set.paste(which, source, target);
        for (int i = 0; i < rows.length; i++) {
            boolean[] cells = cells(which[i]);
            for (int at = 0; at < CELLS * CHANNELS; at++) {
                int j = i * CELLS * CHANNELS + at;
                float expected = cells[at / CHANNELS] ? source[j] : own[j];
                assertThat(Float.floatToRawIntBits(target[j])).isEqualTo(Float.floatToRawIntBits(expected));
            }
        }
    }

    /** Loss and gradient of an exemplar on two samples. */
    private record Step(double loss, List<float[]> gradients) {
        static Step of(OutOfDomainLoss loss, int exemplar) {
            List<Parameter> weights = moved();
            RuleTraining training =
                    new RuleTraining(TapedMemory.of(memory), set, Optional.of(projected), loss, weights, 1);
            RuleTraining.Batch batch =
                    new RuleTraining.Batch(new int[] {0, 2}, new int[] {exemplar, exemplar}, 2, 1, 0);
            try (Tape tape = new Tape()) {
                double value = training.step(tape, batch);
                tape.addGradients();
                return new Step(
                        value, weights.stream().map(w -> w.gradient().clone()).toList());
            }
        }
    }

    /** Mean |V - T| over the whole map, and over the cells of the mask, of the two samples. */
    private static double[] plain(int exemplar) {
        int[] rows = {0, 2};
        float[] target = own(rows);
        boolean[] cells = cells(exemplar);
        int row = CELLS * CHANNELS;
        for (int i = 0; i < 2; i++) {
            for (int at = 0; at < row; at++) {
                if (cells[at / CHANNELS]) {
                    target[i * row + at] = projected[(exemplar * SAMPLES + rows[i]) * row + at];
                }
            }
        }
        Map<String, Node> nodes = new LinkedHashMap<>();
        try (Tape tape = new Tape()) {
            moved().forEach(weight -> nodes.put(weight.name(), tape.parameter(weight)));
            Node values = Layout.CHANNELS_LAST.of(TapedMemory.of(memory)
                    .values(tape, set.keys().batch(tape, rows), nodes)
                    .tensor());
            double[] sums = new double[2];
            for (int j = 0; j < target.length; j++) {
                double difference = Math.abs((double) values.value()[j] - target[j]);
                sums[0] += difference / target.length;
                sums[1] += cells[j % row / CHANNELS] ? difference / (2.0 * row * share(exemplar)) : 0;
            }
            return sums;
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 1, 1", "1, 0.25, 3", "0, 1, 0"})
    void thePublishedLossIsTheWholeMapAndOnceMoreTheMask(int exemplar, double p, double q) {
        double[] plain = plain(exemplar);
        Step step = Step.of(OutOfDomainLoss.faithful().withFeatures(Form.LITERAL, p, q), exemplar);
        double expected = p * plain[0] + q * plain[1];
        assertThat(step.loss).isCloseTo(expected, within(2e-6 * expected));
    }

    /** Equation 10 is equation 11 with q = 0. */
    @Test
    void unbalancedIsThePublishedLossWithoutTheTermOfTheRule() {
        assertThat(OutOfDomainLoss.unbalanced())
                .isEqualTo(OutOfDomainLoss.faithful().withFeatures(Form.LITERAL, 1, 0));
        Step step = Step.of(OutOfDomainLoss.unbalanced(), 1);
        assertThat(step.loss).isCloseTo(plain(1)[0], within(2e-6 * step.loss));
    }

    /** p' = p (1 - rho), q' = q + p rho. */
    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0.8, 0.6", "1, 2, 0.125"})
    void splitAndLiteralFormsAgreeWhereTheirWeightsDo(int exemplar, double p, double q) {
        double rho = share(exemplar);
        Step literal = Step.of(OutOfDomainLoss.faithful().withFeatures(Form.LITERAL, p, q), exemplar);
        OutOfDomainLoss mapped = OutOfDomainLoss.faithful().withFeatures(Form.SPLIT, p * (1 - rho), q + p * rho);
        Step split = Step.of(mapped, exemplar);
        assertThat(split.loss).isCloseTo(literal.loss, within(1e-6 * literal.loss));
        for (int w = 0; w < 2; w++) {
            float[] a = literal.gradients.get(w);
            float[] b = split.gradients.get(w);
            double largest = 0;
            double apart = 0;
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i]));
                apart = Math.max(apart, Math.abs(a[i] - b[i]));
            }
            assertThat(largest).isPositive();
            assertThat(apart).isLessThan(1e-5 * largest);
        }
        Step other = Step.of(OutOfDomainLoss.faithful().withFeatures(Form.SPLIT, p, q), exemplar);
        assertThat(other.loss)
                .as("the same weights mean something else")
                .isNotCloseTo(literal.loss, within(0.02 * literal.loss));
    }
}
