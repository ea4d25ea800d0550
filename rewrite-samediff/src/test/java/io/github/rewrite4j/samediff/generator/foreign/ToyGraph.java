package io.github.rewrite4j.samediff.generator.foreign;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** A graph as a user might bring: z [N, 6] to pictures [N, 3, 8, 8] in [0, 1], with one layer of each kind. */
public final class ToyGraph {
    private ToyGraph() {}

    /** Layers: dense, up, gained, strided, rgb. */
    public static SameDiff generator() {
        SameDiff sd = SameDiff.create();
        SDVariable z = sd.placeHolder("z", DataType.FLOAT, -1, 6);
        SDVariable dense =
                sd.math.add(sd.mmul(z, sd.var("dense.weight", random(1, 6, 80))), sd.var("dense.bias", random(2, 80)));
        SDVariable map = sd.reshape(sd.nn.relu(dense, 0), -1, 5, 4, 4);
        SDVariable up = sd.cnn.deconv2d(
                map,
                sd.var("up.kernel", random(3, 2, 2, 8, 5)),
                DeConv2DConfig.builder()
                        .kH(2)
                        .kW(2)
                        .sH(2)
                        .sW(2)
                        .isSameMode(true)
                        .dataFormat("NCHW")
                        .build());
        SDVariable stored = sd.constant("gained.weight", random(4, 8, 8, 3, 3));
        SDVariable factor = sd.permute(stored.mul(0.5), 2, 3, 1, 0);
        SDVariable gained = sd.cnn
                .conv2d(sd.math.tanh(up), factor, config(3, 1, PaddingMode.SAME))
                .add(sd.constant("gained.bias", random(5, 8).reshape(1, 8, 1, 1)));
        SDVariable value = sd.nn.leakyRelu("gained.out", gained, 0.2);
        SDVariable strided = sd.nn.relu(
                sd.cnn.conv2d(
                        value,
                        sd.var("strided.weight", random(6, 4, 4, 8, 6)),
                        sd.var("strided.bias", random(7, 6)),
                        config(4, 2, PaddingMode.SAME)),
                0);
        SDVariable wide = sd.cnn.upsampling2d(strided, 2, 2, true);
        SDVariable rgb = sd.cnn.conv2d(
                sd.concat(1, wide, value),
                sd.var("rgb.weight", random(8, 1, 1, 14, 3)),
                config(1, 1, PaddingMode.VALID));
        sd.nn.sigmoid("image", rgb);
        return sd;
    }

    static Conv2DConfig config(int kernel, int stride, PaddingMode padding) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(stride)
                .sW(stride)
                .paddingMode(padding)
                .dataFormat("NCHW")
                .build();
    }

    static INDArray random(long seed, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, shape).muli(0.4);
    }
}
