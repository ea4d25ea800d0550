package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.MaskFiles;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.samediff.closedform.KeyNullSpace;
import io.github.rewrite4j.samediff.strategy.EarlierKeys;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How an edit goes together with others of its layer. */
final class StackingOptions {
    private static final double NONE = 0;

    @Option(
            names = "--keep-earlier",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Takes directions in which the keys of the --patch patches have no part, but for this share of"
                            + " their length squared, such as 0.9: they keep more, the new rule reaches less. For low-rank edits.")
    private double keepEarlier = NONE;

    @Option(
            names = "--together",
            paramLabel = "EDIT.json",
            description =
                    "Another edit of the same layer, solved together with --edit in one system, so that neither is"
                            + " written over the other; may be repeated.")
    private List<Path> together = new ArrayList<>();

    /** Whether several edits are to be solved in one system. */
    boolean isJoint() {
        return !together.isEmpty();
    }

    /** Whether anything was said. */
    boolean given() {
        return isJoint() || keepEarlier != NONE;
    }

    /** Whether directions of earlier rules are left out. */
    boolean keepsEarlier() {
        return keepEarlier != NONE;
    }

    /** The strategy of a plan, on a memory whose earlier patches are in force. */
    RewriteStrategy<Edit> strategy(AssociativeMemory memory, EditPlan plan, long seed, ProgressListener listener) {
        if (keepEarlier == NONE) {
            return PlannedRewrite.of(plan, seed);
        }
        if (!(keepEarlier > 0 && keepEarlier < 1)) {
            throw new WrongUsageException("--keep-earlier is a share between 0 and 1, such as 0.9.");
        }
        if (memory.spec().patches().isEmpty()) {
            throw new WrongUsageException("--keep-earlier keeps what patches draw: name them with --patch.");
        }
        if (!(plan.method() instanceof Method.LowRank low)) {
            throw new WrongUsageException("--keep-earlier is for low-rank edits, but this one is "
                    + plan.method().strategy() + "; leave it out, or let the edit say \"strategy\": \"low-rank\".");
        }
        KeyNullSpace space = KeyNullSpace.ofMost(EarlierKeys.ofPatches(memory, listener), keepEarlier);
        return PlannedRewrite.lowRank(low)
                .evaluatedOn(plan.freshSamples(), seed)
                .keeping(space);
    }

    /** The plans of all edits, that of --edit first; all of one layer and by the same method. */
    List<EditPlan> plans(EditPlan first, MaskFiles masks) throws IOException {
        List<EditPlan> plans = new ArrayList<>(List.of(first));
        if (keepEarlier != NONE) {
            throw new WrongUsageException(
                    "Edits that are solved together have no earlier ones: give --together or --keep-earlier.");
        }
        for (Path file : together) {
            if (!(EditFile.plan(file, masks) instanceof EditPlan plan)
                    || !plan.layer().equals(first.layer())
                    || !plan.method().equals(first.method())) {
                throw new WrongUsageException(file + " cannot be solved together with --edit: both have to copy and"
                        + " paste, at the layer " + first.layer() + " and by " + first.method() + ".");
            }
            plans.add(plan);
        }
        return plans;
    }

    /** Short names of all edits. */
    List<String> names(Path first) {
        List<String> names = new ArrayList<>(List.of(name(first)));
        together.forEach(file -> names.add(name(file)));
        return names;
    }

    /** What an edit is called: its file without the ending. */
    static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
    }
}
