package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Brush masks of the published rewriting interface, reduced as it reduces them. */
class MaskResizeGoldenTest {
    private static final double TOLERANCE = 1.0 / 255 + 1e-6;

    private static final GoldenFile GOLDEN = open();

    private static GoldenFile open() {
        try {
            return GoldenFile.open("mask_resize.safetensors");
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static Stream<Arguments> cases() {
        return Stream.of("ellipse", "strokes", "dot", "empty")
                .flatMap(mask -> Stream.of(4, 8, 16, 32, 64, 128).map(grid -> Arguments.of(mask, grid)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valuesAreThoseOfTheOriginal(String name, int grid) throws IOException {
        double[] expected = GOLDEN.values("area." + name + "." + grid);
        Mask mask = Region.png(GOLDEN.bytes("png." + name)).onGrid(256, 256, grid, grid);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(mask.value(i / grid, i % grid) - expected[i]));
        }
        assertThat(mask.toRows()).hasDimensions(grid, grid);
        assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSelectionIsThatOfTheOriginal(String name, int grid) throws IOException {
        double[] expected = GOLDEN.values("area." + name + "." + grid);
        Mask mask = Region.png(GOLDEN.bytes("png." + name)).onGrid(256, 256, grid, grid);
        boolean[] selected = new boolean[expected.length];
        boolean[] wanted = new boolean[expected.length];
        for (int i = 0; i < expected.length; i++) {
            selected[i] = mask.value(i / grid, i % grid) > 0;
            wanted[i] = expected[i] > 0;
        }
        assertThat(selected).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ellipse", "strokes", "dot", "empty"})
    void theBrushMaskIsTheRedChannel(String name) throws IOException {
        double[] expected = GOLDEN.values("mask." + name);
        Mask mask = Region.png(GOLDEN.bytes("png." + name)).onImage(256, 256);
        for (int y = 0; y < 256; y++) {
            float[] row = new float[256];
            for (int x = 0; x < 256; x++) {
                row[x] = (float) (expected[y * 256 + x] / 255);
            }
            assertThat(mask.toRows()[y]).isEqualTo(row);
        }
    }

    /** Top, left, bottom, right, centre row, centre column, cells: as printed by the original. */
    private static final List<String> MEASURED = List.of(
            "ellipse 4 0 0 3 3 1 1 9",
            "ellipse 8 1 1 5 6 3 3 20",
            "ellipse 16 2 3 10 11 6 7 52",
            "ellipse 32 5 7 19 21 12 14 162",
            "ellipse 64 11 15 37 41 24 28 544",
            "ellipse 128 23 31 73 81 48 56 1992",
            "strokes 4 0 0 3 4 1 2 9",
            "strokes 8 1 0 6 8 3 4 25",
            "strokes 16 2 1 11 15 6 8 54",
            "strokes 32 5 3 21 29 13 16 126",
            "strokes 64 12 7 40 57 26 32 385",
            "strokes 128 24 14 80 113 52 63 1326",
            "dot 4 1 1 3 3 2 2 4",
            "dot 8 3 3 5 5 4 4 4",
            "dot 16 7 7 9 9 8 8 4",
            "dot 32 14 14 17 17 15 15 9",
            "dot 64 29 29 33 33 31 31 15",
            "dot 128 59 59 65 65 62 62 31");

    private static List<String> measured() {
        return MEASURED;
    }

    @ParameterizedTest
    @MethodSource("measured")
    void boxesCentresAndCountsAreExact(String line) throws IOException {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int[] n = fields.stream().skip(1).mapToInt(Integer::parseInt).toArray();
        Mask mask = Region.png(GOLDEN.bytes("png." + fields.get(0))).requireOnGrid(256, 256, n[0], n[0]);
        assertThat(mask.boundingBox()).isEqualTo(new Box(n[1], n[2], n[3], n[4]));
        assertThat(mask.centre()).isEqualTo(new Cell(n[5], n[6]));
        assertThat(mask.selectedCells()).isEqualTo(n[7]);
    }

    @Test
    void anEmptyBrushMaskSelectsNothing() throws IOException {
        assertThat(Region.png(GOLDEN.bytes("png.empty")).onGrid(256, 256, 8, 8).isEmpty())
                .isTrue();
    }
}
