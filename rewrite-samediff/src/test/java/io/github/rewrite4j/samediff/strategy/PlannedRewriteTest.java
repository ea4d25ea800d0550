package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannedRewriteTest {
    private static final Region REGION = Region.rectangle(2, 3, 2, 1);
    private static final EditPlan PLAN = EditPlan.of(
                    Edit.copy(Sample.of(1), REGION).pasteInto(Sample.of(2), REGION), "gained", 1)
            .evaluatedOn(0);

    private static String named(Method method) {
        return PlannedRewrite.of(PLAN.by(method)).name();
    }

    @Test
    void everyMethodIsItsStrategy() {
        assertThat(List.of(Method.Solver.values()))
                .extracting(solver -> named(new Method.LowRank(2, solver, Method.Directions.ZCA, 0.2)))
                .containsExactly("low-rank/levenberg-marquardt", "low-rank/adam", "low-rank/projected-gradient");
        assertThat(List.of(Method.Form.values()))
                .extracting(form -> named(new Method.ClosedForm(form, Method.KeyKind.PATCHES, 1)))
                .containsExactly(
                        "closed-form/patches/ExactUpdate",
                        "closed-form/patches/RidgeUpdate",
                        "closed-form/patches/RomeUpdate",
                        "closed-form/patches/MemitUpdate");
        assertThat(named(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1)))
                .startsWith("closed-form/channels");
        assertThat(named(new Method.UnitAblation(0.1))).isEqualTo("unit-ablation");
        assertThat(named(Method.InImages.standard())).isEqualTo("in-images");
        assertThat(named(Method.Joint.of(Method.Target.IMAGES))).isEqualTo("joint-objective/images");
    }

    @Test
    void settingsReachTheStrategy() {
        try (Generator toy = SameDiffGenerator.of(ToyGraph.generator())
                .input("z", 6)
                .output("image")
                .build()) {
            EditPlan plan = PLAN.by(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1e-3));
            Rewrite near = PlannedRewrite.of(plan).rewrite(toy.memory("gained"), plan.edit());
            EditPlan stiff = PLAN.by(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1e3));
            Rewrite far = PlannedRewrite.of(stiff).rewrite(toy.memory("gained"), plan.edit());
            assertThat(near.report().change().relativeNorm())
                    .isGreaterThan(3 * far.report().change().relativeNorm());
        }
    }

    @Test
    void plansOfEveryStrategyAreCarriedOutFromFiles(@TempDir Path folder) throws IOException {
        BufferedImage patch = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                patch.setRGB(20 + i, 26 + j, 0xFF102030);
            }
        }
        Files.write(folder.resolve("patch.png"), Pixels.of(patch).toPng());
        Map<String, String> plans = Map.of(
                "out-of-domain",
                "'layer': 'layer7', 'exemplars': [{'image': 'patch.png'}], 'context': [{'samples': '0-7'}], 'steps': 2,"
                        + " 'fresh': 2, 'width': 12, 'centre': [30, 30]",
                "transplant",
                "'layer': 'layer5', 'pairs': [{'shown': {'sample': 1}, 'wanted': {'sample': 2}, 'region':"
                        + " 'ellipse(32, 30, 9, 9)'}], 'by': {'strategy': 'closed-form'}",
                "erase",
                "'layer': 'layer5', 'example': {'sample': 22, 'region': 'ellipse(32, 10, 11, 9)'}, 'times': 1");
        try (Generator avatars = Avatars.load()) {
            for (Map.Entry<String, String> plan : plans.entrySet()) {
                Path file = folder.resolve(plan.getKey() + ".json");
                Files.writeString(
                        file, ("{'strategy': '" + plan.getKey() + "', " + plan.getValue() + "}").replace('\'', '"'));
                Plan read = EditFile.plan(file);
                List<Double> shares = new ArrayList<>();
                Rewrite rewrite = PlannedRewrite.rewrite(
                        avatars, read, PlannedRewrite.FRESH_SEED, progress -> shares.add(progress.share()));
                assertThat(rewrite.report().strategy()).startsWith(plan.getKey());
                assertThat(rewrite.report().change().relativeNorm()).isPositive();
                assertThat(rewrite.report().layer()).isEqualTo(read.layer());
                assertThat(shares).isSorted().endsWith(1.0);
            }
        }
    }
}
