package io.github.rewrite4j.edit;

import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a file says of a plan, as long as reading it again gives the same. */
final class PlanWriter {
    private static final String LAYER = "layer";
    private static final String CONTEXT = "context";
    private static final String REGION = "region";

    private final Path folder;
    private final MaskReader masks;
    private final InputsReader inputs;

    /** Of files that lie in a folder. */
    PlanWriter(Path folder) {
        this.folder = folder;
        this.masks = new MaskReader(folder, MaskFiles.INSIDE_FOLDER);
        this.inputs = new InputsReader(masks);
    }

    Map<String, Object> written(Plan plan) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(LAYER, plan.layer());
        if (plan instanceof EditPlan edit) {
            edit(map, edit);
        } else if (plan instanceof ErasurePlan erasure) {
            erasure(map, erasure);
        } else if (plan instanceof TransplantPlan transplant) {
            transplant(map, transplant);
        } else {
            throw new IOException("A plan holds the pictures of an object, not the files that they came from: write"
                    + " down their names as \"exemplars\" by hand.");
        }
        return map;
    }

    private void edit(Map<String, Object> map, EditPlan plan) throws IOException {
        List<Selection> all = new ArrayList<>(plan.edit().pastes());
        all.addAll(plan.edit().contexts());
        all.add(plan.edit().object());
        requireWritable(all);
        map.putAll(MethodFields.written(plan.method()));
        map.put("object", selections(List.of(plan.edit().object())).get(0));
        map.put("paste", selections(plan.edit().pastes()));
        if (!plan.edit().contexts().isEmpty()) {
            map.put(CONTEXT, selections(plan.edit().contexts()));
        }
        map.put("fresh", plan.freshSamples());
    }

    private void erasure(Map<String, Object> map, ErasurePlan plan) throws IOException {
        List<Selection> contexts = plan.erasure().contexts();
        List<Selection> all = new ArrayList<>(contexts);
        all.add(plan.erasure().example());
        requireWritable(all);
        map.put(PlanReader.STRATEGY, ErasurePlan.NAME);
        map.put("example", selections(List.of(plan.erasure().example())).get(0));
        if (!contexts.isEmpty()) {
            map.put(CONTEXT, selections(contexts));
        }
        map.put("share", plan.share());
        map.put("times", plan.times());
    }

    private void transplant(Map<String, Object> map, TransplantPlan plan) throws IOException {
        List<Selection> all = new ArrayList<>();
        List<Map<String, Object>> pairs = new ArrayList<>();
        for (TransplantEdit.Pair pair : plan.edit().pairs()) {
            all.add(new Selection(pair.shown(), pair.region()));
            all.add(new Selection(pair.wanted(), pair.region()));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("shown", subject(pair.shown()));
            entry.put("wanted", subject(pair.wanted()));
            entry.put(REGION, pair.region().toString());
            pairs.add(entry);
        }
        requireWritable(all);
        map.put(PlanReader.STRATEGY, TransplantPlan.NAME);
        map.put("pairs", pairs);
        map.put("by", MethodFields.written(plan.method()));
    }

    private static Map<String, Object> subject(Subject subject) {
        Map<String, Object> entry =
                selections(List.of(new Selection(subject, Region.full()))).get(0);
        entry.remove(REGION);
        return entry;
    }

    /** Neighbours with one region and seed become one entry with several samples. */
    private static List<Map<String, Object>> selections(List<Selection> selections) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (int from = 0; from < selections.size(); ) {
            Selection first = selections.get(from);
            Map<String, Object> entry = new LinkedHashMap<>();
            if (first.subject() instanceof Sample sample) {
                List<Integer> samples = new ArrayList<>();
                while (from < selections.size() && follows(selections.get(from), first.region(), sample.seed())) {
                    samples.add(((Sample) selections.get(from++).subject()).index());
                }
                entry.put(samples.size() == 1 ? "sample" : "samples", text(samples));
                if (sample.seed() != Sample.DEFAULT_SEED) {
                    entry.put("seed", sample.seed());
                }
            } else {
                entry.put("inputs", InputsReader.written((OwnInputs) first.subject()));
                from++;
            }
            entry.put(REGION, first.region().toString());
            entries.add(entry);
        }
        return entries;
    }

    private static boolean follows(Selection selection, Region region, long seed) {
        return selection.region().equals(region)
                && selection.subject() instanceof Sample sample
                && sample.seed() == seed;
    }

    /** One number, a range from three neighbours on, or a list. */
    private static Object text(List<Integer> samples) {
        int first = samples.get(0);
        int last = samples.get(samples.size() - 1);
        if (samples.size() == 1) {
            return first;
        }
        boolean neighbours = samples.size() > 2
                && samples.equals(IntStream.rangeClosed(first, last).boxed().toList());
        return neighbours ? first + "-" + last : samples;
    }

    private void requireWritable(List<Selection> all) throws IOException {
        if (all.size() > EditReader.MOST_SAMPLES) {
            throw new IOException("The edit has " + all.size() + " samples, but a file holds at most "
                    + EditReader.MOST_SAMPLES + ": leave some out.");
        }
        for (Selection selection : all) {
            requireWritable(selection.subject());
            Region region = selection.region();
            boolean same;
            try {
                same = Region.parse(region.toString(), masks).equals(region);
            } catch (IllegalArgumentException | IOException unreadable) {
                same = false;
            }
            if (!same) {
                throw new IOException("The region " + region + " cannot be written into a plan: save its mask as a PNG"
                        + " in " + folder + " and use Region.png.");
            }
        }
    }

    private void requireWritable(Subject subject) throws IOException {
        if (subject instanceof OwnInputs own) {
            boolean same;
            try {
                same = inputs.again(own).equals(own);
            } catch (IllegalArgumentException | IOException unreadable) {
                same = false;
            }
            if (!same) {
                throw new IOException("The " + own + " cannot be written into a plan: save them with OwnInputs.save in "
                        + folder + " and use OwnInputs.read.");
            }
        }
    }
}
