package io.github.rewrite4j.event;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A rule was learnt. */
@Name("io.github.rewrite4j.Edit")
@Label("Edit")
@Category("Rewrite4J")
@Description("A strategy has learnt a rule")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // read by the recorder
public final class EditEvent extends Event {
    @Label("Strategy")
    private String strategy = "";

    @Label("Layer")
    private String layer = "";

    @Label("Residual")
    @Description("Share of the rule that was not learnt")
    private double residual;

    @Label("Seconds")
    private double seconds;

    /**
     * Records what a strategy has come to.
     *
     * @param strategy its name
     * @param layer that was rewritten
     * @param residual share of the rule that was not learnt
     * @param seconds that it took
     */
    public static void learnt(String strategy, String layer, double residual, double seconds) {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(layer, "layer");
        EditEvent event = new EditEvent();
        if (event.isEnabled()) {
            event.strategy = strategy;
            event.layer = layer;
            event.residual = residual;
            event.seconds = seconds;
            event.commit();
        }
    }
}
