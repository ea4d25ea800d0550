package io.github.rewrite4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A stack of patches with everything that was done to it: patches are added, weakened, moved and taken off, and each step
 * can be undone and done again. One file holds all of it. Immutable; each method returns a changed copy.
 *
 * <p>A new step forgets what had been undone. The last {@value #MOST_STEPS} steps are remembered.
 */
public final class PatchHistory {
    /** Steps that can be undone. */
    public static final int MOST_STEPS = 500;

    private final List<List<Entry>> states;
    private final int at;

    /**
     * A patch of the stack.
     *
     * @param name for people
     * @param patch what it changes
     * @param strength by how much, 0 for not at all
     */
    public record Entry(String name, Patch patch, double strength) {
        public Entry {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(patch, "patch");
            if (name.isBlank()) {
                throw new IllegalArgumentException("A patch of a history needs a name that people can tell it by.");
            }
            if (!Double.isFinite(strength)) {
                throw new IllegalArgumentException(
                        "The strength of a patch is a finite number, but was " + strength + ".");
            }
        }
    }

    PatchHistory(List<List<Entry>> states, int at) {
        this.states = states.stream().map(List::copyOf).toList();
        this.at = at;
    }

    /** No patch, and nothing to undo. */
    public static PatchHistory empty() {
        return new PatchHistory(List.of(List.of()), 0);
    }

    /** The patches as they are now, first to last. */
    public List<Entry> entries() {
        return states.get(at);
    }

    /** The patches as they are now, with their strengths; those of strength 0 are left out. */
    public List<AppliedPatch> applied() {
        return entries().stream()
                .filter(entry -> entry.strength != 0)
                .map(entry -> new AppliedPatch(entry.patch, entry.strength))
                .toList();
    }

    /**
     * Puts a patch on top.
     *
     * @throws FingerprintMismatchException when it was made for another generator than those below
     */
    public PatchHistory add(String name, Patch patch, double strength) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(patch, "patch");
        if (!entries().isEmpty()) {
            String base = entries().get(0).patch.baseFingerprint();
            if (!base.equals(patch.baseFingerprint())) {
                throw new FingerprintMismatchException("This patch", patch.baseFingerprint(), base);
            }
        }
        List<Entry> next = new ArrayList<>(entries());
        next.add(new Entry(name, patch, strength));
        return step(next);
    }

    /** Gives the patch at a place, from 0, another strength. */
    public PatchHistory strength(int place, double strength) {
        Entry entry = entry(place);
        List<Entry> next = new ArrayList<>(entries());
        next.set(place, new Entry(entry.name, entry.patch, strength));
        return step(next);
    }

    /** Moves the patch at a place, from 0, to another. What is drawn stays, since changes add up in any order. */
    public PatchHistory move(int from, int to) {
        entry(to);
        Entry moved = entry(from);
        List<Entry> next = new ArrayList<>(entries());
        next.remove(from);
        next.add(to, moved);
        return step(next);
    }

    /** Takes the patch at a place, from 0, off. */
    public PatchHistory remove(int place) {
        entry(place);
        List<Entry> next = new ArrayList<>(entries());
        next.remove(place);
        return step(next);
    }

    private Entry entry(int place) {
        if (place < 0 || place >= entries().size()) {
            throw new IllegalArgumentException("There is no patch at place " + place + ": the history has "
                    + entries().size() + ", counted from 0.");
        }
        return entries().get(place);
    }

    private PatchHistory step(List<Entry> next) {
        List<List<Entry>> done = new ArrayList<>(states.subList(Math.max(0, at + 1 - MOST_STEPS), at + 1));
        done.add(next);
        return new PatchHistory(done, done.size() - 1);
    }

    /** Steps that can be undone. */
    public int undoable() {
        return at;
    }

    /** Undone steps that can be done again. */
    public int redoable() {
        return states.size() - 1 - at;
    }

    /**
     * The history before its last step.
     *
     * @throws IllegalStateException when there is none
     */
    public PatchHistory undo() {
        if (at == 0) {
            throw new IllegalStateException("There is nothing to undo: this is where the history begins.");
        }
        return new PatchHistory(states, at - 1);
    }

    /**
     * The history after the step that was undone last.
     *
     * @throws IllegalStateException when there is none
     */
    public PatchHistory redo() {
        if (redoable() == 0) {
            throw new IllegalStateException("There is nothing to do again: no step was undone since the last one.");
        }
        return new PatchHistory(states, at + 1);
    }

    /** A generator that carries the patches as they are now; the caller closes it, and keeps the one it gave. */
    public Generator open(Generator base) {
        Generator current = base.withSampler(base.sampler());
        for (AppliedPatch applied : applied()) {
            try (Generator under = current) {
                current = under.with(applied.patch(), applied.strength());
            }
        }
        return current;
    }

    /** Writes the patches and all steps; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        PatchHistoryFile.save(states, at, file);
    }

    /**
     * Reads a history.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when the file is damaged or holds something else
     */
    public static PatchHistory load(Path file) throws IOException {
        return PatchHistoryFile.load(file);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PatchHistory that && at == that.at && states.equals(that.states);
    }

    @Override
    public int hashCode() {
        return 31 * states.hashCode() + at;
    }

    @Override
    public String toString() {
        return entries().size() + " patches, " + undoable() + " steps to undo, " + redoable() + " to do again";
    }
}
