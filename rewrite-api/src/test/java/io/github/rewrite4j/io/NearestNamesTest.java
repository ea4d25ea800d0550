package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNamesTest {
    private static final List<String> LAYERS =
            List.of("layer1", "layer2", "layer10", "convs.3.conv", "convs.3.conv.weight", "to_rgb", "style");

    @Test
    void nearestComeFirstThenTheAlphabet() {
        assertThat(NearestNames.nearest("layr2", LAYERS, 3)).containsExactly("layer2", "layer1");
        assertThat(NearestNames.nearest("layer3", LAYERS, 9)).containsExactly("layer1", "layer2", "layer10");
        assertThat(NearestNames.nearest("layer3", LAYERS, 1)).containsExactly("layer1");
    }

    @Test
    void caseDoesNotCount() {
        assertThat(NearestNames.nearest("LAYER10", LAYERS, 1)).containsExactly("layer10");
    }

    @Test
    void partsOfANameCount() {
        assertThat(NearestNames.nearest("conv.weight", LAYERS, 2)).containsExactly("convs.3.conv.weight");
        assertThat(NearestNames.nearest("generator.convs.3.conv", LAYERS, 1)).containsExactly("convs.3.conv");
    }

    @Test
    void whatIsFarIsNoSuggestion() {
        assertThat(NearestNames.nearest("discriminator", LAYERS, 3)).isEmpty();
        assertThat(NearestNames.nearest("", LAYERS, 3)).isEmpty();
        assertThat(NearestNames.nearest("layer1", List.of(), 3)).isEmpty();
    }

    @Test
    void swappedAndMissingLettersAreForgiven() {
        assertThat(NearestNames.nearest("tor_gb", LAYERS, 1)).containsExactly("to_rgb");
        assertThat(NearestNames.nearest("stlye", LAYERS, 1)).containsExactly("style");
    }

    @Test
    void theHintNamesNearOrAnyNames() {
        assertThat(NearestNames.hint("to_rbg", LAYERS)).isEqualTo("Nearest names: 'to_rgb'.");
        assertThat(NearestNames.hint("discriminator", LAYERS))
                .isEqualTo("Known names: 'layer1', 'layer2', 'layer10', 'convs.3.conv', 'convs.3.conv.weight'"
                        + " and 2 more.");
        assertThat(NearestNames.hint("x", List.of("abcdef"))).isEqualTo("Known names: 'abcdef'.");
        assertThat(NearestNames.hint("x", List.of())).isEqualTo("There are none.");
    }

    @Test
    void absurdlyLongNamesCostNothing() {
        List<String> long1000 =
                IntStream.range(0, 1000).mapToObj(i -> "n".repeat(10_000) + i).toList();
        assertThat(NearestNames.nearest("layer", long1000, 3)).isEmpty();
    }
}
