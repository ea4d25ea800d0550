package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.study.Arm;
import io.github.rewrite4j.samediff.study.PreservationStudy;
import io.github.rewrite4j.samediff.study.StudyCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A {@link PreservationStudy} over the samples of a cluster: what a rule turns, what becomes of all other attributes, what changes where
 * the rule has nothing to do. Tasks give back counts; shares are those of one machine exactly, mean changes to 1e-9, whatever the
 * cuts.
 */
public final class SparkStudy {
    private SparkStudy() {}

    /**
     * Looks at all samples.
     *
     * @param samples of the generator before
     * @param judge for evaluation, never for losses
     * @param question what should turn into what
     * @param region of the rule, on the image
     * @param arms what is compared, sent to the executors
     * @throws IllegalArgumentException when the judge knows no such attribute or class
     */
    public static Facts of(
            SparkSamples samples, SparkJudge judge, PreservationStudy.Question question, Mask region, List<Arm> arms) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(question, "question");
        ArrayList<Arm> sent = new ArrayList<>(arms);
        float[][] marked = SentMask.of(region);
        PreservationStudy here = study(samples.generator().here(), judge, question, marked, sent);
        StudyCounts counts = samples.aggregate(
                (generator, block) ->
                        study(generator, judge, question, marked, sent).count(block.samples()),
                StudyCounts::plus);
        return here.facts(counts, samples.seed());
    }

    private static PreservationStudy study(
            Generator generator,
            SparkJudge judge,
            PreservationStudy.Question question,
            float[][] region,
            List<Arm> arms) {
        return new PreservationStudy(generator, judge.here(), question, Mask.of(region), arms);
    }
}
