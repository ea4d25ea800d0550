package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** What generators are made of, each of several operations. */
final class BlockNets {
    private BlockNets() {}

    static void add(List<Net> all) {
        all.add(Net.of("modulated convolution with noise", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 5, 6, 4);
            SDVariable w = n.weight(3, 3, 5, 8);
            SDVariable style = sd.mmul(n.input(-1, 7), n.weight(7, 5)).add(1);
            SDVariable energy = sd.mmul(sd.math.square(style), sd.sum(sd.math.square(w), 0, 1));
            SDVariable d = sd.math.rsqrt(energy.add(1e-8));
            SDVariable y = sd.cnn
                    .conv2d(
                            x.mul(style.reshape(-1, 5, 1, 1)),
                            w,
                            MapNets.convolution(3, 1, 1, 0, PaddingMode.SAME, "NCHW"))
                    .mul(d.reshape(-1, 8, 1, 1));
            SDVariable noised = y.add(n.constant(1, 1, 6, 4).mul(n.weight(1))).add(n.weight(1, 8, 1, 1));
            return noised.mul(0.6).add(sd.math.abs(noised).mul(0.4));
        }));
        // What is convolved is read again behind the convolution.
        all.add(Net.of("residual block", n -> {
            SDVariable x = n.input(-1, 6, 5, 4);
            Conv2DConfig config = MapNets.convolution(3, 1, 1, 1, PaddingMode.VALID, "NCHW");
            SDVariable y = n.graph().math.tanh(n.graph().cnn.conv2d(x, n.weight(3, 3, 6, 6), config));
            return y.add(n.graph().cnn.conv2d(x, n.weight(3, 3, 6, 6), config)).add(x);
        }));
        all.add(Net.of("adaptive instance normalisation", n -> {
            SameDiff sd = n.graph();
            SDVariable x = Nets.map(n);
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
            Conv2DConfig config = MapNets.convolution(3, 1, 1, 1, PaddingMode.VALID, "NCHW");
            return n.graph()
                    .concat(
                            1,
                            n.graph().cnn.conv2d(parts[0], n.weight(3, 3, 3, 4), config),
                            n.graph().cnn.conv2d(parts[1], n.weight(3, 3, 3, 4), config));
        }));
        all.add(Net.of("grouped convolution of whole blocks", n -> {
            SDVariable[] parts = n.graph().split(n.input(-1, 16, 5, 4), 2, 1);
            Conv2DConfig config = MapNets.convolution(3, 2, 1, 1, PaddingMode.VALID, "NCHW");
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
        all.add(Net.of("filtered and halved", n -> {
            SameDiff sd = n.graph();
            SDVariable each = sd.reshape(n.input(-1, 5, 8, 6), -1, 1, 8, 6);
            Conv2DConfig config = MapNets.convolution(4, 2, 1, 1, PaddingMode.VALID, "NCHW");
            return sd.reshape(sd.cnn.conv2d(each, n.constant(4, 4, 1, 1), config), -1, 5, 4, 3)
                    .mul(n.weight(5, 1, 1));
        }));
        all.add(Net.of("zeros between, filtered and cropped", n -> {
            SameDiff sd = n.graph();
            SDVariable x = sd.reshape(Nets.map(n), -1, 5, 4, 1, 6, 1);
            SDVariable across = sd.concat(5, x, x.mul(0));
            SDVariable large = sd.reshape(sd.concat(3, across, across.mul(0)), -1, 5, 8, 12);
            SDVariable pads = n.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {3, 2}, {2, 3}}));
            SDVariable each = sd.reshape(sd.nn.pad(large, pads, PadMode.CONSTANT, 0), -1, 1, 13, 17);
            SDVariable down = sd.cnn.conv2d(each, n.constant(6, 1, 1, 1), filter(6, 1));
            SDVariable blurred = sd.cnn.conv2d(down, n.constant(1, 6, 1, 1), filter(1, 6));
            SDVariable whole = sd.reshape(blurred, -1, 5, 10, 14);
            return sd.slice(whole, new int[] {0, 0, 1, 2}, -1, 5, 8, 11).mul(4);
        }));
        all.add(Net.of("partial convolution", n -> {
            SameDiff sd = n.graph();
            SDVariable mask = n.constant(Nd4j.createFromArray(new double[] {
                        1, 1, 0, 1, 1, 1, //
                        1, 0, 0, 0, 1, 1, //
                        1, 0, 0, 0, 0, 1, //
                        1, 1, 0, 0, 1, 1
                    })
                    .reshape(1, 1, 4, 6)
                    .castTo(n.type()));
            Conv2DConfig config = MapNets.convolution(3, 1, 1, 1, PaddingMode.VALID, "NCHW");
            SDVariable ones = n.constant(Nd4j.ones(n.type(), 3, 3, 1, 1));
            SDVariable seen = sd.cnn.conv2d(mask, ones, config);
            SDVariable valid = sd.gt(seen, 0).castTo(n.type());
            SDVariable ratio = sd.math
                    .max(seen, n.constant(Nd4j.scalar(n.type(), 1)))
                    .rdiv(9)
                    .mul(valid);
            SDVariable sum = sd.cnn.conv2d(Nets.map(n).mul(mask), n.weight(3, 3, 5, 7), config);
            return sum.mul(ratio).add(n.weight(7, 1, 1)).mul(valid);
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
