package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Operations on single numbers. */
final class NumberNets {
    private NumberNets() {}

    static void add(List<Net> all) {
        all.add(Net.of("broadcast arithmetic", n -> {
            SDVariable x = Nets.map(n);
            SDVariable y = x.mul(n.weight(1, 5, 1, 1)).add(n.weight(1, 1, 4, 6)).sub(n.weight(6));
            return y.div(n.positive(5, 1, 1)).add(x.mul(x)).mul(0.5).sub(0.25).rsub(1);
        }));
        all.add(Net.of("minimum and maximum", n -> {
            SDVariable x = Nets.map(n);
            SameDiff sd = n.graph();
            return sd.math.max(
                    sd.math.min(x, n.weight(5, 1, 1)), n.constant(1, 1, 4, 6).sub(1));
        }));
        all.add(Net.of("larger and smaller of two that are fed", n -> {
            SDVariable x = Nets.map(n);
            SameDiff sd = n.graph();
            return sd.math.max(x, n.weight(5, 1, 1)).add(sd.math.min(n.weight(1, 4, 6), x.mul(2)));
        }));
        all.add(Net.of("powers", n -> {
            SameDiff sd = n.graph();
            SDVariable x = sd.math.abs(Nets.map(n)).add(0.5);
            return sd.math
                    .pow(x, 1.7)
                    .add(sd.math.cube(x))
                    .add(sd.math.pow(x, 0.5))
                    .add(sd.math.pow(x, n.positive(5, 1, 1)))
                    .add(sd.math.rsqrt(x))
                    .add(x.rdiv(1))
                    .add(sd.math.reciprocal(x))
                    .add(sd.math.log(x))
                    .add(sd.math.sqrt(x));
        }));
        Nets.unary(all, "relu", x -> x.getSameDiff().nn.relu(x, 0));
        Nets.unary(all, "relu6", x -> x.getSameDiff().nn.relu6(x.mul(4), 0));
        Nets.unary(all, "leaky relu", x -> x.getSameDiff().nn.leakyRelu(x, 0.2));
        Nets.unary(all, "leaky relu of sums", x -> x.mul(0.6)
                .add(x.getSameDiff().math.abs(x).mul(0.4)));
        Nets.unary(all, "elu", x -> x.getSameDiff().nn.elu(x));
        Nets.unary(all, "selu", x -> x.getSameDiff().nn.selu(x));
        Nets.unary(all, "gelu", x -> x.getSameDiff().nn.gelu(x));
        Nets.unary(all, "precise gelu", x -> x.getSameDiff().nn.preciseGelu(x));
        Nets.unary(all, "swish", x -> x.getSameDiff().nn.swish(x));
        Nets.unary(all, "sigmoid", x -> x.getSameDiff().nn.sigmoid(x));
        Nets.unary(all, "tanh", x -> x.getSameDiff().math.tanh(x));
        Nets.unary(all, "softplus", x -> x.getSameDiff().nn.softplus(x));
        Nets.unary(all, "softsign", x -> x.getSameDiff().nn.softsign(x));
        Nets.unary(all, "hard sigmoid", x -> x.getSameDiff().nn.hardSigmoid(x.mul(2)));
        Nets.unary(all, "hard tanh", x -> x.getSameDiff().nn.hardTanh(x));
        Nets.unary(all, "log sigmoid", x -> x.getSameDiff().nn.logSigmoid(x));
        Nets.unary(all, "clip", x -> x.getSameDiff().math.clipByValue(x, -0.5, 0.7));
        Nets.unary(all, "erf", x -> x.getSameDiff().math.erf(x));
        Nets.unary(
                all,
                "sine",
                x -> x.getSameDiff().math.sin(x).add(x.getSameDiff().math.cos(x)));
        Nets.unary(all, "exp", x -> x.getSameDiff().math.exp(x));
        Nets.unary(all, "steps", x -> {
            SameDiff sd = x.getSameDiff();
            return x.mul(
                    sd.math.floor(x).add(sd.math.ceil(x)).add(sd.math.sign(x)).add(sd.math.round(x)));
        });
        all.add(Net.of("comparisons", n -> {
            SDVariable x = Nets.map(n);
            SDVariable y = n.input(-1, 5, 4, 6);
            SameDiff sd = n.graph();
            SDVariable sum = as(n, sd.gt(x, y)).add(as(n, sd.lte(x, y))).add(as(n, sd.gt(x, 0.3)));
            return x.mul(sum.add(as(n, sd.neq(x, 0))).add(as(n, sd.lt(x, 0.1))).add(as(n, sd.gte(x, y))));
        }));
        all.add(Net.of("prelu", n -> {
            SDVariable x = Nets.map(n);
            SameDiff sd = n.graph();
            SDVariable slopes = n.weight(1, 5, 1, 1);
            return sd.math
                    .max(x, sd.zerosLike(x))
                    .add(sd.math.min(x, sd.zerosLike(x)).mul(slopes));
        }));
        all.add(Net.of("prelu, the operation", n -> n.graph().nn.prelu(Nets.map(n), n.weight(5, 1, 1), 2, 3)));
    }

    private static SDVariable as(Net n, SDVariable truth) {
        return truth.castTo(n.graph().getVariable("x0").dataType());
    }
}
