package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * How well a {@link PartNetwork} marks parts of pictures that it was not trained on.
 *
 * @param pictures how many it was asked about
 * @param overlap intersection over union of marked and true pixels of all pictures together, by part; 1 where a part is
 *     neither there nor marked
 */
public record PartScores(int pictures, Map<String, Double> overlap) {
    public PartScores {
        Objects.requireNonNull(overlap, "overlap");
        overlap = Collections.unmodifiableMap(new LinkedHashMap<>(overlap));
    }

    /** Measures pictures {@code from} (included) to {@code to} (excluded). */
    public static PartScores of(PartNetwork network, PartPictures pictures, int from, int to) {
        Objects.requireNonNull(network, "network");
        int size = pictures.size();
        float[] picture = new float[3 * size * size];
        float[] all = new float[(to - from) * picture.length];
        for (int i = from; i < to; i++) {
            pictures.copyImage(i, picture);
            System.arraycopy(picture, 0, all, (i - from) * picture.length, picture.length);
        }
        float[] seen =
                HostArrays.of(network.probabilities(Nd4j.create(all, new long[] {to - from, 3, size, size}, 'c')));
        int plane = size * size;
        int parts = pictures.parts().size();
        Map<String, Double> overlap = new LinkedHashMap<>();
        for (int part = 0; part < parts; part++) {
            long both = 0;
            long either = 0;
            for (int i = from; i < to; i++) {
                for (int p = 0; p < plane; p++) {
                    boolean marked = seen[((i - from) * parts + part) * plane + p] > 0.5f;
                    boolean there = pictures.shows(i, part, p / size, p % size);
                    both += marked && there ? 1 : 0;
                    either += marked || there ? 1 : 0;
                }
            }
            overlap.put(pictures.parts().get(part), either == 0 ? 1 : (double) both / either);
        }
        return new PartScores(to - from, overlap);
    }

    String toJson() {
        return Json.pretty(this);
    }

    static PartScores parse(String json, String label) throws FileFormatException {
        JsonNode node = JsonText.parse(json, label);
        Map<String, Double> overlap = new LinkedHashMap<>();
        node.path("overlap")
                .fields()
                .forEachRemaining(
                        field -> overlap.put(field.getKey(), field.getValue().asDouble()));
        return new PartScores(node.path("pictures").asInt(), overlap);
    }

    /** One line for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("overlap on " + pictures + " held-out pictures");
        overlap.forEach((name, share) -> text.append(String.format(Locale.ROOT, ", %s %.3f", name, share)));
        return text.toString();
    }
}
