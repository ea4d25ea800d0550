package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.edit.Exemplar;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class AccessoriesTest {
    @Test
    void theyComeInTheOrderOfTheFileWithEverythingThatIsKnownOfThem() throws IOException {
        Accessories accessories = Accessories.bundled();
        assertThat(accessories.all()).containsExactly("sunglasses", "glasses", "cap", "beanie");
        assertThat(accessories.named("sunglasses")).hasSize(80);
        assertThat(accessories.named("glasses")).hasSize(30);
        assertThat(accessories.named("cap")).hasSize(25);
        assertThat(accessories.named("beanie")).hasSize(25);
        Exemplar first = accessories.named("sunglasses").get(0);
        assertThat(first.name()).isEqualTo("sunglasses 0");
        assertThat(first.mask().selectedCells()).isEqualTo(342);
        assertThat(accessories.named("sunglasses").get(1).mask().selectedCells())
                .isEqualTo(340);
        assertThatThrownBy(() -> accessories.named("wig")).hasMessageContaining("sunglasses, glasses, cap, beanie");
    }

    @Test
    void putOnItsOwnBackgroundAPairOfSunglassesLooksAsDrawn() throws IOException {
        Exemplar exemplar = Accessories.bundled().named("sunglasses").get(3);
        INDArray without = exemplar.without().orElseThrow().reshape(1, 3, 64, 64);
        INDArray difference = exemplar.compositeOn(without).subi(exemplar.with());
        // What the pair changes outside its mask, a shadow of at most 13 grey levels, is left out.
        assertThat(difference.amaxNumber().doubleValue()).isLessThan(13.5 / 127.5);
        assertThat(Exemplar.ofPair(exemplar.with(), exemplar.without().orElseThrow())
                        .mask()
                        .selectedCells())
                .isBetween(250, 300);
    }
}
