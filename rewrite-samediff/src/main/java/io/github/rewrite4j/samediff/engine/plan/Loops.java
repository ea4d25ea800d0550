package io.github.rewrite4j.samediff.engine.plan;

/** {@link Kind}s over tiles: one index for all arrays of a loop, which compilers turn into vector code. */
final class Loops {
    private Loops() {}

    /**
     * Computes.
     *
     * @param x what is read
     * @param y the second operand; not read by kinds of one
     * @param p parameter
     * @param to result
     */
    static void forward(Kind kind, float[] x, float[] y, float p, float[] to, int n) {
        switch (kind) {
            case NEGATE -> scale(x, -1, to, n);
            case ABS -> abs(x, to, n);
            case SQUARE -> multiply(x, x, to, n);
            case PLUS -> plus(x, p, to, n);
            case TIMES -> scale(x, p, to, n);
            case LEAKY -> leaky(x, (1 + p) / 2, (1 - p) / 2, to, n);
            case RECIPROCAL -> reciprocal(x, to, n);
            case SQRT -> sqrt(x, to, n);
            case ADD -> add(x, y, to, n);
            case SUBTRACT -> subtract(x, y, to, n);
            case MULTIPLY -> multiply(x, y, to, n);
            case DIVIDE -> divide(x, y, to, n);
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    to[i] = tanh(x[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    to[i] = (float) (1 / (1 + Math.exp(-x[i])));
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    to[i] = (float) Math.exp(x[i]);
                }
            }
            case AT_LEAST -> {
                for (int i = 0; i < n; i++) {
                    to[i] = x[i] < p ? p : x[i];
                }
            }
            case AT_MOST -> {
                for (int i = 0; i < n; i++) {
                    to[i] = x[i] > p ? p : x[i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    to[i] = x[i] < y[i] ? y[i] : x[i];
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    to[i] = x[i] > y[i] ? y[i] : x[i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    to[i] = single(kind, x[i], kind.operands() == 2 ? y[i] : 0, p);
                }
            }
        }
    }

    /** Kinds that take their time anyway. */
    private static float single(Kind kind, float x, float y, float p) {
        return switch (kind) {
            case RSQRT -> (float) (1 / Math.sqrt(x));
            case LOG -> (float) Math.log(x);
            case SOFTPLUS -> (float) (x > 30 ? x : Math.log1p(Math.exp(x)));
            case SIN -> (float) Math.sin(x);
            case COS -> (float) Math.cos(x);
            case ERF -> (float) erf(x);
            case FLOOR -> (float) Math.floor(x);
            case CEIL -> (float) Math.ceil(x);
            case ROUND -> (float) Math.copySign(Math.floor(Math.abs((double) x) + 0.5), x);
            case SIGN -> Math.signum(x);
            case TRUNCATE -> (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
            case POWER -> (float) Math.pow(x, p);
            case ELU -> x > 0 ? x : (float) (p * Math.expm1(x));
            case ABOVE -> x > p ? 1 : 0;
            case EQUALS -> x == p ? 1 : 0;
            case RAISE -> (float) Math.pow(x, y);
            case GREATER -> x > y ? 1 : 0;
            case NOT_LESS -> x >= y ? 1 : 0;
            case EQUAL -> x == y ? 1 : 0;
            default -> throw new IllegalStateException("There is no loop for " + kind + ".");
        };
    }

    private static float tanh(float x) {
        if (Math.abs(x) < 1e-3f) {
            return x - x * x * x / 3;
        }
        return (float) (1 - 2 / (Math.exp(2.0 * x) + 1));
    }

    /** Error of 1.2e-7 at most (Press et al., Numerical Recipes, 6.2). */
    private static double erf(double x) {
        double z = Math.abs(x);
        double t = 1 / (1 + 0.5 * z);
        double series = -1.26551223
                + t
                        * (1.00002368
                                + t
                                        * (0.37409196
                                                + t
                                                        * (0.09678418
                                                                + t
                                                                        * (-0.18628806
                                                                                + t
                                                                                        * (0.27886807
                                                                                                + t
                                                                                                        * (-1.13520398
                                                                                                                + t
                                                                                                                        * (1.48851587
                                                                                                                                + t
                                                                                                                                        * (-0.82215223
                                                                                                                                                + t
                                                                                                                                                        * 0.17087277))))))));
        double tail = t * Math.exp(-z * z + series);
        return x >= 0 ? 1 - tail : tail - 1;
    }

    private static void abs(float[] x, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = Math.abs(x[i]);
        }
    }

    private static void plus(float[] x, float p, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] + p;
        }
    }

    private static void scale(float[] x, float p, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] * p;
        }
    }

    private static void leaky(float[] x, float linear, float absolute, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = linear * x[i] + absolute * Math.abs(x[i]);
        }
    }

    private static void reciprocal(float[] x, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = 1 / x[i];
        }
    }

    private static void sqrt(float[] x, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = (float) Math.sqrt(x[i]);
        }
    }

    private static void add(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] + y[i];
        }
    }

    private static void subtract(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] - y[i];
        }
    }

    private static void multiply(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] * y[i];
        }
    }

    private static void divide(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] / y[i];
        }
    }
}
