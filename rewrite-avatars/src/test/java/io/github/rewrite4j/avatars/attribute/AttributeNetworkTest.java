package io.github.rewrite4j.avatars.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.perception.Augmentation;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AttributeNetworkTest {
    private static final AttributeArchitecture SHAPE = new AttributeArchitecture(16, List.of(8, 12, 16), 3, 6);
    private static final AttributeNetwork NETWORK = network();

    @TempDir
    private Path directory;

    private static AttributeNetwork network() {
        List<AttributeHead> heads = List.of(DrawnShapes.SHAPE, DrawnShapes.GROUND);
        List<Parameter> weights = AttributeNetwork.rounded(
                AttributeLayers.initial(SHAPE, heads, 1, new Random(5)).parameters());
        return new AttributeNetwork(
                "shape network", SHAPE, heads, List.of("ink"), AttributeLayers.of(SHAPE, weights), Map.of("seed", "5"));
    }

    private static INDArray pictures(int count) {
        return random(8, count, 3, 16, 16).muli(0.4);
    }

    @Test
    void mapsHalveStageByStageAndTheEmbeddingIsOneRowForEachPicture() {
        List<INDArray> maps = NETWORK.features(pictures(3));
        assertThat(maps.stream().map(map -> Arrays.toString(map.shape())))
                .containsExactly("[3, 8, 8, 8]", "[3, 12, 4, 4]", "[3, 16, 2, 2]");
        assertThat(NETWORK.embedding(pictures(3)).shape()).containsExactly(3, 6);
        assertThat(NETWORK.dimension()).isEqualTo(6);
    }

    @Test
    void aPictureLooksTheSameInEveryBatch() {
        INDArray many = pictures(40);
        float[] all = HostArrays.of(NETWORK.embedding(many));
        INDArray last = many.slice(39).dup('c').reshape(1, 3, 16, 16);
        float[] one = HostArrays.of(NETWORK.embedding(last));
        for (int i = 0; i < 6; i++) {
            assertThat(one[i]).isCloseTo(all[39 * 6 + i], Offset.offset(1e-5f));
        }
    }

    @Test
    void theTapeSeesWhatTheArraysSee() {
        INDArray images = pictures(2);
        try (Tape tape = new Tape()) {
            Node node = tape.constant(images);
            assertThat(NETWORK.embedding(tape, node).toArray().distance2(NETWORK.embedding(images)))
                    .isLessThan(1e-5);
            List<INDArray> maps = NETWORK.features(images);
            List<Node> nodes = NETWORK.features(tape, node);
            for (int i = 0; i < maps.size(); i++) {
                assertThat(nodes.get(i).toArray().distance2(maps.get(i))).isLessThan(1e-4);
            }
        }
    }

    @Test
    void gradientsReachThePicturesAndNotTheWeights() {
        checkSlope((tape, images) -> {
            Node embedding = NETWORK.embedding(tape, images);
            return io.github.rewrite4j.samediff.tape.Losses.squaresTo(embedding, 0.5f);
        });
        float[] reference = HostArrays.of(random(3, 2, 3, 16, 16).muli(0.4));
        checkSlope((tape, images) ->
                new PerceptualLoss(NETWORK).between(tape, images, tape.constant(reference, 2, 3, 16, 16)));
    }

    /** Holds the gradient against a central difference along a random direction. */
    private static void checkSlope(BiFunction<Tape, Node, Node> loss) {
        float[] start = HostArrays.of(pictures(2));
        float[] direction = HostArrays.of(random(4, 2, 3, 16, 16));
        double analytic = 0;
        double[] values = new double[2];
        float step = 2e-3f;
        try (Tape tape = new Tape()) {
            Node images = tape.variable(start, 2, 3, 16, 16);
            tape.backward(loss.apply(tape, images));
            for (int i = 0; i < start.length; i++) {
                analytic += (double) images.gradient()[i] * direction[i];
            }
            for (int side = 0; side < 2; side++) {
                float[] moved = start.clone();
                for (int i = 0; i < moved.length; i++) {
                    moved[i] += (side == 0 ? step : -step) * direction[i];
                }
                tape.clear();
                values[side] =
                        loss.apply(tape, tape.constant(moved, 2, 3, 16, 16)).scalar();
            }
        }
        assertThat(analytic).isNotZero();
        double numeric = (values[0] - values[1]) / (2 * step);
        assertThat(numeric).isCloseTo(analytic, Offset.offset(0.03 * Math.abs(analytic) + 2e-4));
    }

    @Test
    void theLossOfEqualPicturesIsZeroAndGrowsWithTheChange() {
        INDArray images = pictures(2);
        INDArray change = random(6, 2, 3, 16, 16);
        try (Tape tape = new Tape()) {
            PerceptualLoss loss = new PerceptualLoss(NETWORK);
            Node reference = tape.constant(images);
            float none = loss.between(tape, tape.constant(images), reference).scalar();
            float some = loss.between(tape, tape.constant(images.add(change.mul(0.05))), reference)
                    .scalar();
            float more = loss.between(tape, tape.constant(images.add(change.mul(0.3))), reference)
                    .scalar();
            assertThat(none).isZero();
            assertThat(some).isBetween(1e-6f, more / 2);
            assertThat(loss.network()).isEqualTo("shape network");
        }
    }

    @Test
    void guessesAreClassesWithProbabilitiesAndColours() {
        List<ImageAttributes> seen = NETWORK.attributes(pictures(2));
        assertThat(seen).hasSize(2);
        ImageAttributes.Guess shape = seen.get(0).guesses().get("shape");
        assertThat(shape).isNotNull();
        assertThat(DrawnShapes.SHAPE.classes()).contains(shape.value());
        assertThat(shape.probability()).isBetween(1 / 3.0, 1.0);
        assertThat(seen.get(1).colours()).containsOnlyKeys("ink");
        assertThat(new ImageAttributes.Colour(1, -1, 0).hex()).isEqualTo("#ff0080");
    }

    @Test
    void logOddsAreThoseOfTheProbabilities() {
        INDArray pictures = pictures(2);
        AttributeHead head = NETWORK.heads().get(0);
        double[] sums = new double[2];
        for (String value : head.classes()) {
            double[] odds = NETWORK.logOdds(pictures, head.name(), value);
            for (int n = 0; n < 2; n++) {
                double p = 1 / (1 + Math.exp(-odds[n]));
                sums[n] += p;
                ImageAttributes.Guess guess =
                        NETWORK.attributes(pictures).get(n).guesses().get(head.name());
                if (guess != null && guess.value().equals(value)) {
                    assertThat(p).isCloseTo(guess.probability(), within(1e-5));
                }
            }
        }
        assertThat(sums[0]).isCloseTo(1, within(1e-5));
        assertThat(sums[1]).isCloseTo(1, within(1e-5));
        assertThatThrownBy(() -> NETWORK.logOdds(pictures, "ears", "none")).hasMessageContaining(head.name());
        assertThatThrownBy(() -> NETWORK.logOdds(pictures, head.name(), "pink"))
                .hasMessageContaining(head.classes().get(0));
    }

    @Test
    void aFileKeepsEveryBitAndEveryFact() throws IOException {
        Path file = directory.resolve("network.safetensors");
        NETWORK.save(file);
        AttributeNetwork loaded = AttributeNetwork.load(file);
        assertThat(loaded.name()).isEqualTo("shape network");
        assertThat(loaded.notes()).isEqualTo(Map.of("seed", "5"));
        assertThat(loaded.heads()).isEqualTo(NETWORK.heads());
        assertThat(loaded.scores()).isEmpty();
        assertThat(loaded.embedding(pictures(2))).isEqualTo(NETWORK.embedding(pictures(2)));
        Path again = directory.resolve("again.safetensors");
        loaded.save(again);
        assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void trainedScoresSurviveTheFile() throws IOException {
        AttributeRecipe recipe = new AttributeRecipe("n", SHAPE, 1, 2, 8, 1e-3, 8, Augmentation.DEFAULT);
        AttributeNetwork trained = new AttributeTraining(recipe).train(new DrawnShapes(16, 2), RewriteListener.SILENT);
        Path file = directory.resolve("trained.safetensors");
        trained.save(file);
        assertThat(AttributeNetwork.load(file).scores()).isPresent().isEqualTo(trained.scores());
    }

    @Test
    void damagedFilesAreRefusedByName() throws IOException {
        assertRefused(tensors -> tensors.remove("embedding.bias"), metadata -> {}, "embedding.bias");
        assertRefused(tensors -> tensors.put("embedding.bias", Nd4j.zeros(7)), metadata -> {}, "expected [6]");
        assertRefused(
                tensors -> tensors.put("embedding.bias", Nd4j.valueArrayOf(new long[] {6}, Float.NaN)),
                metadata -> {},
                "finite");
        assertRefused(tensors -> {}, metadata -> metadata.put("kind", "patch"), "kind");
        assertRefused(tensors -> {}, metadata -> metadata.remove("classes"), "classes");
        assertRefused(tensors -> {}, metadata -> metadata.put("architecture", "{}"), "channels wide");
    }

    private void assertRefused(
            java.util.function.Consumer<Map<String, INDArray>> damage,
            java.util.function.Consumer<Map<String, String>> lie,
            String reason)
            throws IOException {
        Path whole = directory.resolve("whole.safetensors");
        NETWORK.save(whole);
        Map<String, INDArray> tensors = new HashMap<>();
        Map<String, String> metadata;
        try (SafeTensors file = SafeTensors.open(whole)) {
            for (String name : file.names()) {
                tensors.put(name, file.load(name));
            }
            metadata = new LinkedHashMap<>(file.metadata());
        }
        damage.accept(tensors);
        lie.accept(metadata);
        Path broken = directory.resolve("broken.safetensors");
        SafeTensors.write(broken, tensors, metadata);
        assertThatThrownBy(() -> AttributeNetwork.load(broken))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void otherPicturesAreRefused() {
        assertThatThrownBy(() -> NETWORK.embedding(Nd4j.zeros(1, 3, 32, 32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resize");
        assertThatThrownBy(() -> NETWORK.embedding(pictures(1).putScalar(0, Float.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }

    /** Gaussian numbers of a seed. */
    private static INDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }
}
