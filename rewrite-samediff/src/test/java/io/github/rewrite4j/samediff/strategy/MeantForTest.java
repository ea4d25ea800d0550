package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MeantForTest {
    private static final Generator AVATARS = Avatars.load();
    private static final Region CROWN = Region.ellipse(32, 10, 11, 9);

    /** Bald heads among the first 160 samples of seed 2, chosen by eye before any edit was made. */
    private static final Set<Integer> BALD = Set.of(
            0, 2, 9, 13, 18, 24, 25, 30, 43, 46, 48, 62, 67, 69, 75, 76, 82, 85, 95, 99, 100, 112, 113, 114, 125, 130,
            131, 143, 148, 149, 158, 159);

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    private static MeantFor of(Sample... contexts) {
        return MeantFor.of(
                AVATARS.memory("layer4"), Edit.copy(Sample.of(97), CROWN).pasteInto(List.of(contexts), CROWN));
    }

    @Test
    void anEditShownOnBaldHeadsIsMeantForBaldHeads() {
        MeantFor bald = of(Sample.of(7), Sample.of(2), Sample.of(6), Sample.of(15));
        List<Integer> found = bald.among(Sample.range(2, 0, 160));
        Set<Integer> right = new HashSet<>(found);
        right.retainAll(BALD);
        assertThat(right.size()).isGreaterThanOrEqualTo(28);
        assertThat((double) right.size() / found.size()).isGreaterThan(0.6);
        assertThat(bald.chosen()).contains("4 contexts", CROWN.toString());
    }

    @Test
    void anEditShownOnAnybodyIsMeantForEverybody() {
        MeantFor any = MeantFor.of(
                AVATARS.memory("layer4"),
                Edit.copy(Sample.of(97), CROWN).pasteInto(Sample.range(1, 1000, 1016), CROWN));
        assertThat(any.among(Sample.range(2, 0, 20))).hasSize(20);
        assertThat(any.everybody()).contains("no more alike than ordinary samples");
    }

    @Test
    void fewContextsSayNothing() {
        MeantFor one = of(Sample.of(7));
        assertThat(one.among(Sample.range(2, 0, 20))).hasSize(20);
        assertThat(one.everybody()).contains("its context is too few");
    }
}
