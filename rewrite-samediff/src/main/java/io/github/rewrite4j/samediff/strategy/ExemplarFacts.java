package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a recipe says of an edit with pictures of an object, which a program holds as numbers: each picture by its name and the
 * hash of what it adds to an image, and the images that it was shown on.
 */
final class ExemplarFacts {
    private ExemplarFacts() {}

    /** As {@code name=value}. */
    static List<String> of(ExemplarEdit edit) {
        List<String> facts = new ArrayList<>();
        if (edit.paired()) {
            facts.add(ofEach(edit.exemplars()));
        } else {
            edit.exemplars().forEach(exemplar -> facts.add(of("exemplar", exemplar)));
        }
        facts.add("contexts=" + of(edit.contexts()));
        if (!edit.exceptions().isEmpty()) {
            facts.add("exceptions=" + of(edit.exceptions()));
        }
        return facts;
    }

    /** One for each context, by one hash. */
    private static String ofEach(List<Exemplar> exemplars) {
        INDArray[] numbers = exemplars.stream()
                .flatMap(
                        exemplar -> Stream.of(exemplar.share(), exemplar.alpha().toArray()))
                .toArray(INDArray[]::new);
        return String.format(
                Locale.ROOT,
                "exemplars=%s, one for each of %d contexts, SHA-256 of their shares and alphas %s",
                exemplars.get(0).name(),
                exemplars.size(),
                hash(numbers));
    }

    /** One picture. */
    static String of(String role, Exemplar exemplar) {
        return String.format(
                Locale.ROOT,
                "%s=%s, %d x %d, SHA-256 of its share and alpha %s",
                role,
                exemplar.name(),
                exemplar.width(),
                exemplar.height(),
                hash(exemplar.share(), exemplar.alpha().toArray()));
    }

    private static String of(List<? extends Subject> subjects) {
        long own = subjects.stream()
                .filter(subject -> !(subject instanceof Sample))
                .count();
        String samples = PatchSamples.of(subjects).map(Object::toString).orElse("");
        return own == 0 ? samples : samples + (samples.isEmpty() ? "" : "; ") + own + " inputs of the program's own";
    }

    private static String hash(INDArray... arrays) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (INDArray array : arrays) {
                float[] numbers = array.dup('c').data().asFloat();
                ByteBuffer bytes =
                        ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(numbers);
                digest.update(bytes.array());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", missing);
        }
    }
}
