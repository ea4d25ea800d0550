package io.github.rewrite4j.samediff.tape;

import java.util.Objects;

/** Pictures as networks look at them that were trained on colours: of a grey one the grey in all three channels. */
public final class Colours {
    private Colours() {}

    /** Of pictures [N, 1, H, W] with their gradient; all others as they are. */
    public static Node of(Node images) {
        Objects.requireNonNull(images, "images");
        return images.rank() == 4 && images.size(1) == 1
                ? Channels.concat(Channels.concat(images, images), images)
                : images;
    }
}
