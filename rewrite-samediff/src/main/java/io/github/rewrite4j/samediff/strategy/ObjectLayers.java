package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import java.util.List;

/** The layers in which objects from pictures are learnt where nothing else is said. */
record ObjectLayers(Generator generator, int first, int last, int earliest) {
    /** From so many layers with the smallest maps on, the second half of them learns too. */
    private static final int MANY = 4;

    /** Up to so many layers behind the codes the one that makes colours learns too. */
    private static final int FEW = 6;

    static ObjectLayers of(Generator generator) {
        List<Layer> layers = generator.layers();
        int end = layers.size() - 1;
        int begin = behindCodes(layers);
        if (begin > 0) {
            return new ObjectLayers(generator, begin, end - begin < FEW ? end : end - 1, begin);
        }
        int half = generator.spec().imageHeight() / 2;
        int middle = 0;
        while (middle < end && height(layers.get(middle)) < half) {
            middle++;
        }
        return new ObjectLayers(generator, Math.max(0, middle - 1), Math.min(end, middle + 1), 0);
    }

    /** Up to two layers before as well. */
    ObjectLayers withExceptions() {
        return new ObjectLayers(generator, Math.max(earliest, first - 2), last, earliest);
    }

    AssociativeMemory memory() {
        List<Layer> layers = generator.layers();
        return generator.memory(layers.get(first).name(), layers.get(last).name());
    }

    /** The first layer that draws, of a network that makes pictures smaller first; 0 of any other. */
    private static int behindCodes(List<Layer> layers) {
        int smallest = layers.stream().mapToInt(ObjectLayers::height).min().orElseThrow();
        int from = -1;
        int to = -1;
        for (int i = 0; i < layers.size(); i++) {
            if (height(layers.get(i)) == smallest) {
                from = from < 0 ? i : from;
                to = i;
            }
        }
        boolean shrinks = layers.get(0).keyShape().height() > smallest;
        if (!shrinks || to == layers.size() - 1) {
            return 0;
        }
        int many = to - from + 1;
        return many < MANY ? to + 1 : from + (many + 1) / 2;
    }

    private static int height(Layer layer) {
        return layer.valueShape().height();
    }
}
