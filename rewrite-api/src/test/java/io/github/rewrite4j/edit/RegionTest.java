package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionTest {
    private static final Region CROWN = Region.ellipse(32, 10, 10, 8);
    private static final Region SQUARE = Region.rectangle(1, 1, 2, 2);

    private static float[][] drawn(Region region) {
        return region.onImage(4, 4).toRows();
    }

    @Test
    void aRectangleSelectsThePixelsWhoseCentresItCovers() {
        assertThat(drawn(SQUARE)).isDeepEqualTo(new float[][] {{0, 0, 0, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 0, 0, 0}});
        assertThat(drawn(Region.rectangle(0.5, 0.6, 2, 1)))
                .isDeepEqualTo(new float[][] {{0, 0, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
    }

    @Test
    void anEllipseIsSymmetricAboutItsCentreAndFillsItsBox() {
        Mask mask = CROWN.onImage(64, 64);
        assertThat(mask.boundingBox()).isEqualTo(new Box(2, 22, 18, 42));
        assertThat(mask.sum()).isCloseTo(Math.PI * 10 * 8, withinPercentage(2));
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 64; x++) {
                assertThat(mask.value(y, x)).isEqualTo(mask.value(19 - y, 63 - x));
            }
        }
    }

    @Test
    void aPolygonFollowsTheEvenOddRule() {
        assertThat(Region.polygon(1, 1, 3, 1, 3, 3, 1, 3).onImage(4, 4)).isEqualTo(SQUARE.onImage(4, 4));
        assertThat(drawn(Region.polygon(0, 0, 4, 0, 0, 4)))
                .isDeepEqualTo(new float[][] {{1, 1, 1, 0}, {1, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}});
        // Two nested squares in one line: the inner one is a hole.
        Region ring = Region.polygon(0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 3, 1, 3, 3, 1, 3, 1, 1);
        assertThat(ring.onImage(4, 4)).isEqualTo(SQUARE.inverted().onImage(4, 4));
    }

    private static Region random(Random random, int depth) {
        double x = random.nextInt(24) - 4;
        double y = random.nextInt(20) - 4;
        if (depth == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> Region.ellipse(x, y, 1 + random.nextInt(5), 1 + random.nextInt(5));
                case 1 -> Region.rectangle(x, y, 1 + random.nextInt(6), 1 + random.nextInt(6));
                case 2 -> Region.polygon(x, y, x + 5, y + 1, x + random.nextInt(5), y + 6);
                default -> Region.of(new float[][] {{0, 0.25f, 0}, {0, 0.75f, 1}});
            };
        }
        Region part = random(random, depth - 1);
        return switch (random.nextInt(3)) {
            case 0 -> part.inverted();
            case 1 -> part.grown(random.nextInt(3)).moved(random.nextInt(5) - 2, random.nextInt(5) - 2);
            default -> part.union(random(random, depth - 1));
        };
    }

    @Test
    void combinationsAreDrawnWhereTheyCountAndAreTheSameEverywhere() {
        Random random = new Random(5);
        for (int n = 0; n < 200; n++) {
            Region a = random(random, n % 3);
            Region b = random(random, n % 4);
            float[][] first = a.onImage(12, 16).toRows();
            float[][] second = b.onImage(12, 16).toRows();
            float[][] union = a.union(b).onImage(12, 16).toRows();
            float[][] minus = a.minus(b).onImage(12, 16).toRows();
            float[][] both = a.intersect(b).onImage(12, 16).toRows();
            for (int y = 0; y < 12; y++) {
                for (int x = 0; x < 16; x++) {
                    assertThat(union[y][x]).as("%s", a.union(b)).isEqualTo(Math.max(first[y][x], second[y][x]));
                    assertThat(minus[y][x]).as("%s", a.minus(b)).isEqualTo(Math.min(first[y][x], 1 - second[y][x]));
                    assertThat(both[y][x]).as("%s", a.intersect(b)).isEqualTo(Math.min(first[y][x], second[y][x]));
                }
            }
        }
    }

    @Test
    void manySmallPartsOfALargeImageAreDrawnAndManyLargeOnesAreTooMany() {
        Region dots = Region.rectangle(0, 0, 8, 8);
        for (int i = 1; i < 900; i++) {
            dots = dots.union(Region.rectangle(i % 30 * 64, i / 30 * 64, 8, 8));
        }
        assertThat(dots.onImage(2048, 2048).selectedCells()).isEqualTo(900 * 64);
        Region all = Region.full();
        for (int i = 0; i < 40; i++) {
            all = all.union(Region.full());
        }
        Region covered = all;
        assertThatThrownBy(() -> covered.onImage(2048, 2048)).hasMessageContaining("81 passes over the image");
        assertThat(covered.onImage(64, 64).selectedCells()).isEqualTo(64 * 64);
    }

    @Test
    void combinationsFollowTheFuzzySetOperations() {
        Region soft = Region.of(new float[][] {{0.25f, 0.75f}});
        Region other = Region.of(new float[][] {{0.5f, 0.5f}});
        assertThat(soft.union(other).onImage(1, 2).toRows()[0]).containsExactly(0.5f, 0.75f);
        assertThat(soft.intersect(other).onImage(1, 2).toRows()[0]).containsExactly(0.25f, 0.5f);
        assertThat(soft.minus(soft).onImage(1, 2).toRows()[0]).containsExactly(0.25f, 0.25f);
        assertThat(soft.inverted().onImage(1, 2).toRows()[0]).containsExactly(0.75f, 0.25f);
        assertThat(Region.full().minus(SQUARE).onImage(4, 4))
                .isEqualTo(SQUARE.inverted().onImage(4, 4));
    }

    @Test
    void growingReachesAChebyshevDistance() {
        assertThat(SQUARE.grown(1).onImage(4, 4)).isEqualTo(Region.full().onImage(4, 4));
        assertThat(Region.rectangle(2, 0, 1, 1).grown(1).onImage(5, 5))
                .isEqualTo(Region.rectangle(1, 0, 3, 2).onImage(5, 5));
    }

    @Test
    void partsOutsideTheImageCanGrowOrMoveIntoIt() {
        Region outside = Region.rectangle(-2, 0, 2, 4);
        assertThat(outside.onImage(4, 4).isEmpty()).isTrue();
        assertThat(outside.grown(1).onImage(4, 4))
                .isEqualTo(Region.rectangle(0, 0, 1, 4).onImage(4, 4));
        assertThat(outside.moved(3, 0).onImage(4, 4))
                .isEqualTo(Region.rectangle(1, 0, 2, 4).onImage(4, 4));
        assertThat(SQUARE.moved(100, 7).moved(-100, -7).onImage(4, 4)).isEqualTo(SQUARE.onImage(4, 4));
    }

    @Test
    void movingGoesRightAndDownForShapesAndPictures() {
        assertThat(SQUARE.moved(1, -1).onImage(4, 4))
                .isEqualTo(Region.rectangle(2, 0, 2, 2).onImage(4, 4));
        Region picture = Region.of(SQUARE.onImage(4, 4));
        assertThat(picture.moved(1, -1).onImage(4, 4))
                .isEqualTo(Region.rectangle(2, 0, 2, 2).onImage(4, 4));
    }

    @Test
    void picturesAreStretchedOverTheImage() {
        Region left = Region.of(new float[][] {{1, 0}});
        Mask mask = left.onImage(6, 8);
        assertThat(mask.height()).isEqualTo(6);
        assertThat(mask.toRows()[3]).startsWith(1, 1).endsWith(0, 0);
    }

    @Test
    void aGridOfTheImagesSizeIsTheImage() {
        assertThat(CROWN.onGrid(64, 64, 64, 64)).isEqualTo(CROWN.onImage(64, 64));
    }

    @Test
    void aPictureOfTheGridsSizeIsUsedAsItIs() {
        Mask cells = Mask.of(new float[][] {{0.1f, 0}, {0, 0.33f}});
        assertThat(Region.of(cells).requireOnGrid(64, 64, 2, 2)).isEqualTo(cells);
    }

    @Test
    void aRegionOutsideTheImageSaysWhereItLies() {
        assertThatThrownBy(() -> Region.ellipse(100, 10, 10, 8).requireOnImage(64, 48))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("ellipse(100, 10, 10, 8)")
                .hasMessageContaining("x 90..110, y 2..18")
                .hasMessageContaining("48x64 pixels")
                .hasMessageContaining("move it into x 0..48, y 0..64");
        assertThatThrownBy(() -> CROWN.moved(0, -40).requireOnGrid(64, 64, 16, 16))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("y -38..-22, outside");
    }

    @Test
    void aRegionThatSelectsNothingSaysWhy() {
        assertThatThrownBy(() -> Region.ellipse(10, 10, 0.3, 0.3).requireOnImage(64, 64))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("no pixel centre");
        assertThatThrownBy(() -> CROWN.minus(CROWN.grown(1)).requireOnImage(64, 64))
                .hasMessageContaining("its parts cancel");
        assertThatThrownBy(() -> CROWN.intersect(Region.rectangle(0, 40, 9, 9)).requireOnImage(64, 64))
                .hasMessageContaining("do not overlap");
        assertThatThrownBy(() -> Region.of(new float[3][3]).requireOnGrid(64, 64, 8, 8))
                .hasMessageContaining("zero everywhere");
        assertThatThrownBy(() -> Region.full().inverted().requireOnImage(8, 8))
                .isInstanceOf(EmptyRegionException.class);
    }

    @Test
    void aRegionTooSmallForAGridSaysSo() {
        Region pixel = Region.rectangle(128, 128, 1, 1);
        assertThat(pixel.requireOnImage(256, 256).selectedCells()).isEqualTo(1);
        assertThat(pixel.onGrid(256, 256, 4, 4).isEmpty()).isTrue();
        assertThatThrownBy(() -> pixel.requireOnGrid(256, 256, 4, 4))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("selects 1 pixels")
                .hasMessageContaining("grid of 4x4")
                .hasMessageContaining("grown(px)");
        assertThat(pixel.grown(4).requireOnGrid(256, 256, 4, 4).isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32})
    void everySinglePixelOf64LeavesATraceOnGridsFrom8(int grid) {
        for (int at = 0; at < 64; at++) {
            assertThat(Region.rectangle(at, at, 1, 1).onGrid(64, 64, grid, grid).isEmpty())
                    .isFalse();
        }
    }

    @Test
    void regionsReadLikeTheCallsThatMadeThem() {
        assertThat(CROWN).hasToString("ellipse(32, 10, 10, 8)");
        assertThat(CROWN.grown(2).union(Region.rectangle(0, 0.5, 3, 3)).moved(1, 0))
                .hasToString("ellipse(32, 10, 10, 8).grown(2).union(rectangle(0, 0.5, 3, 3)).moved(1, 0)");
        assertThat(Region.full().minus(SQUARE.inverted()).intersect(Region.polygon(0, 0, 1, 0, 0, 1)))
                .hasToString("full().minus(rectangle(1, 1, 2, 2).inverted()).intersect(polygon(0, 0, 1, 0, 0, 1))");
    }

    @Test
    void regionsDescribedAlikeAreEqual() {
        assertThat(CROWN.grown(1))
                .isEqualTo(Region.ellipse(32, 10, 10, 8).grown(1))
                .hasSameHashCodeAs(CROWN.grown(1));
        assertThat(CROWN).isNotEqualTo(Region.ellipse(32, 10, 10, 9)).isNotEqualTo(CROWN.inverted());
        assertThat(Region.of(new float[][] {{1, 0}})).isEqualTo(Region.of(new float[][] {{1, 0}}));
        assertThat(Region.rectangle(-0.0, 0, 1, 1)).isEqualTo(Region.rectangle(0, 0, 1, 1));
    }

    @Test
    void theCallersArraysStayTheCallers() {
        float[][] rows = {{1, 0}};
        double[] corners = {0, 0, 1, 0, 0, 1};
        Region mask = Region.of(rows);
        Region polygon = Region.polygon(corners);
        rows[0][1] = 1;
        corners[2] = 9;
        assertThat(mask.onImage(1, 2).sum()).isEqualTo(1);
        assertThat(polygon).hasToString("polygon(0, 0, 1, 0, 0, 1)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void coordinatesMustBeFinite(double bad) {
        assertThatThrownBy(() -> Region.ellipse(bad, 1, 1, 1)).hasMessageContaining("ellipse's centre x is " + bad);
        assertThatThrownBy(() -> Region.ellipse(1, 1, 1, bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Region.rectangle(1, bad, 1, 1)).hasMessageContaining("rectangle's y");
        assertThatThrownBy(() -> Region.polygon(0, 0, 1, 0, 0, bad)).hasMessageContaining("polygon");
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> Region.ellipse(1, 1, -1, 1)).hasMessageContaining("half width is -1.0");
        assertThatThrownBy(() -> Region.rectangle(1, 1, 1, 0)).hasMessageContaining("height is 0.0");
        assertThatThrownBy(() -> Region.polygon(0, 0, 1, 1)).hasMessageContaining("three corners");
        assertThatThrownBy(() -> Region.polygon(0, 0, 1, 1, 2, 2, 3)).hasMessageContaining("7 numbers");
        assertThatThrownBy(() -> CROWN.grown(-1)).hasMessageContaining("inverted()");
        assertThatThrownBy(() -> CROWN.grown(1 << 20)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CROWN.moved(Integer.MIN_VALUE, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CROWN.onImage(0, 64)).hasMessageContaining("image is 64x0");
        assertThatThrownBy(() -> CROWN.onGrid(64, 64, 4, -4)).hasMessageContaining("grid is -4x4");
        assertThatThrownBy(() -> CROWN.onImage(1 << 20, 1 << 20)).hasMessageContaining("cells");
    }
}
