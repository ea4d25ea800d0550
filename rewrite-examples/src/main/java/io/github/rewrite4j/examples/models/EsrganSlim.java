package io.github.rewrite4j.examples.models;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * A residual dense network that doubles the size of a picture, trained adversarially by its authors: esrgan-slim x2 of
 * UpscalerJS (npm {@code @upscalerjs/esrgan-slim} 1.0.0, MIT licence, see LICENCES.md beside the weights). Its
 * layers are called as in that package.
 */
public final class EsrganSlim {
    /** Name of the input picture. */
    public static final String INPUT = "picture";

    /** Name of the output. */
    public static final String OUTPUT = "enlarged";

    private static final String WEIGHTS = "esrgan-slim-x2.safetensors";

    private final SameDiff graph = SameDiff.create();
    private final SafeTensors weights;

    private EsrganSlim(SafeTensors weights) {
        this.weights = weights;
    }

    /**
     * The network as a generator of enlarged pictures; the caller closes it.
     *
     * @param pictures draws pictures [N, 3, H, W] in [-1, 1]
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(InputSampler pictures) throws IOException {
        return SameDiffGenerator.of(graph())
                .image(INPUT, pictures)
                .output(OUTPUT)
                .pixels(PixelRange.BYTES)
                .name("esrgan-slim x2")
                .build();
    }

    /** The network as a plain graph, pixels 0 to 255 in and out. */
    public static SameDiff graph() throws IOException {
        try (InputStream file = EsrganSlim.class.getResourceAsStream(WEIGHTS)) {
            if (file == null) {
                throw new FileNotFoundException("The bundled network " + WEIGHTS
                        + " is missing from the class path: build the examples again, with their resources.");
            }
            try (SafeTensors weights = SafeTensors.read(file, WEIGHTS)) {
                return new EsrganSlim(weights).build();
            }
        }
    }

    private SameDiff build() throws IOException {
        SDVariable picture = graph.placeHolder(INPUT, DataType.FLOAT, -1, 3, -1, -1);
        SDVariable first = convolve(picture, "F_m1");
        SDVariable f0 = convolve(first, "F_0");
        SDVariable a1 = graph.nn.relu(convolve(f0, "F_1_1"), 0);
        SDVariable l1 = convolve(graph.concat(1, f0, a1), "LFF_1").add(f0);
        SDVariable a2 = graph.nn.relu(convolve(l1, "F_2_1"), 0);
        SDVariable l2 = convolve(graph.concat(1, l1, a2), "LFF_2").add(l1);
        SDVariable fused =
                convolve(convolve(graph.concat(1, l1, l2), "GFF_1"), "GFF_2").add(first);
        SDVariable up1 = graph.nn.relu(convolve(fused, "UPN1"), 0);
        SDVariable up2 = graph.nn.relu(convolve(up1, "UPN2"), 0);
        SDVariable doubled = graph.cnn.upsampling2d(convolve(up2, "UPN3"), 2, 2, true);
        convolve(doubled, "SR").rename(OUTPUT);
        return graph;
    }

    private SDVariable convolve(SDVariable x, String name) throws IOException {
        INDArray kernel = weights.load(name + ".kernel");
        INDArray bias = weights.load(name + ".bias");
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(kernel.size(0))
                .kW(kernel.size(1))
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NCHW")
                .build();
        return graph.cnn.conv2d(
                x, graph.constant(name + ".kernel", kernel), graph.constant(name + ".bias", bias), config);
    }
}
