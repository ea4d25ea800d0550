package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A translator that learns from pairs. */
final class PairedRun extends TranslatorRun {
    private static final float TRANSLATED = 10;
    private static final float AGAIN = 5;
    private static final float STYLE = 1;
    private static final float LENGTH = 0.01f;

    PairedRun(
            TranslatorRecipe recipe,
            TrainingPictures a,
            TrainingPictures b,
            Shards shards,
            Optional<TrainingSheets> sheets) {
        super(recipe, a, b, shards, sheets);
    }

    @Override
    double draw(Tape tape, Random random, int shard) {
        float[] first = new float[part() * a.length()];
        float[] second = new float[part() * b.length()];
        for (int i = 0; i < part(); i++) {
            int chosen = random.nextInt(a.count());
            a.copy(chosen, false, first, i * a.length());
            b.copy(chosen, false, second, i * b.length());
        }
        Node x = pictures(tape, first);
        Node y = pictures(tape, second);
        Function<Parameter, Node> use = tape::parameter;
        Node contentX = content(tape, "a", x, use);
        Node contentY = content(tape, "b", y, use);
        Node styleX = style(tape, "a", x, use);
        Node styleY = style(tape, "b", y, use);
        Node any = drawnStyles(tape, random);
        Node found = style(tape, "b", drawn(tape, "b", contentX, any, use), use);
        float share = 1f / SHARDS;
        Node loss = Arithmetic.weightedSum(
                new float[] {
                    share * TRANSLATED,
                    share * TRANSLATED,
                    share * AGAIN,
                    share * AGAIN,
                    share * STYLE,
                    share * LENGTH,
                    share * LENGTH
                },
                Losses.l1(drawn(tape, "b", contentX, styleY, use), y),
                Losses.l1(drawn(tape, "a", contentY, styleX, use), x),
                Losses.l1(drawn(tape, "a", contentX, styleX, use), x),
                Losses.l1(drawn(tape, "b", contentY, styleY, use), y),
                Losses.l1(found, any),
                Losses.squaresTo(styleX, 0),
                Losses.squaresTo(styleY, 0));
        tape.backward(loss);
        return loss.scalar();
    }
}
