package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Cell;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What searches found, on disk, by all that it depends on: the effective weights up to the keys, the layer, the
 * distribution of the inputs, what fires, and which samples were searched. A damaged entry is searched again, with a
 * warning in the log; entries appear whole or not at all.
 */
public final class SearchCache {
    private static final Logger log = LoggerFactory.getLogger(SearchCache.class);
    private static final String VERSION = "1";
    private static final String PLACES = "places";
    private static final String PEAKS = "peaks";
    private static final String HEAT = "heat";

    private final Path directory;

    private SearchCache(Path directory) {
        this.directory = directory;
    }

    /** A cache in this directory, which is created when the first entry is written. */
    public static SearchCache in(Path directory) {
        Objects.requireNonNull(directory, "directory");
        return new SearchCache(directory);
    }

    /** What is asked. */
    record Question(AssociativeMemory memory, String trigger, long seed, int from, int to, int top) {
        Map<String, String> facts() {
            TreeMap<String, String> facts = new TreeMap<>();
            facts.put("format", "rewrite4j");
            facts.put("version", VERSION);
            facts.put("kind", "search");
            facts.put("keys", memory.spec().keysFingerprint());
            facts.put("layer", memory.spec().name());
            facts.put("inputs", memory.sampler().id());
            facts.put("trigger", trigger);
            facts.put("samples", from + "-" + to + " of " + seed);
            facts.put("top", Integer.toString(top));
            return facts;
        }
    }

    Optional<Found> answer(Question question) {
        Path entry = entry(question);
        if (!Files.exists(entry)) {
            return Optional.empty();
        }
        try (SafeTensors tensors = SafeTensors.open(entry)) {
            return Optional.of(read(tensors, question));
        } catch (IOException | RewriteException | IllegalArgumentException damaged) {
            log.warn("What {} says is searched again: {}", entry, damaged.getMessage());
            return Optional.empty();
        }
    }

    private static Found read(SafeTensors tensors, Question question) throws IOException {
        Map<String, String> metadata = tensors.metadata();
        for (Map.Entry<String, String> expected : question.facts().entrySet()) {
            if (!expected.getValue().equals(metadata.get(expected.getKey()))) {
                throw FileFormatException.atKey(
                        tensors.label(), expected.getKey(), "another search was kept there than is wanted");
            }
        }
        TreeMap<String, INDArray> content = new TreeMap<>();
        for (String name : List.of(PLACES, PEAKS, HEAT)) {
            content.put(name, tensors.load(name));
        }
        String threshold = metadata.getOrDefault("threshold", "");
        if (!checksum(content, threshold).equals(metadata.get("checksum"))) {
            throw FileFormatException.atKey(
                    tensors.label(), "checksum", "the numbers do not match it: the file was changed or damaged");
        }
        int[][] places = Named.in(content, PLACES).toIntMatrix();
        double[] peaks = Named.in(content, PEAKS).toDoubleVector();
        List<Match> top = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            top.add(new Match(
                    places[i][0],
                    new Sample(question.seed(), question.from() + places[i][0]),
                    peaks[i],
                    new Cell(places[i][1], places[i][2]),
                    Named.in(content, HEAT)
                            .get(NDArrayIndex.point(i), NDArrayIndex.all(), NDArrayIndex.all())
                            .dup('c')));
        }
        return new Found(question.to() - question.from(), Double.parseDouble(threshold), top);
    }

    void keep(Question question, Found found) {
        int[][] places = found.top().stream()
                .map(match -> new int[] {
                    match.position(), match.cell().row(), match.cell().column()
                })
                .toArray(int[][]::new);
        TreeMap<String, INDArray> content = new TreeMap<>();
        content.put(PLACES, Nd4j.createFromArray(places));
        content.put(
                PEAKS,
                Nd4j.createFromArray(
                        found.top().stream().mapToDouble(Match::peak).toArray()));
        content.put(HEAT, Nd4j.stack(0, found.top().stream().map(Match::heat).toArray(INDArray[]::new)));
        String threshold = Double.toString(found.threshold());
        TreeMap<String, String> metadata = new TreeMap<>(question.facts());
        metadata.put("threshold", threshold);
        metadata.put("checksum", checksum(content, threshold));
        try {
            SafeTensors.write(entry(question), content, metadata);
        } catch (IOException unwritable) {
            log.warn("What was found could not be kept in {}: {}", directory, unwritable.getMessage());
        }
    }

    private static String checksum(SortedMap<String, INDArray> content, String threshold) {
        return Fingerprints.of(content, "search, threshold " + threshold);
    }

    private Path entry(Question question) {
        String digits = Fingerprints.of(new TreeMap<>(), question.facts().toString());
        return directory.resolve("search-" + digits.substring(0, 32) + ".safetensors");
    }
}
