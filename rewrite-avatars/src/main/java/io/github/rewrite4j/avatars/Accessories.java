package io.github.rewrite4j.avatars;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.io.SafeTensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Pictures of things that the bundled generator never drew: 160 avatars of 64x64 pixels with sunglasses, glasses, a cap
 * or a beanie, each with the same avatar without it, mask and alpha. Derived from "Personas by Draftbit", CC BY 4.0; see
 * LICENCE-ASSETS.md beside the file.
 */
public final class Accessories {
    private static final String PICTURES = "accessories.safetensors";
    private static final String NAMES = "accessories.jsonl";

    private final Map<String, List<Exemplar>> byName;

    private Accessories(Map<String, List<Exemplar>> byName) {
        this.byName = byName;
    }

    /** Reads them all; about 0.3 s and 20 MB. */
    public static Accessories bundled() throws IOException {
        Map<String, List<Exemplar>> exemplars = new LinkedHashMap<>();
        try (InputStream file = Bundle.open(PICTURES);
                SafeTensors tensors = SafeTensors.read(file, PICTURES)) {
            long[] shape = tensors.shape("with");
            int size = (int) shape[1];
            float[] with = tensors.floats("with");
            float[] without = tensors.floats("without");
            float[] mask = tensors.floats("mask");
            float[] alpha = tensors.floats("alpha");
            List<String> names = names();
            for (int i = 0; i < names.size(); i++) {
                List<Exemplar> alike = exemplars.computeIfAbsent(names.get(i), name -> new ArrayList<>());
                alike.add(Exemplar.of(
                                picture(with, i, size),
                                picture(without, i, size),
                                plane(mask, i, size),
                                plane(alpha, i, size))
                        .named(names.get(i) + " " + alike.size()));
            }
        }
        exemplars.replaceAll((name, list) -> List.copyOf(list));
        return new Accessories(exemplars);
    }

    /**
     * All exemplars of an accessory in the order of the file, called "sunglasses 0", "sunglasses 1" and so on.
     *
     * @param name sunglasses (80 exemplars), glasses (30), cap (25) or beanie (25)
     */
    public List<Exemplar> named(String name) {
        Objects.requireNonNull(name, "name");
        List<Exemplar> exemplars = byName.get(name);
        if (exemplars == null) {
            throw new IllegalArgumentException("There is no accessory '" + name + "': choose one of " + names(byName));
        }
        return exemplars;
    }

    /** The names of the accessories, in the order of the file. */
    public Set<String> all() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    private static String names(Map<String, List<Exemplar>> byName) {
        return String.join(", ", byName.keySet()) + ".";
    }

    private static List<String> names() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> names = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Bundle.open(NAMES), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                names.add(json.readTree(line).path("accessory").asText());
            }
        }
        return names;
    }

    private static INDArray picture(float[] all, int number, int size) {
        int area = size * size;
        float[] values = new float[3 * area];
        for (int i = 0; i < values.length; i++) {
            values[i] = all[(number * area + i % area) * 3 + i / area] / 127.5f - 1;
        }
        return Nd4j.create(values, new long[] {3, size, size}, 'c');
    }

    private static Mask plane(float[] all, int number, int size) {
        float[][] rows = new float[size][size];
        for (int i = 0; i < size * size; i++) {
            rows[i / size][i % size] = all[number * size * size + i] / 255f;
        }
        return Mask.of(rows);
    }
}
