package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.generator.export.LowRankPairs;
import io.github.rewrite4j.samediff.generator.export.StateDict;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.onnx.OnnxInitialisers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes the generator with patches for other programs: as an ONNX network (generator.onnx), as the"
                        + " checkpoint that it came from with changed weights (generator.pt or .safetensors), or a patch as pairs"
                        + " of factors for tools that read low-rank adapters (low-rank.safetensors).",
        footer = {
            "",
            "Examples:",
            "  rewrite export --as onnx --patch bun/patch.safetensors --out with-bun",
            "  rewrite export --generator ffhq.pt --as state-dict --patch beard.safetensors --out edited",
            "  rewrite export --as low-rank --patch bun/patch.safetensors --out pairs",
            "",
            "A generator that was loaded from an ONNX file goes back into that file: only the changed weights differ."
        })
final class ExportCommand extends GeneratorCommand {
    @Option(
            names = "--as",
            required = true,
            paramLabel = "onnx|state-dict|low-rank",
            converter = KindConverter.class,
            description = "What to write.")
    private Kind kind = Kind.ONNX;

    @ArgGroup(exclusive = false)
    private PatchOptions patches = new PatchOptions();

    @Option(names = "--half", description = "ONNX: store weights in 16 bits, half the size.")
    private boolean half;

    @Option(
            names = "--truncation",
            paramLabel = "PSI",
            description = "ONNX of a style generator: fix the truncation, which is an input of the network otherwise.")
    private Double truncation = Double.NaN;

    @Option(
            names = "--format",
            paramLabel = "pt|safetensors",
            defaultValue = "pt",
            converter = FormatConverter.class,
            description = "State dict: a file of PyTorch or safetensors (default: ${DEFAULT-VALUE}).")
    private Format format = Format.PT;

    @Option(names = "--changed-only", description = "State dict: only the tensors that patches change.")
    private boolean changedOnly;

    /** What to write. */
    enum Kind {
        ONNX,
        STATE_DICT,
        LOW_RANK
    }

    /** Files of a state dict. */
    enum Format {
        PT,
        SAFETENSORS
    }

    /** Reads {@code state-dict} as {@link Kind#STATE_DICT}. */
    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return OptionValues.oneOf(Kind.values(), text);
        }
    }

    /** Reads {@code pt} as {@link Format#PT}. */
    static final class FormatConverter implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return OptionValues.oneOf(Format.values(), text);
        }
    }

    ExportCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        List<PatchOptions.Named> given = patches.load();
        requireOptionsOfKind();
        if (kind == Kind.LOW_RANK) {
            pairs(generator, given, out);
            return;
        }
        Generator edited = generator.withSampler(generator.sampler());
        for (PatchOptions.Named patch : given) {
            try (Generator before = edited) {
                edited = before.with(patch.applied().patch(), patch.applied().strength());
            }
        }
        try (Generator whole = edited) {
            console().cancellation().check("applying the patches");
            Path written = kind == Kind.ONNX ? onnx(whole, out) : stateDict(whole, out);
            console()
                    .say(
                            "%s with %d %s: %s, %,d bytes",
                            generator.spec().architecture(),
                            given.size(),
                            given.size() == 1 ? "patch" : "patches",
                            written,
                            Files.size(written));
        }
    }

    private void requireOptionsOfKind() {
        if (kind != Kind.ONNX && (half || !truncation.isNaN())) {
            throw new WrongUsageException("--half and --truncation belong to --as onnx.");
        }
        if (kind != Kind.STATE_DICT && changedOnly) {
            throw new WrongUsageException("--changed-only belongs to --as state-dict.");
        }
    }

    private Path onnx(Generator generator, Path out) throws IOException {
        Path target = out.resolve("generator.onnx");
        if (file().isPresent() && isOnnx(file().get())) {
            if (half || !truncation.isNaN()) {
                throw new WrongUsageException(
                        "The network goes back into the ONNX file that it came from, as it is there:"
                                + " leave out --half and --truncation.");
            }
            OnnxInitialisers.write(file().get(), generator, target);
            return target;
        }
        OnnxExport export = OnnxExport.of(generator);
        export = half ? export.halfPrecision() : export;
        export = truncation.isNaN() ? export : export.truncated(truncation);
        export.write(target);
        return target;
    }

    private static boolean isOnnx(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    private Path stateDict(Generator generator, Path out) throws IOException {
        if (file().isPresent()) {
            return stateDict(file().get(), generator, out);
        }
        if (!bundled()) {
            throw new WrongUsageException("The bundled generator with new domains comes from no file of yours: give"
                    + " --generator a checkpoint, or export it with --as onnx.");
        }
        Path copy = Files.createTempFile("rewrite4j-bundled", ".safetensors");
        try {
            BundledGenerator.copyTo(copy);
            return stateDict(copy, generator, out);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private Path stateDict(Path base, Generator generator, Path out) throws IOException {
        StateDict state = StateDict.of(base, generator);
        state = changedOnly ? state.changedOnly() : state;
        Path target = out.resolve("generator." + format.name().toLowerCase(Locale.ROOT));
        if (format == Format.PT) {
            state.writeTorch(target);
        } else {
            state.writeSafeTensors(target);
        }
        state.leftOut().forEach(part -> console().say("not taken along from %s: %s", base.getFileName(), part));
        return target;
    }

    private void pairs(Generator generator, List<PatchOptions.Named> given, Path out) throws IOException {
        if (given.size() != 1 || given.get(0).applied().strength() != 1) {
            throw new WrongUsageException(
                    "Give one --patch and no --strength: a file of pairs is one patch, and the tool"
                            + " that reads it sets the strength.");
        }
        given.get(0).applied().patch().requireFits(generator.spec());
        Path target = out.resolve("low-rank.safetensors");
        LowRankPairs.write(given.get(0).applied().patch(), target);
        console().say("%s as pairs of factors: %s", given.get(0).applied().patch(), target);
    }
}
