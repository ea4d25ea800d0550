package io.github.rewrite4j.samediff.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.RuleWeights;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Numbers of the authors' code on random weights. */
class ClipTest {
    private static final GoldenFile GOLDEN = GoldenFile.resource("/clip/clip_golden.safetensors");
    private static final Map<String, INDArray> WEIGHTS = RuleWeights.resource("/clip/clip_weights_rule.json");

    @TempDir
    static Path folder;

    private static Clip clip;
    private static Clip archive;

    @BeforeAll
    static void load() throws IOException {
        SmallVocabulary.in(folder);
        Path file = folder.resolve("clip.safetensors");
        Files.write(file, RuleWeights.file(WEIGHTS));
        clip = Clip.load(file);
        archive = TinyClip.in(folder);
    }

    @AfterAll
    static void close() {
        clip.close();
        archive.close();
    }

    private static double distance(INDArray expected, Node node) {
        Node plain = Layout.CHANNELS_FIRST.of(node);
        float[] wanted = expected.castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT)
                .dup('c')
                .data()
                .asFloat();
        assertThat(plain.length()).isGreaterThanOrEqualTo(wanted.length);
        double largest = 0;
        for (int i = 0; i < wanted.length; i++) {
            largest = Math.max(largest, Math.abs(wanted[i] - plain.value()[i]));
        }
        return largest;
    }

    private static List<int[]> tokens(String name) {
        INDArray tokens = GOLDEN.array(name);
        List<int[]> rows = new ArrayList<>();
        for (int i = 0; i < tokens.size(0); i++) {
            rows.add(tokens.getRow(i).dup().toIntVector());
        }
        return rows;
    }

    @Test
    void sizes_follow_from_the_weights() {
        assertThat(clip.architecture())
                .isEqualTo(new ClipArchitecture(
                        32,
                        32,
                        8,
                        new ClipArchitecture.Tower(128, 2, 2),
                        new ClipArchitecture.Tower(128, 2, 2),
                        77,
                        49408,
                        true));
        assertThat(clip.scale())
                .isCloseTo(GOLDEN.doubles("logit_scale_exp")[0], org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void the_picture_side_block_by_block() {
        try (Tape tape = new Tape()) {
            ClipImages images = clip.images();
            Node pixels = tape.constant(GOLDEN.array("image"));
            assertThat(distance(GOLDEN.array("visual.conv1[0]"), images.inner(tape, pixels, "patches")))
                    .isLessThan(8e-5);
            assertThat(distance(GOLDEN.array("visual.ln_pre[0]"), images.inner(tape, pixels, "entered")))
                    .isLessThan(8e-5);
            assertThat(distance(GOLDEN.array("visual.resblock0.attn[0]"), images.inner(tape, pixels, "attention0")))
                    .isLessThan(8e-5);
            assertThat(distance(GOLDEN.array("visual.resblock0.mlp[0]"), images.inner(tape, pixels, "mlp0")))
                    .isLessThan(8e-5);
            assertThat(distance(GOLDEN.array("visual.resblock1[0]"), images.inner(tape, pixels, "block1")))
                    .isLessThan(1.4e-4);
            assertThat(distance(GOLDEN.array("visual.ln_post"), images.inner(tape, pixels, "token")))
                    .isLessThan(8e-5);
            assertThat(distance(GOLDEN.array("image_features"), images.ofFitted(tape, pixels)))
                    .isLessThan(8e-5);
        }
    }

    @Test
    void the_text_side_block_by_block() {
        List<int[]> tokens = tokens("tokens");
        try (Tape tape = new Tape()) {
            assertThat(distance(
                            GOLDEN.array("text.resblock0[0]"), clip.textSide().run(tape, tokens, "block0")))
                    .isLessThan(1.4e-4);
            assertThat(distance(
                            GOLDEN.array("text.resblock1[0]"), clip.textSide().run(tape, tokens, "block1")))
                    .isLessThan(1.4e-4);
            assertThat(distance(
                            GOLDEN.array("text.ln_final[0]"), clip.textSide().run(tape, tokens, ClipTexts.NORMALISED)))
                    .isLessThan(1.4e-4);
            assertThat(distance(GOLDEN.array("text_features"), clip.textSide().run(tape, tokens, ClipTexts.EMBEDDING)))
                    .isLessThan(8e-5);
        }
    }

    private static void logits(Clip of, String image, String tokens, String expected) {
        double[][] seen;
        try (Tape tape = new Tape()) {
            Node rows = of.images().ofFitted(tape, tape.constant(GOLDEN.array(image)));
            seen = new double[rows.size(0)][rows.size(1)];
            for (int i = 0; i < rows.length(); i++) {
                seen[i / rows.size(1)][i % rows.size(1)] = rows.value()[i];
            }
        }
        double[][] logits = of.logits(seen, of.textSide().vectors(tokens(tokens)));
        INDArray golden = GOLDEN.array(expected);
        for (int i = 0; i < logits.length; i++) {
            for (int j = 0; j < logits[i].length; j++) {
                assertThat(Math.abs(logits[i][j] - golden.getDouble(i, j))).isLessThan(1e-4);
            }
        }
    }

    @Test
    void logits_of_both_files() {
        logits(clip, "image", "tokens", "logits_per_image");
        logits(archive, "jit.image", "jit.tokens", "jit.logits_per_image");
    }

    @Test
    void the_archive_of_a_program_is_read_without_running_it() {
        assertThat(archive.architecture().embedding()).isEqualTo(16);
        try (Tape tape = new Tape()) {
            Node seen = archive.images().ofFitted(tape, tape.constant(GOLDEN.array("jit.image")));
            assertThat(distance(GOLDEN.array("jit.image_features"), seen)).isLessThan(5e-5);
            Node said = archive.textSide().run(tape, tokens("jit.tokens"), ClipTexts.EMBEDDING);
            assertThat(distance(GOLDEN.array("jit.text_features"), said)).isLessThan(5e-5);
        }
    }

    @Test
    void pictures_are_prepared_to_the_bit() {
        for (String kind : List.of("", "small_")) {
            INDArray raw = GOLDEN.array("preprocess." + kind + "uint8_HWC");
            int h = (int) raw.size(0);
            int w = (int) raw.size(1);
            int[][] planes = new int[3][h * w];
            for (int i = 0; i < 3 * h * w; i++) {
                planes[i % 3][i / 3] = raw.getInt(i / 3 / w, i / 3 % w, i % 3);
            }
            INDArray made = ClipPicture.of(planes, h, w, 32);
            INDArray golden = GOLDEN.array("preprocess." + kind + "out").reshape(1, 3, 32, 32);
            assertThat(made.sub(golden).amaxNumber().doubleValue()).isLessThan(1e-5);
            // What gradients flow through differs by the rounding to eight bits only.
            try (Tape tape = new Tape()) {
                float[] pixels = new float[3 * h * w];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = planes[i / (h * w)][i % (h * w)] / 127.5f - 1;
                }
                Node image = tape.constant(pixels, 1, 3, h, w);
                double[][] exact = rows(clip.images().ofFitted(tape, tape.constant(made)));
                double[][] smooth = rows(clip.images().embedding(tape, image));
                assertThat(clip.logits(exact, smooth)[0][0] / clip.scale()).isGreaterThan(0.999);
            }
        }
    }

    private static double[][] rows(Node node) {
        double[][] rows = new double[node.size(0)][node.size(1)];
        for (int i = 0; i < node.length(); i++) {
            rows[i / node.size(1)][i % node.size(1)] = node.value()[i];
        }
        return rows;
    }

    /** The weights under the names, and in the forms, of Hugging Face. */
    private static Map<String, INDArray> huggingFace() {
        Map<String, INDArray> all = new LinkedHashMap<>();
        WEIGHTS.forEach((name, array) -> {
            String to = name.startsWith("visual.")
                    ? "vision_model." + name.substring(7)
                    : name.equals("logit_scale") || name.equals("text_projection") ? name : "text_model." + name;
            to = to.replace("vision_model.proj", "visual_projection.weight")
                    .replace("transformer.resblocks", "encoder.layers")
                    .replace("vision_model.class_embedding", "vision_model.embeddings.class_embedding")
                    .replace("model.positional_embedding", "model.embeddings.position_embedding.weight")
                    .replace("vision_model.conv1", "vision_model.embeddings.patch_embedding")
                    .replace("token_embedding", "embeddings.token_embedding")
                    .replace("ln_pre", "pre_layrnorm")
                    .replace("ln_post", "post_layernorm")
                    .replace("ln_final", "final_layer_norm")
                    .replace("ln_1", "layer_norm1")
                    .replace("ln_2", "layer_norm2")
                    .replace("mlp.c_fc", "mlp.fc1")
                    .replace("mlp.c_proj", "mlp.fc2")
                    .replace(".attn.", ".self_attn.");
            if (to.contains("in_proj_")) {
                long third = array.size(0) / 3;
                String kind = to.substring(to.lastIndexOf('_') + 1);
                String before = to.substring(0, to.indexOf("in_proj_"));
                for (int i = 0; i < 3; i++) {
                    INDArray part = array.rank() == 1
                            ? array.get(NDArrayIndex.interval(i * third, (i + 1) * third))
                            : array.get(NDArrayIndex.interval(i * third, (i + 1) * third), NDArrayIndex.all());
                    all.put(before + "qkv".charAt(i) + "_proj." + kind, part.dup('c'));
                }
            } else if (to.equals("text_projection") || to.equals("visual_projection.weight")) {
                all.put(
                        to.equals("text_projection") ? to + ".weight" : to,
                        array.transpose().dup('c'));
            } else {
                all.put(to, array);
            }
        });
        return all;
    }

    @Test
    void files_of_hugging_face_give_the_same() throws IOException {
        Path file = folder.resolve("model.safetensors");
        SafeTensorsWriter writer = SafeTensorsWriter.of(huggingFace(), Map.of());
        writer.add("vision_model.embeddings.position_ids", new long[] {0, 1}, 1, 2);
        writer.write(file);
        try (Clip other = Clip.load(file)) {
            assertThat(other.architecture()).isEqualTo(clip.architecture());
            logits(other, "image", "tokens", "logits_per_image");
        }
    }

    @Test
    void gradients_reach_the_pictures() {
        Random random = new Random(5);
        int length = 2 * 3 * 20 * 24;
        float[] pixels = new float[length];
        float[] along = new float[length];
        float[] seed = new float[2 * 16];
        for (int i = 0; i < length; i++) {
            pixels[i] = random.nextFloat() * 2 - 1;
            along[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (float) random.nextGaussian();
        }
        double slope = 0;
        try (Tape tape = new Tape()) {
            Node image = tape.variable(pixels, 2, 3, 20, 24);
            tape.backward(archive.images().embedding(tape, image), seed);
            for (int i = 0; i < length; i++) {
                slope += image.gradient()[i] * along[i];
            }
        }
        double step = 3e-3;
        double difference = (moved(pixels, along, step, seed) - moved(pixels, along, -step, seed)) / (2 * step);
        assertThat(Math.abs(slope)).isGreaterThan(0.1);
        assertThat(difference / slope).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-2));
    }

    private static double moved(float[] pixels, float[] along, double step, float[] seed) {
        float[] moved = pixels.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * along[i]);
        }
        INDArray rows = archive.images().embedding(Nd4j.create(moved, new long[] {2, 3, 20, 24}, 'c'));
        double sum = 0;
        for (int i = 0; i < seed.length; i++) {
            sum += seed[i] * rows.getDouble(i / 16, i % 16);
        }
        return sum;
    }

    @Test
    void maps_are_the_tokens_of_the_patches() {
        try (Tape tape = new Tape()) {
            Node pixels = tape.variable(new float[3 * 16 * 16], 1, 3, 16, 16);
            Node maps = archive.images().features(tape, pixels).get(0);
            assertThat(maps.shape()).containsExactly(1, 64, 2, 2);
            float[] seed = new float[maps.length()];
            seed[3] = 1;
            tape.backward(maps, seed);
            assertThat(pixels.gradient()).isNotEqualTo(new float[pixels.length()]);
        }
    }

    @Test
    void what_is_no_clip_says_what_is_expected() throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafeTensorsWriter.of(Map.of("visual.layer1.0.conv1.weight", Nd4j.ones(2, 2)), Map.of())
                .write(file);
        assertThatThrownBy(() -> Clip.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("ResNet");
        SafeTensorsWriter.of(Map.of("a", Nd4j.ones(2, 2)), Map.of()).write(file);
        assertThatThrownBy(() -> Clip.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("Hugging Face");
    }

    @Test
    void grey_pictures_are_seen_as_the_same_grey_in_all_colours() {
        INDArray grey = Avatars.random(4, 2, 1, 40, 56).muli(0.3);
        assertThat(clip.images().embedding(grey)).isEqualTo(clip.images().embedding(Nd4j.tile(grey, 1, 3, 1, 1)));
    }
}
