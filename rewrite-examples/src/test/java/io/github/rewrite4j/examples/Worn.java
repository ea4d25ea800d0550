package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.avatars.attribute.ImageAttributes;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** On how many pictures a thing is to be seen: by their pixels, or by a network that no edit was trained with. */
final class Worn {
    /** Summed over three channels in [-1, 1]: what an eye sees at once. */
    private static final double VISIBLE = 0.3;

    private Worn() {}

    /**
     * The share of pictures on which the object's area has turned: of the pixels where goal and unedited picture differ
     * visibly, more than half are nearer to the goal after the edit. Where they differ nowhere, the thing was there already.
     *
     * @param mask [H, W] for all or [N, H, W]
     */
    static double share(INDArray before, INDArray after, INDArray goal, INDArray mask) {
        int count = (int) before.size(0);
        int area = (int) (before.size(2) * before.size(3));
        float[] old = floats(before);
        float[] edited = floats(after);
        float[] wanted = floats(goal);
        float[] masks = floats(mask);
        int worn = 0;
        for (int n = 0; n < count; n++) {
            int differing = 0;
            int turned = 0;
            for (int p = 0; p < area; p++) {
                if (masks[mask.rank() == 2 ? p : n * area + p] > 0 && distance(old, wanted, n, p, area) > VISIBLE) {
                    differing++;
                    turned += distance(edited, wanted, n, p, area) < distance(edited, old, n, p, area) ? 1 : 0;
                }
            }
            worn += differing == 0 || 2 * turned > differing ? 1 : 0;
        }
        return (double) worn / count;
    }

    private static double distance(float[] a, float[] b, int image, int pixel, int area) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            int at = (3 * image + c) * area + pixel;
            sum += Math.abs(a[at] - b[at]);
        }
        return sum;
    }

    private static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    /** The share of pictures of which the network says one of these classes. */
    static double rate(AttributeNetwork judge, INDArray images, String attribute, Set<String> classes) {
        int count = 0;
        for (long from = 0; from < images.size(0); from += Program.BATCH) {
            INDArray part = images.get(NDArrayIndex.interval(from, Math.min(images.size(0), from + Program.BATCH)));
            for (ImageAttributes seen : judge.attributes(part)) {
                count += classes.contains(seen.guesses().get(attribute).value()) ? 1 : 0;
            }
        }
        return (double) count / images.size(0);
    }
}
