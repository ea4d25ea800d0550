package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.Avatars;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What copy and paste put into the goal, number for number, against a reference that goes cell by cell. */
class CopyAndPasteTest {
    private static final int IMAGE = 64;
    private static final Sample FROM = Sample.of(17);
    private static final Sample INTO = Sample.of(4);

    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** Ellipse, rectangle, polygon, and a brush whose edge fades to a hundredth. */
    private static List<Region> objects() {
        float[][] brush = new float[IMAGE][IMAGE];
        for (int y = 0; y < IMAGE; y++) {
            for (int x = 0; x < IMAGE; x++) {
                brush[y][x] = (float) Math.max(0, Math.min(1, 1.01 - Math.hypot(x - 30, y - 22) / 12));
            }
        }
        return List.of(
                Region.ellipse(32, 10, 10, 8),
                Region.rectangle(3, 40, 17, 9),
                Region.polygon(40, 5, 60, 12, 45, 30),
                Region.of(brush));
    }

    /** Where it is, elsewhere, and over every border and corner. */
    private static List<Region> places() {
        List<Region> places = new ArrayList<>(List.of(Region.ellipse(32, 10, 10, 8), Region.rectangle(20, 30, 11, 13)));
        for (int y : new int[] {0, 31, 62}) {
            for (int x : new int[] {0, 31, 62}) {
                places.add(Region.rectangle(x, y, 2, 2));
            }
        }
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {"layer3", "layer5", "layer6"})
    void theGoalIsTheTargetWithTheObjectsCellsOverItAndNothingElse(String layer) {
        AssociativeMemory memory = avatars.memory(layer);
        int side = memory.spec().valueShape().height();
        float[] source = floats(values(memory, FROM));
        int channels = memory.spec().valueShape().channels();
        for (Region object : objects()) {
            boolean[][] copied = selected(object, side);
            Box from = boundingBox(copied);
            Edit edit = Edit.copy(FROM, object);
            for (Region place : places()) {
                edit = edit.pasteInto(INTO, place);
            }
            Rule rule = EditCompiler.rule(memory, edit);
            // Of the same batch: kernels round differently for another number of samples.
            float[] target = floats(memory.values(rule.keys()).tensor());
            float[] goal = floats(rule.goal());
            for (int n = 0; n < places().size(); n++) {
                Box to = placed(from, boundingBox(selected(places().get(n), side)), side);
                assertThat(rule.boxes().get(n)).isEqualTo(to);
                assertThat(to.top()).isNotNegative();
                assertThat(to.left()).isNotNegative();
                assertThat(to.bottom()).isLessThanOrEqualTo(side);
                assertThat(to.right()).isLessThanOrEqualTo(side);
                int pasted = 0;
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        int row = y - to.top() + from.top();
                        int column = x - to.left() + from.left();
                        boolean inside = row >= from.top()
                                && row < from.bottom()
                                && column >= from.left()
                                && column < from.right()
                                && copied[row][column];
                        pasted += inside ? 1 : 0;
                        for (int c = 0; c < channels; c++) {
                            int at = ((n * channels + c) * side + y) * side + x;
                            float expected = inside ? source[(c * side + row) * side + column] : target[at];
                            if (goal[at] != expected) {
                                throw new AssertionError(layer + ", " + object + " at "
                                        + places().get(n) + ": channel " + c + ", row " + y + ", column " + x + " is "
                                        + goal[at] + ", expected " + expected);
                            }
                        }
                    }
                }
                assertThat(pasted).isEqualTo(count(copied));
            }
        }
    }

    @Test
    void aCellOfWhichAHundredthIsSelectedIsCopiedWholeAndCountsLittleAsContext() {
        float[][] faint = new float[IMAGE][IMAGE];
        for (int y = 20; y < 28; y++) {
            for (int x = 20; x < 28; x++) {
                faint[y][x] = 0.01f;
            }
        }
        AssociativeMemory memory = avatars.memory("layer5");
        INDArray source = values(memory, FROM);
        Edit edit = Edit.copy(FROM, Region.of(faint)).pasteInto(INTO, Region.of(faint));
        Rule rule = EditCompiler.rule(memory, edit);
        assertThat(rule.goal().getFloat(0, 3, 5, 5)).isEqualTo(source.getFloat(0, 3, 5, 5));
        Mask cells = Region.of(faint).onGrid(IMAGE, IMAGE, 16, 16);
        assertThat(EditCompiler.context(memory, edit).count()).isEqualTo(cells.selectedCells());
        for (double weight : EditCompiler.context(memory, edit).weights()) {
            assertThat(weight).isPositive().isLessThan(0.012);
        }
    }

    private static INDArray values(AssociativeMemory memory, Sample sample) {
        return memory.values(memory.keys(memory.sampler().at(List.of(sample)))).tensor();
    }

    private static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    /**
     * The cells of a grid that a region selects, from its pixels: means under a triangle twice as wide as a cell, along rows,
     * then along columns, in 8 bits as in an image file; a cell is selected when anything is left.
     */
    private static boolean[][] selected(Region region, int side) {
        Mask pixels = region.onImage(IMAGE, IMAGE);
        long[][] image = new long[IMAGE][IMAGE];
        for (int y = 0; y < IMAGE; y++) {
            for (int x = 0; x < IMAGE; x++) {
                image[y][x] = Math.round(255.0 * pixels.value(y, x));
            }
        }
        long[][] grid = transposed(shrunk(transposed(shrunk(image, side)), side));
        boolean[][] cells = new boolean[side][side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                cells[y][x] = grid[y][x] > 0;
            }
        }
        return cells;
    }

    private static long[][] shrunk(long[][] rows, int side) {
        double cell = (double) IMAGE / side;
        long[][] result = new long[rows.length][side];
        for (int y = 0; y < rows.length; y++) {
            for (int i = 0; i < side; i++) {
                double sum = 0;
                double weights = 0;
                for (int x = 0; x < IMAGE; x++) {
                    double weight = Math.max(0, 1 - Math.abs(x + 0.5 - (i + 0.5) * cell) / cell);
                    sum += weight * rows[y][x];
                    weights += weight;
                }
                result[y][i] = Math.round(sum / weights);
            }
        }
        return result;
    }

    private static long[][] transposed(long[][] rows) {
        long[][] result = new long[rows[0].length][rows.length];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[0].length; x++) {
                result[x][y] = rows[y][x];
            }
        }
        return result;
    }

    private static Box boundingBox(boolean[][] cells) {
        int side = cells.length;
        int top = side;
        int left = side;
        int bottom = 0;
        int right = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                if (cells[y][x]) {
                    top = Math.min(top, y);
                    left = Math.min(left, x);
                    bottom = Math.max(bottom, y + 1);
                    right = Math.max(right, x + 1);
                }
            }
        }
        return new Box(top, left, bottom, right);
    }

    /** The object's box with its middle on the middle of the place, pushed inside the map. */
    private static Box placed(Box object, Box place, int side) {
        int top = (place.top() + place.bottom()) / 2 - object.height() / 2;
        int left = (place.left() + place.right()) / 2 - object.width() / 2;
        top = Math.max(0, Math.min(side - object.height(), top));
        left = Math.max(0, Math.min(side - object.width(), left));
        return new Box(top, left, top + object.height(), left + object.width());
    }

    private static int count(boolean[][] cells) {
        int count = 0;
        for (boolean[] row : cells) {
            for (boolean cell : row) {
                count += cell ? 1 : 0;
            }
        }
        return count;
    }
}
