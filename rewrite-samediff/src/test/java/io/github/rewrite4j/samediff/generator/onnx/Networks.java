package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Whole networks as their exporters write them, with random weights. */
final class Networks {
    private Networks() {}

    /** The generator of a network. */
    static Generator built(Net net) {
        try {
            return OnnxGenerator.of(OnnxFile.parse(net.file(), "net.onnx", null))
                    .build();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A DCGAN as PyTorch exports it: latents as maps of one cell, batch norm, transposed convolutions. */
    static Net dcgan() {
        return Net.opset(13)
                .input("z", 8, 1, 1)
                .weight("main.0.weight", 8, 12, 4, 4)
                .then("ConvTranspose", "main.0.weight")
                .weight("main.1.weight", 12)
                .weight("main.1.bias", 12)
                .weight("main.1.running_mean", 12)
                .reals("main.1.running_var", new float[] {1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 1, 1}, 12)
                .then("BatchNormalization", "main.1.weight", "main.1.bias", "main.1.running_mean", "main.1.running_var")
                .then("Relu")
                .weight("main.3.weight", 12, 6, 4, 4)
                .then("ConvTranspose", List.of("main.3.weight"), a -> a.wholes("strides", 2, 2)
                        .wholes("pads", 1, 1, 1, 1))
                .then("Relu")
                .weight("main.6.weight", 6, 3, 4, 4)
                .then("ConvTranspose", List.of("main.6.weight"), a -> a.wholes("strides", 2, 2)
                        .wholes("pads", 1, 1, 1, 1))
                .then("Tanh");
    }

    /** A painter of styles: reflected borders, instance norms, residuals, resizing. */
    static Net painter(long height, long width) {
        return Net.opset(13)
                .input("content", 3, height, width)
                .wholes("border", 0, 0, 1, 1, 0, 0, 1, 1)
                .then("Pad", List.of("border"), a -> a.text("mode", "reflect"))
                .weight("conv1.weight", 6, 3, 3, 3)
                .weight("conv1.bias", 6)
                .then("Conv", "conv1.weight", "conv1.bias")
                .weight("in1.weight", 6)
                .weight("in1.bias", 6)
                .then("InstanceNormalization", "in1.weight", "in1.bias")
                .node("LeakyRelu", List.of("value2"), List.of("skip"), a -> a.real("alpha", 0.2))
                .weight("res.weight", 6, 6, 3, 3)
                .then("Conv", List.of("res.weight"), a -> a.wholes("pads", 1, 1, 1, 1))
                .then("Add", "skip")
                .reals("scales", new float[] {1, 1, 2, 2}, 4)
                .then("Resize", List.of("", "scales"), a -> a.text("mode", "nearest")
                        .text("coordinate_transformation_mode", "asymmetric")
                        .text("nearest_mode", "floor"))
                .weight("out.weight", 3, 6, 3, 3)
                .then("Conv", List.of("out.weight"), a -> a.wholes("pads", 1, 1, 1, 1))
                .then("Sigmoid");
    }
}
