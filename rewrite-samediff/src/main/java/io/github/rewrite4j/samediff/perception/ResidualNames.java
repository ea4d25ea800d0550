package io.github.rewrite4j.samediff.perception;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of the tensors of a residual discriminator in a file.
 *
 * @param fromColours layer that reads the picture: weight and bias
 * @param blocks from the picture's size down to 4
 * @param last convolution that also reads the spread
 * @param hidden linear layer behind it
 * @param logit linear layer of one number
 */
record ResidualNames(Layer fromColours, List<Block> blocks, Layer last, Layer hidden, Layer logit) {
    ResidualNames {
        blocks = List.copyOf(blocks);
    }

    /** Weight and bias. */
    record Layer(String weight, String bias) {
        /** {@code NAME.weight} and {@code NAME.bias}. */
        static Layer of(String name) {
            return new Layer(name + ".weight", name + ".bias");
        }
    }

    /**
     * A block.
     *
     * @param same convolution that keeps the grid
     * @param halving convolution of stride 2
     * @param halvingBlur its filter
     * @param skip weight of the 1x1 convolution around both
     * @param skipBlur its filter
     */
    record Block(Layer same, Layer halving, String halvingBlur, String skip, String skipBlur) {}

    /** Those of github.com/rosinality/stylegan2-pytorch. */
    static ResidualNames rosinality(int count) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "convs." + i;
            blocks.add(new Block(
                    new Layer(name + ".conv1.0.weight", name + ".conv1.1.bias"),
                    new Layer(name + ".conv2.1.weight", name + ".conv2.2.bias"),
                    name + ".conv2.0.kernel",
                    name + ".skip.1.weight",
                    name + ".skip.0.kernel"));
        }
        return new ResidualNames(
                new Layer("convs.0.0.weight", "convs.0.1.bias"),
                blocks,
                new Layer("final_conv.0.weight", "final_conv.1.bias"),
                Layer.of("final_linear.0"),
                Layer.of("final_linear.1"));
    }

    /** Those of NVIDIA's stylegan2-ada-pytorch and stylegan3. */
    static ResidualNames nvidia(int count) {
        List<Block> blocks = new ArrayList<>();
        for (int i = count; i >= 1; i--) {
            String name = "b" + (4 << i);
            blocks.add(new Block(
                    Layer.of(name + ".conv0"),
                    Layer.of(name + ".conv1"),
                    name + ".conv1.resample_filter",
                    name + ".skip.weight",
                    name + ".skip.resample_filter"));
        }
        return new ResidualNames(
                Layer.of("b" + (4 << count) + ".fromrgb"),
                blocks,
                Layer.of("b4.conv"),
                Layer.of("b4.fc"),
                Layer.of("b4.out"));
    }
}
