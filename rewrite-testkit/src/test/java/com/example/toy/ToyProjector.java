package com.example.toy;

import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.ProjectorSpec;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Of the last layer, whose values are the picture. */
record ToyProjector(ProjectorSpec spec) implements BackwardProjector {
    static ToyProjector of(MemorySpec memory) {
        return new ToyProjector(ProjectorSpec.of(memory, Map.of("method", "the picture itself")));
    }

    @Override
    public INDArray project(INDArray images) {
        Objects.requireNonNull(images, "images");
        if (images.rank() != 4 || images.size(1) != 3) {
            throw new IllegalArgumentException("Pictures are [N, 3, H, W].");
        }
        Maps values = Maps.zeros((int) images.size(0), 3);
        for (int n = 0; n < values.samples(); n++) {
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < Maps.POSITIONS; p++) {
                    long y = p / Maps.WIDTH * images.size(2) / Maps.HEIGHT;
                    long x = p % Maps.WIDTH * images.size(3) / Maps.WIDTH;
                    double value = images.getDouble(n, c, y, x);
                    if (!Double.isFinite(value)) {
                        throw new IllegalArgumentException("A picture holds " + value + ".");
                    }
                    values.numbers()[values.at(n, c, p)] = value;
                }
            }
        }
        return values.toArray();
    }
}
