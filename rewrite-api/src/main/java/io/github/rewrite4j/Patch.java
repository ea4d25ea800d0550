package io.github.rewrite4j;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a rewrite changed: a few low-rank or dense deltas of named weights, with the fingerprint of the generator they
 * fit. A patch is a value: it can be saved, loaded, applied at any strength, stacked with others and taken off again.
 *
 * <p>File: safetensors with the tensors {@code NAME/left} [out, rank, kh, kw] and {@code NAME/right} [rank, in], or
 * {@code NAME/dense}, and the metadata {@code format, version, kind, generator} and whatever {@link #notes} hold. A patch that was learnt on top of others is the additional change; the note
 * {@code learntOn} lists them as {@code ID x STRENGTH}.
 */
public final class Patch {
    /** The note that says which patches were in force when this one was learnt. */
    static final String LEARNT_ON = "learntOn";

    private static final String FORMAT = "rewrite4j";
    private static final String VERSION = "1";
    private static final String KIND = "patch";
    private static final List<String> RESERVED = List.of("format", "version", "kind", "generator");
    /** No generator has so many weights that can be edited. */
    private static final int MOST_WEIGHTS = 4096;

    private static final int LONGEST_NAME = 1000;
    private static final String LEFT = "/left";
    private static final String RIGHT = "/right";
    private static final String DENSE = "/dense";

    private final String baseFingerprint;
    private final List<WeightDelta> deltas;
    private final SortedMap<String, String> notes;
    private final List<PatchReference> learntOn;
    private final String id;

    /**
     * @param baseFingerprint {@linkplain GeneratorSpec#baseFingerprint() fingerprint} of the unpatched generator
     * @param deltas at most one change per weight
     * @param notes free facts that travel with the patch: layer, strategy, rank, seed, description
     */
    public Patch(String baseFingerprint, List<? extends WeightDelta> deltas, Map<String, String> notes) {
        Objects.requireNonNull(baseFingerprint, "baseFingerprint");
        TreeMap<String, INDArray> content = new TreeMap<>();
        Set<String> changed = new HashSet<>();
        for (WeightDelta delta : deltas) {
            if (!changed.add(delta.weight())) {
                throw new IllegalArgumentException("The patch changes '" + PrintableText.name(delta.weight())
                        + "' twice: add the changes up first, or make two patches.");
            }
            content.putAll(tensors(delta));
        }
        for (String reserved : RESERVED) {
            if (notes.containsKey(reserved)) {
                throw new IllegalArgumentException("A patch's note cannot be called '" + reserved
                        + "', which its file uses itself; the reserved names are " + RESERVED + ".");
            }
        }
        if (deltas.isEmpty()) {
            throw new IllegalArgumentException("A patch changes at least one weight.");
        }
        this.baseFingerprint = baseFingerprint;
        this.deltas = List.copyOf(deltas);
        this.notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
        String earlier = this.notes.get(LEARNT_ON);
        this.learntOn = earlier == null ? List.of() : List.copyOf(PatchReference.read(earlier));
        this.id = Fingerprints.of(content, KIND + ":" + baseFingerprint);
    }

    /**
     * What a strategy learnt at a memory: a change that comes on top of the patches in force there, and that remembers
     * which they were.
     *
     * @param memory the memory before the change
     */
    public static Patch learntAt(MemorySpec memory, List<? extends WeightDelta> deltas, Map<String, String> notes) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(deltas, "deltas");
        Objects.requireNonNull(notes, "notes");
        List<PatchReference> inForce = PatchReference.of(memory.patches());
        Map<String, String> all = new TreeMap<>(notes);
        if (!inForce.isEmpty()) {
            all.put(LEARNT_ON, PatchReference.write(inForce));
        }
        return new Patch(memory.generator().baseFingerprint(), deltas, all);
    }

    /** Fingerprint of the unpatched generator that this fits, and all generators derived from it by patches. */
    public String baseFingerprint() {
        return baseFingerprint;
    }

    public List<WeightDelta> deltas() {
        return deltas;
    }

    /** Free facts that travel with the patch. */
    public SortedMap<String, String> notes() {
        return notes;
    }

    /** The same change with more notes, which take the place of earlier ones of their names. */
    public Patch noting(Map<String, String> more) {
        Objects.requireNonNull(more, "more");
        TreeMap<String, String> all = new TreeMap<>(notes);
        all.putAll(more);
        return new Patch(baseFingerprint, deltas, all);
    }

    /**
     * The patches that were in force when this was learnt, with their strengths. This one is the additional change only
     * and does what its report says where they are in force too; empty when it was learnt on the generator alone.
     */
    public List<PatchReference> learntOn() {
        return learntOn;
    }

    /**
     * Those that this was learnt on and that are not, or not at the same strength, among others.
     *
     * @param others patches to be applied with this one
     */
    public List<PatchReference> missingAmong(List<AppliedPatch> others) {
        Objects.requireNonNull(others, "others");
        List<PatchReference> inForce = PatchReference.of(others);
        return learntOn.stream().filter(needed -> !inForce.contains(needed)).toList();
    }

    /** Hash of the content: patches with equal changes for the same generator have equal ids. */
    public String id() {
        return id;
    }

    /**
     * Checks that this patch is meant for a generator.
     *
     * @throws FingerprintMismatchException when this was made for another generator
     */
    public void requireFits(GeneratorSpec generator) {
        if (!generator.baseFingerprint().equals(baseFingerprint)) {
            throw new FingerprintMismatchException("This patch", baseFingerprint, generator.baseFingerprint());
        }
    }

    /** Writes the patch; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        file().write(file);
    }

    /** The bytes of the file that {@link #save} writes. */
    public byte[] toBytes() {
        return file().toBytes();
    }

    private SafeTensorsWriter file() {
        TreeMap<String, INDArray> tensors = new TreeMap<>();
        deltas.forEach(delta -> tensors.putAll(tensors(delta)));
        TreeMap<String, String> metadata = new TreeMap<>(notes);
        metadata.putAll(Map.of("format", FORMAT, "version", VERSION, "kind", KIND, "generator", baseFingerprint));
        return SafeTensorsWriter.of(tensors, metadata);
    }

    /**
     * Reads a patch.
     *
     * @throws FileFormatException when the file is damaged or is not a patch
     */
    public static Patch load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * Reads a patch from a stream: an upload, a resource, a column of a database. No more is taken from it than the patch
     * says that it has, memory only for what came, and all is checked as in a file. The stream stays open.
     *
     * @throws FileFormatException when it is damaged or is not a patch
     */
    public static Patch load(InputStream in) throws IOException {
        try (SafeTensors tensors = SafeTensors.read(in, "the patch")) {
            return read(tensors);
        }
    }

    /**
     * Reads what {@link #toBytes} gives.
     *
     * @throws FileFormatException when it is damaged or is not a patch
     */
    public static Patch fromBytes(byte[] file) throws IOException {
        Objects.requireNonNull(file, "file");
        return load(new ByteArrayInputStream(file));
    }

    /** Whether a file says that it is a patch. */
    public static boolean isOne(SafeTensors tensors) {
        return KIND.equals(tensors.metadata().get("kind"))
                && FORMAT.equals(tensors.metadata().get("format"));
    }

    /** As {@link #load}, of an open file, which is not closed. */
    public static Patch read(SafeTensors tensors) throws IOException {
        String file = tensors.label();
        Map<String, String> metadata = tensors.metadata();
        try {
            if (!isOne(tensors)) {
                throw FileFormatException.atKey(
                        file,
                        "kind",
                        "this is no patch: its metadata says kind '" + metadata.get("kind") + "', format '"
                                + metadata.get("format") + "'; expected kind 'patch' of format 'rewrite4j'");
            }
            if (!VERSION.equals(metadata.get("version"))) {
                throw FileFormatException.atKey(
                        file,
                        "version",
                        "this has the patch format version '" + metadata.get("version")
                                + "', but this library reads version 1; use a newer library");
            }
            String generator = metadata.get("generator");
            if (generator == null || generator.isEmpty()) {
                throw FileFormatException.atKey(
                        file, "generator", "the metadata lacks the fingerprint of the generator it fits");
            }
            TreeMap<String, String> notes = new TreeMap<>(metadata);
            RESERVED.forEach(notes::remove);
            return new Patch(generator, deltas(file, tensors), notes);
        } catch (IllegalArgumentException | RewriteException wrong) {
            throw new FileFormatException(file, "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static List<WeightDelta> deltas(String file, SafeTensors tensors) throws IOException {
        if (tensors.names().size() > 2 * MOST_WEIGHTS) {
            throw new FileFormatException(
                    file,
                    "contents",
                    "it holds " + tensors.names().size() + " tensors: a patch changes at most " + MOST_WEIGHTS
                            + " weights");
        }
        if (!tensors.leftOut().isEmpty()) {
            Map.Entry<String, String> part =
                    tensors.leftOut().entrySet().iterator().next();
            throw FileFormatException.atKey(
                    file,
                    part.getKey(),
                    "this is " + part.getValue() + ", which is not read: without it the patch would do something else");
        }
        List<WeightDelta> deltas = new ArrayList<>();
        for (String name : new TreeSet<>(tensors.names())) {
            requireNumbers(file, name, tensors.shape(name));
            if (name.endsWith(DENSE)) {
                deltas.add(new WeightDelta.Dense(without(name, DENSE), tensors.load(name)));
            } else if (name.endsWith(LEFT)) {
                String weight = without(name, LEFT);
                deltas.add(new WeightDelta.LowRank(weight, tensors.load(name), tensors.load(weight + RIGHT)));
            } else if (!name.endsWith(RIGHT) || !tensors.names().contains(without(name, RIGHT) + LEFT)) {
                throw FileFormatException.atKey(
                        file, name, "a patch holds tensors named WEIGHT/left with WEIGHT/right, or WEIGHT/dense");
            }
        }
        return deltas;
    }

    /** Before anything of a tensor is read. */
    private static void requireNumbers(String file, String name, long[] shape) throws FileFormatException {
        if (name.length() > LONGEST_NAME) {
            throw FileFormatException.atKey(
                    file, name, "the name has " + name.length() + " letters: at most " + LONGEST_NAME);
        }
        if (Arrays.stream(shape).anyMatch(size -> size < 1)) {
            throw FileFormatException.atKey(
                    file,
                    name,
                    "the shape is " + Arrays.toString(shape) + ", which holds no number: a change has a rank of at"
                            + " least 1");
        }
    }

    private static String without(String name, String suffix) {
        return name.substring(0, name.length() - suffix.length());
    }

    private static Map<String, INDArray> tensors(WeightDelta delta) {
        if (delta instanceof WeightDelta.LowRank lowRank) {
            return Map.of(delta.weight() + LEFT, lowRank.left(), delta.weight() + RIGHT, lowRank.right());
        }
        return Map.of(delta.weight() + DENSE, ((WeightDelta.Dense) delta).delta());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Patch that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Patch[" + id.substring(0, 12) + ", "
                + PrintableText.shortened(
                        deltas.stream()
                                .map(d -> d.weight() + " rank " + d.rank())
                                .collect(Collectors.joining(", ")),
                        LONGEST_NAME)
                + "]";
    }
}
