package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What two patches do to one weight on the keys of the first: those at the cells where it draws something. With C the
 * second moment of the patches of keys that the kernel sees there, and dW1 and dW2 the changes,
 *
 * <pre>{@code load = sqrt( tr(dW2 C dW2') / tr(dW1 C dW1') ),   cosine = tr(dW1 C dW2') / sqrt( tr(dW1 C dW1') tr(dW2 C dW2') )}</pre>
 *
 * A load near 0 says that the second leaves the first alone; one near 1 that it changes as much there as the first does
 * itself. A negative cosine says that it takes something back.
 *
 * @param of place of the first patch in the stack, whose keys these are
 * @param by place of the second
 * @param weight name of the weight
 * @param load size of the second change over that of the first
 * @param objectLoad the same with each key counting by how much the first changes it, |dW1 k|^2: at its object rather than
 *     everywhere where it can be seen; foresees better what is lost
 * @param cosine of the two changes
 * @param learntTogether whether one of them was learnt on top of the other, and so with its change in view
 */
public record KeyOverlap(
        int of, int by, String weight, double load, double objectLoad, double cosine, boolean learntTogether) {
    public KeyOverlap {
        Objects.requireNonNull(weight, "weight");
    }

    static List<KeyOverlap> of(
            Generator base, List<AppliedPatch> stack, List<PatchFootprint> footprints, Inputs inputs) {
        List<KeyOverlap> overlaps = new ArrayList<>();
        for (Layer layer : base.layers()) {
            List<Integer> changing = new ArrayList<>();
            for (int i = 0; i < stack.size(); i++) {
                if (stack.get(i).strength() != 0
                        && change(stack.get(i).patch(), layer.weight()).isPresent()) {
                    changing.add(i);
                }
            }
            if (changing.size() > 1) {
                FootprintKeys.of(base, layer, inputs)
                        .ifPresent(keys -> overlaps.addAll(at(layer.weight(), keys, stack, changing, footprints)));
            }
        }
        return overlaps;
    }

    private static List<KeyOverlap> at(
            String weight,
            FootprintKeys keys,
            List<AppliedPatch> stack,
            List<Integer> changing,
            List<PatchFootprint> footprints) {
        List<KeyOverlap> overlaps = new ArrayList<>();
        for (int of : changing) {
            List<double[]> outputs = new ArrayList<>();
            for (int patch : changing) {
                AppliedPatch applied = stack.get(patch);
                outputs.add(keys.changed(
                        change(applied.patch(), weight).orElseThrow(),
                        footprints.get(of).pixels()));
            }
            double[] own = outputs.get(changing.indexOf(of));
            int channels = Math.toIntExact(change(stack.get(of).patch(), weight)
                    .orElseThrow()
                    .toDense()
                    .size(0));
            double size = Math.abs(stack.get(of).strength()) * Math.sqrt(dot(own, own));
            for (int k = 0; k < changing.size(); k++) {
                int by = changing.get(k);
                double[] other = outputs.get(k);
                double otherSize = Math.abs(stack.get(by).strength()) * Math.sqrt(dot(other, other));
                if (by != of && size > 0) {
                    double sign =
                            Math.signum(stack.get(of).strength() * stack.get(by).strength());
                    double length = Math.sqrt(dot(own, own) * dot(other, other));
                    overlaps.add(new KeyOverlap(
                            of,
                            by,
                            weight,
                            otherSize / size,
                            objectLoad(own, other, channels)
                                    * Math.abs(stack.get(by).strength()
                                            / stack.get(of).strength()),
                            length == 0 ? 0 : sign * dot(own, other) / length,
                            knows(stack.get(of).patch(), stack.get(by).patch())
                                    || knows(
                                            stack.get(by).patch(), stack.get(of).patch())));
                }
            }
        }
        return overlaps;
    }

    /** sqrt( sum |a|^2 |b|^2 / sum |a|^4 ) over the cells, where a and b are what the patches change there. */
    private static double objectLoad(double[] own, double[] other, int channels) {
        double both = 0;
        double self = 0;
        for (int start = 0; start < own.length; start += channels) {
            double a = 0;
            double b = 0;
            for (int i = start; i < start + channels; i++) {
                a += own[i] * own[i];
                b += other[i] * other[i];
            }
            both += a * b;
            self += a * a;
        }
        return self == 0 ? 0 : Math.sqrt(both / self);
    }

    private static boolean knows(Patch later, Patch earlier) {
        return later.learntOn().stream().anyMatch(reference -> reference.id().equals(earlier.id()));
    }

    private static Optional<WeightDelta> change(Patch patch, String weight) {
        return patch.deltas().stream()
                .map(WeightDelta.class::cast)
                .filter(delta -> delta.weight().equals(weight))
                .findFirst();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    String sentence(List<String> names) {
        return String.format(
                Locale.ROOT,
                "%s changes %s on the keys of %s %.1f times as much as that one does (cosine %.2f): they were learnt"
                        + " apart and meet there",
                names.get(by),
                weight,
                names.get(of),
                load,
                cosine);
    }

    /** Flat, ordered facts for JSON; patches are named by their place, from 1. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("keysOf", "patch " + (of + 1));
        map.put("changedBy", "patch " + (by + 1));
        map.put("weight", weight);
        map.put("load", load);
        map.put("objectLoad", objectLoad);
        map.put("cosine", cosine);
        map.put("learntTogether", learntTogether);
        return map.build();
    }
}
