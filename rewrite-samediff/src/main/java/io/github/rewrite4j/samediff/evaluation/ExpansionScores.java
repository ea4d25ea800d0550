package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Run;
import io.github.rewrite4j.samediff.metric.Diversity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What {@link ExpansionEvaluation} measured.
 *
 * @param preservation of the old images
 * @param strengths one for each objective
 * @param crossTalk between objectives
 * @param traversals one for each objective
 * @param compositions of pairs, each by every method
 * @param diversity of the source's images, the base's and each domain's, by name; empty without a network that looks
 */
public record ExpansionScores(
        Preservation preservation,
        List<DomainStrength> strengths,
        CrossTalk crossTalk,
        List<Traversal> traversals,
        List<Composition> compositions,
        Map<String, Diversity> diversity) {
    /** Collections that cannot be changed. */
    public ExpansionScores {
        Objects.requireNonNull(preservation, "preservation");
        Objects.requireNonNull(strengths, "strengths");
        Objects.requireNonNull(crossTalk, "crossTalk");
        Objects.requireNonNull(traversals, "traversals");
        Objects.requireNonNull(compositions, "compositions");
        Objects.requireNonNull(diversity, "diversity");
        strengths = List.copyOf(strengths);
        traversals = List.copyOf(traversals);
        compositions = List.copyOf(compositions);
        diversity = Collections.unmodifiableMap(new LinkedHashMap<>(diversity));
    }

    /** Mean share of the base's error that is gone in each domain. */
    public double meanShare() {
        return strengths.stream().mapToDouble(DomainStrength::share).average().orElse(0);
    }

    /** One row a domain: errors, share gone, share of samples that fall monotonically, leak on the base. */
    public ScoreTable domains() {
        boolean compared = strengths.stream().allMatch(s -> s.shareOfDedicated().isPresent());
        List<Column> columns = new ArrayList<>(List.of(
                new Column("error on base", Better.NEITHER, 4),
                new Column("error in domain", Better.NEITHER, 4),
                new Column("share gone", Better.NEITHER, 3),
                new Column("monotone", Better.NEITHER, 3),
                new Column("leak on base", Better.NEITHER, 3)));
        if (compared) {
            columns.add(new Column("fall, of a dedicated adaptation's", Better.NEITHER, 3));
        }
        ScoreTable table = new ScoreTable("Domains", columns);
        for (int i = 0; i < strengths.size(); i++) {
            DomainStrength strength = strengths.get(i);
            List<Double> values = new ArrayList<>(List.of(
                    strength.base(),
                    strength.inDomain(),
                    strength.share(),
                    traversals.get(i).monotoneShare(),
                    crossTalk.leak(i, 0)));
            if (compared) {
                values.add(strength.shareOfDedicated().orElseThrow());
            }
            table.add(new Run(strength.domain(), "all", 0, values));
        }
        table.note(preservation.sentence());
        return table;
    }

    /** All that was measured, as tables to read. */
    public List<ScoreTable> tables() {
        List<ScoreTable> tables = new ArrayList<>(List.of(domains(), crossTalk.leaks()));
        if (!crossTalk.apart().isEmpty()) {
            tables.add(crossTalk.influences());
        }
        if (!compositions.isEmpty()) {
            tables.add(mixtures());
        }
        tables.add(ways());
        if (!diversity.isEmpty()) {
            ScoreTable differing = new ScoreTable(
                    "Diversity: mean distance to other images of a cluster",
                    List.of(new Column("diversity", Better.NEITHER, 4)));
            diversity.forEach((name, value) ->
                    differing.add(new Run(name, "all", 0, List.of(value.mean().orElse(Double.NaN)))));
            tables.add(differing);
        }
        return tables;
    }

    private ScoreTable mixtures() {
        ScoreTable table = new ScoreTable(
                "A second domain added wholly to a first: errors relative to the beginning, lower is better",
                List.of(
                        new Column("first objective", Better.NEITHER, 2),
                        new Column("second objective", Better.NEITHER, 2),
                        new Column("left of the first's, from both at once", Better.NEITHER, 2),
                        new Column("left of the second's", Better.NEITHER, 2)));
        for (Composition mixture : compositions) {
            int last = mixture.amounts().size() - 1;
            table.add(new Run(
                    mixture.pair() + ", " + mixture.method(),
                    "all",
                    0,
                    List.of(
                            mixture.firstErrors().get(last),
                            mixture.secondErrors().get(last),
                            mixture.firstLeft().orElse(Double.NaN),
                            mixture.secondLeft().orElse(Double.NaN))));
        }
        return table;
    }

    private ScoreTable ways() {
        ScoreTable table = new ScoreTable(
                "The way into a domain: mean error by how far it is entered",
                Traversal.AMOUNTS.stream()
                        .map(amount -> new Column(amount.toString(), Better.NEITHER, 3))
                        .toList());
        traversals.forEach(way -> table.add(new Run(way.domain(), "all", 0, way.errors())));
        return table;
    }

    /** Everything, for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("preservation", preservation.facts());
        Facts.Builder domains = Facts.builder();
        strengths.forEach(strength -> domains.put(strength.domain(), strength.facts()));
        map.put("domains", domains.build());
        map.put("crossTalk", crossTalk.facts());
        Facts.Builder ways = Facts.builder();
        traversals.forEach(traversal -> ways.put(traversal.domain(), traversal.facts()));
        map.put("traversals", ways.build());
        map.put("compositions", compositions.stream().map(Composition::facts).toList());
        Facts.Builder differing = Facts.builder();
        diversity.forEach((name, value) -> value.mean().ifPresent(mean -> differing.put(name, mean)));
        map.put("diversity", differing.build());
        diversity.values().stream().findFirst().ifPresent(any -> map.put("diversityNetwork", any.distance()));
        return map.build();
    }
}
