package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.samediff.relation.Relation;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A picture of a relation: images with the cause held high and low, as they were and as a change leaves them. */
public final class RelationSheet {
    private static final int SHOWN = 8;
    private static final double GAIN = 2;

    private RelationSheet() {}

    /**
     * Draws it on the first images of the relation.
     *
     * @param before the generator as it was
     * @param after the changed one
     */
    public static ContactSheet of(Generator before, Generator after, Relation relation, String footer) {
        List<Intervention> shown =
                relation.images().subList(0, Math.min(SHOWN, relation.images().size()));
        Relation some = relation.on(shown);
        INDArray high = drawn(before, some, some.probe().high());
        INDArray low = drawn(before, some, some.probe().low());
        INDArray highAfter = drawn(after, some, some.probe().high());
        INDArray lowAfter = drawn(after, some, some.probe().low());
        return ContactSheet.titled("Cause and effect, before and after")
                .row("image", plain(before, some))
                .row("image, changed", plain(after, some))
                .row("cause high", high)
                .row("cause low", low)
                .row("high - low x" + (int) GAIN, Difference.signed(low, high, GAIN))
                .row("cause high, changed", highAfter)
                .row("cause low, changed", lowAfter)
                .row("high - low x" + (int) GAIN + ", changed", Difference.signed(lowAfter, highAfter, GAIN))
                .footer(footer
                        + "; lighter than grey: the cause makes it lighter. A relation that is turned round shows the"
                        + " opposite shade in the last row")
                .build();
    }

    private static Inputs inputs(Generator generator, Relation relation) {
        return Subject.inputs(
                relation.images().stream().map(Intervention::subject).toList(), generator.sampler());
    }

    private static INDArray plain(Generator generator, Relation relation) {
        try (Inputs inputs = inputs(generator, relation)) {
            return generator.generate(inputs);
        }
    }

    private static INDArray drawn(Generator generator, Relation relation, double value) {
        AssociativeMemory memory = generator.memory(relation.probe().layer());
        List<Region> causes =
                relation.images().stream().map(Intervention::cause).toList();
        try (Inputs inputs = inputs(generator, relation);
                Keys keys = memory.keys(inputs)) {
            return memory.decode(memory.values(relation.probe().held(memory, keys, causes, value)));
        }
    }
}
