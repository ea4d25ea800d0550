package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is said about a file of a generator; which options there are is known to its family alone. */
final class FamilyOptions {
    @Option(
            names = "--family",
            paramLabel = "NAME",
            description = "Family of the generator's file, where several read it (default: the one that recognises it;"
                    + " 'rewrite estimate --families' lists them).")
    private String family = "";

    @Option(
            names = {"-o", "--option"},
            paramLabel = "NAME=VALUE",
            description = "Tells the family of the generator's file something, such as size=256x256 for an ONNX network"
                    + " whose sizes are free; repeatable ('rewrite estimate --families' lists them).")
    private Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--missing-noise",
            paramLabel = "SEED|none",
            description =
                    "The same as --option missing-noise=SEED|none: noise of a style-based generator whose checkpoint"
                            + " holds no noise maps (default: drawn from the seed 0).")
    private String missingNoise = "";

    @Option(
            names = "--pictures",
            paramLabel = "FOLDER",
            description =
                    "The same as --option pictures=FOLDER: PNG pictures that a network of pictures to pictures draws"
                            + " its samples from.")
    private String pictures = "";

    @Option(
            names = "--direction",
            paramLabel = "a-b|b-a|a-a|b-b",
            description = "The same as --option direction=...: which domain a translator's pictures come from and go to"
                    + " (default: a-b).")
    private String direction = "";

    @Option(
            names = "--holes",
            paramLabel = "FILE|FOLDER",
            description =
                    "The same as --option holes=...: masks of the holes that an inpainter fills, white unless --known"
                            + " says otherwise (default: boxes and strokes).")
    private String holes = "";

    @Option(
            names = "--known",
            paramLabel = "black|white",
            description = "The same as --option known=...: what the masks say is known (default: black).")
    private String known = "";

    LoadOptions options() {
        LoadOptions all = LoadOptions.none();
        Map<String, String> named = new LinkedHashMap<>();
        named.put("pictures", pictures);
        named.put("direction", direction);
        named.put("holes", holes);
        named.put("known", known);
        for (Map.Entry<String, String> option : named.entrySet()) {
            all = option.getValue().isEmpty() ? all : all.with(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, String> option : options.entrySet()) {
            all = all.with(option.getKey(), option.getValue());
        }
        if (!missingNoise.isEmpty()) {
            all = all.with("missing-noise", missingNoise);
        }
        if (!family.isEmpty()) {
            GeneratorFamilies.installed().named(family);
            all = all.family(family);
        }
        return all;
    }
}
