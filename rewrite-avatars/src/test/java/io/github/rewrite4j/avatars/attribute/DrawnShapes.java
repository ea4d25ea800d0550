package io.github.rewrite4j.avatars.attribute;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pictures of 16x16 pixels: a square, a bar or a cross in some colour on dark or light ground. */
class DrawnShapes implements LabelledImages {
    static final int SIZE = 16;
    static final AttributeHead SHAPE = new AttributeHead("shape", List.of("square", "bar", "cross"));
    static final AttributeHead GROUND = new AttributeHead("ground", List.of("dark", "light"));

    private final List<float[]> pictures = new ArrayList<>();
    private final List<int[]> labels = new ArrayList<>();
    private final List<float[]> colours = new ArrayList<>();

    DrawnShapes(int count, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            draw(random);
        }
    }

    private void draw(Random random) {
        int shape = random.nextInt(3);
        int light = random.nextInt(2);
        float[] colour = {random.nextFloat(), random.nextFloat() - 0.5f, random.nextFloat()};
        float ground = (light == 0 ? -0.9f : -0.3f) + 0.1f * random.nextFloat();
        int left = 2 + random.nextInt(8);
        int top = 2 + random.nextInt(6);
        float[] picture = new float[3 * SIZE * SIZE];
        for (int i = 0; i < picture.length; i++) {
            int x = i % SIZE - left;
            int y = i / SIZE % SIZE - top;
            boolean box = x >= 0 && x < 5 && y >= 0 && y < 5;
            boolean drawn = box && (shape == 0 || y == 2 || (shape == 2 && x == 2));
            picture[i] = drawn ? colour[i / (SIZE * SIZE)] : ground;
        }
        pictures.add(picture);
        labels.add(new int[] {shape, light});
        colours.add(colour);
    }

    @Override
    public int count() {
        return pictures.size();
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public List<AttributeHead> heads() {
        return List.of(SHAPE, GROUND);
    }

    @Override
    public List<String> colours() {
        return List.of("ink");
    }

    @Override
    public void copyImage(int image, float[] to) {
        System.arraycopy(pictures.get(image), 0, to, 0, to.length);
    }

    @Override
    public int label(int image, int head) {
        return labels.get(image)[head];
    }

    @Override
    public boolean copyColour(int image, int colour, float[] to) {
        System.arraycopy(colours.get(image), 0, to, 0, 3);
        return true;
    }
}
