package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What holds for samplers: the same sample has the same inputs, whatever it is drawn with. */
public abstract class InputSamplerContract {
    /** A new sampler; two of them are equal in all that they draw. */
    protected abstract InputSampler sampler();

    @Test
    final void nullIsRefusedByName() {
        InputSampler sampler = sampler();
        Nulls.refused("at(samples)", () -> sampler.at(Nulls.none()));
        Nulls.refused("complete(inputs)", () -> sampler.complete(Nulls.none()));
    }

    @Test
    final void aSmallerBatchIsAPrefixOfALargerOne() {
        InputSampler sampler = sampler();
        Inputs five = sampler.sample(5, 3);
        assertThat(five.size()).isEqualTo(5);
        assertThat(Differences.bits(sampler.sample(2, 3))).isEqualTo(Differences.bits(five.slice(0, 2)));
    }

    @Test
    final void aSampleIsTheSameWhateverIsDrawnWithItAndWhere() {
        InputSampler sampler = sampler();
        Inputs mixed = sampler.at(List.of(new Sample(7, 4), new Sample(3, 0), new Sample(7, 1)));
        Inputs first = sampler.at(List.of(new Sample(7, 4)));
        Inputs last = sampler.at(List.of(new Sample(7, 1)));
        assertThat(Differences.bits(mixed.slice(0, 1))).isEqualTo(Differences.bits(first));
        assertThat(Differences.bits(mixed.slice(2, 3))).isEqualTo(Differences.bits(last));
        assertThat(Differences.bits(mixed.slice(1, 2))).isEqualTo(Differences.bits(sampler.sample(1, 3)));
    }

    @Test
    final void twoSamplersOfOneKindDrawTheSameAndHaveOneName() {
        assertThat(sampler().id()).isNotBlank().isEqualTo(sampler().id());
        assertThat(Differences.bits(sampler().sample(3, 9)))
                .isEqualTo(Differences.bits(sampler().sample(3, 9)));
    }

    @Test
    final void samplesOfOneSeedAndOfSeveralDiffer() {
        InputSampler sampler = sampler();
        Inputs two = sampler.sample(2, 5);
        assertThat(Differences.bits(two.slice(0, 1))).isNotEqualTo(Differences.bits(two.slice(1, 2)));
        assertThat(Differences.bits(two)).isNotEqualTo(Differences.bits(sampler.sample(2, 6)));
    }

    @Test
    final void whatWasDrawnCanBeChangedAndClosed() {
        InputSampler sampler = sampler();
        Inputs drawn = sampler.sample(2, 4);
        long[] before = Differences.bits(drawn);
        drawn.arrays().values().forEach(array -> array.addi(1));
        drawn.close();
        assertThat(Differences.bits(sampler.sample(2, 4))).isEqualTo(before);
    }

    @Test
    final void givenInputsStayAndAreNotChanged() {
        InputSampler sampler = sampler();
        Inputs given = sampler.sample(2, 8);
        long[] before = Differences.bits(given);
        Inputs complete = sampler.complete(given);
        // What may be left out is added, and nothing else happens to what is there.
        assertThat(complete.arrays().keySet()).containsAll(given.arrays().keySet());
        given.arrays().forEach((name, array) -> assertThat(Differences.bits(complete.get(name)))
                .as(name)
                .isEqualTo(Differences.bits(array)));
        assertThat(Differences.bits(given)).isEqualTo(before);
        assertThat(Differences.bits(sampler.complete(complete))).isEqualTo(Differences.bits(complete));
    }

    @Test
    final void numbersAreFiniteAndTheMeanIsOneSample() {
        InputSampler sampler = sampler();
        Inputs drawn = sampler.sample(4, 2);
        assertThat(drawn.arrays().values())
                .allSatisfy(array -> assertThat(Differences.magnitude(array)).isLessThan(1e6));
        sampler.mean().ifPresent(mean -> {
            assertThat(mean.size()).isEqualTo(1);
            mean.arrays().forEach((name, array) -> {
                INDArray like = drawn.get(name);
                assertThat(array.rank()).as(name).isEqualTo(like.rank());
            });
        });
    }

    @Test
    final void noSampleIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> sampler().sample(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> sampler().at(List.of()));
    }
}
