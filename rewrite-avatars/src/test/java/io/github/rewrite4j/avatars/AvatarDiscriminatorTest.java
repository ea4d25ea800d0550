package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AvatarDiscriminatorTest {
    private static final String FILE = "avatar-discriminator64.safetensors";

    private final StridedDiscriminator discriminator = load();

    @TempDir
    private Path directory;

    private static StridedDiscriminator load() {
        try {
            return BundledNetworks.discriminator();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those whose logits the file holds. */
    private static INDArray images() {
        try (Generator avatars = BundledGenerator.load()) {
            return avatars.generate(avatars.sample(3, 2026));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static INDArray random(long seed, long... shape) {
        LegacyNumpyRandom random = new LegacyNumpyRandom(seed);
        INDArray array = Nd4j.create(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian());
        }
        return array;
    }

    @Test
    void logitsEqualThoseOfAnIndependentImplementation() throws IOException {
        INDArray images = images();
        float[] expected;
        try (SafeTensors file = SafeTensors.read(Bundle.open(FILE), FILE)) {
            expected = file.floats("parity.logit");
        }
        try (Tape tape = new Tape()) {
            Node logits = discriminator.logits(tape, tape.constant(images), 3);
            Node frozen = discriminator.frozenLogits(tape, tape.constant(images), 3);
            for (int i = 0; i < 3; i++) {
                assertThat((double) logits.value()[i]).isCloseTo((double) expected[i], Offset.offset(1e-3));
                assertThat(frozen.value()[i]).isEqualTo(logits.value()[i]);
            }
            assertThat(frozen.tracked()).isFalse();
        }
    }

    @Test
    void gradientsReachThePicturesWhenItIsFrozen() {
        // Without noise, whole flat grounds lie at one kink of the rectifiers.
        INDArray noise = random(6, 3, 3, 64, 64).muli(0.5);
        float[] images = HostArrays.of(images().add(noise));
        float[] direction = HostArrays.of(random(5, 3, 3, 64, 64));
        float step = 3e-4f;
        try (Tape tape = new Tape()) {
            Node tracked = tape.variable(images, 3, 3, 64, 64);
            tape.backward(Losses.softplus(discriminator.frozenLogits(tape, tracked, 3), -1));
            double analytic = 0;
            for (int i = 0; i < images.length; i++) {
                analytic += (double) tracked.gradient()[i] * direction[i];
            }
            double[] values = new double[2];
            for (int side = 0; side < 2; side++) {
                float[] moved = images.clone();
                for (int i = 0; i < moved.length; i++) {
                    moved[i] += (side == 0 ? step : -step) * direction[i];
                }
                tape.clear();
                Node logits = discriminator.frozenLogits(tape, tape.constant(moved, 3, 3, 64, 64), 3);
                values[side] = Losses.softplus(logits, -1).scalar();
            }
            double numeric = (values[0] - values[1]) / (2 * step);
            assertThat(numeric).isCloseTo(analytic, Offset.offset(0.05 * Math.abs(analytic)));
        }
        assertThat(discriminator.parameters())
                .allSatisfy(parameter -> assertThat(parameter.gradient()).containsOnly(0f));
    }

    @Test
    void aCopyLearnsAndTheOriginalDoesNot() throws IOException {
        StridedDiscriminator copy = discriminator.copy();
        INDArray drawn = images();
        INDArray noise = random(4, 3, 3, 64, 64).muli(0.5);
        Adam adam = new Adam(0, 0.99).add(copy.parameters(), 5e-4);
        float[] losses = new float[6];
        try (Tape tape = new Tape()) {
            for (int i = 0; i < losses.length; i++) {
                // The wrong way round, so that there is much to learn.
                Node real = Losses.softplus(copy.logits(tape, tape.constant(noise), 3), -1);
                Node fake = Losses.softplus(copy.logits(tape, tape.constant(drawn), 3), 1);
                Node loss = Arithmetic.add(real, fake);
                losses[i] = loss.scalar();
                tape.backward(loss);
                tape.addGradients();
                adam.step(1);
                tape.clear();
            }
        }
        assertThat(losses[5]).isLessThan(0.5f * losses[0]);
        logitsEqualThoseOfAnIndependentImplementation();
    }

    @Test
    void groupsSeeTheirOwnVarietyOnly() {
        INDArray images = images();
        INDArray pair = Nd4j.concat(
                0,
                images.slice(0).dup('c').reshape(1, 3, 64, 64),
                images.slice(1).dup('c').reshape(1, 3, 64, 64));
        INDArray other = Nd4j.zeros(2, 3, 64, 64);
        INDArray four = Nd4j.create(4, 3, 64, 64);
        for (int i = 0; i < 2; i++) {
            four.slice(2L * i).assign(pair.slice(i));
            four.slice(2L * i + 1).assign(other.slice(i));
        }
        try (Tape tape = new Tape()) {
            float[] alone =
                    discriminator.frozenLogits(tape, tape.constant(pair), 2).value();
            float[] among =
                    discriminator.frozenLogits(tape, tape.constant(four), 2).value();
            assertThat(among[0]).isCloseTo(alone[0], Offset.offset(1e-3f));
            assertThat(among[2]).isCloseTo(alone[1], Offset.offset(1e-3f));
            assertThatThrownBy(() -> discriminator.frozenLogits(tape, tape.constant(pair), 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("groups of 4");
        }
    }

    @Test
    void aFileKeepsEveryBit() throws IOException {
        Path file = directory.resolve("discriminator.safetensors");
        discriminator.save(file);
        StridedDiscriminator loaded = StridedDiscriminator.load(file);
        for (int i = 0; i < loaded.parameters().size(); i++) {
            assertThat(loaded.parameters().get(i).value())
                    .isEqualTo(discriminator.parameters().get(i).value());
        }
        assertThat(Files.size(file)).isLessThan(3_400_000);
    }

    @Test
    void misshapenWeightsAndPicturesAreRefused() throws IOException {
        Path file = directory.resolve("broken.safetensors");
        SafeTensors.write(file, Map.of("conv0.weight", Nd4j.zeros(16, 4, 3, 3)), Map.of());
        assertThatThrownBy(() -> StridedDiscriminator.load(file)).hasMessageContaining("conv1.weight");
        Map<String, INDArray> misshapen =
                Map.of("conv0.weight", Nd4j.zeros(16, 4, 3, 3), "conv1.weight", Nd4j.zeros(16, 17, 3, 3));
        SafeTensors.write(file, misshapen, Map.of());
        assertThatThrownBy(() -> StridedDiscriminator.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("conv0.weight")
                .hasMessageContaining("[16, 3, 3, 3]");
        try (Tape tape = new Tape()) {
            assertThatThrownBy(() -> discriminator.logits(tape, tape.constant(Nd4j.zeros(1, 3, 32, 32)), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("resize");
        }
    }
}
