package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The pixels of an object over every image. */
final class PastedArm implements Arm {
    private static final long serialVersionUID = 1;

    private final float[] pixels;
    private final float[][] where;
    private final int down;
    private final int right;
    private final String id;

    PastedArm(INDArray object, Mask where, int down, int right) {
        this.pixels = HostArrays.of(object);
        this.where = new float[where.height()][where.width()];
        for (int y = 0; y < where.height(); y++) {
            for (int x = 0; x < where.width(); x++) {
                this.where[y][x] = where.value(y, x);
            }
        }
        this.down = down;
        this.right = right;
        this.id = "pasted " + Arrays.hashCode(pixels) + " " + where.hashCode() + " " + down + " " + right;
    }

    @Override
    public String name() {
        return "pasted pixels";
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public INDArray draw(Generator generator, Inputs inputs, INDArray before) {
        float[] images = HostArrays.of(before);
        int height = where.length;
        int width = where[0].length;
        int plane = height * width;
        for (int i = 0; i < images.length; i++) {
            int row = i % plane / width - down;
            int column = i % width - right;
            if (row >= 0 && row < height && column >= 0 && column < width) {
                float m = where[row][column];
                int channel = i / plane % (pixels.length / plane);
                images[i] = (1 - m) * images[i] + m * pixels[channel * plane + row * width + column];
            }
        }
        return Nd4j.createFromArray(images).reshape(before.shape());
    }
}
