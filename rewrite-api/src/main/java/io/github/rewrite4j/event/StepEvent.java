package io.github.rewrite4j.event;

import io.github.rewrite4j.Progress;
import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A long computation, such as a training or an edit, went on by a step. */
@Name("io.github.rewrite4j.Step")
@Label("Step")
@Category("Rewrite4J")
@Description("A training, an edit or another long computation went on by a step")
@StackTrace(false)
public final class StepEvent extends Event {
    @Label("Stage")
    private String stage = "";

    @Label("Step")
    private int step;

    @Label("Steps")
    private int total;

    @Label("Loss")
    private double loss;

    /** Records where a computation stands. */
    public static void reached(Progress progress) {
        Objects.requireNonNull(progress, "progress");
        StepEvent event = new StepEvent();
        if (event.isEnabled()) {
            event.stage = progress.stage().name();
            event.step = progress.step();
            event.total = progress.total();
            event.loss = progress.loss();
            event.commit();
        }
    }
}
