package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.dissection.Dissection;
import io.github.rewrite4j.samediff.dissection.UnitScore;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.relation.LayerTrial;
import io.github.rewrite4j.samediff.relation.LayerTrials;
import io.github.rewrite4j.samediff.relation.MarkedImages;
import io.github.rewrite4j.samediff.relation.Probe;
import io.github.rewrite4j.samediff.relation.Relation;
import io.github.rewrite4j.samediff.relation.RelationEffect;
import io.github.rewrite4j.samediff.relation.RelationReversal;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Relations that the bundled generator has by itself. For each two parts: how light they are together over samples (Pearson's
 * r), which may have any reason, and by how much the one changes when the units of the other are held high and low, which has
 * one. The strongest is then turned round at the layer that carries it. Arguments: the directory to write to ({@code
 * target/rewrite/own-relations}), images to learn and to measure on (12).
 */
public final class MeasureOwnRelations {
    private static final List<String> PARTS = List.of("background", "hair", "head", "body");
    private static final String PROBED = "layer2";
    private static final String JUDGED = "layer5";
    private static final int UNITS = 20;
    private static final int APART = 6;
    private static final int CORRELATED = 256;
    private static final int TRIED = 8;
    private static final int STEPS = 30;

    private final Generator avatars;
    private final PartNetwork parts;
    private final int images;

    private MeasureOwnRelations(Generator avatars, PartNetwork parts, int images) {
        this.avatars = avatars;
        this.parts = parts;
        this.images = images;
    }

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/own-relations");
        int images = args.length > 1 ? Integer.parseInt(args[1]) : 12;
        try (Generator avatars = BundledGenerator.load()) {
            new MeasureOwnRelations(avatars, BundledNetworks.parts(), images).run(out);
        }
    }

    /** Two parts. */
    private record Pair(String cause, String effect) {}

    private void run(Path out) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        double[][] light = light();
        Pair strongest = new Pair("", "");
        double largest = 0;
        for (String cause : PARTS) {
            Probe probe = probe(cause);
            for (String effect : PARTS) {
                if (effect.equals(cause)) {
                    continue;
                }
                Map<String, Object> pair = new LinkedHashMap<>();
                pair.put("r", correlation(light[PARTS.indexOf(cause)], light[PARTS.indexOf(effect)]));
                try {
                    Relation relation = new Relation(probe, JUDGED, marked(probe, cause, effect, TRIED, 1));
                    double size = RelationEffect.of(avatars, avatars, relation).size();
                    pair.put("effect", size);
                    if (size > largest) {
                        largest = size;
                        strongest = new Pair(cause, effect);
                    }
                } catch (RewriteException tooFew) {
                    pair.put("effect", "too near to each other");
                }
                facts.put(cause + " > " + effect, pair);
                System.out.println(cause + " > " + effect + ": " + pair);
            }
        }
        facts.put("turned round", turned(strongest, out));
        Json.write(out.resolve("own-relations.json"), facts);
    }

    private Map<String, Object> turned(Pair pair, Path out) throws IOException {
        Probe probe = probe(pair.cause);
        Relation relation = new Relation(probe, JUDGED, marked(probe, pair.cause, pair.effect, images, 1));
        Relation held = relation.on(marked(probe, pair.cause, pair.effect, images, 2));
        List<LayerTrial> trials =
                new LayerTrials(STEPS, LayerTrials.faithful().rate()).of(avatars, relation, RewriteListener.SILENT);
        trials.forEach(trial -> System.out.println(trial.facts()));
        String layer = LayerTrials.best(trials).layer();
        RelationReversal.Reversed reversed =
                RelationReversal.bySolver().at(avatars, relation, layer, RewriteListener.SILENT);
        try (Generator changed = avatars.with(reversed.patch())) {
            RelationEffect effect = RelationEffect.of(avatars, changed, held);
            System.out.println(pair + " at " + layer + ": " + effect);
            RelationSheet.of(avatars, changed, held, pair.cause + " > " + pair.effect + " at " + layer)
                    .write(out.resolve("own-relation.png"));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("pair", pair.cause + " > " + pair.effect);
            facts.put("layer", layer);
            facts.put("trials", trials.stream().map(LayerTrial::facts).toList());
            facts.put("onOthers", effect.facts());
            return facts;
        }
    }

    private Probe probe(String cause) {
        List<UnitScore> scores = Dissection.ofKeys(avatars.memory(PROBED))
                .units(batch -> parts.masks(batch, cause), RewriteListener.SILENT);
        return Probe.measured(
                avatars,
                PROBED,
                scores.subList(0, UNITS).stream().map(UnitScore::unit).toList(),
                1);
    }

    private List<Intervention> marked(Probe probe, String cause, String effect, int count, long seed) {
        return MarkedImages.of(
                avatars,
                probe,
                batch -> parts.masks(batch, cause),
                batch -> parts.masks(batch, effect),
                APART,
                count,
                seed,
                RewriteListener.SILENT);
    }

    /** Mean of each part over its pixels and colours, part by part; NaN where a sample does not show it. */
    private double[][] light() {
        double[][] light = new double[PARTS.size()][CORRELATED];
        int batch = 64;
        for (int from = 0; from < CORRELATED; from += batch) {
            try (Inputs inputs = avatars.sampler().at(Sample.range(2, from, from + batch));
                    INDArray drawn = avatars.generate(inputs)) {
                float[] pixels = HostArrays.of(drawn);
                int plane = (int) (drawn.size(2) * drawn.size(3));
                for (int k = 0; k < PARTS.size(); k++) {
                    List<float[][]> masks = parts.masks(drawn, PARTS.get(k));
                    for (int n = 0; n < batch; n++) {
                        light[k][from + n] = mean(pixels, 3 * n * plane, plane, masks.get(n));
                    }
                }
            }
        }
        return light;
    }

    private static double mean(float[] pixels, int start, int plane, float[][] mask) {
        double sum = 0;
        double cells = 0;
        int width = mask[0].length;
        for (int i = 0; i < 3 * plane; i++) {
            double m = mask[i % plane / width][i % width];
            sum += m * pixels[start + i];
            cells += m;
        }
        return cells < 1 ? Double.NaN : sum / cells;
    }

    private static double correlation(double[] a, double[] b) {
        List<double[]> both = new ArrayList<>();
        for (int i = 0; i < a.length; i++) {
            if (!Double.isNaN(a[i]) && !Double.isNaN(b[i])) {
                both.add(new double[] {a[i], b[i]});
            }
        }
        double meanA = both.stream().mapToDouble(p -> p[0]).average().orElse(0);
        double meanB = both.stream().mapToDouble(p -> p[1]).average().orElse(0);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (double[] pair : both) {
            ab += (pair[0] - meanA) * (pair[1] - meanB);
            aa += (pair[0] - meanA) * (pair[0] - meanA);
            bb += (pair[1] - meanB) * (pair[1] - meanB);
        }
        return ab / Math.sqrt(Math.max(1e-12, aa * bb));
    }
}
