package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From the fields of a JSON file to a plan. */
final class EditReader {
    private static final Set<String> PLAN = Set.of("layer", "object", "paste", "context", "fresh");
    private static final Set<String> SELECTION = Set.of("sample", "samples", "seed", "inputs", "region");
    private static final List<String> SUBJECTS = List.of("sample", "samples", "inputs");

    /** Samples of one file, each counted as often as its region has operations and once more. */
    private static final long MOST_WORK = 100_000;

    /** Samples of one file. */
    static final int MOST_SAMPLES = 10_000;

    private final MaskReader masks;
    private final InputsReader inputs;
    private int samples;
    private long work;

    /** For one file. */
    EditReader(MaskReader masks) {
        this.masks = masks;
        this.inputs = new InputsReader(masks);
    }

    EditPlan plan(JsonFields fields) throws IOException {
        Set<String> known = new HashSet<>(PLAN);
        known.addAll(MethodFields.known(fields));
        fields.requireKnown(known);
        List<Selection> object = selections(fields.object("object"));
        if (object.size() != 1) {
            throw fields.wrong("object", "one sample is copied, but " + object.size() + " are named");
        }
        Edit edit = new Edit(object.get(0), selections(fields, "paste"), List.of());
        if (fields.has("context")) {
            edit = new Edit(edit.object(), edit.pastes(), selections(fields, "context"));
        }
        try {
            return new EditPlan(
                    edit,
                    fields.text("layer"),
                    MethodFields.read(fields),
                    fields.has("fresh") ? fields.whole("fresh") : EditPlan.DEFAULT_FRESH_SAMPLES);
        } catch (IllegalArgumentException wrong) {
            throw fields.wrong("", String.valueOf(wrong.getMessage()));
        }
    }

    List<Selection> selections(JsonFields fields, String key) throws IOException {
        List<Selection> selections = new ArrayList<>();
        for (JsonFields entry : fields.objects(key)) {
            selections.addAll(selections(entry));
        }
        return selections;
    }

    List<Selection> selections(JsonFields entry) throws IOException {
        entry.requireKnown(SELECTION);
        Region region = region(entry);
        return subjects(entry, region).stream()
                .map(subject -> new Selection(subject, region))
                .toList();
    }

    /**
     * The images that an entry names.
     *
     * @param region that goes with each of them
     */
    List<Subject> subjects(JsonFields entry, Region region) throws IOException {
        if (SUBJECTS.stream().filter(entry::has).count() != 1) {
            throw entry.wrong(
                    "sample",
                    "give either 'sample' with a number, 'samples' with a list of numbers, or 'inputs' with files");
        }
        long seed = entry.has("seed") ? entry.seed("seed") : Sample.DEFAULT_SEED;
        if (entry.has("inputs")) {
            charge(entry, "inputs", region);
            return List.of(inputs.read(entry, "inputs"));
        }
        List<Subject> subjects = new ArrayList<>();
        String key = entry.has("sample") ? "sample" : "samples";
        List<Integer> indices = entry.has("sample") ? List.of(entry.whole("sample")) : entry.wholes("samples");
        if (indices.isEmpty()) {
            throw entry.wrong(key, "the list is empty: name a sample, or leave the whole entry out");
        }
        for (int index : indices) {
            charge(entry, key, region);
            try {
                subjects.add(new Sample(seed, index));
            } catch (IllegalArgumentException wrong) {
                throw entry.wrong(key, String.valueOf(wrong.getMessage()));
            }
        }
        return subjects;
    }

    /** Counts a sample before it is kept. */
    private void charge(JsonFields entry, String key, Region region) throws FileFormatException {
        samples++;
        work += region.operations() + 1L;
        if (samples > MOST_SAMPLES) {
            throw entry.wrong(key, "an edit names at most " + MOST_SAMPLES + " samples: leave some out");
        }
        if (work > MOST_WORK) {
            throw entry.wrong(
                    key,
                    "the regions have too many operations for so many samples: draw them into a PNG and use"
                            + " png(mask.png)");
        }
    }

    Region region(JsonFields entry) throws IOException {
        String text = entry.text("region");
        try {
            return Region.parse(text, masks);
        } catch (NoSuchFileException missing) {
            throw because(entry, "there is no file " + missing.getFile(), missing);
        } catch (IOException | IllegalArgumentException wrong) {
            throw because(entry, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static FileFormatException because(JsonFields entry, String problem, Exception cause) {
        FileFormatException failure = entry.wrong("region", problem);
        failure.initCause(cause);
        return failure;
    }
}
