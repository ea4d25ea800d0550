package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final List<Progress> heard = new ArrayList<>();

    private boolean hear(Progress progress) {
        return heard.add(progress);
    }

    private List<Double> shares() {
        return heard.stream().map(Progress::share).toList();
    }

    @Test
    void aComputationOfOneStageIsItsOwnWhole() {
        ProgressListener listener = this::hear;
        listener.report(Stage.SEARCH, 0, 4);
        listener.report(Stage.SEARCH, 1, 4, 0.5);
        listener.report(Stage.SEARCH, 4, 4);
        listener.report(Stage.SEARCH, 0, 0);
        assertThat(shares()).containsExactly(0.0, 0.25, 1.0, 1.0);
        assertThat(heard.get(1).loss()).isEqualTo(0.5);
        assertThat(heard.get(0).loss()).isNaN();
    }

    @Test
    void partsOfPartsAreSharesOfTheWhole() {
        RewriteListener listener = this::hear;
        RewriteListener second = listener.part(0.5, 1);
        second.report(Stage.KEY_STATISTICS, 1, 2);
        second.part(0.5, 0.9).report(Stage.MEASURING, 1, 2);
        second.report(Stage.MEASURING, 3, 3);
        assertThat(shares()).containsExactly(0.75, 0.85, 1.0);
        assertThat(heard.get(1)).extracting(Progress::step, Progress::total).containsExactly(1, 2);
    }

    @Test
    void whoStopsAPartStopsTheWhole() {
        ProgressListener stop = progress -> false;
        assertThatThrownBy(() -> stop.part(0, 0.5).part(0, 0.5).report(Stage.REWRITING, 1, 2))
                .isInstanceOf(RewriteCancelledException.class)
                .hasMessageContaining("'rewriting'");
        assertThatIllegalArgumentException().isThrownBy(() -> new Progress(Stage.SEARCH, 1, 2, 0, 1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Progress(Stage.SEARCH, 1, 2, 0, Double.NaN));
    }

    @Test
    void stagesHaveNamesThatStay() throws IllegalAccessException {
        List<Stage> known = new ArrayList<>();
        for (var field : Arrays.stream(Stage.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .toList()) {
            Stage stage = (Stage) field.get(null);
            known.add(stage);
            assertThat(stage.saying("more of it").name()).isEqualTo(stage.name());
        }
        assertThat(known).extracting(Stage::name).doesNotHaveDuplicates();
        // What programs may have stored: a name is added here, never changed.
        assertThat(known)
                .extracting(Stage::name)
                .contains(
                        "key-statistics",
                        "patch-statistics",
                        "ordinary-keys",
                        "contexts",
                        "inserting-the-rule",
                        "rewriting",
                        "measuring",
                        "pictures",
                        "expanding",
                        "training",
                        "inverting");
        assertThat(Stage.of("My own Stage (2)")).isEqualTo(new Stage("my-own-stage-2", "My own Stage (2)"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Stage("With Space", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Stage.of("?"));
    }
}
