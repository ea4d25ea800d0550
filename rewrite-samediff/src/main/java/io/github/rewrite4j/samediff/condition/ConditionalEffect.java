package io.github.rewrite4j.samediff.condition;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a rule that holds for some images only does to images of both kinds. An image counts as having the object when, under
 * it, the rule goes more than half of the way to the goal: {@code 1 - |after - goal| / |before - goal| > 1/2}.
 *
 * @param success mean way to the goal of those that are meant to have the object; absent where there are none
 * @param fires how many of those have it, as a share
 * @param misfires how many of the others have it, as a share; absent where there are none
 * @param untouched how many of the others change under the object by less than a tenth of what it changes on those that
 *     are meant to have it, as a share
 * @param rate how many of all have it, as a share
 * @param images looked at
 */
public record ConditionalEffect(
        OptionalDouble success,
        OptionalDouble fires,
        OptionalDouble misfires,
        OptionalDouble untouched,
        double rate,
        int images) {
    private static final int AT_ONCE = 64;
    private static final double HALF_WAY = 0.5;
    private static final double UNTOUCHED = 0.1;

    public ConditionalEffect {
        Objects.requireNonNull(success, "success");
        Objects.requireNonNull(fires, "fires");
        Objects.requireNonNull(misfires, "misfires");
        Objects.requireNonNull(untouched, "untouched");
    }

    /**
     * Measures.
     *
     * @param memory before the rewrite
     * @param exemplars goals, in turn
     * @param wanted samples that are meant to have the object, none of those that taught it
     * @param exempt samples that must not
     */
    public static ConditionalEffect of(
            AssociativeMemory memory,
            Patch patch,
            List<Exemplar> exemplars,
            List<Sample> wanted,
            List<Sample> exempt,
            ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(exemplars, "exemplars");
        return of(
                samples -> {
                    ExemplarPreview shown = ExemplarPreview.of(memory, patch, exemplars, samples);
                    return new Drawn(shown.before(), shown.after(), shown.goal(), HostArrays.of(shown.masks()));
                },
                wanted,
                exempt,
                listener);
    }

    /**
     * The same for an object that is copied.
     *
     * @param edit whose object and place it is; none of the samples is its own
     */
    public static ConditionalEffect of(
            AssociativeMemory memory,
            Patch patch,
            Edit edit,
            List<Sample> wanted,
            List<Sample> exempt,
            ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(edit, "edit");
        return of(
                samples -> {
                    EditPreview shown = EditPreview.of(memory, patch, edit, samples);
                    float[] mask = HostArrays.of(shown.mask());
                    float[] masks = new float[mask.length * samples.size()];
                    for (int n = 0; n < samples.size(); n++) {
                        System.arraycopy(mask, 0, masks, n * mask.length, mask.length);
                    }
                    return new Drawn(shown.before(), shown.after(), shown.goal(), masks);
                },
                wanted,
                exempt,
                listener);
    }

    /** Images, and where the object is on each. */
    private static final class Drawn {
        private final INDArray before;
        private final INDArray after;
        private final INDArray goal;
        private final float[] masks;

        Drawn(INDArray before, INDArray after, INDArray goal, float[] masks) {
            this.before = before;
            this.after = after;
            this.goal = goal;
            this.masks = masks;
        }
    }

    private static ConditionalEffect of(
            Function<List<Sample>, Drawn> drawing,
            List<Sample> wanted,
            List<Sample> exempt,
            ProgressListener listener) {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(exempt, "exempt");
        Objects.requireNonNull(listener, "listener");
        int all = wanted.size() + exempt.size();
        if (all == 0) {
            throw new IllegalArgumentException("Name samples to look at.");
        }
        List<Way> first = ways(drawing, wanted, listener, 0, all);
        List<Way> second = ways(drawing, exempt, listener, wanted.size(), all);
        listener.report(Stage.MEASURING, all, all);
        double usual = first.stream().mapToDouble(Way::change).average().orElse(Double.NaN);
        double have = fired(first) + fired(second);
        return new ConditionalEffect(
                first.stream().mapToDouble(Way::done).average(),
                share(fired(first), first.size()),
                share(fired(second), second.size()),
                first.isEmpty()
                        ? OptionalDouble.empty()
                        : share(
                                (double) second.stream()
                                        .filter(way -> way.change() < UNTOUCHED * usual)
                                        .count(),
                                second.size()),
                have / all,
                all);
    }

    /** How far one image went, and how much it changed under the object, mean absolute of a range of 2. */
    private record Way(double done, double change) {}

    private static double fired(List<Way> ways) {
        return ways.stream().filter(way -> way.done() > HALF_WAY).count();
    }

    private static OptionalDouble share(double part, int of) {
        return of == 0 ? OptionalDouble.empty() : OptionalDouble.of(part / of);
    }

    private static List<Way> ways(
            Function<List<Sample>, Drawn> drawing, List<Sample> samples, ProgressListener listener, int done, int all) {
        List<Way> ways = new ArrayList<>();
        for (int from = 0; from < samples.size(); from += AT_ONCE) {
            listener.report(Stage.MEASURING, done + from, all);
            List<Sample> part = samples.subList(from, Math.min(samples.size(), from + AT_ONCE));
            Drawn drawn = drawing.apply(part);
            float[] before = HostArrays.of(drawn.before);
            float[] after = HostArrays.of(drawn.after);
            float[] goal = HostArrays.of(drawn.goal);
            float[] masks = drawn.masks;
            int count = part.size();
            int plane = masks.length / count;
            int row = before.length / count;
            for (int n = 0; n < count; n++) {
                double way = 0;
                double rest = 0;
                double change = 0;
                long pixels = 0;
                for (int i = 0; i < row; i++) {
                    if (masks[n * plane + i % plane] > 0) {
                        int at = n * row + i;
                        way += Math.abs(clipped(before[at]) - clipped(goal[at]));
                        rest += Math.abs(clipped(after[at]) - clipped(goal[at]));
                        change += Math.abs(clipped(after[at]) - clipped(before[at]));
                        pixels++;
                    }
                }
                ways.add(new Way(way == 0 ? 0 : 1 - rest / way, change / Math.max(1, pixels)));
            }
        }
        return ways;
    }

    private static double clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }

    /** What was measured. */
    public Facts facts() {
        return Facts.builder()
                .put("images", images)
                .put("rate", rate)
                .put("success", success)
                .put("fires", fires)
                .put("misfires", misfires)
                .put("untouched", untouched)
                .build();
    }

    /** One sentence. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "the object is on %.1f %% of %d images", 100 * rate, images));
        fires.ifPresent(value -> text.append(
                String.format(Locale.ROOT, "; on %.1f %% of those that are meant to have it", 100 * value)));
        misfires.ifPresent(value -> text.append(String.format(Locale.ROOT, ", on %.1f %% of the others", 100 * value)));
        untouched.ifPresent(value -> text.append(
                String.format(Locale.ROOT, ", of which %.1f %% stay as they were under the object", 100 * value)));
        return text.toString();
    }
}
