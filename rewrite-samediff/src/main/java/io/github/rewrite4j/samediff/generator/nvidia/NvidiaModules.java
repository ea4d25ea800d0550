package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.io.torch.TorchModule;
import io.github.rewrite4j.io.torch.TorchTensor;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network as NVIDIA's code writes it: tensors under dotted names and, in pickles, the settings of each module, which say
 * what the weights alone do not. Where a file holds several networks, the running mean {@code G_ema} counts.
 *
 * @param tensors the whole file
 * @param settings what it says of its modules, if they are in it
 * @param prefix what precedes the names of the network
 * @param reader its tensors
 */
record NvidiaModules(TensorSource tensors, Optional<TorchCheckpoint> settings, String prefix, CheckpointReader reader) {
    /** The network that has a tensor of such a name, if there is one. */
    static Optional<NvidiaModules> with(TensorSource tensors, Optional<TorchCheckpoint> settings, String mark) {
        Pattern pattern = Pattern.compile("(.*\\.)?" + mark);
        return tensors.names().stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(found -> Optional.ofNullable(found.group(1)).orElse(""))
                .min((a, b) -> {
                    int averaged = Boolean.compare(b.contains("ema"), a.contains("ema"));
                    return averaged != 0 ? averaged : Integer.compare(a.length(), b.length());
                })
                .map(prefix -> at(tensors, settings, prefix));
    }

    /** Settings of a file that has them. */
    static Optional<TorchCheckpoint> settings(TensorSource tensors) {
        return tensors instanceof TorchCheckpoint checkpoint ? Optional.of(checkpoint) : Optional.empty();
    }

    /** The network under a prefix. */
    static NvidiaModules at(TensorSource tensors, Optional<TorchCheckpoint> settings, String prefix) {
        TensorSource own = prefix.isEmpty() ? tensors : tensors.under(prefix);
        return new NvidiaModules(tensors, settings, prefix, new CheckpointReader(own));
    }

    /** Whether the file says how the modules are set. */
    boolean hasSettings() throws IOException {
        return module("synthesis").isPresent();
    }

    private Optional<TorchModule> module(String name) throws IOException {
        return settings.isPresent() ? settings.get().module(prefix + name) : Optional.empty();
    }

    private Optional<Object> setting(String module, String name) throws IOException {
        return module(module).map(TorchModule::attributes).map(attributes -> attributes.get(name));
    }

    /** A number of a module, if the file has it. */
    Optional<Double> number(String module, String name) throws IOException {
        Optional<Object> value = setting(module, name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof Boolean flag) {
            return Optional.of(flag ? 1.0 : 0.0);
        }
        if (value.get() instanceof Number number && Double.isFinite(number.doubleValue())) {
            return Optional.of(number.doubleValue());
        }
        throw wrong(module, name, "is no finite number");
    }

    /** A number that the file must have. */
    double required(String module, String name) throws IOException {
        Optional<Double> number = number(module, name);
        if (number.isEmpty()) {
            throw wrong(module, name, "is missing");
        }
        return number.get();
    }

    /** A number that is whole and within bounds. */
    int whole(String module, String name, int least, int most) throws IOException {
        double number = required(module, name);
        if (number != Math.rint(number) || number < least || number > most) {
            throw wrong(module, name, "is " + number + "; expected a whole number from " + least + " to " + most);
        }
        return (int) number;
    }

    /** A text of a module. */
    Optional<String> text(String module, String name) throws IOException {
        return setting(module, name).map(String::valueOf);
    }

    /** Texts of a list. */
    List<String> texts(String module, String name) throws IOException {
        if (!(setting(module, name).orElse("") instanceof List<?> list)) {
            throw wrong(module, name, "is no list");
        }
        return list.stream().map(String::valueOf).toList();
    }

    /** Whole numbers of a list or an array. */
    List<Integer> wholes(String module, String name) throws IOException {
        Object value = setting(module, name).orElse("");
        List<Integer> numbers = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (!(element instanceof Number number) || number.doubleValue() != number.intValue()) {
                    throw wrong(module, name, "holds something that is no whole number");
                }
                numbers.add(number.intValue());
            }
        } else if (value instanceof TorchTensor array && array.shape().length == 1 && array.shape()[0] <= 8) {
            for (long number : array.load().toLongVector()) {
                numbers.add(Math.toIntExact(number));
            }
        } else {
            throw wrong(module, name, "is no list of whole numbers");
        }
        return numbers;
    }

    /** Where a value is cut off; infinite if the file says nothing, or nothing of that. */
    double clamp(String module) throws IOException {
        Optional<Double> clamp = number(module, "conv_clamp");
        if (clamp.isPresent() && !(clamp.get() > 0)) {
            throw wrong(module, "conv_clamp", "is " + clamp.get() + "; expected a positive number");
        }
        return clamp.orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * A fully connected layer with its gains.
     *
     * @param rate of equalised learning where the file does not say the gains: weights times rate / sqrt(inputs), biases
     *     times rate
     */
    StyledNetwork.Dense dense(String module, double rate, Map<String, INDArray> weights) throws IOException {
        INDArray weight = weights.get(module + ".weight");
        INDArray bias = weights.get(module + ".bias");
        if (weight == null || bias == null) {
            throw new IllegalStateException("The layer '" + module + "' was not read.");
        }
        double weightGain = number(module, "weight_gain").orElse(rate / Math.sqrt((double) weight.size(1)));
        double biasGain = number(module, "bias_gain").orElse(rate);
        return StyledNetwork.Dense.of(module, weight, weightGain, bias, biasGain);
    }

    FileFormatException wrong(String module, String name, String problem) {
        return FileFormatException.atKey(
                tensors.label(),
                prefix + module + "." + name,
                problem + ". The pickle is damaged, or of a version of the code that is not known");
    }
}
