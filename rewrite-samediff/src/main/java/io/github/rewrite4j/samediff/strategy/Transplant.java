package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.olam.SelectedKeys;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A rule for image-to-image generators, shown by edited inputs: where the region selects, the keys of an input shall give
 * the values that the edited input has there; everywhere else in view they keep their own.
 *
 * <p>An edit that recolours every black outline of one input picture thus says: black in, red out. No inversion is
 * needed, since the generator itself knows which values draw the edited picture.
 *
 * @param shown inputs as they are
 * @param wanted the same inputs, edited; as many
 * @param regions where each was edited
 * @param surroundings cells around the edited ones that count as examples of what shall stay; the solvers minimise absolute
 *     errors, so that an edit of few cells among many that stay is taken for noise
 */
public record Transplant(Inputs shown, Inputs wanted, List<Region> regions, int surroundings) {
    private static final int DEFAULT_SURROUNDINGS = 4;

    public Transplant {
        regions = List.copyOf(regions);
        if (shown.size() != wanted.size() || shown.size() != regions.size()) {
            throw new IllegalArgumentException("A transplant has as many inputs, edited inputs and regions, but got "
                    + shown.size() + ", " + wanted.size() + " and " + regions.size() + ".");
        }
        if (surroundings < 0) {
            throw new IllegalArgumentException("Surroundings are at least 0 cells, but were " + surroundings + ".");
        }
    }

    /** One edited input. */
    public static Transplant of(Inputs shown, Inputs wanted, Region region) {
        return new Transplant(shown, wanted, List.of(region), DEFAULT_SURROUNDINGS);
    }

    /** What this means at a memory. Two forward passes to it. */
    public Rule rule(AssociativeMemory memory) {
        Keys keys = memory.keys(shown);
        INDArray own = memory.values(keys).tensor();
        INDArray edited = memory.values(memory.keys(wanted)).tensor();
        FeatureShape grid = memory.spec().valueShape();
        INDArray goal = own.dup('c');
        List<Box> boxes = new ArrayList<>();
        for (int n = 0; n < regions.size(); n++) {
            Mask mask = Paster.valueMask(memory, regions.get(n));
            for (int y = 0; y < grid.height(); y++) {
                for (int x = 0; x < grid.width(); x++) {
                    if (mask.value(y, x) > 0) {
                        goal.get(
                                        NDArrayIndex.point(n),
                                        NDArrayIndex.all(),
                                        NDArrayIndex.point(y),
                                        NDArrayIndex.point(x))
                                .assign(edited.get(
                                        NDArrayIndex.point(n),
                                        NDArrayIndex.all(),
                                        NDArrayIndex.point(y),
                                        NDArrayIndex.point(x)));
                    }
                }
            }
            boxes.add(around(mask.boundingBox(), grid));
        }
        return new Rule(keys, goal, boxes);
    }

    /** The keys under the edited regions. */
    public SelectedKeys context(AssociativeMemory memory) {
        INDArray keys = memory.keys(shown).tensor();
        List<SelectedKeys> selected = new ArrayList<>();
        for (int n = 0; n < regions.size(); n++) {
            selected.add(SelectedKeys.under(
                    EditCompiler.sample(keys, n),
                    Paster.keyMask(memory, regions.get(n)).toArray()));
        }
        return SelectedKeys.join(selected);
    }

    private Box around(Box box, FeatureShape grid) {
        return new Box(
                Math.max(0, box.top() - surroundings),
                Math.max(0, box.left() - surroundings),
                Math.min(grid.height(), box.bottom() + surroundings),
                Math.min(grid.width(), box.right() + surroundings));
    }
}
