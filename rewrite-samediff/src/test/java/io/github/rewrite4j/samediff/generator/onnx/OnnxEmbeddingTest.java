package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.perception.Preprocessing;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A user's own networks judge pictures. */
class OnnxEmbeddingTest {
    private static final int D = 10;

    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private byte[] bytes = {};

    /** A small classifier: convolutions, pooling, a linear layer. */
    private static Net network(long side) {
        return Net.opset(13)
                .input("data", 3, side, side)
                .weight("c1.weight", 6, 3, 3, 3)
                .weight("c1.bias", 6)
                .node("Conv", List.of("data", "c1.weight", "c1.bias"), List.of("c1"), a -> a.wholes("pads", 1, 1, 1, 1))
                .node("Relu", List.of("c1"), List.of("r1"), a -> {})
                .node("MaxPool", List.of("r1"), List.of("p1"), a -> a.wholes("kernel_shape", 2, 2)
                        .wholes("strides", 2, 2))
                .weight("c2.weight", 8, 6, 3, 3)
                .node("Conv", List.of("p1", "c2.weight"), List.of("c2"), a -> a.wholes("pads", 1, 1, 1, 1))
                .node("LeakyRelu", List.of("c2"), List.of("r2"), a -> a.real("alpha", 0.1))
                .node("GlobalAveragePool", List.of("r2"), List.of("pooled"), a -> {})
                .node("Flatten", List.of("pooled"), List.of("flat"), a -> a.whole("axis", 1))
                .weight("fc.weight", D, 8)
                .weight("fc.bias", D)
                .node("Gemm", List.of("flat", "fc.weight", "fc.bias"), List.of("scores"), a -> a.whole("transB", 1));
    }

    @BeforeEach
    void write() throws Exception {
        bytes = network(16).file();
        file = Files.write(folder.resolve("judge.onnx"), bytes);
    }

    private static INDArray pictures(int n, int side, int seed) {
        return Avatars.random(seed, n, 3, side, side).muli(0.4);
    }

    private static double largest(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue() / b.amaxNumber().doubleValue();
    }

    @Test
    void theVectorIsThatOfOnnxRuntimeBehindThePreprocessing() throws Exception {
        OnnxEmbedding judge = OnnxEmbedding.open(file)
                .preprocessing(Preprocessing.imageNet())
                .named("judge")
                .build();
        assertThat(judge.dimension()).isEqualTo(D);
        assertThat(judge.name()).isEqualTo("judge");
        INDArray images = pictures(20, 16, 1);
        INDArray fed = images.mul(0.5).addi(0.5);
        double[] mean = {0.485, 0.456, 0.406};
        double[] deviation = {0.229, 0.224, 0.225};
        for (int c = 0; c < 3; c++) {
            for (int n = 0; n < 20; n++) {
                fed.slice(n).slice(c).subi(mean[c]).divi(deviation[c]);
            }
        }
        assertThat(largest(judge.embedding(images), OnnxReference.run(bytes, Map.of("data", fed))))
                .isLessThan(1e-4);
        OnnxEmbedding turned = OnnxEmbedding.open(file)
                .preprocessing(Preprocessing.bytes().inBlueGreenRed())
                .embedding("r2")
                .build();
        assertThat(turned.dimension()).isEqualTo(8);
        INDArray blueFirst = org.nd4j.linalg.factory.Nd4j.concat(
                1,
                images.get(all(), at(2), all(), all()),
                images.get(all(), at(1), all(), all()),
                images.get(all(), at(0), all(), all()));
        OnnxEmbedding plain = OnnxEmbedding.open(file)
                .preprocessing(Preprocessing.bytes())
                .embedding("r2")
                .build();
        assertThat(largest(turned.embedding(images), plain.embedding(blueFirst)))
                .isLessThan(1e-5);
    }

    private static org.nd4j.linalg.indexing.INDArrayIndex all() {
        return org.nd4j.linalg.indexing.NDArrayIndex.all();
    }

    private static org.nd4j.linalg.indexing.INDArrayIndex at(int i) {
        return org.nd4j.linalg.indexing.NDArrayIndex.interval(i, i + 1);
    }

    @Test
    void picturesOfAnySizeAreResized() throws Exception {
        OnnxEmbedding judge = OnnxEmbedding.open(file)
                .preprocessing(Preprocessing.parse("symmetric@16"))
                .build();
        for (int side : new int[] {7, 16, 40}) {
            INDArray images = pictures(2, side, 3);
            double[][] weights = Preprocessing.resizing(side, 16);
            INDArray resized =
                    org.nd4j.linalg.factory.Nd4j.create(org.nd4j.linalg.api.buffer.DataType.FLOAT, 2, 3, 16, 16);
            for (int p = 0; p < resized.length(); p++) {
                double sum = 0;
                for (int q = 0; q < side * side; q++) {
                    sum += weights[p / 16 % 16][q / side]
                            * weights[p % 16][q % side]
                            * images.getFloat(p / 768, p / 256 % 3, q / side, q % side);
                }
                resized.putScalar(p, sum);
            }
            assertThat(largest(judge.embedding(images), OnnxReference.run(bytes, Map.of("data", resized))))
                    .as("side %s", side)
                    .isLessThan(1e-4);
        }
        // A triangle that is as wide as a pixel of the smaller picture.
        assertThat(Preprocessing.resizing(4, 2)[0]).containsExactly(0.375 / 0.875, 0.375 / 0.875, 0.125 / 0.875, 0);
        assertThat(Preprocessing.resizing(2, 4)[1]).containsExactly(0.75, 0.25);
    }

    @Test
    void metricsAndLossesRunWithIt() throws Exception {
        OnnxEmbedding judge = OnnxEmbedding.open(file)
                .preprocessing(Preprocessing.imageNet().size(16, 16))
                .features("r1", "r2")
                .build();
        INDArray a = pictures(120, 16, 4);
        assertThat(EmbeddingDistance.between(judge, a, a).value()).isLessThan(1e-3);
        assertThat(EmbeddingDistance.between(judge, a, a.mul(0.3).addi(0.5)).value())
                .isPositive();
        INDArray grey = Avatars.random(9, 2, 1, 12, 20).muli(0.3);
        assertThat(judge.embedding(grey)).isEqualTo(judge.embedding(Nd4j.tile(grey, 1, 3, 1, 1)));
        INDArray one = pictures(2, 12, 5);
        INDArray other = pictures(2, 12, 6);
        PerceptualDistance distance = PerceptualDistance.unweighted(judge);
        float[] values = one.dup('c').data().asFloat();
        try (Tape tape = new Tape()) {
            Node images = tape.variable(values, 2, 3, 12, 12);
            Node reference = tape.constant(other.dup('c').data().asFloat(), 2, 3, 12, 12);
            Node loss = new PerceptualLoss(judge).between(tape, images, reference);
            assertThat((double) loss.value()[0]).isPositive();
            tape.backward(loss);
            double step = 3e-3;
            int[] places = {5, 100, 433, 800};
            for (int place : places) {
                double slope = (loss(judge, values, other, place, step) - loss(judge, values, other, place, -step))
                        / (2 * step);
                assertThat((double) images.gradient()[place]).isCloseTo(slope, within(2e-2 * Math.abs(slope) + 2e-5));
            }
        }
        assertThat(distance.mean(one, one)).isZero();
        assertThat(distance.mean(one, other)).isPositive();
    }

    private static double loss(OnnxEmbedding judge, float[] values, INDArray other, int place, double step) {
        float[] moved = values.clone();
        moved[place] += (float) step;
        try (Tape tape = new Tape()) {
            Node images = tape.constant(moved, 2, 3, 12, 12);
            Node reference = tape.constant(other.dup('c').data().asFloat(), 2, 3, 12, 12);
            return new PerceptualLoss(judge).between(tape, images, reference).value()[0];
        }
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        assertThatThrownBy(() -> OnnxEmbedding.open(file).build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll("judge.onnx", "preprocessing(");
        assertThatThrownBy(() -> OnnxEmbedding.open(file).embedding("score"))
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll("'score'", "scores");
        OnnxEmbedding judge =
                OnnxEmbedding.open(file).preprocessing(Preprocessing.unit()).build();
        assertThatThrownBy(() -> judge.embedding(pictures(1, 20, 1)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("takes pictures of 16 x 16");
        assertThatThrownBy(() -> judge.features(pictures(1, 16, 1)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("features(...)");
        assertThatThrownBy(() -> Preprocessing.parse("imagenet@x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("imagenet@224");
        Path two = Files.write(
                folder.resolve("two.onnx"),
                Net.opset(13)
                        .input("a", 3, 4, 4)
                        .input("b", 3, 4, 4)
                        .then("Add", "a")
                        .file());
        assertThatThrownBy(() -> OnnxEmbedding.open(two)
                        .preprocessing(Preprocessing.unit())
                        .build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("one picture");
    }
}
