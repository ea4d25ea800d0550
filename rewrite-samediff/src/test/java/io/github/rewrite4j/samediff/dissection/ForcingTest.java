package io.github.rewrite4j.samediff.dissection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ForcingTest {
    private static final Generator AVATARS = Avatars.load();
    private static final AssociativeMemory MEMORY = AVATARS.memory("layer4");

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    @Test
    void unitsAreMixedWithTheirValueWhereTheyAreHeldAndNowhereElse() {
        Keys keys = MEMORY.keys(AVATARS.sample(2, 3));
        INDArray before = keys.tensor().dup('c');
        Forcing forcing =
                Forcing.at(List.of(3, 90), 4).in(Region.rectangle(0, 0, 32, 64)).by(0.25);

        INDArray held = forcing.on(keys, MEMORY).tensor();

        assertThat(keys.tensor()).isEqualTo(before);
        for (int n = 0; n < 2; n++) {
            for (int u = 0; u < 96; u++) {
                for (int p = 0; p < 256; p += 5) {
                    if (p % 16 == 7 || p % 16 == 8) {
                        // At its border a region selects cells in part.
                        continue;
                    }
                    boolean inside = (u == 3 || u == 90) && p % 16 < 7;
                    double x = before.getDouble(n, u, p / 16, p % 16);
                    assertThat(held.getDouble(n, u, p / 16, p % 16))
                            .as("unit %d, cell %d", u, p)
                            .isCloseTo(inside ? 0.75 * x + 1 : x, within(1e-5));
                }
            }
        }
    }

    @Test
    void nothingHeldDrawsTheSameAndUnitsOffDrawSomethingElse() {
        Inputs inputs = AVATARS.sample(2, 3);
        INDArray images = AVATARS.generate(inputs);
        Forcing off = Forcing.off(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        assertThat(off.by(0).drawnWithKeys(MEMORY, inputs).distance2(images)).isLessThan(1e-3);
        assertThat(off.by(0).drawnWithValues(MEMORY, inputs).distance2(images)).isLessThan(1e-3);
        assertThat(off.drawnWithKeys(MEMORY, inputs).distance2(images)).isGreaterThan(1);
        Values values = MEMORY.values(MEMORY.keys(inputs));
        assertThat(off.on(values, MEMORY)
                        .tensor()
                        .slice(1)
                        .slice(7)
                        .norm1Number()
                        .doubleValue())
                .isZero();
        assertThat(off.drawnWithValues(MEMORY, inputs)).isEqualTo(MEMORY.decode(off.on(values, MEMORY)));
    }

    @Test
    void whatCannotBeHeldIsRefused() {
        Keys keys = MEMORY.keys(AVATARS.sample(1, 3));
        assertThatThrownBy(() -> Forcing.off(List.of(96)).on(keys, MEMORY)).hasMessageContaining("no unit 96 among 96");
        assertThatThrownBy(() -> Forcing.off(List.of())).hasMessageContaining("at least one unit");
        assertThatThrownBy(() -> Forcing.off(List.of(1)).by(1.5)).hasMessageContaining("[0, 1]");
        assertThatThrownBy(() -> Forcing.at(List.of(1), Double.NaN)).hasMessageContaining("finite");
    }
}
