package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Insert keys k* with values v* into one layer, along given directions: find Lambda such that
 * v* = f(k*; W0 + Lambda D), where f is a {@link LayerForm}.
 *
 * <p>Everything is float64 and unfolded: weights are [out][in x taps], amounts [out][rank x taps]. Output channels do not
 * interact, so each is a small problem of its own.
 */
final class InsertionProblem {
    private final LayerForm form;
    private final int out;
    private final int in;
    private final int taps;
    private final double[][] weight;
    private final Matrix weights;
    private final double[] bias;
    private final double epsilon;
    private final Matrix directions;
    private final List<Example> examples = new ArrayList<>();
    private final int cells;

    /**
     * One key map with its goal.
     *
     * @param key [in, h, w]
     * @param styleEnergy [in], null without demodulation
     * @param noise [h', w'], null without noise
     * @param goal [out, h', w']
     * @param box the cells the rule is about
     */
    record Pair(
            INDArray key,
            @Nullable INDArray styleEnergy,
            @Nullable INDArray noise,
            INDArray goal,
            Box box) {}

    /** A rule as pairs, with what the form needs of the side tensors. */
    static List<Pair> pairs(LayerForm form, Rule rule) {
        List<Pair> pairs = new ArrayList<>();
        for (int n = 0; n < rule.boxes().size(); n++) {
            int row = n;
            INDArray energy = form.demodulation()
                    .map(d -> Named.in(rule.keys().side(), d.styleEnergy())
                            .getRow(row)
                            .dup())
                    .orElse(null);
            INDArray noise = form.noise()
                    .map(name -> Named.in(rule.keys().side(), name))
                    .map(maps -> EditCompiler.sample(maps, maps.size(0) == 1 ? 0 : row))
                    .orElse(null);
            pairs.add(new Pair(
                    EditCompiler.sample(rule.keys().tensor(), n),
                    energy,
                    noise,
                    EditCompiler.sample(rule.goal(), n),
                    rule.boxes().get(n)));
        }
        return pairs;
    }

    /** What the solvers need of one pair; the arrays are not to be changed. */
    static final class Example {
        private final Matrix full;
        private final double[] design;
        private final double @Nullable [] energy;
        private final double @Nullable [] energyBlock;
        private final double[] offset;
        private final double[][] base;
        private final double[][] goal;
        private final @Nullable FilteredCells filtered;
        private final double @Nullable [] ones;

        private Example(
                Matrix full,
                double[] design,
                double @Nullable [] energy,
                double @Nullable [] energyBlock,
                double[] offset,
                double[][] base,
                double[][] goal,
                @Nullable FilteredCells filtered) {
            this.full = full;
            this.design = design;
            this.energy = energy;
            this.energyBlock = energyBlock;
            this.offset = offset;
            this.base = base;
            this.goal = goal;
            this.filtered = filtered;
            this.ones = filtered == null ? null : filtered.enlarge(constant(full.rows()), 1);
        }

        private static double[] constant(int length) {
            double[] ones = new double[length];
            Arrays.fill(ones, 1);
            return ones;
        }

        /** Cells that have a goal. */
        int cells() {
            return goal[0].length;
        }

        /** Cells that the activation sees: those with a goal, or those that filters make them of. */
        int activated() {
            return filtered == null ? cells() : filtered.activated();
        }

        /** What lies around the activation, if anything does. */
        @Nullable
        FilteredCells filtered() {
            return filtered;
        }

        /** Linear stage of the key over all input channels, times the weight gain, as the activation sees it [activated, in x taps]. */
        Matrix full() {
            return filtered == null
                    ? full
                    : Matrix.of(activated(), full.columns(), filtered.enlarge(full.toRowMajor(), full.columns()));
        }

        /** The same over the directions [activated, rank x taps], row-major. */
        double[] design() {
            return design;
        }

        /** What the activation sees of a bias of 1, per cell. */
        double ones(int cell) {
            return ones == null ? 1 : ones[cell];
        }

        /** Squared style [in], null without demodulation. */
        double @Nullable [] energy() {
            return energy;
        }

        /** g^2 D diag(e) D' [rank x rank], null without demodulation; of all channels. */
        double @Nullable [] energyBlock() {
            return energyBlock;
        }

        /** Noise per activated cell, zero without. */
        double[] offset() {
            return offset;
        }

        /** Linear stage with W0, per activated cell. */
        double[] base(int channel) {
            return base[channel];
        }

        /** Goal per cell. */
        double[] goal(int channel) {
            return goal[channel];
        }
    }

    /**
     * Sets a problem up: unfolds keys and goals, runs the linear stage with W0.
     *
     * @param form how the layer computes
     * @param weight W0 [out, in, kh, kw]
     * @param directions D [rank, in]
     * @param pairs at least one
     */
    InsertionProblem(LayerForm form, INDArray weight, Matrix directions, List<Pair> pairs) {
        this.form = form;
        this.out = Math.toIntExact(weight.size(0));
        this.in = Math.toIntExact(weight.size(1));
        this.taps = form.stage().kernelHeight() * form.stage().kernelWidth();
        this.directions = directions;
        this.bias = doubles(form.bias());
        this.epsilon = form.demodulation().map(LayerForm.Demodulation::epsilon).orElse(0.0);
        double[] flat = doubles(weight);
        this.weight = new double[out][in * taps];
        for (int o = 0; o < out; o++) {
            System.arraycopy(flat, o * in * taps, this.weight[o], 0, in * taps);
        }
        this.weights = Matrix.of(this.weight);
        pairs.forEach(pair -> examples.add(example(pair)));
        this.cells = examples.stream().mapToInt(Example::cells).sum();
    }

    private Example example(Pair pair) {
        int height = Math.toIntExact(pair.key().size(1));
        int width = Math.toIntExact(pair.key().size(2));
        double[] key = doubles(pair.key());
        int[] linear = form.stage().outputGrid(height, width);
        FilteredCells filtered = form.filters()
                .map(filters -> new FilteredCells(filters, pair.box(), linear[0], linear[1]))
                .orElse(null);
        Box cells = filtered == null ? pair.box() : filtered.linear();
        Matrix full =
                LinearColumns.of(form.stage(), key, in, height, width, cells).times(form.weightGain());
        Matrix seen = directions.multiply(Matrix.of(in, height * width, key));
        double[] design = LinearColumns.of(form.stage(), seen.toRowMajor(), directions.rows(), height, width, cells)
                .times(form.weightGain())
                .toRowMajor();
        double[][] base = rows(weights.multiply(full.transpose()));
        if (filtered != null) {
            design = filtered.enlarge(design, unknowns());
            for (int o = 0; o < out; o++) {
                base[o] = filtered.enlarge(base[o], 1);
            }
        }
        int gridWidth = Math.toIntExact(pair.goal().size(2));
        int gridHeight = Math.toIntExact(pair.goal().size(1));
        double[] goal = doubles(pair.goal());
        double[][] wanted = new double[out][];
        for (int o = 0; o < out; o++) {
            wanted[o] = inBox(goal, o * gridHeight * gridWidth, gridWidth, pair.box());
        }
        INDArray noise = pair.noise();
        double[] offset = noise == null ? new double[base[0].length] : inBox(doubles(noise), 0, gridWidth, pair.box());
        INDArray given = pair.styleEnergy();
        double[] energy = given == null ? null : doubles(given);
        double[] block = energy == null ? null : energyBlock(energy);
        return new Example(full, design, energy, block, offset, base, wanted, filtered);
    }

    private double[] energyBlock(double[] energy) {
        double[] scaled = directions.toRowMajor();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= form.weightGain() * form.weightGain() * energy[i % in];
        }
        return Matrix.of(rank(), in, scaled).multiply(directions.transpose()).toRowMajor();
    }

    private static double[] inBox(double[] map, int start, int width, Box box) {
        double[] cells = new double[box.height() * box.width()];
        for (int y = 0; y < box.height(); y++) {
            System.arraycopy(map, start + (box.top() + y) * width + box.left(), cells, y * box.width(), box.width());
        }
        return cells;
    }

    private static double[][] rows(Matrix matrix) {
        double[] flat = matrix.toRowMajor();
        double[][] rows = new double[matrix.rows()][matrix.columns()];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(flat, i * matrix.columns(), rows[i], 0, matrix.columns());
        }
        return rows;
    }

    private static double[] doubles(INDArray array) {
        return Elements.of(array);
    }

    int out() {
        return out;
    }

    int in() {
        return in;
    }

    int taps() {
        return taps;
    }

    int rank() {
        return directions.rows();
    }

    /** Number of amounts per output channel. */
    int unknowns() {
        return rank() * taps;
    }

    /** Number of goal cells of all examples. */
    int cells() {
        return cells;
    }

    /** Number of cells that the activations of all examples see. */
    int activated() {
        return examples.stream().mapToInt(Example::activated).sum();
    }

    /** W0 of one output channel, [in x taps]; not to be changed. */
    double[] weight(int channel) {
        return weight[channel];
    }

    Matrix directions() {
        return directions;
    }

    List<Example> examples() {
        return examples;
    }

    Activation activation() {
        return form.activation();
    }

    double bias(int channel) {
        return bias[channel];
    }

    double weightGain() {
        return form.weightGain();
    }

    double epsilon() {
        return epsilon;
    }

    LayerForm form() {
        return form;
    }

    /** Mean |goal - f(k; W0 + Lambda D)| over all channels and goal cells. */
    double loss(double[][] amounts) {
        double sum = 0;
        for (int o = 0; o < out; o++) {
            sum += new ChannelModel(this, o).absoluteError(amounts[o]);
        }
        return sum / ((double) out * cells());
    }
}
