package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Qr;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Several edits of one layer solved in one system, so that none is written over another: all pastes of all of them are the goal, and
 * what the layer stores besides is kept once ({@link io.github.rewrite4j.samediff.closedform.JointRules} says what that is for plain
 * matrices; MEMIT, Meng et al. 2023, does it for many facts).
 *
 * <p>By a {@link LowRankRewrite} the directions of all edits together are free, its rank for each: n edits of rank r take n r of the
 * layer's channels, which bounds how many it holds. By a {@link ClosedFormRewrite} the pairs of all edits are. One patch comes out,
 * whose report tells losses over all pastes; {@link EditPreview} measures each edit. Costs what one edit with all pastes does. Immutable.
 */
public final class JointRewrite implements RewriteStrategy<List<Edit>> {
    private static final double INDEPENDENT = 1e-8;

    private final Optional<LowRankRewrite> lowRank;
    private final Optional<ClosedFormRewrite> closedForm;

    private JointRewrite(Optional<LowRankRewrite> lowRank, Optional<ClosedFormRewrite> closedForm) {
        this.lowRank = lowRank;
        this.closedForm = closedForm;
    }

    /** Along the directions of all edits, as many for each as its rank says. */
    public static JointRewrite by(LowRankRewrite strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return new JointRewrite(Optional.of(strategy), Optional.empty());
    }

    /** Over the pairs of all edits. */
    public static JointRewrite by(ClosedFormRewrite strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return new JointRewrite(Optional.empty(), Optional.of(strategy));
    }

    @Override
    public String name() {
        return "joint/"
                + lowRank.map(LowRankRewrite::name)
                        .orElseGet(() -> closedForm.orElseThrow().name());
    }

    /**
     * Solves all of them.
     *
     * @param memory a single layer
     * @param edits at least one, each with a paste
     * @throws RewriteException when the edits together have more directions than the layer
     * @throws IllegalArgumentException when the contexts of several edits are the same directions
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, List<Edit> edits, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edits, "edits");
        Objects.requireNonNull(listener, "listener");
        if (edits.isEmpty()) {
            throw new IllegalArgumentException("Name at least one edit to solve.");
        }
        Rule rule = rule(memory, edits);
        Rewrite rewrite;
        if (lowRank.isPresent()) {
            LowRankRewrite each = lowRank.get();
            int rank = each.settings().rank() * edits.size();
            int channels = memory.spec().keyShape().channels();
            if (rank > channels) {
                throw new RewriteException(edits.size() + " edits of rank "
                        + each.settings().rank() + " take " + rank + " directions, but the keys of "
                        + memory.spec().name() + " have " + channels
                        + ": lower the rank, or solve some of them at another layer.");
            }
            List<SelectedKeys> contexts = edits.stream()
                    .map(edit -> EditCompiler.context(memory, edit))
                    .toList();
            rewrite = each.ofRank(rank)
                    .rewrite(memory, rule, covariance -> together(each, covariance, contexts), listener);
        } else {
            rewrite = closedForm.orElseThrow().rewrite(memory, rule, listener);
        }
        return new Rewrite(noted(rewrite.patch(), edits), rewrite.report());
    }

    /** The directions of all contexts, orthonormalised in turn. */
    private static Matrix together(LowRankRewrite each, KeyCovariance covariance, List<SelectedKeys> contexts) {
        List<Matrix> columns = new ArrayList<>();
        for (SelectedKeys context : contexts) {
            columns.add(each.directionsOf(covariance, context).transpose());
        }
        Matrix all = Matrix.beside(columns);
        int independent = Svd.of(all).rank(INDEPENDENT);
        if (independent < all.columns()) {
            throw new IllegalArgumentException(
                    "The contexts of the edits share directions: of " + all.columns() + " only " + independent
                            + " are independent. Leave out edits that are shown at the same places, or lower the rank.");
        }
        return Qr.orthonormalColumns(all).transpose();
    }

    /** All pastes of all edits, as samples of one batch. */
    private static Rule rule(AssociativeMemory memory, List<Edit> edits) {
        List<Subject> subjects = new ArrayList<>();
        List<INDArray> goals = new ArrayList<>();
        List<Box> boxes = new ArrayList<>();
        for (Edit edit : edits) {
            Rule own = EditCompiler.rule(memory, edit);
            edit.pastes().stream().map(Selection::subject).forEach(subjects::add);
            goals.add(own.goal());
            boxes.addAll(own.boxes());
        }
        return new Rule(
                memory.keys(Subject.inputs(subjects, memory.sampler())),
                Nd4j.concat(0, goals.toArray(INDArray[]::new)),
                boxes);
    }

    private Patch noted(Patch patch, Collection<Edit> edits) {
        Map<String, String> notes = new TreeMap<>(patch.notes());
        notes.put("strategy", name());
        notes.put("edits", Integer.toString(edits.size()));
        Set<Subject> subjects = new LinkedHashSet<>();
        edits.forEach(edit -> subjects.addAll(edit.subjects()));
        return patch.noting(
                PatchSamples.of(subjects).map(samples -> samples.among(notes)).orElse(notes));
    }
}
