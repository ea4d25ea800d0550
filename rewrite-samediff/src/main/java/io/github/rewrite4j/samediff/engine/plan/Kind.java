package io.github.rewrite4j.samediff.engine.plan;

/** Operations on single numbers x (and y), with a parameter p where it says so. */
enum Kind {
    /** -x. */
    NEGATE(1),
    /** |x|. */
    ABS(1),
    /** x^2. */
    SQUARE(1),
    /** Square root. */
    SQRT(1),
    /** 1 / sqrt(x). */
    RSQRT(1),
    /** e^x. */
    EXP(1),
    /** Natural logarithm. */
    LOG(1),
    /** Hyperbolic tangent. */
    TANH(1),
    /** 1 / (1 + e^-x). */
    SIGMOID(1),
    /** log(1 + e^x). */
    SOFTPLUS(1),
    /** 1 / x. */
    RECIPROCAL(1),
    /** Sine. */
    SIN(1),
    /** Cosine. */
    COS(1),
    /** Error function. */
    ERF(1),
    /** Largest whole number below; no gradient, as all that is flat. */
    FLOOR(1),
    /** Smallest whole number above. */
    CEIL(1),
    /** Nearest whole number, halves away from zero. */
    ROUND(1),
    /** -1, 0 or 1. */
    SIGN(1),
    /** Towards zero. */
    TRUNCATE(1),
    /** x + p. */
    PLUS(1),
    /** p x. */
    TIMES(1),
    /** x where positive, p x elsewhere. */
    LEAKY(1),
    /** max(x, p). */
    AT_LEAST(1),
    /** min(x, p). */
    AT_MOST(1),
    /** x^p. */
    POWER(1),
    /** x where positive, p (e^x - 1) elsewhere. */
    ELU(1),
    /** Whether x > p, as 1 or 0. */
    ABOVE(1),
    /** Whether x = p. */
    EQUALS(1),
    /** x + y. */
    ADD(2),
    /** x - y. */
    SUBTRACT(2),
    /** x y. */
    MULTIPLY(2),
    /** x / y. */
    DIVIDE(2),
    /** max(x, y). */
    MAX(2),
    /** min(x, y). */
    MIN(2),
    /** x^y. */
    RAISE(2),
    /** Whether x > y. */
    GREATER(2),
    /** Whether x >= y. */
    NOT_LESS(2),
    /** Whether x = y. */
    EQUAL(2);

    private final int operands;

    Kind(int operands) {
        this.operands = operands;
    }

    int operands() {
        return operands;
    }

    /** Whether a change of what is read does not change the result but in jumps. */
    boolean isFlat() {
        return switch (this) {
            case FLOOR, CEIL, ROUND, SIGN, TRUNCATE, ABOVE, EQUALS, GREATER, NOT_LESS, EQUAL -> true;
            default -> false;
        };
    }
}
