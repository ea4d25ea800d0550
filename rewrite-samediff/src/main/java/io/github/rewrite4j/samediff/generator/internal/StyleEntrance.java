package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.samediff.generator.StyleLatents;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The latents w of a style-based network as inputs.
 *
 * @param latents variables [N, dimension] of the whole graph, one for each latent that an image can be made of
 * @param dimension numbers of a latent
 * @param common graph with the placeholder {@link StyleLatents#COMMON}
 * @param rows graph with the placeholder {@link StyleLatents#ROWS}
 */
public record StyleEntrance(List<String> latents, int dimension, Supplier<SameDiff> common, Supplier<SameDiff> rows) {
    public StyleEntrance {
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(common, "common");
        Objects.requireNonNull(rows, "rows");
        latents = List.copyOf(latents);
    }

    Map<String, Supplier<SameDiff>> graphs() {
        return Map.of(StyleLatents.COMMON, common, StyleLatents.ROWS, rows);
    }
}
