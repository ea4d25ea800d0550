package io.github.rewrite4j.spark;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/** What a search of a cluster looks for, as what travels; see {@link Trigger}. */
public interface SparkTrigger extends Serializable {
    /** At the layer of an executor's generator. */
    Trigger at(AssociativeMemory memory);

    /** A direction of key space, [1, channels]. */
    static SparkTrigger direction(Matrix direction) {
        Objects.requireNonNull(direction, "direction");
        if (direction.rows() != 1) {
            throw new IllegalArgumentException("A search follows one direction, but got " + direction.rows() + ".");
        }
        double[] row = direction.toRowMajor();
        return memory -> Trigger.direction(Matrix.of(1, row.length, row));
    }

    /** The like of marked regions, by statistics such as those of {@link SparkStatistics}; see {@link Trigger#context}. */
    static SparkTrigger context(AssociativeMemory memory, List<Selection> selections, KeyCovariance covariance) {
        return direction(Trigger.contextDirection(memory, selections, covariance));
    }

    /** Where the rule of a patch fires; see {@link Trigger#rule}. */
    static SparkTrigger rule(Patch patch) {
        byte[] file = patch.toBytes();
        return memory -> {
            try {
                return Trigger.rule(memory, Patch.fromBytes(file));
            } catch (IOException damaged) {
                throw new RewriteException("A patch did not arrive as it was sent: " + damaged.getMessage(), damaged);
            }
        };
    }
}
