package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * All drafts of a session by their keys, and which of them counts: undo and redo without a limit. Immutable; in memory a step
 * is its key, the drafts lie in the vault.
 *
 * @param vault keeps the drafts
 * @param steps keys of the drafts
 * @param at which of them counts
 * @param now the draft that counts
 */
record Timeline(Vault vault, List<String> steps, int at, Draft now) {
    Timeline {
        steps = List.copyOf(steps);
    }

    /** What the last session left, or one empty draft. */
    static Timeline resume(Vault vault, JsonNode session) throws IOException {
        List<String> steps = new ArrayList<>();
        session.path("steps").forEach(step -> steps.add(step.asText()));
        if (steps.isEmpty()) {
            steps.add(vault.putJson(Draft.EMPTY.toMap()));
        }
        int at = Math.max(0, Math.min(steps.size() - 1, session.path("at").asInt(steps.size() - 1)));
        return new Timeline(vault, steps, at, Draft.of(vault.getJson(steps.get(at))));
    }

    /** With a new step; what was undone before is forgotten. */
    Timeline step(Draft next) throws IOException {
        List<String> done = new ArrayList<>(steps.subList(0, at + 1));
        done.add(vault.putJson(next.toMap()));
        return new Timeline(vault, done, done.size() - 1, next);
    }

    Timeline undo() throws IOException {
        if (at == 0) {
            throw new IllegalArgumentException("There is nothing to undo: this is where the session begins.");
        }
        return at(at - 1);
    }

    Timeline redo() throws IOException {
        if (redoable() == 0) {
            throw new IllegalArgumentException("There is nothing to redo.");
        }
        return at(at + 1);
    }

    private Timeline at(int to) throws IOException {
        return new Timeline(vault, steps, to, Draft.of(vault.getJson(steps.get(to))));
    }

    int redoable() {
        return steps.size() - 1 - at;
    }

    /** Keys of the drafts and of all that they need. */
    Set<String> uses() throws IOException {
        Set<String> uses = new LinkedHashSet<>(steps);
        for (String step : new LinkedHashSet<>(steps)) {
            uses.addAll(Draft.of(vault.getJson(step)).uses());
        }
        return uses;
    }
}
