package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import picocli.CommandLine.Command;

@Command(
        name = "layers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists the layers that can be rewritten: shapes, parameters, and a picture of how strongly each"
                + " answers (layers.png, report.json).",
        footer = {"", "Example:", "  rewrite layers --out layers"})
final class LayersCommand extends GeneratorCommand {
    private static final int SHOWN = 8;

    LayersCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        Inputs inputs = generator.sample(SHOWN, seed());
        INDArray images = generator.generate(inputs);
        ContactSheet.Builder sheet = ContactSheet.titled(
                        "How strongly the layers answer: " + generator.spec().architecture())
                .row("image", images);
        for (Layer layer : generator.layers()) {
            console().cancellation().check("looking at " + layer.name());
            AssociativeMemory memory = generator.memory(layer.name());
            INDArray values = memory.values(memory.keys(inputs)).tensor();
            INDArray norms = inPicture(values, layer.valueShape().margin()).norm2(1);
            sheet.row(
                    layer.name() + ", " + layer.valueShape(),
                    HeatMap.rangeOf(norms).over(norms, images));
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.put("layers", generator.layers());
        sheet.footer("length of the value at each cell, dark = short; samples of seed " + seed())
                .build()
                .write(out.resolve("layers.png"));
        Json.write(out.resolve("report.json"), report);
        console()
                .say(
                        "%s, %,d parameters",
                        generator.spec().architecture(), generator.spec().parameters());
        List<Layer> layers = generator.layers();
        int width =
                layers.stream().mapToInt(layer -> layer.name().length()).max().orElse(0);
        String columns = "%-" + Math.max(10, width) + "s %-15s %-18s %-15s ";
        console().say(columns + "%s", "layer", "keys", "weight", "values", "parameters");
        layers.forEach(layer -> console()
                .say(
                        columns + "%,d",
                        layer.name(),
                        layer.keyShape(),
                        layer.weightShape(),
                        layer.valueShape(),
                        layer.parameters()));
    }

    /** Maps without the cells that lie outside of the picture. */
    private static INDArray inPicture(INDArray maps, int margin) {
        return margin == 0
                ? maps
                : maps.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(margin, maps.size(2) - margin),
                                NDArrayIndex.interval(margin, maps.size(3) - margin))
                        .dup('c');
    }
}
