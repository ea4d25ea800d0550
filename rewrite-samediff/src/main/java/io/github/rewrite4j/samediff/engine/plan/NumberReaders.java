package io.github.rewrite4j.samediff.engine.plan;

import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/** Operations on single numbers: arithmetic, comparisons, activations. */
final class NumberReaders {
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;

    private NumberReaders() {}

    static void register(Map<String, Reader> all) {
        one(all, "neg", Kind.NEGATE);
        one(all, "abs", Kind.ABS);
        one(all, "square", Kind.SQUARE);
        one(all, "sqrt", Kind.SQRT);
        one(all, "rsqrt", Kind.RSQRT);
        one(all, "exp", Kind.EXP);
        one(all, "log", Kind.LOG);
        one(all, "tanh", Kind.TANH);
        one(all, "sigmoid", Kind.SIGMOID);
        one(all, "softplus", Kind.SOFTPLUS);
        one(all, "Reciprocal", Kind.RECIPROCAL);
        one(all, "sin", Kind.SIN);
        one(all, "cos", Kind.COS);
        one(all, "erf", Kind.ERF);
        one(all, "floor", Kind.FLOOR);
        one(all, "ceil", Kind.CEIL);
        one(all, "round", Kind.ROUND);
        one(all, "sign", Kind.SIGN);
        all.put("cube", Reader.of((n, b) -> b.multiply(b.apply(Kind.SQUARE, n.in(0)), n.in(0))));
        all.put("log1p", Reader.of((n, b) -> b.apply(Kind.LOG, b.apply(Kind.PLUS, n.in(0), 1))));
        all.put("erfc", Reader.of((n, b) -> oneMinus(b, b.apply(Kind.ERF, n.in(0)))));

        all.put("add_scalar", Reader.of((n, b) -> b.apply(Kind.PLUS, n.in(0), n.scalar(0))));
        all.put("sub_scalar", Reader.of((n, b) -> b.apply(Kind.PLUS, n.in(0), -n.scalar(0))));
        all.put("rsub_scalar", Reader.of((n, b) -> b.apply(Kind.PLUS, b.apply(Kind.NEGATE, n.in(0)), n.scalar(0))));
        all.put("mul_scalar", Reader.of((n, b) -> b.apply(Kind.TIMES, n.in(0), n.scalar(1))));
        all.put("div_scalar", Reader.of((n, b) -> b.apply(Kind.DIVIDE, real(n, n.in(0)), b.number(n.scalar(1)))));
        all.put("rdiv_scalar", Reader.of((n, b) -> b.apply(Kind.DIVIDE, b.number(n.scalar(1)), real(n, n.in(0)))));
        all.put("pow", Reader.of((n, b) -> power(b, n.in(0), n.scalar(1))));
        all.put("pow_scalar", Reader.of((n, b) -> power(b, n.in(0), n.scalar(1))));

        two(all, "add", Kind.ADD);
        two(all, "subtract", Kind.SUBTRACT);
        two(all, "multiply", Kind.MULTIPLY);
        all.put("divide", Reader.of((n, b) -> b.apply(Kind.DIVIDE, real(n, n.in(0)), n.in(1))));
        all.put("realdiv", Reader.of((n, b) -> b.apply(Kind.DIVIDE, real(n, n.in(0)), n.in(1))));
        all.put("reversesubtract", Reader.of((n, b) -> b.subtract(n.in(1), n.in(0))));
        all.put("reversedivide", Reader.of((n, b) -> b.apply(Kind.DIVIDE, real(n, n.in(1)), n.in(0))));
        two(all, "maximum", Kind.MAX);
        two(all, "minimum", Kind.MIN);
        two(all, "Pow", Kind.RAISE);
        all.put("squaredsubtract", Reader.of((n, b) -> b.apply(Kind.SQUARE, b.subtract(n.in(0), n.in(1)))));
        all.put(
                "mergeadd",
                Reader.of((n, b) -> n.inputs().stream().reduce(b::add).orElseThrow()));
        all.put("biasadd", Reader.of(NumberReaders::biased));

        two(all, "greater", Kind.GREATER);
        two(all, "greater_equal", Kind.NOT_LESS);
        two(all, "equals", Kind.EQUAL);
        all.put("less", Reader.of((n, b) -> b.apply(Kind.GREATER, n.in(1), n.in(0))));
        all.put("less_equal", Reader.of((n, b) -> b.apply(Kind.NOT_LESS, n.in(1), n.in(0))));
        all.put("not_equals", Reader.of((n, b) -> oneMinus(b, b.apply(Kind.EQUAL, n.in(0), n.in(1)))));
        all.put("greaterthan_scalar", Reader.of((n, b) -> b.apply(Kind.ABOVE, n.in(0), n.scalar(0))));
        all.put("lessthanorequal_scalar", Reader.of((n, b) -> b.apply(Kind.NOT_LESS, b.number(n.scalar(0)), n.in(0))));
        all.put("lessthan_scalar", Reader.of((n, b) -> b.apply(Kind.GREATER, b.number(n.scalar(0)), n.in(0))));
        all.put(
                "greaterthanorequal_scalar",
                Reader.of((n, b) -> b.apply(Kind.NOT_LESS, n.in(0), b.number(n.scalar(0)))));
        all.put("equals_scalar", Reader.of((n, b) -> b.apply(Kind.EQUALS, n.in(0), n.scalar(0))));
        all.put("notequals_scalar", Reader.of((n, b) -> oneMinus(b, b.apply(Kind.EQUALS, n.in(0), n.scalar(0)))));
        all.put("boolean_not", Reader.of((n, b) -> b.apply(Kind.EQUALS, n.in(0), 0)));
        all.put("Where", Reader.of(NumberReaders::chosen));
        all.put("select", Reader.of(NumberReaders::chosen));

        all.put("relu", Reader.of((n, b) -> relu(b, n.in(0), n.scalar(0))));
        all.put("relu6", Reader.of((n, b) -> b.apply(Kind.AT_MOST, relu(b, n.in(0), n.scalar(0)), 6)));
        all.put("leakyrelu", Reader.of((n, b) -> b.apply(Kind.LEAKY, n.in(0), n.scalar(0.01))));
        all.put("elu", Reader.of((n, b) -> b.apply(Kind.ELU, n.in(0), n.real(0, 1))));
        all.put("selu", Reader.of((n, b) -> b.apply(Kind.TIMES, b.apply(Kind.ELU, n.in(0), SELU_ALPHA), SELU_SCALE)));
        all.put("prelu", Reader.of(NumberReaders::prelu));
        all.put(
                "gelu",
                Reader.of((n, b) -> b.multiply(n.in(0), b.apply(Kind.SIGMOID, b.apply(Kind.TIMES, n.in(0), 1.702)))));
        all.put("precise_gelu", Reader.of(NumberReaders::gelu));
        all.put("swish", Reader.of((n, b) -> b.multiply(n.in(0), b.apply(Kind.SIGMOID, n.in(0)))));
        all.put("mish", Reader.of((n, b) -> b.multiply(n.in(0), b.apply(Kind.TANH, b.apply(Kind.SOFTPLUS, n.in(0))))));
        all.put(
                "softsign",
                Reader.of((n, b) -> b.apply(Kind.DIVIDE, n.in(0), b.apply(Kind.PLUS, b.apply(Kind.ABS, n.in(0)), 1))));
        all.put(
                "logsigmoid",
                Reader.of((n, b) -> b.apply(Kind.NEGATE, b.apply(Kind.SOFTPLUS, b.apply(Kind.NEGATE, n.in(0))))));
        all.put(
                "hard_sigmoid",
                Reader.of((n, b) -> clipped(b, b.apply(Kind.PLUS, b.apply(Kind.TIMES, n.in(0), 0.2), 0.5), 0, 1)));
        all.put("hardtanh", Reader.of((n, b) -> clipped(b, n.in(0), -1, 1)));
        all.put("ClipByValue", Reader.of((n, b) -> clipped(b, n.in(0), n.real(0, 0), n.real(1, 0))));
        all.put("clipbyvalue", all.get("ClipByValue"));
        all.put("cast", Reader.of(NumberReaders::cast));
    }

    private static void one(Map<String, Reader> all, String name, Kind kind) {
        all.put(name, Reader.of((n, b) -> b.apply(kind, n.in(0))));
    }

    private static void two(Map<String, Reader> all, String name, Kind kind) {
        all.put(name, Reader.of((n, b) -> b.apply(kind, n.in(0), n.in(1))));
    }

    /** Quotients of whole numbers are cut off. */
    private static Slot real(Node node, Slot x) {
        if (!node.type().isFPType()) {
            throw new NoPlanException("it divides whole numbers.");
        }
        return x;
    }

    static Slot oneMinus(Builder b, Slot x) {
        return b.apply(Kind.PLUS, b.apply(Kind.NEGATE, x), 1);
    }

    private static Slot relu(Builder b, Slot x, double from) {
        return from == 0 ? b.apply(Kind.LEAKY, x, 0) : b.apply(Kind.AT_LEAST, x, from);
    }

    private static Slot clipped(Builder b, Slot x, double from, double to) {
        return b.apply(Kind.AT_MOST, b.apply(Kind.AT_LEAST, x, from), to);
    }

    private static Slot power(Builder b, Slot x, double by) {
        if (by == 1) {
            return x;
        }
        if (by == 2) {
            return b.apply(Kind.SQUARE, x);
        }
        if (by == 3) {
            return b.multiply(b.apply(Kind.SQUARE, x), x);
        }
        return by == 0.5 ? b.apply(Kind.SQRT, x) : b.apply(Kind.POWER, x, by);
    }

    private static Slot biased(Node n, Builder b) {
        Slot x = n.in(0);
        Slot bias = n.in(1);
        if (!n.truth(0, false) || x.rank() == 2) {
            return b.add(x, bias);
        }
        int[] shape = new int[x.rank() - 1];
        java.util.Arrays.fill(shape, 1);
        shape[0] = bias.length();
        return b.add(x, b.reshape(bias, shape));
    }

    /** c x + (1 - c) y: infinities that are not chosen make NaN. */
    private static Slot chosen(Node n, Builder b) {
        if (n.count() != 3) {
            throw new NoPlanException("it gives as many places as there are true ones.");
        }
        Slot c = n.in(0);
        return b.add(b.multiply(c, n.in(1)), b.multiply(oneMinus(b, c), n.in(2)));
    }

    private static Slot prelu(Node n, Builder b) {
        Slot x = n.in(0);
        Slot slopes = n.in(1);
        return b.add(b.apply(Kind.AT_LEAST, x, 0), b.multiply(b.apply(Kind.AT_MOST, x, 0), slopes));
    }

    /** x (1 + tanh(sqrt(2 / pi) (x + (0.044715 x)^3))) / 2, as ND4J has it; the factor belongs before the cube. */
    private static Slot gelu(Node n, Builder b) {
        Slot x = n.in(0);
        Slot small = b.apply(Kind.TIMES, x, 0.044715);
        Slot cube = b.multiply(b.apply(Kind.SQUARE, small), small);
        Slot inner = b.apply(Kind.TIMES, b.add(x, cube), Math.sqrt(2 / Math.PI));
        return b.apply(Kind.TIMES, b.multiply(x, b.apply(Kind.PLUS, b.apply(Kind.TANH, inner), 1)), 0.5);
    }

    private static Slot cast(Node n, Builder b) {
        DataType to = DataType.fromInt((int) n.whole(0, DataType.FLOAT.toInt()));
        Slot x = n.in(0);
        if (to == DataType.FLOAT) {
            return x;
        }
        if (to == DataType.BOOL) {
            return oneMinus(b, b.apply(Kind.EQUALS, x, 0));
        }
        if (to == DataType.INT32 || to == DataType.INT64) {
            return x.isKnown() ? Slot.known(truncated(x), x.shape()) : b.apply(Kind.TRUNCATE, x);
        }
        throw new NoPlanException("it makes numbers of the type " + to + ".");
    }

    private static long[] truncated(Slot x) {
        if (x.order() != Order.PLAIN) {
            throw new NoPlanException("it makes whole numbers of a map.");
        }
        long[] numbers = new long[x.length()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (long) x.value()[i];
        }
        return numbers;
    }
}
