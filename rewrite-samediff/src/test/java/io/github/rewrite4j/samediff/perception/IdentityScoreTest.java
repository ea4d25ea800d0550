package io.github.rewrite4j.samediff.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class IdentityScoreTest {
    /** Sees the first two numbers of a picture. */
    private static final ImageEmbedding TWO = new ImageEmbedding() {
        @Override
        public String name() {
            return "two";
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public INDArray embedding(INDArray images) {
            float[] rows = new float[2 * (int) images.size(0)];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = images.getFloat(i / 2, 0, 0, i % 2);
            }
            return Nd4j.create(rows, new long[] {images.size(0), 2}, 'c');
        }
    };

    private static INDArray pictures(float... pairs) {
        float[] all = new float[pairs.length / 2 * 12];
        for (int i = 0; i < pairs.length; i++) {
            all[i / 2 * 12 + i % 2] = pairs[i];
        }
        return Nd4j.create(all, new long[] {pairs.length / 2, 3, 2, 2}, 'c');
    }

    @Test
    void each_picture_counts_by_the_nearest_of_the_gallery() {
        INDArray gallery = pictures(1, 0, 0, 1);
        assertThat(IdentityScore.of(TWO, pictures(3, 0, 0, 0.5f), gallery).mean())
                .isCloseTo(1, within(1e-9));
        IdentityScore score = IdentityScore.of(TWO, pictures(1, 1, 1, 0), gallery);
        assertThat(score.mean()).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-6));
        assertThat(score.deviation()).isCloseTo((1 - Math.sqrt(0.5)) / Math.sqrt(2), within(1e-6));
        assertThat(score).hasToString("identity 0.854 +- 0.207 (two, 2 pictures, gallery of 2)");
    }
}
