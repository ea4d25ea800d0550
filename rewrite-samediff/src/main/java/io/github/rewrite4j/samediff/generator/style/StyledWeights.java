package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.engine.kernel.ConvolutionGeometry;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernel;
import io.github.rewrite4j.samediff.engine.kernel.Dense;
import io.github.rewrite4j.samediff.engine.kernel.LaidOutWeight;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.engine.kernel.UpwardsConvolution;
import io.github.rewrite4j.samediff.engine.kernel.Winograd;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What forward passes make of editable weights: their energies and the orders that kernels read. Made once for each weight,
 * which never changes, and shared by all passes of a generator and those derived from it. What belongs to weights that are
 * closed or gone is freed when the layer is next asked for; of others, the last few that were used are kept.
 */
final class StyledWeights {
    /** Weights of one layer that are remembered. */
    private static final int KEPT = 4;

    private final Map<String, List<Forms>> byLayer = new HashMap<>();

    /** The forms of one weight. */
    static final class Forms {
        private final WeakReference<INDArray> of;
        private final StyledLayer layer;
        private final List<LaidOutWeight> laidOut = new ArrayList<>();
        private @Nullable Dense energy;
        private @Nullable NativeFloats winograd;
        private @Nullable NativeFloats tapsFirst;
        private int users;
        private boolean dropped;

        private Forms(StyledLayer layer, INDArray weight) {
            this.layer = layer;
            this.of = new WeakReference<>(weight);
        }

        private boolean isGone() {
            INDArray weight = of.get();
            return weight == null || weight.wasClosed();
        }

        private INDArray weight() {
            INDArray weight = of.get();
            if (weight == null) {
                throw new IllegalStateException("The weight '" + layer.weight() + "' is gone while it is used.");
            }
            return weight;
        }

        /** sum_yx (g W_yxio)^2 as rows of inputs. */
        synchronized Dense energy() {
            if (energy == null) {
                energy = Dense.ofRows(energyOf(canonical(), layer));
            }
            return energy;
        }

        /**
         * The weight as a kernel reads it.
         *
         * @param enlarged whether the kernel reads maps before their positions are doubled
         */
        synchronized LaidOutWeight laidOut(ConvolutionKernel kernel, boolean enlarged) {
            for (LaidOutWeight one : laidOut) {
                if (kernel.takes(one)) {
                    return one;
                }
            }
            LaidOutWeight made = kernel.layOut(padded(canonical(), layer, kernel.geometry(), enlarged));
            laidOut.add(made);
            return made;
        }

        /** The weight as {@link Winograd} reads it. */
        synchronized NativeFloats winograd() {
            if (winograd == null) {
                winograd = Winograd.transformed(canonical(), layer.in(), layer.out());
            }
            return winograd;
        }

        /** The weight as {@link UpwardsConvolution} reads it. */
        synchronized NativeFloats tapsFirst() {
            if (tapsFirst == null) {
                tapsFirst = UpwardsConvolution.tapsFirst(canonical(), layer.in(), layer.out());
            }
            return tapsFirst;
        }

        /** [out, in, 3, 3]. */
        private float[] canonical() {
            boolean inputsFirst = layer.blur().isEmpty();
            INDArray turned = inputsFirst ? weight().permute(3, 2, 0, 1) : weight().permute(2, 3, 0, 1);
            return NativeFloats.heap(turned);
        }

        private synchronized void drop() {
            dropped = true;
            if (users == 0) {
                laidOut.forEach(LaidOutWeight::close);
                laidOut.clear();
                if (winograd != null) {
                    winograd.close();
                    winograd = null;
                }
                if (tapsFirst != null) {
                    tapsFirst.close();
                    tapsFirst = null;
                }
            }
        }

        private synchronized void use() {
            users++;
        }

        /** The run that asked for it has ended. */
        synchronized void release() {
            users--;
            if (dropped) {
                drop();
            }
        }
    }

    /** The forms of a layer's weight, to be {@link Forms#release released} after use. */
    synchronized Forms of(StyledLayer layer, INDArray weight) {
        List<Forms> all = byLayer.computeIfAbsent(layer.name(), name -> new ArrayList<>());
        Forms found = null;
        for (Iterator<Forms> each = all.iterator(); each.hasNext(); ) {
            Forms forms = each.next();
            if (forms.isGone()) {
                each.remove();
                forms.drop();
            } else if (forms.of.refersTo(weight)) {
                found = forms;
            }
        }
        if (found == null) {
            found = new Forms(layer, weight);
        } else {
            all.remove(found);
        }
        all.add(found);
        if (all.size() > KEPT) {
            all.remove(0).drop();
        }
        found.use();
        return found;
    }

    /** sum_yx (g W_oiyx)^2 [in][out]. */
    static float[][] energyOf(float[] canonical, StyledLayer layer) {
        float[][] energy = new float[layer.in()][layer.out()];
        double square = layer.gain() * layer.gain();
        int taps = StyledLayer.KERNEL * StyledLayer.KERNEL;
        for (int o = 0; o < layer.out(); o++) {
            for (int i = 0; i < layer.in(); i++) {
                double sum = 0;
                int from = (o * layer.in() + i) * taps;
                for (int t = 0; t < taps; t++) {
                    sum += (double) canonical[from + t] * canonical[from + t];
                }
                energy[i][o] = (float) (sum * square);
            }
        }
        return energy;
    }

    /** [out, in, k, k] with zeros for channels that are none. */
    private static float[] padded(
            float[] canonical, StyledLayer layer, ConvolutionGeometry geometry, boolean enlarged) {
        int taps = geometry.rows() * geometry.columns();
        int own = StyledLayer.KERNEL * StyledLayer.KERNEL;
        float[] padded = new float[geometry.weightLength()];
        for (int o = 0; o < layer.out(); o++) {
            for (int i = 0; i < layer.in(); i++) {
                int from = (o * layer.in() + i) * own;
                int to = (o * geometry.in() + i) * taps;
                if (enlarged) {
                    enlarge(canonical, from, padded, to);
                } else {
                    System.arraycopy(canonical, from, padded, to, own);
                }
            }
        }
        return padded;
    }

    /**
     * A 3x3 kernel that reads doubled positions as the 4x4 kernel of the transposed convolution of stride 2 that reads them
     * before. In one dimension (a, b, c) becomes (c, b + c, a + b, a): an even position reads a of the one before and b + c
     * of its own, an odd one a + b of its own and c of the next.
     */
    private static void enlarge(float[] kernel, int from, float[] to, int at) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                float sum = 0;
                for (int v = FIRST[y]; v <= LAST[y]; v++) {
                    for (int u = FIRST[x]; u <= LAST[x]; u++) {
                        sum += kernel[from + 3 * v + u];
                    }
                }
                to[at + 4 * y + x] = sum;
            }
        }
    }

    private static final int[] FIRST = {2, 1, 0, 0};
    private static final int[] LAST = {2, 2, 1, 0};
}
