package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/** Sums, normalisations and products. */
final class ReductionNets {
    private ReductionNets() {}

    static void add(List<Net> all) {
        Nets.unary(
                all, "sums", x -> x.sum(true, 2, 3).add(x.sum(1).sum(true, 1, 2).reshape(-1, 1, 1, 1)));
        Nets.unary(all, "means", x -> x.sub(x.mean(true, 2, 3))
                .add(x.mean(true, 1))
                .mul(x.mean(true, 1, 2, 3)));
        Nets.unary(all, "largest and smallest", x -> x.max(true, 2, 3).add(x.min(true, 1)));
        Nets.unary(all, "norms", x -> x.norm2(true, 1)
                .add(x.norm1(true, 2, 3))
                .add(x.getSameDiff().squaredNorm(x, true, 3)));
        // In float32 the session takes it over another axis.
        all.add(Net.of("softmax over channels", n -> n.graph().nn.softmax(Nets.map(n), 1))
                .inFloat64Only());
        Nets.unary(all, "softmax", x -> x.getSameDiff().nn.softmax(x.mul(3), -1));
        Nets.unary(all, "log softmax", x -> x.getSameDiff().nn.logSoftmax(x, 1));
        Nets.unary(all, "standardised", x -> x.getSameDiff().math.standardize(x, 1, 2, 3));
        all.add(Net.of("batch normalisation", n -> n.graph()
                .nn
                .batchNorm(Nets.map(n), n.constant(5), n.positive(5), n.weight(5), n.weight(5), 1e-5, 1)));
        all.add(Net.of(
                "layer normalisation",
                n -> n.graph().nn.layerNorm(n.input(-1, 7), n.weight(7), n.weight(7), false, 1)));
        all.add(Net.of(
                "layer normalisation of maps",
                n -> n.graph().nn.layerNorm(Nets.map(n), n.weight(5), n.weight(5), true, 1, 2, 3)));
        // Every number twice: the gradient is one of them's, whole.
        Nets.unary(
                all, "largest of equals", x -> x.getSameDiff().concat(2, x, x).max(2));
        all.add(Net.of("products", n -> {
            SDVariable y = n.graph().mmul(n.input(-1, 7), n.weight(7, 9)).add(n.weight(9));
            return n.graph().mmul(y, n.weight(4, 9), false, true, false);
        }));
        all.add(Net.of("linear", n -> n.graph().nn.linear(n.input(-1, 40), n.weight(40, 50), n.weight(50))));
        all.add(Net.of("product of a matrix and a turned one, times a factor", n -> {
            SDVariable a = n.input(-1, 7);
            Mmul product = new Mmul(n.graph(), a, n.weight(4, 7), false, true, false);
            product.removeTArgument(1.0);
            product.removeTArgument(0.0);
            product.addTArgument(0.7, 0);
            return product.outputVariable();
        }));
        all.add(Net.of("products of many pairs", n -> {
            SDVariable a = n.input(-1, 3, 4);
            SDVariable b = n.input(-1, 4, 5);
            return n.graph().mmul(n.graph().mmul(a, b), n.input(-1, 6, 5), false, true, false);
        }));
        all.add(Net.of("attention", n -> {
            SDVariable q = n.input(-1, 4, 3);
            SDVariable k = n.input(-1, 4, 6);
            return n.graph().nn.dotProductAttention(q, k, n.input(-1, 5, 6), null, true);
        }));
        all.add(Net.of("causal attention of parts", n -> {
            SameDiff sd = n.graph();
            SDVariable x = n.input(-1, 4, 8);
            SDVariable scores = sd.mmul(x, x.permute(0, 2, 1)).mul(Math.sqrt(1 / 8.0));
            double[][] mask = new double[4][4];
            for (int i = 0; i < 4; i++) {
                for (int j = i + 1; j < 4; j++) {
                    mask[i][j] = -1e9;
                }
            }
            SDVariable masked = scores.add(n.constant(Nd4j.create(mask).castTo(x.dataType())));
            return sd.mmul(sd.nn.softmax(masked, 2), x.mul(n.weight(8)));
        }));
    }
}
