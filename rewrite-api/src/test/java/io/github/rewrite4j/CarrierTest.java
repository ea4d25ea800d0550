package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.Selection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Samples, inputs and edits as values. */
class CarrierTest {
    private static final Region HEAD = Region.ellipse(3, 3, 2, 2);
    private static final Region FACE = Region.rectangle(1, 1, 4, 4);

    @Test
    void aSampleIsASeedAndAnIndex() {
        assertThat(Sample.of(4)).isEqualTo(new Sample(1, 4)).hasToString("#4");
        assertThat(new Sample(7, 2)).hasToString("#2 of seed 7");
        assertThat(Sample.list(4, 9, 23)).containsExactly(Sample.of(4), Sample.of(9), Sample.of(23));
        assertThat(Sample.range(3, 1, 3)).containsExactly(new Sample(3, 1), new Sample(3, 2));
        assertThat(Sample.range(3, 2, 2)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Sample.of(-1)).withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sample(1L << 32, 0))
                .withMessageContaining("4294967296");
        assertThat(new Sample((1L << 32) - 1, 0).seed()).isEqualTo(4294967295L);
    }

    @Test
    void inputsAreNamedArraysOfOneBatch() {
        INDArray z = Nd4j.arange(12).reshape(3, 4);
        Inputs inputs = Inputs.of("z", z);
        assertThat(inputs.size()).isEqualTo(3);
        assertThat(inputs.get("z")).isSameAs(z);
        Inputs more = inputs.with("mask", Nd4j.ones(3, 1));
        assertThat(more.arrays()).containsOnlyKeys("mask", "z");
        assertThat(inputs.arrays()).containsOnlyKeys("z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inputs.get("y"))
                .withMessageContaining("'y'")
                .withMessageContaining("[z]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inputs.with("mask", Nd4j.ones(2, 1)))
                .withMessageContaining("'z' holds 3 samples")
                .withMessageContaining("'mask' holds 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Inputs.of(Map.of()));
    }

    @Test
    void aSliceOfInputsIsACopy() {
        INDArray z = Nd4j.arange(12).reshape(3, 4).dup();
        Inputs inputs = Inputs.of("z", z);
        Inputs slice = inputs.slice(1, 2);
        assertThat(slice.get("z").shape()).containsExactly(1, 4);
        assertThat(slice.get("z").toDoubleVector()).containsExactly(4, 5, 6, 7);
        slice.get("z").muli(0);
        assertThat(z.getDouble(1, 3)).isEqualTo(7);
        assertThat(inputs.slice(0, 3).size()).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.slice(1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.slice(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.slice(0, 4));
    }

    @Test
    void eachStepOfAnEditIsANewEdit() {
        Edit copied = Edit.copy(Sample.of(17), HEAD);
        Edit pasted = copied.pasteInto(Sample.of(4), HEAD).pasteInto(Sample.list(5, 6), FACE);
        Edit edit = pasted.inContextOf(Sample.list(4, 9), HEAD).inContextOf(Sample.of(9), FACE);
        assertThat(copied.pastes()).isEmpty();
        assertThat(pasted.contexts()).isEmpty();
        assertThat(pasted.pastes())
                .containsExactly(
                        new Selection(Sample.of(4), HEAD),
                        new Selection(Sample.of(5), FACE),
                        new Selection(Sample.of(6), FACE));
        assertThat(pasted.effectiveContexts()).isEqualTo(pasted.pastes());
        assertThat(edit.effectiveContexts()).isEqualTo(edit.contexts()).hasSize(3);
        assertThat(edit.samples())
                .containsExactlyInAnyOrder(Sample.of(17), Sample.of(4), Sample.of(5), Sample.of(6), Sample.of(9));
        assertThat(edit)
                .isEqualTo(pasted.inContextOf(Sample.list(4, 9), Region.ellipse(3, 3, 2, 2))
                        .inContextOf(Sample.of(9), FACE));
        assertThatIllegalArgumentException().isThrownBy(() -> copied.pasteInto(List.of(), HEAD));
        assertThatIllegalArgumentException().isThrownBy(() -> copied.inContextOf(List.of(), HEAD));
    }

    @Test
    void aRuleHasAsManyKeysGoalsAndBoxes() {
        Keys keys = new Keys(Nd4j.ones(2, 3, 4, 4), Map.of());
        Box box = new Box(0, 0, 2, 2);
        assertThat(new Rule(keys, Nd4j.ones(2, 5, 4, 4), List.of(box, box)).boxes())
                .hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule(keys, Nd4j.ones(2, 5, 4, 4), List.of(box)))
                .withMessageContaining("2, 2 and 1");
    }

    @Test
    void samplesHaveAnUpperBoundAndRangesNeedNoMemory() {
        assertThatThrownBy(() -> Sample.of(Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 268435455");
        assertThatThrownBy(() -> Sample.range(1, 0, Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sample.range(1, -1, 3)).isInstanceOf(IllegalArgumentException.class);
        List<Sample> most = Sample.range(7, 5, 1 << 28);
        assertThat(most).hasSize((1 << 28) - 5);
        assertThat(most.get(most.size() - 1)).isEqualTo(new Sample(7, Sample.MAX_INDEX));
        assertThat(Sample.range(7, 5, 8)).containsExactly(new Sample(7, 5), new Sample(7, 6), new Sample(7, 7));
        assertThat(Sample.range(7, 5, 5)).isEmpty();
        assertThat(Sample.range(7, 5, 8).subList(1, 3)).containsExactly(new Sample(7, 6), new Sample(7, 7));
        List<Sample> three = Sample.range(7, 5, 8);
        assertThatThrownBy(() -> three.set(0, Sample.of(1))).isInstanceOf(UnsupportedOperationException.class);
    }
}
