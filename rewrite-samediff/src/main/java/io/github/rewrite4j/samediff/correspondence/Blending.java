package io.github.rewrite4j.samediff.correspondence;

import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How a part of one picture is put into another. Pictures are [3, H, W] in [-1, 1]; results are clipped to that. */
public enum Blending {
    /** As it is: (1 - mask) picture + mask part. */
    NAIVE {
        @Override
        float[] blend(float[] into, float[] part, float[] mask, int height, int width) {
            float[] result = new float[into.length];
            for (int i = 0; i < result.length; i++) {
                float m = mask[i % mask.length];
                result[i] = (1 - m) * into[i] + m * part[i];
            }
            return result;
        }
    },
    /**
     * With the slopes of the part and the colours at the rim of the picture (Pérez, Gangnet and Blake, "Poisson image
     * editing", SIGGRAPH 2003). Every pixel that the mask selects is solved for; all others stay as they are.
     */
    POISSON {
        @Override
        float[] blend(float[] into, float[] part, float[] mask, int height, int width) {
            return PoissonSystem.of(mask, height, width).solve(into, part);
        }
    },
    /**
     * Band by band, coarse bands over wide seams (Burt and Adelson, "A multiresolution spline", 1983). Pixels near the mask
     * change as well.
     */
    LAPLACIAN {
        @Override
        float[] blend(float[] into, float[] part, float[] mask, int height, int width) {
            return LaplacianPyramid.blend(into, part, mask, height, width);
        }
    };

    abstract float[] blend(float[] into, float[] part, float[] mask, int height, int width);

    /**
     * Puts a part of one picture into another.
     *
     * @param picture [3, H, W]
     * @param part [3, H, W]
     * @param mask which pixels are the part's
     * @return a new array
     * @throws IllegalArgumentException when sizes differ, or a Poisson blend has no rim because the mask selects everything
     */
    public INDArray of(INDArray picture, INDArray part, Mask mask) {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(part, "part");
        Objects.requireNonNull(mask, "mask");
        if (!Arrays.equals(picture.shape(), part.shape())
                || picture.rank() != 3
                || picture.size(1) != mask.height()
                || picture.size(2) != mask.width()) {
            throw new IllegalArgumentException("The picture has the shape " + Arrays.toString(picture.shape())
                    + ", the part " + Arrays.toString(part.shape()) + " and the mask " + mask.height() + " x "
                    + mask.width() + ": give all at one size.");
        }
        float[] into = HostArrays.of(picture);
        float[] blended = blend(into, HostArrays.of(part), HostArrays.of(mask.toArray()), mask.height(), mask.width());
        for (int i = 0; i < blended.length; i++) {
            // What stays is not touched, even beyond white.
            blended[i] = blended[i] == into[i] ? into[i] : Math.max(-1, Math.min(1, blended[i]));
        }
        return Nd4j.create(blended, picture.shape(), 'c');
    }
}
