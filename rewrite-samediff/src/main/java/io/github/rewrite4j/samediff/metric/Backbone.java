package io.github.rewrite4j.samediff.metric;

import java.util.List;

/**
 * The convolutional parts of two published networks as torchvision builds them: AlexNet (Krizhevsky, "One weird trick
 * for parallelizing convolutional neural networks", 2014) and VGG16 (Simonyan and Zisserman, "Very deep convolutional
 * networks for large-scale image recognition", 2014, configuration D), with the layers that LPIPS looks at.
 *
 * @param label how it is called
 * @param steps its convolutions in order
 */
record Backbone(String label, List<Step> steps) {
    static final Backbone ALEXNET = new Backbone(
            "AlexNet",
            List.of(
                    new Step(0, 0, 64, 11, 4, 2, true),
                    new Step(3, 3, 192, 5, 1, 2, true),
                    new Step(6, 3, 384, 3, 1, 1, true),
                    new Step(8, 0, 256, 3, 1, 1, true),
                    new Step(10, 0, 256, 3, 1, 1, true)));

    static final Backbone VGG16 = new Backbone(
            "VGG16",
            List.of(
                    plain(0, 0, 64, false),
                    plain(2, 0, 64, true),
                    plain(5, 2, 128, false),
                    plain(7, 0, 128, true),
                    plain(10, 2, 256, false),
                    plain(12, 0, 256, false),
                    plain(14, 0, 256, true),
                    plain(17, 2, 512, false),
                    plain(19, 0, 512, false),
                    plain(21, 0, 512, true),
                    plain(24, 2, 512, false),
                    plain(26, 0, 512, false),
                    plain(28, 0, 512, true)));

    Backbone {
        steps = List.copyOf(steps);
    }

    private static Step plain(int index, int pool, int channels, boolean tapped) {
        return new Step(index, pool, channels, 3, 1, 1, tapped);
    }

    /**
     * A convolution.
     *
     * @param index its number in the file
     * @param pool side of the max pooling of stride 2 before it; 0 for none
     * @param channels that it makes
     * @param kernel its side
     * @param stride of the convolution
     * @param padding zeros around the input
     * @param tapped whether LPIPS looks at its positive part
     */
    record Step(int index, int pool, int channels, int kernel, int stride, int padding, boolean tapped) {}
}
