package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Match;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Shows what a search found: the images, how hot their cells are, and what lies above the threshold. */
public final class SearchRun {
    private static final double DIMMED = 0.25;

    private SearchRun() {}

    /**
     * A sheet with a column for each match.
     *
     * @param generator that draws what was searched
     * @param footer says what was searched for
     */
    public static ContactSheet sheet(Generator generator, Found found, String footer) {
        List<Match> top = found.top();
        List<Subject> subjects = top.stream().map(Match::subject).toList();
        try (Inputs inputs = Subject.inputs(subjects, generator.sampler())) {
            INDArray images = generator.generate(inputs);
            INDArray heat = Nd4j.stack(0, top.stream().map(Match::heat).toArray(INDArray[]::new));
            return ContactSheet.titled(top.size() + " of " + found.searched() + " images, hottest first")
                    .columns(subjects.stream().map(SearchRun::label).toArray(String[]::new))
                    .row("image", images)
                    .row("heat", HeatMap.rangeOf(heat).over(heat, images))
                    .row("above 99.9 %", lit(images, found))
                    .footer(footer)
                    .build();
        }
    }

    private static String label(Subject subject) {
        return subject instanceof Sample sample ? "#" + sample.index() : subject.toString();
    }

    /** The images, dark where cells are colder than the threshold. */
    private static INDArray lit(INDArray images, Found found) {
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        INDArray lit = images.dup('c');
        for (int n = 0; n < found.top().size(); n++) {
            Mask mask =
                    found.top().get(n).region(found.threshold(), height, width).onImage(height, width);
            INDArray kept = mask.toArray().mul(1 - DIMMED).addi(DIMMED);
            for (int c = 0; c < images.size(1); c++) {
                INDArray plane = lit.slice(n).slice(c);
                plane.assign(plane.add(1).mul(kept).sub(1));
            }
        }
        return lit;
    }
}
