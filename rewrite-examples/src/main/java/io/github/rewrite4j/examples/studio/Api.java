package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What can be asked of a session over HTTP, by path; a table and nothing else. */
final class Api {
    private final Map<String, Route> gets = new LinkedHashMap<>();
    private final Map<String, Route> posts = new LinkedHashMap<>();

    /** Answers one path. */
    @FunctionalInterface
    interface Route {
        Answer answer(StudioSession session, Asked asked) throws IOException;
    }

    /** A change of a session by a request of JSON. */
    @FunctionalInterface
    private interface Change {
        void apply(StudioSession session, JsonNode json) throws IOException;
    }

    Api() {
        gets.put("state", (session, asked) -> Answer.json(session.state()));
        gets.put(
                "draw",
                (session, asked) -> Answer.frame(
                        session.views().draw(asked.subjects(), !asked.query().containsKey("original"), asked.edge())));
        gets.put(
                "drag",
                (session, asked) -> Answer.frame(session.views()
                        .drag(asked.subjects(), asked.parameter("rule"), asked.number("strength"), asked.edge())));
        gets.put(
                "move",
                (session, asked) -> Answer.frame(session.views().move(asked.subjects(), moved(asked), asked.edge())));
        gets.put(
                "paste",
                (session, asked) -> Answer.frame(session.views()
                        .pastePreview(asked.parameter("subject"), asked.number("x"), asked.number("y"), asked.edge())));
        gets.put("heat", (session, asked) -> Answer.frame(session.views().heat(asked.subjects())));
        gets.put(
                "fires",
                (session, asked) -> Answer.frame(session.views().fires(asked.subjects(), asked.parameter("rule"))));
        gets.put("thing", Api::thing);
        selections();
        rules();
        tasks();
        files();
    }

    private void files() {
        posts.put(
                "upload",
                (session, asked) -> Answer.json(session.tasks().pictures().keep(asked.body())));
        posts.put("load", (session, asked) -> {
            session.tasks().load(asked.body(), asked.query().getOrDefault("name", ""));
            return Answer.done();
        });
        posts.put(
                "composite",
                (session, asked) ->
                        Answer.frame(session.views().composite(asked.subjects(), asked.json(), asked.edge())));
        gets.put(
                "save-edit",
                (session, asked) -> Answer.file(
                        session.tasks()
                                .exchange()
                                .save(
                                        session.draft(),
                                        session.settings(),
                                        session.selections().layer()),
                        "application/zip",
                        "edit.zip"));
        gets.put(
                "save-original",
                (session, asked) -> Answer.file(
                        session.tasks().exchange().saveOriginal(session.draft()), "application/json", "edit.json"));
        gets.put(
                "save-rules",
                (session, asked) -> Answer.file(
                        session.tasks().exchange().saveRules(session.draft().rules()),
                        "application/octet-stream",
                        "rules.safetensors"));
        gets.put(
                "sheet",
                (session, asked) -> Answer.file(
                        session.views()
                                .sheet(
                                        asked.subjects(),
                                        List.of(asked.parameter("names").split(","))),
                        "image/png",
                        "sheet.png"));
    }

    private void selections() {
        post("show", (session, json) -> session.show(Asked.text(json, "ranges")));
        post("copy", (session, json) -> session.selections().copy(Asked.text(json, "subject"), Asked.mask(json)));
        post("paste", (session, json) -> session.selections().paste(Asked.text(json, "subject"), Asked.mask(json)));
        post("context", (session, json) -> session.selections().context(Asked.text(json, "subject"), Asked.mask(json)));
        post("remove-paste", (session, json) -> session.step(now -> now.withoutPaste(at(json))));
        post("remove-context", (session, json) -> session.step(now -> now.withoutContext(at(json))));
        post("zero", (session, json) -> session.step(Draft::withoutContexts));
        post("clear", (session, json) -> session.step(Draft::withoutSelections));
        post("settings", StudioSession::settings);
        post("undo", (session, json) -> session.undo());
        post("redo", (session, json) -> session.redo());
        post("domain", (session, json) -> session.domains()
                .move(Asked.text(json, "name"), Asked.number(json, "value")));
    }

    private void rules() {
        post("revert", (session, json) -> session.revert());
        post(
                "strength",
                (session, json) ->
                        session.step(now -> now.strength(Asked.text(json, "rule"), Asked.number(json, "strength"))));
        post(
                "rename",
                (session, json) ->
                        session.step(now -> now.renamed(Asked.text(json, "rule"), name(Asked.text(json, "name")))));
        post(
                "move-rule",
                (session, json) ->
                        session.step(now -> now.moved(Asked.text(json, "rule"), (int) Asked.number(json, "to"))));
        post("remove-rule", (session, json) -> session.step(now -> now.withoutRule(Asked.text(json, "rule"))));
    }

    private void tasks() {
        post("rewrite", (session, json) -> session.tasks().rewrite());
        post("erase", (session, json) -> session.tasks().erase());
        post("overfit", (session, json) -> session.tasks().overfit());
        post("search", (session, json) -> {
            if (json.has("mask")) {
                session.tasks().search(Asked.text(json, "subject"), Asked.mask(json));
            } else {
                session.tasks().search();
            }
        });
        post("forget-findings", (session, json) -> session.found(null));
        post("teach", (session, json) -> session.tasks().teach(json));
        post("teach-domain", (session, json) -> session.tasks().teachDomain(json));
        // The server answers these two itself: they are about sessions, not of one.
        post("open-expanded", (session, json) -> {});
        post("open-first", (session, json) -> {});
        post("draw-picture", (session, json) -> session.tasks().draw(json));
        post("forget-picture", (session, json) -> session.gallery().forget(Asked.text(json, "key")));
        post("export-gif", (session, json) -> session.tasks().walk());
        post("export-onnx", (session, json) -> session.tasks().onnx());
        post("example", (session, json) -> session.tasks().example());
        post("snapshot", (session, json) -> session.gallery().snapshot());
        post("restore", (session, json) -> session.gallery().restore(at(json)));
        post("forget-snapshot", (session, json) -> session.gallery().forgetSnapshot(at(json)));
        post("cancel", (session, json) -> session.jobs().cancel(Asked.text(json, "job")));
        post("dismiss", (session, json) -> session.dismiss(Asked.text(json, "job")));
    }

    private void post(String path, Change change) {
        posts.put(path, (session, asked) -> {
            change.apply(session, asked.json());
            return Answer.done();
        });
    }

    /** The route of a path. */
    Optional<Route> route(String method, String path) {
        return Optional.ofNullable((method.equals("POST") ? posts : gets).get(path));
    }

    private static int at(JsonNode json) {
        return (int) Asked.number(json, "at");
    }

    private static String name(String text) {
        String name = text.strip();
        if (name.isEmpty() || name.length() > 80) {
            throw new IllegalArgumentException("A name has 1 to 80 letters.");
        }
        return name;
    }

    private static Map<String, Double> moved(Asked asked) {
        Map<String, Double> moved = new TreeMap<>();
        for (String pair : asked.parameter("to").split(",", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                moved.put(parts[0], Double.parseDouble(parts[1]));
            }
        }
        return moved;
    }

    private static Answer thing(StudioSession session, Asked asked) throws IOException {
        String key = asked.parameter("key");
        String kind = key.substring(key.lastIndexOf('.') + 1);
        Map<String, String> types = Map.of("png", "image/png", "json", "application/json", "gif", "image/gif");
        byte[] bytes = session.thing(key);
        String type = types.getOrDefault(kind, "application/octet-stream");
        String download = asked.query().getOrDefault("download", "");
        return download.isEmpty()
                ? new Answer(Answer.OK, type, bytes, Map.of())
                : Answer.file(bytes, type, download.replaceAll("[^A-Za-z0-9._-]", "_"));
    }
}
