package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.avatars.attribute.AttributeHead;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.avatars.attribute.ImageAttributes;
import io.github.rewrite4j.samediff.condition.ShareOfSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Divides samples by what an attribute network sees on their images.
 *
 * @param attribute one of the network's
 * @param classes those whose images fire
 * @param fires whether it is these or all others
 */
public record AttributeSides(String attribute, Set<String> classes, boolean fires) {
    private static final int BATCH = 64;

    public AttributeSides {
        Objects.requireNonNull(attribute, "attribute");
        classes = Set.copyOf(classes);
    }

    /**
     * Looks at samples of a seed until there are enough of both sides.
     *
     * @param wanted of each side at most
     * @param most samples to look at
     * @throws IllegalArgumentException when the network knows no such attribute or class, or one side is empty
     */
    public ShareOfSamples.Sides of(
            Generator generator, AttributeNetwork network, int wanted, int most, long seed, ProgressListener listener) {
        requireKnown(network);
        List<Sample> on = new ArrayList<>();
        List<Sample> off = new ArrayList<>();
        for (int from = 0; from < most && (on.size() < wanted || off.size() < wanted); from += BATCH) {
            listener.report(Stage.SEARCH, Math.min(on.size(), off.size()), wanted);
            List<Sample> samples = Sample.range(seed, from, Math.min(most, from + BATCH));
            try (Inputs inputs = generator.sampler().at(samples);
                    INDArray images = generator.generate(inputs)) {
                List<ImageAttributes> seen = network.attributes(images);
                for (int n = 0; n < samples.size(); n++) {
                    List<Sample> side = isOn(seen.get(n)) ? on : off;
                    if (side.size() < wanted) {
                        side.add(samples.get(n));
                    }
                }
            }
        }
        listener.report(Stage.SEARCH, wanted, wanted);
        if (on.isEmpty() || off.isEmpty()) {
            throw new IllegalArgumentException("Of " + most + " samples " + network.name() + " sees "
                    + (on.isEmpty() ? "none on which the object would be" : "none that would stay as it is") + " by "
                    + attribute + " " + classes + ": choose other classes.");
        }
        return new ShareOfSamples.Sides(on, off);
    }

    /** Those of samples that were divided which another network would put on the same side. */
    public ShareOfSamples.Sides agreed(Generator generator, AttributeNetwork network, ShareOfSamples.Sides sides) {
        requireKnown(network);
        return new ShareOfSamples.Sides(
                seen(generator, network, sides.fires(), true), seen(generator, network, sides.stays(), false));
    }

    private List<Sample> seen(Generator generator, AttributeNetwork network, List<Sample> samples, boolean on) {
        List<Sample> agreed = new ArrayList<>();
        for (int from = 0; from < samples.size(); from += BATCH) {
            List<Sample> part = samples.subList(from, Math.min(samples.size(), from + BATCH));
            try (Inputs inputs = generator.sampler().at(part);
                    INDArray images = generator.generate(inputs)) {
                List<ImageAttributes> seen = network.attributes(images);
                for (int n = 0; n < part.size(); n++) {
                    if (isOn(seen.get(n)) == on) {
                        agreed.add(part.get(n));
                    }
                }
            }
        }
        return agreed;
    }

    private boolean isOn(ImageAttributes seen) {
        ImageAttributes.Guess guess = seen.guesses().get(attribute);
        return (guess != null && classes.contains(guess.value())) == fires;
    }

    private void requireKnown(AttributeNetwork network) {
        AttributeHead head = network.heads().stream()
                .filter(each -> each.name().equals(attribute))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no attribute '" + attribute + "': "
                        + network.name() + " knows "
                        + network.heads().stream().map(AttributeHead::name).toList() + "."));
        for (String name : classes) {
            if (!head.classes().contains(name)) {
                throw new IllegalArgumentException(
                        "The attribute " + attribute + " has no class '" + name + "', but " + head.classes() + ".");
            }
        }
    }
}
