package io.github.rewrite4j.samediff.engine.plan;

import static io.github.rewrite4j.samediff.engine.plan.Net.forward;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Operations that move numbers. */
final class ShapeNets {
    private ShapeNets() {}

    static void add(List<Net> all) {
        all.add(Net.of(
                "reshape and permute",
                n -> Nets.map(n).permute(0, 2, 3, 1).reshape(-1, 24, 5).permute(0, 2, 1)));
        all.add(Net.of("channels last and back", n -> {
            SDVariable x = Nets.map(n).permute(0, 2, 3, 1).mul(n.weight(5));
            return x.permute(0, 3, 1, 2).add(n.weight(5, 1, 1));
        }));
        all.add(Net.of("concat", n -> {
            SDVariable x = Nets.map(n);
            return n.graph().concat(1, x, x.mul(n.weight(5, 1, 1)), n.input(-1, 2, 4, 6));
        }));
        all.add(Net.of("stack and unstack", n -> {
            SDVariable x = n.input(-1, 3);
            SDVariable[] parts = n.graph().unstack(n.graph().stack(1, x, x.mul(2), n.input(-1, 3)), 1, 3);
            return parts[0].mul(parts[1]).add(parts[2]);
        }));
        all.add(Net.of("split", n -> {
            SDVariable[] parts = n.graph().split(n.input(-1, 6, 3, 2), 3, 1);
            return parts[0].mul(parts[2]).add(parts[1]);
        }));
        all.add(Net.of("strided slice", n -> n.graph()
                .stridedSlice(
                        Nets.map(n),
                        new long[] {0, 1, 0, 1},
                        new long[] {0, 4, 4, 6},
                        new long[] {1, 1, 2, 3},
                        1,
                        1,
                        0,
                        0,
                        0)));
        all.add(Net.of("strided slice that drops an axis", n -> n.graph()
                .stridedSlice(
                        Nets.map(n),
                        new long[] {0, 2, 0, 0},
                        new long[] {0, 3, 4, 6},
                        new long[] {1, 1, 1, 1},
                        1,
                        1,
                        0,
                        0,
                        2)));
        all.add(Net.of("slice", n -> n.graph().slice(Nets.map(n), new int[] {0, 1, 0, 2}, -1, 3, 4, 3)));
        all.add(Net.of("tile", n -> n.graph().tile(Nets.map(n), 1, 2, 1, 3)));
        all.add(Net.of("reverse", n -> n.graph().reverse(Nets.map(n), 1, 3)));
        all.add(Net.of("expand and squeeze", n -> {
            SDVariable x = n.graph().expandDims(n.input(-1, 5), 1);
            return n.graph().squeeze(x.mul(n.weight(1, 5)), 1);
        }));
        all.add(Net.of("gather with duplicates", n -> n.graph().gather(Nets.map(n), new int[] {2, 0, 2, 4}, 1)));
        all.add(Net.of("embedding", n -> {
            SDVariable rows = n.constant(Nd4j.createFromArray(3, 1, 3, 0));
            SDVariable table = n.graph().gather(n.weight(5, 4), rows, 0);
            return n.graph().mmul(n.input(-1, 4), table);
        }));
        all.add(Net.of("embedding of computed rows", n -> {
            SameDiff sd = n.graph();
            SDVariable rows = sd.math.floor(sd.math.abs(n.input(-1, 3))).castTo(DataType.INT32);
            return sd.gather(n.weight(9, 4), rows, 0);
        }));
        all.add(Net.of("sizes of what is fed", n -> {
            SDVariable x = Nets.map(n);
            SameDiff sd = n.graph();
            return x.mul(sd.sizeAt(x, 2).castTo(x.dataType()));
        }));
        all.add(Net.of("one-hot", n -> {
            SameDiff sd = n.graph();
            SDVariable rows = sd.math.floor(sd.math.abs(n.input(-1))).castTo(DataType.INT32);
            SDVariable hot = sd.oneHot(rows, 9, -1, 1, 0, sd.getVariable("x0").dataType());
            return sd.mmul(hot, n.weight(9, 4));
        }));
        all.add(Net.of("zero padding", n -> padded(n, PadMode.CONSTANT, 0.5)));
        all.add(Net.of("reflected padding", n -> padded(n, PadMode.REFLECT, 0)));
        all.add(Net.of("symmetric padding", n -> padded(n, PadMode.SYMMETRIC, 0)));
        all.add(forward(
                "cumulative sum, which ND4J runs",
                n -> n.graph().cumsum(n.input(-1, 5), 1).mul(n.weight(5))));
    }

    private static SDVariable padded(Net n, PadMode mode, double value) {
        SDVariable pads = n.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {2, 1}, {1, 3}}));
        return n.graph().nn.pad(Nets.map(n), pads, mode, value);
    }
}
