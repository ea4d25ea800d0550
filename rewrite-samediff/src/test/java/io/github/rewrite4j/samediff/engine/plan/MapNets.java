package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.ImageResizeMethod;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on maps. */
final class MapNets {
    private MapNets() {}

    static void add(List<Net> all) {
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
                .depthWiseConv2d(Nets.map(n), n.weight(3, 3, 5, 1), convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("depthwise convolution with a multiplier", n -> n.graph()
                .cnn
                .depthWiseConv2d(Nets.map(n), n.weight(3, 3, 5, 2), convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("separable convolution", n -> n.graph()
                .cnn
                .separableConv2d(
                        Nets.map(n),
                        n.weight(3, 3, 5, 2),
                        n.weight(1, 1, 10, 4),
                        convolution(3, 1, 1, 1, valid, "NCHW"))));
        all.add(Net.of("convolution of a turned weight", n -> n.graph()
                .cnn
                .conv2d(
                        Nets.map(n),
                        n.weight(7, 5, 3, 3).permute(2, 3, 1, 0),
                        convolution(3, 1, 1, 1, valid, "NCHW"))));
        Pooling2DConfig plain = pool(2, 2, 0, valid);
        Pooling2DConfig wide = pool(3, 2, 1, valid);
        all.add(Net.of("largest of windows", n -> n.graph().cnn.maxPooling2d(Nets.map(n), plain)));
        all.add(Net.of("means of windows", n -> n.graph().cnn.avgPooling2d(Nets.map(n), plain)));
        all.add(Net.of("largest of windows with padding", n -> n.graph().cnn.maxPooling2d(Nets.map(n), wide)));
        all.add(Net.of("means of windows with padding", n -> n.graph().cnn.avgPooling2d(Nets.map(n), wide)));
        all.add(Net.of("means of windows, same", n -> n.graph().cnn.avgPooling2d(Nets.map(n), pool(3, 2, 0, same))));
        all.add(Net.of("doubled", n -> n.graph().cnn.upsampling2d(Nets.map(n), 2, 2, true)));
        all.add(Net.of("enlarged unevenly", n -> n.graph().cnn.upsampling2d(Nets.map(n), 2, 3, true)));
        for (boolean corners : new boolean[] {false, true}) {
            for (boolean halves : corners ? new boolean[] {false} : new boolean[] {false, true}) {
                all.add(Net.of("bilinear, corners " + corners + ", halves " + halves, n -> n.graph()
                        .image
                        .resizeBiLinear(Nets.map(n).permute(0, 2, 3, 1), 7, 9, corners, halves)
                        .permute(0, 3, 1, 2)));
            }
        }
        all.add(Net.of("nearest", n -> n.graph()
                .image
                .imageResize(
                        Nets.map(n).permute(0, 2, 3, 1),
                        n.constant(Nd4j.createFromArray(7, 9)),
                        ImageResizeMethod.ResizeNearest)));
        all.add(Net.of("pixel shuffle", n -> n.graph().cnn.depthToSpace(n.input(-1, 12, 3, 2), 2, DataFormat.NCHW)));
        all.add(Net.of(
                "pixel shuffle of channels last",
                n -> n.graph().cnn.depthToSpace(n.input(-1, 3, 2, 12), 2, DataFormat.NHWC)));
        all.add(Net.of(
                "pixels to channels", n -> n.graph().cnn.spaceToDepth(n.input(-1, 3, 4, 6), 2, DataFormat.NCHW)));
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
}
