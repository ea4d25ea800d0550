package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Ranks images by how strongly something fires in them: by the hottest cell of each.
 *
 * <p>Streams: the memory is that of one batch, of the images that are kept, and of one number for each thousand cells, from
 * which the threshold is exact. Cost at a layer in the middle of the bundled generator: less than a millisecond a sample.
 * Immutable; each method returns a changed copy.
 */
public final class Search {
    /** Images that are kept, as many as the original interface shows. */
    public static final int DEFAULT_TOP = 12;

    /** Images that are always looked at together. */
    public static final int PART = Program.BATCH;

    private static final Stage STAGE = Stage.SEARCH;

    /** Drawing many latents at once spares re-reading the random stream. */
    private static final int DRAWN_AT_ONCE = 1024;

    private final AssociativeMemory memory;
    private final Trigger trigger;
    private final int top;
    private final Optional<SearchCache> cache;

    private Search(AssociativeMemory memory, Trigger trigger, int top, Optional<SearchCache> cache) {
        this.memory = memory;
        this.trigger = trigger;
        this.top = top;
        this.cache = cache;
    }

    /**
     * A search for the {@value #DEFAULT_TOP} best images.
     *
     * @param memory the layer whose keys are looked at
     * @param trigger what is looked for there
     */
    public static Search at(AssociativeMemory memory, Trigger trigger) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(trigger, "trigger");
        return new Search(memory, trigger, DEFAULT_TOP, Optional.empty());
    }

    /** How many images are kept, at least one. */
    public Search top(int images) {
        if (images < 1) {
            throw new IllegalArgumentException("A search keeps at least one image, but was to keep " + images + ".");
        }
        return new Search(memory, trigger, images, cache);
    }

    /** Keeps what searches of samples find on disk, so that the same search answers at once. */
    public Search cache(SearchCache results) {
        Objects.requireNonNull(results, "results");
        return new Search(memory, trigger, top, Optional.of(results));
    }

    /**
     * Searches samples {@code from} (inclusive) to {@code to} (exclusive) of a seed.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Found among(long seed, int from, int to, ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        if (to <= from) {
            throw new IllegalArgumentException(
                    "There are no samples from " + from + " to " + to + ": the second number is the larger one.");
        }
        memory.sampler().requireReachable(new Sample(seed, to - 1));
        SearchCache.Question question = new SearchCache.Question(memory, trigger.id(), seed, from, to, top);
        Optional<Found> known = cache.flatMap(results -> results.answer(question));
        if (known.isPresent()) {
            return known.get();
        }
        Found found = among(Sample.range(seed, from, to), listener);
        cache.ifPresent(results -> results.keep(question, found));
        return found;
    }

    /**
     * Searches images of any kind, such as latents that draw a folder of pictures; nothing is kept on disk.
     *
     * @param subjects at least one
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Found among(List<? extends Subject> subjects, ProgressListener listener) {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(listener, "listener");
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("Name at least one image to search.");
        }
        return part(subjects, 0, subjects.size(), listener).found();
    }

    /**
     * Searches some images of a larger search, as several machines do; parts are joined by {@link SearchPart#plus}. Parts that begin
     * at multiples of {@value #PART} give the same bits as one search of all.
     *
     * @param subjects at least one
     * @param position of the first among all that are searched
     * @param images how many are searched in all
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public SearchPart part(List<? extends Subject> subjects, int position, int images, ProgressListener listener) {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(listener, "listener");
        if (position < 0 || subjects.isEmpty() || subjects.size() > images - position) {
            throw new IllegalArgumentException("A part has at least one image and lies within the search, but has "
                    + subjects.size() + " from place " + position + " of " + images + ".");
        }
        Ranking ranking = new Ranking(top, images);
        for (int first = 0; first < subjects.size(); first += DRAWN_AT_ONCE) {
            int last = Math.min(subjects.size(), first + DRAWN_AT_ONCE);
            try (Inputs inputs = Subject.inputs(subjects.subList(first, last), memory.sampler())) {
                add(inputs, first, position, subjects, ranking, listener);
            }
        }
        listener.report(STAGE, subjects.size(), subjects.size());
        return ranking.part();
    }

    private void add(
            Inputs inputs,
            int start,
            int position,
            List<? extends Subject> subjects,
            Ranking ranking,
            ProgressListener listener) {
        for (int from = 0; from < inputs.size(); from += Program.BATCH) {
            listener.report(STAGE, start + from, subjects.size());
            int to = Math.min(from + Program.BATCH, inputs.size());
            try (Inputs batch = inputs.slice(from, to);
                    Keys keys = memory.keys(batch)) {
                ranking.add(
                        inPicture(trigger.heat(keys.tensor())),
                        position + start + from,
                        subjects.subList(start + from, start + to));
            }
        }
    }

    /** Without the cells of the keys' grid that lie outside of the picture. */
    private INDArray inPicture(INDArray heat) {
        FeatureShape shape = memory.spec().keyShape();
        int margin = shape.margin();
        if (margin == 0 || heat.size(1) != shape.height()) {
            return heat;
        }
        try (heat) {
            return heat.get(
                            NDArrayIndex.all(),
                            NDArrayIndex.interval(margin, shape.height() - margin),
                            NDArrayIndex.interval(margin, shape.width() - margin))
                    .dup('c');
        }
    }
}
