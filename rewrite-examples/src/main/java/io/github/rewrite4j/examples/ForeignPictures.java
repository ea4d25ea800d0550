package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.io.SafeTensors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole pictures that the bundled generator cannot draw: avatars with accessories, for measuring. */
public final class ForeignPictures {
    private static final String RESOURCE = "accessories.safetensors";

    private ForeignPictures() {}

    /**
     * Pictures spread evenly over all accessories.
     *
     * @param count 1 to 160
     * @return [count, 3, 64, 64] in [-1, 1]
     */
    public static INDArray accessories(int count) throws IOException {
        return pictures("with", count);
    }

    /**
     * The same avatars without their accessories: drawn like those that the generator was trained on, and none of them.
     *
     * @param count 1 to 160
     * @return [count, 3, 64, 64] in [-1, 1]
     */
    public static INDArray bare(int count) throws IOException {
        return pictures("without", count);
    }

    private static INDArray pictures(String kind, int count) throws IOException {
        try (InputStream file = BundledGenerator.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new FileNotFoundException("The accessories " + RESOURCE
                        + " are missing from the class path: name pictures with --picture, or build the examples again,"
                        + " with their resources.");
            }
            try (SafeTensors tensors = SafeTensors.read(file, RESOURCE)) {
                return spread(tensors.floats(kind), tensors.shape(kind), count);
            }
        }
    }

    private static INDArray spread(float[] all, long[] shape, int count) {
        int pictures = (int) shape[0];
        int area = (int) (shape[1] * shape[2]);
        if (count < 1 || count > pictures) {
            throw new IllegalArgumentException("There are 1 to " + pictures + " pictures, not " + count + ".");
        }
        float[] values = new float[count * 3 * area];
        for (int i = 0; i < values.length; i++) {
            int picture = (int) ((long) (i / (3 * area)) * pictures / count);
            int channel = i / area % 3;
            values[i] = all[(picture * area + i % area) * 3 + channel] / 127.5f - 1;
        }
        return Nd4j.createFromArray(values).reshape(count, 3, shape[1], shape[2]);
    }
}
