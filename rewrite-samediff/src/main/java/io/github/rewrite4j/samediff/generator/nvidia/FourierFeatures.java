package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.samediff.generator.style.StyleMapping;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a StyleGAN3 begins with (Karras et al. 2021, section 3 and appendix F): waves over a plane that w turns and moves, mixed
 * by a matrix. With (c, s, tx, ty) = affine(w) / |(c, s)|, R the turn by (c, s), T the move by (-tx, -ty) and U the transform
 * in the file, the frequencies F become F M and the phases gain F m, where (M, m) are the first rows of R T U.
 *
 * @param weight [C, C], what mixes the waves
 * @param frequencies F [C, 2]
 * @param phases [C]
 * @param transform U [3, 3]
 * @param affine from w to the turn and the move
 * @param size cells of a side, margin included
 * @param rate cells for the length of a side of the picture
 * @param bandwidth frequency up to which waves are whole; they fade out towards half the rate
 */
record FourierFeatures(
        INDArray weight,
        INDArray frequencies,
        INDArray phases,
        INDArray transform,
        Dense affine,
        int size,
        double rate,
        double bandwidth) {
    int channels() {
        return Math.toIntExact(phases.length());
    }

    long parameters() {
        return weight.length() + affine.parameters();
    }

    /**
     * The maps [N, C, size, size].
     *
     * @param latent w [N, numbers of w]
     */
    SDVariable build(SameDiff graph, String name, SDVariable latent) {
        SDVariable t = StyleMapping.dense(graph, latent, affine);
        SDVariable c = column(t, 0);
        SDVariable s = column(t, 1);
        SDVariable length = graph.math.sqrt(graph.math.square(c).add(graph.math.square(s)));
        SDVariable cos = c.div(length);
        SDVariable sin = s.div(length);
        SDVariable tx = column(t, 2).div(length);
        SDVariable ty = column(t, 3).div(length);
        SDVariable turns = graph.concat(1, cos, sin, cos.mul(tx), sin.mul(tx), cos.mul(ty), sin.mul(ty));
        SDVariable across = graph.mmul(turns, graph.constant(name + ".across", coefficients(0)));
        SDVariable down = graph.mmul(turns, graph.constant(name + ".down", coefficients(1)));
        SDVariable phase = graph.mmul(turns, graph.constant(name + ".shift", coefficients(2)))
                .add(graph.constant(name + ".phases", phases.reshape(1, channels())));
        SDVariable frequency = graph.math.sqrt(graph.math.square(across).add(graph.math.square(down)));
        SDVariable amplitude = graph.math.clipByValue(
                frequency.sub(bandwidth).div(bandwidth - rate / 2).add(1.0), 0, 1);
        SDVariable x = graph.constant(name + ".x", grid().reshape(1, 1, 1, size));
        SDVariable y = graph.constant(name + ".y", grid().reshape(1, 1, size, 1));
        SDVariable angle =
                maps(graph, across).mul(x).add(maps(graph, down).mul(y)).add(maps(graph, phase));
        SDVariable waves = graph.math.sin(angle.mul(2 * Math.PI)).mul(maps(graph, amplitude));
        INDArray mixing = weight.div(Math.sqrt(channels())).transpose().dup('c');
        SDVariable flat = graph.reshape(waves, -1, channels(), (long) size * size);
        SDVariable last = graph.reshape(graph.permute(flat, 0, 2, 1), -1, channels());
        SDVariable mixed = graph.mmul(last, graph.constant(name + ".weight", mixing));
        SDVariable first = graph.permute(graph.reshape(mixed, -1, (long) size * size, channels()), 0, 2, 1);
        return graph.reshape(first, -1, channels(), size, size).rename(name);
    }

    private static SDVariable column(SDVariable rows, int i) {
        return rows.get(SDIndex.all(), SDIndex.interval((long) i, i + 1L));
    }

    private SDVariable maps(SameDiff graph, SDVariable rows) {
        return graph.reshape(rows, -1, channels(), 1, 1);
    }

    /** Centres of the cells: x_j = (2 j + 1 - size) / (2 rate). */
    private INDArray grid() {
        float[] centres = new float[size];
        for (int j = 0; j < size; j++) {
            centres[j] = (float) ((2.0 * j + 1 - size) / (2 * rate));
        }
        return Nd4j.createFromArray(centres);
    }

    /** What column j of F R T U takes of cos, sin, cos tx, sin tx, cos ty and sin ty: [6, C]. */
    private INDArray coefficients(int j) {
        INDArray result = Nd4j.create(DataType.FLOAT, 6, channels());
        double u0 = transform.getDouble(0, j);
        double u1 = transform.getDouble(1, j);
        double u2 = transform.getDouble(2, j);
        for (int k = 0; k < channels(); k++) {
            double fx = frequencies.getDouble(k, 0);
            double fy = frequencies.getDouble(k, 1);
            double[] column = {fx * u0 + fy * u1, fy * u0 - fx * u1, -fx * u2, -fy * u2, -fy * u2, fx * u2};
            for (int i = 0; i < column.length; i++) {
                result.putScalar(i, k, column[i]);
            }
        }
        return result;
    }
}
