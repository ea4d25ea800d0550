package io.github.rewrite4j.samediff.perception;

import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much pictures show the person of a gallery, to a named network: the cosine of the embedding of each picture and of the
 * picture of the gallery that is nearest (Nitzan et al. 2022 and 2023, who take a network that recognises faces). Numbers of
 * different networks cannot be compared.
 *
 * @param network name of the network
 * @param mean over the pictures
 * @param deviation over the pictures, 0 for one
 * @param samples pictures
 * @param gallery pictures of the person
 */
public record IdentityScore(String network, double mean, double deviation, int samples, int gallery) {
    public IdentityScore {
        Objects.requireNonNull(network, "network");
    }

    /**
     * The score of pictures against a gallery.
     *
     * @param network any network that embeds faces
     * @param pictures [n, 3, H, W] in [-1, 1]
     * @param gallery [k, 3, H, W] in [-1, 1]
     */
    public static IdentityScore of(ImageEmbedding network, INDArray pictures, INDArray gallery) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(gallery, "gallery");
        INDArray seen = network.embedding(pictures);
        INDArray known = network.embedding(gallery);
        int n = (int) seen.size(0);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double best = -1;
            for (int k = 0; k < known.size(0); k++) {
                best = Math.max(best, cosine(seen, i, known, k));
            }
            sum += best;
            squares += best * best;
        }
        double mean = sum / n;
        double variance = n == 1 ? 0 : Math.max(0, squares - n * mean * mean) / (n - 1);
        return new IdentityScore(network.name(), mean, Math.sqrt(variance), n, (int) known.size(0));
    }

    private static double cosine(INDArray a, int i, INDArray b, int k) {
        double product = 0;
        double aa = 0;
        double bb = 0;
        for (int d = 0; d < a.size(1); d++) {
            double x = a.getDouble(i, d);
            double y = b.getDouble(k, d);
            product += x * y;
            aa += x * x;
            bb += y * y;
        }
        return aa == 0 || bb == 0 ? 0 : product / Math.sqrt(aa * bb);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "identity %.3f +- %.3f (%s, %d pictures, gallery of %d)",
                mean,
                deviation,
                network,
                samples,
                gallery);
    }
}
