package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What pages look at: images now, as they were, and as they would be. Nothing here changes a session. */
public final class Views {
    private static final int GOAL_HALF = 1;

    private final StudioSession session;

    Views(StudioSession session) {
        this.session = session;
    }

    private Painter.Scene scene(List<String> keys, Map<String, Double> moved) throws IOException {
        if (keys.isEmpty() || keys.size() > Subjects.MOST) {
            throw new IllegalArgumentException("Ask for 1 to " + Subjects.MOST + " images at a time.");
        }
        return new Painter.Scene(
                String.join(",", keys), session.workshop().subjects().of(keys), moved);
    }

    Painter.Scene scene(List<String> keys) throws IOException {
        return scene(keys, session.domains().all());
    }

    /** The patches in force, and the one that is being learnt. */
    List<Applied> inForce() throws IOException {
        List<Applied> patches =
                new ArrayList<>(session.workshop().applied(session.draft().rules()));
        session.preview().ifPresent(patches::add);
        return patches;
    }

    /**
     * Draws images.
     *
     * @param keys of the images
     * @param changed with the rules in force, or as the generator was
     * @param longestEdge of what is returned, in pixels
     */
    public Frame draw(List<String> keys, boolean changed, int longestEdge) throws IOException {
        List<Applied> patches = changed ? inForce() : List.of();
        try (INDArray images = session.painter().images(scene(keys), patches)) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws images as they would be if a rule had another strength. */
    public Frame drag(List<String> keys, String rule, double strength, int longestEdge) throws IOException {
        Workshop workshop = session.workshop();
        Draft now = session.draft();
        RuleEntry dragged = now.rule(rule).withStrength(strength);
        List<Applied> others = workshop.applied(others(now, rule));
        Applied applied = new Applied(dragged.patch(), workshop.patch(dragged.patch()), strength);
        try (INDArray images = session.painter().dragged(scene(keys), others, applied)) {
            return Frame.of(images, longestEdge);
        }
    }

    private static List<RuleEntry> others(Draft now, String rule) {
        return now.rules().stream().filter(other -> !other.id().equals(rule)).toList();
    }

    /** Draws images as they would be if they were moved to domains. */
    public Frame move(List<String> keys, Map<String, Double> moved, int longestEdge) throws IOException {
        Map<String, Double> all = session.domains().all();
        all.putAll(moved);
        try (INDArray images = session.painter().images(scene(keys, all), inForce())) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws an image with the object pasted around a pixel of it, before anything is learnt. */
    public Frame pastePreview(String subject, double x, double y, int longestEdge) throws IOException {
        Workshop workshop = session.workshop();
        Draft now = session.draft();
        Mark object = now.object().orElseThrow(() -> new IllegalArgumentException("Nothing has been copied yet."));
        int width = session.generator().spec().imageWidth();
        int height = session.generator().spec().imageHeight();
        double left = Math.max(0, Math.min(width - 2 * GOAL_HALF, x - GOAL_HALF));
        double top = Math.max(0, Math.min(height - 2 * GOAL_HALF, y - GOAL_HALF));
        Region place = Region.rectangle(left, top, 2 * GOAL_HALF, 2 * GOAL_HALF);
        Selection copied = workshop.selection(object);
        Edit edit = Edit.copy(copied.subject(), copied.region())
                .pasteInto(workshop.subjects().of(subject), place);
        String layer = session.edits().layer(session.settings(), copied);
        try (INDArray images = session.painter().goal(workshop.applied(now.rules()), layer, edit)) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws images with an object from a picture on them, as the generator would be taught it. */
    public Frame composite(List<String> keys, JsonNode placed, int longestEdge) throws IOException {
        Exemplar exemplar = session.tasks().pictures().exemplar(placed);
        List<Applied> patches = session.workshop().applied(session.draft().rules());
        try (INDArray images = session.painter().images(scene(keys), patches);
                INDArray with = PictureTasks.composite(exemplar, images)) {
            return Frame.of(with, longestEdge);
        }
    }

    /** Heat maps of the last search for any images, as a layer to lie on them. */
    public Frame heat(List<String> keys) throws IOException {
        Findings last =
                session.findings().orElseThrow(() -> new IllegalArgumentException("Nothing was searched for yet."));
        Painter.Scene scene = scene(keys);
        List<Applied> patches = session.workshop().applied(session.draft().rules());
        try (INDArray maps = session.painter().at(patches, last.layer(), memory -> {
            try (Inputs inputs = session.painter().inputs(scene);
                    Keys found = memory.keys(inputs)) {
                return last.trigger().heat(found.tensor());
            }
        })) {
            return Frame.heat(maps, last.found().threshold(), last.hottest());
        }
    }

    /** Heat maps of where a rule fires, as a layer to lie on images. */
    public Frame fires(List<String> keys, String rule) throws IOException {
        Draft now = session.draft();
        Patch patch = session.workshop().patch(now.rule(rule).patch());
        List<Applied> others = session.workshop().applied(others(now, rule));
        Painter.Scene scene = scene(keys);
        String layer = patch.notes().getOrDefault("layer", "");
        if (session.generator().layers().stream().noneMatch(one -> one.name().equals(layer))) {
            throw new IllegalArgumentException(
                    "This rule changes several layers, so there is no one map of where it acts: hold O to compare.");
        }
        try (INDArray maps = session.painter().at(others, layer, memory -> {
            try (Inputs inputs = session.painter().inputs(scene)) {
                return RuleHeat.of(memory, patch, inputs);
            }
        })) {
            double hottest = maps.maxNumber().doubleValue();
            return Frame.heat(maps, hottest / 4, hottest);
        }
    }

    /** A small picture of a few images. */
    String thumbnail(List<String> keys) throws IOException {
        return session.tasks().exports().thumbnail(scene(keys.subList(0, Math.min(4, keys.size()))), inForce());
    }

    /** Before, after and difference of the first images, as a PNG. */
    public byte[] sheet(List<String> keys, List<String> names) throws IOException {
        return session.tasks().exports().sheet(scene(keys), inForce(), names);
    }
}
