package io.github.rewrite4j.samediff.generator.rfr;

import static io.github.rewrite4j.samediff.Differences.bits;
import static io.github.rewrite4j.samediff.Differences.largest;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.samediff.RuleWeights;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import io.github.rewrite4j.samediff.generator.internal.GraphDefinition;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** An inpainter of published size, with weights by rule, beside what its authors' code computes. */
class RfrGoldenTest {
    private static final String RULE = "rfr_weights_rule.json";

    private static INDArray part(INDArray all, int samples, int channels) {
        return all.get(
                        NDArrayIndex.interval(0, samples),
                        NDArrayIndex.interval(0, channels),
                        NDArrayIndex.all(),
                        NDArrayIndex.all())
                .dup('c');
    }

    private static Inputs inputs(FamilyFiles golden) throws IOException {
        return Inputs.of(Map.of(
                "picture", golden.get("image").mul(2).sub(1),
                "known", golden.get("mask")));
    }

    @Test
    void every_stage_of_the_published_network() throws IOException {
        try (FamilyFiles golden = FamilyFiles.golden("rfr_golden.safetensors");
                GraphGenerator generator = (GraphGenerator)
                        Rfr.of(new RuleWeights(RULE)).size(64, 64).inpainter()) {
            assertThat(generator.spec().parameters()).isEqualTo(31_224_065);
            Inputs inputs = inputs(golden);
            Map<String, INDArray> found = everything(generator, inputs);
            golden.check("mask.Pconv1", Named.in(found, "Pconv1.mask"));
            golden.check("mask.Pconv2", Named.in(found, "Pconv2.mask"));
            for (int i = 0; i < 6; i++) {
                for (String layer : List.of("Pconv21", "Pconv22")) {
                    INDArray expected = recurrence(golden.get("mask." + layer + "_per_recurrence"), i);
                    assertThat(largest(
                                    Named.in(found, layer + "." + i + ".mask").reshape(2, 32, 32), expected))
                            .isLessThan(1e-6);
                }
                INDArray scores = recurrence(golden.get("att.scores_per_recurrence"), i)
                        .reshape('c', 2, 64, 64)
                        .permute(0, 2, 1)
                        .dup('c');
                assertThat(largest(Named.in(found, "attention." + i + ".scores"), scores))
                        .as("scores " + i)
                        .isLessThan(1e-4);
                INDArray known = recurrence(golden.get("att.masks_prev_per_recurrence"), i);
                assertThat(largest(Named.in(found, "attention." + i + ".known").reshape(2, 8, 8), known))
                        .isZero();
            }
            golden.check("att.foreground_first_sample0", part(Named.in(found, "attention.0.read"), 1, 512));
            golden.check("att.foreground_last_c0to63", part(Named.in(found, "attention.5.read"), 2, 64));
            golden.check("att.attended_first_sample0_c0to63", part(Named.in(found, "attention.0.pasted"), 1, 64));
            golden.check("att.attended_last_c0to63", part(Named.in(found, "attention.5.pasted"), 2, 64));
            golden.check("att.out_first_c0to63", part(Named.in(found, "attention.0.out"), 2, 64));
            golden.check("att.out_last", Named.in(found, "attention.5.out"));
            golden.check("RFRModule.out_first_c0to7", part(Named.in(found, "RFRModule.0.out"), 2, 8));
            golden.check("RFRModule.out_last_c0to7", part(Named.in(found, "RFRModule.5.out"), 2, 8));
            golden.check("merge.sample0", part(Named.in(found, RfrGraph.MERGED), 1, 64));
            golden.check("tail2.out_sample0_c0to3", part(Named.in(found, "tail2.out"), 1, 4));
            golden.check("out", Named.in(found, RfrGraph.PAINTED));
            INDArray images = generator.generate(inputs);
            requireKnownPixelsKept(images, inputs);
            AssociativeMemory memory = generator.memory("Tconv+bn3");
            assertThat(memory.spec().valueShape().toString()).isEqualTo("64 x 64 x 64");
            assertThat(largest(memory.decode(memory.values(memory.keys(inputs))), images))
                    .isLessThan(1e-4);
        }
    }

    private static INDArray recurrence(INDArray all, int number) {
        INDArrayIndex[] places = new INDArrayIndex[all.rank()];
        Arrays.fill(places, NDArrayIndex.all());
        places[1] = NDArrayIndex.point(number);
        return all.get(places).dup('c');
    }

    /** In one run: each set of outputs has a plan of its own. */
    private static Map<String, INDArray> everything(GraphGenerator generator, Inputs inputs) {
        List<String> wanted = new ArrayList<>(List.of(
                "Pconv1.mask",
                "Pconv2.mask",
                "RFRModule.0.out",
                "RFRModule.5.out",
                RfrGraph.MERGED,
                "tail2.out",
                RfrGraph.PAINTED));
        for (int i = 0; i < 6; i++) {
            wanted.add("Pconv21." + i + ".mask");
            wanted.add("Pconv22." + i + ".mask");
            for (String part : List.of("read", "pasted", "scores", "known", "out")) {
                wanted.add("attention." + i + "." + part);
            }
        }
        GraphDefinition definition = generator.definition();
        Map<String, INDArray> feeds = new HashMap<>(definition.weights());
        feeds.putAll(inputs.arrays());
        return new Program(definition.graph()).run(feeds, wanted);
    }

    private static void requireKnownPixelsKept(INDArray images, Inputs inputs) {
        INDArray known = Nd4j.tile(inputs.get("known"), 1, 3, 1, 1);
        int[] drawn = bits(images);
        int[] given = bits(inputs.get("picture"));
        float[] mask = HostArrays.of(known);
        int kept = 0;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 1) {
                assertThat(drawn[i]).isEqualTo(given[i]);
                kept++;
            }
        }
        assertThat(kept).isBetween(1, mask.length - 1);
    }

    @Test
    void the_variant_for_smaller_holes() throws IOException {
        RuleWeights weights = new RuleWeights(RULE).replaced("smaller_hole_variant_differs_in");
        try (FamilyFiles golden = FamilyFiles.golden("rfr_golden.safetensors");
                GraphGenerator generator =
                        (GraphGenerator) Rfr.of(weights).size(64, 64).inpainter()) {
            Inputs inputs = inputs(golden).slice(0, 1);
            golden.check("smaller_hole.out_sample0", generator.compute(inputs, RfrGraph.PAINTED));
        }
    }
}
