package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.metric.ImageMetric;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.projector.PictureLoss;
import io.github.rewrite4j.samediff.projector.Reconstruction;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "project",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Projects a picture into a layer of the generator and draws it again: reconstruction.png,"
                + " compare.png, report.json. How much is lost bounds what an edit can learn from the picture.",
        footer = {
            "",
            "The picture is a PNG or JPEG of any size and mode; transparent pixels count as white, a camera's"
                    + " orientation",
            "mark is applied.",
            "",
            "Example:",
            "  rewrite project --image sunglasses.png --out projected"
        })
final class ProjectCommand extends GeneratorCommand {
    private static final String BUNDLED = "bundled";
    private static final int ORDINARY_SAMPLES = 64;
    private static final double DIFFERENCE_GAIN = 2;

    @Option(names = "--image", paramLabel = "I.png", required = true, description = "The picture.")
    private Path image = Path.of("");

    @Option(
            names = "--projector",
            paramLabel = "FILE|bundled",
            defaultValue = BUNDLED,
            description = "What train-projector wrote, or the bundled one for layer6 of the avatars (default).")
    private String projector = BUNDLED;

    ProjectCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        TrainedProjector trained =
                projector.equals(BUNDLED) ? BundledProjector.load() : TrainedProjector.load(Path.of(projector));
        AssociativeMemory memory = generator.memory(trained.spec().layer());
        Reconstruction reconstruction = Reconstruction.through(trained, memory);
        INDArray picture = UserPicture.read(image, generator.spec(), console()::note);
        Reconstruction.Redrawn redrawn = reconstruction.redraw(picture);
        INDArray again = redrawn.images();
        double error = ImageMetric.dissimilarity().perImage(again, picture)[0];
        PictureLoss loss = redrawn.losses(picture).get(0);
        console().cancellation().check("projecting");
        double ordinary = reconstruction.ordinaryError(ORDINARY_SAMPLES, seed());
        boolean unlike = error > ordinary;

        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("layer", trained.spec().layer());
        report.put("image", image.toString());
        report.put("projectionError", error);
        report.put("psnr", Psnr.forRange(ImageRange.SYMMETRIC).mean(again, picture));
        report.put("ssim", 1 - error);
        report.put("projectionErrorIs", "1 - SSIM of the picture and what is drawn of it");
        String style = redrawn.styles()
                .get(0)
                .map(sample -> "sample " + sample.index() + " of seed " + sample.seed())
                .orElse("the mean input");
        report.put("style", style);
        report.put("styleIs", "whose styles the picture is drawn again with: those that come nearest to it");
        report.put("structureLost", loss.structure());
        report.put("structureLostIs", "1 - SSIM after gain and offset of each channel are fitted: lost to every edit");
        report.put("colourOfTheStyle", loss.colour());
        report.put(
                "colourOfTheStyleIs",
                "mean absolute difference, of 2, that this fit takes away: an edit keeps each sample's own style");
        report.put(
                "meanAbsoluteDifference",
                Difference.absolute(picture, again, 1).meanNumber().doubleValue() + 1);
        report.put("warnAbove", ordinary);
        report.put(
                "warnAboveIs",
                "error that one in twenty of " + ORDINARY_SAMPLES + " samples of seed " + seed() + " exceeds");
        report.put("unlikeTheGenerator", unlike);
        report.put("projector", trained.spec().recipe());
        console().cancellation().check("projecting");
        Images.write(again, out.resolve("reconstruction.png"));
        ContactSheet.titled("")
                .row("picture", picture)
                .row("drawn again", again)
                .row("difference x" + (int) DIFFERENCE_GAIN, Difference.absolute(picture, again, DIFFERENCE_GAIN))
                .scale(4)
                .build()
                .write(out.resolve("compare.png"));
        report.build().write(out.resolve("report.json"));
        console().say("projection error %.4f: %s", error, out.resolve("compare.png"));
        console()
                .say(
                        "structure lost %.4f (1 - SSIM once colours are fitted), colour of the style off by %.4f of 2;"
                                + " drawn in the style of %s",
                        loss.structure(), loss.colour(), style);
        if (unlike) {
            console()
                    .say(
                            "warning: the generator draws this picture less well than nineteen of twenty of its own"
                                    + " samples (error %.4f); what is missing here will be missing after an edit too",
                            ordinary);
        }
    }
}
