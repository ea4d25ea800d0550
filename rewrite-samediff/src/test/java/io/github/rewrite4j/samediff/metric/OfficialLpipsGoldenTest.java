package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.RuleWeights;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Distances of the authors' code with backbones by rule. Their channel weights are theirs: with the system property {@code
 * lpips.heads} naming the folder of {@code lpips_v0.1_*.pth} they are used too, otherwise heads of ones, which is their {@code
 * lpips=False}.
 */
class OfficialLpipsGoldenTest {
    private static final String RULE = "lpips_backbone_rule.json";
    private static final double CLOSE = 1e-4;

    @TempDir
    Path folder;

    private Path backbone(String network) throws IOException {
        RuleWeights weights = new RuleWeights(RULE, network);
        TreeMap<String, INDArray> state = new TreeMap<>();
        for (String name : weights.names()) {
            state.put(name, weights.load(name));
        }
        Path file = folder.resolve(network + ".safetensors");
        SafeTensors.write(file, state, Map.of());
        return file;
    }

    private Path ones(int... channels) throws IOException {
        TreeMap<String, INDArray> state = new TreeMap<>();
        for (int i = 0; i < channels.length; i++) {
            state.put("lin" + i + ".model.1.weight", Nd4j.ones(1, channels[i], 1, 1));
        }
        Path file = folder.resolve("ones.safetensors");
        SafeTensors.write(file, state, Map.of());
        return file;
    }

    private static void check(FamilyFiles golden, String tensor, double... found) throws IOException {
        double[] expected = golden.get(tensor).dup('c').data().asDouble();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as(tensor).isCloseTo(expected[i], within(CLOSE * Math.max(1, expected[i])));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alex", "squeeze"})
    void without_channel_weights(String network) throws IOException {
        Path heads = network.equals("alex") ? ones(64, 192, 384, 256, 256) : ones(SqueezeFeatures.tappedChannels());
        try (FamilyFiles golden = FamilyFiles.golden("lpips_golden.safetensors")) {
            PerceptualDistance distance = OfficialLpips.load(backbone(network), heads);
            check(golden, network + ".value_no_heads", distance.perImage(golden.get("in0"), golden.get("in1")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alex", "vgg", "squeeze"})
    void with_the_authors_channel_weights(String network) throws IOException {
        String heads = System.getProperty("lpips.heads", "");
        assumeTrue(!heads.isEmpty(), "the authors' channel weights are no part of this repository");
        try (FamilyFiles golden = FamilyFiles.golden("lpips_golden.safetensors")) {
            PerceptualDistance distance =
                    OfficialLpips.load(backbone(network), Path.of(heads, "lpips_v0.1_" + network + ".pth"));
            INDArray one = golden.get("in0");
            INDArray other = golden.get("in1");
            check(golden, network + ".value", distance.perImage(one, other));
            check(golden, network + ".value_odd_size", distance.perImage(golden.get("odd0"), golden.get("odd1")));
            INDArray spatial = distance.map(one, other).slice(0).dup('c');
            golden.check(network + ".spatial0", spatial);
        }
    }
}
