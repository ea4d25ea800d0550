package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import java.util.Map;
import java.util.Set;

/** Networks of NVIDIA's TensorFlow (and Theano) code, which are recognised by their classes and refused with a way out. */
final class TensorFlowPickle {
    private static final String STYLEGAN = "dnnlib.tflib.network.Network";
    private static final String PROGRESSIVE = "tfutil.Network";
    private static final String THEANO = "network.Network";

    private static final Set<String> CLASSES = Set.of(STYLEGAN, PROGRESSIVE, THEANO);

    /** What modules of PyTorch have, whose authors may call their classes alike. */
    private static final String TORCH = "_modules";

    /** Version of the state from which on the network is a StyleGAN2. */
    private static final long STYLEGAN2 = 4;

    private TensorFlowPickle() {}

    /** Whether an object of this class with these attributes is such a network. */
    static boolean isOne(String type, Map<?, ?> state) {
        return CLASSES.contains(type) && !state.containsKey(TORCH);
    }

    /**
     * Says what a file is that holds such a network.
     *
     * @param type name of the class
     * @param state what the network is made of; only its version is looked at
     */
    static FileFormatException refused(String file, String type, Map<?, ?> state) {
        return new FileFormatException(file, "class '" + type + "'", sentence(type, state));
    }

    private static String sentence(String type, Map<?, ?> state) {
        if (!type.equals(STYLEGAN)) {
            return "this is a TensorFlow (or Theano) Progressive GAN pickle. Use the PyTorch state dict (proggan_*.pth)"
                    + " of the same model, or convert it with from_tf_parameters of github.com/davidbau/rewriting,"
                    + " utils/proggan.py.";
        }
        boolean first = state.get("version") instanceof Long version && version < STYLEGAN2;
        return first
                ? "this is a TensorFlow StyleGAN1 pickle (AdaIN architecture). StyleGAN2, StyleGAN3 and Progressive GAN"
                        + " are read; NVIDIA's converter does not accept StyleGAN1 either. Look for the same pictures in a"
                        + " StyleGAN2 network."
                : "this is a TensorFlow StyleGAN2 pickle. Convert it once with legacy.py of"
                        + " github.com/NVlabs/stylegan2-ada-pytorch (or stylegan3): python legacy.py --source=FILE"
                        + " --dest=NEW.pkl, then load NEW.pkl.";
    }
}
