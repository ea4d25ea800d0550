package io.github.rewrite4j.event;

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
@SuppressWarnings("UnusedVariable") // read by the recorder
public final class StepEvent extends Event {
    @Label("Stage")
    private String stage = "";

    @Label("Step")
    private int step;

    @Label("Steps")
    private int total;

    @Label("Loss")
    private double loss;

    /**
     * Records where a computation stands.
     *
     * @param stage name of what is being done
     * @param step steps of it that are done
     * @param total steps of it in all
     * @param loss current loss, NaN where there is none
     */
    public static void reached(String stage, int step, int total, double loss) {
        Objects.requireNonNull(stage, "stage");
        StepEvent event = new StepEvent();
        if (event.isEnabled()) {
            event.stage = stage;
            event.step = step;
            event.total = total;
            event.loss = loss;
            event.commit();
        }
    }
}
