package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
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

    private final Generator generator;
    private final Vault vault;
    private final Workshop workshop;
    private final Painter painter;
    private final EditTasks edits;
    private final Jobs jobs;
    private final Views views;
    private final Tasks tasks;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Gallery gallery;
    private final Ahead ahead = new Ahead();
    private final Selections selections = new Selections(this);
    private final DomainMoves domains;
    private Timeline timeline;
    private Settings settings = Settings.DEFAULT;
    private String ranges = FIRST_RANGES;
    private @Nullable Findings findings;
    private @Nullable Applied preview;
    private int previews;
    private Optional<Path> source = Optional.empty();
    private long version;
    private boolean closed;
    private volatile boolean second;
    private final Map<String, Object> facts;

    private StudioSession(Generator generator, Vault vault, JsonNode left) throws IOException {
        this.generator = generator;
        this.vault = vault;
        this.workshop = new Workshop(generator, vault);
        this.painter = new Painter(generator);
        this.edits = new EditTasks(workshop, this::ownPictures);
        this.jobs = new Jobs(this::jobsChanged);
        this.views = new Views(this);
        this.tasks = new Tasks(this);
        this.facts = GeneratorFacts.of(generator, tasks.pictures().intake());
        String base = generator.spec().baseFingerprint();
        boolean same = left.path("generator").asText(base).equals(base);
        if (!same) {
            throw new IOException("The folder '" + vault.folder()
                    + "' holds a session with another generator: open that one, or choose another folder with --out.");
        }
        this.timeline = Timeline.resume(vault, left);
        this.gallery = new Gallery(this, left);
        this.settings = settings.changedBy(left.path("settings"));
        this.ranges = left.path("ranges").asText(FIRST_RANGES);
        this.domains = new DomainMoves(this, left);
        left.path("running").forEach(jobs::lost);
        Set<String> used = uses();
        used.addAll(Vault.keysIn(left.path("running").toString()));
        vault.keepOnly(used);
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

    private Set<String> uses() throws IOException {
        Set<String> uses = new HashSet<>(timeline.uses());
        uses.addAll(gallery.uses());
        return uses;
    }

    /** Says which file the generator came from, for exports that go back into it. */
    public StudioSession from(Path file) {
        source = Optional.of(file);
        return this;
    }

    /** Takes a CLIP network, which sees any words, with its vocabulary beside it. */
    public StudioSession clip(Path file) {
        workshop.clip(file);
        synchronized (this) {
            facts.put("words", "any");
        }
        return this;
    }

    /** Says that this session stands in for another, which can be gone back to. */
    StudioSession expanded() {
        second = true;
        return this;
    }

    Optional<Path> source() {
        return source;
    }

    Generator generator() {
        return generator;
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
        map.putAll(gallery.toMap());
        map.put("domains", domains.all());
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
        map.put("generator", facts);
        map.put("ranges", ranges);
        map.put("subjects", samples());
        map.putAll(gallery.toMap());
        map.put("draft", now.toMap());
        map.put("undoable", timeline.at());
        map.put("redoable", timeline.redoable());
        map.put("settings", settings.toMap());
        map.put("autoLayer", selections.fittingLayer(now));
        map.put("domains", domains.all());
        map.put("jobs", jobs.toList());
        map.put("second", second);
        map.put("preview", preview == null ? 0 : previews);
        Findings last = findings;
        if (last != null) {
            map.put("findings", last.toMap());
        }
        return map;
    }

    /** Shows other samples: numbers and ranges of them. */
    public void show(String text) throws IOException {
        List<String> keys = Subjects.ranges(text);
        for (String key : keys) {
            workshop.requireDrawable(key);
        }
        String before = shownRanges();
        keep(() -> ranges = text.strip(), () -> ranges = before);
    }

    private synchronized String shownRanges() {
        return ranges;
    }

    /** What is done before it is asked for. */
    Ahead ahead() {
        return ahead;
    }

    /** How the next rewrite is carried out. */
    public void settings(JsonNode change) throws IOException {
        settings(settings().changedBy(change));
    }

    /** Keeps a change of something that is no draft; what fails to be written is taken back by the caller. */
    void keep(Runnable change, Runnable back) throws IOException {
        synchronized (this) {
            change.run();
            try {
                save(timeline);
            } catch (IOException full) {
                back.run();
                throw full;
            }
        }
        changed();
    }

    /** The key of the draft that counts. */
    synchronized String draftKey() {
        return timeline.steps().get(timeline.at());
    }

    void settings(Settings next) throws IOException {
        if (!next.layer().isEmpty()) {
            generator.memory(next.layer());
        }
        Settings before = settings();
        keep(() -> settings = next, () -> settings = before);
        selections.prepare();
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

    /** Forgets a job that has ended. */
    public void dismiss(String job) {
        jobs.dismiss(job);
        changed();
    }

    /** What is copied, pasted and marked. */
    public Selections selections() {
        return selections;
    }

    /** How far subjects are moved to the domains of an expanded generator. */
    public DomainMoves domains() {
        return domains;
    }

    /** Draws for pages. */
    public Views views() {
        return views;
    }

    /** Starts what takes time. */
    public Tasks tasks() {
        return tasks;
    }

    /** Shows findings, or puts them away. */
    void found(@Nullable Findings what) {
        synchronized (this) {
            findings = what;
        }
        changed();
    }

    /** A rule takes the place of what was shown while it was learnt, in one step. */
    void learnt(RuleEntry rule) throws IOException {
        synchronized (this) {
            advance(timeline.step(timeline.now().with(rule)));
            preview = null;
        }
        changed();
    }

    /** Shows a patch that is still being learnt on top of the rules in force, or nothing more. */
    void preview(@Nullable Applied learning) {
        synchronized (this) {
            if (learning == null && preview == null) {
                return;
            }
            preview = learning;
            previews++;
        }
        changed();
    }

    synchronized Optional<Applied> preview() {
        return Optional.ofNullable(preview);
    }

    /** Pictures of the user's own, snapshots and expanded generators. */
    public Gallery gallery() {
        return gallery;
    }

    /** Keys of the images of the grid. */
    synchronized List<String> shown() {
        List<String> keys = new ArrayList<>();
        keys.addAll(gallery.pictures());
        keys.addAll(samples());
        return keys;
    }

    private List<String> ownPictures() {
        return gallery.pictures();
    }

    private List<String> samples() {
        return tasks.pictures().intake().samples() ? Subjects.ranges(ranges) : List.of();
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
        ahead.close();
        jobs.close();
        painter.close();
    }
}
