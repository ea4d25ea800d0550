package io.github.rewrite4j.examples.study;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.tape.HostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One way to change images, which a study compares with others. */
public interface Arm {
    /** In tables; one word or a few. */
    String name();

    /** Tells arms apart that have one name, so that a study goes on with what it began with. */
    String id();

    /**
     * The changed images.
     *
     * @param inputs of the images
     * @param before the images as they were; not to be changed
     * @return [N, C, H, W], the caller's own
     */
    INDArray draw(Inputs inputs, INDArray before);

    /** A patch. */
    static Arm patch(String name, Generator generator, Patch patch) {
        return new Arm() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String id() {
                return patch.id();
            }

            @Override
            public INDArray draw(Inputs inputs, INDArray before) {
                try (Generator changed = generator.with(patch)) {
                    return changed.generate(inputs);
                }
            }
        };
    }

    /**
     * The pixels of the object, put over every image at one place: what painting instead of rewriting gives.
     *
     * @param object the image that it is cut from [1, C, H, W]
     * @param where 1 on its pixels
     * @param down rows that it is moved by
     * @param right columns that it is moved by
     */
    static Arm pasted(INDArray object, Mask where, int down, int right) {
        float[] pixels = HostArrays.of(object);
        return new Arm() {
            @Override
            public String name() {
                return "pasted pixels";
            }

            @Override
            public String id() {
                return "pasted " + where.hashCode() + " " + down + " " + right;
            }

            @Override
            public INDArray draw(Inputs inputs, INDArray before) {
                float[] images = HostArrays.of(before);
                int plane = where.height() * where.width();
                for (int i = 0; i < images.length; i++) {
                    int row = i % plane / where.width() - down;
                    int column = i % where.width() - right;
                    if (row >= 0 && row < where.height() && column >= 0 && column < where.width()) {
                        float m = where.value(row, column);
                        int channel = i / plane % (pixels.length / plane);
                        images[i] = (1 - m) * images[i] + m * pixels[channel * plane + row * where.width() + column];
                    }
                }
                return Nd4j.createFromArray(images).reshape(before.shape());
            }
        };
    }
}
