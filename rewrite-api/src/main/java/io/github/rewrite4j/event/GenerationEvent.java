package io.github.rewrite4j.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A batch of images was drawn. */
@Name("io.github.rewrite4j.Generation")
@Label("Generation")
@Category("Rewrite4J")
@Description("A batch of images was drawn")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // read by the recorder
public final class GenerationEvent extends Event {
    @Label("Images")
    private int images;

    @Label("Patches")
    private int patches;

    /** Begins now. */
    public static GenerationEvent started() {
        GenerationEvent event = new GenerationEvent();
        event.begin();
        return event;
    }

    /** Ends now; recorded where a recording wants it. */
    public void drawn(int images, int patches) {
        end();
        if (shouldCommit()) {
            this.images = images;
            this.patches = patches;
            commit();
        }
    }
}
