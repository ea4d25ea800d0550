package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectorNetworkTest {
    private static final ProjectorArchitecture SMALL = new ProjectorArchitecture("small", 4, 1);

    private static ProjectorNetwork network(int side, FeatureShape value, boolean nonNegative) {
        float[] mean = new float[value.channels()];
        float[] deviation = new float[value.channels()];
        Arrays.fill(deviation, 1);
        return new ProjectorNetwork(SMALL, 3, side, value, new Standardisation(mean, deviation, nonNegative), 3);
    }

    private static float[] waves(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.sin(0.01 * i);
        }
        return values;
    }

    /** Image side, value channels, height and width, the side of what goes in, and the halving convolutions. */
    @ParameterizedTest
    @CsvSource({
        "32, 8, 4, 4, 32, 3",
        "64, 48, 32, 32, 64, 1",
        "64, 5, 64, 64, 64, 0",
        "128, 12, 16, 16, 128, 3",
        "256, 6, 32, 32, 256, 3",
        // No power of two apart: the image is resized to 128 first, which is the nearest that halves down to 16.
        "100, 7, 16, 16, 128, 3",
        // A grid finer than the image.
        "32, 3, 64, 64, 64, 0",
    })
    void whatComesOutHasTheShapeOfTheValues(int side, int channels, int height, int width, int input, int halvings) {
        FeatureShape value = new FeatureShape(channels, height, width);
        ProjectorNetwork network = network(side, value, false);
        assertThat(network.inputHeight()).isEqualTo(input);
        assertThat(network.inputWidth()).isEqualTo(input);
        assertThat(network.parameters())
                .extracting(Parameter::name)
                .filteredOn(name -> name.matches("down.*weight"))
                .hasSize(halvings);
        ImageShape image = new ImageShape(3, side, side);
        try (Tape tape = new Tape()) {
            float[] pictures = waves(2 * image.length());
            Node values = network.values(image.forNetwork(tape, pictures, 2, network), tape::frozen);
            assertThat(values.shape()).containsExactly(2, channels, height, width);
            // Every number depends on the picture: the two samples differ everywhere.
            float[] all = values.toArray().reshape(-1).toFloatVector();
            int row = all.length / 2;
            int equal = 0;
            for (int i = 0; i < row; i++) {
                equal += all[i] == all[row + i] ? 1 : 0;
            }
            assertThat(equal).isLessThan(row / 100 + 1);
        }
    }

    @Test
    void valuesOfARectifiedLayerAreNotNegative() {
        FeatureShape value = new FeatureShape(4, 8, 8);
        ImageShape image = new ImageShape(3, 32, 32);
        float[] pictures = waves(image.length());
        try (Tape tape = new Tape()) {
            for (boolean rectified : List.of(true, false)) {
                ProjectorNetwork network = network(32, value, rectified);
                Node values = network.values(image.forNetwork(tape, pictures, 1, network), tape::frozen);
                double least = values.toArray().minNumber().doubleValue();
                assertThat(least < 0).isEqualTo(!rectified);
            }
        }
    }
}
