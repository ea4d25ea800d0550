package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasteCurveTest {
    private static PasteCurve.Point point(int pastes, double success) {
        return new PasteCurve.Point(pastes, Math.min(16, pastes + 2), success, 30);
    }

    @Test
    void theFewestThatComeNearTheBestWouldDo() {
        PasteCurve curve = new PasteCurve(List.of(point(1, 0.1), point(4, 0.3), point(16, 0.55), point(32, 0.6)));
        assertThat(curve.enough().pastes()).isEqualTo(16);
        assertThat(curve.sentence())
                .isEqualTo(
                        "success 0.10 with one paste at rank 3; 16 pastes at rank 16 would do: success 0.55, outside 30.0 dB");
        assertThat(curve.facts().asMap()).containsEntry("enough", 16);
    }

    @Test
    void whereMoreDoNotHelpItSaysSo() {
        PasteCurve curve = new PasteCurve(List.of(point(1, 0.4), point(4, 0.41), point(32, 0.38)));
        assertThat(curve.sentence()).contains("more pastes of the same object, up to 32, do not help");
        assertThatIllegalArgumentException().isThrownBy(() -> new PasteCurve(List.of()));
    }

    @Test
    void moreShirtsGetFurtherThanOne() {
        Region shirt = Region.rectangle(14, 56, 36, 8);
        Edit edit = Edit.copy(Sample.of(41), shirt).pasteInto(Sample.of(2000), shirt);
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer3");
            LowRankRewrite one = LowRankRewrite.rank(1).statistics(64, 1).evaluatedOn(8, 2);
            RewriteReport.FreshSamples reached =
                    one.rewrite(memory, edit).report().fresh().orElseThrow();
            PasteCurve curve = PasteCurve.of(memory, one, edit, reached, 2, RewriteListener.SILENT);
            assertThat(curve.points())
                    .extracting(PasteCurve.Point::pastes, PasteCurve.Point::rank)
                    .containsExactly(tuple(1, 1), tuple(4, 4), tuple(16, 16), tuple(32, 16));
            assertThat(curve.points().get(0).success()).isEqualTo(reached.success());
            assertThat(curve.enough().success()).isGreaterThan(reached.success());
        }
    }
}
