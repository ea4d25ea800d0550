package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DiversityTest {
    private final PerceptualDistance distance = PerceptualDistance.unweighted(RandomFeatures.seeded(0));
    private final INDArray centres = TestImages.noise(3, 3, 16, 16, 1).muli(2).subi(1);

    /** Pictures 0, 3, 6, ... lie around centre 0 and so on; the third centre has only one. */
    private INDArray around(double spread) {
        INDArray noise = TestImages.noise(7, 3, 16, 16, 2).subi(0.5).muli(spread);
        int[] centre = {0, 1, 2, 0, 1, 0, 1};
        for (int i = 0; i < centre.length; i++) {
            noise.get(NDArrayIndex.point(i)).addi(centres.get(NDArrayIndex.point(centre[i])));
        }
        return noise;
    }

    private double pair(INDArray images, int i, int j) {
        return distance.perImage(
                        images.get(NDArrayIndex.interval(i, i + 1), NDArrayIndex.all()),
                        images.get(NDArrayIndex.interval(j, j + 1), NDArrayIndex.all()))[0];
    }

    @Test
    void isTheMeanDistanceOfPairsThatShareANearestReference() {
        INDArray images = around(0.2);
        Diversity diversity = Diversity.around(centres, images, distance);
        double first = (pair(images, 0, 3) + pair(images, 0, 5) + pair(images, 3, 5)) / 3;
        double second = (pair(images, 1, 4) + pair(images, 1, 6) + pair(images, 4, 6)) / 3;
        assertThat(diversity.clusterSizes()).containsExactly(3, 3, 1);
        assertThat(diversity.mean().orElseThrow()).isCloseTo((first + second) / 2, within(1e-5));
        assertThat(diversity.deviation().orElseThrow()).isCloseTo(Math.abs(first - second) / 2, within(1e-5));
        assertThat(diversity.distance()).isEqualTo("RFP (0)");
        assertThat(Diversity.around(centres, around(0.4), distance).mean().orElseThrow())
                .isGreaterThan(diversity.mean().orElseThrow());
    }

    @Test
    void medoidsFindTheClustersThatAreThere() {
        INDArray images = around(0.2);
        Diversity found = Diversity.aroundMedoids(3, images, distance);
        Diversity known = Diversity.around(centres, images, distance);
        assertThat(found.clusterSizes()).containsExactlyInAnyOrder(3, 3, 1);
        assertThat(found.mean().orElseThrow()).isCloseTo(known.mean().orElseThrow(), within(1e-9));
    }

    @Test
    void medoidsMoveUntilTheyAreCentral() {
        double[] line = {0, 1, 2, 3, 4, 20, 21, 22, 23, 24};
        double[][] pairs = new double[line.length][line.length];
        for (int i = 0; i < line.length; i++) {
            for (int j = 0; j < line.length; j++) {
                pairs[i][j] = Math.abs(line[i] - line[j]);
            }
        }
        int[] clusters = Medoids.clusters(pairs, 2);
        assertThat(clusters[0]).isNotEqualTo(clusters[9]);
        assertThat(clusters).startsWith(clusters[0], clusters[0], clusters[0], clusters[0], clusters[0], clusters[9]);
    }

    @Test
    void withoutAPairThereIsNoNumber() {
        Diversity alone = Diversity.aroundMedoids(3, centres, distance);
        assertThat(alone.clusterSizes()).containsExactly(1, 1, 1);
        assertThat(alone.mean()).isEmpty();
        assertThat(alone.deviation()).isEmpty();
        assertThatThrownBy(() -> Diversity.aroundMedoids(4, centres, distance)).hasMessageContaining("k is 4");
        assertThatThrownBy(() -> Diversity.around(Nd4j.zeros(1, 3, 8, 8), centres, distance))
                .hasMessageContaining("pictures of one size");
    }
}
