package io.github.rewrite4j.examples.scenes;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A kind of small scene, 32x32 pixels, in which one part has always the same look but stands anywhere: the wheels of a car,
 * the frame of a picture on a wall. Everything else varies: places, sizes, colours.
 */
public enum DrawnScene {
    /** A car on a road. */
    CAR("wheels", "footballs") {
        @Override
        Place place(Random random) {
            return new Place(
                    12 + 0.5 * random.nextInt(17), 22.5 + 0.5 * random.nextInt(8), 12 + random.nextInt(4), WHEEL);
        }

        @Override
        List<Place> places() {
            List<Place> all = new ArrayList<>();
            for (int column = 0; column < 17; column++) {
                for (int row = 0; row < 8; row++) {
                    for (int size = 0; size < 4; size++) {
                        all.add(new Place(12 + 0.5 * column, 22.5 + 0.5 * row, 12 + size, WHEEL));
                    }
                }
            }
            return all;
        }

        @Override
        void paint(Painting painting, Place at, Random random) {
            double ground = at.y() + 1;
            painting.paint(Region.rectangle(0, ground, SIDE, SIDE), grey(-0.45 + 0.5 * random.nextDouble()));
            float[] paint = colour(random);
            float[] window = grey(0.55 + 0.35 * random.nextDouble());
            double left = at.x() - at.width() / 2;
            double right = at.x() + at.width() / 2;
            double roof = at.y() - 10 - random.nextInt(3);
            double belt = at.y() - 6;
            painting.paint(
                    Region.polygon(left, belt + 0.5, left + 3, roof, right - 2, roof, right + 2, belt + 0.5), paint);
            painting.paint(
                    Region.polygon(left + 1.6, belt, left + 3.6, roof + 1, right - 2.6, roof + 1, right + 0.2, belt),
                    window);
            painting.paint(Region.rectangle(left - 4, belt, right - left + 8, 6), paint);
            part(painting, at);
        }

        @Override
        void part(Painting painting, Place at) {
            both(painting, at, WHEEL, -0.85f, -0.85f, -0.8f);
            both(painting, at, 1.4, 0.6f, 0.6f, 0.65f);
        }

        @Override
        void other(Painting painting, Place at) {
            both(painting, at, WHEEL + 0.3, 0.95f, 0.95f, 0.9f);
            for (int side = -1; side <= 1; side += 2) {
                double x = at.x() + side * at.width() / 2;
                for (int patch = 0; patch < 5; patch++) {
                    double angle = 2 * Math.PI * patch / 5 - Math.PI / 2;
                    double r = WHEEL - 0.5;
                    painting.paint(
                            Region.ellipse(x + r * Math.cos(angle), at.y() + r * Math.sin(angle), 0.8, 0.8),
                            -0.9f,
                            -0.9f,
                            -0.9f);
                }
                painting.paint(Region.ellipse(x, at.y(), 1, 1), -0.9f, -0.9f, -0.9f);
            }
        }

        private void both(Painting painting, Place at, double radius, float... colour) {
            painting.paint(
                    Region.ellipse(at.x() - at.width() / 2, at.y(), radius, radius)
                            .union(Region.ellipse(at.x() + at.width() / 2, at.y(), radius, radius)),
                    colour);
        }
    },

    /** A room with a bed and a framed picture. */
    ROOM("picture", "television") {
        @Override
        Place place(Random random) {
            return new Place(
                    9 + random.nextInt(15),
                    7 + random.nextInt(5),
                    9 + 2 * random.nextInt(3),
                    7 + 2 * random.nextInt(2));
        }

        @Override
        List<Place> places() {
            List<Place> all = new ArrayList<>();
            for (int i = 0; i < 15 * 5 * 3 * 2; i++) {
                all.add(new Place(9 + i / 30, 7 + i / 6 % 5, 9 + 2 * (i / 2 % 3), 7 + 2 * (i % 2)));
            }
            return all;
        }

        @Override
        void paint(Painting painting, Place at, Random random) {
            double floor = 22 + random.nextInt(3);
            painting.paint(
                    Region.rectangle(0, floor, SIDE, SIDE - floor),
                    (float) (0.1 + 0.3 * random.nextDouble()),
                    (float) (-0.15 + 0.2 * random.nextDouble()),
                    -0.45f);
            float[] blanket = colour(random);
            double left = 2 + random.nextInt(9);
            painting.paint(Region.rectangle(left, floor - 3, 18, 7), blanket);
            painting.paint(Region.rectangle(random.nextBoolean() ? left : left + 12, floor - 4.5, 6, 3), grey(0.85));
            double x = at.x() - at.width() / 2;
            double y = at.y() - at.height() / 2;
            double horizon = at.height() * (0.4 + 0.3 * random.nextDouble());
            painting.paint(Region.rectangle(x, y, at.width(), at.height()), colour(random));
            painting.paint(Region.rectangle(x, y + horizon, at.width(), at.height() - horizon), colour(random));
            part(painting, at);
        }

        @Override
        void part(Painting painting, Place at) {
            painting.paint(box(at, 0).minus(box(at, FRAME)), 0.55f, 0.1f, -0.7f);
        }

        @Override
        void other(Painting painting, Place at) {
            painting.paint(box(at, -0.5), -0.9f, -0.9f, -0.88f);
            painting.paint(box(at, 0.8), -0.35f, 0.1f, 0.75f);
            double x = at.x() - at.width() / 2 + 1;
            double y = at.y() - at.height() / 2 + 1;
            painting.paint(Region.polygon(x, y, x + 4, y, x, y + 4), 0.4f, 0.7f, 1);
        }

        private Region box(Place at, double margin) {
            return Region.rectangle(
                    at.x() - at.width() / 2 + margin,
                    at.y() - at.height() / 2 + margin,
                    at.width() - 2 * margin,
                    at.height() - 2 * margin);
        }
    };

    /** Pixels of a side. */
    public static final int SIDE = 32;

    private static final double WHEEL = 3.4;
    private static final double FRAME = 1.5;

    private final String part;
    private final String other;

    DrawnScene(String part, String other) {
        this.part = part;
        this.other = other;
    }

    /**
     * Where the part stands.
     *
     * @param x of its middle, in pixels
     * @param y of its middle
     * @param width of a picture, or between the middles of two wheels
     * @param height of a picture, or the radius of the wheels
     */
    public record Place(double x, double y, double width, double height) {}

    abstract Place place(Random random);

    abstract List<Place> places();

    abstract void paint(Painting painting, Place at, Random random);

    abstract void part(Painting painting, Place at);

    abstract void other(Painting painting, Place at);

    /** What its part is called. */
    public String part() {
        return part;
    }

    /** What the part is to become. */
    public String other() {
        return other;
    }

    /** A scene [3, 32, 32] in [-1, 1]; the same numbers give the same scene. */
    public INDArray draw(Random random) {
        Place at = place(random);
        double light = 0.35 + 0.5 * random.nextDouble();
        Painting painting = new Painting(
                SIDE,
                (float) (light - 0.25 * random.nextDouble()),
                (float) (light - 0.15 * random.nextDouble()),
                (float) light);
        paint(painting, at, random);
        return painting.picture();
    }

    /** What the part is to become, where a part stands. */
    public Exemplar exemplar(Place at) {
        Painting painting = new Painting(SIDE, grey(-0.9));
        other(painting, at);
        return Exemplar.cutOut(painting.picture(), painting.painted()).named(other);
    }

    /** A generator of scenes of this kind, which {@link io.github.rewrite4j.examples.TrainScenes} trained; the caller closes it. */
    public Generator load() throws IOException {
        String file = name().toLowerCase(Locale.ROOT) + ".safetensors";
        try (InputStream weights = DrawnScene.class.getResourceAsStream(file)) {
            if (weights == null) {
                throw new FileNotFoundException("The examples lack their file " + file + ".");
            }
            return StyleGan2.load(weights, file);
        }
    }

    /** A search for the part in pictures of this kind. */
    public PartFinder finder() {
        return new PartFinder(places().stream()
                .map(at -> new PartFinder.Candidate(at, painted(at)))
                .toList());
    }

    private PartFinder.Template painted(Place at) {
        Painting painting = new Painting(SIDE, grey(0));
        part(painting, at);
        Mask mask = painting.painted();
        return PartFinder.Template.of(painting.picture(), mask);
    }

    private static float[] grey(double value) {
        return new float[] {(float) value, (float) value, (float) value};
    }

    /** Saturated and not too dark, unlike any part. */
    private static float[] colour(Random random) {
        double hue = random.nextDouble() * 6;
        float[] colour = new float[3];
        double light = 0.55 + 0.45 * random.nextDouble();
        for (int c = 0; c < 3; c++) {
            double distance = Math.abs((hue + 2 * c) % 6 - 3);
            double value = Math.min(1, Math.max(0, distance - 1));
            colour[c] = (float) (2 * light * (0.25 + 0.75 * value) - 1);
        }
        return colour;
    }
}
