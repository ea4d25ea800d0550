package io.github.rewrite4j.samediff.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The discriminator of StyleGAN2 beside plain loops over its formulas. */
class ResidualDiscriminatorTest {
    @TempDir
    Path folder;

    private final Random random = new Random(5);

    private INDArray array(long... shape) {
        int length = 1;
        for (long size : shape) {
            length *= (int) size;
        }
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Nd4j.create(numbers, shape, 'c');
    }

    /** A discriminator of 16x16 pictures in the layout of rosinality; its filters are not symmetric. */
    private Map<String, INDArray> state() {
        Map<String, INDArray> state = new TreeMap<>();
        int[] widths = {5, 7, 6};
        state.put("d.convs.0.0.weight", array(widths[0], 3, 1, 1));
        state.put("d.convs.0.1.bias", array(widths[0]));
        for (int i = 1; i <= 2; i++) {
            String name = "d.convs." + i;
            state.put(name + ".conv1.0.weight", array(widths[i - 1], widths[i - 1], 3, 3));
            state.put(name + ".conv1.1.bias", array(widths[i - 1]));
            state.put(name + ".conv2.0.kernel", array(4, 4).muli(0.1));
            state.put(name + ".conv2.1.weight", array(widths[i], widths[i - 1], 3, 3));
            state.put(name + ".conv2.2.bias", array(widths[i]));
            state.put(name + ".skip.0.kernel", array(4, 4).muli(0.1));
            state.put(name + ".skip.1.weight", array(widths[i], widths[i - 1], 1, 1));
        }
        state.put("d.final_conv.0.weight", array(8, 7, 3, 3));
        state.put("d.final_conv.1.bias", array(8));
        state.put("d.final_linear.0.weight", array(9, 128));
        state.put("d.final_linear.0.bias", array(9));
        state.put("d.final_linear.1.weight", array(1, 9));
        state.put("d.final_linear.1.bias", array(1));
        state.put("g_ema.other", array(2));
        return state;
    }

    private Path write(Map<String, INDArray> state) throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        SafeTensors.write(file, state, Map.of());
        return file;
    }

    @Test
    void a_discriminator_in_a_training_checkpoint_follows_its_formulas() throws IOException {
        Map<String, INDArray> state = state();
        ResidualDiscriminator read = ResidualDiscriminator.load(write(state));
        assertThat(read.pictures().height()).isEqualTo(16);
        assertThat(read.parameters()).hasSize(2 + 2 * 5 + 6);
        ResidualLoops loops = new ResidualLoops(ResidualNames.rosinality(2), name -> state.get("d." + name), 0);
        assertLogits(read, loops, 16, 4, 2);
        assertLogits(read, loops, 16, 4, 4);
        assertLogits(read, loops, 16, 1, 1);
    }

    @Test
    void a_discriminator_in_a_pickle_is_read_with_its_clamps() throws IOException {
        Path pickle = NvidiaGolden.path("nv_sg2_sg3repo.pkl");
        ResidualDiscriminator read = ResidualDiscriminator.load(pickle);
        try (TensorSource tensors = TensorSource.open(pickle)) {
            ResidualLoops loops = new ResidualLoops(
                    ResidualNames.nvidia(2),
                    name -> {
                        try {
                            return tensors.load("D." + name);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    256);
            assertLogits(read, loops, 16, 4, 4);
        }
    }

    private void assertLogits(ResidualDiscriminator read, ResidualLoops loops, int side, int count, int group) {
        INDArray images = array(count, 3, side, side);
        double[] expected = loops.logits(images, group);
        try (Tape tape = new Tape()) {
            Node logits = read.logits(tape, tape.constant(images), group);
            Node frozen = read.frozenLogits(tape, tape.constant(images), group);
            for (int i = 0; i < count; i++) {
                assertThat((double) logits.value()[i])
                        .isCloseTo(expected[i], Offset.offset(1e-4 * Math.max(1, Math.abs(expected[i]))));
                assertThat(frozen.value()[i]).isEqualTo(logits.value()[i]);
            }
        }
    }

    @Test
    void gradients_are_those_of_small_steps_and_copies_are_apart() throws IOException {
        ResidualDiscriminator read = ResidualDiscriminator.load(write(state()));
        INDArray images = array(2, 3, 16, 16);
        double before = loss(read, images);
        ResidualDiscriminator copy = read.copy();
        try (Tape tape = new Tape()) {
            Node loss = Losses.softplus(copy.logits(tape, tape.constant(images), 2), 1);
            tape.backward(loss);
            tape.addGradients();
        }
        double slope = 0;
        for (Parameter parameter : copy.parameters()) {
            for (float g : parameter.gradient()) {
                slope += (double) g * g;
            }
        }
        double step = 1e-3 / Math.sqrt(slope);
        for (Parameter parameter : copy.parameters()) {
            for (int i = 0; i < parameter.value().length; i++) {
                parameter.value()[i] += (float) (step * parameter.gradient()[i]);
            }
        }
        double change = loss(copy, images) - before;
        assertThat(change).isCloseTo(step * slope, Offset.offset(0.05 * step * slope));
        assertThat(loss(read, images)).isEqualTo(before);
    }

    private static double loss(ResidualDiscriminator discriminator, INDArray images) {
        try (Tape tape = new Tape()) {
            return Losses.softplus(discriminator.frozenLogits(tape, tape.constant(images), 2), 1)
                    .scalar();
        }
    }

    @Test
    void what_is_none_is_refused_with_a_reason() throws IOException {
        Path conditional = NvidiaGolden.path("nv_sg2ada_cond.pkl");
        assertThatThrownBy(() -> ResidualDiscriminator.load(conditional))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("without classes");
        Map<String, INDArray> without = state();
        without.remove("d.convs.1.skip.1.weight");
        Path file = write(without);
        assertThatThrownBy(() -> ResidualDiscriminator.load(file)).hasMessageContaining("'resnet'");
        Map<String, INDArray> misshapen = state();
        misshapen.put("d.final_conv.0.weight", Objects.requireNonNull(array(8, 6, 3, 3)));
        Path other = write(misshapen);
        assertThatThrownBy(() -> ResidualDiscriminator.load(other))
                .hasMessageContainingAll("final_conv", "[8, 7, 3, 3]");
        Path none = write(Map.of("weight", array(2)));
        assertThatThrownBy(() -> ResidualDiscriminator.load(none)).hasMessageContaining("no discriminator");
    }
}
