package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.perception.GradientPenalty;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A translator that learns from two sets of pictures, with a discriminator for each. */
final class CycledRun extends TranslatorRun {
    private static final float AGAIN = 10;
    private static final float CODES = 1;
    private static final float FOOLED = 1;
    private static final double PENALTY = 1;
    private static final int LAZY = 8;

    private final StridedDiscriminator judgeA;
    private final StridedDiscriminator judgeB;
    private final Adam judgesA = new Adam(0, 0.99);
    private final Adam judgesB = new Adam(0, 0.99);

    CycledRun(
            TranslatorRecipe recipe,
            TrainingPictures a,
            TrainingPictures b,
            Shards shards,
            Optional<TrainingSheets> sheets) {
        super(recipe, a, b, shards, sheets);
        Random random = new Random(recipe.seed() + 1);
        this.judgeA = StridedDiscriminator.initial(recipe.judge(), random);
        this.judgeB = StridedDiscriminator.initial(recipe.judge(), random);
        if (judgeA.pictures().height() != recipe.size()) {
            throw new IllegalArgumentException("The discriminators of the recipe take pictures of "
                    + judgeA.pictures().height() + " pixels, but the pictures have " + recipe.size()
                    + ": give one width more than halvings down to 4.");
        }
        judgesA.add(judgeA.parameters(), recipe.rate());
        judgesB.add(judgeB.parameters(), recipe.rate());
    }

    @Override
    double judge(long step) {
        double ofA = shards.run((tape, shard) -> judged(tape, judgeA, a, b, "b", "a", random(step, shard, 0), step));
        judgesA.step(recipe.factor(step));
        double ofB = shards.run((tape, shard) -> judged(tape, judgeB, b, a, "a", "b", random(step, shard, 2), step));
        judgesB.step(recipe.factor(step));
        return ofA + ofB;
    }

    private double judged(
            Tape tape,
            StridedDiscriminator judge,
            TrainingPictures known,
            TrainingPictures others,
            String from,
            String to,
            Random random,
            long step) {
        float[] real = known.draw(part(), false, random);
        int[] shape = {part(), 3, recipe.size(), recipe.size()};
        Node penalty = step % LAZY == 0
                ? new GradientPenalty(judge, PENALTY * LAZY)
                        .of(tape, real, shape, part(), 1.0 / SHARDS)
                        .loss()
                : null;
        Function<Parameter, Node> frozen = tape::frozen;
        Node content = content(tape, from, pictures(tape, others.draw(part(), false, random)), frozen);
        Node fake = drawn(tape, to, content, drawnStyles(tape, random), frozen);
        Node loss = Arithmetic.weightedSum(
                new float[] {1f / SHARDS, 1f / SHARDS},
                Losses.softplus(judge.logits(tape, fake, part()), 1),
                Losses.softplus(judge.logits(tape, pictures(tape, real), part()), -1));
        double value = loss.scalar();
        tape.backward(penalty == null ? loss : Arithmetic.add(loss, penalty));
        return value;
    }

    @Override
    double draw(Tape tape, Random random, int shard) {
        Node x = pictures(tape, a.draw(part(), false, random));
        Node y = pictures(tape, b.draw(part(), false, random));
        Node first = there(tape, "a", "b", x, judgeB, random);
        Node second = there(tape, "b", "a", y, judgeA, random);
        Node loss = Arithmetic.weightedSum(new float[] {1f / SHARDS, 1f / SHARDS}, first, second);
        tape.backward(loss);
        return loss.scalar();
    }

    /** A picture again from itself, to the other domain, and back. */
    private Node there(Tape tape, String from, String to, Node x, StridedDiscriminator judge, Random random) {
        Function<Parameter, Node> use = tape::parameter;
        Node content = content(tape, from, x, use);
        Node own = style(tape, from, x, use);
        Node other = drawnStyles(tape, random);
        Node translated = drawn(tape, to, content, other, use);
        Node contentAgain = content(tape, to, translated, use);
        return Arithmetic.weightedSum(
                new float[] {AGAIN, AGAIN, CODES, CODES, FOOLED},
                Losses.l1(drawn(tape, from, content, own, use), x),
                Losses.l1(drawn(tape, from, contentAgain, own, use), x),
                Losses.l1(contentAgain, tape.detach(content)),
                Losses.l1(style(tape, to, translated, use), other),
                Losses.softplus(judge.frozenLogits(tape, translated, part()), -1));
    }

    @Override
    public Map<String, Parameter> arrays() {
        Map<String, Parameter> all = super.arrays();
        all.putAll(TrainingLoop.under("judge-a/", judgeA.parameters()));
        all.putAll(TrainingLoop.under("judge-b/", judgeB.parameters()));
        judgesA.state().forEach((name, p) -> all.put("judge-a-moments/" + name, p));
        judgesB.state().forEach((name, p) -> all.put("judge-b-moments/" + name, p));
        return all;
    }

    @Override
    public void resumeAt(long step) {
        super.resumeAt(step);
        judgesA.resumeAt(step);
        judgesB.resumeAt(step);
    }
}
