package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.condition.QuantileStrength;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** A strength that is said by where the patch should take an attribute among all samples. */
final class QuantileOption {
    private static final Pattern FORM = Pattern.compile("(\\w+)=(\\w+)@(0?\\.\\d{1,6})");
    private static final QuantileStrength.Search SEARCH = new QuantileStrength.Search(256, 1, 2);

    @Option(
            names = "--quantile",
            paramLabel = "ATTRIBUTE=CLASS@Q",
            description =
                    "Choose the strength of the patch so that the median image has as much of this as the quantile Q"
                            + " has without it, by a bundled network: facialHair=walrus@0.9.")
    private String text = "";

    private QuantileStrength found = new QuantileStrength(0, 0, 0, true);

    boolean given() {
        return !text.isEmpty();
    }

    /** The patch at the strength that was found. */
    PatchOptions.Named on(Generator generator, List<PatchOptions.Named> patches, ProgressListener listener)
            throws IOException {
        if (patches.size() != 1) {
            throw new WrongUsageException(
                    "--quantile chooses the strength of one patch, but " + patches.size() + " are given.");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new WrongUsageException("--quantile is '" + text
                    + "': write an attribute, a class and a quantile, such as" + " facialHair=walrus@0.9.");
        }
        AttributeNetwork network = BundledNetworks.evaluation();
        PatchOptions.Named only = patches.get(0);
        try {
            found = QuantileStrength.of(
                    generator,
                    only.applied().patch(),
                    images -> network.logOdds(images, form.group(1), form.group(2)),
                    Double.parseDouble(form.group(3)),
                    SEARCH,
                    listener);
        } catch (IllegalArgumentException unknown) {
            throw new WrongUsageException("--quantile: " + unknown.getMessage());
        }
        return new PatchOptions.Named(
                only.file(), new AppliedPatch(only.applied().patch(), found.strength()));
    }

    Facts facts() {
        Facts.Builder facts = Facts.builder();
        facts.put("asked", text);
        facts.put("strength", found.strength());
        facts.put("logOddsOfQuantile", found.score());
        facts.put("logOddsOfMedian", found.reached());
        facts.put("withinReach", found.withinReach());
        return facts.build();
    }

    /** One sentence. */
    String line() {
        return String.format(
                Locale.ROOT,
                found.withinReach()
                        ? "strength %.3f takes the median image to %s"
                        : "even strength %.3f does not take the median image to %s",
                found.strength(),
                text);
    }
}
