package io.github.rewrite4j.samediff.perception;

import java.util.List;

/**
 * A space that pictures and texts are both put into, so that the picture of a thing lies near its words. CLIP's is the best
 * known; prototypes of words in the embedding of any network are a stand-in for few words.
 */
public interface JointSpace {
    /** What reports call it. */
    String name();

    /** The side of the pictures. */
    TapedFeatures pictures();

    /**
     * Where texts lie, of any length but 0.
     *
     * @return one vector for each text, as long as the embeddings of pictures
     * @throws io.github.rewrite4j.RewriteException when a text is not understood, saying what is
     */
    double[][] texts(List<String> texts);
}
