package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;

/** Shape of one image of a generator. */
record ImageShape(int channels, int height, int width) {
    static ImageShape of(GeneratorSpec generator) {
        return new ImageShape(generator.imageChannels(), generator.imageHeight(), generator.imageWidth());
    }

    int length() {
        return channels * height * width;
    }

    int smallerSide() {
        return Math.min(height, width);
    }

    /** Images as a node of the size that a network takes. */
    Node forNetwork(Tape tape, float[] images, int count, ProjectorNetwork network) {
        int high = network.inputHeight();
        int wide = network.inputWidth();
        float[] input = high == height && wide == width
                ? images
                : ImageScaling.resized(images, count * channels, height, width, high, wide);
        return tape.constant(input, count, channels, high, wide);
    }
}
