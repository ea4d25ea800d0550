package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The tensors of a CLIP file under OpenAI's names, whichever names the file has. */
final class ClipWeights {
    private static final int HEAD = 64;
    private static final String CLASS = "visual.class_embedding";

    private final TensorSource file;
    private final boolean huggingFace;
    private final ClipArchitecture architecture;

    private ClipWeights(TensorSource file, boolean huggingFace, JsonNode config) throws IOException {
        this.file = file;
        this.huggingFace = huggingFace;
        this.architecture = architecture(config);
    }

    /**
     * The weights of a file, which stays the caller's.
     *
     * @param beside the folder that a config.json may lie in
     * @throws FileFormatException when it is no CLIP network with a vision transformer
     */
    static ClipWeights of(TensorSource file, Path beside) throws IOException {
        List<String> names = file.names();
        boolean openAi = names.contains(CLASS) && names.contains("visual.proj");
        boolean huggingFace = names.contains("vision_model.embeddings.class_embedding");
        if (!openAi && !huggingFace) {
            boolean residual = names.contains("visual.layer1.0.conv1.weight");
            throw new FileFormatException(
                    file.label(),
                    "tensor names",
                    residual
                            ? "this CLIP looks at pictures with a ResNet, which is not read; take one with a vision"
                                    + " transformer, such as ViT-B-32.pt"
                            : "expected are a CLIP network of OpenAI with '" + CLASS + "', or one of Hugging Face with"
                                    + " 'vision_model.embeddings.class_embedding'");
        }
        Path config = beside.resolve("config.json");
        JsonNode settings = huggingFace && Files.isRegularFile(config)
                ? JsonText.parse(Files.readString(config), config.toString())
                : JsonText.parse("{}", "no config.json");
        return new ClipWeights(file, huggingFace, settings);
    }

    ClipArchitecture architecture() {
        return architecture;
    }

    private ClipArchitecture architecture(JsonNode config) throws IOException {
        long[] convolution = shape("visual.conv1.weight", 4);
        long[] places = shape("visual.positional_embedding", 2);
        long[] context = shape("positional_embedding", 2);
        long[] tokens = shape("token_embedding.weight", 2);
        int grid = (int) Math.round(Math.sqrt(places[0] - 1.0));
        if ((long) grid * grid + 1 != places[0] || convolution[2] != convolution[3]) {
            throw FileFormatException.atKey(
                    file.label(),
                    name("visual.positional_embedding"),
                    "it has " + places[0] + " places, of which one is the class and the rest should be a square");
        }
        String act = config.path("text_config").path("hidden_act").asText("quick_gelu");
        int width = (int) places[1];
        int textWidth = (int) context[1];
        try {
            return new ClipArchitecture(
                    (int) projection("visual.proj")[1],
                    (int) convolution[2] * grid,
                    (int) convolution[2],
                    new ClipArchitecture.Tower(width, layers("visual."), heads(config, "vision_config", width)),
                    new ClipArchitecture.Tower(textWidth, layers(""), heads(config, "text_config", textWidth)),
                    (int) context[0],
                    (int) tokens[0],
                    act.equals("quick_gelu"));
        } catch (IllegalArgumentException e) {
            throw new FileFormatException(file.label(), "tensor shapes", String.valueOf(e.getMessage()));
        }
    }

    private static int heads(JsonNode config, String tower, int width) {
        return config.path(tower).path("num_attention_heads").asInt(Math.max(1, width / HEAD));
    }

    private long[] projection(String openAi) throws IOException {
        long[] shape = shape(openAi, 2);
        return huggingFace ? new long[] {shape[1], shape[0]} : shape;
    }

    private int layers(String tower) {
        int count = 0;
        while (file.contains(name(tower + "transformer.resblocks." + count + ".ln_1.weight"))) {
            count++;
        }
        return count;
    }

    private long[] shape(String openAi, int rank) throws IOException {
        long[] shape = file.shape(name(openAi));
        if (shape.length != rank || Arrays.stream(shape).anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
            throw FileFormatException.atKey(
                    file.label(),
                    name(openAi),
                    "it has the shape " + Arrays.toString(shape) + "; expected were " + rank + " sizes");
        }
        return shape;
    }

    /** A tensor as float32, of a certain shape. */
    INDArray read(String openAi, long... expected) throws IOException {
        INDArray array = huggingFace && openAi.contains(".attn.in_proj_") ? joined(openAi) : load(name(openAi));
        boolean turned = huggingFace && (openAi.equals("visual.proj") || openAi.equals("text_projection"));
        INDArray read = turned ? array.transpose().dup('c') : array;
        if (!Arrays.equals(read.shape(), expected) && !(expected.length == 0 && read.length() == 1)) {
            throw FileFormatException.atKey(
                    file.label(),
                    name(openAi),
                    "it has the shape " + Arrays.toString(read.shape()) + "; expected was "
                            + Arrays.toString(expected));
        }
        double sum = read.sumNumber().doubleValue();
        if (!Double.isFinite(sum)) {
            throw FileFormatException.atKey(file.label(), name(openAi), "it holds numbers that are not finite");
        }
        return read;
    }

    private INDArray load(String name) throws IOException {
        return file.loadAs(name, DataType.FLOAT);
    }

    private INDArray joined(String openAi) throws IOException {
        String kind = openAi.substring(openAi.lastIndexOf('_') + 1);
        String attention = name(openAi.substring(0, openAi.indexOf(".in_proj_")));
        return Nd4j.concat(
                0,
                load(attention + ".q_proj." + kind),
                load(attention + ".k_proj." + kind),
                load(attention + ".v_proj." + kind));
    }

    private String name(String openAi) {
        if (!huggingFace) {
            return openAi;
        }
        return switch (openAi) {
            case CLASS -> "vision_model.embeddings.class_embedding";
            case "visual.positional_embedding" -> "vision_model.embeddings.position_embedding.weight";
            case "visual.conv1.weight" -> "vision_model.embeddings.patch_embedding.weight";
            case "visual.proj" -> "visual_projection.weight";
            case "text_projection" -> "text_projection.weight";
            case "token_embedding.weight" -> "text_model.embeddings.token_embedding.weight";
            case "positional_embedding" -> "text_model.embeddings.position_embedding.weight";
            case "logit_scale" -> openAi;
            default ->
                openAi.replace("visual.ln_pre", "vision_model.pre_layrnorm")
                        .replace("visual.ln_post", "vision_model.post_layernorm")
                        .replace("visual.transformer.resblocks", "vision_model.encoder.layers")
                        .replace("ln_final", "text_model.final_layer_norm")
                        .replaceFirst("^transformer\\.resblocks", "text_model.encoder.layers")
                        .replace(".ln_1", ".layer_norm1")
                        .replace(".ln_2", ".layer_norm2")
                        .replace(".attn", ".self_attn")
                        .replace(".c_fc", ".fc1")
                        .replace(".c_proj", ".fc2");
        };
    }
}
