package io.github.rewrite4j.samediff.engine.plan;

import static io.github.rewrite4j.samediff.engine.plan.Net.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.ImageResizeMethod;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Graphs of one kind of operation each, of odd sizes, and a few of several. */
final class Nets {
    private Nets() {}

    static List<Net> all() {
        List<Net> all = new ArrayList<>();
        numbers(all);
        shapes(all);
        reductions(all);
        maps(all);
        all.addAll(blocks());
        all.addAll(Chains.of(12));
        return all;
    }

    /** What generators are made of, each of several operations. */
    static List<Net> blocks() {
        List<Net> all = new ArrayList<>();
        blocks(all);
        return all;
    }

    private static SDVariable map(Net n) {
        return n.input(-1, 5, 4, 6);
    }

    private static void unary(List<Net> all, String name, UnaryOperator<SDVariable> operation) {
        all.add(Net.of(name, n -> operation.apply(map(n))));
    }

    private static void numbers(List<Net> all) {
        all.add(Net.of("broadcast arithmetic", n -> {
            SDVariable x = map(n);
            SDVariable y = x.mul(n.weight(1, 5, 1, 1)).add(n.weight(1, 1, 4, 6)).sub(n.weight(6));
            return y.div(n.positive(5, 1, 1)).add(x.mul(x)).mul(0.5).sub(0.25).rsub(1);
        }));
        all.add(Net.of("minimum and maximum", n -> {
            SDVariable x = map(n);
            SameDiff sd = n.graph();
            return sd.math.max(
                    sd.math.min(x, n.weight(5, 1, 1)), n.constant(1, 1, 4, 6).sub(1));
        }));
        all.add(Net.of("powers", n -> {
            SameDiff sd = n.graph();
            SDVariable x = sd.math.abs(map(n)).add(0.5);
            return sd.math
                    .pow(x, 1.7)
                    .add(sd.math.cube(x))
                    .add(sd.math.pow(x, 0.5))
                    .add(sd.math.pow(x, n.positive(5, 1, 1)))
                    .add(sd.math.rsqrt(x))
                    .add(x.rdiv(1))
                    .add(sd.math.reciprocal(x))
                    .add(sd.math.log(x))
                    .add(sd.math.sqrt(x));
        }));
        unary(all, "relu", x -> x.getSameDiff().nn.relu(x, 0));
        unary(all, "relu6", x -> x.getSameDiff().nn.relu6(x.mul(4), 0));
        unary(all, "leaky relu", x -> x.getSameDiff().nn.leakyRelu(x, 0.2));
        unary(all, "leaky relu of sums", x -> x.mul(0.6)
                .add(x.getSameDiff().math.abs(x).mul(0.4)));
        unary(all, "elu", x -> x.getSameDiff().nn.elu(x));
        unary(all, "selu", x -> x.getSameDiff().nn.selu(x));
        unary(all, "gelu", x -> x.getSameDiff().nn.gelu(x));
        unary(all, "precise gelu", x -> x.getSameDiff().nn.preciseGelu(x));
        unary(all, "swish", x -> x.getSameDiff().nn.swish(x));
        unary(all, "sigmoid", x -> x.getSameDiff().nn.sigmoid(x));
        unary(all, "tanh", x -> x.getSameDiff().math.tanh(x));
        unary(all, "softplus", x -> x.getSameDiff().nn.softplus(x));
        unary(all, "softsign", x -> x.getSameDiff().nn.softsign(x));
        unary(all, "hard sigmoid", x -> x.getSameDiff().nn.hardSigmoid(x.mul(2)));
        unary(all, "hard tanh", x -> x.getSameDiff().nn.hardTanh(x));
        unary(all, "log sigmoid", x -> x.getSameDiff().nn.logSigmoid(x));
        unary(all, "clip", x -> x.getSameDiff().math.clipByValue(x, -0.5, 0.7));
        unary(all, "erf", x -> x.getSameDiff().math.erf(x));
        unary(
                all,
                "sine",
                x -> x.getSameDiff().math.sin(x).add(x.getSameDiff().math.cos(x)));
        unary(all, "exp", x -> x.getSameDiff().math.exp(x));
        unary(all, "steps", x -> {
            SameDiff sd = x.getSameDiff();
            return x.mul(
                    sd.math.floor(x).add(sd.math.ceil(x)).add(sd.math.sign(x)).add(sd.math.round(x)));
        });
        all.add(Net.of("comparisons", n -> {
            SDVariable x = map(n);
            SDVariable y = n.input(-1, 5, 4, 6);
            SameDiff sd = n.graph();
            SDVariable sum = as(n, sd.gt(x, y)).add(as(n, sd.lte(x, y))).add(as(n, sd.gt(x, 0.3)));
            return x.mul(sum.add(as(n, sd.neq(x, 0))).add(as(n, sd.lt(x, 0.1))).add(as(n, sd.gte(x, y))));
        }));
        all.add(Net.of("prelu", n -> {
            SDVariable x = map(n);
            SameDiff sd = n.graph();
            SDVariable slopes = n.weight(1, 5, 1, 1);
            return sd.math
                    .max(x, sd.zerosLike(x))
                    .add(sd.math.min(x, sd.zerosLike(x)).mul(slopes));
        }));
    }

    private static SDVariable as(Net n, SDVariable truth) {
        return truth.castTo(n.graph().getVariable("x0").dataType());
    }

    private static void shapes(List<Net> all) {
        all.add(Net.of(
                "reshape and permute",
                n -> map(n).permute(0, 2, 3, 1).reshape(-1, 24, 5).permute(0, 2, 1)));
        all.add(Net.of("channels last and back", n -> {
            SDVariable x = map(n).permute(0, 2, 3, 1).mul(n.weight(5));
            return x.permute(0, 3, 1, 2).add(n.weight(5, 1, 1));
        }));
        all.add(Net.of("concat", n -> {
            SDVariable x = map(n);
            return n.graph().concat(1, x, x.mul(n.weight(5, 1, 1)), n.input(-1, 2, 4, 6));
        }));
        all.add(Net.of("stack and unstack", n -> {
            SDVariable x = n.input(-1, 3);
            SDVariable[] parts = n.graph().unstack(n.graph().stack(1, x, x.mul(2), n.input(-1, 3)), 1, 3);
            return parts[0].mul(parts[1]).add(parts[2]);
        }));
        all.add(Net.of("split", n -> {
            SDVariable[] parts = n.graph().split(n.input(-1, 6, 3, 2), 3, 1);
            return parts[0].mul(parts[2]).add(parts[1]);
        }));
        all.add(Net.of("strided slice", n -> n.graph()
                .stridedSlice(
                        map(n),
                        new long[] {0, 1, 0, 1},
                        new long[] {0, 4, 4, 6},
                        new long[] {1, 1, 2, 3},
                        1,
                        1,
                        0,
                        0,
                        0)));
        all.add(Net.of("strided slice that drops an axis", n -> n.graph()
                .stridedSlice(
                        map(n),
                        new long[] {0, 2, 0, 0},
                        new long[] {0, 3, 4, 6},
                        new long[] {1, 1, 1, 1},
                        1,
                        1,
                        0,
                        0,
                        2)));
        all.add(Net.of("slice", n -> n.graph().slice(map(n), new int[] {0, 1, 0, 2}, -1, 3, 4, 3)));
        all.add(Net.of("tile", n -> n.graph().tile(map(n), 1, 2, 1, 3)));
        all.add(forward("reverse", n -> n.graph().reverse(map(n), 1, 3)));
        all.add(Net.of("expand and squeeze", n -> {
            SDVariable x = n.graph().expandDims(n.input(-1, 5), 1);
            return n.graph().squeeze(x.mul(n.weight(1, 5)), 1);
        }));
        all.add(Net.of("gather with duplicates", n -> n.graph().gather(map(n), new int[] {2, 0, 2, 4}, 1)));
        all.add(Net.of("embedding", n -> {
            SDVariable rows = n.constant(Nd4j.createFromArray(3, 1, 3, 0));
            SDVariable table = n.graph().gather(n.weight(5, 4), rows, 0);
            return n.graph().mmul(n.input(-1, 4), table);
        }));
        all.add(forward("embedding of computed rows", n -> {
            SameDiff sd = n.graph();
            SDVariable rows = sd.math.floor(sd.math.abs(n.input(-1, 3))).castTo(DataType.INT32);
            return sd.gather(n.weight(9, 4), rows, 0);
        }));
        all.add(Net.of("sizes of what is fed", n -> {
            SDVariable x = map(n);
            SameDiff sd = n.graph();
            return x.mul(sd.sizeAt(x, 2).castTo(x.dataType()));
        }));
        all.add(Net.of("one-hot", n -> {
            SameDiff sd = n.graph();
            SDVariable rows = sd.math.floor(sd.math.abs(n.input(-1))).castTo(DataType.INT32);
            SDVariable hot = sd.oneHot(rows, 9, -1, 1, 0, sd.getVariable("x0").dataType());
            return sd.mmul(hot, n.weight(9, 4));
        }));
        all.add(Net.of("zero padding", n -> padded(n, PadMode.CONSTANT, 0.5)));
        all.add(Net.of("reflected padding", n -> padded(n, PadMode.REFLECT, 0)));
        all.add(Net.of("symmetric padding", n -> padded(n, PadMode.SYMMETRIC, 0)));
        all.add(forward(
                "cumulative sum, which ND4J runs",
                n -> n.graph().cumsum(n.input(-1, 5), 1).mul(n.weight(5))));
    }

    private static SDVariable padded(Net n, PadMode mode, double value) {
        SDVariable pads = n.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {2, 1}, {1, 3}}));
        return n.graph().nn.pad(map(n), pads, mode, value);
    }

    private static void reductions(List<Net> all) {
        unary(all, "sums", x -> x.sum(true, 2, 3).add(x.sum(1).sum(true, 1, 2).reshape(-1, 1, 1, 1)));
        unary(all, "means", x -> x.sub(x.mean(true, 2, 3)).add(x.mean(true, 1)).mul(x.mean(true, 1, 2, 3)));
        unary(all, "largest and smallest", x -> x.max(true, 2, 3).add(x.min(true, 1)));
        unary(all, "norms", x -> x.norm2(true, 1)
                .add(x.norm1(true, 2, 3))
                .add(x.getSameDiff().squaredNorm(x, true, 3)));
        // In float32 the session takes it over another axis.
        all.add(Net.of("softmax over channels", n -> n.graph().nn.softmax(map(n), 1))
                .inFloat64Only());
        unary(all, "softmax", x -> x.getSameDiff().nn.softmax(x.mul(3), -1));
        unary(all, "log softmax", x -> x.getSameDiff().nn.logSoftmax(x, 1));
        unary(all, "standardised", x -> x.getSameDiff().math.standardize(x, 1, 2, 3));
        all.add(Net.of(
                "batch normalisation",
                n -> n.graph().nn.batchNorm(map(n), n.constant(5), n.positive(5), n.weight(5), n.weight(5), 1e-5, 1)));
        all.add(Net.of(
                "layer normalisation",
                n -> n.graph().nn.layerNorm(n.input(-1, 7), n.weight(7), n.weight(7), false, 1)));
        all.add(Net.of(
                "layer normalisation of maps",
                n -> n.graph().nn.layerNorm(map(n), n.weight(5), n.weight(5), true, 1, 2, 3)));
        all.add(Net.of("products", n -> {
            SDVariable y = n.graph().mmul(n.input(-1, 7), n.weight(7, 9)).add(n.weight(9));
            return n.graph().mmul(y, n.weight(4, 9), false, true, false);
        }));
        all.add(Net.of("linear", n -> n.graph().nn.linear(n.input(-1, 40), n.weight(40, 50), n.weight(50))));
        all.add(Net.of("products of many pairs", n -> {
            SDVariable a = n.input(-1, 3, 4);
            SDVariable b = n.input(-1, 4, 5);
            return n.graph().mmul(n.graph().mmul(a, b), n.input(-1, 6, 5), false, true, false);
        }));
        all.add(Net.of("attention", n -> {
            SDVariable q = n.input(-1, 4, 3);
            SDVariable k = n.input(-1, 4, 6);
            return n.graph().nn.dotProductAttention(q, k, n.input(-1, 5, 6), null, true);
        }));
        all.add(Net.of("causal attention of parts", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 4, 8);
            SDVariable scores = sd.mmul(x, x.permute(0, 2, 1)).mul(Math.sqrt(1 / 8.0));
            double[][] mask = new double[4][4];
            for (int i = 0; i < 4; i++) {
                for (int j = i + 1; j < 4; j++) {
                    mask[i][j] = -1e9;
                }
            }
            SDVariable masked = scores.add(n.constant(Nd4j.create(mask).castTo(x.dataType())));
            return sd.mmul(sd.nn.softmax(masked, 2), x.mul(n.weight(8)));
        }));
    }

    static Conv2DConfig convolution(int kernel, int stride, int dilation, int pad, PaddingMode mode, String format) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(stride)
                .sW(stride)
                .dH(dilation)
                .dW(dilation)
                .pH(pad)
                .pW(pad)
                .paddingMode(mode)
                .dataFormat(format)
                .build();
    }

    private static void convolution(List<Net> all, String name, int in, int out, int h, int w, Conv2DConfig config) {
        all.add(Net.of(name, n -> n.graph()
                .cnn
                .conv2d(
                        config.getDataFormat().equals("NHWC") ? n.input(-1, h, w, in) : n.input(-1, in, h, w),
                        n.weight(config.getKH(), config.getKW(), in, out),
                        n.weight(out),
                        config)));
    }

    private static void deconvolution(List<Net> all, String name, int k, int s, int p, boolean same) {
        DeConv2DConfig config = DeConv2DConfig.builder()
                .kH(k)
                .kW(k)
                .sH(s)
                .sW(s)
                .pH(p)
                .pW(p)
                .isSameMode(same)
                .dataFormat("NCHW")
                .build();
        all.add(Net.of(
                name, n -> n.graph().cnn.deconv2d(n.input(-1, 5, 3, 4), n.weight(k, k, 9, 5), n.weight(9), config)));
    }

    private static void maps(List<Net> all) {
        PaddingMode valid = PaddingMode.VALID;
        PaddingMode same = PaddingMode.SAME;
        convolution(all, "convolution 3x3", 5, 9, 4, 6, convolution(3, 1, 1, 1, valid, "NCHW"));
        convolution(all, "convolution 1x1", 8, 136, 3, 2, convolution(1, 1, 1, 0, valid, "NCHW"));
        convolution(all, "convolution of 128 channels", 128, 5, 3, 2, convolution(3, 1, 1, 0, same, "NCHW"));
        convolution(all, "convolution without padding", 3, 8, 5, 6, convolution(3, 1, 1, 0, valid, "NCHW"));
        convolution(all, "strided convolution", 5, 8, 6, 7, convolution(3, 2, 1, 1, valid, "NCHW"));
        convolution(all, "strided convolution, padded behind", 5, 8, 6, 7, convolution(4, 2, 1, 0, same, "NCHW"));
        convolution(all, "convolution of channels last", 5, 9, 4, 6, convolution(3, 1, 1, 0, same, "NHWC"));
        // The session cannot run it in float32; its float64 form is the measure.
        all.add(Net.of("dilated convolution", n -> n.graph()
                        .cnn
                        .conv2d(n.input(-1, 5, 7, 6), n.weight(3, 3, 5, 8), convolution(3, 1, 2, 2, valid, "NCHW")))
                .inFloat64Only());
        convolution(all, "convolution 7x7 of large padding", 3, 4, 4, 5, convolution(7, 1, 1, 3, valid, "NCHW"));
        deconvolution(all, "transposed convolution", 3, 2, 0, false);
        deconvolution(all, "transposed convolution, cut", 4, 2, 1, false);
        deconvolution(all, "transposed convolution, same", 3, 2, 0, true);
        deconvolution(all, "transposed convolution of stride 1", 3, 1, 1, false);
        all.add(Net.of("depthwise convolution", n -> n.graph()
                .cnn
                .depthWiseConv2d(map(n), n.weight(3, 3, 5, 1), convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("depthwise convolution with a multiplier", n -> n.graph()
                .cnn
                .depthWiseConv2d(map(n), n.weight(3, 3, 5, 2), convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("separable convolution", n -> n.graph()
                .cnn
                .separableConv2d(
                        map(n), n.weight(3, 3, 5, 2), n.weight(1, 1, 10, 4), convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("convolution of a turned weight", n -> n.graph()
                .cnn
                .conv2d(map(n), n.weight(7, 5, 3, 3).permute(2, 3, 1, 0), convolution(3, 1, 1, 1, valid, "NCHW"))));
        Pooling2DConfig plain = pool(2, 2, 0, valid);
        Pooling2DConfig wide = pool(3, 2, 1, valid);
        all.add(Net.of("largest of windows", n -> n.graph().cnn.maxPooling2d(map(n), plain)));
        all.add(Net.of("means of windows", n -> n.graph().cnn.avgPooling2d(map(n), plain)));
        all.add(Net.of("largest of windows with padding", n -> n.graph().cnn.maxPooling2d(map(n), wide)));
        all.add(Net.of("means of windows with padding", n -> n.graph().cnn.avgPooling2d(map(n), wide)));
        all.add(Net.of("means of windows, same", n -> n.graph().cnn.avgPooling2d(map(n), pool(3, 2, 0, same))));
        all.add(Net.of("doubled", n -> n.graph().cnn.upsampling2d(map(n), 2, 2, true)));
        all.add(Net.of("enlarged unevenly", n -> n.graph().cnn.upsampling2d(map(n), 2, 3, true)));
        for (boolean corners : new boolean[] {false, true}) {
            for (boolean halves : corners ? new boolean[] {false} : new boolean[] {false, true}) {
                all.add(Net.of("bilinear, corners " + corners + ", halves " + halves, n -> n.graph()
                        .image
                        .resizeBiLinear(map(n).permute(0, 2, 3, 1), 7, 9, corners, halves)
                        .permute(0, 3, 1, 2)));
            }
        }
        all.add(Net.of("nearest", n -> n.graph()
                .image
                .imageResize(
                        map(n).permute(0, 2, 3, 1),
                        n.constant(Nd4j.createFromArray(7, 9)),
                        ImageResizeMethod.ResizeNearest)));
        all.add(Net.of("pixel shuffle", n -> n.graph().cnn.depthToSpace(n.input(-1, 12, 3, 2), 2, DataFormat.NCHW)));
        all.add(Net.of(
                "pixel shuffle of channels last",
                n -> n.graph().cnn.depthToSpace(n.input(-1, 3, 2, 12), 2, DataFormat.NHWC)));
        all.add(Net.of(
                "pixels to channels", n -> n.graph().cnn.spaceToDepth(n.input(-1, 3, 4, 6), 2, DataFormat.NCHW)));
    }

    private static Pooling2DConfig pool(int kernel, int stride, int pad, PaddingMode mode) {
        return Pooling2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(stride)
                .sW(stride)
                .dH(1)
                .dW(1)
                .pH(pad)
                .pW(pad)
                .paddingMode(mode)
                .isNHWC(false)
                .build();
    }

    private static void blocks(List<Net> all) {
        all.add(Net.of("modulated convolution with noise", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 5, 6, 4);
            SDVariable w = n.weight(3, 3, 5, 8);
            SDVariable style = sd.mmul(n.input(-1, 7), n.weight(7, 5)).add(1);
            SDVariable energy = sd.mmul(sd.math.square(style), sd.sum(sd.math.square(w), 0, 1));
            SDVariable d = sd.math.rsqrt(energy.add(1e-8));
            SDVariable y = sd.cnn
                    .conv2d(x.mul(style.reshape(-1, 5, 1, 1)), w, convolution(3, 1, 1, 0, PaddingMode.SAME, "NCHW"))
                    .mul(d.reshape(-1, 8, 1, 1));
            SDVariable noised = y.add(n.constant(1, 1, 6, 4).mul(n.weight(1))).add(n.weight(1, 8, 1, 1));
            return noised.mul(0.6).add(sd.math.abs(noised).mul(0.4));
        }));
        all.add(Net.of("adaptive instance normalisation", n -> {
            SameDiff sd = n.graph();
            SDVariable x = map(n);
            SDVariable centred = x.sub(x.mean(true, 2, 3));
            SDVariable y = centred.mul(
                    sd.math.rsqrt(sd.math.square(centred).mean(true, 2, 3).add(1e-5)));
            return y.mul(n.input(-1, 5).reshape(-1, 5, 1, 1)).add(n.input(-1, 5).reshape(-1, 5, 1, 1));
        }));
        all.add(Net.of("group normalisation", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 6, 4, 3).reshape(-1, 2, 36);
            SDVariable centred = x.sub(x.mean(true, 2));
            SDVariable y = centred.mul(
                    sd.math.rsqrt(sd.math.square(centred).mean(true, 2).add(1e-5)));
            return y.reshape(-1, 6, 4, 3).mul(n.weight(6, 1, 1)).add(n.weight(6, 1, 1));
        }));
        all.add(Net.of("grouped convolution of parts", n -> {
            SDVariable[] parts = n.graph().split(n.input(-1, 6, 4, 4), 2, 1);
            Conv2DConfig config = convolution(3, 1, 1, 1, PaddingMode.VALID, "NCHW");
            return n.graph()
                    .concat(
                            1,
                            n.graph().cnn.conv2d(parts[0], n.weight(3, 3, 3, 4), config),
                            n.graph().cnn.conv2d(parts[1], n.weight(3, 3, 3, 4), config));
        }));
        all.add(Net.of("grouped convolution of whole blocks", n -> {
            SDVariable[] parts = n.graph().split(n.input(-1, 16, 5, 4), 2, 1);
            Conv2DConfig config = convolution(3, 2, 1, 1, PaddingMode.VALID, "NCHW");
            return n.graph()
                    .concat(
                            1,
                            n.graph().cnn.conv2d(parts[0], n.weight(3, 3, 8, 8), config),
                            n.graph().cnn.conv2d(parts[1], n.weight(3, 3, 8, 8), config));
        }));
        all.add(Net.of("attention that looks back only", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 4, 6);
            SDVariable rows = sd.reshape(x, -1, 6);
            SDVariable q = sd.reshape(sd.mmul(rows, n.weight(6, 6)), -1, 4, 6);
            SDVariable k = sd.reshape(sd.mmul(rows, n.weight(6, 6)), -1, 4, 6);
            INDArray later = Nd4j.zeros(1, 4, 4);
            for (int i = 0; i < 4; i++) {
                for (int j = i + 1; j < 4; j++) {
                    later.putScalar(0, i, j, -1e9);
                }
            }
            SDVariable mask = n.constant(later).castTo(sd.getVariable("x0").dataType());
            SDVariable weights =
                    sd.nn.softmax(sd.mmul(q, k, false, true, false).mul(0.4).add(mask), -1);
            return sd.mmul(weights, x);
        }));
        all.add(Net.of("blurred transposed convolution", n -> {
            SameDiff sd = n.graph();
            DeConv2DConfig up = DeConv2DConfig.builder()
                    .kH(3)
                    .kW(3)
                    .sH(2)
                    .sW(2)
                    .isSameMode(false)
                    .dataFormat("NCHW")
                    .build();
            SDVariable large = sd.cnn.deconv2d(n.input(-1, 5, 3, 3), n.weight(3, 3, 6, 5), up);
            SDVariable each = sd.reshape(large, -1, 1, 7, 7);
            SDVariable down = sd.cnn.conv2d(each, n.constant(4, 1, 1, 1), filter(4, 1));
            SDVariable across = sd.cnn.conv2d(down, n.constant(1, 4, 1, 1), filter(1, 4));
            return sd.nn.leakyRelu(sd.reshape(across, -1, 6, 6, 6).add(n.weight(6, 1, 1)), 0.2);
        }));
        all.add(Net.of("enlarged skip", n -> {
            SameDiff sd = n.graph();
            DeConv2DConfig config = DeConv2DConfig.builder()
                    .kH(4)
                    .kW(4)
                    .sH(2)
                    .sW(2)
                    .pH(1)
                    .pW(1)
                    .isSameMode(false)
                    .dataFormat("NCHW")
                    .build();
            SDVariable each = sd.reshape(n.input(-1, 3, 4, 4), -1, 1, 4, 4);
            SDVariable large = sd.reshape(sd.cnn.deconv2d(each, n.constant(4, 4, 1, 1), config), -1, 3, 8, 8);
            return large.add(n.input(-1, 3, 8, 8).mul(n.weight(3, 1, 1)));
        }));
    }

    private static Conv2DConfig filter(int height, int width) {
        return Conv2DConfig.builder()
                .kH(height)
                .kW(width)
                .pH(height == 1 ? 0 : 1)
                .pW(width == 1 ? 0 : 1)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }
}
