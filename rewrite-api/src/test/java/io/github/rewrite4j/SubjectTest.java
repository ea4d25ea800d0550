package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SubjectTest {
    @TempDir
    Path folder;

    /** Sample i is the pair (i, seed); what is left out is 7. */
    private static final InputSampler NUMBERS = new InputSampler() {
        @Override
        public Inputs at(List<Sample> samples) {
            INDArray z = Nd4j.create(DataType.FLOAT, samples.size(), 2);
            for (int n = 0; n < samples.size(); n++) {
                z.putScalar(n, 0, samples.get(n).index());
                z.putScalar(n, 1, (double) samples.get(n).seed());
            }
            return complete(Inputs.of("z", z));
        }

        @Override
        public Inputs complete(Inputs inputs) {
            return inputs.arrays().containsKey("psi")
                    ? inputs
                    : inputs.with("psi", Nd4j.valueArrayOf(new long[] {inputs.size(), 1}, 7, DataType.FLOAT));
        }

        @Override
        public String id() {
            return "numbers";
        }
    };

    private static Inputs z(double first, double second) {
        return Inputs.of("z", Nd4j.createFromArray(new float[][] {{(float) first, (float) second}}));
    }

    @Test
    void samplesAndOnesOwnStandInOneBatchInTheirOrder() {
        Subject own = Subject.of("mine", z(0.5, -0.5));
        Inputs inputs = Subject.inputs(List.of(Sample.of(3), own, new Sample(2, 5), Sample.of(4), own), NUMBERS);
        assertThat(inputs.get("z").toFloatMatrix())
                .isDeepEqualTo(new float[][] {{3, 1}, {0.5f, -0.5f}, {5, 2}, {4, 1}, {0.5f, -0.5f}});
        assertThat(inputs.get("psi").toFloatVector()).containsExactly(7, 7, 7, 7, 7);
        inputs.close();
        assertThat(Subject.inputs(List.of(own), NUMBERS).get("z").toFloatMatrix())
                .isDeepEqualTo(new float[][] {{0.5f, -0.5f}});
    }

    @Test
    void whatIsGivenWinsOverWhatIsFilledIn() {
        Inputs truncated = z(1, 2).with("psi", Nd4j.createFromArray(new float[][] {{0.5f}}));
        Inputs inputs = Subject.inputs(List.of(Subject.of(truncated), Sample.of(1)), NUMBERS);
        assertThat(inputs.get("psi").toFloatVector()).containsExactly(0.5f, 7);
    }

    @Test
    void equalInputsAreEqualSubjectsWhateverTheyAreCalled() {
        Subject one = Subject.of("one", z(1, 2));
        assertThat(one).isEqualTo(Subject.of("two", z(1, 2))).hasSameHashCodeAs(Subject.of(z(1, 2)));
        assertThat(one.id()).isEqualTo(Subject.of(z(1, 2)).id());
        assertThat(one).isNotEqualTo(Subject.of("one", z(1, 3)));
        assertThat(one).isNotEqualTo(Subject.of("one", Inputs.of("y", z(1, 2).get("z"))));
        assertThat(one).hasToString("one");
        assertThat(Sample.of(4).id()).isNotEqualTo(new Sample(4, 1).id());
    }

    @Test
    void aSubjectKeepsACopy() {
        INDArray array = Nd4j.createFromArray(new float[][] {{1, 2}});
        OwnInputs own = Subject.of(Inputs.of("z", array));
        array.assign(9);
        own.inputs().get("z").assign(8);
        own.inputs().close();
        assertThat(own.inputs().get("z").toFloatVector()).containsExactly(1, 2);
    }

    @Test
    void severalRowsAreSeveralSubjects() {
        Inputs three = Inputs.of("z", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
        assertThatThrownBy(() -> Subject.of(three)).hasMessageContaining("OwnInputs.each");
        assertThat(OwnInputs.each("photo", three))
                .hasSize(3)
                .contains(Subject.of(z(3, 4)))
                .extracting(OwnInputs::name)
                .containsExactly("photo 0", "photo 1", "photo 2");
    }

    @Test
    void whatCannotStandInOneBatchIsNamed() {
        Subject wide = Subject.of(Inputs.of("z", Nd4j.createFromArray(new float[][] {{1, 2, 3}})));
        assertThatThrownBy(() -> Subject.inputs(List.of(Sample.of(1), wide), NUMBERS))
                .hasMessageContainingAll("'z'", "[1, 2]", "[1, 3]");
        Subject other = Subject.of(Inputs.of("picture", Nd4j.createFromArray(new float[][] {{1, 2}})));
        assertThatThrownBy(() -> Subject.inputs(List.of(Sample.of(1), other), NUMBERS))
                .hasMessageContainingAll("[psi, z]", "[picture, psi]");
        assertThatThrownBy(() -> Subject.of(z(1, Double.NaN))).hasMessageContainingAll("'z'", "NaN");
    }

    @Test
    void inputsComeBackFromTheirFile() throws IOException {
        Path file = folder.resolve("latent.safetensors");
        OwnInputs own = Subject.of("mine", z(1, 2));
        own.save(file);
        assertThat(OwnInputs.read(file)).isEqualTo(own).hasToString("latent.safetensors");
        SafeTensors.write(file, Map.of("z", Nd4j.createFromArray(new float[][] {{1}, {2}})), Map.of());
        assertThatThrownBy(() -> OwnInputs.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("latent.safetensors", "'z'", "[2, 1]");
    }

    @Test
    void anEditKnowsItsSubjectsAndItsSamples() {
        Subject photo = Subject.of("photo", z(1, 2));
        Edit edit = Edit.copy(photo, Region.full())
                .pasteInto(Sample.of(4), Region.full())
                .inContextOf(List.of(photo, Sample.of(9)), Region.full());
        assertThat(edit.subjects()).containsExactlyInAnyOrder(photo, Sample.of(4), Sample.of(9));
        assertThat(edit.samples()).containsExactlyInAnyOrder(Sample.of(4), Sample.of(9));
        assertThat(edit.object()).hasToString("full() of photo");
    }
}
