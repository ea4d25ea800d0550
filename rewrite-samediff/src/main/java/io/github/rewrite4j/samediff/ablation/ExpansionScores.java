package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.samediff.ablation.AblationTable.Better;
import io.github.rewrite4j.samediff.ablation.AblationTable.Column;
import io.github.rewrite4j.samediff.ablation.AblationTable.Run;
import io.github.rewrite4j.samediff.metric.Diversity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    public AblationTable domains() {
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
        AblationTable table = new AblationTable("Domains", columns);
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

    /** Everything, for JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("preservation", preservation.toMap());
        Map<String, Object> domains = new LinkedHashMap<>();
        strengths.forEach(strength -> domains.put(strength.domain(), strength.toMap()));
        map.put("domains", domains);
        map.put("crossTalk", crossTalk.toMap());
        Map<String, Object> ways = new LinkedHashMap<>();
        traversals.forEach(traversal -> ways.put(traversal.domain(), traversal.toMap()));
        map.put("traversals", ways);
        map.put("compositions", compositions.stream().map(Composition::toMap).toList());
        Map<String, Object> differing = new LinkedHashMap<>();
        diversity.forEach((name, value) -> value.mean().ifPresent(mean -> differing.put(name, mean)));
        map.put("diversity", differing);
        diversity.values().stream().findFirst().ifPresent(any -> map.put("diversityNetwork", any.distance()));
        return map;
    }
}
