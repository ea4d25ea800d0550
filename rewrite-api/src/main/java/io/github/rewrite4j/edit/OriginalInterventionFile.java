package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Interventions as the notebook of "Rewriting a Deep Generative Model" (Bau et al. 2020) about reflections saves them:
 *
 * <pre>
 *   {"14": {"value": "-5.0", "intervention": "data:image/png;base64,...", "revert": "data:image/png;base64,..."}, ...}
 * </pre>
 *
 * <p>Image numbers are those of {@link Sample#of(int)}; of the masks the red channel counts. The notebook also notes images
 * that were only looked at, without a mask or with one of two: those are left out, since they say nothing. Images come in
 * the order of their numbers, as the notebook takes them. The masks of a file have at most 2^24 pixels together.
 */
public final class OriginalInterventionFile {
    private static final String PREFIX = "data:image/png;base64,";

    private OriginalInterventionFile() {}

    /**
     * Reads a file.
     *
     * @throws FileFormatException when a record is damaged, or none has both masks
     */
    public static List<Intervention> read(Path file) throws IOException {
        return read(JsonText.read(file), file.toString());
    }

    /**
     * As {@link #read}, from the text.
     *
     * @param label what error messages call it
     */
    public static List<Intervention> parse(String text, String label) throws IOException {
        return read(JsonText.parse(text, label), label);
    }

    private static List<Intervention> read(JsonNode root, String label) throws IOException {
        if (!root.isObject()) {
            throw new FileFormatException(
                    label,
                    "contents",
                    "expected {\"image number\": {\"value\", \"intervention\", \"revert\"}, ...}, as the original notebook"
                            + " writes it");
        }
        if (root.size() > EditReader.MOST_SAMPLES) {
            throw new FileFormatException(label, "contents", "at most " + EditReader.MOST_SAMPLES + " images are read");
        }
        MaskReader masks = new MaskReader(Path.of(""), MaskFiles.INSIDE_FOLDER);
        List<Intervention> read = new ArrayList<>();
        for (var fields = root.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode record = field.getValue();
            int image = number(field.getKey(), label);
            if (!record.isObject()) {
                throw FileFormatException.atKey(
                        label, field.getKey(), "expected {\"value\", \"intervention\", \"revert\"}");
            }
            double value = value(record.path("value"), label, field.getKey() + ".value");
            if (!isEmpty(record.path("intervention")) && !isEmpty(record.path("revert"))) {
                read.add(new Intervention(
                        Sample.of(image),
                        value,
                        mask(record.path("intervention"), label, field.getKey() + ".intervention", masks),
                        mask(record.path("revert"), label, field.getKey() + ".revert", masks)));
            }
        }
        if (read.isEmpty()) {
            throw new FileFormatException(
                    label, "contents", "no image has both an 'intervention' and a 'revert' mask: mark one at least");
        }
        read.sort(Comparator.comparingInt(intervention -> ((Sample) intervention.subject()).index()));
        return List.copyOf(read);
    }

    private static int number(String key, String label) throws FileFormatException {
        if (!key.matches("[0-9]{1,9}") || Integer.parseInt(key) > Sample.MAX_INDEX) {
            throw FileFormatException.atKey(label, key, "expected the number of an image, from 0");
        }
        return Integer.parseInt(key);
    }

    /** The notebook keeps the text of a box that people type into. */
    private static double value(JsonNode node, String label, String key) throws FileFormatException {
        try {
            double value = node.isNumber() ? node.doubleValue() : Double.parseDouble(node.asText());
            if (Double.isFinite(value) && (node.isNumber() || node.isTextual())) {
                return value;
            }
        } catch (NumberFormatException noNumber) {
            // Said below, as for what is no text.
        }
        throw FileFormatException.atKey(label, key, "expected a finite number, such as \"10.0\"");
    }

    private static boolean isEmpty(JsonNode mask) {
        return mask.isMissingNode()
                || mask.isNull()
                || (mask.isTextual() && mask.textValue().isBlank());
    }

    private static Region mask(JsonNode node, String label, String key, MaskReader masks) throws IOException {
        if (!node.isTextual() || !node.textValue().startsWith(PREFIX)) {
            throw FileFormatException.atKey(label, key, "the mask does not start with '" + PREFIX + "'");
        }
        try {
            byte[] png = Base64.getDecoder()
                    .decode(node.textValue().substring(PREFIX.length()).strip());
            // A background is no brush stroke: areas of any size and shape are meant as they stand.
            return red(Pixels.read(masks.decodable(png, "the mask"), "the mask"));
        } catch (IllegalArgumentException | IOException broken) {
            FileFormatException failure = FileFormatException.atKey(
                    label, key, "the mask cannot be read as a PNG in base64: " + broken.getMessage());
            failure.initCause(broken);
            throw failure;
        }
    }

    private static Region red(Pixels pixels) {
        float[][] mask = new float[pixels.height()][pixels.width()];
        for (int y = 0; y < mask.length; y++) {
            for (int x = 0; x < mask[y].length; x++) {
                mask[y][x] = pixels.value(Pixels.RED, y, x) / 255f;
            }
        }
        return Region.of(mask);
    }

    /**
     * Writes interventions, atomically.
     *
     * @param interventions each of another sample of the default seed
     * @param imageHeight pixels of the generator's images, which masks are drawn for
     * @param imageWidth pixels of the generator's images
     * @throws IllegalArgumentException when the format cannot express them
     */
    public static void write(Path file, List<Intervention> interventions, int imageHeight, int imageWidth)
            throws IOException {
        Objects.requireNonNull(file, "file");
        Map<String, Object> content = new LinkedHashMap<>();
        for (Intervention intervention : interventions) {
            if (!(intervention.subject() instanceof Sample sample) || sample.seed() != Sample.DEFAULT_SEED) {
                throw new IllegalArgumentException("The original format numbers images of seed " + Sample.DEFAULT_SEED
                        + ", but one of these is of " + intervention.subject() + ".");
            }
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("value", Double.toString(intervention.value()));
            record.put("intervention", url(intervention.cause(), imageHeight, imageWidth));
            record.put("revert", url(intervention.effect(), imageHeight, imageWidth));
            if (content.put(Integer.toString(sample.index()), record) != null) {
                throw new IllegalArgumentException(
                        "The original format holds one intervention for each image, but " + sample + " has two.");
            }
        }
        Json.write(file, content);
    }

    private static String url(Region region, int height, int width) throws IOException {
        Mask mask = region.requireOnImage(height, width);
        return PREFIX + Base64.getEncoder().encodeToString(Images.greyPng(mask.toRows()));
    }
}
