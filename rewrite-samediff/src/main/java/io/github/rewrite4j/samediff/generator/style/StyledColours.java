package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.enlarged;

import io.github.rewrite4j.samediff.engine.kernel.ChannelPitch;
import io.github.rewrite4j.samediff.engine.kernel.ColourPlanes;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionGeometry;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernel;
import io.github.rewrite4j.samediff.engine.kernel.Fusion;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.generator.style.StyledPlan.Place;
import io.github.rewrite4j.samediff.generator.style.StyledPlan.Run;
import org.jspecify.annotations.Nullable;

/** The part of a {@link StyledPlan} that turns maps into pictures and adds these up, plane by plane on the heap. */
final class StyledColours {
    static final int COLOURS = 3;

    private final StyledPlan plan;
    private final StyledConstants constants;
    private final StyledDemand demand;
    private final float[] @Nullable [] images;
    private final float[] @Nullable [] large;

    /** @param layers how many there are */
    StyledColours(StyledPlan plan, StyledConstants constants, StyledDemand demand, int layers) {
        this.plan = plan;
        this.constants = constants;
        this.demand = demand;
        this.images = new float[layers][];
        this.large = new float[layers][];
    }

    /** The image so far, where a layer has one. */
    void image(int k, StyledLayer layer, @Nullable Place atValue) {
        ToRgb toRgb = layer.toRgb().orElseThrow();
        String name = demand.imageName(k);
        int grid = layer.valueGrid();
        if (plan.isFed(name)) {
            plan.then(run -> images[k] = planes(run, name, grid));
        } else if (atValue != null) {
            convert(k, toRgb, atValue);
            if (demand.adds(k)) {
                plan.then(run -> ColourPlanes.add(present(images[k]), present(large[k])));
            }
        }
        plan.exportPlanes(name, grid, () -> present(images[k]));
    }

    private static float[] present(float @Nullable [] planes) {
        if (planes == null) {
            throw new IllegalStateException("An image is read before it is computed.");
        }
        return planes;
    }

    private float[] planes(Run run, String name, int grid) {
        float[] dense = run.maps().sample(name, run.sample(), COLOURS * grid * grid);
        float[] planes = new float[dense.length];
        for (int p = 0; p < grid * grid; p++) {
            for (int c = 0; c < COLOURS; c++) {
                planes[c * grid * grid + p] = dense[p * COLOURS + c];
            }
        }
        return planes;
    }

    private void convert(int k, ToRgb toRgb, Place from) {
        int width = ChannelPitch.of(COLOURS, 4);
        ConvolutionGeometry geometry = ConvolutionGeometry.same(from.pitch(), from.h(), from.w(), width, 1);
        ConvolutionKernel kernel = new ConvolutionKernel(plan.scope(), geometry, Fusion.NONE, 1);
        Place to = plan.place(COLOURS, from.h(), from.w(), width);
        kernel.on(from.numbers(), 0, to.numbers(), 0);
        float[] weight = constants.array(StyledParameters.weight(toRgb));
        float[] bias = constants.array(StyledParameters.bias(toRgb.name()));
        float[] padded = new float[geometry.weightLength()];
        if (toRgb.modulation().isEmpty()) {
            fill(padded, weight, from, null);
            kernel.layOutHere(padded);
        }
        plan.then(run -> {
            if (toRgb.modulation().isPresent()) {
                fill(padded, weight, from, run.factors().styles(toRgb.name()));
                kernel.layOutHere(padded);
            }
            kernel.run();
            float[] planes = ColourPlanes.of(to.numbers(), width, to.positions(), bias);
            if (!Double.isInfinite(toRgb.clamp())) {
                ColourPlanes.clamp(planes, (float) toRgb.clamp());
            }
            images[k] = planes;
        });
        plan.free(to);
    }

    private static void fill(float[] padded, float[] weight, Place from, float @Nullable [] styles) {
        int channels = from.channels();
        for (int o = 0; o < COLOURS; o++) {
            for (int i = 0; i < channels; i++) {
                float w = weight[o * channels + i];
                padded[o * from.pitch() + i] = styles == null ? w : w * styles[i];
            }
        }
    }

    /** The image before a layer's at twice its size. */
    void enlarge(int k, ToRgb toRgb, int grid) {
        String name = enlarged(toRgb.name());
        int before = demand.imageBefore(k);
        float[] filter = constants.array(name);
        plan.then(run -> large[k] = plan.isFed(name)
                ? planes(run, name, grid)
                : ColourPlanes.enlarged(present(images[before]), COLOURS, grid / 2, grid / 2, filter));
        plan.exportPlanes(name, grid, () -> present(large[k]));
    }
}
