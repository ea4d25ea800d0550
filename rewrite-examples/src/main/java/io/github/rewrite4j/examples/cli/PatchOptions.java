package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchReference;
import io.github.rewrite4j.io.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Patches with their strengths, as options of a command. */
final class PatchOptions {
    @Option(
            names = "--patch",
            paramLabel = "P",
            description = "A patch made for this generator that is in force; may be repeated. What is learnt then is"
                    + " learnt on top of it.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--strength",
            paramLabel = "S",
            converter = OptionValues.Signed.class,
            description = "1 as made (default), 0 nothing; once for all patches, or once for each in order.")
    private List<Double> strengths = new ArrayList<>();

    /**
     * A patch from a file, in force.
     *
     * @param file as it was given
     */
    record Named(Path file, AppliedPatch applied) {
        Facts facts() {
            Patch patch = applied.patch();
            Facts.Builder facts = Facts.builder();
            facts.put("file", file.toString());
            facts.put("id", patch.id());
            facts.put("strength", applied.strength());
            facts.put("notes", patch.notes());
            if (!patch.learntOn().isEmpty()) {
                facts.put(
                        "learntOn",
                        patch.learntOn().stream().map(PatchReference::toString).toList());
            }
            return facts.build();
        }
    }

    /**
     * Reads them.
     *
     * @throws WrongUsageException when strengths and patches do not go together
     */
    List<Named> load() throws IOException {
        if ((strengths.size() > 1 && strengths.size() != files.size()) || (!strengths.isEmpty() && files.isEmpty())) {
            throw new WrongUsageException("There are " + files.size() + " patches and " + strengths.size()
                    + " strengths: give --strength once, or once for each patch.");
        }
        List<Named> patches = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            double strength = strengths.isEmpty() ? 1 : strengths.get(strengths.size() == 1 ? 0 : i);
            patches.add(new Named(files.get(i), new AppliedPatch(Patch.load(files.get(i)), strength)));
        }
        return patches;
    }

    static List<AppliedPatch> applied(List<Named> patches) {
        return patches.stream().map(Named::applied).toList();
    }

    static List<Facts> facts(List<Named> patches) {
        return patches.stream().map(Named::facts).toList();
    }

    /** Names for sentences: the files, as short as they can be told apart. */
    static List<String> names(List<Named> patches) {
        List<String> names = new ArrayList<>();
        for (Named patch : patches) {
            Path file = patch.file();
            int parts = 1;
            while (parts < file.getNameCount() && ambiguous(file, parts, patches)) {
                parts++;
            }
            names.add(tail(file, parts));
        }
        return names;
    }

    private static boolean ambiguous(Path file, int parts, List<Named> patches) {
        return patches.stream()
                        .filter(other -> tail(other.file(), parts).equals(tail(file, parts)))
                        .count()
                > 1;
    }

    private static String tail(Path file, int parts) {
        int count = file.getNameCount();
        return count == 0
                ? file.toString()
                : file.subpath(Math.max(0, count - parts), count).toString();
    }
}
