package io.github.rewrite4j.samediff.strategy;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Where a patch of a stack draws something when it is alone, and what. */
final class PatchFootprint {
    private final int patch;
    private final float[] alone;
    private final float[] without;
    private final boolean[] pixels;

    private PatchFootprint(int patch, float[] alone, float[] without, boolean[] pixels) {
        this.patch = patch;
        this.alone = alone;
        this.without = without;
        this.pixels = pixels;
    }

    static PatchFootprint of(StackDrawings drawings, int patch) {
        BitSet below = drawings.below(patch);
        float[] without = drawings.with(below);
        below.set(patch);
        float[] alone = drawings.with(below);
        boolean[] pixels = new boolean[drawings.samples() * drawings.plane()];
        for (int i = 0; i < alone.length; i++) {
            if (Math.abs(alone[i] - without[i]) > PatchInterplay.VISIBLE) {
                pixels[drawings.pixel(i)] = true;
            }
        }
        return new PatchFootprint(patch, alone, without, pixels);
    }

    /** Whether it draws there, [N, H, W] row-major; not to be changed. */
    boolean[] pixels() {
        return pixels;
    }

    /** What is left of it in the whole stack. */
    PatchInterplay.Effect in(StackDrawings drawings, List<PatchFootprint> footprints) {
        boolean[] apart = pixels.clone();
        for (PatchFootprint other : footprints) {
            for (int p = 0; other != this && p < apart.length; p++) {
                apart[p] &= !other.pixels[p];
            }
        }
        double whole = size(drawings, pixels);
        double lonely = size(drawings, apart);
        BitSet all = drawings.all();
        Map<Integer, Double> objectWithout = new HashMap<>();
        boolean[] fair = lonely > 0 ? apart : pixels;
        for (int other = 0; whole > 0 && other < drawings.size(); other++) {
            if (other != patch) {
                BitSet fewer = (BitSet) all.clone();
                fewer.clear(other);
                objectWithout.put(other, object(drawings, fewer, fair).orElseThrow());
            }
        }
        int covered = 0;
        for (boolean pixel : pixels) {
            covered += pixel ? 1 : 0;
        }
        return new PatchInterplay.Effect(
                (double) covered / pixels.length,
                kept(drawings, all, pixels),
                whole > 0 ? 1 - lonely / whole : 0,
                kept(drawings, all, apart),
                object(drawings, all, fair),
                objectWithout,
                drawings.learntWith(patch),
                drawings.missing(patch));
    }

    /** 1 - sum |S - A| |A - B| / sum |A - B|^2. */
    private OptionalDouble object(StackDrawings drawings, BitSet patches, boolean[] where) {
        float[] stack = drawings.with(patches);
        double lost = 0;
        double size = 0;
        for (int i = 0; i < alone.length; i++) {
            if (where[drawings.pixel(i)]) {
                double change = Math.abs(alone[i] - without[i]);
                lost += change * Math.abs(stack[i] - alone[i]);
                size += change * change;
            }
        }
        return size == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - lost / size);
    }

    /** 1 - sum |S - A| / sum |A - B|. */
    private OptionalDouble kept(StackDrawings drawings, BitSet patches, boolean[] where) {
        double size = size(drawings, where);
        if (size == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(1 - distance(drawings, drawings.with(patches), alone, where) / size);
    }

    private double size(StackDrawings drawings, boolean[] where) {
        return distance(drawings, alone, without, where);
    }

    private static double distance(StackDrawings drawings, float[] one, float[] other, boolean[] where) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            if (where[drawings.pixel(i)]) {
                sum += Math.abs(one[i] - other[i]);
            }
        }
        return sum;
    }
}
