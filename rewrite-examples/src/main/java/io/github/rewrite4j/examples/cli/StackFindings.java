package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.strategy.PatchInterplay;
import java.util.ArrayList;
import java.util.List;

/**
 * What several patches do to one another, for the report and for the terminal.
 *
 * @param facts for report.json
 * @param lines for the terminal
 */
record StackFindings(Facts facts, List<String> lines) {
    static StackFindings none() {
        return new StackFindings(Facts.NONE, List.of());
    }

    /**
     * Measures.
     *
     * @param base the generator that the patches are applied to
     */
    static StackFindings of(Generator base, List<PatchOptions.Named> patches, Inputs inputs) {
        List<String> names = PatchOptions.names(patches);
        PatchInterplay interplay = PatchInterplay.of(base, PatchOptions.applied(patches), inputs);
        List<RewriteWarning> warnings = interplay.warnings(names);
        Facts.Builder facts = Facts.builder();
        facts.put("interplay", interplay.facts());
        facts.put(
                "interplayWarnings",
                warnings.stream().map(RewriteWarning::facts).toList());
        List<String> lines = new ArrayList<>();
        if (patches.size() > 1) {
            interplay.table(names).lines().forEach(lines::add);
        }
        warnings.forEach(warning -> lines.add("  warning  " + warning));
        return new StackFindings(facts.build(), lines);
    }
}
