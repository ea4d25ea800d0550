package io.github.rewrite4j.latent;

/**
 * A new domain of an expanded generator: what it is called and where it lives.
 *
 * @param name unique within a generator
 * @param direction number of the repurposed direction in the generator's {@link LatentBasis}
 * @param distance s, how far along the direction the domain lies from the base
 */
public record Domain(String name, int direction, double distance) {
    /** A name that can be typed, and a distance other than zero. */
    public Domain {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")) {
            throw new IllegalArgumentException("'" + name
                    + "' is no name of a domain: use up to 64 letters, digits, spaces, dots, dashes and underscores.");
        }
        if (direction < 0 || !(Math.abs(distance) > 0) || Double.isInfinite(distance)) {
            throw new IllegalArgumentException("The domain '" + name + "' has the direction " + direction
                    + " and the distance " + distance + ": both must be numbers, the distance not 0.");
        }
    }
}
