package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a rule does to thousands of fresh samples (method of Bau et al. 2020, 10,000 seeds): the share of those that showed the
 * source which then show the target, how much pixels change where the rule has nothing to do, and what becomes of all other
 * attributes, each by a network that was not trained for it and whose own accuracy stands beside.
 *
 * <p>Counts are kept in a file every few hundred samples, and a study that was stopped goes on from there. Samples are streamed;
 * memory does not depend on their number.
 */
public final class PreservationStudy {
    private static final String STAGE = "study";
    private static final String STATE = "preservation-study";
    private static final int BATCH = 64;
    private static final int SAVED_EVERY = 4;
    /** Pixels this near to the region may change. */
    private static final int MARGIN = 4;

    private static final double JUST_VISIBLE = 2 / 255.0;

    private final Generator generator;
    private final ImageJudge judge;
    private final Question question;
    private final Mask around;
    private final List<Arm> arms;

    /**
     * What should turn into what.
     *
     * @param attribute one of the network's
     * @param source class before; empty for all but the target
     * @param target class after
     */
    public record Question(String attribute, String source, String target) implements Serializable {
        public Question {
            Objects.requireNonNull(attribute, "attribute");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(target, "target");
        }
    }

    /**
     * @param judge for evaluation, never for losses
     * @param region of the rule, on the image; what lies more than four pixels off should stay
     * @param arms what is compared
     * @throws IllegalArgumentException when the network knows no such attribute or class
     */
    public PreservationStudy(Generator generator, ImageJudge judge, Question question, Mask region, List<Arm> arms) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(arms, "arms");
        List<String> classes = judge.classes().get(question.attribute());
        if (classes == null) {
            throw new IllegalArgumentException("There is no attribute '" + question.attribute() + "': " + judge.name()
                    + " knows " + judge.classes().keySet() + ".");
        }
        for (String named : List.of(question.source(), question.target())) {
            if (!named.isEmpty() && !classes.contains(named)) {
                throw new IllegalArgumentException("The attribute " + question.attribute() + " has no class '" + named
                        + "', but " + classes + ".");
            }
        }
        this.generator = generator;
        this.judge = judge;
        this.question = question;
        this.around = region.dilated(MARGIN);
        this.arms = List.copyOf(arms);
        if (arms.stream().map(Arm::name).distinct().count() < arms.size()) {
            throw new IllegalArgumentException("Arms are told apart by their names, but are called "
                    + arms.stream().map(Arm::name).toList() + ".");
        }
    }

    private Map<String, Object> key(long seed) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("kind", STATE);
        key.put("generator", generator.spec().fingerprint());
        key.put("judge", judge.name());
        key.put("question", question.toString());
        key.put("region", around.hashCode());
        key.put("arms", arms.stream().map(arm -> arm.name() + " " + arm.id()).toList());
        key.put("seed", seed);
        return key;
    }

    /**
     * Looks at samples 0 to {@code samples} of a seed.
     *
     * @param state file that counts are kept in; what it holds of the same study is not done again
     * @return what was counted
     * @throws FileFormatException when the file holds another study
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop; counts are kept
     */
    public Facts run(int samples, long seed, Path state, RewriteListener listener) throws IOException {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(listener, "listener");
        StudyCounts counts = resume(state, seed, samples);
        int batches = 0;
        while (counts.samples() < samples) {
            int done = (int) counts.samples();
            try {
                listener.report(STAGE, done, samples);
            } catch (RewriteCancelledException stopped) {
                save(state, seed, counts);
                throw stopped;
            }
            int to = Math.min(samples, done + BATCH);
            counts = counts.plus(count(Sample.range(seed, done, to)));
            if (++batches % SAVED_EVERY == 0 || to == samples) {
                save(state, seed, counts);
            }
        }
        listener.report(STAGE, samples, samples);
        return facts(counts, seed);
    }

    /**
     * Looks at these samples only, 64 at a time; counts of parts may be added.
     *
     * @param samples at least one
     */
    public StudyCounts count(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        StudyCounts counts = StudyCounts.none(arms.stream().map(Arm::name).toList());
        for (int from = 0; from < samples.size(); from += BATCH) {
            List<Sample> batch = samples.subList(from, Math.min(samples.size(), from + BATCH));
            counts = counts.plus(look(batch));
        }
        return counts;
    }

    /**
     * What was counted, for people and programs.
     *
     * @param seed of the samples
     */
    public Facts facts(StudyCounts counts, long seed) {
        Objects.requireNonNull(counts, "counts");
        Facts.Builder facts = Facts.builder();
        facts.put("samples", counts.samples());
        facts.put("seed", seed);
        facts.put(
                "question",
                Map.of("attribute", question.attribute(), "source", question.source(), "target", question.target()));
        facts.put("judge", judge.name());
        facts.put("judgeAccuracy", judge.accuracy());
        Facts.Builder byArm = Facts.builder();
        counts.arms().forEach((name, count) -> byArm.put(name, count.facts()));
        facts.put("arms", byArm.build());
        return facts.build();
    }

    private StudyCounts resume(Path state, long seed, int samples) throws IOException {
        if (!Files.exists(state)) {
            return StudyCounts.none(arms.stream().map(Arm::name).toList());
        }
        JsonNode kept = JsonText.read(state);
        JsonNode wanted = JsonText.parse(Json.pretty(key(seed)), "study");
        if (!wanted.equals(kept.path("study"))) {
            throw new FileFormatException(
                    state.toString(),
                    "contents",
                    "this holds the counts of another study: delete it, or write elsewhere");
        }
        int done = kept.path("samples").asInt();
        if (done > samples) {
            throw new FileFormatException(
                    state.toString(),
                    "samples",
                    "the study has looked at " + done + " samples already: ask for as many, or delete it");
        }
        Map<String, Counts> counts = new LinkedHashMap<>();
        arms.forEach(arm -> counts.put(arm.name(), Counts.of(kept.path("counts").path(arm.name()))));
        return new StudyCounts(counts, done);
    }

    private void save(Path state, long seed, StudyCounts counts) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("study", key(seed));
        content.put("samples", counts.samples());
        Map<String, Object> states = new LinkedHashMap<>();
        counts.arms().forEach((arm, count) -> states.put(arm, count.state()));
        content.put("counts", states);
        Json.write(state, content);
    }

    private StudyCounts look(List<Sample> samples) {
        Map<String, Counts> counts = new LinkedHashMap<>();
        try (Inputs inputs = generator.sampler().at(samples);
                INDArray before = generator.generate(inputs)) {
            List<Map<String, String>> seen = judge.answers(before);
            float[] was = HostArrays.of(before);
            for (Arm arm : arms) {
                try (INDArray after = arm.draw(generator, inputs, before)) {
                    List<Map<String, String>> now = judge.answers(after);
                    Counts count = counts.computeIfAbsent(arm.name(), name -> new Counts());
                    float[] is = HostArrays.of(after);
                    for (int n = 0; n < samples.size(); n++) {
                        compare(seen.get(n), now.get(n), count);
                        outside(was, is, n, samples.size(), count);
                    }
                }
            }
        }
        return new StudyCounts(counts, samples.size());
    }

    private void compare(Map<String, String> seen, Map<String, String> now, Counts count) {
        seen.forEach((attribute, guess) -> {
            String other = Objects.requireNonNull(now.get(attribute));
            if (!attribute.equals(question.attribute())) {
                count.pair(attribute, guess, other);
                return;
            }
            boolean source =
                    question.source().isEmpty() ? !guess.equals(question.target()) : guess.equals(question.source());
            if (source) {
                count.source(other.equals(question.target()));
            }
        });
    }

    private void outside(float[] was, float[] is, int n, int of, Counts count) {
        int row = was.length / of;
        int plane = around.height() * around.width();
        double change = 0;
        double squares = 0;
        long unchanged = 0;
        long looked = 0;
        for (int i = 0; i < row; i++) {
            int p = i % plane;
            if (around.value(p / around.width(), p % around.width()) == 0) {
                double d = Math.abs(clipped(is[n * row + i]) - clipped(was[n * row + i]));
                change += d;
                squares += d * d;
                unchanged += d < JUST_VISIBLE ? 1 : 0;
                looked++;
            }
        }
        count.outside(change / Math.max(1, looked), squares / Math.max(1, looked), unchanged, looked);
    }

    private static double clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }
}
