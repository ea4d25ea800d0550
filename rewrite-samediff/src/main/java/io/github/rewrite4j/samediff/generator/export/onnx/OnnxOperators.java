package io.github.rewrite4j.samediff.generator.export.onnx;

import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.real;
import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.text;
import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.whole;
import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.wholes;

import io.github.rewrite4j.RewriteException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import onnx.Onnx.AttributeProto;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.AvgPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.BatchNorm;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DeConv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DepthwiseConv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.MaxPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Upsampling2d;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.api.ops.impl.reduce.floating.Mean;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.Relu6;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarDivision;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseDivision;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseSubtraction;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSubtraction;
import org.nd4j.linalg.api.ops.impl.shape.Concat;
import org.nd4j.linalg.api.ops.impl.shape.Permute;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.shape.StridedSlice;
import org.nd4j.linalg.api.ops.impl.transforms.Pad;
import org.nd4j.linalg.api.ops.impl.transforms.clip.ClipByValue;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.AddOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.DivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MergeAddOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.RealDivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Identity;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.ELU;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.SELU;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sin;
import org.nd4j.linalg.api.ops.impl.transforms.strict.SoftPlus;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Swish;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;

/** The ONNX form of each operation that image generators are made of (opset 17). */
final class OnnxOperators {
    private static final Map<Class<?>, Translator> TABLE = table();

    private OnnxOperators() {}

    /** Writes one operation. */
    @FunctionalInterface
    private interface Translator {
        void write(Call call);
    }

    /**
     * An operation that is being written.
     *
     * @param node what it is and what it reads
     * @param translation knows names and fixed values
     * @param nodes takes what is written
     */
    record Call(SameDiffOp node, OnnxTranslation translation, OnnxNodes nodes) {
        DifferentialFunction op() {
            return node.getOp();
        }

        String variable(int input) {
            return OnnxTranslation.inputs(node).get(input);
        }

        String input(int input) {
            return translation.value(variable(input));
        }

        int inputs() {
            return OnnxTranslation.inputs(node).size();
        }

        List<String> allInputs() {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < inputs(); i++) {
                all.add(input(i));
            }
            return all;
        }

        String result() {
            return node.getOutputsOfOp().get(0);
        }

        /** The fixed array that an input is. */
        INDArray fixed(int input) {
            if (translation.varies(variable(input))) {
                throw refused("its input '" + variable(input) + "' depends on the generator's inputs");
            }
            return translation.known(variable(input));
        }

        long[] arguments() {
            return ((DynamicCustomOp) op()).iArgs();
        }

        double scalar() {
            return ((ScalarOp) op()).scalar().getDouble(0);
        }

        RewriteException refused(String why) {
            return new RewriteException("The operation " + op().opName() + " that makes '" + result()
                    + "' cannot be written as ONNX: " + why + ".");
        }

        void emit(String operator, List<String> inputs, AttributeProto... attributes) {
            nodes.add(operator, result(), inputs, attributes);
        }

        /** An intermediate value. */
        String step(String operator, List<String> inputs, AttributeProto... attributes) {
            return nodes.add(operator, nodes.fresh(result() + "." + operator), inputs, attributes);
        }
    }

    static boolean knows(DifferentialFunction op) {
        return TABLE.containsKey(op.getClass());
    }

    static void write(Call call) {
        Objects.requireNonNull(TABLE.get(call.op().getClass()), "asked for before")
                .write(call);
    }

    /** A constant around maps: ND4J lists before and after axis by axis, ONNX all befores first. */
    private static void pad(Call call) {
        double[] pairs = call.fixed(1).castTo(DataType.DOUBLE).dup('c').data().asDouble();
        if (call.arguments()[0] != 0) {
            throw call.refused("it mirrors maps at their edges");
        }
        int axes = pairs.length / 2;
        long[] pads = new long[pairs.length];
        for (int i = 0; i < axes; i++) {
            pads[i] = (long) pairs[2 * i];
            pads[axes + i] = (long) pairs[2 * i + 1];
        }
        double[] value = ((DynamicCustomOp) call.op()).tArgs();
        call.emit(
                "Pad",
                List.of(call.input(0), call.nodes().list(pads), call.nodes().number(value.length == 0 ? 0 : value[0])),
                text("mode", "constant"));
    }

    private static Map<Class<?>, Translator> table() {
        Map<Class<?>, Translator> table = new HashMap<>();
        table.put(Abs.class, same("Abs"));
        table.put(Negative.class, same("Neg"));
        table.put(Identity.class, same("Identity"));
        table.put(Reciprocal.class, same("Reciprocal"));
        table.put(MergeAddOp.class, same("Sum"));
        table.put(Pad.class, OnnxOperators::pad);
        table.put(Sqrt.class, same("Sqrt"));
        table.put(Exp.class, same("Exp"));
        table.put(Log.class, same("Log"));
        table.put(Tanh.class, same("Tanh"));
        table.put(Sigmoid.class, same("Sigmoid"));
        table.put(Sin.class, same("Sin"));
        table.put(Cos.class, same("Cos"));
        table.put(Erf.class, same("Erf"));
        table.put(SoftPlus.class, same("Softplus"));
        table.put(SELU.class, same("Selu"));
        table.put(ELU.class, same("Elu"));
        table.put(AddOp.class, same("Add"));
        table.put(SubOp.class, same("Sub"));
        table.put(MulOp.class, same("Mul"));
        table.put(DivOp.class, same("Div"));
        table.put(RealDivOp.class, same("Div"));
        table.put(Square.class, call -> call.emit("Mul", List.of(call.input(0), call.input(0))));
        table.put(RSqrt.class, call -> call.emit("Reciprocal", List.of(call.step("Sqrt", List.of(call.input(0))))));
        table.put(
                Swish.class,
                call -> call.emit("Mul", List.of(call.input(0), call.step("Sigmoid", List.of(call.input(0))))));
        table.put(ScalarAdd.class, scalar("Add", false));
        table.put(ScalarSubtraction.class, scalar("Sub", false));
        table.put(ScalarReverseSubtraction.class, scalar("Sub", true));
        table.put(ScalarMultiplication.class, scalar("Mul", false));
        table.put(ScalarDivision.class, scalar("Div", false));
        table.put(ScalarReverseDivision.class, scalar("Div", true));
        table.put(ScalarMax.class, scalar("Max", false));
        table.put(ScalarMin.class, scalar("Min", false));
        table.put(RectifiedLinear.class, scalar("Max", false));
        table.put(
                Relu6.class,
                call -> call.emit(
                        "Clip",
                        List.of(
                                call.input(0),
                                call.nodes().number(call.scalar()),
                                call.nodes().number(6))));
        table.put(
                LeakyReLU.class, call -> call.emit("LeakyRelu", List.of(call.input(0)), real("alpha", call.scalar())));
        table.put(ClipByValue.class, OnnxOperators::clip);
        table.put(Mean.class, OnnxOperators::mean);
        table.put(Sum.class, OnnxOperators::sum);
        table.put(Mmul.class, OnnxOperators::matrixProduct);
        table.put(Reshape.class, OnnxOperators::reshape);
        table.put(
                Permute.class,
                call -> call.emit("Transpose", List.of(call.input(0)), wholes("perm", call.arguments())));
        table.put(StridedSlice.class, OnnxSlices::slice);
        table.put(Concat.class, OnnxOperators::concatenation);
        table.put(SoftMax.class, call -> call.emit("Softmax", List.of(call.input(0)), whole("axis", axis(call))));
        table.put(BatchNorm.class, OnnxOperators::batchNorm);
        table.put(Conv2D.class, OnnxConvolutions::convolution);
        table.put(DeConv2D.class, OnnxConvolutions::transposed);
        table.put(DepthwiseConv2D.class, OnnxConvolutions::depthwise);
        table.put(MaxPooling2D.class, call -> OnnxConvolutions.pooling(call, "MaxPool"));
        table.put(AvgPooling2D.class, call -> OnnxConvolutions.pooling(call, "AveragePool"));
        table.put(Upsampling2d.class, OnnxOperators::upsampling);
        return Map.copyOf(table);
    }

    private static Translator same(String operator) {
        return call -> call.emit(operator, call.allInputs());
    }

    private static Translator scalar(String operator, boolean reversed) {
        return call -> {
            String number = call.nodes().number(call.scalar());
            call.emit(operator, reversed ? List.of(number, call.input(0)) : List.of(call.input(0), number));
        };
    }

    private static long axis(Call call) {
        long[] arguments = call.arguments();
        return arguments.length == 0 ? -1 : arguments[0];
    }

    private static void clip(Call call) {
        double[] bounds = ((DynamicCustomOp) call.op()).tArgs();
        call.emit(
                "Clip",
                List.of(
                        call.input(0),
                        call.nodes().number(bounds[0]),
                        call.nodes().number(bounds[1])));
    }

    private static long[] dimensions(Call call) {
        BaseReduceOp reduction = (BaseReduceOp) call.op();
        return reduction.dimensions() == null
                ? new long[0]
                : reduction
                        .dimensions()
                        .castTo(org.nd4j.linalg.api.buffer.DataType.INT64)
                        .dup('c')
                        .data()
                        .asLong();
    }

    private static void mean(Call call) {
        boolean keep = ((BaseReduceOp) call.op()).isKeepDims();
        call.emit(
                "ReduceMean",
                List.of(call.input(0)),
                wholes("axes", dimensions(call)),
                whole("keepdims", keep ? 1 : 0));
    }

    private static void sum(Call call) {
        boolean keep = ((BaseReduceOp) call.op()).isKeepDims();
        call.emit(
                "ReduceSum",
                List.of(call.input(0), call.nodes().list(dimensions(call))),
                whole("keepdims", keep ? 1 : 0));
    }

    private static void matrixProduct(Call call) {
        long[] turned = Arrays.copyOf(call.arguments(), 3);
        if (turned[2] != 0) {
            throw call.refused("its result is transposed");
        }
        call.emit("MatMul", List.of(matrix(call, 0, turned[0] != 0), matrix(call, 1, turned[1] != 0)));
    }

    private static String matrix(Call call, int input, boolean turned) {
        if (!turned) {
            return call.input(input);
        }
        int rank = call.translation().varies(call.variable(input))
                ? rank(call, input)
                : call.translation().known(call.variable(input)).rank();
        long[] order = new long[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = i;
        }
        order[rank - 1] = (long) rank - 2;
        order[rank - 2] = (long) rank - 1;
        return call.step("Transpose", List.of(call.input(input)), wholes("perm", order));
    }

    private static int rank(Call call, int input) {
        return call.translation()
                .rank(call.variable(input))
                .orElseThrow(() -> call.refused("the rank of '" + call.variable(input) + "' is not known"));
    }

    /** The sizes follow a code for the order, -99 for rows first; they may come as a second input instead. */
    private static void reshape(Call call) {
        long[] arguments = call.arguments();
        long[] sizes;
        if (call.inputs() > 1) {
            sizes = call.fixed(1)
                    .castTo(org.nd4j.linalg.api.buffer.DataType.INT64)
                    .dup('c')
                    .data()
                    .asLong();
        } else {
            boolean ordered = arguments.length > 0 && (arguments[0] == -'c' || arguments[0] == -'f');
            if (ordered && arguments[0] == -'f') {
                throw call.refused("it takes columns first");
            }
            sizes = ordered ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        }
        if (Arrays.stream(sizes).anyMatch(size -> size == 0)) {
            throw call.refused("one of its sizes is 0");
        }
        call.emit("Reshape", List.of(call.input(0), call.nodes().list(sizes)));
    }

    private static void concatenation(Call call) {
        call.emit("Concat", call.allInputs(), whole("axis", call.arguments()[0]));
    }

    /** Inputs x, mean, variance, and gamma and beta where the first two arguments say so; then the axis. */
    private static void batchNorm(Call call) {
        long[] arguments = call.arguments();
        if (arguments.length > 2 && arguments[2] != 1) {
            throw call.refused("its channels are dimension " + arguments[2] + " instead of 1");
        }
        double epsilon = ((DynamicCustomOp) call.op()).tArgs()[0];
        INDArray mean = call.fixed(1);
        boolean scaled = arguments[0] != 0;
        boolean shifted = arguments[1] != 0;
        String gamma = scaled
                ? call.input(3)
                : call.nodes().array(call.result() + ".gamma", mean.mul(0).addi(1));
        String beta = shifted ? call.input(scaled ? 4 : 3) : call.nodes().array(call.result() + ".beta", mean.mul(0));
        call.emit(
                "BatchNormalization",
                List.of(call.input(0), gamma, beta, call.input(1), call.input(2)),
                real("epsilon", epsilon));
    }

    private static void upsampling(Call call) {
        long[] arguments = call.arguments();
        if (arguments.length > 2 && arguments[2] == 0) {
            throw call.refused("its channels are the last dimension");
        }
        INDArray scales =
                org.nd4j.linalg.factory.Nd4j.createFromArray(1f, 1f, (float) arguments[0], (float) arguments[1]);
        call.emit(
                "Resize",
                List.of(call.input(0), "", call.nodes().exact(call.result() + ".scales", scales)),
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"));
    }
}
