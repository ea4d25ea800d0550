package io.github.rewrite4j.edit;

/**
 * The colours of an object under its soft edge. Where a cut-out covers a pixel by a part only, most programs leave the
 * colour that the pixel had, {@code c = a F + (1 - a) B} of the object F and what was behind it B; drawn on something else
 * that leaves a halo. What is stored is found out over the whole edge, with F continued from the solid object and B from
 * the clear surroundings:
 *
 * <ul>
 *   <li>colours near F are the object's own and are kept;
 *   <li>colours near {@code a F + (1 - a) B} are unmixed, {@code F' = (a (c - (1 - a) B) + w F) / (a^2 + w)}, w small;
 *   <li>others are replaced by F, near the solid object and the surroundings only: glass inside a frame keeps its colour.
 * </ul>
 */
final class EdgeColours {
    private static final float SOLID = 0.95f;
    private static final float CLEAR = 10 / 255f;

    /** Differences of coverage up to this are no slope. */
    private static final float LEVEL = 0.03f;

    private static final double TRUST_IN_SOLID = 0.02;

    /** Mean distance, of [-1, 1], up to which colours count as the object's own. */
    private static final double OWN = 0.05;

    private final Planes with;
    private final Planes alpha;
    private final boolean[] solid;
    private final boolean[] clear;
    private final boolean[] edge;

    private EdgeColours(Planes with, Planes alpha) {
        this.with = with;
        this.alpha = alpha;
        this.solid = new boolean[with.area()];
        this.clear = new boolean[with.area()];
        for (int i = 0; i < solid.length; i++) {
            solid[i] = alpha.value(0, i) >= SOLID;
            clear[i] = alpha.value(0, i) < CLEAR;
        }
        int size = Math.min(with.height(), with.width());
        Mask nearSolid = mask(solid).dilated(Math.max(2, size / 8));
        boolean[] slope = slope(Math.max(1, size / 64));
        boolean[] reached = reachedFromClear(slope);
        this.edge = new boolean[with.area()];
        for (int i = 0; i < edge.length; i++) {
            edge[i] = isSoft(i) && reached[i] && value(nearSolid, i) > 0;
        }
    }

    /** Where coverage changes within a few pixels, unlike in glass. */
    private boolean[] slope(int reach) {
        float[] values = new float[with.area()];
        float[] complements = new float[with.area()];
        for (int i = 0; i < values.length; i++) {
            values[i] = alpha.value(0, i);
            complements[i] = 1f - values[i];
        }
        Mask most = new Mask(with.height(), with.width(), values).dilated(reach);
        Mask least = new Mask(with.height(), with.width(), complements).dilated(reach);
        boolean[] slope = new boolean[values.length];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = value(most, i) - (1f - value(least, i)) > LEVEL;
        }
        return slope;
    }

    /** Soft pixels that can be reached from the clear surroundings without crossing anything solid or level. */
    private boolean[] reachedFromClear(boolean[] slope) {
        int width = with.width();
        boolean[] reached = clear.clone();
        int[] queue = new int[with.area()];
        int end = 0;
        for (int i = 0; i < clear.length; i++) {
            if (clear[i]) {
                queue[end++] = i;
            }
        }
        for (int next = 0; next < end; next++) {
            int x = queue[next] % width;
            int y = queue[next] / width;
            int[] around = {x > 0 ? -1 : 0, x < width - 1 ? 1 : 0, y > 0 ? -width : 0, y < with.height() - 1 ? width : 0
            };
            for (int step : around) {
                int neighbour = queue[next] + step;
                if (!reached[neighbour] && isSoft(neighbour) && slope[neighbour]) {
                    reached[neighbour] = true;
                    queue[end++] = neighbour;
                }
            }
        }
        return reached;
    }

    /**
     * The picture with the object's own colours under its soft edge.
     *
     * @param with [3, H, W], colours not multiplied by alpha
     * @param alpha [1, H, W]
     */
    static Planes cleaned(Planes with, Planes alpha) {
        EdgeColours colours = new EdgeColours(with, alpha);
        for (boolean each : colours.edge) {
            if (each) {
                return colours.cleaned();
            }
        }
        return with;
    }

    private Planes cleaned() {
        Planes object = ColourSpread.fill(with, solid);
        Planes behind = ColourSpread.fill(with, clear);
        double own = 0;
        double mixed = 0;
        double ownSquares = 0;
        double mixedSquares = 0;
        int count = 0;
        for (int i = 0; i < edge.length; i++) {
            for (int c = 0; c < 3 && edge[i]; c++) {
                double a = alpha.value(0, i);
                double distance = with.value(c, i) - object.value(c, i);
                double rest = with.value(c, i) - a * object.value(c, i) - (1 - a) * behind.value(c, i);
                own += Math.abs(distance);
                mixed += Math.abs(rest);
                ownSquares += distance * distance;
                mixedSquares += rest * rest;
                count++;
            }
        }
        if (own <= OWN * count) {
            return with;
        }
        boolean unmix = mixed < own && mixedSquares < 0.5 * ownSquares;
        float[] values = new float[3 * edge.length];
        for (int i = 0; i < edge.length; i++) {
            for (int c = 0; c < 3; c++) {
                float stored = with.value(c, i);
                float value = stored;
                if (unmix && isSoft(i)) {
                    value = unmixed(
                            stored, alpha.value(0, i), edge[i] ? object.value(c, i) : stored, behind.value(c, i));
                } else if (edge[i]) {
                    value = object.value(c, i);
                }
                values[c * edge.length + i] = value;
            }
        }
        return new Planes(3, with.height(), with.width(), values);
    }

    private static float unmixed(double stored, double a, double object, double behind) {
        double value = (a * (stored - (1 - a) * behind) + TRUST_IN_SOLID * object) / (a * a + TRUST_IN_SOLID);
        return (float) Math.max(-1, Math.min(1, value));
    }

    private boolean isSoft(int pixel) {
        return !solid[pixel] && !clear[pixel];
    }

    private float value(Mask mask, int pixel) {
        return mask.value(pixel / with.width(), pixel % with.width());
    }

    private Mask mask(boolean[] selected) {
        float[] values = new float[selected.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = selected[i] ? 1f : 0f;
        }
        return new Mask(with.height(), with.width(), values);
    }
}
