package io.github.rewrite4j.samediff.generator.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
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

    /** Mean difference of two pictures where the second is read at other places than the first; those outside do not count. */
    private static double difference(INDArray moved, INDArray plain, IntBinaryOperator row, IntBinaryOperator column) {
        int side = (int) plain.size(3);
        double sum = 0;
        int count = 0;
        for (int r = 0; r < side; r++) {
            for (int c = 0; c < side; c++) {
                int fromRow = row.applyAsInt(r, c);
                int fromColumn = column.applyAsInt(r, c);
                if (fromRow >= 0 && fromRow < side && fromColumn >= 0 && fromColumn < side) {
                    for (int colour = 0; colour < 3; colour++) {
                        sum += Math.abs(
                                moved.getDouble(0, colour, r, c) - plain.getDouble(0, colour, fromRow, fromColumn));
                        count++;
                    }
                }
            }
        }
        return sum / count;
    }

    private static INDArray placed(String placement) throws IOException {
        try (Generator generator = GeneratorFamilies.installed()
                .open(
                        NvidiaGolden.path("nv_sg3r_cond.pkl"),
                        LoadOptions.none().with(NvidiaStyleGan3Family.PLACEMENT, placement))) {
            return generator.generate(generator.sample(1, 3));
        }
    }

    @Test
    void placesAreToTheRightDownwardsAndAgainstTheClock() throws IOException {
        INDArray plain = placed("0,0,0");
        int quarter = (int) plain.size(3) / 4;
        int last = (int) plain.size(3) - 1;
        INDArray right = placed("0.25,0");
        double isRight = difference(right, plain, (r, c) -> r, (r, c) -> c - quarter);
        double isLeft = difference(right, plain, (r, c) -> r, (r, c) -> c + quarter);
        INDArray down = placed("0,0.25");
        double isDown = difference(down, plain, (r, c) -> r - quarter, (r, c) -> c);
        double isUp = difference(down, plain, (r, c) -> r + quarter, (r, c) -> c);
        // A radial network turns with what it draws: what was at the right is at the top.
        INDArray turned = placed("0,0,90");
        double against = difference(turned, plain, (r, c) -> c, (r, c) -> last - r);
        double with = difference(turned, plain, (r, c) -> last - c, (r, c) -> r);
        assertThat(isRight).isLessThan(0.01 * isLeft);
        assertThat(isDown).isLessThan(0.01 * isUp);
        assertThat(against).isLessThan(0.01 * with);
    }
}
