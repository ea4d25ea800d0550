package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.dissection.Forcing;
import io.github.rewrite4j.samediff.dissection.UnitScore;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Shows where the best units of a concept are on, and what happens to images when the best of them are held off. */
public final class UnitSheet {
    private static final int ROWS = 6;
    private static final double DIMMED = 0.25;

    private UnitSheet() {}

    /**
     * A sheet with a column for each input.
     *
     * @param keys whether the units are channels of keys, not of values
     * @param best units, best first
     */
    public static ContactSheet of(
            AssociativeMemory memory, boolean keys, List<UnitScore> best, Inputs inputs, String footer) {
        try (Keys at = memory.keys(inputs);
                Values values = memory.values(at)) {
            INDArray images = memory.decode(values);
            INDArray tensor = keys ? at.tensor() : values.tensor();
            ContactSheet.Builder sheet = ContactSheet.titled(
                            "The units that overlap best, each image lit where the unit is on")
                    .row("image", images);
            for (UnitScore score : best.subList(0, Math.min(ROWS, best.size()))) {
                sheet.row(
                        String.format(Locale.ROOT, "unit %d, overlap %.2f", score.unit(), score.overlap()),
                        lit(images, tensor, score));
            }
            List<Integer> units = best.stream().map(UnitScore::unit).toList();
            Forcing off = Forcing.off(units);
            INDArray without =
                    keys ? memory.decode(memory.values(off.on(at, memory))) : memory.decode(off.on(values, memory));
            return sheet.row(units.size() + " best at zero", without)
                    .footer(footer)
                    .build();
        }
    }

    /** The images, dark where the unit lies below its threshold. */
    private static INDArray lit(INDArray images, INDArray tensor, UnitScore score) {
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        INDArray lit = images.dup('c');
        for (int n = 0; n < images.size(0); n++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    long row = y * tensor.size(2) / height;
                    long column = x * tensor.size(3) / width;
                    if (tensor.getFloat(n, score.unit(), row, column) < score.threshold()) {
                        for (int c = 0; c < images.size(1); c++) {
                            float value = images.getFloat(n, c, y, x);
                            lit.putScalar(new int[] {n, c, y, x}, (value + 1) * DIMMED - 1);
                        }
                    }
                }
            }
        }
        return lit;
    }
}
