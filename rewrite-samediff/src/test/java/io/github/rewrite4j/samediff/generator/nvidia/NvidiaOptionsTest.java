package io.github.rewrite4j.samediff.generator.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What may be said when NVIDIA's pickles are opened. */
class NvidiaOptionsTest {
    @Test
    void noiseIsLeftOutWhereThatIsSaid() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("nv_sg2ada");
        Path file = NvidiaGolden.path("nv_sg2ada.pkl");
        LoadOptions said = LoadOptions.none().with(NvidiaStyleGan2Family.NOISELESS, true);
        try (Generator plain = GeneratorFamilies.installed().open(file);
                Generator noiseless = GeneratorFamilies.installed().open(file, said)) {
            Inputs inputs = Inputs.of("z", golden.whole("z"));
            golden.check("image_none", noiseless.generate(inputs));
            golden.check("image_const", plain.generate(inputs));
            assertThat(noiseless.spec().fingerprint()).isNotEqualTo(plain.spec().fingerprint());
        }
    }

    @Test
    void aPlacementMovesThePicture() throws IOException {
        Path file = NvidiaGolden.path("nv_sg3r_cond.pkl");
        INDArray inverse = Placement.parse("0.25,-0.5,30").transform();
        double angle = Math.toRadians(30);
        INDArray forward = Nd4j.createFromArray(new double[][] {
            {Math.cos(angle), Math.sin(angle), 0.25}, {-Math.sin(angle), Math.cos(angle), -0.5}, {0, 0, 1}
        });
        assertThat(forward.mmul(inverse.castTo(DataType.DOUBLE))
                        .sub(Nd4j.eye(3).castTo(DataType.DOUBLE))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-6);
        LoadOptions said = LoadOptions.none().with(NvidiaStyleGan3Family.PLACEMENT, "0.25,0");
        try (Generator plain = GeneratorFamilies.installed().open(file);
                Generator moved = GeneratorFamilies.installed().open(file, said)) {
            Inputs inputs = plain.sample(1, 3);
            INDArray before = plain.generate(inputs);
            assertThat(moved.generate(inputs).sub(before).amaxNumber().doubleValue())
                    .isGreaterThan(0.01 * before.amaxNumber().doubleValue());
            assertThat(moved.spec().fingerprint()).isNotEqualTo(plain.spec().fingerprint());
        }
        assertThatThrownBy(() -> GeneratorFamilies.installed()
                        .open(file, LoadOptions.none().with(NvidiaStyleGan3Family.PLACEMENT, "left")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X,Y,DEGREES");
    }
}
