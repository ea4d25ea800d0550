package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a page has to know about a generator, for JSON. */
final class GeneratorFacts {
    private GeneratorFacts() {}

    /**
     * The facts.
     *
     * @param intake what it takes in
     */
    static Map<String, Object> of(Generator generator, Intake intake) {
        GeneratorSpec spec = generator.spec();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("architecture", spec.architecture());
        map.put("width", spec.imageWidth());
        map.put("height", spec.imageHeight());
        map.put("parameters", spec.parameters());
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Layer layer : generator.layers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", layer.name());
            one.put("width", layer.valueShape().width());
            one.put("height", layer.valueShape().height());
            layers.add(one);
        }
        map.put("layers", layers);
        List<String> domains = new ArrayList<>();
        generator.capability(ExpandedGenerator.class).ifPresent(expanded -> expanded.domains().stream()
                .map(Domain::name)
                .forEach(domains::add));
        map.put("domains", domains);
        boolean avatars = spec.architecture().startsWith("avatar") && spec.imageWidth() == 64;
        map.put("example", avatars && domains.isEmpty());
        map.put("effects", DomainTasks.effects());
        map.put("words", WordDomains.knownTo(generator));
        map.put("teachable", intake.picture().isEmpty());
        map.put("picture", intake.picture().isPresent());
        map.put("samples", intake.samples());
        map.put("hole", intake.known().isPresent());
        return map;
    }
}
