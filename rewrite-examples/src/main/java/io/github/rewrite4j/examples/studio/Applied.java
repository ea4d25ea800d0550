package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import java.util.List;

/**
 * A patch as it is in force.
 *
 * @param key names the patch in the vault
 * @param patch the change
 * @param strength its factor
 */
record Applied(String key, Patch patch, double strength) {
    /** A generator that carries some patches; the caller closes it and keeps the base. */
    static Generator open(Generator base, List<Applied> patches) {
        Generator current = base.withSampler(base.sampler());
        for (Applied applied : patches) {
            try (Generator under = current) {
                current = under.with(applied.patch(), applied.strength());
            }
        }
        return current;
    }

    /** Tells stacks of patches apart. */
    static String id(List<Applied> patches) {
        StringBuilder id = new StringBuilder();
        patches.forEach(applied ->
                id.append(applied.key()).append('x').append(applied.strength()).append(' '));
        return id.toString();
    }
}
