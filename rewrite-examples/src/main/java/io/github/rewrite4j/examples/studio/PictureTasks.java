package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarFiles;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
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

/** What is done with pictures of the user's own: objects for the generator to draw, and pictures for it to draw again. */
final class PictureTasks {
    private static final long MOST_PIXELS = 24_000_000;
    private static final long MEASURED_SEED = 2;
    private static final int PREVIEW_EVERY = 12;
    static final int INVERSION_STEPS = 200;
    private static final int PIVOT_RANK = 4;

    private final Workshop workshop;
    private final Intake intake;

    PictureTasks(Workshop workshop) {
        this.workshop = workshop;
        this.intake = workshop.intake();
    }

    Intake intake() {
        return intake;
    }

    /** Keeps a picture of any mode as a PNG, and says what is known of it. */
    Map<String, Object> keep(byte[] bytes) throws IOException {
        Pixels pixels = Pixels.read(bytes, "the picture");
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
        ExemplarFiles files = ExemplarFiles.of(path(Asked.text(json, "picture")));
        Optional<Path> marked = path(mask);
        files = marked.isPresent() ? files.mask(marked.get()) : files;
        Optional<Path> bare = path(without);
        files = bare.isPresent() ? files.without(bare.get()) : files;
        Exemplar read = files.read();
        int widest = spec.imageWidth();
        Exemplar sized = json.has("width")
                ? read.resizedTo(spec.imageHeight(), spec.imageWidth(), (int)
                        Math.max(1, Math.min(widest, Math.round(Asked.number(json, "width")))))
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
            Draft draft,
            List<Exemplar> exemplars,
            String name,
            Consumer<Patch> preview,
            RewriteListener listener,
            EditTasks edits)
            throws IOException {
        try (Generator under = edits.open(draft)) {
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .evaluatedOn(List.of(), edits.measured(), MEASURED_SEED)
                    .previews(PREVIEW_EVERY, preview)
                    .rewrite(OutOfDomainRewrite.memoryOf(under), edits.shown(exemplars), listener);
            return edits.entry(name, "picture", rewrite);
        }
    }

    /** A picture of the user's own as the generator draws it. */
    record Drawn(OwnInputs inputs, Optional<RuleEntry> pivot) {}

    /**
     * Finds what makes the generator draw a picture. Translators and inpainters take it as it is, with the hole where a mask is
     * given; of latent generators the latent is found, and a rule that makes up for the rest.
     *
     * @param hole white where an inpainter is to fill in
     * @param steps of the inversion, and of the rule
     */
    Drawn draw(String picture, String name, Optional<String> hole, int steps, RewriteListener listener)
            throws IOException {
        Generator generator = workshop.generator();
        INDArray image = UserPicture.read(path(picture), generator.spec(), note -> {});
        if (intake.picture().isPresent()) {
            Optional<Region> missing =
                    hole.isPresent() ? Optional.of(Region.png(workshop.vault().get(hole.get()))) : Optional.empty();
            return new Drawn(OwnInputs.of(name, intake.given(generator, image, missing)), Optional.empty());
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

    /** An object put on images as it was placed: what the generator is going to be taught. */
    static INDArray composite(Exemplar exemplar, INDArray images) {
        INDArray clipped = Nd4j.math().clipByValue(images, -1, 1);
        return exemplar.compositeOn(clipped);
    }
}
