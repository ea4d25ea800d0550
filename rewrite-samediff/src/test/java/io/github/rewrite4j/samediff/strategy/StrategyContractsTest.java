package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import io.github.rewrite4j.testkit.RewriteStrategyContract;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.factory.Nd4j;

/** Every strategy keeps the contract of strategies. */
class StrategyContractsTest {
    private static final Region CENTRE = Region.rectangle(2, 2, 4, 4);
    private static final Edit PASTE = Edit.copy(Sample.of(3), CENTRE).pasteInto(Sample.of(5), CENTRE);
    private static final LowRankRewrite LOW_RANK =
            LowRankRewrite.rank(1).statistics(32, 1).evaluatedOn(0, 2);

    /** A strategy on a layer of a small graph. */
    abstract static class OnAGraph<E> extends RewriteStrategyContract<E> {
        private final RewriteStrategy<E> strategy;
        private final E edit;

        OnAGraph(RewriteStrategy<E> strategy, E edit) {
            this.strategy = strategy;
            this.edit = edit;
        }

        @Override
        protected Generator open() {
            return SameDiffGenerator.of(ToyGraph.generator())
                    .input("z", 6)
                    .output("image")
                    .pixels(PixelRange.UNIT)
                    .build();
        }

        @Override
        protected AssociativeMemory memory(Generator of) {
            return of.memory("gained");
        }

        @Override
        protected RewriteStrategy<E> strategy() {
            return strategy;
        }

        @Override
        protected E edit() {
            return edit;
        }
    }

    @Nested
    class LowRank extends OnAGraph<Edit> {
        LowRank() {
            super(LOW_RANK, PASTE);
        }
    }

    @Nested
    class ClosedFormOnPatches extends OnAGraph<Edit> {
        ClosedFormOnPatches() {
            super(ClosedFormRewrite.onPatches(RidgeUpdate.of(0.1)).statistics(32, 1), PASTE);
        }
    }

    @Nested
    class ClosedFormOnChannels extends OnAGraph<Edit> {
        ClosedFormOnChannels() {
            super(ClosedFormRewrite.onChannels(RidgeUpdate.of(0.1)).statistics(32, 1), PASTE);
        }
    }

    @Nested
    class Ablation extends OnAGraph<Edit> {
        Ablation() {
            super(UnitAblation.ofShare(0.5).evaluatedOn(0, 2), PASTE);
        }
    }

    @Nested
    class InImages extends OnAGraph<Edit> {
        InImages() {
            super(InImagesRewrite.standard().shownOn(6).steps(4).rank(2).evaluatedOn(0, 2), PASTE);
        }
    }

    @Nested
    class Joint extends OnAGraph<Edit> {
        Joint() {
            super(JointObjectiveRewrite.inFeatures().steps(4).evaluatedOn(0, 2), PASTE);
        }
    }

    @Nested
    class Transplanted extends OnAGraph<TransplantEdit> {
        Transplanted() {
            super(Transplant.by(LOW_RANK), TransplantEdit.of(Sample.of(3), Sample.of(5), CENTRE));
        }
    }

    @Nested
    class Erased extends OnAGraph<Erasure> {
        Erased() {
            super(
                    RankOneErase.ofShare(0.5).insertedBy(LOW_RANK),
                    Erasure.of(new Selection(Sample.of(4), CENTRE)).seenAt(new Selection(Sample.of(4), CENTRE)));
        }
    }

    private static ExemplarEdit shown(int size) {
        float[][] mask = new float[size][size];
        for (int y = size / 4; y < size / 2; y++) {
            for (int x = size / 4; x < size / 2; x++) {
                mask[y][x] = 1;
            }
        }
        return ExemplarEdit.of(Exemplar.cutOut(Nd4j.ones(3, size, size).muli(0.9), Mask.of(mask)))
                .shownOn(Sample.range(1, 0, 4));
    }

    @Nested
    class OutOfDomain extends OnAGraph<ExemplarEdit> {
        OutOfDomain() {
            super(OutOfDomainRewrite.inImages().steps(2), shown(8));
        }
    }

    @Nested
    class FineTuned extends RewriteStrategyContract<ExemplarEdit> {
        @Override
        protected Generator open() {
            return Avatars.load();
        }

        @Override
        protected AssociativeMemory memory(Generator of) {
            return of.memory("layer5", "layer6");
        }

        @Override
        protected RewriteStrategy<ExemplarEdit> strategy() {
            return new AdversarialFineTuning(Avatars.discriminator(), 1, 1);
        }

        @Override
        protected ExemplarEdit edit() {
            return shown(64);
        }
    }
}
