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
 * convolutions of AlexNet, VGG16 or SqueezeNet 1.1, tensors {@code features.N.weight} and {@code features.N.bias}, and the trained
 * weights of its channels, version 0.1, {@code lin0.model.1.weight} to {@code lin4.model.1.weight}. PyTorch state dicts
 * and their safetensors conversions are read alike. AlexNet is the default of the authors; VGG16 is usual for
 * preservation. Numbers of two of them, and of different picture sizes, cannot be compared.
 */
public final class OfficialLpips {
    private static final float[] SHIFT = {-.030f, -.088f, -.188f};
    private static final float[] SCALE = {.458f, .448f, .450f};

    private static final String SQUEEZE_MARK = "features.3.squeeze.weight";
    private static final String SQUEEZE = "SqueezeNet 1.1";

    private OfficialLpips() {}

    /**
     * Reads the network and the weights of its channels.
     *
     * @param backbone a state dict of torchvision's AlexNet, VGG16 or SqueezeNet 1.1, told apart by their tensors
     * @param heads the weights of the same network
     * @return the distance, named "LPIPS (AlexNet)", "LPIPS (VGG16)" or "LPIPS (SqueezeNet 1.1)"
     * @throws FileFormatException if a tensor is missing or has another shape
     * @throws IOException if a file cannot be read
     */
    public static PerceptualDistance load(Path backbone, Path heads) throws IOException {
        Objects.requireNonNull(backbone, "backbone");
        Objects.requireNonNull(heads, "heads");
        try (TensorSource network = TensorSource.open(backbone);
                TensorSource channels = TensorSource.open(heads)) {
            if (network.contains(SQUEEZE_MARK)) {
                return squeeze(network, channels);
            }
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

    private static PerceptualDistance squeeze(TensorSource network, TensorSource channels) throws IOException {
        ConvolutionStage first = stage(network, "features.0", 64, 3, 3, 2, 0);
        List<SqueezeFeatures.Fire> fires = new ArrayList<>();
        int in = 64;
        for (int i = 0; i < SqueezeFeatures.FIRES.length; i++) {
            String name = "features." + SqueezeFeatures.FIRES[i];
            int narrow = SqueezeFeatures.CHANNELS[i][0];
            int wide = SqueezeFeatures.CHANNELS[i][1];
            fires.add(new SqueezeFeatures.Fire(
                    stage(network, name + ".squeeze", narrow, in, 1, 1, 0),
                    stage(network, name + ".expand1x1", wide, narrow, 1, 1, 0),
                    stage(network, name + ".expand3x3", wide, narrow, 3, 1, 1)));
            in = 2 * wide;
        }
        List<double[]> heads = new ArrayList<>();
        for (int tapped : SqueezeFeatures.tappedChannels()) {
            heads.add(head(channels, SQUEEZE, heads.size(), tapped));
        }
        String name = "LPIPS (" + SQUEEZE + ")";
        return PerceptualDistance.weighted(new SqueezeFeatures(name, OfficialLpips::scaled, first, fires), heads);
    }

    private static ConvolutionStage stage(
            TensorSource file, String name, int out, int in, int kernel, int stride, int padding) throws IOException {
        INDArray weight = tensor(file, SQUEEZE, name + ".weight", out, in, kernel, kernel);
        INDArray bias = tensor(file, SQUEEZE, name + ".bias", out);
        return new ConvolutionStage(0, weight.permute(2, 3, 1, 0).dup('c'), bias, stride, padding, true);
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
        INDArray weight =
                tensor(file, kind.label(), name + ".weight", step.channels(), in, step.kernel(), step.kernel());
        INDArray bias = tensor(file, kind.label(), name + ".bias", step.channels());
        return new ConvolutionStage(
                step.pool(), weight.permute(2, 3, 1, 0).dup('c'), bias, step.stride(), step.padding(), step.tapped());
    }

    private static List<double[]> heads(TensorSource file, Backbone kind) throws IOException {
        List<double[]> heads = new ArrayList<>();
        for (Backbone.Step step : kind.steps()) {
            if (step.tapped()) {
                heads.add(head(file, kind.label(), heads.size(), step.channels()));
            }
        }
        return heads;
    }

    private static double[] head(TensorSource file, String kind, int number, int channels) throws IOException {
        String name = "lin" + number + ".model.1.weight";
        INDArray weights = tensor(file, kind, name, 1, channels, 1, 1);
        if (weights.minNumber().doubleValue() < 0) {
            throw FileFormatException.atKey(
                    file.label(),
                    name,
                    "holds " + weights.minNumber() + ", but weights of LPIPS are at least 0; take its version 0.1");
        }
        return weights.castTo(DataType.DOUBLE).data().asDouble();
    }

    private static INDArray tensor(TensorSource file, String kind, String name, long... shape) throws IOException {
        if (!Arrays.equals(file.shape(name), shape)) {
            throw FileFormatException.atKey(
                    file.label(),
                    name,
                    "has the shape " + Arrays.toString(file.shape(name)) + ", that of " + kind + " is "
                            + Arrays.toString(shape)
                            + "; both files must be of one network of torchvision: AlexNet, VGG16 or SqueezeNet 1.1");
        }
        INDArray tensor = file.loadAs(name, DataType.FLOAT);
        if (!Double.isFinite(tensor.sumNumber().doubleValue())) {
            throw FileFormatException.atKey(file.label(), name, "holds values that are not finite; convert it again");
        }
        return tensor;
    }
}
