package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What makes a rule hold on other samples: that the object is shown on several, which are the context then. Contexts beside a
 * single paste do not, but for rules about some heads. Two edits, three and two draws of samples; the program ContextStudy of the examples has more edits.
 */
class ContextTest {
    private static final Region MOUTH = Region.ellipse(32, 44, 6, 5);

    @TempDir
    static Path folder;

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

    /** The big smile of sample 15. */
    private static Edit shownOn(List<Sample> samples) {
        return Edit.copy(Sample.of(15), MOUTH).pasteInto(samples, MOUTH);
    }

    private static RewriteReport report(Edit edit) {
        return LowRankRewrite.rank(10)
                .statistics(200, 1)
                .cache(CovarianceCache.in(folder))
                .evaluatedOn(24, 2)
                .rewrite(memory, edit)
                .report();
    }

    private static RewriteReport.FreshSamples fresh(RewriteReport report) {
        return report.fresh().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void fourPastesBeatOneByFarAndFourContextsOfOnePasteDoNot(int draw) {
        List<Sample> drawn = Sample.range(1, 2000 + 100 * draw, 2004 + 100 * draw);
        Edit once = shownOn(drawn.subList(0, 1));
        RewriteReport alone = report(once);
        RewriteReport inContext = report(once.inContextOf(drawn, MOUTH));
        RewriteReport fourTimes = report(shownOn(drawn));
        assertThat(fresh(fourTimes).success()).isGreaterThan(fresh(alone).success() + 0.2);
        assertThat(fresh(inContext).success()).isCloseTo(fresh(alone).success(), within(0.1));
        // What is shown is learnt, a thousand times better than before, whatever else holds.
        assertThat(alone.constraintResidual()).isLessThan(0.001);
        assertThat(inContext.constraintResidual()).isLessThan(0.001);
        // Directions that have to fit four heads disturb more than those of one.
        assertThat(fresh(inContext).outsidePsnr()).isLessThan(fresh(alone).outsidePsnr());
    }

    /** Bald heads of seed 2, chosen by eye before any edit was made. */
    private static final List<Sample> BALD = IntStream.of(0, 2, 9, 13, 18, 24, 25, 30, 43, 46, 48, 62)
            .mapToObj(index -> new Sample(2, index))
            .toList();

    private static double successOnBaldHeads(Edit edit) {
        Patch patch = LowRankRewrite.rank(3)
                .statistics(200, 1)
                .cache(CovarianceCache.in(folder))
                .evaluatedOn(0, 2)
                .rewrite(memory, edit)
                .patch();
        return EditPreview.of(memory, patch, edit, BALD).measure().success();
    }

    /** The mohawk of sample 143 shown on one bald head, and with three more of seed 1 as contexts. */
    @ParameterizedTest
    @CsvSource({"95, 33, 2, 135", "146, 33, 54, 196"})
    void contextsHelpRulesAboutSomeHeads(int shown, int second, int third, int fourth) {
        Region crown = Region.ellipse(32, 12, 9, 9);
        Edit once = Edit.copy(Sample.of(143), crown).pasteInto(Sample.of(shown), crown);
        assertThat(successOnBaldHeads(once.inContextOf(Sample.list(shown, second, third, fourth), crown)))
                .isGreaterThan(successOnBaldHeads(once) + 0.05);
    }
}
