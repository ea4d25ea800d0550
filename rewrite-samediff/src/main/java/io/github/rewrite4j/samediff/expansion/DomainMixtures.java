package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Pairs of domains that are learnt together. For targets T_i and T_j the loss of both at once is mean |G(P_base w + s_i d_i +
 * s_j d_j) - T_j(T_i(G_src(P_base w)))|; things in pictures come before ways to draw them, otherwise the order is the domains'.
 *
 * @param share of the samples of a step that are in two domains
 * @param pairs numbers of two objectives, in the order in which their targets are applied
 */
record DomainMixtures(double share, List<List<Integer>> pairs) {
    DomainMixtures {
        pairs = List.copyOf(pairs);
    }

    /** Every two objectives that have targets. */
    static DomainMixtures of(double share, List<AdaptationObjective> objectives) {
        List<List<Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < objectives.size() && share > 0; i++) {
            for (int j = i + 1; j < objectives.size(); j++) {
                if (objectives.get(i) instanceof TargetObjective a && objectives.get(j) instanceof TargetObjective b) {
                    pairs.add(a.redrawsAll() && !b.redrawsAll() ? List.of(j, i) : List.of(i, j));
                }
            }
        }
        return new DomainMixtures(share, pairs);
    }

    /** For so many samples: pairs by chance, for the first of them. */
    List<List<Integer>> draw(Random random, int samples) {
        List<List<Integer>> drawn = new ArrayList<>();
        for (int i = 0; i < samples && !pairs.isEmpty(); i++) {
            if (random.nextDouble() < share) {
                drawn.add(pairs.get(random.nextInt(pairs.size())));
            }
        }
        return drawn;
    }

    /** Mean distance of images from what their pairs of domains are to draw of the source's. */
    static Node loss(
            Tape tape,
            Node images,
            Node source,
            List<List<Integer>> drawn,
            List<AdaptationObjective> objectives,
            Random random) {
        int row = source.rowLength();
        float[] all = new float[source.length()];
        for (int n = 0; n < drawn.size(); n++) {
            float[] picture = Arrays.copyOfRange(source.value(), n * row, (n + 1) * row);
            for (int number : drawn.get(n)) {
                picture = ((TargetObjective) objectives.get(number))
                        .target(picture, source.size(2), source.size(3), random);
            }
            System.arraycopy(picture, 0, all, n * row, row);
        }
        return Losses.l1(images, tape.constant(all, source.shape()));
    }
}
