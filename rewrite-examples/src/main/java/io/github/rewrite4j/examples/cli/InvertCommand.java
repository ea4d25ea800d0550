package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.examples.PatchStack;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
import io.github.rewrite4j.samediff.inversion.Pivot;
import io.github.rewrite4j.samediff.inversion.PivotalTuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "invert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Finds the latents that draw pictures, and a patch that makes the generator draw them exactly:"
                + " NAME.safetensors for each picture, pivot.safetensors, compare.png, report.json.",
        footer = {
            "",
            "A picture is a PNG or JPEG of any size and mode. Of style-based generators only, whose layers read a latent.",
            "NAME.safetensors holds inputs of the generator: an edit names them as \"inputs\" where it would name a sample.",
            "With pivot.safetensors in force the generator draws the pictures themselves; rules come on top of it.",
            "",
            "Examples:",
            "  rewrite invert --image me.png --pivot 4 --out me",
            "  rewrite invert --image me.png --per-layer --pivot 0 --patch moustache/patch.safetensors --out me"
        })
final class InvertCommand extends GeneratorCommand {
    private static final double DIFFERENCE_GAIN = 2;

    @Option(
            names = "--image",
            paramLabel = "I.png",
            required = true,
            description = "A picture; may be repeated, and all of them share one pivotal patch.")
    private List<Path> images = new ArrayList<>();

    @Option(
            names = "--per-layer",
            description =
                    "A latent of its own for each layer: nearer to the picture, further from the generator's own.")
    private boolean perLayer;

    @Option(
            names = "--pivot",
            paramLabel = "RANK",
            defaultValue = "4",
            description = "Rank of the pivotal patch, 0 for none (default: ${DEFAULT-VALUE}).")
    private int pivot = 4;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "300",
            description = "Steps for each picture, and of the patch (default: ${DEFAULT-VALUE}).")
    private int steps = 300;

    @Mixin
    private PatchOptions patches = new PatchOptions();

    InvertCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if (pivot < 0 || steps < 1) {
            throw new WrongUsageException("--pivot is a rank from 0 and --steps a number from 1, but given were "
                    + pivot + " and " + steps + ".");
        }
        List<String> names = names();
        List<PatchOptions.Named> given = patches.load();
        List<INDArray> read = new ArrayList<>();
        for (Path image : images) {
            read.add(UserPicture.read(image, generator.spec(), console()::note));
        }
        INDArray pictures = Nd4j.concat(0, read.toArray(INDArray[]::new));
        Inversion inversion = Inversion.defaults().iterations(steps).pull(0.001).seed(seed());
        InvertedPictures found = console().watching(listener -> (perLayer ? inversion.perLayer() : inversion)
                .invert(generator, pictures, listener));
        Optional<Pivot> tuned = pivot == 0
                ? Optional.empty()
                : Optional.of(console().watching(listener -> tuned(generator, found, pictures, listener)));
        ContactSheet sheet = sheet(generator, names, pictures, found, tuned, given);
        console().cancellation().check("drawing");

        List<OwnInputs> subjects = found.subjects("picture");
        for (int k = 0; k < names.size(); k++) {
            subjects.get(k).save(out.resolve(names.get(k) + ".safetensors"));
        }
        if (tuned.isPresent()) {
            tuned.get().patch().save(out.resolve("pivot.safetensors"));
        }
        sheet.write(out.resolve("compare.png"));
        report(generator, names, found, tuned, given).write(out.resolve("report.json"));
        for (int k = 0; k < names.size(); k++) {
            console().say("%s: %s%s", names.get(k), found.fits().get(k), after(tuned, k));
        }
        console().say("written to %s: NAME.safetensors, compare.png%s", out, pivot == 0 ? "" : ", pivot.safetensors");
    }

    private static String after(Optional<Pivot> tuned, int k) {
        return tuned.map(found -> String.format(
                        Locale.ROOT,
                        "; PSNR %.1f dB with the patch",
                        found.psnrAfter().get(k)))
                .orElse("");
    }

    private Pivot tuned(Generator generator, InvertedPictures found, INDArray pictures, RewriteListener listener) {
        return PivotalTuning.ofRank(pivot)
                .iterations(steps * images.size())
                .seed(seed())
                .tune(generator, found, pictures, listener);
    }

    /** File names without their ends, each once. */
    private List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Path image : images) {
            String name = String.valueOf(image.getFileName()).replaceFirst("\\.[A-Za-z]+$", "");
            if (name.equals("pivot") || !names.add(name)) {
                throw new WrongUsageException("Two files would be called " + name
                        + ".safetensors: give the pictures other names, none of them pivot.");
            }
        }
        return List.copyOf(names);
    }

    private static ContactSheet sheet(
            Generator generator,
            List<String> names,
            INDArray pictures,
            InvertedPictures found,
            Optional<Pivot> tuned,
            List<PatchOptions.Named> given) {
        INDArray drawn = tuned.map(Pivot::images).orElse(found.images());
        ContactSheet.Builder sheet = ContactSheet.titled("Inverted pictures")
                .columns(names.toArray(String[]::new))
                .row("picture", pictures)
                .row("inverted", found.images());
        tuned.ifPresent(pivot -> sheet.row("with the pivotal patch", pivot.images()));
        sheet.row("difference x" + (int) DIFFERENCE_GAIN, Difference.absolute(pictures, drawn, DIFFERENCE_GAIN));
        if (!given.isEmpty()) {
            PatchStack stack = PatchStack.on(generator).and(PatchOptions.applied(given));
            sheet.row(
                    given.size() == 1 ? "and the rule" : "and the rules",
                    tuned.map(pivot -> stack.and(pivot.patch(), 1))
                            .orElse(stack)
                            .generate(found.inputs()));
        }
        return sheet.build();
    }

    private Facts report(
            Generator generator,
            List<String> names,
            InvertedPictures found,
            Optional<Pivot> tuned,
            List<PatchOptions.Named> given) {
        List<Facts> pictures = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            Facts.Builder facts = Facts.builder();
            facts.put("picture", images.get(k).toString());
            facts.put("inputs", names.get(k) + ".safetensors");
            facts.put("psnr", found.fits().get(k).psnr());
            facts.put("spreadsFromTheMean", found.fits().get(k).distance());
            if (tuned.isPresent()) {
                facts.put("psnrWithThePivot", tuned.get().psnrAfter().get(k));
            }
            pictures.add(facts.build());
        }
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("latents", perLayer ? "one for each layer" : "one");
        report.put("steps", steps);
        report.put("seed", seed());
        report.put("pictures", pictures);
        tuned.ifPresent(pivot -> report.put("pivot", pivot.patch().notes()));
        report.put("patches", PatchOptions.facts(given));
        return report.build();
    }
}
