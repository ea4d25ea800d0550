package io.github.rewrite4j.samediff.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientPenaltyTest {
    private static final int[] SHAPE = {4, 3, 8, 8};

    private final Random random = new Random(3);
    private final StridedDiscriminator discriminator = StridedDiscriminator.initial(List.of(6, 8), random);
    private final float[] pictures = pictures();

    private float[] pictures() {
        float[] numbers = new float[4 * 3 * 64];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return numbers;
    }

    private double value(double weight) {
        try (Tape tape = new Tape()) {
            return new GradientPenalty(discriminator, weight)
                    .of(tape, pictures, SHAPE, 4, 1)
                    .value();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.weight", "fc.weight", "conv2.weight", "conv1.weight"})
    void itsGradientIsThatOfTheSquaredSlopes(String name) {
        Parameter weight = discriminator.parameters().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
        try (Tape tape = new Tape()) {
            GradientPenalty.Penalty penalty = new GradientPenalty(discriminator, 3).of(tape, pictures, SHAPE, 4, 1);
            assertThat(penalty.loss().scalar()).isCloseTo((float) (2 * penalty.value()), within(1e-3f));
            tape.backward(penalty.loss());
            tape.addGradients();
        }
        float[] direction = weight.gradient().clone();
        double along = 0;
        for (float g : direction) {
            along += (double) g * g;
        }
        // So short a way that hardly a rectifier changes its side: that is a jump, which no gradient counts.
        double h = 3e-4 / Math.sqrt(along);
        double difference = (moved(weight, direction, h) - moved(weight, direction, -h)) / (2 * h);
        assertThat(along).isCloseTo(difference, within(0.05 * Math.abs(difference)));
    }

    private double moved(Parameter weight, float[] direction, double by) {
        float[] before = weight.value().clone();
        for (int i = 0; i < before.length; i++) {
            weight.value()[i] += (float) (by * direction[i]);
        }
        double value = value(3);
        System.arraycopy(before, 0, weight.value(), 0, before.length);
        return value;
    }

    @Test
    void itGrowsWithItsWeight() {
        assertThat(value(2)).isCloseTo(2 * value(1), within(1e-9)).isPositive();
        assertThatThrownBy(() -> new GradientPenalty(discriminator, -1)).hasMessageContaining("a number from 0");
    }
}
