package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.Pivot;
import io.github.rewrite4j.samediff.inversion.PivotalTuning;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What is done with pictures of the user's own: objects that the generator shall draw, and pictures that it shall draw again. */
final class PictureTasks {
    private static final long MOST_PIXELS = 24_000_000;
    private static final int MEASURED = 64;
    private static final long MEASURED_SEED = 2;
    private static final int PREVIEW_EVERY = 12;
    static final int INVERSION_STEPS = 200;
    private static final int PIVOT_RANK = 4;

    private final Workshop workshop;

    PictureTasks(Workshop workshop) {
        this.workshop = workshop;
    }

    /** Keeps a picture of any mode as a PNG, and says what is known of it. */
    Map<String, Object> keep(byte[] bytes) throws IOException {
        Pixels pixels = Pixels.decode(bytes, "the picture");
        if ((long) pixels.width() * pixels.height() > MOST_PIXELS) {
            throw new IOException("The picture has more than 24 million pixels: reduce it first.");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("key", workshop.vault().put(pixels.toPng(), "png"));
        facts.put("width", pixels.width());
        facts.put("height", pixels.height());
        facts.put("alpha", pixels.hasAlpha() && !pixels.isOpaque());
        facts.put("notes", pixels.notes());
        return facts;
    }

    /**
     * The object of a request, where it was put: {@code picture}, and what marks the object in it ({@code mask}, {@code without},
     * or its own alpha channel); {@code x} and {@code y} of its centre and its {@code width} in pixels of the generator's image.
     */
    Exemplar exemplar(JsonNode json) throws IOException {
        GeneratorSpec spec = workshop.generator().spec();
        Optional<String> mask = optional(json, "mask");
        Optional<String> without = optional(json, "without");
        Exemplar read = Exemplar.read(path(Asked.text(json, "picture")), path(mask), path(without));
        int widest = spec.imageWidth();
        Exemplar sized = json.has("width")
                ? read.resizedTo(
                        spec.imageHeight(),
                        spec.imageWidth(),
                        (int) Math.max(1, Math.min(widest, Math.round(Asked.number(json, "width")))))
                : read.resizedTo(spec.imageHeight(), spec.imageWidth());
        return json.has("x")
                ? sized.movedTo((int) Math.round(Asked.number(json, "x")), (int) Math.round(Asked.number(json, "y")))
                : sized;
    }

    private Path path(String key) throws IOException {
        return workshop.vault().existing(key);
    }

    private Optional<Path> path(Optional<String> key) throws IOException {
        return key.isPresent() ? Optional.of(path(key.get())) : Optional.empty();
    }

    private static Optional<String> optional(JsonNode json, String name) {
        return json.path(name).isTextual() ? Optional.of(json.path(name).asText()) : Optional.empty();
    }

    /** Teaches an object from pictures on top of the rules in force. */
    RuleEntry teach(
            Draft draft, List<Exemplar> exemplars, String name, Consumer<Patch> preview, RewriteListener listener, EditTasks edits)
            throws IOException {
        try (Generator under = Applied.open(workshop.generator(), workshop.applied(draft.rules()))) {
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .evaluatedOn(List.of(), MEASURED, MEASURED_SEED)
                    .previews(PREVIEW_EVERY, preview)
                    .rewrite(OutOfDomainRewrite.memoryOf(under), ExemplarEdit.of(exemplars), listener);
            return edits.entry(name, "picture", rewrite);
        }
    }

    /** A picture of the user's own as the generator draws it. */
    record Drawn(OwnInputs inputs, Optional<RuleEntry> pivot) {}

    /** Whether the generator takes pictures in, as translators and inpainters do; their name among the inputs. */
    Optional<String> pictureInput() {
        try (Inputs one = workshop.generator().sampler().at(List.of(Sample.of(0)))) {
            return named(one, 3).or(() -> named(one, 1));
        } catch (RuntimeException none) {
            return Optional.empty();
        }
    }

    /** The input that says what an inpainter knows, where there is a picture beside it. */
    Optional<String> holeInput() {
        try (Inputs one = workshop.generator().sampler().at(List.of(Sample.of(0)))) {
            return named(one, 3).isPresent() ? named(one, 1) : Optional.empty();
        } catch (RuntimeException none) {
            return Optional.empty();
        }
    }

    private static Optional<String> named(Inputs inputs, int channels) {
        return inputs.arrays().entrySet().stream()
                .filter(entry -> entry.getValue().rank() == 4 && entry.getValue().size(1) == channels)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Finds what makes the generator draw a picture. Translators and inpainters take it as it is, with the hole where a mask is
     * given; of latent generators the latent is found, and a rule that makes up for the rest.
     *
     * @param hole white where an inpainter shall fill in
     * @param steps of the inversion, and of the rule
     */
    Drawn draw(String picture, String name, Optional<String> hole, int steps, RewriteListener listener)
            throws IOException {
        Generator generator = workshop.generator();
        INDArray image = UserPicture.read(path(picture), generator.spec(), note -> {});
        Optional<String> input = pictureInput();
        if (input.isPresent()) {
            return new Drawn(OwnInputs.of(name, given(image, input.get(), hole)), Optional.empty());
        }
        InvertedPictures found = Inversion.defaults()
                .iterations(steps)
                .pull(0.001)
                .seed(MEASURED_SEED)
                .invert(generator, image, listener);
        Pivot pivot = PivotalTuning.ofRank(PIVOT_RANK)
                .iterations(steps)
                .seed(MEASURED_SEED)
                .tune(generator, found, image, listener);
        RuleEntry rule = new RuleEntry(
                UUID.randomUUID().toString().substring(0, 8),
                name + " as it is",
                "pivot",
                workshop.keep(pivot.patch()),
                1,
                "",
                Double.NaN,
                Double.NaN);
        return new Drawn(found.subjects(name).get(0), Optional.of(rule));
    }

    private Inputs given(INDArray image, String input, Optional<String> hole) throws IOException {
        try (Inputs one = workshop.generator().sampler().at(List.of(Sample.of(0)))) {
            Inputs given = Inputs.of(input, image);
            Optional<String> mask = one.arrays().entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(input)
                            && entry.getValue().rank() == 4
                            && entry.getValue().size(1) == 1)
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (mask.isPresent()) {
                int height = workshop.generator().spec().imageHeight();
                int width = workshop.generator().spec().imageWidth();
                INDArray known = hole.isPresent()
                        ? Region.png(workshop.vault().get(hole.get()))
                                .inverted()
                                .requireOnImage(height, width)
                                .toArray()
                        : one.get(mask.get()).dup('c').reshape(height, width);
                given = given.with(mask.get(), known.reshape(1, 1, height, width).castTo(image.dataType()));
            }
            Inputs complete = workshop.generator().sampler().complete(given);
            for (Map.Entry<String, INDArray> other : one.arrays().entrySet()) {
                if (!complete.arrays().containsKey(other.getKey())) {
                    complete = complete.with(other.getKey(), other.getValue().dup('c'));
                }
            }
            return complete;
        }
    }

    /** An object put on images as it was placed: what the generator is going to be taught. */
    static INDArray composite(Exemplar exemplar, INDArray images) {
        INDArray clipped = Nd4j.math().clipByValue(images, -1, 1);
        return exemplar.compositeOn(clipped);
    }
}
