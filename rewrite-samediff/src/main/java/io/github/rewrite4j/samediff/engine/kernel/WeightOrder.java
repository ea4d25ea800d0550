package io.github.rewrite4j.samediff.engine.kernel;

/** In which order the numbers of a weight lie. */
public enum WeightOrder {
    /** [rows, columns, in / groups, out], as in ND4J's graphs. */
    TAPS_FIRST,
    /** [out, in / groups, rows, columns], as in checkpoints. */
    TAPS_LAST;

    /** Where the number of a tap, an input of its group and an output lies. */
    int at(MapGeometry g, int tap, int in, int out) {
        int own = g.in() / g.groups();
        return this == TAPS_FIRST ? (tap * own + in) * g.out() + out : (out * own + in) * g.taps() + tap;
    }

    /** A weight with its taps first. */
    float[] tapsFirst(MapGeometry g, float[] numbers) {
        if (this == TAPS_FIRST) {
            return numbers;
        }
        float[] turned = new float[g.weightLength()];
        int own = g.in() / g.groups();
        for (int i = 0; i < own; i++) {
            for (int t = 0; t < g.taps(); t++) {
                for (int o = 0; o < g.out(); o++) {
                    turned[(t * own + i) * g.out() + o] = numbers[at(g, t, i, o)];
                }
            }
        }
        return turned;
    }

    /** Adds numbers that lie with their taps first. */
    void addTapsFirst(MapGeometry g, float[] numbers, float[] to) {
        int own = g.in() / g.groups();
        for (int t = 0; t < g.taps(); t++) {
            for (int i = 0; i < own; i++) {
                for (int o = 0; o < g.out(); o++) {
                    to[at(g, t, i, o)] += numbers[(t * own + i) * g.out() + o];
                }
            }
        }
    }
}
