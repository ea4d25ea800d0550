package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.Differences.bits;
import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Latents w, one w for each layer, mixing and labels as inputs. */
class StyleLatentsTest {
    private static GraphGenerator generator;
    private static StyledGraph graph;

    @BeforeAll
    static void build() {
        Backend.require();
        RandomStyledNetwork.Made made = RandomStyledNetwork.of(3);
        Map<String, INDArray> canonical = new HashMap<>();
        graph = new StyledGraph(made.network());
        graph.layers()
                .forEach(layer -> canonical.put(
                        layer.layer().weight(),
                        layer.layout()
                                .toCanonical(
                                        Named.in(made.weights(), layer.layer().weight()))));
        generator = graph.generator("f".repeat(64), canonical);
    }

    @AfterAll
    static void close() {
        generator.close();
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertThat(largest(actual, expected)).isLessThanOrEqualTo(1e-4 * magnitude(expected));
    }

    @Test
    void the_latents_of_samples_give_their_images() {
        StyleLatents styles = StyleLatents.of(generator);
        Inputs samples = generator.sample(3, 4);
        INDArray images = generator.generate(samples);
        INDArray latents = styles.latents(samples);
        assertThat(latents.shape()).containsExactly(3, styles.rows(), styles.dimension());
        assertThat(styles.rows()).isEqualTo(generator.layers().size() + 1);
        assertClose(generator.generate(styles.inputs(latents)), images);
        INDArray common = latents.get(NDArrayIndex.all(), NDArrayIndex.point(2), NDArrayIndex.all());
        assertClose(generator.generate(styles.inputs(common.dup())), images);
        assertThat(bits(styles.latents(styles.inputs(common.dup())))).isEqualTo(bits(latents));
    }

    @Test
    void each_layer_reads_its_own_row() {
        StyleLatents styles = StyleLatents.of(generator);
        Inputs one = generator.sample(2, 1);
        Inputs other = generator.sample(2, 2);
        for (int from = 0; from <= styles.rows(); from++) {
            INDArray image = generator.generate(styles.mixed(one, other, from));
            INDArray rows = styles.mixed(one, other, from).get(StyleLatents.ROWS);
            assertClose(image, byGraph(rows));
            boolean first = from == styles.rows();
            boolean second = from == 0;
            assertThat(largest(image, generator.generate(one)) < 1e-3).isEqualTo(first);
            assertThat(largest(image, generator.generate(other)) < 1e-3).isEqualTo(second);
        }
    }

    /** The images of the graph that is entered at the rows, without the quick pass. */
    private static INDArray byGraph(INDArray rows) {
        Program program = new Program(graph.entrance().rows().get());
        Map<String, INDArray> feeds = new HashMap<>();
        Map<String, INDArray> weights = generator.canonicalWeights();
        for (GraphLayer layer : graph.layers()) {
            String name = layer.layer().weight();
            feeds.put(name, layer.layout().fromCanonical(Named.in(weights, name)));
        }
        feeds.put(StyleLatents.ROWS, rows);
        return Named.in(program.run(feeds, List.of(StyledGraph.OUTPUT)), StyledGraph.OUTPUT);
    }

    @Test
    void memories_are_entered_by_latents_too() {
        StyleLatents styles = StyleLatents.of(generator);
        Inputs mixed = styles.mixed(generator.sample(17, 1), generator.sample(1, 9), 3);
        for (String layer : List.of("second", "up", "sixth")) {
            AssociativeMemory memory = generator.memory(layer);
            assertClose(memory.decode(memory.values(memory.keys(mixed))), generator.generate(mixed));
        }
    }

    @Test
    void latents_beside_what_they_replace_are_refused() {
        StyleLatents styles = StyleLatents.of(generator);
        Inputs both =
                generator.sample(1, 1).with(StyleLatents.COMMON, Nd4j.zeros(DataType.FLOAT, 1, styles.dimension()));
        assertThatThrownBy(() -> generator.generate(both))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'w' and [label, truncation, z]");
        assertThatThrownBy(() -> styles.inputs(Nd4j.zeros(DataType.FLOAT, 1, 3)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("[N, 10]");
        assertThatThrownBy(() -> generator.generate(Inputs.of(StyleLatents.COMMON, Nd4j.zeros(DataType.FLOAT, 1, 3))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'w'");
        assertThatThrownBy(() -> styles.mixed(generator.sample(2, 1), generator.sample(3, 1), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void classes_are_uniform_of_their_own_and_a_prefix() {
        Inputs many = generator.sample(600, 11);
        Inputs few = generator.sample(5, 11);
        INDArray labels = many.get(LatentSampler.LABEL);
        assertThat(bits(labels.get(NDArrayIndex.interval(0, 5)))).isEqualTo(bits(few.get(LatentSampler.LABEL)));
        double[] counts = labels.sum(0).castTo(DataType.DOUBLE).toDoubleVector();
        for (double count : counts) {
            // 200 expected with a standard deviation of 11.5.
            assertThat(count).isBetween(150.0, 250.0);
        }
        assertThat(bits(labels)).isNotEqualTo(bits(generator.sample(600, 12).get(LatentSampler.LABEL)));
        INDArray plain =
                new LatentSampler(RandomStyledNetwork.INPUT, 1).sample(5, 11).get(LatentSampler.LATENT);
        assertThat(bits(few.get(LatentSampler.LATENT))).isEqualTo(bits(plain));
        Inputs picked = generator.sampler().at(List.of(new Sample(11, 400), new Sample(11, 3)));
        assertThat(bits(picked.get(LatentSampler.LABEL).get(NDArrayIndex.interval(0, 1))))
                .isEqualTo(bits(labels.get(NDArrayIndex.interval(400, 401))));
        try (Generator half = StyleGan2.truncated(generator, 0.5)) {
            assertThat(bits(half.sample(5, 11).get(LatentSampler.LABEL))).isEqualTo(bits(few.get(LatentSampler.LABEL)));
        }
        assertThat(generator.sampler().id()).isEqualTo("numpy-gaussian-9-truncation-1.0-classes-3");
        assertThat(generator
                        .sampler()
                        .mean()
                        .orElseThrow()
                        .get(LatentSampler.LABEL)
                        .shape())
                .containsExactly(1, 3);
    }

    @Test
    void the_bundled_generator_has_such_latents() {
        try (Generator avatars = Avatars.load()) {
            StyleLatents styles = StyleLatents.of(avatars);
            Inputs samples = avatars.sample(2, 3);
            assertThat(styles.rows()).isEqualTo(avatars.layers().size());
            assertClose(avatars.generate(styles.inputs(styles.latents(samples))), avatars.generate(samples));
        }
    }
}
