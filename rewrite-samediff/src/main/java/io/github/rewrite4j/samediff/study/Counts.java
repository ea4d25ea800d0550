package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.io.Facts;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What one arm did to the samples so far. */
final class Counts implements Serializable {
    private static final long serialVersionUID = 1;

    private long source;
    private long turned;
    private long samples;
    private double change;
    private double squares;
    private long untouched;
    private long pixels;
    /** By attribute, then by "before > after". */
    private final TreeMap<String, TreeMap<String, Long>> confusion = new TreeMap<>();

    /** One sample whose answer to the question was the source. */
    void source(boolean nowTarget) {
        source++;
        turned += nowTarget ? 1 : 0;
    }

    /** One sample's class of an attribute. */
    void pair(String attribute, String before, String after) {
        confusion.computeIfAbsent(attribute, name -> new TreeMap<>()).merge(before + " > " + after, 1L, Long::sum);
    }

    /** One sample's pixels outside of the rule's region. */
    void outside(double meanChange, double meanSquare, long unchanged, long of) {
        samples++;
        change += meanChange;
        squares += meanSquare;
        untouched += unchanged;
        pixels += of;
    }

    /** Those of both. */
    Counts plus(Counts other) {
        Counts sum = new Counts();
        for (Counts part : List.of(this, other)) {
            sum.source += part.source;
            sum.turned += part.turned;
            sum.samples += part.samples;
            sum.change += part.change;
            sum.squares += part.squares;
            sum.untouched += part.untouched;
            sum.pixels += part.pixels;
            part.confusion.forEach((attribute, pairs) -> {
                TreeMap<String, Long> all = sum.confusion.computeIfAbsent(attribute, name -> new TreeMap<>());
                pairs.forEach((pair, count) -> all.merge(pair, count, Long::sum));
            });
        }
        return sum;
    }

    /** Share of a class among all pairs of an attribute that stayed what they were. */
    private double kept(String attribute) {
        long same = 0;
        long all = 0;
        for (Map.Entry<String, Long> pair :
                confusion.getOrDefault(attribute, new TreeMap<>()).entrySet()) {
            String[] classes = pair.getKey().split(" > ", 2);
            same += classes[0].equals(classes[1]) ? pair.getValue() : 0;
            all += pair.getValue();
        }
        return all == 0 ? 1 : (double) same / all;
    }

    double turnedShare() {
        return source == 0 ? 0 : (double) turned / source;
    }

    double undesired() {
        return samples == 0 ? 0 : change / samples;
    }

    /** Results for people and programs. */
    Facts facts() {
        Facts.Builder facts = Facts.builder();
        facts.put("source", source);
        facts.put("turned", turnedShare());
        facts.put("undesiredChange", undesired());
        facts.put(
                "undesiredPsnr",
                samples == 0 || squares == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(10 * Math.log10(4 * samples / squares)));
        facts.put("unchangedPixels", pixels == 0 ? 1.0 : (double) untouched / pixels);
        Map<String, Double> kept = new LinkedHashMap<>();
        confusion.keySet().forEach(attribute -> kept.put(attribute, kept(attribute)));
        facts.put("attributesKept", kept);
        facts.put("confusion", confusion);
        return facts.build();
    }

    /** All that goes on from here needs. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("source", source);
        state.put("turned", turned);
        state.put("samples", samples);
        state.put("change", change);
        state.put("squares", squares);
        state.put("untouched", untouched);
        state.put("pixels", pixels);
        state.put("confusion", confusion);
        return state;
    }

    static Counts of(JsonNode state) {
        Counts counts = new Counts();
        counts.source = state.path("source").asLong();
        counts.turned = state.path("turned").asLong();
        counts.samples = state.path("samples").asLong();
        counts.change = state.path("change").asDouble();
        counts.squares = state.path("squares").asDouble();
        counts.untouched = state.path("untouched").asLong();
        counts.pixels = state.path("pixels").asLong();
        state.path("confusion").fields().forEachRemaining(attribute -> {
            TreeMap<String, Long> pairs = new TreeMap<>();
            attribute
                    .getValue()
                    .fields()
                    .forEachRemaining(
                            pair -> pairs.put(pair.getKey(), pair.getValue().asLong()));
            counts.confusion.put(attribute.getKey(), pairs);
        });
        return counts;
    }
}
