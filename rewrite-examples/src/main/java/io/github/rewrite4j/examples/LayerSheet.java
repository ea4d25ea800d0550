package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.layers.IsolatedPatches;
import io.github.rewrite4j.samediff.layers.LayerStudy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What isolated squares of values draw: a row for each layer, a column for each size. */
public final class LayerSheet {
    private static final double DIMMED = 0.4;

    private LayerSheet() {}

    /**
     * Draws the middle of one sample at every layer.
     *
     * @param seed of the sample
     */
    public static ContactSheet of(Generator generator, long seed) {
        ContactSheet.Builder sheet = ContactSheet.titled("What isolated squares of values draw");
        try (Inputs sample = generator.sample(1, seed)) {
            for (Layer layer : generator.layers()) {
                IsolatedPatches patches = IsolatedPatches.of(generator.memory(layer.name()));
                int side =
                        Math.min(layer.valueShape().height(), layer.valueShape().width());
                int free = side - 2 * layer.valueShape().margin();
                List<Box> boxes = new ArrayList<>();
                for (int size : LayerStudy.SIZES) {
                    int fitting = Math.min(size, free);
                    int start = (side - fitting) / 2;
                    boxes.add(new Box(start, start, start + fitting, start + fitting));
                }
                try (Inputs repeated = Inputs.join(Collections.nCopies(boxes.size(), sample));
                        INDArray images = generator.generate(sample)) {
                    sheet.row(
                            layer.name() + ", " + layer.valueShape(),
                            Nd4j.concat(0, lit(patches, patches.draw(repeated, boxes), boxes), images));
                }
            }
        }
        List<String> columns = new ArrayList<>();
        LayerStudy.SIZES.forEach(size -> columns.add(size == 1 ? "1 cell" : size + " cells"));
        columns.add("image");
        return sheet.columns(columns.toArray(String[]::new))
                .footer(
                        "a square of cells in the middle of sample 0 of seed " + seed
                                + " over the mean of 64 samples, bright where it and its neighbours lie; the whole grid where it has fewer cells")
                .build();
    }

    /** The pictures, darker away from the pixels of the square and of its neighbours. */
    private static INDArray lit(IsolatedPatches patches, INDArray images, List<Box> boxes) {
        INDArray lit = images.add(1).muli(DIMMED).subi(1);
        for (int n = 0; n < boxes.size(); n++) {
            Box seen = patches.pixels(boxes.get(n), 1);
            INDArrayIndex[] there = {
                NDArrayIndex.point(n),
                NDArrayIndex.all(),
                NDArrayIndex.interval(seen.top(), seen.bottom()),
                NDArrayIndex.interval(seen.left(), seen.right())
            };
            lit.get(there).assign(images.get(there));
        }
        return lit;
    }
}
