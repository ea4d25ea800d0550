package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.avatars.AvatarParts;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.perception.PartScores;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Match;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class PartSearchTest {
    private static final int MARKED = 24;
    private static final int ENOUGH = 20;

    @Test
    void theBundledPartNetworkMarksPartsOfPicturesItWasNotTrainedOn() throws IOException {
        PartNetwork parts = BundledNetworks.parts();
        PartScores claimed = parts.scores().orElseThrow();
        assertThat(claimed.pictures()).isEqualTo(100);
        PartScores measured = PartScores.of(parts, AvatarParts.load(), 460, 500);
        for (String part : List.of("head", "eyes", "hair", "body", "background")) {
            assertThat(claimed.overlap().get(part)).as(part).isGreaterThan(0.8);
            assertThat(measured.overlap().get(part))
                    .as(part)
                    .isCloseTo(claimed.overlap().get(part), within(0.06));
        }
        assertThat(claimed.overlap().get("mouth")).isGreaterThan(0.75);
    }

    private static org.assertj.core.data.Offset<Double> within(double difference) {
        return org.assertj.core.data.Offset.offset(difference);
    }

    @Test
    void theLikeOfAMarkedPartIsFoundInThatPartOfOtherHeads() throws IOException {
        PartNetwork parts = BundledNetworks.parts();
        try (Generator avatars = BundledGenerator.load()) {
            AssociativeMemory memory = avatars.memory("layer6");
            KeyCovariance covariance = memory.covariance(100, 1, RewriteListener.SILENT);
            INDArray shown = avatars.generate(avatars.sampler().at(Sample.range(Sample.DEFAULT_SEED, 0, MARKED)));
            for (String part : List.of("eyes", "hair", "mouth")) {
                Selection marked = first(parts.masks(shown, part));
                Found found = Search.at(memory, Trigger.context(memory, List.of(marked), covariance))
                        .among(2, 0, 150, RewriteListener.SILENT);
                assertThat(inside(avatars, parts, part, found)).as(part).isGreaterThanOrEqualTo(10);
            }
        }
    }

    /** The first sample that shows enough of a part. */
    private static Selection first(List<float[][]> masks) {
        for (int i = 0; i < masks.size(); i++) {
            Mask mask = Mask.of(masks.get(i));
            if (mask.selectedCells() >= ENOUGH) {
                return new Selection(Sample.of(i), Region.of(mask));
            }
        }
        throw new IllegalStateException("None of the first samples shows enough of the part.");
    }

    /** In how many matches at least half of the hottest cell is of the part. */
    private static int inside(Generator avatars, PartNetwork parts, String part, Found found) {
        List<Subject> subjects = found.top().stream().map(Match::subject).toList();
        List<float[][]> masks = parts.masks(avatars.generate(Subject.inputs(subjects, avatars.sampler())), part);
        int inside = 0;
        for (int n = 0; n < subjects.size(); n++) {
            Match match = found.top().get(n);
            int side = masks.get(n).length / (int) match.heat().size(0);
            int pixels = 0;
            for (int p = 0; p < side * side; p++) {
                pixels += masks.get(n)[match.cell().row() * side + p / side][
                                        match.cell().column() * side + p % side]
                                > 0
                        ? 1
                        : 0;
            }
            inside += 2 * pixels >= side * side ? 1 : 0;
        }
        return inside;
    }
}
