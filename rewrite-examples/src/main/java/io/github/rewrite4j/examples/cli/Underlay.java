package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.examples.PatchStack;
import io.github.rewrite4j.io.Facts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The patches that an edit is learnt on top of, possibly none. */
final class Underlay {
    private static final int MEASURED = 32;
    private static final String NEW = "the new rule";

    private final Generator generator;
    private final List<PatchOptions.Named> earlier;

    private Underlay(Generator generator, List<PatchOptions.Named> earlier) {
        this.generator = generator;
        this.earlier = List.copyOf(earlier);
    }

    /**
     * @throws io.github.rewrite4j.FingerprintMismatchException when one of them was made for another generator
     */
    static Underlay of(Generator generator, List<PatchOptions.Named> earlier) {
        PatchStack.on(generator).and(PatchOptions.applied(earlier));
        return new Underlay(generator, earlier);
    }

    /** The generator with them in force; the caller closes it. */
    Generator open() {
        return PatchStack.on(generator).and(PatchOptions.applied(earlier)).open();
    }

    /**
     * What the earlier patches and the one that was learnt on top of them leave of one another.
     *
     * @param seed of the fresh samples to measure on
     */
    StackFindings with(Patch learnt, long seed) {
        if (earlier.isEmpty()) {
            return StackFindings.none();
        }
        List<PatchOptions.Named> all = new ArrayList<>(earlier);
        all.add(new PatchOptions.Named(Path.of(NEW), new AppliedPatch(learnt, 1)));
        StackFindings findings = StackFindings.of(generator, all, generator.sample(MEASURED, seed));
        Facts facts = Facts.builder()
                .put("learntOn", PatchOptions.facts(earlier))
                .putAll(findings.facts())
                .build();
        return new StackFindings(facts, findings.lines());
    }
}
