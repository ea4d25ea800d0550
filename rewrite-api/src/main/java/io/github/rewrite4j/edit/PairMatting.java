package io.github.rewrite4j.edit;

/**
 * How much of each pixel an object covers, from a picture with it and the same picture without it: {@code with = a F + (1 -
 * a) without}. F is unknown at the rim only, where it is continued from inside, so that
 *
 * <pre>{@code a = <with - without, F - without> / |F - without|^2, in [0, 1]}</pre>
 *
 * Inside the object, and where F hardly differs from what it covers or does not explain the pixel, a is 1. The rim is
 * looked for in the clear difference ({@link DifferenceMask}) up to a twelfth of the picture from its border, where pixels
 * differ less than nine tenths of what others near them do, and a little around it.
 *
 * @param mask where a is at least 10/255, as 0 and 1
 * @param alpha a, zero outside the mask
 */
record PairMatting(Mask mask, Mask alpha) {
    private static final int RIM_OF = 12;
    private static final int FRINGE_OF = 64;
    private static final double WHOLLY = 0.9;

    /** More than three channels in [-1, 1] can differ. */
    private static final float FARTHEST = 3.5f;

    private static final float FAINTEST = 10 / 255f;

    /** Squared distance of F from what it covers, of three channels in [-1, 1], below which it says nothing. */
    private static final double ALIKE = 3 * 0.1 * 0.1;

    /** How much of that distance may stay unexplained. */
    private static final double UNEXPLAINED = 0.35;

    static PairMatting of(Planes with, Planes without) {
        Mask difference = DifferenceMask.between(with, without);
        if (difference.isEmpty()) {
            return new PairMatting(difference, difference);
        }
        int size = Math.min(with.height(), with.width());
        Mask reach = difference.dilated(Math.max(1, size / FRINGE_OF));
        boolean[] inside = inside(with, without, difference, Math.max(2, size / RIM_OF));
        Planes object = ColourSpread.fill(with, inside);
        float[] alpha = new float[with.area()];
        float[] mask = new float[with.area()];
        for (int i = 0; i < alpha.length; i++) {
            int row = i / with.width();
            int column = i % with.width();
            float otherwise = difference.value(row, column);
            if (inside[i]) {
                alpha[i] = 1f;
            } else if (reach.value(row, column) > 0) {
                alpha[i] = coverage(with, without, object, i, otherwise);
            }
            boolean visible = alpha[i] >= FAINTEST;
            mask[i] = visible ? 1f : 0f;
            alpha[i] = visible ? alpha[i] : 0f;
        }
        return new PairMatting(
                new Mask(with.height(), with.width(), mask), new Mask(with.height(), with.width(), alpha));
    }

    /** Where the object covers everything, as far as can be seen. */
    private static boolean[] inside(Planes with, Planes without, Mask difference, int rim) {
        float[] distances = new float[with.area()];
        for (int i = 0; i < distances.length; i++) {
            double square = 0;
            for (int c = 0; c < 3; c++) {
                square += Math.pow(with.value(c, i) - without.value(c, i), 2);
            }
            boolean differs = difference.value(i / with.width(), i % with.width()) > 0;
            distances[i] = differs ? (float) Math.sqrt(square) / FARTHEST : 0f;
        }
        Mask most = new Mask(with.height(), with.width(), distances).dilated(rim);
        Mask deep = eroded(difference, rim);
        Mask shrunk = eroded(difference, 1);
        boolean[] inside = new boolean[distances.length];
        int count = 0;
        for (int i = 0; i < inside.length; i++) {
            int row = i / with.width();
            int column = i % with.width();
            inside[i] = deep.value(row, column) > 0
                    || (shrunk.value(row, column) > 0 && distances[i] >= WHOLLY * most.value(row, column));
            count += inside[i] ? 1 : 0;
        }
        for (int i = 0; i < inside.length && count == 0; i++) {
            inside[i] = distances[i] > 0;
        }
        return inside;
    }

    private static float coverage(Planes with, Planes without, Planes object, int pixel, float otherwise) {
        double product = 0;
        double square = 0;
        double seen = 0;
        for (int c = 0; c < 3; c++) {
            double whole = object.value(c, pixel) - without.value(c, pixel);
            double part = with.value(c, pixel) - without.value(c, pixel);
            product += whole * part;
            square += whole * whole;
            seen += part * part;
        }
        if (square < ALIKE) {
            return otherwise;
        }
        double a = Math.max(0, Math.min(1, product / square));
        double rest = Math.sqrt(Math.max(0, seen - 2 * a * product + a * a * square));
        return rest > UNEXPLAINED * Math.sqrt(square) ? otherwise : (float) a;
    }

    private static Mask eroded(Mask mask, int px) {
        return complement(complement(mask).dilated(px));
    }

    private static Mask complement(Mask mask) {
        float[] values = new float[mask.height() * mask.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1f - mask.value(i / mask.width(), i % mask.width());
        }
        return new Mask(mask.height(), mask.width(), values);
    }
}
