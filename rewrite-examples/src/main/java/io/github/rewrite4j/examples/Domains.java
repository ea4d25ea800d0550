package io.github.rewrite4j.examples;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.expansion.DomainSheets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The domains of the bundled expanded generator. Argument: the directory to write to. */
public final class Domains {
    private Domains() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args[0]);
        // README begin
        try (ExpandedGenerator avatars = BundledExpansion.load()) {
            System.out.println(avatars.domains()); // sketch, night, 8-bit, sunglasses, pop-art
            Inputs faces = avatars.sample(8, 7); // the old faces
            try (ExpandedGenerator atNight = avatars.inDomain("night")) { // a generator like any other
                Images.writeGrid(atNight.generate(atNight.sample(64, 7)), out.resolve("night.png"));
            }
            Map<String, Double> dusk = Map.of("night", 0.6, "sunglasses", 1.0); // entered by a part, and two at once
            Images.writeGrid(avatars.generate(avatars.at(faces, dusk)), out.resolve("dusk.png"));
            DomainSheets.of(avatars).aligned(faces, List.of(dusk)).write(out.resolve("domains.png"));
        }
        // README end
    }
}
