package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.graph.internal.GraphSurgery;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Between pictures of this library, [N, C, H, W] in [-1, 1], and those of a graph.
 *
 * @param pictures inputs that are pictures
 * @param range black and white of the graph
 * @param channelsLast whether the graph has [N, H, W, C]
 */
record PictureAdapter(Set<String> pictures, PixelRange range, boolean channelsLast) {
    PictureAdapter {
        pictures = Set.copyOf(pictures);
    }

    boolean isPicture(String input) {
        return pictures.contains(input);
    }

    INDArray toGraph(INDArray images) {
        INDArray scaled = images.mul(range.scale()).addi(range.middle());
        return channelsLast ? scaled.permute(0, 2, 3, 1).dup('c') : scaled;
    }

    INDArray fromGraph(INDArray images) {
        INDArray ordered = channelsLast ? images.permute(0, 3, 1, 2).dup('c') : images;
        return ordered.sub(range.middle()).divi(range.scale());
    }

    /**
     * Inserts the same into a graph.
     *
     * @param graph is changed
     * @param output the graph's own picture
     * @return name of the adapted picture
     */
    String adapt(SameDiff graph, String output) {
        GraphSurgery surgery = new GraphSurgery(graph);
        for (String input : pictures) {
            List<String> readers = surgery.readersOf(input);
            SDVariable placeholder = graph.getVariable(input);
            placeholder.setShape(-1, -1, -1, -1);
            SDVariable scaled = placeholder.mul(range.scale()).add(range.middle());
            SDVariable ordered = channelsLast ? graph.permute(scaled, 0, 2, 3, 1) : scaled;
            readers.forEach(reader -> surgery.rewire(reader, input, ordered.name()));
        }
        SDVariable drawn = graph.getVariable(output);
        SDVariable ordered = channelsLast ? graph.permute(drawn, 0, 3, 1, 2) : drawn;
        return ordered.sub(range.middle())
                .div(range.scale())
                .rename(surgery.freeName(output + "/picture"))
                .name();
    }
}
