package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Ssim;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a picture lost when it was drawn again, told apart: another style gives other colours, which an edit that keeps each
 * sample's own style does not inherit; structure that is lost is lost.
 *
 * @param colour mean |A - R| of the drawing R and of A, R with the gain and the offset of each channel that bring it nearest
 *     to the picture in least squares: 0 to 2
 * @param structure 1 - SSIM of A and the picture: 0 for nothing
 */
public record PictureLoss(double colour, double structure) {
    /** Of each pair of pictures [N, C, H, W] in [-1, 1]. */
    static List<PictureLoss> between(INDArray drawn, INDArray pictures) {
        float[] again = HostArrays.of(drawn);
        float[] wanted = HostArrays.of(pictures);
        int[] shape = HostArrays.shape(pictures);
        int plane = shape[2] * shape[3];
        float[] adapted = new float[again.length];
        double[] colour = new double[shape[0]];
        for (int start = 0; start < again.length; start += plane) {
            double[] line = line(again, wanted, start, plane);
            for (int i = start; i < start + plane; i++) {
                double drawnAs = clipped(again[i]);
                adapted[i] = (float) clipped(line[0] * drawnAs + line[1]);
                colour[start / (shape[1] * plane)] += Math.abs(adapted[i] - drawnAs) / (shape[1] * plane);
            }
        }
        double[] similarity = Ssim.forRange(ImageRange.SYMMETRIC)
                .perImage(Nd4j.createFromArray(adapted).reshape(pictures.shape()), pictures);
        List<PictureLoss> losses = new ArrayList<>();
        for (int n = 0; n < shape[0]; n++) {
            losses.add(new PictureLoss(colour[n], 1 - similarity[n]));
        }
        return losses;
    }

    /** Gain and offset of a channel in least squares; a channel of one value gets an offset alone. */
    private static double[] line(float[] from, float[] to, int start, int count) {
        double x = 0;
        double y = 0;
        for (int i = start; i < start + count; i++) {
            x += clipped(from[i]) / count;
            y += to[i] / (double) count;
        }
        double across = 0;
        double square = 0;
        for (int i = start; i < start + count; i++) {
            double dx = clipped(from[i]) - x;
            across += dx * (to[i] - y);
            square += dx * dx;
        }
        double gain = square == 0 ? 1 : across / square;
        return new double[] {gain, y - gain * x};
    }

    private static double clipped(double value) {
        return Math.max(-1, Math.min(1, value));
    }
}
