package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of a style-based network has to be there for some outputs, where what is fed is not computed. By index of layer. */
final class StyledDemand {
    private final List<StyledLayer> layers;
    private final Set<String> fed;
    private final boolean[] keys;
    private final boolean[] convolutions;
    private final boolean[] values;
    private final boolean[] images;
    private final boolean[] enlargements;

    StyledDemand(StyledNetwork network, Set<String> outputs, Set<String> fed) {
        this.layers = network.layers();
        this.fed = fed;
        int count = layers.size();
        this.keys = new boolean[count];
        this.convolutions = new boolean[count];
        this.values = new boolean[count];
        this.images = new boolean[count];
        this.enlargements = new boolean[count];
        for (int k = 0; k < count; k++) {
            StyledLayer layer = layers.get(k);
            if (outputs.contains(ModulatedLayers.key(layer.name()))) {
                key(k);
            }
            if (outputs.contains(ModulatedLayers.value(layer.name()))) {
                value(k);
            }
            if (layer.toRgb().isPresent()) {
                if (outputs.contains(imageName(k))) {
                    image(k);
                }
                if (outputs.contains(
                        ModulatedLayers.enlarged(layer.toRgb().get().name()))) {
                    enlarged(k);
                }
            }
        }
    }

    /** The variable of the image so far. */
    String imageName(int k) {
        String name = layers.get(k).toRgb().map(ToRgb::name).orElseThrow();
        return lastImage() == k ? StyledGraph.OUTPUT : name;
    }

    private int lastImage() {
        return imageBefore(layers.size());
    }

    /** The last layer before one that has an image; -1 if there is none. */
    int imageBefore(int k) {
        int before = k - 1;
        while (before >= 0 && layers.get(before).toRgb().isEmpty()) {
            before--;
        }
        return before;
    }

    /** Whether the image of a layer adds to the one before. */
    boolean adds(int k) {
        Optional<ToRgb> toRgb = layers.get(k).toRgb();
        return imageBefore(k) >= 0 && toRgb.isPresent() && toRgb.get().enlarge().isPresent();
    }

    private void image(int k) {
        if (images[k]) {
            return;
        }
        images[k] = true;
        if (fed.contains(imageName(k))) {
            return;
        }
        value(k);
        if (adds(k)) {
            enlarged(k);
        }
    }

    private void enlarged(int k) {
        enlargements[k] = true;
        if (!fed.contains(
                ModulatedLayers.enlarged(layers.get(k).toRgb().orElseThrow().name()))) {
            image(imageBefore(k));
        }
    }

    private void value(int k) {
        if (!values[k]) {
            values[k] = true;
            if (!valueFed(k)) {
                convolution(k);
            }
        }
    }

    private void convolution(int k) {
        if (!convolutions[k]) {
            convolutions[k] = true;
            key(k);
        }
    }

    private void key(int k) {
        if (!keys[k]) {
            keys[k] = true;
            if (!keyFed(k) && k > 0) {
                if (valueFed(k - 1)) {
                    values[k - 1] = true;
                } else {
                    convolution(k - 1);
                }
            }
        }
    }

    boolean keyFed(int k) {
        return fed.contains(ModulatedLayers.key(layers.get(k).name()));
    }

    boolean valueFed(int k) {
        return fed.contains(ModulatedLayers.value(layers.get(k).name()));
    }

    /** Whether the key of a layer is read or wanted. */
    boolean needsKey(int k) {
        return keys[k];
    }

    /** Whether the key has to be made of the value before. */
    boolean makesKey(int k) {
        return k < layers.size() && keys[k] && !keyFed(k);
    }

    /** Whether a layer's convolution is computed. */
    boolean convolves(int k) {
        return convolutions[k];
    }

    /** Whether the value is wanted as such, not only as a key. */
    boolean needsValue(int k) {
        return values[k];
    }

    /** Whether the image before is read or wanted at twice its size. */
    boolean needsEnlarged(int k) {
        return enlargements[k];
    }

    /** Whether the image so far is read or wanted. */
    boolean needsImage(int k) {
        return images[k];
    }
}
