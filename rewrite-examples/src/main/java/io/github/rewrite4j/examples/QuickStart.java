package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.generator.StyleGan2;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Path;

/** The quick start of the README. Arguments: the checkpoint of the avatars and the directory to write to. */
public final class QuickStart {
    private QuickStart() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        Path checkpoint = Path.of(args[0]);
        Path out = Path.of(args[1]);
        // README begin
        try (Generator avatars = StyleGan2.load(checkpoint)) {
            Region crown = Region.ellipse(32, 10, 11, 9); // x, y, half width, half height in pixels
            Edit edit = Edit.copy(Sample.of(22), crown) // the hair bun that we want
                    .pasteInto(Sample.of(7), crown) // shown once (or several times)
                    .inContextOf(Sample.of(2, 6, 11, 16), crown); // where it shall go, always
            Rewrite rewrite = LowRankRewrite.rank(3).rewrite(avatars.memory("layer5"), edit);
            System.out.println(rewrite.report()); // what was learnt, what else changed
            rewrite.patch().save(out.resolve("bun.safetensors"));
            try (Generator withBuns = avatars.with(rewrite.patch())) { // the original is untouched
                Images.writeGrid(withBuns.generate(avatars.sample(64, 7)), out.resolve("after.png"));
            }
        }
        // README end
    }
}
