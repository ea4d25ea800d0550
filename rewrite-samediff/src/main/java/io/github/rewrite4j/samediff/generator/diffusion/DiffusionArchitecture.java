package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * @param groups most groups that channels are normalised in; 32 in the authors' networks. With one for each channel no layer sees the
 *     mean of its channels, so that the colour of a whole picture comes from x_T and not from z: networks of few channels
 *     need fewer groups
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
        int times,
        int groups) {
    /** Groups of the authors' networks. */
    static final int GROUPS = 32;

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
        all.addAll(List.of(imageSize, channels, blocks, encoderBlocks, style, embedding, times, groups));
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
     * Groups that a normalisation of so many channels has: all, or one for each channel where there are fewer. Where they do not
     * divide the channels, with which the authors' code stops, the largest power of two that does.
     */
    int groupsOf(int normalised) {
        int fitting = Math.min(groups, normalised);
        while (normalised % fitting != 0) {
            fitting = Integer.highestOneBit(fitting - 1);
        }
        return fitting;
    }

    /** Checks pictures that a network of these sizes is trained on. */
    void requirePictures(INDArray pictures) {
        if (pictures.rank() != 4
                || pictures.size(0) < 1
                || pictures.size(1) != 3
                || pictures.size(2) != imageSize
                || pictures.size(3) != imageSize) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(pictures.shape())
                    + ", but expected was [N, 3, " + imageSize + ", " + imageSize + "].");
        }
    }

    boolean attends(int grid) {
        return attention.contains(grid);
    }

    @Override
    public String toString() {
        return "diffusion autoencoder " + imageSize + "x" + imageSize + ", " + channels + " channels times "
                + multipliers + ", z of " + style + (groups == GROUPS ? "" : ", " + groups + " groups");
    }
}
