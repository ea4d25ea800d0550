package io.github.rewrite4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.recipe.Claim;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import io.github.rewrite4j.samediff.strategy.InImagesRewrite;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import io.github.rewrite4j.samediff.strategy.RecordedEdit;
import io.github.rewrite4j.samediff.strategy.Transplant;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** One small edit with a mask of its own, made again and measured again. */
@TestInstance(Lifecycle.PER_CLASS)
class RecipeCommandsTest {
    @TempDir
    static Path folder;

    private Path patch = Path.of("");

    private record Ended(int code, String out, String err) {}

    private static Ended run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Cancellation());
        String[] text = java.util.Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        int code = Rewrite.execute(console, text);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @BeforeAll
    void make() throws IOException {
        float[][] mask = new float[64][64];
        for (int row = 2; row < 18; row++) {
            java.util.Arrays.fill(mask[row], 20, 44, 1);
        }
        Files.write(folder.resolve("crown.png"), Images.greyPng(mask));
        Files.writeString(folder.resolve("bun.json"), """
                {"layer": "layer3", "rank": 2, "fresh": 8,
                 "object": {"sample": 22, "region": "png(crown.png)"},
                 "paste": [{"samples": [7, 9], "region": "png(crown.png)"}]}""");
        Ended ended = run("edit", "--edit", folder.resolve("bun.json"), "--out", folder.resolve("made"));
        assertThat(ended.code()).isZero();
        patch = folder.resolve("made/patch.safetensors");
    }

    @Test
    void a_patch_says_how_it_was_made_and_what_it_does() throws IOException {
        Patch made = Patch.load(patch);
        Recipe recipe = Recipe.of(made).orElseThrow();
        assertThat(recipe.command()).isEqualTo("edit");
        assertThat(recipe.arguments()).containsExactly("--edit", "file:0/bun.json");
        assertThat(recipe.ingredients()).extracting("name").containsExactly("0/bun.json", "0/crown.png");
        assertThat(Claim.of(made).orElseThrow().samples()).isEqualTo(64);
        assertThat(made.notes()).containsKey("thumbnail");
    }

    @Test
    void it_is_made_again_to_the_byte_wherever_its_files_lie_now() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.copy(folder.resolve("bun.json"), elsewhere.resolve("renamed.json"));
        Ended without = run("rebuild", patch, "--files", elsewhere, "--out", folder.resolve("again"));
        assertThat(without.code()).isEqualTo(1);
        assertThat(without.err()).contains("crown.png", "SHA-256").doesNotContain("bun.json' (");
        Files.copy(folder.resolve("crown.png"), elsewhere.resolve("mask-1.png"));
        Ended ended = run("rebuild", patch, "--files", elsewhere, "--out", folder.resolve("again"));
        assertThat(ended.out()).contains("the same patch");
        assertThat(ended.code()).isZero();
        assertSameNotes(folder.resolve("again/patch.safetensors"), patch);
    }

    /** What a patch says of itself is made again with it. */
    private static void assertSameNotes(Path again, Path made) throws IOException {
        assertThat(Patch.load(again).notes()).isEqualTo(Patch.load(made).notes());
    }

    @Test
    void an_embedding_patch_needs_no_file_and_a_forged_one_is_found_out() throws IOException {
        Path alone = Files.createDirectory(folder.resolve("alone")).resolve("patch.safetensors");
        run("edit", "--edit", folder.resolve("bun.json"), "--embed", "--out", folder.resolve("embedded"));
        Files.copy(folder.resolve("embedded/patch.safetensors"), alone);
        assertThat(run("rebuild", alone, "--out", folder.resolve("from-itself")).code())
                .isZero();
        assertSameNotes(folder.resolve("from-itself/patch.safetensors"), alone);
        Patch made = Patch.load(alone);
        WeightDelta.LowRank delta = (WeightDelta.LowRank) made.deltas().get(0);
        new Patch(
                        made.baseFingerprint(),
                        List.of(new WeightDelta.LowRank(
                                delta.weight(), delta.left().mul(1.001), delta.right())),
                        made.notes())
                .save(alone);
        Ended forged = run("rebuild", alone, "--out", folder.resolve("from-itself"));
        assertThat(forged.out()).contains("another patch");
        assertThat(forged.code()).isEqualTo(1);
    }

    @Test
    void what_a_patch_says_is_true_on_samples_that_nobody_measured() {
        Ended ended = run("verify", patch, "--files", folder, "--samples", "60");
        assertThat(ended.out()).contains("60 fresh samples", "95 % confidence").doesNotContain("NOT AS");
        assertThat(ended.code()).isZero();
    }

    private String lie(Patch lying) throws IOException {
        Path file = folder.resolve("lying.safetensors");
        lying.save(file);
        Ended ended = run("verify", file, "--files", folder, "--samples", "60");
        assertThat(ended.code()).isEqualTo(1);
        return ended.out();
    }

    @Test
    void a_patch_that_does_nothing_less_or_more_elsewhere_fails() throws IOException {
        Patch made = Patch.load(patch);
        Claim claim = Claim.of(made).orElseThrow();
        WeightDelta.LowRank delta = (WeightDelta.LowRank) made.deltas().get(0);
        Patch nothing = new Patch(
                made.baseFingerprint(),
                List.of(new WeightDelta.LowRank(
                        delta.weight(), Nd4j.zeros(delta.left().shape()), delta.right())),
                made.notes());
        assertThat(lie(nothing)).contains("does nothing");
        Claim boast = new Claim(64, claim.seed(), 0.999, claim.successError(), claim.outside(), claim.share());
        assertThat(lie(made.noting(Map.of(Claim.NOTE, boast.note())))).contains("less than it says");
        Claim modest = new Claim(64, claim.seed(), claim.success(), 0.01, claim.outside() / 20, claim.share());
        assertThat(lie(made.noting(Map.of(Claim.NOTE, modest.note())))).contains("more elsewhere");
    }

    @Test
    void a_patch_without_a_recipe_is_wrong_usage() throws IOException {
        Patch made = Patch.load(patch);
        Path bare = folder.resolve("bare.safetensors");
        new Patch(made.baseFingerprint(), made.deltas(), Map.of()).save(bare);
        assertThat(run("verify", bare).code()).isEqualTo(2);
        assertThat(run("rebuild", bare).err()).contains("carries no recipe");
    }

    @Test
    void an_object_from_pictures_is_made_again_to_the_byte() throws IOException {
        INDArray plain = Nd4j.ones(3, 64, 64).muli(0.2);
        INDArray marked = plain.dup('c');
        marked.get(NDArrayIndex.point(0), NDArrayIndex.interval(30, 44), NDArrayIndex.interval(20, 44))
                .assign(1);
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Images.write(marked, pictures.resolve("with.png"));
        Images.write(plain, pictures.resolve("without.png"));
        Path made = folder.resolve("pasted");
        Ended pasted = run(
                "paste",
                "--exemplar",
                pictures.resolve("with.png"),
                "--without",
                pictures.resolve("without.png"),
                "--at",
                "32,40",
                "--size",
                20,
                "--context",
                4,
                "--steps",
                4,
                "--fresh",
                4,
                "--out",
                made);
        assertThat(pasted.err()).doesNotContain("rewrite:");
        Path file = made.resolve("patch.safetensors");
        Recipe recipe = Recipe.of(Patch.load(file)).orElseThrow();
        assertThat(recipe.ingredients()).extracting("name").containsExactly("0/with.png", "1/without.png");
        Ended without = run("rebuild", file, "--out", folder.resolve("paste-again"));
        assertThat(without.code()).isEqualTo(1);
        assertThat(without.err()).contains("'with.png'", "'without.png'", "SHA-256");
        Ended again = run("rebuild", file, "--files", pictures, "--out", folder.resolve("paste-again"));
        assertThat(again.out()).contains("the same patch");
        assertThat(again.code()).isZero();
        assertSameNotes(folder.resolve("paste-again/patch.safetensors"), file);
        Ended verified = run("verify", file, "--files", pictures, "--samples", 20);
        assertThat(verified.out()).as(verified.err()).contains("20 fresh samples", "95 % confidence");
    }

    @Test
    void a_patch_of_a_strategy_alone_says_how_it_was_made() throws IOException {
        Region crown = Region.ellipse(32, 10, 10, 8);
        Edit edit = Edit.copy(Sample.of(22), crown).pasteInto(Sample.list(7, 9), crown);
        Path file = folder.resolve("strategy.safetensors");
        Path other = folder.resolve("settings.safetensors");
        try (Generator avatars = BundledGenerator.load()) {
            LowRankRewrite strategy = LowRankRewrite.rank(2).evaluatedOn(4, 2);
            strategy.rewrite(avatars.memory("layer3"), edit).patch().save(file);
            strategy.statistics(60, 5)
                    .rewrite(avatars.memory("layer3"), edit)
                    .patch()
                    .save(other);
        }
        Ended again = run("rebuild", file, "--out", folder.resolve("strategy-again"));
        assertThat(again.out()).contains("the same patch");
        assertThat(again.code()).isZero();
        Recipe settings = Recipe.of(Patch.load(other)).orElseThrow();
        assertThat(settings.command()).isEqualTo("LowRankRewrite");
        assertThat(settings.arguments()).contains("rank=2", "statistics=60 of seed 5", "layer=layer3");
        assertThat(settings.ingredients()).extracting("name").containsExactly("0/edit.json");
        assertThat(run("rebuild", other, "--out", folder.resolve("strategy-again"))
                        .err())
                .contains("program 'LowRankRewrite'");
    }

    @Test
    void every_strategy_says_how_its_patch_was_made() throws IOException {
        Path network = Path.of("../rewrite-samediff/src/test/resources/onnx/dcgan11.onnx");
        Region crown = Region.ellipse(16, 14, 8, 7);
        Edit edit = Edit.copy(Sample.of(22), crown).pasteInto(Sample.list(7, 9), crown);
        Erasure erasure = Erasure.of(new Selection(Sample.of(22), crown)).seenAt(new Selection(Sample.of(7), crown));
        TransplantEdit transplant = TransplantEdit.of(Sample.of(7), Sample.of(22), crown);
        Map<String, Patch> made = new LinkedHashMap<>();
        try (Generator generator = OnnxGenerator.load(network)) {
            AssociativeMemory memory = generator.memory("main.3");
            made.put(
                    "ablated",
                    UnitAblation.ofShare(0.1)
                            .evaluatedOn(4, 2)
                            .rewrite(memory, edit)
                            .patch());
            made.put(
                    "in-images",
                    InImagesRewrite.standard()
                            .shownOn(3)
                            .steps(2)
                            .rank(2)
                            .evaluatedOn(4, 2)
                            .rewrite(memory, edit)
                            .patch());
            made.put(
                    "erased",
                    RankOneErase.ofShare(0.2).times(1).rewrite(memory, erasure).patch());
            made.put(
                    "transplanted",
                    Transplant.by(LowRankRewrite.rank(1))
                            .rewrite(memory, transplant)
                            .patch());
        }
        for (Map.Entry<String, Patch> each : made.entrySet()) {
            Path file = folder.resolve(each.getKey() + ".safetensors");
            each.getValue().save(file);
            Ended again =
                    run("rebuild", file, "--generator", network, "--out", folder.resolve(each.getKey() + "-again"));
            assertThat(again.err()).as(each.getKey()).doesNotContain("rewrite:");
            assertThat(again.out()).as(each.getKey()).contains("the same patch");
            assertThat(again.code()).as(each.getKey()).isZero();
        }
        // What 'rebuild' wrote carries recipe and thumbnail of its own; nothing says what fresh samples of these should
        // show.
        Patch erased = Patch.load(folder.resolve("erased-again/patch.safetensors"));
        assertThat(erased.notes()).containsKeys("recipe", "thumbnail").doesNotContainKey("measured");
        assertThat(run("verify", folder.resolve("erased.safetensors")).err()).contains("claims nothing");
    }

    @Test
    void edits_at_chosen_and_at_several_layers_are_made_and_measured_again() throws IOException {
        Path network = Path.of("../rewrite-samediff/src/test/resources/onnx/dcgan11.onnx");
        String marks = """
                "fresh": 4, "object": {"sample": 22, "region": "ellipse(16, 14, 8, 7)"},
                "paste": [{"samples": [7, 9], "region": "ellipse(16, 14, 8, 7)"}]}""";
        Path plans = Files.createDirectories(folder.resolve("layers"));
        Files.writeString(plans.resolve("auto.json"), "{\"layer\": \"auto\", \"rank\": 2, " + marks);
        Files.writeString(
                plans.resolve("two.json"),
                "{\"layer\": \"main.3..main.6\", \"strategy\": \"in-images\", \"shown\": 3, \"steps\": 3, " + marks);
        for (String name : List.of("auto", "two")) {
            Path out = plans.resolve(name);
            Ended ended = run(
                    "edit", "--edit", plans.resolve(name + ".json"), "--embed", "--generator", network, "--out", out);
            assertThat(ended.code()).as(ended.err()).isZero();
            Path file = out.resolve("patch.safetensors");
            Ended again = run("rebuild", file, "--generator", network, "--out", plans.resolve(name + "-again"));
            assertThat(again.out()).as(again.err()).contains("the same patch");
            Ended verified = run("verify", file, "--generator", network, "--samples", "20");
            assertThat(verified.out()).as(verified.err()).contains("20 fresh samples");
        }
    }

    @Test
    void what_a_program_held_is_named_with_its_hash() throws IOException {
        Region crown = Region.ellipse(32, 10, 10, 8);
        Exemplar disc = Exemplar.of(Nd4j.ones(3, 64, 64), crown).named("disc");
        Path taught = folder.resolve("taught.safetensors");
        Path stacked = folder.resolve("stacked.safetensors");
        try (Generator avatars = BundledGenerator.load()) {
            OutOfDomainRewrite.inImages()
                    .steps(1)
                    .batch(1, 0)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(avatars.memory("layer5"), ExemplarEdit.of(disc).shownOn(Sample.range(1, 0, 2)))
                    .patch()
                    .save(taught);
            Patch below = Patch.load(taught);
            try (Generator under = avatars.with(below, 0.5)) {
                UnitAblation.standard()
                        .evaluatedOn(0, 2)
                        .rewrite(
                                under.memory("layer3"),
                                Edit.copy(Sample.of(22), crown).pasteInto(Sample.of(7), crown))
                        .patch()
                        .save(stacked);
            }
            assertThat(Recipe.of(Patch.load(stacked)).orElseThrow().arguments())
                    .contains("share=0.05", "on=" + below.id() + " with strength 0.5");
        }
        Recipe recipe = Recipe.of(Patch.load(taught)).orElseThrow();
        assertThat(recipe.arguments()).contains("contexts=1: 0-1", "steps=1", "layer=layer5");
        Ended again = run("rebuild", taught, "--out", folder.resolve("taught-again"));
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("program 'OutOfDomainRewrite'", "exemplar=disc, 64 x 64, SHA-256");
        assertThat(run("rebuild", stacked, "--out", folder.resolve("taught-again"))
                        .err())
                .contains("program 'UnitAblation'", "0/edit.json, SHA-256");
    }

    @Test
    void a_plan_with_pictures_is_made_and_measured_again() throws IOException {
        float[][] mask = new float[64][64];
        for (int row = 26; row < 38; row++) {
            java.util.Arrays.fill(mask[row], 20, 44, 1);
        }
        Path plans = Files.createDirectories(folder.resolve("plans"));
        Files.write(plans.resolve("mask.png"), Images.greyPng(mask));
        Images.write(Nd4j.ones(3, 64, 64), plans.resolve("white.png"));
        Files.writeString(plans.resolve("white.json"), """
                {"strategy": "out-of-domain", "layer": "layer6", "steps": 6, "fresh": 4,
                 "exemplars": [{"image": "white.png", "mask": "mask.png"}], "context": [{"samples": "0-3"}]}""");
        Ended ended = run("edit", "--edit", plans.resolve("white.json"), "--embed", "--out", folder.resolve("white"));
        assertThat(ended.code()).as(ended.err()).isZero();
        Path file = folder.resolve("white/patch.safetensors");
        assertThat(Claim.of(Patch.load(file))).isPresent();
        Ended again = run("rebuild", file, "--out", folder.resolve("white-again"));
        assertThat(again.out()).contains("the same patch");
        Ended verified = run("verify", file, "--samples", "20");
        assertThat(verified.out()).contains("20 fresh samples", "95 % confidence");
    }

    @Test
    void a_patch_of_the_api_explains_itself_as_well() throws IOException {
        Region crown = Region.ellipse(32, 10, 10, 8);
        EditPlan plan = EditPlan.of(Edit.copy(Sample.of(22), crown).pasteInto(Sample.list(7, 9), crown), "layer3", 2)
                .evaluatedOn(4);
        Path file = folder.resolve("api.safetensors");
        try (Generator avatars = BundledGenerator.load()) {
            RecordedEdit.of(plan)
                    .rewrite(avatars, RewriteListener.SILENT)
                    .patch()
                    .save(file);
        }
        Patch patch = Patch.load(file);
        assertThat(patch.notes()).containsKeys("recipe", "measured", "thumbnail");
        Ended again = run("rebuild", file, "--out", folder.resolve("api-again"));
        assertThat(again.out()).contains("the same patch");
        assertThat(again.code()).isZero();
        Path other = folder.resolve("other.safetensors");
        patch.noting(Map.of(Recipe.NOTE, new Recipe("Library 1", "MainJob", List.of(), List.of()).note()))
                .save(other);
        Ended program = run("rebuild", other, "--out", folder.resolve("api-again"));
        assertThat(program.code()).isEqualTo(2);
        assertThat(program.err()).contains("program 'MainJob'");
    }
}
