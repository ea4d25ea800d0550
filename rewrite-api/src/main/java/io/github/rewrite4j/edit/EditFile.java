package io.github.rewrite4j.edit;

import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Plans as JSON files, for people to write by hand:
 *
 * <pre>
 * {
 *   "layer": "layer5",
 *   "rank": 3,
 *   "object": {"sample": 22, "region": "ellipse(32, 10, 11, 9)"},
 *   "paste": [{"sample": 7, "region": "ellipse(32, 10, 11, 9)"}],
 *   "context": [{"samples": [2, 6, 11, 16], "region": "ellipse(32, 10, 11, 9)"}]
 * }
 * </pre>
 *
 * <p>{@code strategy} says how: {@code low-rank}, which is meant where there is none, needs a {@code rank} and knows {@code
 * solver} (levenberg-marquardt, adam, projected-gradient), {@code directions} (zca, mean, svd) and {@code gamma}; {@code
 * closed-form} knows {@code form} (exact, ridge, rome, memit), {@code keys} (channels, patches) and {@code weight}; {@code
 * unit-ablation} knows {@code share}. Three more do not copy and paste, and are read by {@link #plan}:
 *
 * <pre>
 * {
 *   "strategy": "out-of-domain",
 *   "layer": "layer6..layer9",
 *   "exemplars": [{"image": "cap.png"}, {"image": "face.png", "mask": "object.png"}],
 *   "width": 40, "centre": [32, 12],
 *   "context": [{"samples": "0-255"}], "except": [{"samples": "256-400"}],
 *   "steps": 600
 * }
 *
 * {
 *   "strategy": "transplant",
 *   "layer": "body.12",
 *   "pairs": [{"shown": {"inputs": {"image": "a.png"}}, "wanted": {"inputs": {"image": "b.png"}},
 *              "region": "ellipse(40, 32, 9, 9)"}],
 *   "by": {"rank": 1}
 * }
 *
 * {
 *   "strategy": "erase",
 *   "layer": "layer5",
 *   "example": {"sample": 7, "region": "png(watermark.png)"},
 *   "context": [{"samples": [9, 12], "region": "png(watermark.png)"}]
 * }
 * </pre>
 *
 * <p>An exemplar is a picture whose alpha is the object, or one beside a {@code mask} or a picture {@code without} the
 * object; {@code goals} are more of them, which the report compares with. Images of {@code except} should not show it. {@code by} holds the keys of {@code low-rank} or
 * {@code closed-form}; {@code erase} also knows {@code share} and {@code times}.
 *
 * <p>{@code samples} may also be a range, {@code "1000-1031"}. Optional: {@code context}, {@code fresh}, and a {@code seed} beside every sample. Instead of a sample, {@code "inputs"} names inputs of one's own: a file that
 * {@link OwnInputs#save} wrote, such as a latent that was found by inversion, or a picture for each input, {@code {"image":
 * "face.png"}}, beside which an input may be a region, {@code {"mask": {"region": "full().minus(ellipse(32, 40, 9, 6))"}}}.
 * Pictures are in [-1, 1], regions in [0, 1]. Regions are written as {@link
 * Region#parse} reads them, files relative to the folder of the plan and inside it. Unknown keys are errors. A
 * file names at most 10,000 samples, and its masks and pictures have at most 2^24 pixels together.
 */
public final class EditFile {
    private EditFile() {}

    /**
     * Reads a plan of any strategy; masks and pictures are opened only in its folder.
     *
     * @throws FileFormatException as {@link #read(Path)}
     * @throws IOException if the file cannot be read
     */
    public static Plan plan(Path file) throws IOException {
        return plan(file, MaskFiles.INSIDE_FOLDER);
    }

    /**
     * As {@link #plan(Path)}.
     *
     * @param masks which files may be opened as masks and pictures
     */
    public static Plan plan(Path file, MaskFiles masks) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(masks, "masks");
        return new PlanReader(new MaskReader(folderOf(file), masks)).plan(fields(file));
    }

    /**
     * Reads a plan of an edit of copy and paste; masks are opened only in its folder.
     *
     * @throws FileFormatException naming the key at fault, also where a mask cannot be read or may not be opened, or
     *     saying that this is a file of the original interface
     * @throws IOException if the file cannot be read
     */
    public static EditPlan read(Path file) throws IOException {
        return read(file, MaskFiles.INSIDE_FOLDER);
    }

    /**
     * As {@link #read(Path)}.
     *
     * @param masks which files may be opened as masks
     */
    public static EditPlan read(Path file, MaskFiles masks) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(masks, "masks");
        JsonFields fields = fields(file);
        if (PlanReader.knows(fields)) {
            throw fields.wrong(
                    PlanReader.STRATEGY, "a plan of this strategy does not copy and paste: read it with EditFile.plan");
        }
        return new EditReader(new MaskReader(folderOf(file), masks)).plan(fields);
    }

    private static JsonFields fields(Path file) throws IOException {
        JsonNode content = JsonText.read(file);
        if (OriginalEditFile.isOne(content)) {
            throw new FileFormatException(
                    file.toString(),
                    "contents",
                    "this is a file of the original interface: it names no layer. Read it with OriginalEditFile, or on"
                            + " the command line add --layer and --rank");
        }
        return JsonFields.of(file.toString(), content);
    }

    /**
     * The JSON schema of these files (draft 2020-12), for editors that complete and check them: a new stream, which the
     * caller closes.
     */
    public static InputStream schema() {
        return Objects.requireNonNull(EditFile.class.getResourceAsStream("edit-file.schema.json"), "the schema");
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file : folder;
    }

    /**
     * Writes a plan so that {@link #plan} gives an equal one. The file appears whole or not at all.
     *
     * @throws IOException if it cannot be written, a region was made from an array and has no text, there are too many samples,
     *     or the plan holds pictures of an object, whose files it does not know
     */
    public static void write(Path file, Plan plan) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(plan, "plan");
        Json.write(file, new PlanWriter(folderOf(file)).written(plan));
    }
}
