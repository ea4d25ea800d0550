package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.examples.domains.PictureEffects;
import io.github.rewrite4j.image.BlindPairs;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.expansion.ClassConditioned;
import io.github.rewrite4j.samediff.expansion.ClassConditioning;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.expansion.TargetObjective;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.Diversity;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.metric.Psnr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Claims of Nitzan et al. (2023) that need other trainings beside the expansion's: what happens without replay (figure 4), with
 * classes instead of subspaces (appendix B), and with a generator for each domain (table 1). All learn night and pop art with as
 * many samples. Writes {@code claims.csv}, {@code claims.png} and for each domain {@link BlindPairs} of the expansion and the
 * generator of its own into {@code target/rewrite} or the directory given as first argument; a second is the number of steps for each
 * domain, a third the seeds, such as 1,2,3.
 */
public final class ExpansionClaims {
    private static final int STEPS = 300;
    private static final int SAMPLES = 64;
    private static final int SHOWN = 6;
    private static final int PAIRS = 24;
    private static final String EXPANDED = "expanded";
    private static final String DEDICATED = "dedicated";
    private static final long FRESH = 2029;

    private final Generator avatars;
    private final List<TargetObjective> domains;
    private final double[][] latents;
    private final PerceptualDistance judge;
    private final StringBuilder csv =
            new StringBuilder("seed,method,base PSNR,largest leak,left of the error,own target nearest,diversity\n");
    private final Map<String, INDArray> pictures = new LinkedHashMap<>();
    private final Map<String, Drawn> firstSeed = new LinkedHashMap<>();

    private ExpansionClaims(Generator avatars, List<TargetObjective> domains, PerceptualDistance judge) {
        this.avatars = avatars;
        this.domains = domains;
        this.judge = judge;
        LatentNetwork network = LatentNetwork.of(avatars);
        this.latents = network.latents(network.sampler().sample(SAMPLES, FRESH))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
    }

    /** What a method draws: the base and each domain, and the source at the same latents. */
    private record Drawn(INDArray source, INDArray base, List<INDArray> inDomains) {}

    /** Trains and measures. */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : STEPS;
        String seeds = args.length > 2 ? args[2] : "1,2,3";
        ComputeThreads.use(ComputeThreads.configured());
        List<TargetObjective> domains = List.of(
                ImageTransform.of("night", PictureEffects.night()),
                ImageTransform.of("pop-art", PictureEffects.popArt()));
        try (Generator avatars = BundledGenerator.load()) {
            ExpansionClaims claims =
                    new ExpansionClaims(avatars, domains, PerceptualDistance.unweighted(BundledNetworks.evaluation()));
            for (String seed : seeds.split(",", -1)) {
                claims.run(steps, Long.parseLong(seed.trim()));
            }
            byte[] bytes = claims.csv.toString().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(out.resolve("claims.csv"), file -> file.write(bytes));
            ContactSheet.Builder sheet = ContactSheet.titled("With replay, without, and with classes");
            claims.pictures.forEach(sheet::row);
            sheet.build().write(out.resolve("claims.png"));
            for (int i = 0; i < domains.size(); i++) {
                String name = domains.get(i).name();
                BlindPairs.of(
                                "Which is the face at the left in " + name + ", and drawn better?",
                                EXPANDED,
                                first(claims.drawn(EXPANDED).inDomains.get(i), PAIRS),
                                DEDICATED,
                                first(claims.drawn(DEDICATED).inDomains.get(i), PAIRS))
                        .beside(first(claims.drawn(EXPANDED).source, PAIRS))
                        .write(out.resolve("pairs-" + name), FRESH);
            }
            System.out.println(claims.csv);
        }
    }

    private Drawn drawn(String method) {
        return Objects.requireNonNull(firstSeed.get(method), method);
    }

    private void run(int steps, long seed) throws IOException {
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        int all = steps * domains.size();
        DomainExpansion training =
                ExpandAvatars.training(domains).iterations(all).mixtures(0).seed(seed);
        try (ExpandedGenerator expanded = training.train(avatars, progress);
                ExpandedGenerator careless = training.replay(0, 0).train(avatars, progress)) {
            add(seed, EXPANDED, drawn(expanded));
            add(seed, "without replay", drawn(careless));
        }
        ClassConditioned classes = ClassConditioning.of(domains)
                .steps(all, ExpandAvatars.BATCH)
                .average(0.998, seed)
                .train(avatars, progress);
        AdaptedNetwork source = AdaptedNetwork.of(LatentNetwork.of(avatars));
        List<INDArray> inClasses = new ArrayList<>();
        List<INDArray> apart = new ArrayList<>();
        for (int i = 0; i < domains.size(); i++) {
            inClasses.add(clipped(classes.images(latents, i + 1)));
            apart.add(clipped(ExpandAvatars.plain(domains.get(i))
                    .iterations(steps)
                    .seed(seed)
                    .train(avatars, progress)
                    .images(latents)));
        }
        progress.done();
        INDArray old = clipped(source.images(latents));
        add(seed, "classes", new Drawn(old, clipped(classes.images(latents, 0)), inClasses));
        add(seed, DEDICATED, new Drawn(old, apart.get(0), apart));
    }

    private Drawn drawn(ExpandedGenerator expanded) {
        LatentSubspaces subspaces = expanded.subspaces();
        AdaptedNetwork by = AdaptedNetwork.of(LatentNetwork.of(expanded));
        double[][] base = Arrays.stream(latents).map(subspaces::base).toArray(double[][]::new);
        List<INDArray> inDomains = new ArrayList<>();
        for (int i = 0; i < domains.size(); i++) {
            int domain = i;
            inDomains.add(clipped(by.images(Arrays.stream(latents)
                    .map(latent -> subspaces.inDomain(latent, domain))
                    .toArray(double[][]::new))));
        }
        INDArray source = AdaptedNetwork.of(LatentNetwork.of(avatars)).images(base);
        return new Drawn(clipped(source), clipped(by.images(base)), inDomains);
    }

    private static INDArray clipped(INDArray images) {
        return Transforms.max(Transforms.min(images, 1.0, true), -1.0, true);
    }

    private void add(long seed, String method, Drawn drawn) {
        double leak = 0;
        double left = 0;
        double nearest = 0;
        double diversity = 0;
        for (int i = 0; i < domains.size(); i++) {
            INDArray wanted = targets(domains.get(i), drawn.source);
            double before = distance(drawn.source, wanted);
            leak = Math.max(leak, 1 - distance(drawn.base, wanted) / before);
            left += distance(drawn.inDomains.get(i), wanted) / before / domains.size();
            nearest += nearestOwn(drawn.inDomains.get(i), wanted) / domains.size();
            diversity += Diversity.aroundMedoids(10, drawn.inDomains.get(i), judge)
                            .mean()
                            .orElse(Double.NaN)
                    / domains.size();
        }
        double psnr = Psnr.forRange(ImageRange.SYMMETRIC).mean(drawn.base, drawn.source);
        csv.append(String.format(
                Locale.ROOT, "%d,%s,%.2f,%.4f,%.4f,%.3f,%.4f%n", seed, method, psnr, leak, left, nearest, diversity));
        firstSeed.putIfAbsent(method, drawn);
        if (pictures.size() < 4 * (1 + domains.size()) + 1) {
            pictures.putIfAbsent("source", first(drawn.source, SHOWN));
            pictures.put(method + ": old images", first(drawn.base, SHOWN));
            for (int i = 0; i < domains.size(); i++) {
                pictures.put(method + ": " + domains.get(i).name(), first(drawn.inDomains.get(i), SHOWN));
            }
        }
    }

    static INDArray first(INDArray images, int count) {
        return images.get(NDArrayIndex.interval(0, count), NDArrayIndex.all()).dup();
    }

    private static INDArray targets(TargetObjective domain, INDArray source) {
        int height = Math.toIntExact(source.size(2));
        int width = Math.toIntExact(source.size(3));
        INDArray targets = Nd4j.create(source.shape());
        for (int n = 0; n < source.size(0); n++) {
            float[] picture = source.slice(n).dup('c').data().asFloat();
            float[] target = domain.target(picture, height, width, new Random(n));
            targets.putSlice(n, Nd4j.createFromArray(target).reshape(3, height, width));
        }
        return targets;
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).norm1Number().doubleValue() / a.length();
    }

    /** Share of images that are nearer to the target of their own latent than to those of all others: whether poses stay. */
    private static double nearestOwn(INDArray images, INDArray targets) {
        int own = 0;
        for (int n = 0; n < SAMPLES; n++) {
            double[] distances = new double[SAMPLES];
            for (int m = 0; m < SAMPLES; m++) {
                distances[m] = distance(images.slice(n), targets.slice(m));
            }
            own += distances[n] <= Arrays.stream(distances).min().orElseThrow() ? 1 : 0;
        }
        return (double) own / SAMPLES;
    }
}
