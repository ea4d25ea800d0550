package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a session keeps beside its drafts: pictures of the user's own as images of the grid, snapshots to go back to, and
 * generators that learnt a domain. Guarded by the session.
 */
public final class Gallery {
    private static final int MOST = 24;
    private static final String OWN = "own";
    private static final String SNAPSHOTS = "snapshots";
    private static final String EXPANDED = "expanded";

    private final StudioSession session;
    private final Map<String, List<Map<String, String>>> shelves = new LinkedHashMap<>();

    Gallery(StudioSession session, JsonNode left) {
        this.session = session;
        for (String shelf : List.of(OWN, SNAPSHOTS, EXPANDED)) {
            List<Map<String, String>> things = new ArrayList<>();
            left.path(shelf).forEach(node -> {
                Map<String, String> pairs = new LinkedHashMap<>();
                node.fields()
                        .forEachRemaining(field ->
                                pairs.put(field.getKey(), field.getValue().asText()));
                things.add(pairs);
            });
            shelves.put(shelf, List.copyOf(things));
        }
    }

    private List<Map<String, String>> shelf(String name) {
        synchronized (session) {
            return shelves.getOrDefault(name, List.of());
        }
    }

    private void put(String shelf, List<Map<String, String>> things) throws IOException {
        if (things.size() > MOST) {
            throw new IllegalArgumentException("There are " + MOST + " of these already: remove some first.");
        }
        List<Map<String, String>> before = shelf(shelf);
        session.keep(() -> shelves.put(shelf, List.copyOf(things)), () -> shelves.put(shelf, before));
    }

    /** Keys of the pictures of the user's own. */
    List<String> pictures() {
        return shelf(OWN).stream()
                .map(picture -> picture.getOrDefault("key", ""))
                .toList();
    }

    /** Adds a picture of the user's own to the grid, as its first. */
    void add(String key, String name) throws IOException {
        List<Map<String, String>> things = new ArrayList<>(shelf(OWN));
        things.removeIf(picture -> key.equals(picture.get("key")));
        things.add(0, Map.of("key", key, "name", name));
        put(OWN, things);
    }

    /** Takes a picture of the user's own off the grid. */
    public void forget(String key) throws IOException {
        put(
                OWN,
                shelf(OWN).stream()
                        .filter(picture -> !key.equals(picture.get("key")))
                        .toList());
    }

    /** Remembers how things are now, with a small picture. */
    public void snapshot() throws IOException {
        String picture = session.views().thumbnail(session.shown());
        List<Map<String, String>> things = new ArrayList<>(shelf(SNAPSHOTS));
        things.add(Map.of("draft", session.draftKey(), "picture", picture));
        put(SNAPSHOTS, things);
    }

    /** Goes back to a snapshot, as a step that can be undone. */
    public void restore(int at) throws IOException {
        String draft = snapshotAt(at).getOrDefault("draft", "");
        Draft then = Draft.of(session.workshop().vault().getJson(draft));
        session.step(now -> new Draft("restore", then.object(), then.pastes(), then.contexts(), then.rules()));
    }

    /** Removes a snapshot. */
    public void forgetSnapshot(int at) throws IOException {
        List<Map<String, String>> things = new ArrayList<>(shelf(SNAPSHOTS));
        things.remove(snapshotAt(at));
        put(SNAPSHOTS, things);
    }

    private Map<String, String> snapshotAt(int at) {
        List<Map<String, String>> snapshots = shelf(SNAPSHOTS);
        if (at < 0 || at >= snapshots.size()) {
            throw new IllegalArgumentException("That snapshot is no longer there: another tab may have removed it.");
        }
        return snapshots.get(at);
    }

    /** Remembers a generator that learnt a domain. */
    void keepExpanded(String key, String name) throws IOException {
        List<Map<String, String>> things = new ArrayList<>(shelf(EXPANDED));
        things.removeIf(one -> key.equals(one.get("key")));
        things.add(Map.of("key", key, "name", name));
        put(EXPANDED, things);
    }

    /** Keys of all that this needs. */
    Set<String> uses() throws IOException {
        Set<String> uses = new HashSet<>();
        pictures().forEach(key -> Subjects.thing(key).ifPresent(uses::add));
        shelf(EXPANDED).forEach(one -> uses.add(one.getOrDefault("key", "")));
        for (Map<String, String> snapshot : shelf(SNAPSHOTS)) {
            String draft = snapshot.getOrDefault("draft", "");
            uses.add(draft);
            uses.add(snapshot.getOrDefault("picture", ""));
            uses.addAll(Draft.of(session.workshop().vault().getJson(draft)).uses());
        }
        return uses;
    }

    Map<String, Object> toMap() {
        synchronized (session) {
            return new LinkedHashMap<>(shelves);
        }
    }
}
