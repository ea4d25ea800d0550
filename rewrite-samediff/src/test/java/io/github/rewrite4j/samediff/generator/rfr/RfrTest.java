package io.github.rewrite4j.samediff.generator.rfr;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RfrTest {
    @TempDir
    static Path folder;

    private static Rfr small;

    @BeforeAll
    static void load() throws IOException {
        small = Rfr.load(SmallInpainter.write(folder.resolve("bare.safetensors"), "", state -> {}))
                .size(32, 48)
                .pictures(FamilyFiles.pictures(folder, 4, 48));
    }

    private static Inputs inputs(INDArray picture, INDArray known) {
        return Inputs.of(Map.of("picture", picture, "known", known));
    }

    private static INDArray hole(Region region) {
        return ValidityMask.withHole(region, 32, 48).toArray();
    }

    @Test
    void layers_and_modules_are_memories_and_the_repeated_module_is_refused_with_what_can_be_cut() {
        try (Generator inpainter = small.inpainter()) {
            Inputs inputs = inpainter.sample(2, 3);
            INDArray images = inpainter.generate(inputs);
            List<String> cuts = List.of(
                    "Pconv1",
                    "Pconv1+bn1",
                    "Pconv2+bn20",
                    "Tconv",
                    "Tconv+bn3",
                    "tail1+leaky",
                    "tail2.conv2",
                    "tail2",
                    "out");
            for (String cut : cuts) {
                AssociativeMemory memory = inpainter.memory(cut);
                assertThat(largest(memory.decode(memory.values(memory.keys(inputs))), images))
                        .as(cut)
                        .isLessThan(1e-4 * Math.max(1, magnitude(images)));
            }
            assertThat(inpainter.memory("Tconv+bn3", "tail2").weights()).hasSize(5);
            for (String repeated : List.of("Pconv21", "RFRModule.enc_3.0", "RFRModule")) {
                assertThatThrownBy(() -> inpainter.memory(repeated))
                        .isInstanceOf(RewriteException.class)
                        .hasMessageContaining("six times")
                        .hasMessageContaining("Pconv1, Pconv2, Tconv, tail1");
            }
            assertThat(inpainter.layers()).extracting(Layer::name).hasSize(8).doesNotContain("Pconv22");
        }
    }

    @Test
    void what_is_known_comes_out_and_what_the_hole_holds_is_not_looked_at() {
        try (Generator inpainter = small.inpainter()) {
            Inputs inputs = inpainter.sample(2, 5);
            INDArray picture = inputs.get("picture");
            INDArray known = Nd4j.tile(inputs.get("known"), 1, 3, 1, 1);
            INDArray images = inpainter.generate(inputs);
            assertThat(images.mul(known)).isEqualTo(picture.mul(known));
            INDArray other = picture.mul(known).add(known.rsub(1).mul(0.7));
            assertThat(largest(inpainter.generate(inputs.with("picture", other)), images))
                    .isZero();
        }
    }

    @Test
    void repeated_passes_paint_from_the_rim_inwards_and_keep_what_is_known() {
        INDArray known = hole(Region.rectangle(6, 4, 30, 24));
        try (Generator inpainter = small.inpainter()) {
            Inputs inputs = inputs(inpainter.sample(1, 1).get("picture"), known);
            INDArray once = small.fill(inpainter, inputs);
            assertThat(once).isEqualTo(inpainter.generate(inputs));
            INDArray thrice = small.passes(3).fill(inpainter, inputs);
            INDArray all = Nd4j.tile(known, 1, 3, 1, 1);
            assertThat(thrice.mul(all)).isEqualTo(inputs.get("picture").mul(all));
            assertThat(largest(thrice, once)).isGreaterThan(1e-3);
            // The rim is the first pass's, clipped; the middle is not.
            assertThat(thrice.getDouble(0, 1, 4, 20)).isEqualTo(Math.max(-1, Math.min(1, once.getDouble(0, 1, 4, 20))));
            assertThat(thrice.getDouble(0, 1, 15, 20)).isNotEqualTo(once.getDouble(0, 1, 15, 20));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> small.passes(0));
    }

    @Test
    void holes_at_the_border_are_filled_and_holes_of_samples_are_reproducible() {
        try (Generator inpainter = small.inpainter()) {
            Inputs drawn = inpainter.sample(6, 2);
            INDArray again = inpainter
                    .sampler()
                    .at(List.of(new io.github.rewrite4j.Sample(2, 4)))
                    .get("known");
            float[] all = HostArrays.of(drawn.get("known"));
            float[] fifth = HostArrays.of(again);
            for (int i = 0; i < fifth.length; i++) {
                assertThat(fifth[i]).isEqualTo(all[4 * fifth.length + i]);
            }
            INDArray border = hole(Region.rectangle(0, 0, 12, 32));
            INDArray image = inpainter.generate(inputs(
                    drawn.get("picture")
                            .get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 1))
                            .dup('c'),
                    border));
            for (float value : HostArrays.of(image)) {
                assertThat(value).isFinite();
            }
        }
    }

    /** An edit is seen in holes alone, and its report says how much of the object that is. */
    @Test
    void reports_say_how_much_of_an_object_lies_in_holes() {
        Exemplar object = Exemplar.cutOut(
                Nd4j.zeros(3, 32, 48), Region.rectangle(10, 8, 12, 10).onImage(32, 48));
        for (int left : new int[] {10, 19}) {
            ValidityMask holes = ValidityMask.withHole(Region.rectangle(left, 8, 12, 10), 32, 48);
            try (Generator inpainter = small.holes(HoleSource.always(holes)).inpainter()) {
                Rewrite rewrite = OutOfDomainRewrite.inImages()
                        .steps(1)
                        .evaluatedOn(List.of(), 0, 2)
                        .rewrite(
                                inpainter.memory("out", "out"),
                                ExemplarEdit.of(object).shownOn(Sample.range(1, 0, 2)));
                assertThat(rewrite.report().facts().toString())
                        .contains(left == 10 ? "1.00 of the object" : "0.25 of the object");
                assertThat(rewrite.report().warnings().stream()
                                .anyMatch(warning -> warning.kind() == RewriteWarning.Kind.OUTSIDE_HOLES))
                        .isEqualTo(left == 19);
                assertThat(rewrite.patch().notes().toString()).contains("image=60.0");
            }
        }
    }

    @Test
    void what_does_not_fit_is_said() throws IOException {
        try (Generator inpainter = small.inpainter()) {
            INDArray picture = Nd4j.zeros(1, 3, 32, 48);
            INDArray known = hole(Region.rectangle(8, 8, 8, 8));
            refused(inpainter, inputs(Nd4j.zeros(1, 3, 48, 32), known), "[1, 3, 48, 32]", "size=HEIGHTxWIDTH");
            refused(inpainter, inputs(picture, known.mul(0.5)), "known in part");
            refused(inpainter, inputs(picture, known.mul(0)), "nothing is known");
            refused(inpainter, inputs(picture, known.mul(0).add(1)), "everything is known");
            refused(inpainter, inputs(picture, Nd4j.ones(1, 3, 32, 48)), "[N, 1, 32, 48]");
            refused(inpainter, Inputs.of("picture", picture), "'known' is missing");
        }
        assertThatThrownBy(() -> small.size(60, 64))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("multiples of 16, such as 64 x 64");
        Path partly = SmallInpainter.write(
                folder.resolve("partly.safetensors"), "generator.", state -> state.remove("generator.bn3.running_var"));
        assertThatThrownBy(() -> Rfr.load(partly))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("1 missing: bn3.running_var");
        Path nothing = SmallInpainter.write(folder.resolve("nothing.safetensors"), "x.", state -> state.keySet()
                .removeIf(name -> name.contains("Pconv")));
        assertThatThrownBy(() -> Rfr.load(nothing))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("Pconv21.weight");
    }

    private static void refused(Generator inpainter, Inputs inputs, String... words) {
        assertThatThrownBy(() -> inpainter.generate(inputs))
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll(words);
    }
}
