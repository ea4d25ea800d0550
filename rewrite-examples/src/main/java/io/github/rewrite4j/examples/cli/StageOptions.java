package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Option;

/** Domains in stages: what is expanded already, how often each domain is drawn, when it is done, and its best state. */
final class StageOptions {
    private static final int SAMPLES = 32;

    @Option(
            names = "--onto",
            paramLabel = "expanded.safetensors",
            description =
                    "Adds domains to a generator that is expanded already; its domains stay and are measured again.")
    private @Nullable Path onto;

    @Option(
            names = "--share",
            paramLabel = "NAME=S",
            description = "Draws a new domain S times as often as those without a share; may be repeated.")
    private List<String> shares = new ArrayList<>();

    @Option(
            names = "--patience",
            paramLabel = "N",
            converter = OptionValues.Positive.class,
            description =
                    "Draws a domain no more after N points of the curve, a fortieth of the steps each, without progress.")
    private @Nullable Integer patience;

    @Option(
            names = "--snapshots",
            paramLabel = "DIR",
            description = "Keeps for each domain the generator as it was when its loss was least: NAME.safetensors.")
    private @Nullable Path snapshots;

    /** The generator to add to, if one is named; the caller closes it. */
    Optional<Generator> open(LoadOptions options) throws IOException {
        Path file = onto;
        if (file == null) {
            return Optional.empty();
        }
        Generator earlier = GeneratorFamilies.installed().open(file, options);
        if (earlier.capability(ExpandedGenerator.class).isEmpty()) {
            earlier.close();
            throw new IllegalArgumentException("--onto is " + file
                    + ", which has no domains yet: name it with --generator to expand it for the first time.");
        }
        return Optional.of(earlier);
    }

    /** The training with what is said here. */
    DomainExpansion applied(DomainExpansion training, List<AdaptationObjective> objectives) {
        DomainExpansion made = training;
        if (!shares.isEmpty()) {
            double[] ratios = new double[objectives.size()];
            Arrays.fill(ratios, 1);
            for (String share : shares) {
                int at = share.lastIndexOf('=');
                List<String> names =
                        objectives.stream().map(AdaptationObjective::name).toList();
                int domain = at < 1 ? -1 : names.indexOf(share.substring(0, at));
                if (domain < 0) {
                    throw new WrongUsageException("--share is '" + share + "': give a domain of " + names
                            + " and a number, such as night=2.");
                }
                ratios[domain] = number(share, share.substring(at + 1));
            }
            made = made.shares(ratios);
        }
        Integer points = patience;
        made = points == null ? made : made.patience(points);
        Path folder = snapshots;
        return folder == null ? made : made.snapshots(folder);
    }

    private static double number(String share, String text) {
        try {
            double number = Double.parseDouble(text);
            if (number > 0 && !Double.isInfinite(number)) {
                return number;
            }
        } catch (NumberFormatException no) {
            // Said below.
        }
        throw new WrongUsageException("--share is '" + share + "': what is behind = must be a positive number.");
    }

    /**
     * PSNR in dB of the earlier domains against what they were, on fresh samples. Both are drawn at latents without a part along
     * the new directions, which belong to the new domains now.
     */
    static Map<String, Double> kept(Generator before, ExpandedGenerator after, long seed) {
        Map<String, Double> kept = new LinkedHashMap<>();
        Optional<ExpandedGenerator> offered = before.capability(ExpandedGenerator.class);
        if (offered.isEmpty()) {
            return kept;
        }
        ExpandedGenerator earlier = offered.get();
        Inputs inputs = earlier.sampler().sample(SAMPLES, seed + 1);
        Inputs there = without(inputs);
        Inputs here = projected(LatentNetwork.of(earlier), inputs, after);
        Psnr psnr = Psnr.forRange(ImageRange.SYMMETRIC);
        for (Domain domain : earlier.domains()) {
            INDArray now = after.generate(after.at(there, domain.name()));
            INDArray then = earlier.generate(earlier.at(here, domain.name()));
            kept.put(domain.name(), psnr.mean(now, then));
        }
        return kept;
    }

    /** Without amounts, which have the width of the generator that they were drawn for. */
    private static Inputs without(Inputs inputs) {
        Map<String, INDArray> arrays = new LinkedHashMap<>(inputs.arrays());
        arrays.remove(ExpandedGenerator.DOMAINS);
        return Inputs.of(arrays);
    }

    private static Inputs projected(LatentNetwork network, Inputs inputs, ExpandedGenerator after) {
        INDArray latents = network.latents(inputs);
        int n = (int) latents.size(0);
        int d = (int) latents.size(1);
        float[] placed = new float[n * network.places() * d];
        for (int i = 0; i < n; i++) {
            double[] base = after.subspaces().base(latents.getRow(i).toDoubleVector());
            for (int j = 0; j < network.places() * d; j++) {
                placed[i * network.places() * d + j] = (float) base[j % d];
            }
        }
        return network.at(Nd4j.create(placed, new long[] {n, network.places(), d}, 'c'));
    }
}
