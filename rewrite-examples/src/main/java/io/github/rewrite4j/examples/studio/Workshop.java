package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tasks work with: a generator, the vault, and the way from keys of the vault to values of the library. */
final class Workshop {
    private static final int PATCHES_KEPT = 24;

    private final Generator generator;
    private final Vault vault;
    private final Subjects subjects;
    private final Intake intake;
    private volatile Optional<Path> clip = Optional.empty();
    private final Map<String, Patch> patches = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Patch> eldest) {
            return size() > PATCHES_KEPT;
        }
    };

    Workshop(Generator generator, Vault vault) {
        this.generator = generator;
        this.vault = vault;
        this.subjects = new Subjects(vault);
        this.intake = Intake.of(generator);
    }

    /** A network that sees any words, if the user has one. */
    Optional<Path> clip() {
        return clip;
    }

    void clip(Path file) {
        clip = Optional.of(file);
    }

    Intake intake() {
        return intake;
    }

    /** Whether samples can be drawn. */
    boolean samples() {
        return intake.samples();
    }

    /** Inputs of the user's own by their keys. */
    List<OwnInputs> own(List<String> keys) throws IOException {
        List<OwnInputs> own = new ArrayList<>();
        for (String key : keys) {
            if (subjects.of(key) instanceof OwnInputs inputs) {
                own.add(inputs);
            }
        }
        return own;
    }

    /** Whether the generator works on pictures. */
    boolean pictures() {
        return intake.picture().isPresent();
    }

    Generator generator() {
        return generator;
    }

    Vault vault() {
        return vault;
    }

    Subjects subjects() {
        return subjects;
    }

    /** Second moments of keys, kept between sessions. */
    CovarianceCache statistics() {
        return CovarianceCache.in(vault.folder().resolve("statistics"));
    }

    /** The painted part of an image. */
    Region region(Mark mark) throws IOException {
        return Region.png(vault.get(mark.mask()));
    }

    Selection selection(Mark mark) throws IOException {
        return new Selection(subjects.of(mark.subject()), region(mark));
    }

    List<Selection> selections(List<Mark> marks) throws IOException {
        List<Selection> selections = new ArrayList<>();
        for (Mark mark : marks) {
            selections.add(selection(mark));
        }
        return selections;
    }

    /** The edit that a draft describes. */
    Edit edit(Draft draft) throws IOException {
        Mark object = draft.object()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Nothing has been copied yet: paint over something in an image and press Copy."));
        if (draft.pastes().isEmpty()) {
            throw new IllegalArgumentException(
                    "The object is shown nowhere yet: paint where it goes in another image and press Paste.");
        }
        return new Edit(selection(object), selections(draft.pastes()), selections(draft.contexts()));
    }

    /** Keeps a region of an image as a mask. */
    String keep(Region region) throws IOException {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        return keep(region.requireOnImage(height, width));
    }

    private String keep(Mask mask) throws IOException {
        float[][] rows = new float[mask.height()][mask.width()];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length; x++) {
                rows[y][x] = mask.value(y, x);
            }
        }
        return vault.put(Images.greyPng(rows), "png");
    }

    /** Keeps a patch. */
    String keep(Patch patch) throws IOException {
        patch.requireFits(generator.spec());
        String key = vault.put(patch.toBytes(), "safetensors");
        synchronized (patches) {
            patches.put(key, patch);
        }
        return key;
    }

    Patch patch(String key) throws IOException {
        synchronized (patches) {
            Patch known = patches.get(key);
            if (known != null) {
                return known;
            }
            Patch read = Patch.fromBytes(vault.get(key));
            patches.put(key, read);
            return read;
        }
    }

    /** The patches of some rules that have an effect. */
    List<Applied> applied(List<RuleEntry> rules) throws IOException {
        List<Applied> applied = new ArrayList<>();
        for (RuleEntry rule : rules) {
            if (rule.strength() != 0) {
                applied.add(new Applied(rule.patch(), patch(rule.patch()), rule.strength()));
            }
        }
        return applied;
    }

    /** Refuses a subject that this generator cannot draw, before it gets into a draft. */
    void requireDrawable(String key) throws IOException {
        if (subjects.of(key) instanceof Sample sample) {
            try {
                generator.sampler().requireReachable(sample);
            } catch (RewriteException | IllegalArgumentException beyond) {
                throw new IllegalArgumentException(beyond.getMessage(), beyond);
            }
        }
    }
}
