package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * How a latent space was expanded, in files of expanded generators: {@code latent/mean}, {@code latent/strengths} and {@code
 * latent/directions} in float64, and in the metadata the domains, the space and notes.
 */
public final class ExpansionTensors {
    /** Name of the mean latent. */
    public static final String MEAN = "latent/mean";

    /** Name of the directions. */
    public static final String DIRECTIONS = "latent/directions";

    private static final String STRENGTHS = "latent/strengths";
    private static final String NOTE = "note.";

    private ExpansionTensors() {}

    /** The tensors that decide where domains are. */
    public static SortedMap<String, INDArray> identity(LatentExpansion expansion) {
        LatentBasis basis = expansion.basis();
        TreeMap<String, INDArray> tensors = new TreeMap<>();
        tensors.put(MEAN, Nd4j.createFromArray(expansion.space().mean()));
        tensors.put(STRENGTHS, Nd4j.createFromArray(basis.strengths()));
        tensors.put(DIRECTIONS, Nd4j.createFromArray(basis.directions()));
        return tensors;
    }

    /** Adds an expansion to a file. */
    public static void write(SafeTensorsWriter writer, LatentExpansion expansion) {
        Objects.requireNonNull(writer, "writer");
        LatentBasis basis = expansion.basis();
        LatentSpace space = expansion.space();
        writer.add(MEAN, space.mean(), space.dimension());
        writer.add(STRENGTHS, basis.strengths(), basis.size());
        writer.add(DIRECTIONS, flat(basis.directions()), basis.size(), basis.dimension());
        Map<String, Object> latent = new LinkedHashMap<>();
        latent.put("name", space.name());
        latent.put("spread", space.spread());
        latent.put("sampler", space.sampler());
        latent.put("samples", space.samples());
        latent.put("basis", basis.method());
        latent.put("domains", expansion.domains());
        writer.metadata("source", basis.generator()).metadata("latent", Json.pretty(latent));
        expansion.notes().forEach((key, value) -> writer.metadata(NOTE + key, value));
    }

    private static double[] flat(double[][] rows) {
        double[] all = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
        }
        return all;
    }

    /**
     * The expansion of a file.
     *
     * @throws FileFormatException when it is damaged
     */
    public static LatentExpansion read(SafeTensors tensors) throws IOException {
        Map<String, String> metadata = tensors.metadata();
        JsonNode latent = JsonText.parse(metadata.getOrDefault("latent", ""), tensors.label() + ", latent");
        long[] shape = tensors.shape(DIRECTIONS);
        double[] flat = tensors.doubles(DIRECTIONS);
        if (shape.length != 2 || flat.length == 0) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    DIRECTIONS,
                    "a basis has a matrix of directions, not a tensor of shape " + Arrays.toString(shape));
        }
        double[][] directions = new double[(int) shape[0]][(int) shape[1]];
        for (int i = 0; i < flat.length; i++) {
            directions[i / directions[0].length][i % directions[0].length] = flat[i];
        }
        LatentBasis basis = new LatentBasis(
                latent.path("basis").asText(),
                metadata.getOrDefault("source", ""),
                tensors.doubles(STRENGTHS),
                directions);
        LatentSpace space = new LatentSpace(
                latent.path("name").asText(),
                tensors.doubles(MEAN),
                latent.path("spread").asDouble(),
                latent.path("sampler").asText(),
                latent.path("samples").asInt());
        List<Domain> domains = new ArrayList<>();
        for (JsonNode domain : latent.path("domains")) {
            domains.add(new Domain(
                    domain.path("name").asText(),
                    domain.path("direction").asInt(-1),
                    domain.path("distance").asDouble()));
        }
        Map<String, String> notes = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(NOTE)) {
                notes.put(key.substring(NOTE.length()), value);
            }
        });
        return new LatentExpansion(space, basis, domains, notes);
    }
}
