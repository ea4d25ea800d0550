package io.github.rewrite4j.edit;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Valid edit files of both kinds to start fuzzing from, and reading such files to their end: regions are drawn too. */
final class EditFiles {
    private static final int SIZE = 64;
    private static final Path FOLDER = folder();

    static final ReaderTrial PLANS = ReaderTrial.of("edit file", file -> {
        EditPlan plan = EditFile.read(written(file));
        draw(plan.edit().object());
        plan.edit().pastes().stream().limit(3).forEach(EditFiles::draw);
        plan.edit().contexts().stream().limit(3).forEach(EditFiles::draw);
    });

    static final ReaderTrial ORIGINALS = ReaderTrial.of("original edit file", file -> {
        OriginalSelections selections = OriginalEditFile.selections(written(file));
        selections.object().ifPresent(EditFiles::draw);
        selections.contexts().stream().limit(3).forEach(EditFiles::draw);
        selections.edit("fuzz");
    });

    static final ReaderTrial REGIONS = ReaderTrial.of(
                    "region", file -> Region.parse(new String(file, StandardCharsets.UTF_8), FOLDER)
                            .onImage(SIZE, SIZE))
            .refusingBy(List.of(IllegalArgumentException.class, IOException.class));

    private EditFiles() {}

    /** Drawing may be refused by the documented exception for a region that takes too long. */
    private static void draw(Selection selection) {
        try {
            selection.region().onImage(SIZE, SIZE);
            if (selection.toString().isEmpty()) {
                throw new AssertionError("a selection has a text");
            }
        } catch (IllegalArgumentException tooLong) {
            throw new RewriteException(String.valueOf(tooLong.getMessage()), tooLong);
        }
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("rewrite4j-edits");
            Files.write(folder.resolve("m.png"), Images.greyPng(new float[][] {{0, 1}, {1, 0}}));
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path written(byte[] file) throws IOException {
        return Files.write(FOLDER.resolve("edit.json"), file);
    }

    static Stream<byte[]> plans() throws FileFormatException {
        return Stream.of(
                        "{'layer': 'layer5', 'rank': 3, 'gamma': 0.2, 'solver': 'adam', 'directions': 'svd',"
                                + " 'fresh': 7, 'object': {'sample': 22, 'region': 'ellipse(32, 10, 11, 9).grown(2)'},"
                                + " 'paste': [{'sample': 7, 'seed': 9, 'region': 'rectangle(1, 2, 30.5, 4e0)'}],"
                                + " 'context': [{'samples': [2, 6], 'region': 'polygon(1,1,9,1,5,8).minus(full)'},"
                                + " {'samples': '10-14', 'region': 'full().inverted().moved(3, -4)'}]}",
                        "\uFEFF{'layer': 'x', 'rank': 1, 'object': {'sample': 1, 'region': 'png(m.png).union(full)'},"
                                + " 'paste': [{'sample': 2, 'region': 'png(\\'m.png\\').intersect(png(m.png))'}]}")
                .map(json -> json.replace("\\'", "`").replace('\'', '"').replace('`', '\''))
                .map(json -> json.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> originals() throws IOException {
        String mask = "\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(Images.greyPng(new float[][] {{0, 1, 0}, {1, 0, 1}})) + "\"";
        String edit = "{\"object\": [12, " + mask + "], \"paste\": [4, " + mask + "], \"key\": [[4, " + mask + "], [9, "
                + mask + "]], \"query\": null}";
        return Stream.of(edit.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> regions() {
        return Stream.of(
                        "ellipse(32, 10, 11, 9).grown(2).inverted().grown(3)",
                        "polygon(0, 0, 60, 1, 30, 50.5, 3, 9).union(rectangle(2, 3, 4, 5).moved(-3, 4))",
                        "full().minus(png(m.png).intersect(png('m.png'))).inverted()")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
