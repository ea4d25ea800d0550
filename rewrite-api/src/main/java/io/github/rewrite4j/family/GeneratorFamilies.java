package io.github.rewrite4j.family;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The families of generators that a program knows: opens, estimates and explains files without knowing any of them itself.
 * Immutable.
 */
public final class GeneratorFamilies {
    private final List<GeneratorFamily> families;

    private GeneratorFamilies(List<GeneratorFamily> families) {
        this.families = List.copyOf(families);
        TreeSet<String> names = new TreeSet<>();
        for (GeneratorFamily family : families) {
            if (!names.add(family.name())) {
                throw new RewriteException("Two families of generators are called '" + family.name()
                        + "'. Take one of their jars off the class path.");
            }
        }
    }

    /**
     * All families that the calling thread's class loader or that of this library sees, in the order in which {@link
     * ServiceLoader} finds them.
     *
     * @throws RewriteException if one cannot be made, naming it, or two have the same name
     */
    public static GeneratorFamilies installed() {
        Map<Class<?>, GeneratorFamily> found = new LinkedHashMap<>();
        try {
            ServiceLoader.load(GeneratorFamily.class).forEach(family -> found.put(family.getClass(), family));
            ServiceLoader.load(GeneratorFamily.class, GeneratorFamily.class.getClassLoader())
                    .forEach(family -> found.putIfAbsent(family.getClass(), family));
        } catch (ServiceConfigurationError broken) {
            throw new RewriteException(
                    "A family of generators on the class path cannot be used: " + broken.getMessage(), broken);
        }
        return new GeneratorFamilies(List.copyOf(found.values()));
    }

    /** These families and no others. */
    public static GeneratorFamilies of(Collection<? extends GeneratorFamily> families) {
        Objects.requireNonNull(families, "families");
        return new GeneratorFamilies(List.copyOf(families));
    }

    /** All families. */
    public List<GeneratorFamily> all() {
        return families;
    }

    /**
     * The family of this name.
     *
     * @throws IllegalArgumentException if there is none, listing near names
     */
    public GeneratorFamily named(String name) {
        Objects.requireNonNull(name, "name");
        return families.stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no family of generators '" + name + "'. "
                        + NearestNames.hint(
                                name,
                                families.stream().map(GeneratorFamily::name).toList())));
    }

    /** Loads a file by the family that recognises it; see {@link #open(GeneratorFile, LoadOptions)}. */
    public Generator open(Path file) throws IOException {
        return open(file, LoadOptions.none());
    }

    /** Loads a file by the family that recognises it; see {@link #open(GeneratorFile, LoadOptions)}. */
    public Generator open(Path file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        try (GeneratorFile open = GeneratorFile.open(file)) {
            return open(open, options);
        }
    }

    /**
     * Loads a file by the family that recognises it, or that the options ask for.
     *
     * @return the generator, which the caller closes
     * @throws FileFormatException if no family recognises the file, with what near misses say, or several do
     * @throws IllegalArgumentException if an option is none of the family's, or its value cannot be read
     */
    public Generator open(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        return familyOf(file, options).load(file, options);
    }

    /**
     * What a file will need, without reading its weights.
     *
     * @throws FileFormatException if it could not be loaded
     */
    public GeneratorEstimate estimate(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (GeneratorFile open = GeneratorFile.open(file)) {
            return estimate(open, LoadOptions.none());
        }
    }

    /**
     * What a file will need, without reading its weights.
     *
     * @throws FileFormatException if it could not be loaded
     * @throws IllegalArgumentException if an option is none of the family's, or its value cannot be read
     */
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        return familyOf(file, options).estimate(file, options);
    }

    /** What a file is, in a sentence or two: its family and what it needs, or why no family reads it. */
    public String explain(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (GeneratorFile open = GeneratorFile.open(file)) {
            GeneratorFamily family = familyOf(open, LoadOptions.none());
            return "A generator of the family '" + family.name() + "', " + family.estimate(open, LoadOptions.none())
                    + ".";
        } catch (FileFormatException none) {
            return String.valueOf(none.getMessage());
        }
    }

    /**
     * The family of a file.
     *
     * @throws FileFormatException if none recognises it, with what near misses say, or several do
     * @throws IllegalArgumentException if an option is none of the family's
     */
    public GeneratorFamily familyOf(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        List<GeneratorFamily> asked =
                options.family().isPresent() ? List.of(named(options.family().get())) : families;
        Map<GeneratorFamily, Recognition> said = new LinkedHashMap<>();
        for (GeneratorFamily family : asked) {
            said.put(family, ask(family, file));
        }
        List<GeneratorFamily> fitting = said.entrySet().stream()
                .filter(entry -> entry.getValue().isYes())
                .map(Map.Entry::getKey)
                .toList();
        if (fitting.isEmpty()) {
            throw refused(file, said);
        }
        if (fitting.size() > 1) {
            throw new FileFormatException(
                    file.label(),
                    "contents",
                    "several families of generators read this file: " + names(fitting)
                            + ". Say which by LoadOptions.none().family(name).");
        }
        requireOptions(fitting.get(0), options);
        return fitting.get(0);
    }

    /** One family that fails on a file must not keep others from reading it. */
    private static Recognition ask(GeneratorFamily family, GeneratorFile file) throws IOException {
        try {
            return family.recognise(file);
        } catch (FileFormatException wrong) {
            return Recognition.nearly(wrong.problem());
        } catch (RuntimeException failure) {
            return Recognition.nearly("the family '" + family.name() + "' failed on it: " + failure + ".");
        }
    }

    private static void requireOptions(GeneratorFamily family, LoadOptions options) {
        List<String> known = family.options().stream().map(LoadOption::name).toList();
        for (String given : options.names()) {
            if (!known.contains(given)) {
                throw new IllegalArgumentException("Generators of the family '" + family.name()
                        + "' have no option '" + given + "'. "
                        + (known.isEmpty() ? "They have none." : NearestNames.hint(given, known)));
            }
        }
    }

    private FileFormatException refused(GeneratorFile file, Map<GeneratorFamily, Recognition> said) throws IOException {
        List<String> near = said.values().stream()
                .filter(answer -> answer.verdict() == Recognition.Verdict.NEARLY)
                .map(Recognition::reason)
                .distinct()
                .toList();
        if (!near.isEmpty()) {
            return new FileFormatException(file.label(), "contents", String.join(" ", near));
        }
        Optional<FileFormatException> refusal = file.refusal();
        return refusal.isPresent()
                ? refusal.get()
                : new FileFormatException(
                        file.label(),
                        "contents",
                        contents(file) + " None of these families reads it: " + described(said) + ".");
    }

    /** What a file of tensors that no family knows holds. */
    private static String contents(GeneratorFile file) throws IOException {
        String kind = file.metadata().get("kind");
        if (kind != null) {
            return "it is a file of this library, but of the kind '" + kind + "', not a generator.";
        }
        List<String> names = file.tensors().orElseThrow().names();
        Map<String, String> leftOut = file.tensors().orElseThrow().leftOut();
        if (names.isEmpty() && !leftOut.isEmpty()) {
            return "the file holds no tensors but "
                    + leftOut.values().stream().distinct().limit(3).toList()
                    + ". Save the weights alone, with torch.save(model.state_dict(), file) or as safetensors.";
        }
        return "the layout of this checkpoint is not known. "
                + (names.isEmpty()
                        ? "It holds no tensors."
                        : "It holds " + names.size() + " tensors: " + first(names) + ".");
    }

    private static String first(List<String> names) {
        return names.stream()
                        .limit(4)
                        .map(name -> "'" + PrintableText.name(name) + "'")
                        .collect(Collectors.joining(", "))
                + (names.size() > 4 ? ", ..." : "");
    }

    private static String described(Map<GeneratorFamily, Recognition> said) {
        return said.keySet().stream()
                .map(family -> family.name() + " (" + family.description() + ")")
                .collect(Collectors.joining("; "));
    }

    private static String names(List<GeneratorFamily> some) {
        return some.stream().map(GeneratorFamily::name).collect(Collectors.joining(", "));
    }
}
