package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The sizes of a diffusion autoencoder.
 *
 * @param imageSize pixels of a side
 * @param channels of the first map
 * @param multipliers of the channels of the U-Net, level by level; each level halves the grid
 * @param encoderMultipliers of the encoder
 * @param blocks residual blocks of a level
 * @param encoderBlocks of the encoder
 * @param attention grid sizes at which positions see each other
 * @param style length of z
 * @param embedding length of the vector of the time
 * @param times steps of the noise that was trained with
 */
public record DiffusionArchitecture(
        int imageSize,
        int channels,
        List<Integer> multipliers,
        List<Integer> encoderMultipliers,
        int blocks,
        int encoderBlocks,
        List<Integer> attention,
        int style,
        int embedding,
        int times) {
    private static final int LARGEST = 1 << 14;

    public DiffusionArchitecture {
        Objects.requireNonNull(multipliers, "multipliers");
        Objects.requireNonNull(encoderMultipliers, "encoderMultipliers");
        Objects.requireNonNull(attention, "attention");
        multipliers = List.copyOf(multipliers);
        encoderMultipliers = List.copyOf(encoderMultipliers);
        attention = List.copyOf(attention);
        List<Integer> all = new ArrayList<>(multipliers);
        all.addAll(encoderMultipliers);
        all.addAll(List.of(imageSize, channels, blocks, encoderBlocks, style, embedding, times));
        if (multipliers.isEmpty()
                || encoderMultipliers.isEmpty()
                || all.stream().anyMatch(size -> size < 1 || size > LARGEST)) {
            throw new IllegalArgumentException(
                    "A diffusion autoencoder has sizes of 1 to " + LARGEST + ", but given were " + all + ".");
        }
        int deepest = Math.max(multipliers.size(), encoderMultipliers.size()) - 1;
        if (deepest > 12 || imageSize % (1 << deepest) != 0 || channels % 2 != 0) {
            throw new IllegalArgumentException("Pictures of " + imageSize + " pixels cannot be halved " + deepest
                    + " times, or " + channels + " channels not once: a power of two fits.");
        }
    }

    /**
     * Groups that a normalisation of so many channels has: 32, or one each where there are fewer. Where 32 do not divide them,
     * with which the authors' code stops, the largest power of two that does.
     */
    static int groups(int channels) {
        int groups = Math.min(32, channels);
        while (channels % groups != 0) {
            groups = Integer.highestOneBit(groups - 1);
        }
        return groups;
    }

    boolean attends(int grid) {
        return attention.contains(grid);
    }

    @Override
    public String toString() {
        return "diffusion autoencoder " + imageSize + "x" + imageSize + ", " + channels + " channels times "
                + multipliers + ", z of " + style;
    }
}
