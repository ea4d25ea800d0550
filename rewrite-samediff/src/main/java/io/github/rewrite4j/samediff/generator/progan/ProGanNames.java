package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.TensorType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A state dict under the newer names, whichever it has: {@code features.I.conv.weight} is {@code layer(I+1).conv.weight}, and
 * {@code output.*} that of the resolution which the number of layers makes. Scales that older files hold are left out: they
 * follow from the shapes.
 *
 * @param all the file
 * @param found names in it by newer name
 */
record ProGanNames(TensorSource all, Map<String, String> found) implements TensorSource {
    private static final Pattern NEWER = Pattern.compile("(.*\\.)?layer1\\.(conv\\.weight|wscale\\.b)");
    private static final Pattern OLDER = Pattern.compile("(.*\\.)?features\\.0\\.(conv\\.weight|wscale\\.b)");
    private static final Pattern FEATURE = Pattern.compile("features\\.([0-9]{1,3})\\.(conv\\.weight|wscale\\.b)");
    private static final Pattern LAYER = Pattern.compile("(layer[0-9]{1,3}|output_[0-9]{1,5}x[0-9]{1,5})\\..*");

    /** The names of this file, if it is of a layout that is known. */
    static Optional<ProGanNames> of(TensorSource all) {
        Optional<String> newer = prefix(all, NEWER);
        if (newer.isPresent()) {
            return Optional.of(new ProGanNames(all, newer(all, newer.get())));
        }
        return prefix(all, OLDER).map(prefix -> new ProGanNames(all, older(all, prefix)));
    }

    /** What precedes both marks of a layout. */
    private static Optional<String> prefix(TensorSource all, Pattern marks) {
        Map<String, Integer> prefixes = new LinkedHashMap<>();
        for (String name : all.names()) {
            Matcher mark = marks.matcher(name);
            if (mark.matches()) {
                prefixes.merge(Optional.ofNullable(mark.group(1)).orElse(""), 1, Integer::sum);
            }
        }
        return prefixes.entrySet().stream()
                .filter(prefix -> prefix.getValue() == 2)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Map<String, String> newer(TensorSource all, String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String name : all.names()) {
            if (name.startsWith(prefix)
                    && LAYER.matcher(name.substring(prefix.length())).matches()) {
                found.put(name.substring(prefix.length()), name);
            }
        }
        return found;
    }

    private static Map<String, String> older(TensorSource all, String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        int layers = 0;
        for (String name : all.names()) {
            Matcher feature = FEATURE.matcher(name.startsWith(prefix) ? name.substring(prefix.length()) : "");
            if (feature.matches()) {
                int number = Integer.parseInt(feature.group(1)) + 1;
                layers = Math.max(layers, number);
                found.put("layer" + number + "." + feature.group(2), name);
            }
        }
        int side = ProGanCheckpoint.imageSize(layers);
        for (String part : List.of("conv.weight", "wscale.b")) {
            String name = prefix + "output." + part;
            if (all.contains(name)) {
                found.put(ProGanCheckpoint.output(side) + "." + part, name);
            }
        }
        return found;
    }

    @Override
    public String label() {
        return all.label();
    }

    @Override
    public List<String> names() {
        return List.copyOf(found.keySet());
    }

    @Override
    public Map<String, String> leftOut() {
        return Map.of();
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        return all.type(existing(name));
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        return all.shape(existing(name));
    }

    @Override
    public INDArray load(String name) throws IOException {
        return all.load(existing(name));
    }

    private String existing(String name) throws FileFormatException {
        String inFile = found.get(name);
        if (inFile == null) {
            throw FileFormatException.atKey(
                    label(), name, "there is no such tensor. " + NearestNames.hint(name, found.keySet()));
        }
        return inFile;
    }

    @Override
    public void close() {
        // The file belongs to whoever opened it.
    }
}
