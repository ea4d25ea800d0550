package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;

/** Rows of a table by numbers that are computed or fed: embeddings. The table lies as [outer, rows, inner]. */
final class LookUpStep extends Step {
    private final Slot table;
    private final Slot indices;
    private final Slot result;
    private final int outer;
    private final int rows;
    private final int inner;

    LookUpStep(Slot table, Slot indices, Slot result, int outer, int rows, int inner) {
        super(List.of(table, indices), List.of(result));
        this.table = table;
        this.indices = indices;
        this.result = result;
        this.outer = outer;
        this.rows = rows;
        this.inner = inner;
    }

    @Override
    List<Slot> readBackward() {
        return List.of(indices);
    }

    private int row(int i) {
        int row = (int) indices.value()[i];
        if (row < 0 || row >= rows) {
            throw new IllegalArgumentException("Row " + row + " of a table of " + rows + " is looked up.");
        }
        return row;
    }

    @Override
    void forward() {
        int count = indices.length();
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < count; i++) {
                System.arraycopy(
                        table.value(), (o * rows + row(i)) * inner, result.value(), (o * count + i) * inner, inner);
            }
        }
    }

    @Override
    void backward() {
        if (!table.tracked()) {
            return;
        }
        int count = indices.length();
        float[] to = table.gradient();
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < count; i++) {
                int at = (o * rows + row(i)) * inner;
                int from = (o * count + i) * inner;
                for (int j = 0; j < inner; j++) {
                    to[at + j] += result.gradient()[from + j];
                }
            }
        }
    }

    @Override
    public String toString() {
        return "look-up in " + Arrays.toString(table.shape());
    }
}
