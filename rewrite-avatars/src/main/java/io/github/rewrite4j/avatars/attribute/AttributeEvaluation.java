package io.github.rewrite4j.avatars.attribute;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/** Measures a network on labelled pictures as they are. */
final class AttributeEvaluation {
    private AttributeEvaluation() {}

    static AttributeScores of(AttributeNetwork network, LabelledImages images, int from, int to) {
        int size = images.size();
        float[] picture = new float[3 * size * size];
        float[] all = new float[(to - from) * picture.length];
        for (int i = from; i < to; i++) {
            images.copyImage(i, picture);
            System.arraycopy(picture, 0, all, (i - from) * picture.length, picture.length);
        }
        List<ImageAttributes> seen = network.attributes(Nd4j.create(all, new long[] {to - from, 3, size, size}, 'c'));
        Map<String, Double> accuracy = new LinkedHashMap<>();
        for (int h = 0; h < images.heads().size(); h++) {
            accuracy.put(images.heads().get(h).name(), accuracy(images, h, from, seen));
        }
        Map<String, Double> errors = new LinkedHashMap<>();
        for (int c = 0; c < images.colours().size(); c++) {
            errors.put(images.colours().get(c), colourError(images, c, from, seen));
        }
        return new AttributeScores(to - from, accuracy, errors);
    }

    private static double accuracy(LabelledImages images, int head, int from, List<ImageAttributes> seen) {
        AttributeHead question = images.heads().get(head);
        int known = 0;
        int right = 0;
        for (int i = 0; i < seen.size(); i++) {
            int label = images.label(from + i, head);
            ImageAttributes.Guess guess = seen.get(i).guesses().get(question.name());
            if (label >= 0 && guess != null) {
                known++;
                right += guess.value().equals(question.classes().get(label)) ? 1 : 0;
            }
        }
        return known == 0 ? 0 : (double) right / known;
    }

    private static double colourError(LabelledImages images, int colour, int from, List<ImageAttributes> seen) {
        float[] truth = new float[3];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < seen.size(); i++) {
            ImageAttributes.Colour guess =
                    seen.get(i).colours().get(images.colours().get(colour));
            if (images.copyColour(from + i, colour, truth) && guess != null) {
                sum += Math.abs(guess.red() - truth[0])
                        + Math.abs(guess.green() - truth[1])
                        + Math.abs(guess.blue() - truth[2]);
                count += 3;
            }
        }
        return count == 0 ? 0 : 127.5 * sum / count;
    }
}
