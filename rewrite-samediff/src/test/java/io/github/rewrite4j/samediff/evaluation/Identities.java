package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Expansions that nothing was learnt in. */
public final class Identities {
    private Identities() {}

    /** Half as bright. */
    public static AdaptationObjective dark(String name) {
        return moved(name, -0.5f);
    }

    public static AdaptationObjective bright(String name) {
        return moved(name, 0.5f);
    }

    private static AdaptationObjective moved(String name, float by) {
        return ImageTransform.of(name, (picture, height, width) -> {
            float[] result = picture.clone();
            for (int i = 0; i < result.length; i++) {
                result[i] = 0.5f * picture[i] + by;
            }
            return result;
        });
    }

    /** Domains of these names on the last principal directions, with the weights of the source. */
    public static ExpandedGenerator of(Generator source, String... names) {
        LatentNetwork network = LatentNetwork.of(source);
        LatentBasis basis = LatentBases.principal(network, 256, 1, RewriteListener.SILENT);
        LatentSpace space = LatentSpaces.of(network, 256, 1, RewriteListener.SILENT);
        List<Domain> domains = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            domains.add(new Domain(names[i], basis.size() - 1 - i, space.spread()));
        }
        return network.expanded(network.parameters(), new LatentExpansion(space, basis, domains, Map.of()));
    }
}
