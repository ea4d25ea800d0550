package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * P_base(w + offset) + sum_i amount_i s_i d_i on float32 arrays.
 *
 * @param directions rows d_i [domains, d]
 * @param columns the same, transposed
 * @param steps rows s_i d_i
 * @param centre the mean latent [1, d]
 */
record LatentProjection(INDArray directions, INDArray columns, INDArray steps, INDArray centre) {
    static LatentProjection of(LatentExpansion expansion) {
        LatentSubspaces subspaces = expansion.subspaces();
        int count = subspaces.domains().size();
        double[][] across = new double[count][];
        double[][] along = new double[count][];
        for (int i = 0; i < count; i++) {
            across[i] = subspaces.direction(i);
            along[i] = subspaces.direction(i);
            double distance = subspaces.domains().get(i).distance();
            for (int j = 0; j < along[i].length; j++) {
                along[i][j] *= distance;
            }
        }
        INDArray rows = Nd4j.create(across).castTo(DataType.FLOAT);
        return new LatentProjection(
                rows,
                rows.transpose().dup('c'),
                Nd4j.create(along).castTo(DataType.FLOAT),
                Nd4j.createFromArray(subspaces.mean())
                        .reshape(1, subspaces.dimension())
                        .castTo(DataType.FLOAT));
    }

    /**
     * The latents that layers read.
     *
     * @param latents [N, d] after truncation
     * @param offset [N, d]
     * @param amounts [N, domains]
     */
    INDArray apply(INDArray latents, INDArray offset, INDArray amounts) {
        INDArray moved = latents.add(offset);
        INDArray parts = moved.sub(centre).mmul(columns);
        return moved.subi(parts.mmul(directions)).addi(amounts.mmul(steps));
    }
}
