package io.github.rewrite4j.examples;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Region;
import java.util.Arrays;
import java.util.List;

/** Edits that work well on the bundled generator. */
public final class AvatarEdits {
    private AvatarEdits() {}

    /**
     * A plan with a name for its files.
     *
     * @param name one word
     * @param title for pictures and summaries
     * @param plan what to do
     * @param meantFor samples that the edit is about and never saw; empty when it is about all
     */
    public record NamedEdit(String name, String title, EditPlan plan, List<Sample> meantFor) {
        public NamedEdit {
            meantFor = List.copyOf(meantFor);
        }
    }

    /** The moustache of sample 204 on every face: shown on 32 samples, which are its context too. */
    public static NamedEdit moustache() {
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        List<Sample> shown = Sample.range(Sample.DEFAULT_SEED, 1000, 1032);
        Edit edit = Edit.copy(Sample.of(204), lip).pasteInto(shown, lip);
        return new NamedEdit(
                "moustache",
                "Every face wears a moustache",
                EditPlan.of(edit, "layer5", 16).withGamma(0.7),
                List.of());
    }

    /** The hair bun of sample 97 on every bald head: shown on four of them, and the rule spreads to heads like these. */
    public static NamedEdit bun() {
        Region crown = Region.ellipse(32, 10, 11, 9);
        List<Sample> bald = Sample.list(7, 2, 6, 15);
        Edit edit = Edit.copy(Sample.of(97), crown).pasteInto(bald, crown);
        return new NamedEdit(
                "bun",
                "Every bald head grows a hair bun",
                EditPlan.of(edit, "layer4", 10).withGamma(0.5),
                baldHeads());
    }

    /** Bald heads of seed 2, chosen by eye before any edit was made: what the bun is measured on besides all samples. */
    public static List<Sample> baldHeads() {
        int[] indices = {
            0, 2, 9, 13, 18, 24, 25, 30, 43, 46, 48, 62, 67, 69, 75, 76, 82, 85, 95, 99, 100, 112, 113, 114, 125, 130,
            131, 143, 148, 149, 158, 159
        };
        return Arrays.stream(indices).mapToObj(i -> new Sample(2, i)).toList();
    }
}
