package io.github.rewrite4j.samediff.generator.munit;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A translator of random weights beside what its authors' code computes. */
class MunitTest {
    @TempDir
    static Path folder;

    private static Munit tiny;
    private static FamilyFiles golden;

    @BeforeAll
    static void load() throws IOException {
        tiny = Munit.load(FamilyFiles.copy("munit_tiny.pt", folder))
                .size(32, 32)
                .pictures(FamilyFiles.pictures(folder, 5, 32));
        golden = FamilyFiles.golden("munit_golden.safetensors");
    }

    @AfterAll
    static void close() throws IOException {
        golden.close();
    }

    private static Inputs inputs(INDArray picture, INDArray style) {
        return Inputs.of(Map.of("picture", picture, "style", style));
    }

    private static INDArray row(INDArray all, int row) {
        return all.get(NDArrayIndex.interval(row, row + 1)).dup('c');
    }

    @Test
    void translations_and_reconstructions() throws IOException {
        INDArray a = golden.get("image_a");
        INDArray b = golden.get("image_b");
        golden.check("style_a", tiny.stylesOf("a", a));
        golden.check("style_b", tiny.stylesOf("b", b));
        try (GraphGenerator ab = (GraphGenerator) tiny.aToB();
                Generator ba = tiny.bToA()) {
            Inputs random = inputs(a, golden.get("style_random"));
            golden.check("trans_ab_random.out", ab.generate(random));
            golden.check("adain_params_b_random", ab.compute(ab.sampler().complete(random), "b.adaptive"));
            golden.check("content_a", ab.compute(ab.sampler().complete(random), "a.enc_content.model.3.model.1.out"));
            golden.check("trans_ab_guided.out", ab.generate(inputs(a, tiny.stylesOf("b", b))));
            golden.check("trans_ba_guided.out", ba.generate(inputs(b, tiny.stylesOf("a", a))));
            golden.check("trans_ab_batch1.out", ab.generate(inputs(row(a, 0), row(golden.get("style_random"), 0))));
            golden.check("trans_ab_c0_s1.out", ab.generate(inputs(row(a, 0), row(golden.get("style_random"), 1))));
        }
        try (Generator aa = tiny.aToA();
                Generator bb = tiny.bToB()) {
            golden.check("recon_a.out", aa.generate(Inputs.of("picture", a)));
            assertThat(bb.generate(Inputs.of("picture", b)).shape()).containsExactly(2, 3, 32, 32);
        }
    }

    @Test
    void activations_of_all_modules() throws IOException {
        INDArray first = row(golden.get("image_a"), 0);
        try (GraphGenerator ab = (GraphGenerator) tiny.aToB();
                GraphGenerator aa = (GraphGenerator) tiny.aToA()) {
            Inputs random = ab.sampler().complete(inputs(first, row(golden.get("style_random"), 0)));
            for (String module : List.of("0", "1", "2")) {
                golden.check(
                        "enc_content_a.model." + module, ab.compute(random, "a.enc_content.model." + module + ".out"));
            }
            List<String> modules = List.of(
                    "0.model.0.model.0",
                    "0.model.0.model.1",
                    "0.model.0",
                    "0.model.1.model.0",
                    "0.model.1.model.1",
                    "0.model.1",
                    "2",
                    "4");
            for (String module : modules) {
                golden.check(
                        "trans_ab_random.dec.model." + module, ab.compute(random, "b.dec.model." + module + ".out"));
                golden.check(
                        "recon_a.dec.model." + module,
                        aa.compute(Inputs.of("picture", first), "a.dec.model." + module + ".out"));
            }
            for (String doubled : List.of("1", "3")) {
                golden.check(
                        "trans_ab_random.dec.model." + doubled, ab.compute(random, "b.dec.model." + doubled + ".out"));
            }
        }
    }

    @Test
    void sides_that_are_no_multiple_are_rounded_down() throws IOException {
        try (GraphGenerator aa = (GraphGenerator) tiny.size(38, 45).aToA()) {
            Inputs odd = Inputs.of("picture", golden.get("nonmultiple.image"));
            assertThat(aa.spec().imageHeight()).isEqualTo(36);
            assertThat(aa.spec().imageWidth()).isEqualTo(44);
            golden.check("nonmultiple.recon", aa.generate(odd));
            golden.check("nonmultiple.content", aa.compute(odd, "a.enc_content.model.3.model.1.out"));
        }
        golden.check("nonmultiple.style", tiny.size(38, 45).stylesOf("a", golden.get("nonmultiple.image")));
    }

    @Test
    void the_older_layout_holds_running_statistics_which_are_left_out() throws IOException {
        Munit legacy =
                Munit.load(FamilyFiles.copy("munit_legacy_format.pt", folder)).size(32, 32);
        INDArray first = row(golden.get("image_a"), 0);
        golden.check("legacy.style_a", legacy.stylesOf("a", first));
        try (Generator aa = legacy.aToA();
                Generator ab = legacy.aToB()) {
            golden.check("legacy.recon_a", aa.generate(Inputs.of("picture", first)));
            golden.check("legacy.trans_ab", ab.generate(inputs(first, row(golden.get("style_random"), 0))));
        }
    }

    @Test
    void layers_and_whole_modules_are_memories() throws IOException {
        try (Generator ab = tiny.aToB()) {
            Inputs inputs = ab.sample(2, 3);
            INDArray images = ab.generate(inputs);
            List<String> names = ab.layers().stream().map(Layer::name).toList();
            assertThat(names).hasSize(14).contains("a.enc_content.model.0.conv", "b.dec.model.5.conv");
            List<String> cuts = List.of(
                    "a.enc_content.model.1.conv",
                    "a.enc_content.model.3.model.1",
                    "b.dec.model.0.model.0.model.1.conv",
                    "b.dec.model.0.model.0",
                    "b.dec.model.0.model.1",
                    "b.dec.model.2",
                    "b.dec.model.4",
                    "b.dec.model.5.conv");
            for (String cut : cuts) {
                AssociativeMemory memory = ab.memory(cut);
                assertThat(memory.spec().name()).isEqualTo(cut);
                INDArray again = memory.decode(memory.values(memory.keys(inputs)));
                assertThat(largest(again, images)).as(cut).isLessThan(1e-5 * magnitude(images));
            }
            AssociativeMemory both = ab.memory("b.dec.model.0.model.1", "b.dec.model.2");
            assertThat(both.weights()).hasSize(3);
            assertThat(both.spec().keyShape().toString()).isEqualTo("32 x 8 x 8");
            assertThat(both.spec().valueShape().toString()).isEqualTo("16 x 16 x 16");
            assertThat(largest(both.decode(both.values(both.keys(inputs))), images))
                    .isLessThan(1e-5);
            assertThatThrownBy(() -> ab.memory("b.dec.model.7"))
                    .isInstanceOf(UnknownLayerException.class)
                    .hasMessageContaining("b.dec.model.");
        }
    }

    @Test
    void a_fingerprint_covers_what_a_direction_uses_and_no_size() {
        Set<String> prints = new HashSet<>();
        for (Direction direction : Direction.values()) {
            try (Generator one = tiny.generator(direction);
                    Generator larger = tiny.size(48, 40).generator(direction)) {
                prints.add(one.spec().fingerprint());
                assertThat(larger.spec().fingerprint()).isEqualTo(one.spec().fingerprint());
            }
        }
        assertThat(prints).hasSize(4);
    }

    @Test
    void styles_are_drawn_pictures_come_in_turn_and_the_middle_style_is_the_default() {
        try (Generator ab = tiny.aToB()) {
            Inputs drawn = ab.sample(3, 5);
            assertThat(drawn.get("style").shape()).containsExactly(3, 4);
            assertThat(largest(ab.sampler().at(List.of(new Sample(5, 2))).get("style"), row(drawn.get("style"), 2)))
                    .isZero();
            Inputs plain = Inputs.of("picture", drawn.get("picture"));
            assertThat(largest(ab.generate(plain), ab.generate(plain.with("style", Nd4j.zeros(3, 4)))))
                    .isZero();
        }
    }

    @Test
    void what_does_not_fit_is_said() throws IOException {
        try (Generator ab = tiny.aToB()) {
            INDArray pictures = ab.sample(2, 1).get("picture");
            assertThatThrownBy(() -> ab.generate(Inputs.of("picture", Nd4j.zeros(2, 3, 32, 24))))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("[2, 3, 32, 24]")
                    .hasMessageContaining("size=HEIGHTxWIDTH");
            assertThatThrownBy(() -> ab.generate(inputs(pictures, Nd4j.zeros(2, 5))))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("takes [N, 4]");
            assertThatThrownBy(() -> ab.generate(Inputs.of("style", Nd4j.zeros(2, 4))))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("'picture' is missing");
        }
        assertThatThrownBy(() -> tiny.size(6, 32).aToB())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("at least 8 pixels");
        assertThatThrownBy(() -> tiny.size(12, 32).aToA())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("at least 16 pixels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.stylesOf("c", Nd4j.zeros(1, 3, 32, 32)))
                .withMessageContaining("'a' and 'b'");
        Munit without = Munit.load(FamilyFiles.copy("munit_tiny.pt", folder)).size(32, 32);
        try (Generator ab = without.aToB()) {
            assertThatThrownBy(() -> ab.sample(1, 1))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("option 'pictures'");
        }
    }
}
