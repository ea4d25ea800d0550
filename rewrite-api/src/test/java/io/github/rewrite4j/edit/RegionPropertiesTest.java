package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for regions, whatever they are. */
class RegionPropertiesTest {
    private static final int SIDE = 24;

    @Provide
    Arbitrary<Region> regions() {
        Arbitrary<Double> place = Arbitraries.doubles().between(-4, SIDE + 4).ofScale(1);
        Arbitrary<Double> size = Arbitraries.doubles().between(0.5, SIDE).ofScale(1);
        Arbitrary<Region> simple = Arbitraries.oneOf(
                Combinators.combine(place, place, size, size).as(Region::ellipse),
                Combinators.combine(place, place, size, size).as(Region::rectangle));
        return Arbitraries.oneOf(
                simple,
                Combinators.combine(simple, simple).as(Region::union),
                Combinators.combine(simple, simple).as(Region::minus),
                simple.map(Region::inverted),
                Combinators.combine(simple, Arbitraries.integers().between(0, 3))
                        .as(Region::grown));
    }

    private static float[][] mask(Region region) {
        return region.onImage(SIDE, SIDE).toRows();
    }

    private static void requireSame(Region a, Region b) {
        assertThat(mask(a)).isDeepEqualTo(mask(b));
    }

    @Property(tries = 60, seed = "2026")
    void unionsAndIntersectionsDoNotMindTheOrder(@ForAll("regions") Region a, @ForAll("regions") Region b) {
        requireSame(a.union(b), b.union(a));
        requireSame(a.intersect(b), b.intersect(a));
        requireSame(a.union(a), a);
        requireSame(a.intersect(a), a);
    }

    @Property(tries = 60, seed = "2026")
    void oppositesTurnUnionsIntoIntersections(@ForAll("regions") Region a, @ForAll("regions") Region b) {
        requireSame(a.inverted().inverted(), a);
        float[][] joined = mask(a.union(b).inverted());
        float[][] apart = mask(a.inverted().intersect(b.inverted()));
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                assertThat(joined[row][column]).isEqualTo(apart[row][column]);
            }
        }
    }

    @Property(tries = 60, seed = "2026")
    void partsLieWithin(@ForAll("regions") Region a, @ForAll("regions") Region b) {
        float[][] whole = mask(a);
        float[][] part = mask(a.intersect(b));
        float[][] rest = mask(a.minus(b));
        float[][] more = mask(a.grown(2));
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                assertThat(part[row][column]).isLessThanOrEqualTo(whole[row][column]);
                assertThat(rest[row][column]).isLessThanOrEqualTo(whole[row][column]);
                assertThat(more[row][column]).isGreaterThanOrEqualTo(whole[row][column]);
            }
        }
    }

    @Property(tries = 60, seed = "2026")
    void movingThereAndBackIsNothingInside(
            @ForAll("regions") Region region,
            @ForAll @IntRange(min = -3, max = 3) int dx,
            @ForAll @IntRange(min = -3, max = 3) int dy) {
        float[][] before = mask(region);
        float[][] moved = mask(region.moved(dx, dy));
        for (int row = 3; row < SIDE - 3; row++) {
            for (int column = 3; column < SIDE - 3; column++) {
                assertThat(moved[row + dy][column + dx]).isEqualTo(before[row][column]);
            }
        }
    }

    @Property(tries = 60, seed = "2026")
    void theTextOfARegionIsTheRegion(@ForAll("regions") Region region) throws IOException {
        assertThat(Region.parse(region.toString(), Path.of("."))).isEqualTo(region);
    }

    @Property(tries = 40, seed = "2026")
    void masksOnGridsAreSharesAndNothingAppearsFarFromTheRegion(
            @ForAll("regions") Region region, @ForAll @IntRange(min = 1, max = 3) int halvings) {
        int cells = SIDE >> halvings;
        int pixels = SIDE / cells;
        float[][] image = mask(region);
        float[][] grid = region.onGrid(SIDE, SIDE, cells, cells).toRows();
        for (int row = 0; row < cells; row++) {
            for (int column = 0; column < cells; column++) {
                assertThat(grid[row][column]).isBetween(0f, 1f);
                if (grid[row][column] > 0) {
                    assertThat(largestAround(image, row, column, pixels)).isGreaterThan(0);
                }
            }
        }
    }

    /** Of the pixels of a cell and of the cells beside it. */
    private static float largestAround(float[][] image, int row, int column, int pixels) {
        float largest = 0;
        for (int y = Math.max(0, (row - 1) * pixels); y < Math.min(SIDE, (row + 2) * pixels); y++) {
            for (int x = Math.max(0, (column - 1) * pixels); x < Math.min(SIDE, (column + 2) * pixels); x++) {
                largest = Math.max(largest, image[y][x]);
            }
        }
        return largest;
    }
}
