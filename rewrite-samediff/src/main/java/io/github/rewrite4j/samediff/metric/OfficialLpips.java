package io.github.rewrite4j.samediff.metric;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * LPIPS itself, from the files that its authors and torchvision publish (they are not part of this library): the
 * convolutions of AlexNet or VGG16, tensors {@code features.N.weight} and {@code features.N.bias}, and the trained
 * weights of its channels, version 0.1, {@code lin0.model.1.weight} to {@code lin4.model.1.weight}. PyTorch state dicts
 * and their safetensors conversions are read alike. AlexNet is the default of the authors; VGG16 is usual for
 * preservation. Numbers of the two, and of different picture sizes, cannot be compared.
 */
public final class OfficialLpips {
    private static final float[] SHIFT = {-.030f, -.088f, -.188f};
    private static final float[] SCALE = {.458f, .448f, .450f};

    private OfficialLpips() {}

    /**
     * Reads the network and the weights of its channels.
     *
     * @param backbone a state dict of torchvision's AlexNet or VGG16, told apart by their first convolution
     * @param heads the weights of the same network
     * @return the distance, named "LPIPS (AlexNet)" or "LPIPS (VGG16)"
     * @throws FileFormatException if a tensor is missing or has another shape
     * @throws IOException if a file cannot be read
     */
    public static PerceptualDistance load(Path backbone, Path heads) throws IOException {
        Objects.requireNonNull(backbone, "backbone");
        Objects.requireNonNull(heads, "heads");
        try (TensorSource network = TensorSource.open(backbone);
                TensorSource channels = TensorSource.open(heads)) {
            Backbone kind =
                    network.shape("features.0.weight").length == 4 && network.shape("features.0.weight")[2] == 11
                            ? Backbone.ALEXNET
                            : Backbone.VGG16;
            List<ConvolutionStage> stages = new ArrayList<>();
            int in = 3;
            for (Backbone.Step step : kind.steps()) {
                stages.add(stage(network, kind, step, in));
                in = step.channels();
            }
            String name = "LPIPS (" + kind.label() + ")";
            return PerceptualDistance.weighted(
                    new ConvolutionalFeatures(name, OfficialLpips::scaled, stages), heads(channels, kind));
        }
    }

    /** (x - shift) / scale, which turns [-1,1] into what the networks were trained with. */
    private static INDArray scaled(INDArray images) {
        INDArray shift = Nd4j.createFromArray(SHIFT).reshape(1, 3, 1, 1);
        INDArray scale = Nd4j.createFromArray(SCALE).reshape(1, 3, 1, 1);
        return images.sub(shift).divi(scale);
    }

    private static ConvolutionStage stage(TensorSource file, Backbone kind, Backbone.Step step, int in)
            throws IOException {
        String name = "features." + step.index();
        INDArray weight = tensor(file, kind, name + ".weight", step.channels(), in, step.kernel(), step.kernel());
        INDArray bias = tensor(file, kind, name + ".bias", step.channels());
        return new ConvolutionStage(
                step.pool(), weight.permute(2, 3, 1, 0).dup('c'), bias, step.stride(), step.padding(), step.tapped());
    }

    private static List<double[]> heads(TensorSource file, Backbone kind) throws IOException {
        List<double[]> heads = new ArrayList<>();
        for (Backbone.Step step : kind.steps()) {
            if (step.tapped()) {
                String name = "lin" + heads.size() + ".model.1.weight";
                INDArray weights = tensor(file, kind, name, 1, step.channels(), 1, 1);
                if (weights.minNumber().doubleValue() < 0) {
                    throw FileFormatException.atKey(
                            file.label(),
                            name,
                            "holds " + weights.minNumber()
                                    + ", but weights of LPIPS are at least 0; take its version 0.1");
                }
                heads.add(weights.castTo(DataType.DOUBLE).data().asDouble());
            }
        }
        return heads;
    }

    private static INDArray tensor(TensorSource file, Backbone kind, String name, long... shape) throws IOException {
        if (!Arrays.equals(file.shape(name), shape)) {
            throw FileFormatException.atKey(
                    file.label(),
                    name,
                    "has the shape " + Arrays.toString(file.shape(name)) + ", that of " + kind.label() + " is "
                            + Arrays.toString(shape)
                            + "; both files must be of torchvision's AlexNet or both of its VGG16");
        }
        INDArray tensor = file.loadAs(name, DataType.FLOAT);
        if (!Double.isFinite(tensor.sumNumber().doubleValue())) {
            throw FileFormatException.atKey(file.label(), name, "holds values that are not finite; convert it again");
        }
        return tensor;
    }
}
