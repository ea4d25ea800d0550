package io.github.rewrite4j.examples;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Region;
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
     */
    public record NamedEdit(String name, String title, EditPlan plan) {}

    /** The hair bun of sample 22 for everybody: shown once, four contexts. */
    public static NamedEdit bun() {
        Region crown = Region.ellipse(32, 10, 11, 9);
        Edit edit = Edit.copy(Sample.of(22), crown)
                .pasteInto(Sample.of(7), crown)
                .inContextOf(Sample.of(2, 6, 11, 16), crown);
        return new NamedEdit("bun", "Everybody wears a hair bun", EditPlan.of(edit, "layer5", 3));
    }

    /** The moustache of sample 89 for everybody: shown on sixteen samples, which are its context too. */
    public static NamedEdit moustache() {
        Region lip = Region.ellipse(32, 36, 9, 4);
        List<Sample> shown = Sample.range(Sample.DEFAULT_SEED, 100, 116);
        Edit edit = Edit.copy(Sample.of(89), lip).pasteInto(shown, lip);
        return new NamedEdit("moustache", "Everybody wears a moustache", EditPlan.of(edit, "layer4", 10));
    }
}
