package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How well an expanded generator still draws what its source drew.
 *
 * @param samples fresh samples
 * @param psnr mean PSNR in dB of base images against the source's of the same projected latents; infinite if they are equal
 * @param projectionPsnr the same of the source's projected images against its own unprojected ones: what setting the
 *     directions aside costs, whatever is trained
 * @param rawPsnr the same of base images against the source's unprojected ones: both losses together
 * @param frechet distances from real images, empty where none were given
 */
public record Preservation(int samples, double psnr, double projectionPsnr, double rawPsnr, Optional<Frechet> frechet) {
    public Preservation {
        Objects.requireNonNull(frechet, "frechet");
    }

    /**
     * Fréchet distances of embeddings from real images; see {@link io.github.rewrite4j.samediff.perception.EmbeddingDistance}.
     *
     * @param network that looks
     * @param realImages how many
     * @param source of the source's unprojected images
     * @param projected of the source's projected images
     * @param repeated the same on as many other samples: how much of a difference is chance
     * @param base of base images of the expanded generator
     */
    public record Frechet(
            String network, int realImages, double source, double projected, double repeated, double base) {
        public Frechet {
            Objects.requireNonNull(network, "network");
        }

        /** By how much the base's distance is larger than the source's at the same projected latents, as a share of it. */
        public double excess() {
            return base / projected - 1;
        }

        private Facts facts() {
            return Facts.builder()
                    .put("network", network)
                    .put("realImages", realImages)
                    .put("source", source)
                    .put("projected", projected)
                    .put("repeated", repeated)
                    .put("base", base)
                    .build();
        }
    }

    /** In words. */
    public String sentence() {
        String images = Double.isFinite(psnr)
                ? String.format(
                        Locale.ROOT,
                        "differ from the source's by a PSNR of %.1f dB, and by %.1f dB from those of latents that were not"
                                + " projected,",
                        psnr,
                        rawPsnr)
                : "equal the source's";
        return String.format(Locale.ROOT, "Base images %s on %d new samples", images, samples)
                + frechet.map(f -> String.format(
                                Locale.ROOT,
                                "; Frechet distance from %d real images %.4f, the source's %.4f at the same projected"
                                        + " latents (%+.1f %%), %.4f on as many others and %.4f without projection (%s)",
                                f.realImages(),
                                f.base(),
                                f.projected(),
                                100 * f.excess(),
                                f.repeated(),
                                f.source(),
                                f.network()))
                        .orElse("")
                + ".";
    }

    Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("samples", samples);
        if (Double.isFinite(psnr)) {
            map.put("psnr", psnr);
        } else {
            map.put("equal", true);
        }
        if (Double.isFinite(projectionPsnr)) {
            map.put("projectionPsnr", projectionPsnr);
        }
        if (Double.isFinite(rawPsnr)) {
            map.put("rawPsnr", rawPsnr);
        }
        frechet.ifPresent(distances -> map.put("frechet", distances.facts()));
        return map.build();
    }
}
