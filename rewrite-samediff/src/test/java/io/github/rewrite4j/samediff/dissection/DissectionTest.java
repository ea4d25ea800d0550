package io.github.rewrite4j.samediff.dissection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class DissectionTest {
    private static final Generator AVATARS = Avatars.load();
    private static final AssociativeMemory MEMORY = AVATARS.memory("layer4");
    private static final int SAMPLES = 40;
    private static final int PLANTED = 23;

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    /** Is to be seen where a unit of the samples, which come in order, lies above its 85 % quantile. */
    private static Dissection.Concept where(int unit, boolean turned) {
        INDArray values = MEMORY.values(MEMORY.keys(AVATARS.sample(SAMPLES, 5))).tensor();
        float[][] maps = new float[SAMPLES][];
        List<Float> all = new ArrayList<>();
        for (int n = 0; n < SAMPLES; n++) {
            maps[n] = values.slice(n).slice(unit).dup('c').data().asFloat();
            for (float value : maps[n]) {
                all.add(value);
            }
        }
        float[] sorted = new float[all.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = all.get(i);
        }
        Arrays.sort(sorted);
        float threshold = sorted[sorted.length * 85 / 100];
        int[] next = {0};
        return images -> {
            List<float[][]> masks = new ArrayList<>();
            for (int i = 0; i < images.size(0); i++) {
                float[] map = maps[next[0]++];
                float[][] mask = new float[64][64];
                for (int p = 0; p < 64 * 64; p++) {
                    boolean on = map[p / 64 / 4 * 16 + p % 64 / 4] >= threshold;
                    mask[p / 64][p % 64] = on != turned ? 1 : 0;
                }
                masks.add(mask);
            }
            return masks;
        };
    }

    @Test
    void theUnitThatAConceptIsMadeOfComesFirst() {
        List<UnitScore> units =
                Dissection.ofValues(MEMORY).on(SAMPLES, 5).units(where(PLANTED, false), RewriteListener.SILENT);
        assertThat(units).hasSize(96);
        assertThat(units.get(0).unit()).isEqualTo(PLANTED);
        assertThat(units.get(0).overlap()).isGreaterThan(0.8);
        assertThat(units.get(0).information()).isGreaterThan(0.6);
        assertThat(units.get(1).overlap()).isLessThan(units.get(0).overlap() - 0.2);
        assertThat(units).extracting(UnitScore::unit).doesNotHaveDuplicates();
    }

    @Test
    void aUnitThatGoesAgainstAConceptSaysNothingForIt() {
        List<UnitScore> units =
                Dissection.ofValues(MEMORY).on(SAMPLES, 5).units(where(PLANTED, true), RewriteListener.SILENT);
        UnitScore against = units.stream()
                .filter(score -> score.unit() == PLANTED)
                .findFirst()
                .orElseThrow();
        assertThat(against.information()).isZero();
    }

    @Test
    void aConceptThatIsNowhereOrEverywhereIsRefused() {
        Dissection few = Dissection.ofKeys(MEMORY).on(4, 5);
        assertThatThrownBy(() -> few.units(images -> masks(images, 0), RewriteListener.SILENT))
                .hasMessageContaining("on none");
        assertThatThrownBy(() -> few.units(images -> masks(images, 1), RewriteListener.SILENT))
                .hasMessageContaining("everywhere");
        assertThatThrownBy(() -> few.on(1, 5)).hasMessageContaining("at least 2");
    }

    private static List<float[][]> masks(INDArray images, float value) {
        List<float[][]> masks = new ArrayList<>();
        for (int i = 0; i < images.size(0); i++) {
            float[][] mask = new float[64][64];
            for (float[] row : mask) {
                Arrays.fill(row, value);
            }
            masks.add(mask);
        }
        return masks;
    }
}
