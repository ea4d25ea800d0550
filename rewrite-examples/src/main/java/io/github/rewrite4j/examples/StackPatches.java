package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;

/** Two patches on one generator: alone, together, and one of them from less than nothing to more than was made. */
public final class StackPatches {
    private static final int SHOWN = 8;
    private static final double[] LADDER = {-0.5, 0, 0.5, 1, 1.5};

    private StackPatches() {}

    /** Writes {@code stack.png} into {@code target/rewrite} or the directory given as argument. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        try (Generator avatars = BundledGenerator.load()) {
            Patch bun = patch(avatars, AvatarEdits.bun());
            Patch moustache = patch(avatars, AvatarEdits.moustache());
            Inputs inputs = avatars.sample(SHOWN, PlannedRewrite.FRESH_SEED);
            ContactSheet.Builder sheet = ContactSheet.titled("Patches add").row("no patch", avatars.generate(inputs));
            for (double strength : LADDER) {
                sheet.row(
                        "bun x " + strength,
                        PatchStack.on(avatars).and(bun, strength).generate(inputs));
            }
            sheet.row("moustache", PatchStack.on(avatars).and(moustache, 1).generate(inputs));
            sheet.row(
                    "bun and moustache",
                    PatchStack.on(avatars).and(bun, 1).and(moustache, 1).generate(inputs));
            Path picture = directory.resolve("stack.png");
            sheet.build().write(picture);
            System.out.println("Strengths and sums of patches: " + picture.toAbsolutePath());
        }
    }

    private static Patch patch(Generator avatars, NamedEdit edit) {
        return PlannedRewrite.of(edit.plan().evaluatedOn(0))
                .rewrite(avatars.memory(edit.plan().layer()), edit.plan().edit())
                .patch();
    }
}
