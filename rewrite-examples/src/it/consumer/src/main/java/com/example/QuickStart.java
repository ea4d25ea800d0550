package com.example;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
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
            Region lip = Region.ellipse(32, 37, 9, 2.5); // x, y, half width, half height in pixels
            Edit edit = Edit.copy(Sample.of(204), lip) // the moustache that we want
                    .pasteInto(Sample.range(1, 1000, 1032), lip); // shown on 32 faces; one may do for other rules
            Rewrite rewrite = LowRankRewrite.rank(16).gamma(0.7).rewrite(avatars.memory("layer5"), edit);
            System.out.println(rewrite.report()); // what was learnt, what else changed
            rewrite.patch().save(out.resolve("moustache.safetensors"));
            try (Generator rewritten = avatars.with(rewrite.patch())) { // the original is untouched
                Images.writeGrid(rewritten.generate(avatars.sample(64, 7)), out.resolve("after.png"));
            }
        }
        // README end
    }
}
