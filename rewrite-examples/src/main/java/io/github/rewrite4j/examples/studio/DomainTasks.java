package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.ExpandAvatars;
import io.github.rewrite4j.examples.domains.AvatarDomains;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.WornExemplars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Teaches a generator a domain beside what it knows: a look that a program draws, or a thing from pictures. */
final class DomainTasks {
    private static final int MOST_STEPS = 20_000;

    private final Workshop workshop;

    DomainTasks(Workshop workshop) {
        this.workshop = workshop;
    }

    /** Looks that can be taught without pictures. */
    static List<String> effects() {
        return List.copyOf(AvatarDomains.names());
    }

    /** What a domain should be. */
    static AdaptationObjective objective(String effect, List<Exemplar> exemplars, String name) {
        return exemplars.isEmpty() ? AvatarDomains.effect(effect) : WornExemplars.of(name, exemplars);
    }

    static int steps(double asked) {
        if (!(asked >= 1 && asked <= MOST_STEPS)) {
            throw new IllegalArgumentException("A domain takes 1 to " + MOST_STEPS + " steps, usually 1300.");
        }
        return (int) asked;
    }

    /** The expanded generator as a file; its key. */
    String teach(AdaptationObjective domain, int steps, RewriteListener listener) throws IOException {
        Generator generator = workshop.generator();
        AttributeNetwork eye = BundledNetworks.training();
        boolean seen = generator.spec().imageHeight() == eye.architecture().size()
                && generator.spec().imageWidth() == eye.architecture().size();
        DomainExpansion training =
                seen ? ExpandAvatars.training(List.of(domain), eye) : DomainExpansion.withDomains(List.of(domain));
        try (ExpandedGenerator expanded = training.iterations(steps).train(generator, listener);
                Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file("expanded.safetensors");
            expanded.save(file);
            return workshop.vault().put(Files.readAllBytes(file), "safetensors");
        }
    }
}
