package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Operations on one number at a time, with broadcasting. What shapes are computed of is computed at once. */
final class Arithmetic {
    /** Constants up to this size are computed while the graph is built: shapes, scales, single numbers. */
    private static final int SMALL = 64;

    private Arithmetic() {}

    static void register(Map<String, Operator> all) {
        all.put("Add", binary(Size::add, Double::sum, (a, b) -> a.add(b)));
        all.put("Sub", binary(Size::subtract, (a, b) -> a - b, (a, b) -> a.sub(b)));
        all.put("Mul", binary(Size::multiply, (a, b) -> a * b, (a, b) -> a.mul(b)));
        all.put("Div", binary(Size::divide, (a, b) -> a / b, (a, b) -> a.div(b)));
        all.put(
                "Mod",
                binary((a, b) -> Math.floorMod(known(a), known(b)), Arithmetic::refusedModulo, Arithmetic::refused));
        all.put("Min", folded(Arithmetic::smaller, Math::min, (a, b) -> a.getSameDiff()
                .math()
                .min(a, b)));
        all.put("Max", folded(Arithmetic::larger, Math::max, (a, b) -> a.getSameDiff()
                .math()
                .max(a, b)));
        all.put("Sum", folded(Size::add, Double::sum, (a, b) -> a.add(b)));
        all.put("Mean", Arithmetic::mean);
        all.put("Pow", Arithmetic::power);

        all.put("Equal", compared((a, b) -> a == b, (a, b) -> a.getSameDiff().eq(a, b)));
        all.put("Greater", compared((a, b) -> a > b, (a, b) -> a.getSameDiff().gt(a, b)));
        all.put("GreaterOrEqual", compared((a, b) -> a >= b, (a, b) -> a.getSameDiff()
                .gte(a, b)));
        all.put("Less", compared((a, b) -> a < b, (a, b) -> a.getSameDiff().lt(a, b)));
        all.put("LessOrEqual", compared((a, b) -> a <= b, (a, b) -> a.getSameDiff()
                .lte(a, b)));
        all.put("And", logical((a, b) -> a & b, (a, b) -> a.mul(b)));
        all.put("Or", logical((a, b) -> a | b, (a, b) -> a.getSameDiff().math().max(a, b)));
        all.put("Not", (node, graph) -> {
            Value in = graph.in(0);
            if (in.constant() != null) {
                graph.put(Constant.wholes(
                        Kind.TRUTH,
                        Arrays.stream(in.constant().allWholes()).map(x -> 1 - x).toArray(),
                        in.shape()));
            } else {
                graph.put(graph.variable(0).rsub(1), Kind.TRUTH, in.shape());
            }
        });
        all.put("Where", Arithmetic::where);
        all.put("Cast", Arithmetic::cast);
        all.put(
                "CastLike",
                (node, graph) ->
                        graph.put(0, retyped(graph, graph.in(0), graph.in(1).kind())));

        all.put("Abs", unary(Math::abs, x -> x.getSameDiff().math().abs(x)));
        all.put("Neg", unary(x -> -x, x -> x.neg()));
        all.put("Floor", unary(Math::floor, x -> x.getSameDiff().math().floor(x)));
        all.put("Ceil", unary(Math::ceil, x -> x.getSameDiff().math().ceil(x)));
        all.put("Round", unary(Math::rint, x -> x.add(0x1.8p23).sub(0x1.8p23)));
        all.put("Sign", unary(Math::signum, x -> x.getSameDiff().math().sign(x)));
        all.put("Sqrt", unary(Math::sqrt, x -> x.getSameDiff().math().sqrt(x)));
        all.put("Reciprocal", unary(x -> 1 / x, x -> x.rdiv(1)));
        all.put("Exp", unary(Math::exp, x -> x.getSameDiff().math().exp(x)));
        all.put("Log", unary(Math::log, x -> x.getSameDiff().math().log(x)));
        all.put("Sin", unary(Math::sin, x -> x.getSameDiff().math().sin(x)));
        all.put("Cos", unary(Math::cos, x -> x.getSameDiff().math().cos(x)));
    }

    private interface Comparison {
        boolean holds(double a, double b);
    }

    private static Operator unary(java.util.function.DoubleUnaryOperator number, UnaryOperator<SDVariable> operation) {
        return (node, graph) -> {
            Value in = graph.in(0);
            if (in.constant() != null && in.constant().length() <= SMALL) {
                float[] results = new float[in.constant().length()];
                for (int i = 0; i < results.length; i++) {
                    results[i] = (float) number.applyAsDouble(in.constant().real(i));
                }
                graph.put(0, retyped(graph, Value.of(Constant.reals(results, in.shape())), in.kind()));
            } else {
                graph.put(operation.apply(graph.variable(0)), in.kind(), in.shape());
            }
        };
    }

    /** An operation on two numbers: of whole ones, of real ones, and in the graph. */
    private record Pairwise(
            LongBinaryOperator wholes, DoubleBinaryOperator reals, BinaryOperator<SDVariable> operation) {
        private Value of(OnnxGraph graph, Value a, Value b, Supplier<SDVariable> left, Supplier<SDVariable> right) {
            long[] shape = Shapes.broadcast(a.shape(), b.shape());
            if (isSmall(a) && isSmall(b)) {
                return Value.of(both(requireConstant(a), requireConstant(b), shape, wholes, reals));
            }
            Kind kind = a.kind() == Kind.REAL ? a.kind() : b.kind();
            return Value.of(
                    operation.apply(
                            Shapes.aligned(graph, left.get(), a.shape(), shape.length),
                            Shapes.aligned(graph, right.get(), b.shape(), shape.length)),
                    kind,
                    shape);
        }
    }

    static Operator binary(
            LongBinaryOperator wholes, DoubleBinaryOperator reals, BinaryOperator<SDVariable> operation) {
        Pairwise pairwise = new Pairwise(wholes, reals, operation);
        return (node, graph) -> put(
                graph, pairwise.of(graph, graph.in(0), graph.in(1), () -> graph.variable(0), () -> graph.variable(1)));
    }

    private static void put(OnnxGraph graph, Value result) {
        if (result.constant() != null) {
            graph.put(result.constant());
        } else {
            graph.put(java.util.Objects.requireNonNull(result.variable()), result.kind(), result.shape());
        }
    }

    private static Constant both(
            Constant a, Constant b, long[] shape, LongBinaryOperator wholes, DoubleBinaryOperator reals) {
        int count = Constant.made(Math.max(a.length(), b.length()), shape);
        Constant left = expanded(a, shape);
        Constant right = expanded(b, shape);
        if (a.kind() == Kind.REAL || b.kind() == Kind.REAL) {
            float[] results = new float[count];
            for (int i = 0; i < count; i++) {
                results[i] = (float) reals.applyAsDouble(left.real(i), right.real(i));
            }
            return Constant.reals(results, shape);
        }
        long[] results = new long[count];
        for (int i = 0; i < count; i++) {
            results[i] = wholes.applyAsLong(left.whole(i), right.whole(i));
        }
        return Constant.wholes(Kind.WHOLE, results, shape);
    }

    /** A constant repeated to a shape that it broadcasts to. */
    static Constant expanded(Constant constant, long[] shape) {
        long[] own = constant.shape();
        long[] steps = new long[shape.length];
        long[] strides = Constant.strides(own);
        for (int i = 0; i < own.length; i++) {
            steps[shape.length - own.length + i] = own[i] == 1 ? 0 : strides[i];
        }
        long[] to = Constant.strides(shape);
        return constant.rearranged(shape, index -> {
            long source = 0;
            long rest = index;
            for (int i = 0; i < shape.length; i++) {
                source += rest / to[i] * steps[i];
                rest %= to[i];
            }
            return source;
        });
    }

    private static boolean isSmall(Value value) {
        return value.constant() != null
                && (value.kind() != Kind.REAL || value.constant().length() <= SMALL);
    }

    private static Constant requireConstant(Value value) {
        return java.util.Objects.requireNonNull(value.constant());
    }

    private static long known(long size) {
        if (Size.isFree(size)) {
            throw new OnnxException("it computes with its batch in a way that needs the batch to be known.");
        }
        return size;
    }

    private static long smaller(long a, long b) {
        return a == b ? a : Math.min(known(a), known(b));
    }

    private static long larger(long a, long b) {
        return a == b ? a : Math.max(known(a), known(b));
    }

    private static double refusedModulo(double a, double b) {
        throw new OnnxException("remainders of fractions are not read.");
    }

    private static SDVariable refused(SDVariable a, SDVariable b) {
        throw new OnnxException("remainders are read in what shapes are computed of only.");
    }

    /** Operators of any number of inputs: the first two, their result and the third, and so on. */
    private static Operator folded(
            LongBinaryOperator wholes, DoubleBinaryOperator reals, BinaryOperator<SDVariable> operation) {
        Pairwise pairwise = new Pairwise(wholes, reals, operation);
        return (node, graph) -> {
            Value result = graph.in(0);
            for (int i = 1; i < graph.inputCount(); i++) {
                Value before = result;
                int next = i;
                Supplier<SDVariable> left = i == 1 ? () -> graph.variable(0) : () -> graph.variable(before);
                result = pairwise.of(graph, before, graph.in(i), left, () -> graph.variable(next));
            }
            if (graph.inputCount() == 1) {
                graph.put(0, result);
            } else {
                put(graph, result);
            }
        };
    }

    private static void mean(OnnxNode node, OnnxGraph graph) {
        int count = graph.inputCount();
        folded((a, b) -> Math.addExact(known(a), known(b)), Double::sum, (a, b) -> a.add(b))
                .build(node, graph);
        Value sum = graph.value(node.outputs().get(0));
        if (sum.constant() != null) {
            float[] means = sum.constant().allReals();
            for (int i = 0; i < means.length; i++) {
                means[i] /= count;
            }
            graph.put(Constant.reals(means, sum.shape()));
        } else {
            graph.put(graph.variable(sum).div(count), Kind.REAL, sum.shape());
        }
    }

    private static void power(OnnxNode node, OnnxGraph graph) {
        Value exponent = graph.in(1);
        Value base = graph.in(0);
        if (base.constant() == null
                && exponent.constant() != null
                && exponent.constant().length() == 1) {
            double by = exponent.constant().onlyReal();
            SDVariable x = graph.variable(0);
            SameDiff sd = graph.graph();
            SDVariable power = by == 2
                    ? sd.math().square(x)
                    : by == 0.5 ? sd.math().sqrt(x) : sd.math().pow(x, by);
            graph.put(power, base.kind(), base.shape());
        } else {
            binary(
                            (a, b) -> Math.round(Math.pow((double) known(a), (double) known(b))),
                            Math::pow,
                            (a, b) -> a.getSameDiff().math().pow(a, b))
                    .build(node, graph);
        }
    }

    private static Operator compared(Comparison comparison, BinaryOperator<SDVariable> operation) {
        Operator numbers = binary(
                (a, b) -> comparison.holds((double) a, (double) b) ? 1 : 0,
                (a, b) -> comparison.holds(a, b) ? 1 : 0,
                (a, b) -> operation.apply(a, b).castTo(DataType.FLOAT));
        return (node, graph) -> {
            numbers.build(node, graph);
            graph.put(0, retyped(graph, graph.value(node.outputs().get(0)), Kind.TRUTH));
        };
    }

    private static Operator logical(LongBinaryOperator truth, BinaryOperator<SDVariable> operation) {
        Operator numbers = binary(truth, (a, b) -> (double) truth.applyAsLong((long) a, (long) b), operation);
        return (node, graph) -> {
            numbers.build(node, graph);
            graph.put(0, retyped(graph, graph.value(node.outputs().get(0)), Kind.TRUTH));
        };
    }

    /** c a + (1 - c) b: a graph has no gradient of a choice. */
    private static void where(OnnxNode node, OnnxGraph graph) {
        Value condition = graph.in(0);
        Value yes = graph.in(1);
        Value no = graph.in(2);
        long[] shape = Shapes.broadcast(condition.shape(), Shapes.broadcast(yes.shape(), no.shape()));
        if (isSmall(condition) && isSmall(yes) && isSmall(no)) {
            Constant chosen = expanded(requireConstant(condition), shape);
            Constant a = expanded(requireConstant(yes), shape);
            Constant b = expanded(requireConstant(no), shape);
            if (yes.kind() == Kind.REAL) {
                float[] results = new float[a.length()];
                for (int i = 0; i < results.length; i++) {
                    results[i] = chosen.whole(i) != 0 ? a.real(i) : b.real(i);
                }
                graph.put(Constant.reals(results, shape));
            } else {
                long[] results = new long[a.length()];
                for (int i = 0; i < results.length; i++) {
                    results[i] = chosen.whole(i) != 0 ? a.whole(i) : b.whole(i);
                }
                graph.put(Constant.wholes(yes.kind(), results, shape));
            }
            return;
        }
        SDVariable c = Shapes.aligned(graph, graph.variable(0), condition.shape(), shape.length);
        SDVariable a = Shapes.aligned(graph, graph.variable(1), yes.shape(), shape.length);
        SDVariable b = Shapes.aligned(graph, graph.variable(2), no.shape(), shape.length);
        graph.put(c.mul(a).add(c.rsub(1).mul(b)), yes.kind(), shape);
    }

    private static void cast(OnnxNode node, OnnxGraph graph) {
        onnx.Onnx.TensorProto.DataType type = onnx.Onnx.TensorProto.DataType.forNumber((int) node.whole("to", 1));
        if (type == null) {
            throw new OnnxException("it casts to a type that this library does not know.");
        }
        graph.put(0, retyped(graph, graph.in(0), Kind.of(type)));
    }

    /** The same numbers of another kind: whole numbers lose their fraction, truth is whether a number is not 0. */
    private static Value retyped(OnnxGraph graph, Value value, Kind kind) {
        if (value.kind() == kind || (value.kind() == Kind.TRUTH && value.constant() == null)) {
            return new Value(value.constant(), value.variable(), kind, value.shape());
        }
        if (value.constant() != null) {
            Constant constant = value.constant();
            if (kind == Kind.REAL) {
                return Value.of(Constant.reals(constant.allReals(), value.shape()));
            }
            long[] wholes = new long[constant.length()];
            for (int i = 0; i < wholes.length; i++) {
                wholes[i] = constant.whole(i);
                if (kind == Kind.TRUTH) {
                    wholes[i] = (constant.kind() == Kind.REAL ? constant.real(i) != 0 : wholes[i] != 0) ? 1 : 0;
                }
            }
            return Value.of(Constant.wholes(kind, wholes, value.shape()));
        }
        SameDiff sd = graph.graph();
        SDVariable x = java.util.Objects.requireNonNull(value.variable());
        SDVariable changed =
                switch (kind) {
                    case REAL -> x;
                    case WHOLE ->
                        sd.math().sign(x).mul(sd.math().floor(sd.math().abs(x)));
                    case TRUTH -> sd.neq(x, 0).castTo(DataType.FLOAT);
                };
        return Value.of(changed, kind, value.shape());
    }
}
