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
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.metric.Psnr;
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
 * in turn; for sunglasses in another domain, the effect on that image. What a mixture leaves of an error is its distance
 * divided by the distance without the one domain. Writes {@code judged.md} into {@code target/rewrite} or the directory given
 * as first argument; a second argument is another expanded generator. Minutes on one core.
 */
public final class JudgeDomains {
    private static final int SAMPLES = 200;

    private static final String WORN = "sunglasses";
    private static final Map<String, PictureTransform> EFFECTS = effects();

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
                "| | old image to what the domain is meant to be | image in the domain to it | share gone | nearer, of"
                        + " latents |\n"
                        + "|---|---|---|---|---|\n");
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded =
                        args.length > 1 ? ExpandedStyleGan2.load(Path.of(args[1])) : BundledExpansion.load()) {
            JudgeDomains domains = new JudgeDomains(judge, avatars, expanded);
            Map<String, INDArray> goals = domains.goals();
            goals.forEach((name, goal) -> table.append(domains.row(name, goal)));
            table.append("\n| mixture | left of the first's error | left of the sunglasses' |\n|---|---|---|\n");
            for (Map.Entry<String, PictureTransform> effect : EFFECTS.entrySet()) {
                if (goals.containsKey(effect.getKey()) && goals.containsKey(WORN)) {
                    table.append(domains.mixture(effect.getKey(), transformed(goals.get(WORN), effect.getValue())));
                }
            }
            if (goals.containsKey(WORN)) {
                table.append(domains.beside());
            }
        }
        byte[] text = table.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(directory.resolve("judged.md"), out -> out.write(text));
        System.out.println(judge.name() + ", " + SAMPLES + " latents\n" + table);
    }

    private static Map<String, PictureTransform> effects() {
        Map<String, PictureTransform> effects = new LinkedHashMap<>();
        effects.put("sketch", PictureEffects.pencilSketch());
        effects.put("night", PictureEffects.night());
        effects.put("8-bit", PictureEffects.eightBit(4));
        effects.put("pop-art", PictureEffects.popArt());
        return effects;
    }

    private Map<String, INDArray> goals() throws IOException {
        List<Exemplar> unseen = Accessories.bundled()
                .named("sunglasses")
                .subList(ExpandAvatars.PICTURES, ExpandAvatars.PICTURES + StackedRule.GOALS);
        Map<String, INDArray> goals = new LinkedHashMap<>();
        EFFECTS.forEach((name, effect) -> goals.put(name, transformed(source, effect)));
        goals.put(WORN, clipped(ExemplarPreview.goals(source, unseen)));
        goals.keySet().retainAll(domains);
        return goals;
    }

    private static INDArray transformed(INDArray pictures, PictureTransform effect) {
        int height = Math.toIntExact(pictures.size(2));
        int width = Math.toIntExact(pictures.size(3));
        INDArray goals = Nd4j.create(pictures.shape());
        for (int n = 0; n < SAMPLES; n++) {
            float[] goal = effect.apply(pictures.slice(n).dup('c').data().asFloat(), height, width);
            goals.putSlice(n, Nd4j.createFromArray(goal).reshape(3, height, width));
        }
        return clipped(goals);
    }

    private String row(String name, INDArray goal) {
        int domain = domains.indexOf(name);
        double[] before = judge.perImage(source, goal);
        double[] after = judge.perImage(drawn(domain), goal);
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

    /** The samples in some domains at once. */
    private INDArray drawn(int... entered) {
        double[] amounts = new double[domains.size()];
        Arrays.stream(entered).forEach(domain -> amounts[domain] = 1);
        double[][] latents = Arrays.stream(base)
                .map(latent -> subspaces.mixed(latent, amounts))
                .toArray(double[][]::new);
        return clipped(expanded.images(latents));
    }

    private double mean(INDArray images, INDArray goal) {
        return Arrays.stream(judge.perImage(images, goal)).average().orElseThrow();
    }

    private String mixture(String first, INDArray goal) {
        int one = domains.indexOf(first);
        int worn = domains.indexOf(WORN);
        double both = mean(drawn(one, worn), goal);
        return String.format(
                Locale.ROOT,
                "| %s + %s | %.2f | %.2f |\n",
                first,
                WORN,
                both / mean(drawn(worn), goal),
                both / mean(drawn(one), goal));
    }

    /** How much sunglasses change where none of those are that were trained with. */
    private String beside() throws IOException {
        INDArray masks = Nd4j.create(source.size(2), source.size(3));
        for (Exemplar exemplar : Accessories.bundled().named(WORN).subList(0, ExpandAvatars.PICTURES)) {
            masks.addi(exemplar.mask().toArray());
        }
        INDArray images = drawn(domains.indexOf(WORN));
        Psnr psnr = Psnr.forRange(ImageRange.SYMMETRIC);
        return String.format(
                Locale.ROOT,
                "\nBeside the sunglasses: %.1f dB against the base of the same generator, %.1f dB against the source.\n",
                Psnr.meanOf(psnr.perImage(images, drawn(), masks, MaskSide.OUTSIDE)),
                Psnr.meanOf(psnr.perImage(images, source, masks, MaskSide.OUTSIDE)));
    }

    private static INDArray clipped(INDArray images) {
        return Transforms.max(Transforms.min(images, 1.0, true), -1.0, true);
    }
}
