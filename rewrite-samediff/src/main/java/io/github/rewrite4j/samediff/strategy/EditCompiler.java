package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Turns what a user asks for into what it means at a memory. Forward passes only; nothing is inverted. */
public final class EditCompiler {
    private EditCompiler() {}

    /**
     * k* and v* of every paste.
     *
     * @throws io.github.rewrite4j.edit.EmptyRegionException when a region selects nothing on the image
     */
    public static Rule rule(AssociativeMemory memory, Edit edit) {
        Objects.requireNonNull(memory, "memory");
        if (edit.pastes().isEmpty()) {
            throw new RewriteException("The edit copies " + edit.object()
                    + " but pastes it nowhere: call pasteInto(sample, region) at least once.");
        }
        Paster paster = Paster.of(memory, edit);
        List<Subject> subjects = edit.pastes().stream().map(Selection::subject).toList();
        Keys keys = memory.keys(Subject.inputs(subjects, memory.sampler()));
        INDArray values = memory.values(keys).tensor();
        List<Box> boxes = new ArrayList<>();
        List<INDArray> goals = new ArrayList<>();
        for (int n = 0; n < subjects.size(); n++) {
            Box place = paster.placeAt(edit.pastes().get(n).region());
            boxes.add(place);
            goals.add(paster.paste(values, n, place));
        }
        return new Rule(keys, Nd4j.stack(0, goals.toArray(INDArray[]::new)), boxes);
    }

    /** The keys under the context regions, weighted by how much of each cell is selected. */
    public static SelectedKeys context(AssociativeMemory memory, Edit edit) {
        Objects.requireNonNull(memory, "memory");
        List<Selection> contexts = edit.effectiveContexts();
        INDArray keys = memory.keys(
                        Subject.inputs(contexts.stream().map(Selection::subject).toList(), memory.sampler()))
                .tensor();
        List<SelectedKeys> selected = new ArrayList<>();
        for (int n = 0; n < contexts.size(); n++) {
            selected.add(SelectedKeys.under(
                    sample(keys, n),
                    Paster.keyMask(memory, contexts.get(n).region()).toArray()));
        }
        return SelectedKeys.join(selected);
    }

    /** A copy of one sample of a batch, without the batch dimension. */
    static INDArray sample(INDArray batch, int n) {
        return batch.get(NDArrayIndex.point(n), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all())
                .dup('c');
    }
}
