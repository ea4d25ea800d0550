package io.github.rewrite4j.spark;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.SearchPart;
import java.util.Objects;

/**
 * The images of a cluster's samples, or of a folder of pictures, in which something fires most: what {@link Search} finds on one
 * machine, to the last bit, whatever the cuts. Tasks give back their hottest images and, for the threshold, 4 bytes for each
 * thousand cells of the whole search.
 */
public final class SparkSearch {
    private SparkSearch() {}

    /**
     * Searches samples. Where a network of pictures to pictures is loaded with a folder, these are the pictures of the folder.
     *
     * @param layer whose keys are looked at
     * @param trigger what is looked for there
     * @param top how many images are kept
     */
    public static Found among(SparkSamples samples, String layer, SparkTrigger trigger, int top) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(trigger, "trigger");
        int start = samples.from();
        int images = samples.to() - start;
        return samples.aggregate(
                        (generator, block) -> search(generator, layer, trigger, top)
                                .part(block.samples(), block.from() - start, images, RewriteListener.SILENT),
                        SearchPart::plus)
                .found();
    }

    /**
     * Searches a folder of pictures, each of which is inverted first, in seconds.
     *
     * @param layer whose keys are looked at
     * @param trigger what is looked for there
     * @param top how many pictures are kept
     */
    public static Found among(SparkFolder pictures, String layer, SparkTrigger trigger, int top) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(trigger, "trigger");
        int images = pictures.count();
        return pictures.aggregate(
                        (generator, block) -> search(generator, layer, trigger, top)
                                .part(block.inverted(generator), block.from(), images, RewriteListener.SILENT),
                        SearchPart::plus)
                .found();
    }

    private static Search search(Generator generator, String layer, SparkTrigger trigger, int top) {
        AssociativeMemory memory = generator.memory(layer);
        return Search.at(memory, trigger.at(memory)).top(top);
    }
}
