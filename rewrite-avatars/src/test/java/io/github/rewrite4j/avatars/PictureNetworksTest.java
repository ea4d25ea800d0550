package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import io.github.rewrite4j.samediff.generator.rfr.HoleSource;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The bundled networks from pictures to pictures beside what PyTorch computed with them, and first rules in them. */
class PictureNetworksTest {
    private static final double CLOSE = 1e-4;
    private static final double ROUNDED = 0.03;
    private static final int SIZE = 64;

    @TempDir
    Path folder;

    private static SafeTensors parity(String name) throws IOException {
        InputStream in = Objects.requireNonNull(
                PictureNetworksTest.class.getResourceAsStream("/parity/" + name + "-parity.safetensors"));
        return SafeTensors.read(in, name);
    }

    /** [8, 64, 64, 3] of bytes as [8, 3, 64, 64] in [-1, 1]. */
    private static INDArray pictures(SafeTensors file, String name) throws IOException {
        long[] shape = file.shape(name);
        return Nd4j.create(file.floats(name), shape, 'c')
                .permute(0, 3, 1, 2)
                .dup('c')
                .divi(127.5)
                .subi(1);
    }

    private static INDArray first(INDArray all, long count) {
        return all.get(NDArrayIndex.interval(0, count)).dup('c');
    }

    private static void assertClose(INDArray found, INDArray expected) {
        assertThat(found.sub(expected.reshape('c', found.shape())).amaxNumber().doubleValue())
                .isLessThan(CLOSE * Math.max(1, expected.amaxNumber().doubleValue()));
    }

    /** The true prints lie in the file in bytes, and PyTorch read them before they were rounded. */
    private static void assertRounded(INDArray found, INDArray expected) {
        assertThat(found.sub(expected.reshape('c', found.shape())).amaxNumber().doubleValue())
                .isLessThan(ROUNDED);
    }

    @Test
    void the_translator_draws_what_it_drew_elsewhere() throws IOException {
        try (SafeTensors file = parity("translator64")) {
            Munit translator = BundledTranslator.load();
            INDArray pictures = pictures(file, "pictures");
            INDArray prints = pictures(file, "target_prints");
            try (GraphGenerator toPrints = (GraphGenerator) translator.aToB()) {
                Inputs inputs = Inputs.of(Map.of("picture", pictures, "style", file.load("styles")));
                assertClose(toPrints.generate(inputs), file.load("print"));
                assertClose(first(toPrints.compute(inputs, "b.adaptive"), 2), file.load("adain"));
            }
            assertRounded(translator.stylesOf("b", prints), file.load("style_of_print"));
            assertClose(translator.stylesOf("a", pictures), file.load("style_of_picture"));
            try (Generator back = translator.bToA();
                    Generator printsAgain = translator.bToB()) {
                Inputs printed = Inputs.of(
                        Map.of("picture", first(prints, 4), "style", first(file.load("style_of_picture"), 4)));
                assertRounded(back.generate(printed), file.load("picture_again"));
                assertRounded(printsAgain.generate(Inputs.of("picture", first(prints, 4))), file.load("print_again"));
            }
        }
    }

    @Test
    void the_inpainter_fills_what_it_filled_elsewhere() throws IOException {
        try (SafeTensors file = parity("inpainter64");
                GraphGenerator inpainter =
                        (GraphGenerator) BundledInpainter.load().inpainter()) {
            INDArray known = Nd4j.create(file.floats("known"), new long[] {8, 1, SIZE, SIZE}, 'c');
            Inputs inputs = Inputs.of(Map.of("picture", pictures(file, "pictures"), "known", known));
            assertClose(inpainter.compute(inputs, "painted"), file.load("output"));
            assertClose(first(inpainter.compute(inputs, "merged.out"), 2), file.load("merged"));
            INDArray all = Nd4j.tile(known, 1, 3, 1, 1);
            assertThat(inpainter.generate(inputs).mul(all))
                    .isEqualTo(inputs.get("picture").mul(all));
        }
    }

    @Test
    void as_files_they_are_found_by_their_families() throws IOException {
        BundledTranslator.copyTo(folder.resolve("translator"));
        BundledInpainter.copyTo(folder.resolve("inpainter"));
        GeneratorFamilies families = GeneratorFamilies.installed();
        assertThat(families.estimate(folder.resolve("translator")).architecture())
                .startsWith("MUNIT a to b");
        assertThat(families.estimate(folder.resolve("inpainter")).architecture())
                .startsWith("RFR inpainter, width 16");
    }

    @Test
    void sunglasses_are_learnt_by_a_translator_and_seen_in_prints_of_other_pictures_and_styles() throws IOException {
        try (Generator prints = BundledTranslator.load().aToB()) {
            AssociativeMemory memory = prints.memory("b.dec.model.0.model.2", "b.dec.model.4");
            ExemplarEdit edit = ExemplarEdit.of(
                            Accessories.bundled().named("sunglasses").subList(0, 1))
                    .shownOn(Sample.range(1, 0, 24));
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .loss(OutOfDomainLoss.inImages())
                    .steps(16)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(memory, edit);
            EditMetrics metrics = ExemplarPreview.of(memory, rewrite.patch(), edit.exemplars(), Sample.range(2, 0, 8))
                    .metrics();
            assertThat(metrics.success()).isGreaterThan(0.35);
            requireSame(prints, rewrite.patch());
        }
    }

    /** A patch read again draws the same, in another size too. */
    private void requireSame(Generator prints, Patch patch) throws IOException {
        Path file = folder.resolve("patch.safetensors");
        patch.save(file);
        Inputs inputs = prints.sample(2, 9);
        try (Generator one = prints.with(patch);
                Generator other = prints.with(Patch.load(file));
                Generator larger = BundledTranslator.load().size(96, 80).aToB()) {
            assertThat(other.generate(inputs)).isEqualTo(one.generate(inputs));
            try (Generator patched = larger.with(patch)) {
                assertThat(patched.generate(Inputs.of("picture", Nd4j.zeros(1, 3, 96, 80)))
                                .shape())
                        .containsExactly(1, 3, 96, 80);
            }
        }
    }

    @Test
    void a_picture_of_the_callers_is_the_subject_of_an_edit_by_copy_and_paste() throws IOException {
        AvatarPictures avatars = AvatarPictures.load();
        try (Generator prints = BundledTranslator.load().aToB()) {
            INDArray style = Nd4j.zeros(1, 8);
            Subject one = Subject.of(
                    "one",
                    Inputs.of(Map.of("picture", avatars.picture(3).reshape('c', 1, 3, SIZE, SIZE), "style", style)));
            Subject other = Subject.of(
                    "other",
                    Inputs.of(Map.of("picture", avatars.picture(8).reshape('c', 1, 3, SIZE, SIZE), "style", style)));
            Region mouth = Region.ellipse(32, 44, 8, 5);
            Edit edit = Edit.copy(one, mouth).pasteInto(other, mouth).inContextOf(List.of(other), mouth);
            AssociativeMemory memory = prints.memory("b.dec.model.2.conv");
            Rewrite rewrite =
                    LowRankRewrite.rank(3).statistics(16, 1).evaluatedOn(0, 2).rewrite(memory, edit);
            assertThat(rewrite.report().lossAfter())
                    .isLessThan(0.6 * rewrite.report().lossBefore());
        }
    }

    @Test
    void edits_of_an_inpainter_are_seen_in_holes_alone() throws IOException {
        Region eyes = Region.rectangle(13, 20, 38, 18);
        HoleSource hole = HoleSource.always(ValidityMask.withHole(eyes, SIZE, SIZE));
        try (Generator inpainter = BundledInpainter.load().holes(hole).inpainter()) {
            AssociativeMemory memory = inpainter.memory("Tconv", "out");
            ExemplarEdit edit = ExemplarEdit.of(
                            Accessories.bundled().named("sunglasses").subList(0, 1))
                    .shownOn(Sample.range(1, 0, 16));
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .loss(OutOfDomainLoss.inImages())
                    .steps(12)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(memory, edit);
            Inputs fresh = inpainter.sample(4, 3);
            INDArray before = inpainter.generate(fresh);
            try (Generator rewritten = inpainter.with(rewrite.patch())) {
                INDArray after = rewritten.generate(fresh);
                INDArray known = Nd4j.tile(fresh.get("known"), 1, 3, 1, 1);
                assertThat(after.mul(known)).isEqualTo(before.mul(known));
                assertThat(after.sub(before).amaxNumber().doubleValue()).isGreaterThan(0.3);
                assertThat(after.sumNumber().doubleValue())
                        .isNotCloseTo(before.sumNumber().doubleValue(), within(1.0));
            }
        }
    }
}
