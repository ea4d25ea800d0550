package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.expansion.StyleStatistics.Kind;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StyleStatisticsTest {
    private static final TinyEyes EYES = new TinyEyes(1);
    private static final HandMade BATCH = HandMade.random(3, 16);
    private static final INDArray REFERENCES = Avatars.random(8, 20, 3, 16, 16).addi(0.3);

    /** Statistics of every sample in plain Java: by statistic, then sample. */
    private static List<double[][]> statistics(INDArray pictures, int stage, int channels, int plane, Kind kind) {
        double[] maps =
                HandMade.seen(pictures, (tape, x) -> EYES.features(tape, x).get(stage));
        int n = (int) pictures.size(0);
        double[][] means = new double[n][channels];
        double[][] variances = new double[n][channels];
        double[][] products = new double[n][channels * channels];
        for (int s = 0; s < n; s++) {
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < plane; i++) {
                    means[s][c] += maps[(s * channels + c) * plane + i] / plane;
                }
            }
            for (int c = 0; c < channels; c++) {
                for (int d = 0; d < channels; d++) {
                    for (int i = 0; i < plane; i++) {
                        double a = maps[(s * channels + c) * plane + i] - (kind == Kind.GRAM ? 0 : means[s][c]);
                        double b = maps[(s * channels + d) * plane + i] - (kind == Kind.GRAM ? 0 : means[s][d]);
                        products[s][c * channels + d] += a * b / plane;
                    }
                }
                variances[s][c] = products[s][c * channels + c];
            }
        }
        return switch (kind) {
            case GRAM -> List.<double[][]>of(products);
            case MEAN_AND_COVARIANCE -> List.of(means, products);
            case MEAN_AND_VARIANCE -> List.of(means, variances);
        };
    }

    private static double stage(int stage, Kind kind) {
        int channels = stage == 0 ? 4 : TinyEyes.EMBEDDING;
        int plane = stage == 0 ? 64 : 16;
        List<double[][]> edits = statistics(BATCH.edit(), stage, channels, plane, kind);
        List<double[][]> references = statistics(REFERENCES, stage, channels, plane, kind);
        double loss = 0;
        for (int k = 0; k < edits.size(); k++) {
            double[] mean = new double[edits.get(k)[0].length];
            double square = 0;
            for (int i = 0; i < mean.length; i++) {
                for (double[] row : references.get(k)) {
                    mean[i] += row[i] / references.get(k).length;
                }
                square += mean[i] * mean[i];
            }
            for (double[] row : edits.get(k)) {
                for (int i = 0; i < mean.length; i++) {
                    loss += (row[i] - mean[i]) * (row[i] - mean[i]) / square / edits.get(k).length;
                }
            }
        }
        return loss;
    }

    @ParameterizedTest
    @EnumSource
    void theLossComparesStatisticsOfEachStageWithTheirMeanOverTheReferences(Kind kind) {
        StyleStatistics style = StyleStatistics.of("paint", EYES, REFERENCES, kind);
        double fine = stage(0, kind);
        double coarse = stage(1, kind);
        assertThat(BATCH.value(style)).isCloseTo(fine + coarse, Offset.offset(1e-3 * (fine + coarse)));
        assertThat(BATCH.value(style.stages(0, 2))).isCloseTo(2 * coarse, Offset.offset(2e-3 * coarse));
        BATCH.requireSlope(style, 0.02);
    }

    @Test
    void aPictureIsInItsOwnStyle() {
        INDArray picture = Avatars.random(8, 1, 3, 16, 16);
        List<Double> losses = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            losses.add(HandMade.random(1, 16).withEdit(picture).value(StyleStatistics.of("x", EYES, picture, kind)));
        }
        assertThat(losses).allSatisfy(loss -> assertThat(loss).isLessThan(1e-9));
    }

    @Test
    void whatCannotBeAStyleIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StyleStatistics.of("x", EYES, Nd4j.zeros(1, 1, 16, 16)))
                .withMessageContaining("reference pictures have the shape [1, 1, 16, 16]");
        StyleStatistics style = StyleStatistics.of("x", EYES, REFERENCES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> style.stages(1))
                .withMessageContaining("each of the 2 stages of tiny eyes 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> style.stages(0, 0))
                .withMessageContaining("not all 0");
        assertThat(style.recipe()).containsEntry("pictures", "20").containsKey("target");
    }
}
