package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of the page, out of the resources of this package: no folder is looked at. */
final class PageFiles {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private PageFiles() {}

    static Answer answer(String path) {
        String name = path.isEmpty() ? "index.html" : path;
        Matcher file = NAME.matcher(name);
        if (!file.matches()) {
            return Answer.wrong(Answer.MISSING, "The studio has no such page.");
        }
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
            return in == null
                    ? Answer.wrong(Answer.MISSING, "The studio has no such page.")
                    : new Answer(
                            Answer.OK, TYPES.getOrDefault(file.group(1), "text/plain"), in.readAllBytes(), Map.of());
        } catch (IOException broken) {
            return Answer.wrong(Answer.BROKEN, "A file of the page cannot be read: build the program again.");
        }
    }
}
