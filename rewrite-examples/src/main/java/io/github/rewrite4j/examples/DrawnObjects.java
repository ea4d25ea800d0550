package io.github.rewrite4j.examples;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Things that no avatar wears, drawn by a few shapes where they belong on a face of 64 x 64 pixels. */
public final class DrawnObjects {
    /** What {@link #named} draws. */
    public static final List<String> NAMES = List.of("star-eyes", "slit-eyes", "gear-eyes", "bandana", "clown");

    private static final int SIZE = 64;
    private static final double LEFT = 25;
    private static final double RIGHT = 39;
    private static final double EYES = 29.5;

    private DrawnObjects() {}

    /** The object of this name. */
    public static Exemplar named(String name) {
        Exemplar drawn =
                switch (name) {
                    case "star-eyes" ->
                        painted(
                                new Region[] {both(5, 6, 0.45), both(5, 4.2, 0.45)},
                                new float[][] {{-0.7f, -0.75f, -0.5f}, {0.95f, 0.75f, -0.7f}});
                    case "slit-eyes" ->
                        painted(
                                new Region[] {
                                    Region.ellipse(LEFT, EYES, 5.5, 4).union(Region.ellipse(RIGHT, EYES, 5.5, 4)),
                                    Region.ellipse(LEFT, EYES, 1.1, 3.6).union(Region.ellipse(RIGHT, EYES, 1.1, 3.6))
                                },
                                new float[][] {{0.5f, 0.85f, -0.4f}, {-0.9f, -0.9f, -0.9f}});
                    case "gear-eyes" ->
                        painted(
                                new Region[] {
                                    both(8, 5.8, 0.72),
                                    Region.ellipse(LEFT, EYES, 2, 2).union(Region.ellipse(RIGHT, EYES, 2, 2))
                                },
                                new float[][] {{0.1f, 0.15f, 0.3f}, {0.95f, 0.5f, -0.6f}});
                    case "bandana" ->
                        painted(
                                new Region[] {
                                    Region.polygon(17, 36, 47, 36, 44, 48, 32, 56, 20, 48),
                                    Region.rectangle(18, 38, 28, 2)
                                },
                                new float[][] {{0.7f, -0.6f, -0.5f}, {0.95f, 0.9f, 0.85f}});
                    case "clown" ->
                        painted(
                                new Region[] {Region.ellipse(32, 36, 5, 5), Region.ellipse(30.5, 34, 1.5, 1.5)},
                                new float[][] {{0.85f, -0.75f, -0.7f}, {1, 0.6f, 0.6f}});
                    default ->
                        throw new IllegalArgumentException(
                                "There is no drawing of '" + name + "': choose one of " + NAMES + ".");
                };
        return drawn.named(name);
    }

    private static Region both(int points, double radius, double inner) {
        return star(LEFT, points, radius, inner).union(star(RIGHT, points, radius, inner));
    }

    private static Region star(double x, int points, double radius, double inner) {
        List<Double> corners = new ArrayList<>();
        for (int i = 0; i < 2 * points; i++) {
            double r = i % 2 == 0 ? radius : inner * radius;
            double angle = Math.PI * ((double) i / points - 0.5);
            corners.add(x + r * Math.cos(angle));
            corners.add(EYES + r * Math.sin(angle));
        }
        return Region.polygon(corners.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Later shapes over earlier ones; the first is all of it. */
    private static Exemplar painted(Region[] layers, float[][] colours) {
        Mask[] masks = new Mask[layers.length];
        for (int l = 0; l < layers.length; l++) {
            masks[l] = layers[l].onImage(SIZE, SIZE);
        }
        float[] picture = new float[3 * SIZE * SIZE];
        for (int i = 0; i < picture.length; i++) {
            int pixel = i % (SIZE * SIZE);
            float value = colours[0][i / (SIZE * SIZE)];
            for (int l = 1; l < masks.length; l++) {
                float a = masks[l].value(pixel / SIZE, pixel % SIZE);
                value = (1 - a) * value + a * colours[l][i / (SIZE * SIZE)];
            }
            picture[i] = value;
        }
        INDArray colour = Nd4j.create(picture, new long[] {3, SIZE, SIZE}, 'c');
        return Exemplar.cutOut(colour, masks[0]);
    }
}
