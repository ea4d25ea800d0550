package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Files of diffusion autoencoders: the authors' Lightning checkpoints, of which the averaged weights {@code ema_model.*} are
 * read, and safetensors with the same names and the sizes in the metadata, as ours are.
 */
final class DiffusionFile {
    static final String KIND = "diffusion-autoencoder";
    static final String AVERAGED = "ema_model.";

    /** In the authors' checkpoints all lies in the state dict. */
    private static final String STATE = "state_dict.";

    private static final String NOISE = "x_T";
    private static final String MEAN = "conds_mean";
    private static final String DEVIATION = "conds_std";
    private static final String FACTOR = "conds_factor";
    private static final String MARK = AVERAGED + "time_embed.time_embed.0.weight";
    private static final String ENCODER = AVERAGED + "encoder.input_blocks.0.0.weight";

    private final TensorSource tensors;
    private final DiffusionArchitecture architecture;

    private DiffusionFile(TensorSource tensors, DiffusionArchitecture architecture) {
        this.tensors = tensors;
        this.architecture = architecture;
    }

    DiffusionArchitecture architecture() {
        return architecture;
    }

    /** Whether tensors are named as a diffusion autoencoder's. */
    static boolean looksLikeOne(TensorSource file) {
        return file.contains(STATE + MARK) || file.contains(MARK);
    }

    /**
     * The file, if it is one.
     *
     * @throws FileFormatException when it is one in part
     */
    static Optional<DiffusionFile> in(TensorSource file) throws IOException {
        if (!looksLikeOne(file)) {
            return Optional.empty();
        }
        TensorSource state = file.contains(STATE + MARK) ? file.under(STATE) : file;
        if (!state.contains(ENCODER)) {
            throw new FileFormatException(
                    file.label(),
                    "tensor names",
                    "this diffusion model has no encoder ('" + ENCODER
                            + "'): it is no autoencoder, whose latent it would be");
        }
        try {
            return Optional.of(new DiffusionFile(state, sizes(file)));
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(file.label(), "sizes", String.valueOf(wrong.getMessage()));
        }
    }

    private static DiffusionArchitecture sizes(TensorSource file) throws IOException {
        if (file instanceof TorchCheckpoint checkpoint
                && checkpoint.value() instanceof Map<?, ?> root
                && root.get("hyper_parameters") instanceof Map<?, ?> settings) {
            return ofSettings(file.label(), settings);
        }
        if (file instanceof SafeTensors ours && ours.metadata().containsKey("architecture")) {
            JsonNode sizes = JsonText.parse(ours.metadata().getOrDefault("architecture", ""), file.label());
            return new DiffusionArchitecture(
                    sizes.path("imageSize").asInt(),
                    sizes.path("channels").asInt(),
                    numbers(sizes.path("multipliers")),
                    numbers(sizes.path("encoderMultipliers")),
                    sizes.path("blocks").asInt(),
                    sizes.path("encoderBlocks").asInt(),
                    numbers(sizes.path("attention")),
                    sizes.path("style").asInt(),
                    sizes.path("embedding").asInt(),
                    sizes.path("times").asInt(),
                    sizes.path("groups").asInt(DiffusionArchitecture.GROUPS));
        }
        throw new FileFormatException(
                file.label(),
                "key 'hyper_parameters'",
                "the sizes of this diffusion autoencoder are missing: take the whole Lightning checkpoint, not its state"
                        + " dict alone");
    }

    private static List<Integer> numbers(JsonNode list) {
        List<Integer> numbers = new ArrayList<>();
        list.forEach(n -> numbers.add(n.asInt()));
        return numbers;
    }

    private static DiffusionArchitecture ofSettings(String label, Map<?, ?> settings) throws FileFormatException {
        Object schedule = settings.get("beta_scheduler");
        if (schedule != null && !schedule.equals("linear")) {
            throw FileFormatException.atKey(
                    label, "beta_scheduler", "the schedule of noise is '" + schedule + "'; known is linear");
        }
        int blocks = whole(label, settings, "net_num_res_blocks", 2);
        List<Integer> attention = wholes(settings.get("net_attn"));
        return new DiffusionArchitecture(
                whole(label, settings, "img_size", -1),
                whole(label, settings, "net_ch", -1),
                wholes(settings.get("net_ch_mult")),
                wholes(settings.get("net_enc_channel_mult")),
                blocks,
                whole(label, settings, "net_enc_num_res_blocks", blocks),
                attention,
                whole(label, settings, "style_ch", 512),
                whole(label, settings, "net_beatgans_embed_channels", 512),
                whole(label, settings, "T", 1000),
                DiffusionArchitecture.GROUPS);
    }

    private static int whole(String label, Map<?, ?> settings, String key, int otherwise) throws FileFormatException {
        Object value = settings.get(key);
        if (value instanceof Long number && number > 0 && number < 1 << 20) {
            return number.intValue();
        }
        if (value == null && otherwise > 0) {
            return otherwise;
        }
        throw FileFormatException.atKey(label, "hyper_parameters/" + key, "it is " + value + "; expected is a size");
    }

    private static List<Integer> wholes(@Nullable Object list) {
        List<Integer> all = new ArrayList<>();
        if (list instanceof List<?> numbers) {
            for (Object number : numbers) {
                all.add(number instanceof Long value ? (int) Math.min(value, Integer.MAX_VALUE) : -1);
            }
        }
        return all;
    }

    /** Refuses a file in which a weight is missing or has another shape. */
    void requireComplete() throws IOException {
        for (Map.Entry<String, long[]> weight : shapes().entrySet()) {
            String name = AVERAGED + weight.getKey();
            long[] found = tensors.shape(name);
            if (!Arrays.equals(found, weight.getValue())) {
                throw FileFormatException.atKey(
                        tensors.label(),
                        name,
                        "it has the shape " + Arrays.toString(found) + "; by the sizes of the file expected was "
                                + Arrays.toString(weight.getValue()));
            }
        }
    }

    Map<String, long[]> shapes() {
        Map<String, long[]> all =
                new LinkedHashMap<>(DiffusionGraph.unet(architecture).weights());
        all.putAll(DiffusionGraph.encoder(architecture).weights());
        return all;
    }

    DiffusionWeights read() throws IOException {
        requireComplete();
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> weight : shapes().entrySet()) {
            float[] values = floats(AVERAGED + weight.getKey());
            int[] shape =
                    Arrays.stream(weight.getValue()).mapToInt(Math::toIntExact).toArray();
            parameters.put(weight.getKey(), new Parameter(weight.getKey(), values, shape));
        }
        int pixels = 3 * architecture.imageSize() * architecture.imageSize();
        float[] noise = Noise.of(pixels);
        if (tensors.contains(NOISE)) {
            float[] all = floats(NOISE);
            if (all.length < pixels) {
                throw FileFormatException.atKey(
                        tensors.label(), NOISE, "it has " + all.length + " numbers; expected were " + pixels);
            }
            noise = Arrays.copyOf(all, pixels);
        }
        return new DiffusionWeights(architecture, parameters, noise, cloud());
    }

    private LatentCloud cloud() throws IOException {
        int d = architecture.style();
        if (!tensors.contains(MEAN) || !tensors.contains(DEVIATION)) {
            return LatentCloud.standard(d);
        }
        double[] mean = doubles(MEAN, d);
        if (!tensors.contains(FACTOR)) {
            return LatentCloud.diagonal(mean, doubles(DEVIATION, d));
        }
        double[] flat = doubles(FACTOR, d * d);
        double[][] factor = new double[d][];
        for (int i = 0; i < d; i++) {
            factor[i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
        }
        return new LatentCloud(mean, factor);
    }

    private double[] doubles(String name, int length) throws IOException {
        float[] numbers = floats(name);
        if (numbers.length != length) {
            throw FileFormatException.atKey(
                    tensors.label(), name, "it has " + numbers.length + " numbers; expected were " + length);
        }
        double[] result = new double[length];
        for (int i = 0; i < length; i++) {
            result[i] = numbers[i];
        }
        return result;
    }

    private float[] floats(String name) throws IOException {
        INDArray array = tensors.loadAs(name, DataType.FLOAT);
        float[] numbers = HostArrays.of(array);
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw FileFormatException.atKey(tensors.label(), name, "it holds " + number);
            }
        }
        return numbers;
    }

    /** Adds networks, noise and latents to a file. */
    static void write(SafeTensorsWriter writer, DiffusionWeights weights) {
        weights.parameters()
                .forEach((name, p) -> writer.add(
                        AVERAGED + name,
                        p.value(),
                        Arrays.stream(p.shape()).asLongStream().toArray()));
        int side = weights.architecture().imageSize();
        int d = weights.architecture().style();
        LatentCloud cloud = weights.latents();
        double[] deviation = new double[d];
        double[] factor = cloud.factor();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                deviation[i] += factor[i * d + j] * factor[i * d + j];
            }
            deviation[i] = Math.sqrt(deviation[i]);
        }
        writer.add(NOISE, weights.noise(), 1, 3, side, side)
                .add(MEAN, cloud.mean(), 1, d)
                .add(DEVIATION, deviation, 1, d)
                .add(FACTOR, factor, d, d)
                .metadata("architecture", Json.pretty(weights.architecture()));
    }
}
