package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.domains.PictureEffects;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.expansion.PictureTransform;
import io.github.rewrite4j.samediff.generator.style.ExpandedStyleGan2;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Judges the domains of the expanded generator by what took no part in its training: the perceptual distance of attribute
 * network B between what is drawn in a domain and what it should be, on 200 fresh latents. What it should be: the effect
 * on the source's image of the same person, and for sunglasses that image with one of ten pairs that were not trained with,
 * in turn. Writes {@code judged.md} into {@code target/rewrite} or the directory given as first argument; a second argument
 * is another expanded generator. A minute on one core.
 */
public final class JudgeDomains {
    private static final int SAMPLES = 200;

    private final PerceptualDistance judge;
    private final AdaptedNetwork expanded;
    private final LatentSubspaces subspaces;
    private final List<String> domains;
    private final double[][] base;
    private final INDArray source;

    private JudgeDomains(PerceptualDistance judge, Generator avatars, ExpandedGenerator expanded) {
        this.judge = judge;
        this.expanded = AdaptedNetwork.of(LatentNetwork.of(expanded));
        this.subspaces = expanded.subspaces();
        this.domains = expanded.domains().stream().map(domain -> domain.name()).toList();
        LatentNetwork network = LatentNetwork.of(avatars);
        double[][] latents = network.latents(network.sampler().sample(SAMPLES, ExpansionEvaluation.SEED))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
        this.base = Arrays.stream(latents).map(subspaces::base).toArray(double[][]::new);
        this.source = clipped(AdaptedNetwork.of(network).images(base));
    }

    /** Judges and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        PerceptualDistance judge = PerceptualDistance.unweighted(BundledNetworks.evaluation());
        StringBuilder table = new StringBuilder(
                "| | old image to what the domain shall be | image in the domain to it | share gone | nearer, of"
                        + " latents |\n"
                        + "|---|---|---|---|---|\n");
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded =
                        args.length > 1 ? ExpandedStyleGan2.load(Path.of(args[1])) : BundledExpansion.load()) {
            JudgeDomains domains = new JudgeDomains(judge, avatars, expanded);
            domains.goals().forEach((name, goal) -> table.append(domains.row(name, goal)));
        }
        byte[] text = table.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(directory.resolve("judged.md"), out -> out.write(text));
        System.out.println(judge.name() + ", " + SAMPLES + " latents\n" + table);
    }

    private Map<String, INDArray> goals() throws IOException {
        List<Exemplar> unseen = Accessories.bundled()
                .named("sunglasses")
                .subList(ExpandAvatars.PICTURES, ExpandAvatars.PICTURES + StackedRule.GOALS);
        Map<String, INDArray> goals = new LinkedHashMap<>();
        goals.put("sketch", transformed(PictureEffects.pencilSketch()));
        goals.put("night", transformed(PictureEffects.night()));
        goals.put("8-bit", transformed(PictureEffects.eightBit(4)));
        goals.put("sunglasses", clipped(ExemplarPreview.goals(source, unseen)));
        goals.put("pop-art", transformed(PictureEffects.popArt()));
        goals.keySet().retainAll(domains);
        return goals;
    }

    private INDArray transformed(PictureTransform effect) {
        int height = Math.toIntExact(source.size(2));
        int width = Math.toIntExact(source.size(3));
        INDArray goals = Nd4j.create(source.shape());
        for (int n = 0; n < SAMPLES; n++) {
            float[] goal = effect.apply(source.slice(n).dup('c').data().asFloat(), height, width);
            goals.putSlice(n, Nd4j.createFromArray(goal).reshape(3, height, width));
        }
        return clipped(goals);
    }

    private String row(String name, INDArray goal) {
        int domain = domains.indexOf(name);
        double[][] latents = Arrays.stream(base)
                .map(latent -> subspaces.inDomain(latent, domain))
                .toArray(double[][]::new);
        double[] before = judge.perImage(source, goal);
        double[] after = judge.perImage(clipped(expanded.images(latents)), goal);
        int nearer = 0;
        for (int n = 0; n < before.length; n++) {
            nearer += after[n] < before[n] ? 1 : 0;
        }
        double old = Arrays.stream(before).average().orElseThrow();
        double now = Arrays.stream(after).average().orElseThrow();
        return String.format(
                Locale.ROOT,
                "| %s | %.4f | %.4f | %.2f | %.0f %% |\n",
                name,
                old,
                now,
                1 - now / old,
                100.0 * nearer / before.length);
    }

    private static INDArray clipped(INDArray images) {
        return Transforms.max(Transforms.min(images, 1.0, true), -1.0, true);
    }
}
