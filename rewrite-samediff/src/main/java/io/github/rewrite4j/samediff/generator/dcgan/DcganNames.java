package io.github.rewrite4j.samediff.generator.dcgan;

import io.github.rewrite4j.io.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds layers by the names of tensors: modules in the order of the numbers in their names. */
final class DcganNames {
    private static final int DEEPEST = 6;
    private static final int MOST_TENSORS = 4096;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");

    private DcganNames() {}

    /** Places in the file, each empty or ending with a dot, under which a generator may lie, likeliest first. */
    static List<String> roots(TensorSource tensors) throws IOException {
        Set<String> roots = new TreeSet<>();
        List<String> names = tensors.names();
        for (String name : names.size() > MOST_TENSORS ? List.<String>of() : names) {
            if (name.endsWith(".weight") && tensors.shape(name).length == 4) {
                roots.add("");
                int dot = name.indexOf('.');
                for (int depth = 0; depth < DEEPEST && dot >= 0 && dot < name.length() - ".weight".length(); depth++) {
                    roots.add(name.substring(0, dot + 1));
                    dot = name.indexOf('.', dot + 1);
                }
            }
        }
        List<String> ordered = new ArrayList<>(roots);
        ordered.sort(DcganCheckpoint.nearestFirst());
        return ordered;
    }

    /** The layers under a place, if there is nothing but transposed convolutions and norms. */
    static Optional<List<DcganLayer>> under(TensorSource tensors, String root) throws IOException {
        Map<String, Set<String>> modules = new TreeMap<>();
        for (String name : tensors.names()) {
            int dot = name.lastIndexOf('.');
            if (name.startsWith(root) && dot > root.length()) {
                modules.computeIfAbsent(name.substring(root.length(), dot), key -> new HashSet<>())
                        .add(name.substring(dot + 1));
            } else if (name.startsWith(root)) {
                return Optional.empty();
            }
        }
        List<String> ordered = new ArrayList<>(modules.keySet());
        ordered.sort(Comparator.comparing(DcganNames::place)
                .thenComparing(name -> isNorm(modules, name) ? 1 : 0)
                .thenComparing(Comparator.naturalOrder()));
        List<DcganLayer> layers = new ArrayList<>();
        for (String name : ordered) {
            long[] shape = shape(tensors, root + name + ".weight");
            boolean free =
                    !layers.isEmpty() && layers.get(layers.size() - 1).norm().isEmpty();
            if (isNorm(modules, name) && free) {
                layers.add(layers.remove(layers.size() - 1).with(name));
            } else if (shape.length == 4 && shape[2] == shape[3] && shape[2] <= 64 && !isNorm(modules, name)) {
                layers.add(new DcganLayer(
                        name,
                        shape[0],
                        shape[1],
                        (int) shape[2],
                        modules.getOrDefault(name, Set.of()).contains("bias"),
                        Optional.empty()));
            } else {
                return Optional.empty();
            }
        }
        return layers.isEmpty() ? Optional.empty() : Optional.of(layers);
    }

    private static long[] shape(TensorSource tensors, String name) throws IOException {
        return tensors.contains(name) ? tensors.shape(name) : new long[0];
    }

    private static boolean isNorm(Map<String, Set<String>> modules, String name) {
        Set<String> parts = modules.getOrDefault(name, Set.of());
        return parts.contains("running_mean") || parts.contains("running_var");
    }

    /** The numbers in a name, each of the same length, so that texts order as numbers do. */
    private static String place(String name) {
        StringBuilder place = new StringBuilder();
        Matcher numbers = NUMBER.matcher(name);
        while (numbers.find()) {
            place.append("0".repeat(4 - numbers.group().length()))
                    .append(numbers.group())
                    .append('.');
        }
        return place.toString();
    }
}
