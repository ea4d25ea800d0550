package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What takes time, started in the background; each ends as a step of the session, or leaves it as it was. */
public final class Tasks {
    private final StudioSession session;
    private final PictureTasks pictures;
    private final Exports exports;
    private final Exchange exchange;
    private final DomainTasks domains;

    Tasks(StudioSession session) {
        this.session = session;
        this.pictures = new PictureTasks(session.workshop());
        this.exports = new Exports(session.workshop(), session.painter());
        this.exchange = new Exchange(session.workshop());
        this.domains = new DomainTasks(session.workshop());
    }

    PictureTasks pictures() {
        return pictures;
    }

    Exports exports() {
        return exports;
    }

    Exchange exchange() {
        return exchange;
    }

    /** Learns a rule. */
    @FunctionalInterface
    private interface Learning {
        RuleEntry learn(Draft draft, Settings settings, RewriteListener listener) throws IOException;
    }

    private Job learn(String kind, String title, Learning learning) {
        Draft now = session.draft();
        Settings how = session.settings();
        return session.jobs().start(kind, title, request(kind, Map.of()), listener -> {
            try {
                session.learnt(learning.learn(now, how, listener));
            } finally {
                session.preview(null);
            }
            return Map.of();
        });
    }

    private static Map<String, Object> request(String path, Object body) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("path", path);
        request.put("body", body);
        return request;
    }

    /** Starts a rewrite of what was put together. */
    public Job rewrite() throws IOException {
        session.workshop().edit(session.draft());
        return learn("rewrite", "Rewriting", (draft, settings, listener) -> {
            session.ahead().await(listener);
            return session.edits().rewrite(draft, settings, this::preview, listener);
        });
    }

    /** Starts to erase what is marked. */
    public Job erase() {
        return learn("erase", "Erasing", session.edits()::erase);
    }

    /** Starts the baseline that learns the pasted images with all layers. */
    public Job overfit() throws IOException {
        session.workshop().edit(session.draft());
        return learn("overfit", "Overfitting, for comparison", session.edits()::overfit);
    }

    /** Starts to search for the like of the contexts, or the pastes where there are none. */
    public Job search() {
        Draft now = session.draft();
        List<Mark> marks = now.contexts().isEmpty() ? now.pastes() : now.contexts();
        if (marks.isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing is marked to search for: paint over something in an image first.");
        }
        return search(marks);
    }

    /** Starts to search for the like of what is painted; nothing is added to the edit. */
    public Job search(String subject, byte[] mask) throws IOException {
        return search(List.of(session.selections().mark(subject, mask)));
    }

    private Job search(List<Mark> marks) {
        Draft now = session.draft();
        Settings how = session.settings();
        return session.jobs().start("search", "Searching", request("search", Map.of()), listener -> {
            session.found(session.edits().search(now, how, marks, listener));
            return Map.of();
        });
    }

    private List<Exemplar> exemplars(JsonNode request) throws IOException {
        List<Exemplar> exemplars = new ArrayList<>();
        for (JsonNode one : request.path("exemplars")) {
            exemplars.add(pictures.exemplar(one));
        }
        return exemplars;
    }

    /** Starts to teach a domain: an effect by its name, words, or a thing from pictures. */
    public Job teachDomain(JsonNode request) throws IOException {
        if (request.path("words").isTextual()) {
            return teachWords(
                    request.path("words").asText(), DomainTasks.steps(Asked.number(request, "steps")), request);
        }
        List<Exemplar> exemplars = exemplars(request);
        String effect = request.path("effect").asText("");
        String name = exemplars.isEmpty() ? effect : named(request, "object");
        AdaptationObjective domain = DomainTasks.objective(effect, exemplars, name);
        int steps = DomainTasks.steps(Asked.number(request, "steps"));
        return session.jobs()
                .start("domain", "Teaching the domain " + name, request("teach-domain", request), listener -> {
                    String key = domains.teach(domain, steps, listener);
                    session.gallery().keepExpanded(key, name);
                    return result(key, name + ".safetensors");
                });
    }

    private Job teachWords(String words, int steps, JsonNode request) {
        String name = WordDomains.named(words);
        return session.jobs()
                .start("domain", "Teaching the domain " + name, request("teach-domain", request), listener -> {
                    try (WordDomains.Words said =
                            WordDomains.of(words, session.workshop().clip())) {
                        String key = domains.teach(said.objective(), steps, listener);
                        session.gallery().keepExpanded(key, name);
                        return result(key, name + ".safetensors");
                    }
                });
    }

    /** Starts to teach an object from one to three pictures, each with its place. */
    public Job teach(JsonNode request) throws IOException {
        List<Exemplar> exemplars = exemplars(request);
        if (exemplars.isEmpty()) {
            throw new IllegalArgumentException("There is no picture of the object yet: drop one on the page.");
        }
        String name = named(request, "Object");
        Draft now = session.draft();
        return session.jobs().start("teach", "Learning the object", request("teach", request), listener -> {
            try {
                session.learnt(pictures.teach(now, exemplars, name, this::preview, listener, session.edits()));
            } finally {
                session.preview(null);
            }
            return Map.of();
        });
    }

    private void preview(Patch learning) {
        session.preview(new Applied("preview-" + learning.id(), learning, 1));
    }

    /** Starts to find what draws a picture of the user's own. */
    public Job draw(JsonNode request) {
        String picture = Asked.text(request, "picture");
        String name = named(request, "My picture");
        Optional<String> hole = request.path("hole").isTextual()
                ? Optional.of(request.path("hole").asText())
                : Optional.empty();
        int steps = Math.max(1, Math.min(5000, request.path("steps").asInt(PictureTasks.INVERSION_STEPS)));
        return session.jobs().start("draw", "Taking your picture in", request("draw-picture", request), listener -> {
            PictureTasks.Drawn drawn = pictures.draw(picture, name, hole, steps, listener);
            String key = session.workshop().subjects().keep(drawn.inputs());
            session.gallery().add(key, name);
            if (drawn.pivot().isPresent()) {
                session.step(now -> now.with(drawn.pivot().get()));
            }
            return Map.of();
        });
    }

    /** Starts to draw a walk through the shown images. */
    public Job walk() throws IOException {
        Painter.Scene scene = session.views().scene(session.shown());
        List<Applied> patches = session.views().inForce();
        return session.jobs()
                .start(
                        "walk",
                        "Drawing a moving picture",
                        request("export-gif", Map.of()),
                        listener -> result(exports.walk(scene.subjects(), patches, listener), "walk.gif"));
    }

    /** Starts to write the generator with its rules as an ONNX network. */
    public Job onnx() throws IOException {
        List<Applied> patches = session.views().inForce();
        return session.jobs()
                .start(
                        "onnx",
                        "Writing the network",
                        request("export-onnx", Map.of()),
                        listener -> result(exports.onnx(patches, session.source(), listener), "generator.onnx"));
    }

    private static Map<String, Object> result(String key, String name) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("key", key);
        result.put("name", name);
        return result;
    }

    private static String named(JsonNode request, String otherwise) {
        String name = request.path("name").asText("").strip();
        return name.isEmpty() ? otherwise : name.substring(0, Math.min(80, name.length()));
    }

    /** Opens a file that the user chose: an edit or patches. */
    public void load(byte[] bytes, String name) throws IOException {
        Exchange.Loaded loaded = exchange.load(bytes, name, session.settings());
        if (loaded.settings().isPresent()) {
            session.settings(loaded.settings().get());
        }
        session.step(now -> {
            Draft next = loaded.selections().map(now::selecting).orElse(now);
            List<RuleEntry> rules = new ArrayList<>(next.rules());
            rules.addAll(loaded.rules());
            return next.ruled(loaded.rules().isEmpty() ? "load" : "loaded", rules);
        });
    }

    /** A finished example: the hair bun on every bald head, put together and learnt. */
    public Job example() throws IOException {
        if (session.generator().spec().imageWidth() != 64
                || !session.generator().spec().architecture().startsWith("avatar")) {
            throw new IllegalArgumentException("The example is for the avatars that come with this.");
        }
        AvatarEdits.NamedEdit bun = AvatarEdits.bun();
        Draft draft = exchange.draft(
                Optional.of(bun.plan().edit().object()),
                bun.plan().edit().pastes(),
                bun.plan().edit().contexts());
        session.settings(new Settings(bun.plan().layer(), 10, Settings.DEFAULT.solver(), 0.5, 0));
        session.show("97, 0-2, 6-7, 9-11, 15-21");
        session.step(now -> now.selecting(draft));
        return rewrite();
    }
}
