package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Random chains of operations on maps: what neighbours do to each other. The same seed gives the same chain. */
final class Chains {
    private static final int LONGEST = 7;

    private Chains() {}

    /** One chain for each seed. */
    static List<Net> of(int count) {
        List<Net> all = new ArrayList<>();
        for (int seed = 0; seed < count; seed++) {
            int own = seed;
            all.add(Net.of("chain " + seed, n -> new Chain(n, own).build()));
        }
        return all;
    }

    /** Maps of some channels on their way. */
    private static final class Chain {
        private final Net net;
        private final Random random;
        private final SameDiff sd;
        private SDVariable x;
        private int channels = 5;
        private int h = 4;
        private int w = 6;

        Chain(Net net, int seed) {
            this.net = net;
            this.random = new Random(seed);
            this.sd = net.graph();
            this.x = net.input(-1, channels, h, w);
        }

        SDVariable build() {
            int length = 3 + random.nextInt(LONGEST - 2);
            for (int i = 0; i < length; i++) {
                x = step(random.nextInt(14));
            }
            return sd.math.tanh(x.mul(0.5));
        }

        private SDVariable step(int kind) {
            return switch (kind) {
                case 0 -> {
                    int to = 2 + random.nextInt(8);
                    SDVariable weight = net.weight(3, 3, channels, to).mul(0.3);
                    channels = to;
                    yield sd.cnn.conv2d(x, weight, MapNets.convolution(3, 1, 1, 0, PaddingMode.SAME, "NCHW"));
                }
                case 1 -> x.mul(0.6).add(sd.math.abs(x).mul(0.4));
                case 2 -> x.mul(net.weight(1, channels, 1, 1));
                case 3 -> x.add(net.weight(1, 1, h, w));
                case 4 -> padded();
                case 5 -> doubled();
                case 6 -> {
                    SDVariable centred = x.sub(x.mean(true, 2, 3));
                    yield centred.mul(sd.math.rsqrt(
                            sd.math.square(centred).mean(true, 2, 3).add(0.1)));
                }
                case 7 -> {
                    SDVariable joined = sd.concat(1, x, sd.math.sin(x));
                    channels *= 2;
                    yield joined;
                }
                case 8 -> sd.nn.swish(x);
                case 9 ->
                    sd.cnn.depthWiseConv2d(
                            x,
                            net.weight(3, 3, channels, 1),
                            MapNets.convolution(3, 1, 1, 0, PaddingMode.SAME, "NCHW"));
                case 10 -> x.permute(0, 2, 3, 1).mul(net.weight(channels)).permute(0, 3, 1, 2);
                case 11 -> x.mul(x.mean(true, 1)).add(x);
                case 12 -> x.add(sd.math.cos(x)).mul(x);
                default -> sd.reverse(x, 3).add(x.mul(net.weight(channels, 1, 1)));
            };
        }

        private SDVariable padded() {
            h += 2;
            w += 1;
            SDVariable pads = net.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {1, 1}, {1, 0}}));
            return sd.nn.pad(x, pads, PadMode.REFLECT, 0);
        }

        private SDVariable doubled() {
            if (h > 12) {
                return sd.math.square(x).mul(0.3);
            }
            SDVariable twice = sd.cnn.upsampling2d(x, 2, 2, true);
            h *= 2;
            w *= 2;
            return random.nextBoolean() ? twice : twice.mul(net.weight(1, channels, 1, 1));
        }
    }
}
