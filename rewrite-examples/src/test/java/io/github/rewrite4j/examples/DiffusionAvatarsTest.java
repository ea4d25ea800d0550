package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.avatars.BundledDiffusion;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.AdaptationBatch;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DirectionChoice;
import io.github.rewrite4j.samediff.expansion.DirectionalEmbedding;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.EmbeddingDirection;
import io.github.rewrite4j.samediff.expansion.ExpansionPoint;
import io.github.rewrite4j.samediff.expansion.FewShotReconstruction;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.perception.JointSpace;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds of style generators and their expansion, on the diffusion autoencoder that comes with the examples. */
class DiffusionAvatarsTest {
    private static final int FACES = 4;
    private static final Psnr PSNR = Psnr.forRange(ImageRange.SYMMETRIC);

    private static DiffusionAutoencoder generator;
    private static DiffusionAutoencoder source;
    private static INDArray faces;

    @BeforeAll
    static void load() throws IOException {
        ComputeThreads.use(1);
        generator = BundledDiffusion.load();
        source = generator.withSteps(DiffusionAvatars.SAMPLER);
        faces = TrainDiffusionAutoencoder.pictures(RealAvatars.load(), RealAvatars.COUNT - FACES, RealAvatars.COUNT);
    }

    @AfterAll
    static void close() {
        source.close();
        generator.close();
    }

    @Test
    void facesThatItNeverSawAreDrawnAgain() {
        Inputs found = generator.encode(faces, 20);
        try (DiffusionAutoencoder fine = generator.withSteps(20)) {
            assertThat(PSNR.mean(fine.generate(found), faces)).isGreaterThan(28);
        }
        INDArray alone = generator.generate(Inputs.of("z", found.get("z")));
        assertThat(PSNR.mean(alone, faces)).as("from z alone").isGreaterThan(18);
        int recognised = 0;
        for (int n = 0; n < FACES; n++) {
            int nearest = 0;
            for (int m = 1; m < FACES; m++) {
                nearest = distance(alone, n, m) < distance(alone, n, nearest) ? m : nearest;
            }
            recognised += nearest == n ? 1 : 0;
        }
        assertThat(recognised).as("faces nearest to their own, from z alone").isGreaterThanOrEqualTo(FACES - 1);
    }

    private static double distance(INDArray images, int n, int face) {
        return images.slice(n).sub(faces.slice(face)).norm1Number().doubleValue();
    }

    @Test
    void baseAndDomainsLieWhereTheFormulasSay() {
        LatentNetwork network = LatentNetwork.of(source);
        LatentBasis basis = LatentBases.svd(network);
        int d = basis.dimension();
        LatentSubspaces subspaces = new LatentSubspaces(
                basis, network.mean(), List.of(new Domain("a", d - 1, 3), new Domain("b", d - 3, 2)));
        double[] mean = network.mean();
        double[][] latents =
                network.latents(source.sample(4, 1)).castTo(DataType.DOUBLE).toDoubleMatrix();
        for (double[] z : latents) {
            double[] base = subspaces.base(z);
            assertThat(subspaces.base(base)).containsExactly(base, within(1e-9));
            for (int i = 0; i < 2; i++) {
                double[] there = subspaces.inDomain(z, i);
                assertThat(along(there, mean, subspaces.direction(i)))
                        .isCloseTo(subspaces.domains().get(i).distance(), within(1e-9));
                assertThat(along(there, mean, subspaces.direction(1 - i))).isCloseTo(0, within(1e-9));
            }
        }
    }

    private static double along(double[] latent, double[] mean, double[] direction) {
        double sum = 0;
        for (int i = 0; i < latent.length; i++) {
            sum += (latent[i] - mean[i]) * direction[i];
        }
        return sum;
    }

    @Test
    void latentDirectionsMoveImages() {
        LatentNetwork network = LatentNetwork.of(source);
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(p -> weights.put(p.name(), p));
        float[] z = network.latents(source.sample(1, 9)).dup().data().asFloat();
        double square = 0;
        try (Tape tape = new Tape()) {
            Node latent = tape.variable(z, 1, z.length);
            Node images =
                    network.images(tape, latent, name -> tape.frozen(Objects.requireNonNull(weights.get(name))), null);
            tape.backward(Losses.squaresTo(images, 0));
            for (float slope : latent.gradient()) {
                square += (double) slope * slope;
            }
        }
        assertThat(Math.sqrt(square)).isGreaterThan(1e-3);

        LatentBasis basis = LatentBases.principal(network, 256, 1, progress -> true);
        assertThat(moved(network, basis, 0))
                .as("the strongest direction moves images more than the weakest")
                .isGreaterThan(2 * moved(network, basis, basis.size() - 1));
    }

    /** Mean change of images by two deviations along a direction. */
    private static double moved(LatentNetwork network, LatentBasis basis, int direction) {
        INDArray latents = network.latents(source.sample(4, 5));
        INDArray by = Nd4j.createFromArray(basis.direction(direction))
                .castTo(DataType.FLOAT)
                .muli(2 * basis.strength(direction))
                .reshape(1, basis.dimension());
        INDArray there = source.generate(Inputs.of("z", latents.addRowVector(by)));
        INDArray here = source.generate(Inputs.of("z", latents));
        return there.sub(here).norm1Number().doubleValue() / here.length();
    }

    /** Twenty lines of a user. */
    private record Warm() implements AdaptationObjective {
        private static final float[] FACTOR = {0.4f, 0.4f, 0.4f};
        private static final float[] OFFSET = {0.5f, 0, -0.5f};

        @Override
        public String name() {
            return "warm";
        }

        @Override
        public Node loss(Tape tape, AdaptationBatch batch) {
            return Losses.l1(batch.edit(), Channels.affine(batch.source(), FACTOR, OFFSET));
        }
    }

    /** A joint space of pictures and words: mean colours. */
    private record Colours() implements JointSpace, TapedFeatures {
        private static final Map<String, double[]> WORDS =
                Map.of("grey", new double[] {0.1, 0.1, 0.1}, "green", new double[] {-0.5, 0.5, -0.5});

        @Override
        public String name() {
            return "mean colours";
        }

        @Override
        public TapedFeatures pictures() {
            return this;
        }

        @Override
        public double[][] texts(List<String> texts) {
            return texts.stream().map(WORDS::get).toArray(double[][]::new);
        }

        @Override
        public List<Node> features(Tape tape, Node images) {
            return List.of(images);
        }

        @Override
        public Node embedding(Tape tape, Node images) {
            return Grids.mean(images);
        }
    }

    private static DomainExpansion training(AdaptationObjective first, AdaptationObjective... more) {
        return DomainExpansion.withDomains(first, more)
                .directions(DirectionChoice.faithful())
                .latents(256)
                .replay(10, 0)
                .average(0.9)
                .learningRates(DiffusionAvatars.RATE, 0.03);
    }

    private static DomainExpansion threeKinds() {
        LatentNetwork network = LatentNetwork.of(source);
        INDArray anchors = network.latents(source.sample(2, 31));
        INDArray photos = source.generate(source.sample(2, 31)).muli(0.5);
        EmbeddingDirection green = EmbeddingDirection.ofWords(new Colours(), "grey", "green", TextTemplates.none());
        return training(
                new Warm(),
                DirectionalEmbedding.along("green", green),
                FewShotReconstruction.of("me", photos, anchors));
    }

    @Test
    @Tag("study")
    void objectivesOfThreeKindsAreLearntThroughTheSampler() {
        try (ExpandedGenerator expanded =
                threeKinds().iterations(60).batch(3).reportEvery(15).train(source)) {
            List<ExpansionPoint> curve = ExpansionPoint.parse(expanded.notes().getOrDefault("curve", ""));
            List<Double> first = curve.get(0).domains();
            List<Double> last = curve.get(curve.size() - 1).domains();
            assertThat(last.get(0)).as("a user's objective").isLessThan(first.get(0));
            assertThat(last.get(1)).as("words").isLessThan(first.get(1));
            assertThat(expanded.domains()).extracting(Domain::name).containsExactly("warm", "green", "me");
        }
    }

    @Test
    @Tag("study")
    void domainsAreLearntAnchorsComeNearerAndReplayKeepsTheBase() {
        LatentNetwork network = LatentNetwork.of(source);
        try (ExpandedGenerator expanded = threeKinds().iterations(200).batch(4).train(source);
                ExpandedGenerator careless = training(new Warm())
                        .replay(0, 0)
                        .iterations(60)
                        .batch(4)
                        .train(source)) {
            Inputs inputs = expanded.sample(16, 3);
            List<Double> kept = new ArrayList<>();
            for (ExpandedGenerator one : List.of(expanded, careless)) {
                INDArray base = Nd4j.createFromArray(bases(network, one)).castTo(DataType.FLOAT);
                INDArray before = source.generate(Inputs.of("z", base));
                kept.add(PSNR.mean(one.generate(one.sample(16, 3)), before));
            }
            assertThat(kept.get(0)).as("with replay").isGreaterThan(30);
            assertThat(kept.get(1)).as("without").isLessThan(25);
            INDArray photos = source.generate(source.sample(2, 31)).muli(0.5);
            Inputs anchors = Inputs.of("z", network.latents(source.sample(2, 31)));
            double old = squares(source.generate(anchors), photos);
            assertThat(squares(expanded.generate(expanded.at(anchors, "me")), photos))
                    .as("anchors, from %s", old)
                    .isLessThan(0.5 * old);
            INDArray green = expanded.generate(expanded.at(inputs, "green"));
            INDArray base = expanded.generate(inputs);
            assertThat(green.sub(base).mean(0, 2, 3).getDouble(1)).isPositive();
        }
    }

    private static double[][] bases(LatentNetwork network, ExpandedGenerator expanded) {
        double[][] latents =
                network.latents(source.sample(16, 3)).castTo(DataType.DOUBLE).toDoubleMatrix();
        for (int n = 0; n < latents.length; n++) {
            latents[n] = expanded.subspaces().base(latents[n]);
        }
        return latents;
    }

    private static double squares(INDArray a, INDArray b) {
        return a.squaredDistance(b) / a.length();
    }
}
