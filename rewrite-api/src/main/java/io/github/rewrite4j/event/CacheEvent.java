package io.github.rewrite4j.event;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A cache on disk was asked. */
@Name("io.github.rewrite4j.Cache")
@Label("Cache")
@Category("Rewrite4J")
@Description("Statistics were looked for on disk")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // read by the recorder
public final class CacheEvent extends Event {
    @Label("Layer")
    private String layer = "";

    @Label("Hit")
    private boolean hit;

    /** Records that a cache had what was asked for, or had not. */
    public static void asked(String layer, boolean hit) {
        Objects.requireNonNull(layer, "layer");
        CacheEvent event = new CacheEvent();
        if (event.isEnabled()) {
            event.layer = layer;
            event.hit = hit;
            event.commit();
        }
    }
}
