package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The U-Net, or the encoder, as a graph in which every weight is a placeholder of the name and shape that it has in
 * checkpoints. Blocks are called as their modules are.
 */
final class DiffusionGraph {
    static final String IMAGE = "x";
    static final String TIME = "time";
    static final String Z = "z";
    static final String OUTPUT = "out";
    static final String CONDITION = ".cond_emb_layers.1";

    private final DiffusionArchitecture architecture;
    private final DiffusionBlocks build;
    private final SameDiff graph = SameDiff.create();
    private final String prefix;
    private final List<String> conditions = new ArrayList<>();

    private DiffusionGraph(DiffusionArchitecture architecture, String prefix) {
        this.architecture = architecture;
        this.prefix = prefix;
        this.build = new DiffusionBlocks(graph, architecture);
    }

    /** x_t, time and z to the noise in x_t. */
    static DiffusionGraph unet(DiffusionArchitecture architecture) {
        DiffusionGraph made = new DiffusionGraph(architecture, "");
        made.buildUnet();
        return made;
    }

    /** A picture to z. */
    static DiffusionGraph encoder(DiffusionArchitecture architecture) {
        DiffusionGraph made = new DiffusionGraph(architecture, "encoder.");
        made.buildEncoder();
        return made;
    }

    SameDiff graph() {
        return graph;
    }

    /** Shapes of the weights by name. */
    Map<String, long[]> weights() {
        return Collections.unmodifiableMap(build.weights());
    }

    /** The linear maps that read z, each NAME.weight [channels, z] and NAME.bias. */
    List<String> conditions() {
        return List.copyOf(conditions);
    }

    private SDVariable image() {
        int side = architecture.imageSize();
        return graph.placeHolder(IMAGE, DataType.FLOAT, -1, 3, side, side);
    }

    /** Maps with what they are. */
    private record At(SDVariable maps, int channels, int grid) {}

    private enum Change {
        NONE,
        HALVED,
        DOUBLED
    }

    private void buildUnet() {
        SDVariable x = image();
        int embedding = architecture.embedding();
        SDVariable time = graph.placeHolder(TIME, DataType.FLOAT, -1, architecture.channels());
        SDVariable z = build.silu(graph.placeHolder(Z, DataType.FLOAT, -1, architecture.style()));
        SDVariable first = build.linear("time_embed.time_embed.0", time, architecture.channels(), embedding);
        SDVariable second = build.linear("time_embed.time_embed.2", build.silu(first), embedding, embedding);
        SDVariable emb = build.silu(second.rename("time_embed"));
        List<Integer> multipliers = architecture.multipliers();
        List<Deque<At>> laterals = new ArrayList<>();
        multipliers.forEach(m -> laterals.add(new ArrayDeque<>()));
        At at = entered(x, multipliers);
        laterals.get(0).push(at);
        int entry = 1;
        for (int level = 0; level < multipliers.size(); level++) {
            int channels = architecture.channels() * multipliers.get(level);
            for (int i = 0; i < architecture.blocks(); i++) {
                at = cell("input_blocks." + entry++, at, channels, Change.NONE, emb, z, false);
                laterals.get(level).push(at);
            }
            if (level + 1 < multipliers.size()) {
                at = cell("input_blocks." + entry++, at, channels, Change.HALVED, emb, z, false);
                laterals.get(level + 1).push(at);
            }
        }
        at = middle(at, emb, z);
        entry = 0;
        for (int level = multipliers.size() - 1; level >= 0; level--) {
            int channels = architecture.channels() * multipliers.get(level);
            for (int i = 0; i <= architecture.blocks(); i++) {
                boolean up = level > 0 && i == architecture.blocks();
                At lateral = laterals.get(level).pop();
                At joined = new At(
                        graph.concat(1, at.maps(), lateral.maps()), at.channels() + lateral.channels(), at.grid());
                at = cell("output_blocks." + entry++, joined, channels, Change.NONE, emb, z, up);
            }
        }
        SDVariable last = build.silu(build.norm("out.0", at.maps(), at.channels(), at.grid()));
        build.convolution("out.2", last, at.channels(), 3, 3).rename(OUTPUT);
    }

    private void buildEncoder() {
        List<Integer> multipliers = architecture.encoderMultipliers();
        At at = entered(image(), multipliers);
        int entry = 1;
        for (int level = 0; level < multipliers.size(); level++) {
            int channels = architecture.channels() * multipliers.get(level);
            for (int i = 0; i < architecture.encoderBlocks(); i++) {
                at = cell(prefix + "input_blocks." + entry++, at, channels, Change.NONE, null, null, false);
            }
            if (level + 1 < multipliers.size()) {
                at = cell(prefix + "input_blocks." + entry++, at, channels, Change.HALVED, null, null, false);
            }
        }
        at = middle(at, null, null);
        SDVariable normal = build.silu(build.norm(prefix + "out.0", at.maps(), at.channels(), at.grid()));
        SDVariable mean = graph.mean(normal, true, 2, 3);
        SDVariable out = build.convolution(prefix + "out.3", mean, at.channels(), architecture.style(), 1);
        graph.reshape(out, -1, architecture.style()).rename(OUTPUT);
    }

    private At entered(SDVariable x, List<Integer> multipliers) {
        int channels = architecture.channels() * multipliers.get(0);
        SDVariable maps = build.convolution(prefix + "input_blocks.0.0", x, 3, channels, 3)
                .rename(prefix + "input_blocks.0");
        return new At(maps, channels, architecture.imageSize());
    }

    private At middle(At before, @Nullable SDVariable emb, @Nullable SDVariable z) {
        String name = prefix + "middle_block";
        At at = residual(name + ".0", before, before.channels(), Change.NONE, emb, z);
        at = new At(build.attention(name + ".1", at.maps(), at.channels(), at.grid()), at.channels(), at.grid());
        at = residual(name + ".2", at, at.channels(), Change.NONE, emb, z);
        return new At(at.maps().rename(name), at.channels(), at.grid());
    }

    /** An entry of the list of blocks: a residual block, attention where the grid has it, and perhaps a doubling. */
    private At cell(
            String name,
            At before,
            int channels,
            Change change,
            @Nullable SDVariable emb,
            @Nullable SDVariable z,
            boolean up) {
        At at = residual(name + ".0", before, channels, change, emb, z);
        int next = 1;
        if (change == Change.NONE && architecture.attends(at.grid())) {
            at = new At(build.attention(name + ".1", at.maps(), channels, at.grid()), channels, at.grid());
            next = 2;
        }
        if (up) {
            at = residual(name + "." + next, at, channels, Change.DOUBLED, emb, z);
        }
        return new At(at.maps().rename(name), at.channels(), at.grid());
    }

    private At residual(
            String name, At before, int out, Change change, @Nullable SDVariable emb, @Nullable SDVariable z) {
        int in = before.channels();
        SDVariable x = before.maps();
        SDVariable h = build.silu(build.norm(name + ".in_layers.0", x, in, before.grid()));
        int grid = before.grid();
        if (change == Change.HALVED) {
            h = build.halved(h);
            x = build.halved(x);
            grid /= 2;
        } else if (change == Change.DOUBLED) {
            h = build.doubled(h);
            x = build.doubled(x);
            grid *= 2;
        }
        h = build.convolution(name + ".in_layers.2", h, in, out, 3);
        if (emb != null && z != null) {
            SDVariable normal = build.norm(name + ".out_layers.0", h, out, grid);
            SDVariable time = build.linear(name + ".emb_layers.1", emb, architecture.embedding(), 2 * out);
            SDVariable scale = graph.slice(time, new int[] {0, 0}, -1, out);
            SDVariable shift = graph.slice(time, new int[] {0, out}, -1, out);
            SDVariable style = build.linear(name + CONDITION, z, architecture.style(), out);
            conditions.add(name + CONDITION);
            SDVariable timed = normal.mul(build.spread(scale, out).add(1)).add(build.spread(shift, out));
            SDVariable styled = timed.mul(build.spread(style, out).add(1));
            h = build.convolution(name + ".out_layers.3", build.silu(styled), out, out, 3);
        }
        SDVariable skip = in == out ? x : build.convolution(name + ".skip_connection", x, in, out, 1);
        return new At(skip.add(h), out, grid);
    }

    /** The vector of a time: cosines, then sines, of frequencies from 1 down to nearly 1 / 10,000. */
    static void time(double time, float[] to, int start, int channels) {
        int half = channels / 2;
        for (int i = 0; i < half; i++) {
            double angle = time * (float) Math.exp(-Math.log(10000) * i / half);
            to[start + i] = (float) Math.cos(angle);
            to[start + half + i] = (float) Math.sin(angle);
        }
    }

    @Override
    public String toString() {
        return architecture + Arrays.toString(new int[] {weights().size()});
    }
}
