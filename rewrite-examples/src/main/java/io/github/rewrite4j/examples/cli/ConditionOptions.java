package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.AttributeSides;
import io.github.rewrite4j.samediff.condition.ConditionalEffect;
import io.github.rewrite4j.samediff.condition.ShareOfSamples;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** For which images a rule should hold. */
final class ConditionOptions {
    private static final int MOST_LOOKED_AT = 8192;
    private static final int DIVIDED = 768;

    /** One of the ways to say it. */
    static final class Way {
        @Option(
                names = "--share",
                paramLabel = "S",
                description =
                        "Put the object on this share of all images only, such as 0.5: which ones, the weights decide"
                                + " by a mixture of traits.")
        private @Nullable Double share;

        @Option(
                names = "--only-where",
                paramLabel = "ATTRIBUTE=CLASS[+CLASS...]",
                description =
                        "Put it only on images that the bundled attribute network sees so, such as hair=bald+fade.")
        private @Nullable String only;

        @Option(
                names = "--except-where",
                paramLabel = "ATTRIBUTE=CLASS[+CLASS...]",
                description = "Put it on all images but those, such as hair=long+extraLong.")
        private @Nullable String except;
    }

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Way way;

    boolean given() {
        return way != null;
    }

    /** The edit on images on which it should hold, with exceptions; contexts as many as it had at most. */
    ExemplarEdit on(ExemplarEdit edit, Generator generator, AssociativeMemory memory, ProgressListener listener)
            throws IOException {
        return way == null
                ? edit
                : sides(
                                generator,
                                memory,
                                region(edit.exemplars(), generator),
                                edit.contexts().size(),
                                listener)
                        .of(edit);
    }

    /**
     * Samples that should have the object, and others.
     *
     * @param region where it is put
     * @param wanted of each side at most
     */
    ShareOfSamples.Sides sides(
            Generator generator, AssociativeMemory memory, Region region, int wanted, ProgressListener listener)
            throws IOException {
        Way chosen = Objects.requireNonNull(way, "a way of telling them apart");
        Double share = chosen.share;
        if (share != null) {
            ShareOfSamples.Sides sides =
                    of(share).divide(memory, region, Math.max(DIVIDED, wanted), Sample.DEFAULT_SEED, listener);
            return new ShareOfSamples.Sides(first(sides.fires(), wanted), first(sides.stays(), wanted));
        }
        return sides(chosen, generator, BundledNetworks.training(), wanted, Sample.DEFAULT_SEED, listener);
    }

    private static ShareOfSamples of(double share) {
        try {
            return ShareOfSamples.of(share);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsageException("--share: " + wrong.getMessage());
        }
    }

    private static List<Sample> first(List<Sample> samples, int count) {
        return samples.subList(0, Math.min(count, samples.size()));
    }

    private static Region region(List<Exemplar> exemplars, Generator generator) {
        return exemplars.stream()
                .map(exemplar -> Region.of(exemplar.resizedTo(
                                generator.spec().imageHeight(), generator.spec().imageWidth())
                        .mask()))
                .reduce(Region::union)
                .orElseThrow();
    }

    private static ShareOfSamples.Sides sides(
            Way way, Generator generator, AttributeNetwork network, int wanted, long seed, ProgressListener listener) {
        String only = way.only;
        String text = only == null ? String.valueOf(way.except) : only;
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new WrongUsageException("'" + text + "' names no attribute and class: write hair=long+extraLong.");
        }
        try {
            return new AttributeSides(
                            text.substring(0, equals),
                            Set.of(text.substring(equals + 1).split("\\+")),
                            only != null)
                    .of(generator, network, wanted, MOST_LOOKED_AT, seed, listener);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsageException(String.valueOf(wrong.getMessage()));
        }
    }

    /** What came of it on fresh samples, judged by a network that did not choose the contexts. */
    ConditionalEffect measured(
            Generator generator,
            AssociativeMemory memory,
            Patch patch,
            List<Exemplar> goals,
            int fresh,
            long seed,
            ProgressListener listener)
            throws IOException {
        ShareOfSamples.Sides judged = judged(generator, fresh, seed, listener.part(0, 0.5));
        return ConditionalEffect.of(memory, patch, goals, judged.fires(), judged.stays(), listener.part(0.5, 1));
    }

    /** The same of an object that is copied, on samples that the edit does not use. */
    ConditionalEffect measured(
            Generator generator,
            AssociativeMemory memory,
            Patch patch,
            Edit edit,
            int fresh,
            long seed,
            ProgressListener listener)
            throws IOException {
        ShareOfSamples.Sides judged = judged(generator, fresh, seed, listener.part(0, 0.5));
        Set<Sample> own = edit.samples();
        return ConditionalEffect.of(
                memory,
                patch,
                edit,
                judged.fires().stream().filter(sample -> !own.contains(sample)).toList(),
                judged.stays().stream().filter(sample -> !own.contains(sample)).toList(),
                listener.part(0.5, 1));
    }

    private ShareOfSamples.Sides judged(Generator generator, int fresh, long seed, ProgressListener listener)
            throws IOException {
        Way chosen = way;
        return chosen == null || chosen.share != null
                ? new ShareOfSamples.Sides(Sample.range(seed, 0, fresh), List.of())
                : sides(chosen, generator, BundledNetworks.evaluation(), fresh, seed, listener);
    }
}
