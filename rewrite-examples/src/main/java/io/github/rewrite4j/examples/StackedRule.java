package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A rule that can be learnt on any generator derived from the bundled one, and how that should look. */
sealed interface StackedRule {
    /** Pictures that a rule from the accessories sees, and the ones after them that it is measured by. */
    int SHOWN = 3;

    int GOALS = 10;

    /** One word. */
    String name();

    /** Learns the rule on top of whatever the generator does already. */
    Patch learntOn(Generator generator);

    /** Samples that the rule is measured on; it never saw them. */
    List<Sample> samples();

    /** The samples on that generator without and with a patch, and as the rule wants them. */
    Wanted wanted(Generator generator, Patch patch);

    /**
     * Samples without and with a patch, and how they should look.
     *
     * @param before images [N, 3, H, W]
     * @param after the same with the patch
     * @param goal the same as wanted
     * @param masks above 0 where the rule draws, [H, W] or [N, H, W]
     */
    record Wanted(INDArray before, INDArray after, INDArray goal, INDArray masks) {
        /**
         * 1 - |images - goal| / |before - goal|, where this rule draws and others do not; all clipped to [-1, 1].
         *
         * @param images of the same samples
         */
        double success(INDArray images, List<Wanted> others) {
            int plane = Math.toIntExact(goal.size(2) * goal.size(3));
            boolean[] covered = new boolean[plane];
            for (Wanted other : others) {
                float[] there = HostArrays.of(other.masks);
                for (int i = 0; i < there.length; i++) {
                    covered[i % plane] |= there[i] > 0;
                }
            }
            float[] unedited = HostArrays.of(before);
            float[] edited = HostArrays.of(images);
            float[] aim = HostArrays.of(goal);
            float[] mask = HostArrays.of(masks);
            double way = 0;
            double rest = 0;
            for (int i = 0; i < aim.length; i++) {
                int pixel = i / (3 * plane) * plane + i % plane;
                if (mask[pixel % mask.length] > 0 && !covered[i % plane]) {
                    way += Math.abs(clipped(unedited[i]) - clipped(aim[i]));
                    rest += Math.abs(clipped(edited[i]) - clipped(aim[i]));
                }
            }
            return 1 - rest / way;
        }

        private static float clipped(float value) {
            return Math.max(-1f, Math.min(1f, value));
        }
    }

    /**
     * A rule by its name: {@code moustache}, {@code bun}, an accessory, {@code bowtie}, {@code earrings}, or the file of a
     * picture with an alpha channel.
     *
     * @param seed of the batches that rules from pictures are learnt by
     * @param samples to measure on; the bun has its own, bald heads
     */
    static StackedRule named(String name, long seed, List<Sample> samples) throws IOException {
        return switch (name) {
            case "moustache" -> new Copied(AvatarEdits.moustache(), samples);
            case "bun" -> new Copied(AvatarEdits.bun(), AvatarEdits.baldHeads());
            case "bowtie" -> drawn(name, bowTie(), seed, samples);
            case "earrings" -> drawn(name, earrings(), seed, samples);
            default -> fromPictures(name, seed, samples);
        };
    }

    private static StackedRule fromPictures(String name, long seed, List<Sample> samples) throws IOException {
        if (name.endsWith(".png")) {
            Path file = Path.of(name);
            String word = String.valueOf(file.getFileName()).replaceFirst("\\.png$", "");
            return drawn(word, Exemplar.read(file), seed, samples);
        }
        List<Exemplar> pictures = Accessories.bundled().named(name);
        return new Pasted(name, pictures.subList(0, SHOWN), pictures.subList(SHOWN, SHOWN + GOALS), seed, samples);
    }

    private static Pasted drawn(String name, Exemplar exemplar, long seed, List<Sample> samples) {
        return new Pasted(name, List.of(exemplar), List.of(exemplar), seed, samples);
    }

    private static Exemplar bowTie() {
        Region left = Region.polygon(32, 55.5, 23, 50.5, 23, 60.5);
        Region right = Region.polygon(32, 55.5, 41, 50.5, 41, 60.5);
        return inColour(left.union(right), 0.75f, -0.75f, -0.55f);
    }

    private static Exemplar earrings() {
        return inColour(
                Region.ellipse(10.5, 39.5, 2.6, 3.6).union(Region.ellipse(53.5, 39.5, 2.6, 3.6)), 0.95f, 0.65f, -0.6f);
    }

    private static Exemplar inColour(Region region, float red, float green, float blue) {
        Mask alpha = region.onImage(64, 64);
        INDArray picture = Nd4j.create(3, 64, 64);
        float[] colour = {red, green, blue};
        for (int c = 0; c < colour.length; c++) {
            picture.tensorAlongDimension(c, 1, 2).assign(colour[c]);
        }
        return Exemplar.cutOut(picture, alpha);
    }

    /** A rule that copies what the generator draws itself. */
    record Copied(NamedEdit edit, List<Sample> samples) implements StackedRule {
        public Copied {
            samples = List.copyOf(samples);
        }

        @Override
        public String name() {
            return edit.name();
        }

        @Override
        public Patch learntOn(Generator generator) {
            return PlannedRewrite.of(edit.plan().evaluatedOn(0))
                    .rewrite(memory(generator), edit.plan().edit())
                    .patch();
        }

        @Override
        public Wanted wanted(Generator generator, Patch patch) {
            EditPreview preview =
                    EditPreview.of(memory(generator), patch, edit.plan().edit(), samples);
            return new Wanted(preview.before(), preview.after(), preview.goal(), preview.mask());
        }

        private AssociativeMemory memory(Generator generator) {
            return generator.memory(edit.plan().layer());
        }
    }

    /** A rule from pictures; others, where there are some, say how it should look. */
    record Pasted(String name, List<Exemplar> shown, List<Exemplar> goals, long seed, List<Sample> samples)
            implements StackedRule {
        public Pasted {
            shown = List.copyOf(shown);
            goals = List.copyOf(goals);
            samples = List.copyOf(samples);
        }

        @Override
        public Patch learntOn(Generator generator) {
            return OutOfDomainRewrite.inImages()
                    .seed(seed)
                    .evaluatedOn(List.of(), 0, PlannedRewrite.FRESH_SEED)
                    .rewrite(OutOfDomainRewrite.memoryOf(generator), ExemplarEdit.of(shown))
                    .patch();
        }

        @Override
        public Wanted wanted(Generator generator, Patch patch) {
            ExemplarPreview preview = ExemplarPreview.of(OutOfDomainRewrite.memoryOf(generator), patch, goals, samples);
            return new Wanted(preview.before(), preview.after(), preview.goal(), preview.masks());
        }
    }
}
