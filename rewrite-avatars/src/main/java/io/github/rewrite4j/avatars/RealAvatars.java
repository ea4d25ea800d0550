package io.github.rewrite4j.avatars;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.avatars.attribute.AttributeHead;
import io.github.rewrite4j.avatars.attribute.LabelledImages;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.generator.PictureSampler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * 2,048 of the drawn faces that the bundled generator was trained on, 64x64 pixels, with what they show. Derived from
 * "Personas by Draftbit", CC BY 4.0; see LICENCE-ASSETS.md beside them. On the heap they take 34 MB.
 */
public final class RealAvatars implements LabelledImages {
    public static final int COUNT = 2048;

    private static final String ATLAS = "real-2048.png";
    private static final String LABELS = "real-2048.jsonl";
    private static final int SIZE = 64;
    private static final int COLUMNS = 64;
    private static final String NONE = "none";

    private static final List<AttributeHead> HEADS = List.of(
            new AttributeHead("eyes", List.of("happy", "open", "sleep", "wink")),
            new AttributeHead(
                    "hair",
                    List.of(
                            "bald",
                            "balding",
                            "bobBangs",
                            "bobCut",
                            "bunUndercut",
                            "buzzcut",
                            "curly",
                            "curlyBun",
                            "curlyHighTop",
                            "extraLong",
                            "fade",
                            "long",
                            "mohawk",
                            "pigtails",
                            "shortCombover",
                            "shortComboverChops",
                            "sideShave",
                            "straightBun")),
            new AttributeHead("body", List.of("checkered", "rounded", "small", "squared")),
            new AttributeHead("nose", List.of("mediumRound", "smallRound", "wrinkles")),
            new AttributeHead("mouth", List.of("bigSmile", "frown", "lips", "smile", "smirk", "surprise")),
            new AttributeHead(
                    "facialHair",
                    List.of(NONE, "beardMustache", "goatee", "pyramid", "shadow", "soulPatch", "walrus")));
    private static final List<String> COLOURS = List.of("skin", "hairColor", "clothing", "background");

    private final Pixels atlas;
    private final int[][] labels;
    private final float[][] colours;

    private RealAvatars(Pixels atlas, int[][] labels, float[][] colours) {
        this.atlas = atlas;
        this.labels = labels;
        this.colours = colours;
    }

    /** Reads the pictures and their labels, which takes about a second. */
    public static RealAvatars load() throws IOException {
        Pixels atlas = Pixels.read(bytes(ATLAS), ATLAS);
        List<String> lines =
                new String(bytes(LABELS), StandardCharsets.UTF_8).lines().toList();
        if (lines.size() != COUNT || atlas.height() != COUNT / COLUMNS * SIZE || atlas.width() != COLUMNS * SIZE) {
            throw new FileFormatException(
                    ATLAS, "size", atlas + " and " + lines.size() + " labels; expected " + COUNT + " of each");
        }
        int[][] labels = new int[COUNT][];
        float[][] colours = new float[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            String place = LABELS + ", line " + (i + 1);
            JsonNode node = JsonText.parse(lines.get(i), place);
            labels[i] = labels(node, place);
            colours[i] = colours(node, place);
        }
        return new RealAvatars(atlas, labels, colours);
    }

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream file = Bundle.open(resource)) {
            return file.readAllBytes();
        }
    }

    private static int[] labels(JsonNode node, String place) throws IOException {
        int[] labels = new int[HEADS.size()];
        for (int h = 0; h < labels.length; h++) {
            AttributeHead head = HEADS.get(h);
            JsonNode value = node.path(head.name());
            labels[h] = head.classes().indexOf(value.isNull() ? NONE : value.asText());
            if (labels[h] < 0) {
                throw FileFormatException.atKey(place, head.name(), "'" + value + "' is none of " + head.classes());
            }
        }
        return labels;
    }

    private static float[] colours(JsonNode node, String place) throws IOException {
        float[] colours = new float[3 * COLOURS.size()];
        for (int c = 0; c < COLOURS.size(); c++) {
            String hex = node.path(COLOURS.get(c)).asText();
            if (!hex.matches("#[0-9a-f]{6}")) {
                throw FileFormatException.atKey(place, COLOURS.get(c), "'" + hex + "' is no colour like #a0b1c2");
            }
            int rgb = Integer.parseInt(hex.substring(1), 16);
            for (int i = 0; i < 3; i++) {
                colours[3 * c + i] = (rgb >> (16 - 8 * i) & 0xff) / 127.5f - 1;
            }
        }
        return colours;
    }

    @Override
    public int count() {
        return COUNT;
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public List<AttributeHead> heads() {
        return HEADS;
    }

    @Override
    public List<String> colours() {
        return COLOURS;
    }

    @Override
    public void copyImage(int image, float[] to) {
        Objects.requireNonNull(to, "to");
        requireKnown(image);
        int top = image / COLUMNS * SIZE;
        int left = image % COLUMNS * SIZE;
        for (int i = 0; i < 3 * SIZE * SIZE; i++) {
            int row = top + i / SIZE % SIZE;
            to[i] = atlas.value(i / (SIZE * SIZE), row, left + i % SIZE) / 127.5f - 1;
        }
    }

    /** Pictures {@code from} (included) to {@code to} (excluded): a new array [to - from, 3, 64, 64] in [-1, 1]. */
    public INDArray images(int from, int to) {
        requireKnown(from);
        requireKnown(to - 1);
        if (to <= from) {
            throw new IllegalArgumentException("There are no pictures from " + from + " to " + to + ".");
        }
        float[] picture = new float[3 * SIZE * SIZE];
        float[] all = new float[(to - from) * picture.length];
        for (int i = from; i < to; i++) {
            copyImage(i, picture);
            System.arraycopy(picture, 0, all, (i - from) * picture.length, picture.length);
        }
        return Nd4j.create(all, new long[] {to - from, 3, SIZE, SIZE}, 'c');
    }

    /**
     * Pictures {@code from} (included) to {@code to} (excluded) as the input of a generator.
     *
     * @param input name of the input
     */
    public InputSampler sampler(String input, int from, int to) {
        Objects.requireNonNull(input, "input");
        requireKnown(from);
        requireKnown(to - 1);
        if (to <= from) {
            throw new IllegalArgumentException("There are no pictures from " + from + " to " + to + ".");
        }
        return new PictureSampler(
                input, to - from, number -> picture(from + number), "real-avatars-" + from + "-" + to);
    }

    private INDArray picture(int number) {
        float[] picture = new float[3 * SIZE * SIZE];
        copyImage(number, picture);
        return Nd4j.create(picture, new long[] {3, SIZE, SIZE}, 'c');
    }

    @Override
    public int label(int image, int head) {
        requireKnown(image);
        return labels[image][head];
    }

    /** The name of what a picture shows, empty where there is nothing: {@code attribute(0, "mouth")}. */
    public Optional<String> attribute(int image, String head) {
        Objects.requireNonNull(head, "head");
        requireKnown(image);
        for (int h = 0; h < HEADS.size(); h++) {
            if (HEADS.get(h).name().equals(head)) {
                String value = HEADS.get(h).classes().get(labels[image][h]);
                return value.equals(NONE) ? Optional.empty() : Optional.of(value);
            }
        }
        throw new IllegalArgumentException("There is no attribute '" + head + "'; known are "
                + HEADS.stream().map(AttributeHead::name).toList() + ".");
    }

    /** The colour of hair is to be seen unless there is no hair, not even a beard. */
    @Override
    public boolean copyColour(int image, int colour, float[] to) {
        Objects.requireNonNull(to, "to");
        requireKnown(image);
        System.arraycopy(colours[image], 3 * colour, to, 0, 3);
        return !COLOURS.get(colour).equals("hairColor")
                || attribute(image, "facialHair").isPresent()
                || !attribute(image, "hair").equals(Optional.of("bald"));
    }

    private static void requireKnown(int image) {
        if (image < 0 || image >= COUNT) {
            throw new IllegalArgumentException(
                    "There are the pictures 0 to " + (COUNT - 1) + ", but not " + image + ".");
        }
    }
}
