package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The inputs of a sample, given as inputs of one's own, are that sample to every edit. */
class SubjectsOfEditsTest {
    private static final Region CROWN = Region.ellipse(32, 10, 11, 9);

    private static Generator avatars;
    private static AssociativeMemory memory;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        memory = avatars.memory("layer5");
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** Without the truncation, which the sampler fills in. */
    private static Subject own(int index) {
        Inputs drawn = avatars.sampler().at(List.of(Sample.of(index)));
        return Subject.of("mine " + index, Inputs.of("z", drawn.get("z")));
    }

    private static Edit edit(Subject object, List<? extends Subject> pastes, List<? extends Subject> contexts) {
        return Edit.copy(object, CROWN).pasteInto(pastes, CROWN).inContextOf(contexts, CROWN);
    }

    private static Rewrite rewrite(Edit edit, int fresh) {
        return LowRankRewrite.rank(2).statistics(64, 1).evaluatedOn(fresh, 2).rewrite(memory, edit);
    }

    @Test
    void objectPastesAndContextsMayBeInputs() {
        Rewrite samples = rewrite(edit(Sample.of(22), Sample.list(7, 9), Sample.list(2, 6)), 4);
        Rewrite inputs = rewrite(edit(own(22), List.of(own(7), Sample.of(9)), List.of(Sample.of(2), own(6))), 4);

        INDArray expected = samples.patch().deltas().get(0).toDense();
        INDArray actual = inputs.patch().deltas().get(0).toDense();
        // The ordinary samples that protect other rules leave out those of the edit, of which inputs are none.
        assertThat(actual.distance2(expected) / expected.norm2Number().doubleValue())
                .isLessThan(1e-3);
        assertThat(inputs.report().lossBefore()).isEqualTo(samples.report().lossBefore());
        assertThat(inputs.report().fresh())
                .map(RewriteReport.FreshSamples::samples)
                .hasValue(4);
    }

    @Test
    void previewsShowInputs() {
        Edit edit = edit(own(22), List.of(own(7)), List.of(own(7)));
        Rewrite rewrite = rewrite(edit, 0);
        EditPreview inputs = EditPreview.of(memory, rewrite.patch(), edit, List.of(own(30), Sample.of(31), own(32)));
        EditPreview samples = EditPreview.of(memory, rewrite.patch(), edit, Sample.list(30, 31, 32));

        assertThat(inputs.before()).isEqualTo(samples.before());
        assertThat(inputs.after()).isEqualTo(samples.after()).isNotEqualTo(inputs.before());
        assertThat(inputs.goal()).isEqualTo(samples.goal());
        assertThat(inputs.measure().success()).isEqualTo(samples.measure().success());
        assertThat(inputs.measure().facts().asMap()).doesNotContainKey("seed");
        assertThatThrownBy(() -> EditPreview.of(memory, rewrite.patch(), edit, List.of(own(7))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("mine 7", "part of the edit");
    }

    @Test
    void exemplarsAreShownOnInputs() {
        INDArray bar = Nd4j.valueArrayOf(new long[] {3, 64, 64}, -1f);
        Exemplar exemplar = Exemplar.of(bar, Region.rectangle(20, 30, 24, 2));
        OutOfDomainRewrite strategy =
                OutOfDomainRewrite.inImages().steps(2).batch(2, 0).threads(1).evaluatedOn(List.of(), 2, 2);
        ExemplarEdit shown = ExemplarEdit.of(exemplar);
        Rewrite samples = strategy.rewrite(memory, shown.shownOn(Sample.list(3, 4, 5)));
        Rewrite inputs = strategy.rewrite(memory, shown.shownOn(List.of(own(3), Sample.of(4), own(5))));

        assertThat(inputs.patch()).isEqualTo(samples.patch());
        assertThat(inputs.report().lossAfter()).isEqualTo(samples.report().lossAfter());
        assertThat(ExemplarPreview.of(memory, inputs.patch(), List.of(exemplar), List.of(own(8)))
                        .after())
                .isEqualTo(ExemplarPreview.of(memory, samples.patch(), List.of(exemplar), List.of(Sample.of(8)))
                        .after());
    }

    @Test
    void generatorsAndMemoriesFillInWhatInputsLeaveOut() {
        Inputs z = Inputs.of("z", avatars.sample(2, 5).get("z"));
        assertThat(avatars.generate(z)).isEqualTo(avatars.generate(avatars.sample(2, 5)));
        assertThat(memory.keys(z).tensor())
                .isEqualTo(memory.keys(avatars.sample(2, 5)).tensor());
    }
}
