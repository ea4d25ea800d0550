package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.EmptyRegionException;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.io.internal.FreeMemory;
import io.github.rewrite4j.samediff.memory.HostSamples;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Samples on the heap, what the generator makes of them, and exemplars that are put on them. */
final class ExemplarSet {
    private static final int AT_ONCE = 16;

    private final HostSamples keys;
    private final float[] values;
    private final float[] images;
    private final Optional<EarlierPatches> earlier;
    private final FeatureShape grid;
    private final FeatureShape picture;
    private final List<Placed> exemplars;
    private final int exceptions;
    private final boolean paired;

    /** An exemplar at the sizes of the image and of the value grid. */
    private static final class Placed {
        private final float[] alpha;
        private final float[] share;
        private final boolean[] mask;
        private final boolean[] cells;
        private final int pixels;
        private final int selected;

        Placed(Exemplar exemplar, Mask cells, int channels) {
            this.alpha = HostArrays.of(exemplar.alpha().toArray());
            this.share = HostArrays.of(exemplar.share(channels));
            this.mask = selected(exemplar.mask());
            this.cells = selected(cells);
            this.pixels = exemplar.mask().selectedCells();
            this.selected = cells.selectedCells();
        }
    }

    private ExemplarSet(
            HostSamples keys,
            float[] values,
            float[] images,
            Optional<EarlierPatches> earlier,
            FeatureShape grid,
            FeatureShape picture,
            List<Placed> exemplars,
            int exceptions,
            boolean paired) {
        this.keys = keys;
        this.values = values;
        this.images = images;
        this.earlier = earlier;
        this.grid = grid;
        this.picture = picture;
        this.exemplars = exemplars;
        this.exceptions = exceptions;
        this.paired = paired;
    }

    /** The contexts of an edit, then its exceptions. */
    static ExemplarSet of(AssociativeMemory memory, ExemplarEdit edit, ProgressListener listener) {
        List<Subject> subjects = edit.subjects();
        Subject.samples(subjects).forEach(memory.sampler()::requireReachable);
        requireRoom(memory.spec(), subjects.size());
        List<INDArray> keys = new ArrayList<>();
        List<INDArray> values = new ArrayList<>();
        List<INDArray> images = new ArrayList<>();
        TreeMap<String, List<INDArray>> sides = new TreeMap<>();
        for (int from = 0; from < subjects.size(); from += AT_ONCE) {
            listener.report(Stage.CONTEXTS, from, subjects.size());
            List<? extends Subject> part = subjects.subList(from, Math.min(from + AT_ONCE, subjects.size()));
            Keys batch = memory.keys(Subject.inputs(part, memory.sampler()));
            Values answer = memory.values(batch);
            keys.add(batch.tensor());
            batch.side().forEach((name, array) -> sides.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(perSample(array, part.size())));
            values.add(answer.tensor());
            images.add(memory.decode(answer));
        }
        TreeMap<String, INDArray> side = new TreeMap<>();
        sides.forEach((name, parts) -> side.put(name, EditPreview.join(parts)));
        INDArray pictures = EditPreview.join(images);
        FeatureShape picture = new FeatureShape(
                Math.toIntExact(pictures.size(1)),
                Math.toIntExact(pictures.size(2)),
                Math.toIntExact(pictures.size(3)));
        if (picture.channels() != 3 && picture.channels() != 1) {
            throw new RewriteException("Exemplars need a generator of RGB or grey images, but "
                    + memory.spec().generator().architecture() + " draws " + picture + ".");
        }
        FeatureShape grid = memory.spec().valueShape();
        List<Placed> placed = edit.exemplars().stream()
                .map(exemplar -> place(exemplar.resizedTo(picture.height(), picture.width()), grid, picture.channels()))
                .toList();
        return new ExemplarSet(
                new HostSamples(EditPreview.join(keys), side),
                HostArrays.of(EditPreview.join(values), Layout.CHANNELS_LAST),
                HostArrays.of(pictures),
                Optional.empty(),
                grid,
                picture,
                placed,
                edit.exceptions().size(),
                edit.paired());
    }

    /** The same with a look at where the patches that are in force draw something. */
    ExemplarSet lookingAtEarlierPatches(
            AssociativeMemory memory, List<? extends Subject> subjects, ProgressListener listener) {
        Optional<EarlierPatches> found = EarlierPatches.of(memory, subjects, images, picture.channels(), listener);
        return new ExemplarSet(keys, values, images, found, grid, picture, exemplars, exceptions, paired);
    }

    private static void requireRoom(MemorySpec spec, int samples) {
        double numbers = numbers(spec.keyShape())
                + numbers(spec.valueShape())
                + 3.0 * spec.generator().imageHeight() * spec.generator().imageWidth();
        FreeMemory.require("Showing the object on " + samples + " samples", 2.0 * Float.BYTES * numbers * samples);
    }

    private static double numbers(FeatureShape shape) {
        return (double) shape.channels() * shape.height() * shape.width();
    }

    private static INDArray perSample(INDArray array, int samples) {
        boolean shared = array.rank() == 0 || array.size(0) != samples;
        return shared ? Nd4j.concat(0, Collections.nCopies(samples, array).toArray(INDArray[]::new)) : array;
    }

    private static Placed place(Exemplar exemplar, FeatureShape grid, int channels) {
        Mask mask = exemplar.mask();
        Mask cells = mask.onGrid(grid);
        if (cells.isEmpty()) {
            throw new EmptyRegionException("The object of " + exemplar.name() + " selects no cell of the "
                    + grid.height() + " x " + grid.width() + " value grid; choose a later layer or a larger object.");
        }
        return new Placed(exemplar, cells, channels);
    }

    private static boolean[] selected(Mask mask) {
        boolean[] selected = new boolean[mask.height() * mask.width()];
        for (int i = 0; i < selected.length; i++) {
            selected[i] = mask.value(i / mask.width(), i % mask.width()) > 0;
        }
        return selected;
    }

    HostSamples keys() {
        return keys;
    }

    int size() {
        return keys.size();
    }

    /** How many of the samples, the last ones, should not show the object. */
    int exceptions() {
        return exceptions;
    }

    int exemplars() {
        return exemplars.size();
    }

    /** Whether each sample but exceptions has an exemplar of its own, of the same number. */
    boolean paired() {
        return paired;
    }

    /** Random exemplars of samples; of those that have one of their own, this. */
    int[] exemplarsFor(int[] rows, Random random) {
        int[] which = new int[rows.length];
        for (int i = 0; i < which.length; i++) {
            int drawn = random.nextInt(exemplars.size());
            which[i] = paired && rows[i] < exemplars.size() ? rows[i] : drawn;
        }
        return which;
    }

    /** Of one image. */
    FeatureShape picture() {
        return picture;
    }

    FeatureShape grid() {
        return grid;
    }

    /** The generator's own values of samples, channels last. */
    void values(int[] rows, float[] to) {
        gather(values, rows, to);
    }

    /** The generator's own images of samples. */
    void images(int[] rows, float[] to) {
        gather(images, rows, to);
    }

    private void gather(float[] from, int[] rows, float[] to) {
        int length = from.length / size();
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(from, rows[i] * length, to, i * length, length);
        }
    }

    /** Samples with exemplars put on them, clipped to [-1, 1]. */
    void composites(int[] rows, int[] which, float[] to) {
        images(rows, to);
        int plane = picture.cells();
        int channels = picture.channels();
        for (int i = 0; i < rows.length; i++) {
            Placed exemplar = exemplars.get(which[i]);
            for (int c = 0; c < channels; c++) {
                int start = (i * channels + c) * plane;
                for (int p = 0; p < plane; p++) {
                    float v = (1 - exemplar.alpha[p]) * to[start + p] + exemplar.share[c * plane + p];
                    to[start + p] = Math.max(-1f, Math.min(1f, v));
                }
            }
        }
    }

    /**
     * Summed weights of the elements inside a mask, outside of it, and everywhere; means over a batch share them.
     *
     * @param whole added to both others, element by element
     */
    record Weights(double inside, double outside, double whole) {
        Weights times(double factor) {
            return new Weights(factor * inside, factor * outside, factor * whole);
        }
    }

    /** Writes the weights of the pixels of some images, which carry these exemplars, channels first. */
    void pixelWeights(int[] which, Weights weights, float[] to, int start) {
        int plane = picture.cells();
        int numbers = picture.channels() * plane;
        for (int i = 0; i < which.length; i++) {
            Placed e = exemplars.get(which[i]);
            Levels levels = Levels.of(weights.times(1.0 / which.length), picture.channels(), plane, e.pixels);
            for (int at = 0; at < numbers; at++) {
                to[start + i * numbers + at] = levels.at(e.mask[at % plane]);
            }
        }
    }

    /** Adds the weights of what earlier patches draw on samples that carry these exemplars, outside of their masks. */
    void addEarlierWeights(int[] rows, int[] which, double weight, float[] to) {
        earlier.ifPresent(places -> {
            for (int i = 0; i < which.length; i++) {
                places.addWeights(rows[i], exemplars.get(which[i]).mask, weight / which.length, to, i);
            }
        });
    }

    /** As {@link #pixelWeights} for the cells of the value grid, channels last. */
    void cellWeights(int[] which, Weights weights, float[] to, int start) {
        int channels = grid.channels();
        int cells = grid.height() * grid.width();
        for (int i = 0; i < which.length; i++) {
            Placed e = exemplars.get(which[i]);
            Levels levels = Levels.of(weights.times(1.0 / which.length), channels, cells, e.selected);
            for (int cell = 0; cell < cells; cell++) {
                int at = start + (i * cells + cell) * channels;
                Arrays.fill(to, at, at + channels, levels.at(e.cells[cell]));
            }
        }
    }

    /** Weights of single elements inside and outside of a mask. */
    private record Levels(float inside, float outside) {
        static Levels of(Weights weights, int channels, int cells, int selected) {
            float all = (float) (weights.whole / ((double) cells * channels));
            return new Levels(
                    all + (float) (weights.inside / ((double) selected * channels)),
                    all + (float) (weights.outside / ((double) Math.max(1, cells - selected) * channels)));
        }

        float at(boolean selected) {
            return selected ? inside : outside;
        }
    }

    /** Takes the pasted values where a cell is inside, and leaves the others; channels last. */
    void paste(int[] which, float[] pasted, float[] values) {
        int plane = grid.height() * grid.width();
        for (int i = 0; i < which.length; i++) {
            boolean[] cells = exemplars.get(which[i]).cells;
            for (int p = 0; p < plane; p++) {
                if (cells[p]) {
                    int start = (i * plane + p) * grid.channels();
                    System.arraycopy(pasted, start, values, start, grid.channels());
                }
            }
        }
    }
}
