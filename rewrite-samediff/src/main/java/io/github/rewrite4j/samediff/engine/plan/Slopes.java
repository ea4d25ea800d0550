package io.github.rewrite4j.samediff.engine.plan;

/** The adjoints of {@link Loops}. At a kink the gradient is that of the flat or the lower side, as ND4J has it. */
final class Slopes {
    private Slopes() {}

    /**
     * Adds g dz/dx to what x gets.
     *
     * @param z the result
     * @param g its gradient
     */
    static void byFirst(Kind kind, float[] x, float[] y, float p, float[] z, float[] g, float[] to, int n) {
        switch (kind) {
            case ADD, SUBTRACT, PLUS -> add(g, to, n);
            case NEGATE -> addScaled(g, -1, to, n);
            case TIMES -> addScaled(g, p, to, n);
            case MULTIPLY -> addProduct(g, y, to, n);
            case SQUARE -> square(x, g, to, n);
            case LEAKY -> leaky(x, (1 + p) / 2, (1 - p) / 2, g, to, n);
            case ABS -> leaky(x, 0, 1, g, to, n);
            case DIVIDE -> {
                for (int i = 0; i < n; i++) {
                    to[i] += g[i] / y[i];
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    to[i] += g[i] * (1 - z[i] * z[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    to[i] += g[i] * z[i] * (1 - z[i]);
                }
            }
            case EXP -> addProduct(g, z, to, n);
            default -> {
                for (int i = 0; i < n; i++) {
                    to[i] += g[i] * single(kind, x[i], kind.operands() == 2 ? y[i] : 0, p, z[i]);
                }
            }
        }
    }

    private static float single(Kind kind, float x, float y, float p, float z) {
        return switch (kind) {
            case SQRT -> 0.5f / z;
            case RSQRT -> -0.5f * z / x;
            case LOG -> 1 / x;
            case SOFTPLUS -> (float) (1 / (1 + Math.exp(-x)));
            case RECIPROCAL -> -z * z;
            case SIN -> (float) Math.cos(x);
            case COS -> (float) -Math.sin(x);
            case ERF -> (float) (2 / Math.sqrt(Math.PI) * Math.exp(-(double) x * x));
            case AT_LEAST -> x > p ? 1 : 0;
            case AT_MOST -> x < p ? 1 : 0;
            case POWER -> (float) (p * Math.pow(x, p - 1.0));
            case ELU -> x > 0 ? 1 : z + p;
            case MAX -> x >= y ? 1 : 0;
            case MIN -> x <= y ? 1 : 0;
            case RAISE -> (float) (y * Math.pow(x, y - 1.0));
            default -> 0;
        };
    }

    /** Adds g dz/dy to what y gets. */
    static void bySecond(Kind kind, float[] x, float[] y, float[] z, float[] g, float[] to, int n) {
        switch (kind) {
            case ADD -> add(g, to, n);
            case SUBTRACT -> addScaled(g, -1, to, n);
            case MULTIPLY -> addProduct(g, x, to, n);
            case DIVIDE -> {
                for (int i = 0; i < n; i++) {
                    to[i] -= g[i] * z[i] / y[i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    to[i] += x[i] >= y[i] ? 0 : g[i];
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    to[i] += x[i] <= y[i] ? 0 : g[i];
                }
            }
            case RAISE -> {
                for (int i = 0; i < n; i++) {
                    to[i] += (float) (g[i] * z[i] * Math.log(x[i]));
                }
            }
            default -> {
                // What jumps has no gradient.
            }
        }
    }

    private static void add(float[] g, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += g[i];
        }
    }

    private static void addScaled(float[] g, float p, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += g[i] * p;
        }
    }

    private static void addProduct(float[] g, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += g[i] * y[i];
        }
    }

    private static void square(float[] x, float[] g, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += 2 * g[i] * x[i];
        }
    }

    private static void leaky(float[] x, float linear, float absolute, float[] g, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            // What is subtracted changes no number but zero, which belongs to the lower side.
            to[i] += g[i] * (linear + Math.copySign(absolute, x[i] - Float.MIN_VALUE));
        }
    }
}
