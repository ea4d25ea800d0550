package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Regions of samples as options spell them: {@code 7:ellipse(32, 10, 11, 9)}. */
final class Marks {
    static final String LABEL = "SAMPLE:REGION";

    private Marks() {}

    /**
     * Reads them; samples are of seed 1, as in edits.
     *
     * @param option that they stand behind, for messages
     * @throws WrongUsageException when one is written differently
     */
    static List<Selection> read(String option, List<String> marks) throws IOException {
        List<Selection> selections = new ArrayList<>();
        for (String mark : marks) {
            selections.add(read(option, mark));
        }
        return selections;
    }

    private static Selection read(String option, String mark) throws IOException {
        int colon = mark.indexOf(':');
        String number = mark.substring(0, Math.max(0, colon)).strip();
        if (!number.matches("[0-9]{1,9}")) {
            throw new WrongUsageException(option + " is '" + mark
                    + "': give the number of a sample and a region, such as \"7:ellipse(32, 10, 11, 9)\".");
        }
        try {
            return new Selection(
                    Sample.of(Integer.parseInt(number)), Region.parse(mark.substring(colon + 1), Path.of("")));
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsageException(option + " is '" + mark + "': " + wrong.getMessage());
        }
    }
}
