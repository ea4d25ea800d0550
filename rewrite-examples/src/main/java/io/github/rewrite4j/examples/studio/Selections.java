package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Region;
import java.io.IOException;

/**
 * What a user points at: the object that is copied, where it is shown, and where else it is to appear. Each call is one step
 * that can be undone.
 */
public final class Selections {
    private final StudioSession session;
    private String measuredMask = "";
    private String measuredLayer = "";

    Selections(StudioSession session) {
        this.session = session;
    }

    /** A painted part of an image, checked. */
    Mark mark(String subject, byte[] mask) throws IOException {
        Workshop workshop = session.workshop();
        workshop.requireDrawable(subject);
        Region region = Region.png(mask);
        region.requireOnImage(
                workshop.generator().spec().imageHeight(),
                workshop.generator().spec().imageWidth());
        return new Mark(subject, workshop.vault().put(mask, "png"));
    }

    /** Copies what is under a mask. */
    public void copy(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        session.step(now -> now.copied(mark));
        prepare();
    }

    /** Shows the object in another image, its centre where that of the mask is. */
    public void paste(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        if (session.draft().object().isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing has been copied yet: paint over something in an image and press Copy first.");
        }
        session.step(now -> now.pasted(mark));
        prepare();
    }

    /** Adds what is under a mask to the places where the object is to appear. */
    public void context(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        session.step(now -> now.inContext(mark));
    }

    /** Begins what the next rewrite will need. */
    void prepare() {
        EditTasks edits = session.edits();
        session.ahead()
                .soon(
                        () -> edits.prepare(session.draft(), session.settings(), RewriteListener.SILENT),
                        () -> edits.warmUp(session.draft(), session.settings(), RewriteListener.SILENT));
    }

    /** The layer that fits the object of a draft; empty before something was copied. */
    synchronized String fittingLayer(Draft now) {
        if (now.object().isEmpty()) {
            return "";
        }
        Mark object = now.object().get();
        if (!object.mask().equals(measuredMask)) {
            Workshop workshop = session.workshop();
            try {
                measuredLayer = LayerChoice.of(workshop.generator(), workshop.region(object), workshop.pictures());
            } catch (IOException lost) {
                measuredLayer = "";
            }
            measuredMask = object.mask();
        }
        return measuredLayer;
    }

    /** The layer of the next rewrite. */
    String layer() {
        String named = session.settings().layer();
        return named.isEmpty() ? fittingLayer(session.draft()) : named;
    }
}
