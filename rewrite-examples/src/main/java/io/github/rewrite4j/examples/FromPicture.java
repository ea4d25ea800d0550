package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;

/** A rule from a drawing. Arguments: a picture with an alpha channel and the directory to write to. */
public final class FromPicture {
    private FromPicture() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        Path drawing = Path.of(args[0]);
        Path out = Path.of(args[1]);
        // README begin
        try (Generator avatars = BundledGenerator.load()) {
            Exemplar eyepatch = Exemplar.read(drawing); // its alpha channel says what the object is
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .rewrite(OutOfDomainRewrite.memoryOf(avatars), ExemplarEdit.of(eyepatch));
            try (Generator pirates = avatars.with(rewrite.patch())) {
                Images.writeGrid(pirates.generate(avatars.sample(64, 7)), out.resolve("pirates.png"));
            }
        }
        // README end
    }
}
