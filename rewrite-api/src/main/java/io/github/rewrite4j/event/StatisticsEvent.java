package io.github.rewrite4j.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Keys were summed into a second moment. */
@Name("io.github.rewrite4j.Statistics")
@Label("Key statistics")
@Category("Rewrite4J")
@Description("Keys of samples were summed into their second moment")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // read by the recorder
public final class StatisticsEvent extends Event {
    @Label("Samples")
    private int samples;

    @Label("Channels")
    private int channels;

    /** Begins now. */
    public static StatisticsEvent started() {
        StatisticsEvent event = new StatisticsEvent();
        event.begin();
        return event;
    }

    /** Ends now; recorded where a recording wants it. */
    public void collected(int samples, int channels) {
        end();
        if (shouldCommit()) {
            this.samples = samples;
            this.channels = channels;
            commit();
        }
    }
}
