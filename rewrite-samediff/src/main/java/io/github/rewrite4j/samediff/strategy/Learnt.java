package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.event.EditEvent;

/** What a strategy that learns by itself ends with, as a result and as an event. */
final class Learnt {
    private Learnt() {}

    static Rewrite of(Patch patch, RewriteReport report) {
        double seconds = 0;
        for (double part : report.seconds().values()) {
            seconds += part;
        }
        EditEvent.learnt(report.strategy(), report.layer(), report.constraintResidual(), seconds);
        return new Rewrite(patch, report);
    }
}
