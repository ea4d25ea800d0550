package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Progress;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.WeightDelta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What holds for strategies: they plan a patch and change nothing. The strategy runs twice and begins twice more, so give it
 * few samples and steps.
 *
 * @param <E> what it is told
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RewriteStrategyContract<E> {
    private Generator generator;
    private AssociativeMemory memory;
    private long[] weightsBefore;
    private long[] imagesBefore;
    private Inputs inputs;
    private Rewrite rewrite;

    /** A new generator, closed by this suite. */
    protected abstract Generator open();

    /** The memory of the generator that is rewritten. */
    protected abstract AssociativeMemory memory(Generator of);

    /** A new strategy; all of them are equal. */
    protected abstract RewriteStrategy<E> strategy();

    /** A new edit that changes something; all of them are equal. */
    protected abstract E edit();

    @BeforeAll
    final void rewrite() {
        generator = open();
        memory = memory(generator);
        inputs = generator.sample(2, 21);
        weightsBefore = weights();
        imagesBefore = Differences.bits(generator.generate(inputs));
        rewrite = strategy().rewrite(memory, edit());
    }

    @AfterAll
    final void unload() {
        generator.close();
    }

    private long[] weights() {
        return memory.weights().values().stream()
                .flatMapToLong(weight -> Arrays.stream(Differences.bits(weight)))
                .toArray();
    }

    private void assertNothingChanged() {
        assertThat(weights()).isEqualTo(weightsBefore);
        assertThat(Differences.bits(generator.generate(inputs))).isEqualTo(imagesBefore);
    }

    @Test
    final void nullIsRefusedByName() {
        Nulls.refused("rewrite(memory, ...)", () -> strategy().rewrite(Nulls.none(), edit(), RewriteListener.SILENT));
        Nulls.refused(
                "rewrite(..., edit, ...)", () -> strategy().rewrite(memory, Nulls.none(), RewriteListener.SILENT));
        Nulls.refused("rewrite(..., listener)", () -> strategy().rewrite(memory, edit(), Nulls.none()));
    }

    @Test
    final void thePatchFitsAndChangesTheMemorysWeightsAlone() {
        rewrite.patch().requireFits(generator.spec());
        assertThat(rewrite.patch().deltas())
                .isNotEmpty()
                .extracting(WeightDelta::weight)
                .isSubsetOf(memory.spec().layers().stream().map(Layer::weight).toList());
        for (WeightDelta delta : rewrite.patch().deltas()) {
            assertThat(Differences.magnitude(delta.toDense())).isLessThan(1e6);
        }
        try (Generator after = generator.with(rewrite.patch())) {
            INDArray drawn = after.generate(inputs);
            assertThat(Differences.bits(drawn)).isNotEqualTo(imagesBefore);
        }
        assertThat(memory.with(rewrite.patch()).spec().patches()).hasSize(1);
    }

    @Test
    final void nothingButThePatchIsChanged() {
        assertNothingChanged();
        assertThat(memory.spec().patches()).isEmpty();
    }

    @Test
    final void theSameEditGivesTheSamePatchAndProgressNeverGoesBack() {
        List<Progress> heard = new ArrayList<>();
        Rewrite again = strategy().rewrite(memory, edit(), heard::add);
        assertThat(heard).extracting(Progress::share).isSorted().endsWith(1.0);
        assertThat(again.patch().deltas()).hasSameSizeAs(rewrite.patch().deltas());
        for (int i = 0; i < again.patch().deltas().size(); i++) {
            assertThat(Differences.bits(again.patch().deltas().get(i).toDense()))
                    .isEqualTo(Differences.bits(rewrite.patch().deltas().get(i).toDense()));
        }
    }

    @Test
    final void whatItTellsIsFiniteAndHasNames() {
        assertThat(strategy().name()).isNotBlank().isEqualTo(strategy().name());
        assertThat(rewrite.report().lossBefore()).isFinite().isNotNegative();
        assertThat(rewrite.report().lossAfter()).isFinite().isNotNegative();
        assertThat(rewrite.report().seconds()).isNotEmpty();
        assertThat(rewrite.report().toString()).isNotBlank();
    }

    @Test
    final void itReportsAndStopsWhenItIsTold() {
        AtomicInteger heard = new AtomicInteger();
        RewriteListener stop = progress -> {
            assertThat(progress.stage().text()).isNotBlank();
            assertThat(progress.step()).isBetween(0, progress.total());
            heard.incrementAndGet();
            return false;
        };
        assertThatThrownBy(() -> strategy().rewrite(memory, edit(), stop))
                .isInstanceOf(RewriteCancelledException.class);
        assertThat(heard).hasValue(1);
        assertNothingChanged();
    }

    @Test
    final void theInterruptionOfItsThreadEndsItToo() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> strategy().rewrite(memory, edit())).isInstanceOf(RewriteCancelledException.class);
        } finally {
            Thread.interrupted();
        }
        assertNothingChanged();
    }
}
