package io.github.rewrite4j.samediff.generator.foreign;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names of layers from names of their weights: without the customary ending where that leaves names apart. */
final class LayerNames {
    private static final List<String> ENDINGS =
            List.of(".weight", ".kernel", "/weight", "/kernel", "_weight", "_kernel", ".W", "_W");

    private LayerNames() {}

    /** Layer name by weight name. */
    static Map<String, String> of(Collection<String> weights) {
        List<String> distinct = weights.stream().distinct().toList();
        List<String> shortened = distinct.stream().map(LayerNames::shorten).toList();
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            String name = shortened.get(i);
            boolean unique = Collections.frequency(shortened, name) == 1;
            names.put(distinct.get(i), unique ? name : distinct.get(i));
        }
        return names;
    }

    private static String shorten(String weight) {
        return Stream.concat(
                        ENDINGS.stream()
                                .filter(ending -> weight.endsWith(ending) && weight.length() > ending.length())
                                .map(ending -> weight.substring(0, weight.length() - ending.length())),
                        Stream.of(weight))
                .findFirst()
                .orElse(weight);
    }
}
