package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * All that happens in the studio, without a browser: what is shown, what was copied, pasted and marked, the rules that are in
 * force, undo and redo, and jobs that take time. Everything that a user made lies in the working folder after each step, so
 * that a session which is killed comes back with all but its running job.
 *
 * <p>Safe for threads. Steps that change something are quick or run as jobs; drawing goes on meanwhile.
 */
public final class StudioSession implements AutoCloseable {
    /** What the grid shows at first. */
    static final String FIRST_RANGES = "0-15";

    private static final int GOAL_HALF = 1;

    private final Generator generator;
    private final Vault vault;
    private final Workshop workshop;
    private final Painter painter;
    private final EditTasks edits;
    private final Jobs jobs;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> own = new ArrayList<>();
    private final List<Map<String, String>> snapshots = new ArrayList<>();
    private final Map<String, Double> domains = new TreeMap<>();
    private Timeline timeline;
    private Settings settings = Settings.DEFAULT;
    private String ranges = FIRST_RANGES;
    private @Nullable Findings findings;
    private String measuredMask = "";
    private String measuredLayer = "";
    private long version;
    private boolean closed;

    private StudioSession(Generator generator, Vault vault, JsonNode left) throws IOException {
        this.generator = generator;
        this.vault = vault;
        this.workshop = new Workshop(generator, vault);
        this.painter = new Painter(generator);
        this.edits = new EditTasks(workshop);
        this.jobs = new Jobs(this::jobsChanged);
        String base = generator.spec().baseFingerprint();
        boolean same = left.path("generator").asText(base).equals(base);
        if (!same) {
            throw new IOException("The folder '" + vault.folder()
                    + "' holds a session with another generator: open that one, or choose another folder with --out.");
        }
        this.timeline = Timeline.resume(vault, left);
        this.settings = settings.changedBy(left.path("settings"));
        this.ranges = left.path("ranges").asText(FIRST_RANGES);
        readPairs(left.path("own"), own);
        readPairs(left.path("snapshots"), snapshots);
        left.path("domains").fields().forEachRemaining(field -> domains.put(
                field.getKey(), field.getValue().asDouble()));
        left.path("running").forEach(jobs::lost);
        vault.keepOnly(uses());
        save(timeline);
    }

    /**
     * Opens the session of a working folder, or a new one.
     *
     * @param generator stays the caller's, who closes it after the session
     * @param folder working folder; made where it is missing
     * @throws IOException when the folder holds a session with another generator or cannot be written
     */
    public static StudioSession open(Generator generator, Path folder) throws IOException {
        return open(generator, folder, Store.ATOMIC);
    }

    /** As {@link #open(Generator, Path)}, writing through another store. */
    public static StudioSession open(Generator generator, Path folder, Store store) throws IOException {
        Vault vault = Vault.in(folder, store);
        return new StudioSession(generator, vault, vault.session());
    }

    private static void readPairs(JsonNode nodes, List<Map<String, String>> into) {
        nodes.forEach(node -> {
            Map<String, String> pairs = new LinkedHashMap<>();
            node.fields().forEachRemaining(field -> pairs.put(field.getKey(), field.getValue().asText()));
            into.add(pairs);
        });
    }

    private Set<String> uses() throws IOException {
        Set<String> uses = new HashSet<>(timeline.uses());
        for (Map<String, String> picture : own) {
            Subjects.thing(picture.getOrDefault("key", "")).ifPresent(uses::add);
        }
        for (Map<String, String> snapshot : snapshots) {
            String draft = snapshot.getOrDefault("draft", "");
            uses.add(draft);
            uses.addAll(Draft.of(vault.getJson(draft)).uses());
        }
        return uses;
    }

    /** Hears of every change; called on any thread, must return quickly. Close what is returned to hear no more. */
    public AutoCloseable listen(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void changed() {
        synchronized (this) {
            version++;
        }
        listeners.forEach(Runnable::run);
    }

    /** The running jobs are written down, so that the next start knows what was lost. */
    private void jobsChanged() {
        try {
            synchronized (this) {
                if (!closed) {
                    save(timeline);
                }
            }
        } catch (IOException full) {
            // Progress is not worth failing for; the next step of the user says what is wrong with the folder.
        }
        changed();
    }

    private void save(Timeline next) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("format", "rewrite4j-studio");
        map.put("version", 1);
        map.put("generator", generator.spec().baseFingerprint());
        map.put("steps", next.steps());
        map.put("at", next.at());
        map.put("settings", settings.toMap());
        map.put("ranges", ranges);
        map.put("own", own);
        map.put("snapshots", snapshots);
        map.put("domains", domains);
        map.put("running", jobs.running());
        vault.keepSession(map);
    }

    /** A change of a draft that may fail to be written. */
    @FunctionalInterface
    interface Step {
        Draft from(Draft now) throws IOException;
    }

    /** Makes a step: first on the disk, then here, so that a full disk changes nothing. */
    void step(Step step) throws IOException {
        synchronized (this) {
            advance(timeline.step(step.from(timeline.now())));
        }
        changed();
    }

    private void advance(Timeline next) throws IOException {
        save(next);
        timeline = next;
    }

    synchronized Draft draft() {
        return timeline.now();
    }

    Workshop workshop() {
        return workshop;
    }

    Painter painter() {
        return painter;
    }

    EditTasks edits() {
        return edits;
    }

    Jobs jobs() {
        return jobs;
    }

    synchronized Settings settings() {
        return settings;
    }

    synchronized Optional<Findings> findings() {
        return Optional.ofNullable(findings);
    }

    /** Everything that a page shows, for JSON. */
    public synchronized Map<String, Object> state() {
        Draft now = timeline.now();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", version);
        map.put("generator", GeneratorFacts.of(generator));
        map.put("ranges", ranges);
        map.put("subjects", Subjects.ranges(ranges));
        map.put("own", List.copyOf(own));
        map.put("draft", now.toMap());
        map.put("undoable", timeline.at());
        map.put("redoable", timeline.redoable());
        map.put("settings", settings.toMap());
        map.put("autoLayer", autoLayer(now));
        map.put("domains", new TreeMap<>(domains));
        map.put("snapshots", List.copyOf(snapshots));
        map.put("jobs", jobs.toList());
        Findings last = findings;
        if (last != null) {
            map.put("findings", last.toMap());
        }
        return map;
    }

    /** The layer that the next rewrite works on unless the settings name one; empty before something was copied. */
    private String autoLayer(Draft now) {
        if (now.object().isEmpty()) {
            return "";
        }
        Mark object = now.object().get();
        if (!object.mask().equals(measuredMask)) {
            try {
                measuredLayer = LayerChoice.of(generator, workshop.region(object));
            } catch (IOException lost) {
                measuredLayer = "";
            }
            measuredMask = object.mask();
        }
        return measuredLayer;
    }

    /** Shows other samples: numbers and ranges of them. */
    public void show(String text) throws IOException {
        List<String> keys = Subjects.ranges(text);
        for (String key : keys) {
            workshop.requireDrawable(key);
        }
        synchronized (this) {
            String before = ranges;
            ranges = text.strip();
            try {
                save(timeline);
            } catch (IOException full) {
                ranges = before;
                throw full;
            }
        }
        changed();
    }

    /** A painted part of an image, checked. */
    private Mark mark(String subject, byte[] mask) throws IOException {
        workshop.requireDrawable(subject);
        Region region = Region.png(mask);
        region.requireOnImage(generator.spec().imageHeight(), generator.spec().imageWidth());
        return new Mark(subject, vault.put(mask, "png"));
    }

    /** Copies what is under a mask. */
    public void copy(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        step(now -> now.copied(mark));
    }

    /** Shows the object in another image, its centre where that of the mask is. */
    public void paste(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        if (draft().object().isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing has been copied yet: paint over something in an image and press Copy first.");
        }
        step(now -> now.pasted(mark));
    }

    /** Adds what is under a mask to the places where the object shall appear. */
    public void context(String subject, byte[] mask) throws IOException {
        Mark mark = mark(subject, mask);
        step(now -> now.inContext(mark));
    }

    /** How the next rewrite is carried out. */
    public void settings(JsonNode change) throws IOException {
        synchronized (this) {
            Settings before = settings;
            Settings next = before.changedBy(change);
            if (!next.layer().isEmpty()) {
                generator.memory(next.layer());
            }
            settings = next;
            try {
                save(timeline);
            } catch (IOException full) {
                settings = before;
                throw full;
            }
        }
        changed();
    }

    public void undo() throws IOException {
        synchronized (this) {
            advance(timeline.undo());
        }
        changed();
    }

    public void redo() throws IOException {
        synchronized (this) {
            advance(timeline.redo());
        }
        changed();
    }

    /** Takes all rules off; undo brings them back. */
    public void revert() throws IOException {
        step(now -> now.ruled("revert", List.of()));
    }

    /** Starts a rewrite of what was put together. */
    public Job rewrite() throws IOException {
        Draft now = draft();
        workshop.edit(now);
        Settings how = settings();
        return jobs.start("rewrite", "Rewriting", request("rewrite"), listener -> {
            RuleEntry rule = edits.rewrite(now, how, listener);
            step(later -> later.with(rule));
        });
    }

    /** Starts to erase what is marked. */
    public Job erase() {
        Draft now = draft();
        Settings how = settings();
        return jobs.start("erase", "Erasing", request("erase"), listener -> {
            RuleEntry rule = edits.erase(now, how, listener);
            step(later -> later.with(rule));
        });
    }

    /** Starts the baseline that learns the pasted images with all layers. */
    public Job overfit() throws IOException {
        Draft now = draft();
        workshop.edit(now);
        Settings how = settings();
        return jobs.start("overfit", "Overfitting, for comparison", request("overfit"), listener -> {
            RuleEntry rule = edits.overfit(now, how, listener);
            step(later -> later.with(rule));
        });
    }

    /** Starts to search for the like of the contexts, or the pastes where there are none. */
    public Job search() {
        Draft now = draft();
        List<Mark> marks = now.contexts().isEmpty() ? now.pastes() : now.contexts();
        if (marks.isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing is marked to search for: paint over something in an image first.");
        }
        return search(marks);
    }

    /** Starts to search for the like of what is painted; nothing is added to the edit. */
    public Job search(String subject, byte[] mask) throws IOException {
        return search(List.of(mark(subject, mask)));
    }

    private Job search(List<Mark> marks) {
        Draft now = draft();
        Settings how = settings();
        return jobs.start("search", "Searching", request("search"), listener -> {
            Findings found = edits.search(now, how, marks, listener);
            synchronized (this) {
                findings = found;
            }
        });
    }

    /** Forgets a job that has ended. */
    public void dismiss(String job) {
        jobs.dismiss(job);
        changed();
    }

    /** Puts the findings away. */
    public void forgetFindings() {
        synchronized (this) {
            findings = null;
        }
        changed();
    }

    static Map<String, Object> request(String path) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("path", path);
        return request;
    }

    /** Sets how far subjects are moved to a domain of an expanded generator. */
    public void domain(String name, double value) throws IOException {
        ExpandedGenerator expanded = generator
                .capability(ExpandedGenerator.class)
                .orElseThrow(() -> new IllegalArgumentException("This generator has no domains: teach it one first."));
        expanded.domain(name);
        if (!(Math.abs(value) <= 2)) {
            throw new IllegalArgumentException("A domain is reached at 1; choose between -2 and 2.");
        }
        synchronized (this) {
            domains.put(name, value);
            save(timeline);
        }
        changed();
    }

    private Painter.Scene scene(List<String> keys, Map<String, Double> moved) throws IOException {
        if (keys.isEmpty() || keys.size() > Subjects.MOST) {
            throw new IllegalArgumentException("Ask for 1 to " + Subjects.MOST + " images at a time.");
        }
        return new Painter.Scene(String.join(",", keys), workshop.subjects().of(keys), moved);
    }

    private synchronized Map<String, Double> domains() {
        return new TreeMap<>(domains);
    }

    /**
     * Draws images.
     *
     * @param keys of the images
     * @param changed with the rules in force, or as the generator was
     * @param longestEdge of what is returned, in pixels
     */
    public Frame draw(List<String> keys, boolean changed, int longestEdge) throws IOException {
        List<Applied> patches = changed ? workshop.applied(draft().rules()) : List.of();
        try (INDArray images = painter.images(scene(keys, domains()), patches)) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws images as they would be if a rule had another strength; nothing is changed. */
    public Frame drag(List<String> keys, String rule, double strength, int longestEdge) throws IOException {
        Draft now = draft();
        RuleEntry dragged = now.rule(rule).withStrength(strength);
        List<Applied> others = workshop.applied(
                now.rules().stream().filter(other -> !other.id().equals(rule)).toList());
        Applied applied = new Applied(dragged.patch(), workshop.patch(dragged.patch()), strength);
        try (INDArray images = painter.dragged(scene(keys, domains()), others, applied)) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws images with domains moved; nothing is changed. */
    public Frame move(List<String> keys, Map<String, Double> moved, int longestEdge) throws IOException {
        Map<String, Double> all = domains();
        all.putAll(moved);
        try (INDArray images = painter.images(scene(keys, all), workshop.applied(draft().rules()))) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Draws an image with the object pasted around a pixel of it, before anything is learnt. */
    public Frame pastePreview(String subject, double x, double y, int longestEdge) throws IOException {
        Draft now = draft();
        Mark object = now.object()
                .orElseThrow(() -> new IllegalArgumentException("Nothing has been copied yet."));
        int width = generator.spec().imageWidth();
        int height = generator.spec().imageHeight();
        double left = Math.max(0, Math.min(width - 2 * GOAL_HALF, x - GOAL_HALF));
        double top = Math.max(0, Math.min(height - 2 * GOAL_HALF, y - GOAL_HALF));
        Region place = Region.rectangle(left, top, 2 * GOAL_HALF, 2 * GOAL_HALF);
        var copied = workshop.selection(object);
        Edit edit = Edit.copy(copied.subject(), copied.region()).pasteInto(workshop.subjects().of(subject), place);
        String layer = edits.layer(settings(), copied);
        try (INDArray images = painter.goal(workshop.applied(now.rules()), layer, edit)) {
            return Frame.of(images, longestEdge);
        }
    }

    /** Heat maps of the last search for any images, as a layer to lie on them. */
    public Frame heat(List<String> keys) throws IOException {
        Findings last = findings()
                .orElseThrow(() -> new IllegalArgumentException("Nothing was searched for yet."));
        Painter.Scene scene = scene(keys, domains());
        try (INDArray maps = painter.at(workshop.applied(draft().rules()), last.layer(), memory -> {
            try (var inputs = painter.inputs(scene);
                    var found = memory.keys(inputs)) {
                return last.trigger().heat(found.tensor());
            }
        })) {
            return Frame.heat(maps, last.found().threshold(), last.hottest());
        }
    }

    /** Heat maps of where a rule fires, as a layer to lie on images. */
    public Frame fires(List<String> keys, String rule) throws IOException {
        Draft now = draft();
        RuleEntry entry = now.rule(rule);
        var patch = workshop.patch(entry.patch());
        List<Applied> others = workshop.applied(
                now.rules().stream().filter(other -> !other.id().equals(rule)).toList());
        Painter.Scene scene = scene(keys, domains());
        String layer = patch.notes().getOrDefault("layer", "");
        try (INDArray maps = painter.at(others, layer, memory -> {
            try (var inputs = painter.inputs(scene)) {
                return RuleHeat.of(memory, patch, inputs);
            }
        })) {
            double hottest = maps.maxNumber().doubleValue();
            return Frame.heat(maps, hottest / 4, hottest);
        }
    }

    /** A file that the session keeps, such as a mask, a report or a patch. */
    public byte[] thing(String key) throws IOException {
        return vault.get(key);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        jobs.close();
        painter.close();
    }
}
