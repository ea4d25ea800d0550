package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.examples.CurvePlot;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.latent.DirectionEffect;
import io.github.rewrite4j.samediff.latent.DormancyProfile;
import io.github.rewrite4j.samediff.latent.DormancyStudy;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentBasisFile;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import io.github.rewrite4j.samediff.latent.ReaderStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "latent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures which directions of the latent are dormant, so that new domains can live there: what projecting"
                        + " each out loses and what moving along it does, beside its strength. Writes dormancy.csv, dormancy.png,"
                        + " movement.png, basis.safetensors, report.json.",
        footer = {"", "Example:", "  rewrite latent --basis principal --out latent"})
final class LatentCommand extends GeneratorCommand {
    private static final int BASIS_SAMPLES = 4096;
    private static final int JACOBIAN_SAMPLES = 64;
    private static final int PROBES = 8;
    private static final int BEST = 10;

    /** Ways to find directions. */
    enum Basis {
        svd,
        principal,
        jacobian
    }

    @Option(
            names = "--basis",
            paramLabel = "NAME",
            defaultValue = "svd",
            description =
                    "Directions: svd (of the weights that read the latent), principal (of the latent), jacobian (of what"
                            + " moves pixels) (default: ${DEFAULT-VALUE}).")
    private Basis basis = Basis.svd;

    @Option(
            names = "--unit-rows",
            description =
                    "With --basis svd: rows of the weights scaled to length one, so that all channels count alike.")
    private boolean unitRows;

    @Option(
            names = "--samples",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "32",
            description = "Samples to measure on (default: ${DEFAULT-VALUE}).")
    private int samples = 32;

    LatentCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        LatentNetwork network = LatentNetwork.of(generator);
        LatentSpace space = LatentSpaces.of(network);
        console().say("%s", space);
        console()
                .say(
                        "read by %s",
                        network.readers().stream().map(LatentReader::toString).toList());
        LatentBasis directions = console().watching(listener -> basis(network, listener));
        DormancyProfile profile = console().watching(listener -> DormancyStudy.of(network, space, directions)
                .samples(samples)
                .seed(seed())
                .measure(listener));
        byte[] csv = profile.csv().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(out.resolve("dormancy.csv"), file -> file.write(csv));
        plot(profile, "What is left without a direction", "PSNR in dB", DirectionEffect::projectedOut)
                .write(out.resolve("dormancy.png"));
        plot(profile, "What moving along a direction does", "mean absolute change", DirectionEffect::movement)
                .line(
                        "strength, of the largest",
                        numbers(profile),
                        profile.effects().stream()
                                .map(effect -> effect.strength() / directions.strength(0))
                                .toList())
                .write(out.resolve("movement.png"));
        LatentBasisFile.save(directions, out.resolve("basis.safetensors"));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("space", space.toString());
        report.put("basis", directions.toString());
        report.put("samples", samples);
        report.put("seed", seed());
        report.put("leastLoss", profile.leastLoss(Math.min(BEST, directions.size())));
        report.put("together", profile.together());
        report.build().write(out.resolve("report.json"));
        int best = Math.min(BEST, directions.size());
        console()
                .say(
                        "the %d directions that lose least are %s; without all of them images keep %.1f dB",
                        best, profile.leastLoss(best), profile.together(best));
        console().say("written to %s", out);
    }

    private LatentBasis basis(LatentNetwork network, RewriteListener listener) {
        ReaderStack published = ReaderStack.faithful(network);
        return switch (basis) {
            case svd -> LatentBases.svd(network, unitRows ? published.withUnitRows() : published);
            case principal -> LatentBases.principal(network, BASIS_SAMPLES, seed(), listener);
            case jacobian -> LatentBases.jacobian(network, JACOBIAN_SAMPLES, PROBES, seed(), listener);
        };
    }

    private static List<Double> numbers(DormancyProfile profile) {
        return profile.effects().stream()
                .map(effect -> (double) effect.direction())
                .toList();
    }

    private static CurvePlot plot(
            DormancyProfile profile, String title, String up, ToDoubleFunction<DirectionEffect> value) {
        CurvePlot plot = CurvePlot.titled(title, "direction, strong ones first", up)
                .line(
                        "each",
                        numbers(profile),
                        profile.effects().stream().map(value::applyAsDouble).toList());
        if (up.startsWith("PSNR")) {
            List<Double> counts = numbers(profile).subList(0, profile.together().size());
            plot.line("the n that lose least", counts.stream().map(n -> n + 1).toList(), profile.together());
        }
        return plot;
    }
}
