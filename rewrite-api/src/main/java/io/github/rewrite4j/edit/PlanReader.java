package io.github.rewrite4j.edit;

import io.github.rewrite4j.Subject;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads plans of strategies that do not copy and paste. */
final class PlanReader {
    static final String STRATEGY = "strategy";

    /** Pictures of one file, each of which may be large. */
    static final int MOST_EXEMPLARS = 64;

    static final Set<String> OTHERS = Set.of(ExemplarPlan.NAME, TransplantPlan.NAME, ErasurePlan.NAME);

    private static final String LAYER = "layer";
    private static final String CONTEXT = "context";
    private static final String EXCEPT = "except";
    private static final String FRESH = "fresh";

    private final MaskReader files;
    private final EditReader edits;

    PlanReader(MaskReader files) {
        this.files = files;
        this.edits = new EditReader(files);
    }

    /** Whether a file is for one of these strategies. */
    static boolean knows(JsonFields fields) throws FileFormatException {
        return fields.isText(STRATEGY) && OTHERS.contains(fields.text(STRATEGY));
    }

    Plan plan(JsonFields fields) throws IOException {
        if (!knows(fields)) {
            return edits.plan(fields);
        }
        try {
            return switch (fields.text(STRATEGY)) {
                case TransplantPlan.NAME -> transplant(fields);
                case ErasurePlan.NAME -> erasure(fields);
                default -> exemplars(fields);
            };
        } catch (IllegalArgumentException wrong) {
            throw fields.wrong("", String.valueOf(wrong.getMessage()));
        }
    }

    private ErasurePlan erasure(JsonFields fields) throws IOException {
        fields.requireKnown(Set.of(STRATEGY, LAYER, "example", CONTEXT, "share", "times"));
        List<Selection> example = edits.selections(fields.object("example"));
        if (example.size() != 1) {
            throw fields.wrong("example", "one image is the example, but " + example.size() + " are named");
        }
        List<Selection> contexts = fields.has(CONTEXT) ? edits.selections(fields, CONTEXT) : List.of();
        return new ErasurePlan(
                new Erasure(example.get(0), contexts),
                fields.text(LAYER),
                fields.has("share") ? fields.number("share") : ErasurePlan.DEFAULT_SHARE,
                fields.has("times") ? fields.whole("times") : ErasurePlan.DEFAULT_TIMES);
    }

    private TransplantPlan transplant(JsonFields fields) throws IOException {
        Set<String> known = new HashSet<>(Set.of(STRATEGY, LAYER, "pairs", "by"));
        JsonFields by = fields.has("by") ? fields.object("by") : fields;
        if (fields.has("by")) {
            by.requireKnown(Set.copyOf(MethodFields.known(by)));
        } else {
            throw fields.wrong("by", "say how the rule is solved for, such as {\"rank\": 1}");
        }
        fields.requireKnown(known);
        List<TransplantEdit.Pair> pairs = new ArrayList<>();
        for (JsonFields pair : fields.objects("pairs")) {
            pair.requireKnown(Set.of("shown", "wanted", "region"));
            pairs.add(new TransplantEdit.Pair(
                    subject(pair.object("shown")), subject(pair.object("wanted")), edits.region(pair)));
        }
        return new TransplantPlan(new TransplantEdit(pairs), fields.text(LAYER), MethodFields.read(by));
    }

    private Subject subject(JsonFields entry) throws IOException {
        entry.requireKnown(Set.of("sample", "seed", "inputs"));
        return edits.subjects(entry, Region.full()).get(0);
    }

    private ExemplarPlan exemplars(JsonFields fields) throws IOException {
        fields.requireKnown(
                Set.of(STRATEGY, LAYER, "exemplars", "goals", CONTEXT, EXCEPT, "width", "centre", "steps", FRESH));
        List<Subject> contexts = subjects(fields, CONTEXT);
        List<Exemplar> exemplars = pictures(fields, "exemplars");
        return new ExemplarPlan(
                exemplars,
                fields.has("goals") ? pictures(fields, "goals") : List.of(),
                contexts.isEmpty() ? ExemplarEdit.of(exemplars).contexts() : contexts,
                subjects(fields, EXCEPT),
                fields.text(LAYER),
                new ExemplarPlan.Place(optional(fields, "width"), centre(fields)),
                optional(fields, "steps"),
                fields.has(FRESH) ? fields.whole(FRESH) : EditPlan.DEFAULT_FRESH_SAMPLES);
    }

    private List<Subject> subjects(JsonFields fields, String key) throws IOException {
        List<Subject> subjects = new ArrayList<>();
        if (fields.has(key)) {
            for (JsonFields entry : fields.objects(key)) {
                entry.requireKnown(Set.of("sample", "samples", "seed", "inputs"));
                subjects.addAll(edits.subjects(entry, Region.full()));
            }
        }
        return subjects;
    }

    private static OptionalInt optional(JsonFields fields, String key) throws FileFormatException {
        return fields.has(key) ? OptionalInt.of(fields.whole(key)) : OptionalInt.empty();
    }

    private static Optional<ExemplarPlan.Centre> centre(JsonFields fields) throws FileFormatException {
        if (!fields.has("centre")) {
            return Optional.empty();
        }
        List<Integer> at = fields.wholes("centre");
        if (at.size() != 2) {
            throw fields.wrong("centre", "give a column and a row, such as [32, 27]");
        }
        return Optional.of(new ExemplarPlan.Centre(at.get(0), at.get(1)));
    }

    private List<Exemplar> pictures(JsonFields fields, String key) throws IOException {
        List<Exemplar> pictures = new ArrayList<>();
        for (JsonFields entry : fields.objects(key)) {
            if (pictures.size() == MOST_EXEMPLARS) {
                throw fields.wrong(key, "a file names at most " + MOST_EXEMPLARS + " pictures: leave some out");
            }
            pictures.add(picture(entry));
        }
        return pictures;
    }

    private Exemplar picture(JsonFields entry) throws IOException {
        entry.requireKnown(Set.of("image", "mask", "without"));
        Path image = file(entry, "image");
        Optional<Path> mask = entry.has("mask") ? Optional.of(file(entry, "mask")) : Optional.empty();
        Optional<Path> without = entry.has("without") ? Optional.of(file(entry, "without")) : Optional.empty();
        try {
            return Exemplar.read(image, mask, without);
        } catch (IOException | IllegalArgumentException wrong) {
            throw because(entry, "image", wrong);
        }
    }

    /** A file that the plan may name. */
    private Path file(JsonFields entry, String key) throws IOException {
        String name = entry.text(key);
        try {
            return files.file(name);
        } catch (IOException wrong) {
            throw because(entry, key, wrong);
        }
    }

    private static FileFormatException because(JsonFields entry, String key, Exception cause) {
        String problem = cause instanceof NoSuchFileException missing
                ? "there is no file " + missing.getFile()
                : String.valueOf(cause.getMessage());
        FileFormatException failure = entry.wrong(key, problem);
        failure.initCause(cause);
        return failure;
    }
}
