package com.example.toy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.testkit.AssociativeMemoryContract;
import io.github.rewrite4j.testkit.BackwardProjectorContract;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import io.github.rewrite4j.testkit.InputSamplerContract;
import io.github.rewrite4j.testkit.RewriteStrategyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** What somebody outside wrote passes every suite. */
class ToyTest {
    static ToyNetwork network() {
        double[][] mix = new double[5][4];
        double[][] colour = new double[3][5];
        Random random = new Random(3);
        for (double[] row : mix) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        for (double[] row : colour) {
            Arrays.setAll(row, i -> 0.3 * random.nextGaussian());
        }
        return new ToyNetwork(mix, colour);
    }

    @Nested
    class TheGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return new ToyGenerator(network());
        }
    }

    @Nested
    class ItsFirstLayer extends AssociativeMemoryContract {
        @Override
        protected Generator open() {
            return new ToyGenerator(network());
        }

        @Override
        protected String layer() {
            return "mix";
        }
    }

    @Nested
    class ItsLastLayer extends AssociativeMemoryContract {
        @Override
        protected Generator open() {
            return new ToyGenerator(network());
        }

        @Override
        protected String layer() {
            return "colour";
        }
    }

    @Nested
    class TheSampler extends InputSamplerContract {
        @Override
        protected InputSampler sampler() {
            return new ToySampler();
        }
    }

    @Nested
    class TheStrategy extends RewriteStrategyContract<Brighter.Wish> {
        @Override
        protected Generator open() {
            return new ToyGenerator(network());
        }

        @Override
        protected AssociativeMemory memory(Generator of) {
            return of.memory("mix");
        }

        @Override
        protected RewriteStrategy<Brighter.Wish> strategy() {
            return new Brighter();
        }

        @Override
        protected Brighter.Wish edit() {
            return new Brighter.Wish(1, 0.5);
        }
    }

    @Nested
    class TheProjector extends BackwardProjectorContract {
        @Override
        protected Generator open() {
            return new ToyGenerator(network());
        }

        @Override
        protected AssociativeMemory memory(Generator of) {
            return of.memory("colour");
        }

        @Override
        protected BackwardProjector projector() {
            return ToyProjector.of(new ToyGenerator(network()).memory("colour").spec());
        }
    }

    @Nested
    class TheFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new ToyFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return ToyFamily.write(into.resolve("a.toy"), 5);
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return Files.writeString(into.resolve("b.toy"), "toy generator 2\n");
        }
    }
}
