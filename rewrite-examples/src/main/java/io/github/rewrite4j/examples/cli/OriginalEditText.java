package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.edit.OriginalSelections;
import io.github.rewrite4j.edit.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Shows a file of the original interface: image numbers and masks, not the pictures in it. */
final class OriginalEditText {
    private OriginalEditText() {}

    static void show(Console console, Path file) throws IOException {
        OriginalSelections selections = OriginalEditFile.selections(file);
        console.say("kind: edit of the original interface, which names no layer");
        selections.object().ifPresent(object -> show(console, "object", object));
        selections.paste().ifPresent(paste -> show(console, "paste", paste));
        selections.contexts().forEach(context -> show(console, "key", context));
        List<String> missing = Stream.of("object", "paste")
                .filter(part -> (part.equals("object") ? selections.object() : selections.paste()).isEmpty())
                .toList();
        console.say(
                missing.isEmpty()
                        ? "carried out by: rewrite edit --edit FILE --layer NAME --rank N"
                        : "no edit, since it has no " + String.join(" and no ", missing)
                                + ": it marks what to switch off (UnitAblation)");
    }

    private static void show(Console console, String part, Selection selection) {
        selection
                .region()
                .ownMask()
                .ifPresent(mask -> console.say(
                        "  %-7s image %-6s mask of %dx%d pixels, %,d selected",
                        part, selection.subject(), mask.width(), mask.height(), mask.selectedCells()));
    }
}
