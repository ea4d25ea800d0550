package io.github.rewrite4j.samediff.search;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a search has found in some of its images. Parts that share no image add up to what one search of all of them finds, in any
 * order and to the last bit: the images with the hottest cells, and the hottest cells that the threshold is read from, 4 bytes for
 * each thousand cells of the whole. Travels between machines by Java's serialisation.
 */
public final class SearchPart implements Serializable {
    private static final long serialVersionUID = 1;

    /** Hottest first; of two that are as hot, the one that comes first. */
    static final Comparator<Match> HOTTEST_FIRST =
            Comparator.comparingDouble(Match::peak).reversed().thenComparingInt(Match::position);

    private final transient int kept;
    private final transient int searched;
    private final transient List<Match> top;
    private final transient LargestValues hottest;

    /**
     * @param kept how many images are kept at most
     * @param searched how many were looked at
     * @param top hottest first
     * @param hottest cells
     */
    SearchPart(int kept, int searched, List<Match> top, LargestValues hottest) {
        this.kept = kept;
        this.searched = searched;
        this.top = List.copyOf(top);
        this.hottest = hottest;
    }

    /**
     * What both found, as a new part.
     *
     * @throws IllegalArgumentException if they are of searches that keep another number of images, or of cells
     */
    public SearchPart plus(SearchPart other) {
        Objects.requireNonNull(other, "other");
        if (kept != other.kept || hottest.capacity() != other.hottest.capacity()) {
            throw new IllegalArgumentException("Parts of two searches cannot be joined: one keeps " + kept
                    + " images and " + hottest.capacity() + " cells, the other " + other.kept + " and "
                    + other.hottest.capacity() + ".");
        }
        List<Match> both = Stream.concat(top.stream(), other.top.stream())
                .sorted(HOTTEST_FIRST)
                .limit(kept)
                .toList();
        return new SearchPart(kept, searched + other.searched, both, hottest.plus(other.hottest));
    }

    /** The result, once all parts are joined. */
    public Found found() {
        return new Found(searched, hottest.smallest(), top);
    }

    int kept() {
        return kept;
    }

    int searched() {
        return searched;
    }

    List<Match> top() {
        return top;
    }

    LargestValues hottest() {
        return hottest;
    }

    private Object writeReplace() {
        return SentPart.of(this);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a part of a search travels as another class");
    }
}
