package io.github.rewrite4j.edit;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the colours of an exemplar add to a picture. */
final class ExemplarColours {
    private ExemplarColours() {}

    /** An object that no picture shows would be learnt from nothing. */
    static void requireVisible(String name, Planes with, boolean pair, Planes alpha, Planes share) {
        float most = 0;
        for (int i = 0; i < with.area(); i++) {
            most = Math.max(most, alpha.value(0, i));
            for (int c = 0; c < 3 && pair; c++) {
                most = Math.max(most, Math.abs(share.value(c, i)));
            }
        }
        if (most < Exemplar.FAINTEST) {
            throw new EmptyRegionException("The object of " + name + " covers no pixel by more than "
                    + Math.round(most * 255) + " of 255 on " + with.size()
                    + " pixels, so that nothing of it can be seen: mark it with values up to 255 (white), or crop the"
                    + " picture around it if it is small.");
        }
    }

    static Planes coverage(Mask mask, Mask alpha) {
        float[] coverage = new float[mask.height() * mask.width()];
        for (int i = 0; i < coverage.length; i++) {
            int row = i / mask.width();
            int column = i % mask.width();
            coverage[i] = mask.value(row, column) > 0 ? alpha.value(row, column) : 0f;
        }
        return new Planes(1, mask.height(), mask.width(), coverage);
    }

    static Planes share(Planes with, @Nullable Planes without, Mask mask, Planes alpha) {
        float[] share = new float[3 * with.area()];
        for (int i = 0; i < share.length; i++) {
            int pixel = i % with.area();
            int channel = i / with.area();
            float a = alpha.value(0, pixel);
            float colour = with.value(channel, pixel);
            if (without == null) {
                share[i] = a * colour;
            } else if (mask.value(pixel / with.width(), pixel % with.width()) > 0) {
                share[i] = colour - (1 - a) * without.value(channel, pixel);
            }
        }
        return new Planes(3, with.height(), with.width(), share);
    }

    /** Pictures [N, C, H, W] with the object put on each, clipped to [-1, 1]. */
    static INDArray composite(INDArray images, Planes alpha, Planes added) {
        float[] values = images.castTo(DataType.FLOAT).dup('c').data().asFloat();
        int channels = (int) images.size(1);
        int area = alpha.area();
        for (int i = 0; i < values.length; i++) {
            int pixel = i % area;
            int channel = i / area % channels;
            float a = alpha.value(0, pixel);
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("Picture " + i / (channels * area) + " holds " + values[i]
                        + ": an object can only be put on pictures of finite values, look at where they come from.");
            }
            values[i] = Math.max(-1f, Math.min(1f, (1 - a) * values[i] + added.value(channel, pixel)));
        }
        return Nd4j.create(values, images.shape(), 'c');
    }
}
