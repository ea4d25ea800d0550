package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledInpainter;
import io.github.rewrite4j.avatars.BundledTranslator;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.munit.Direction;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import io.github.rewrite4j.samediff.generator.munit.MunitFamily;
import io.github.rewrite4j.samediff.generator.rfr.Rfr;
import io.github.rewrite4j.samediff.generator.rfr.RfrFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bundled networks of pictures to pictures, told what families are told of files. */
final class PictureNetworks {
    private PictureNetworks() {}

    static Generator translator(LoadOptions options) throws IOException {
        requireKnown("translator", options, List.of(MunitFamily.DIRECTION, GraphOptions.PICTURES));
        Munit translator = BundledTranslator.load();
        Optional<Path> folder = options.get(GraphOptions.PICTURES);
        if (folder.isPresent()) {
            translator = translator.pictures(folder.get());
        }
        return translator.generator(options.get(MunitFamily.DIRECTION).orElse(Direction.A_TO_B));
    }

    static Generator inpainter(LoadOptions options) throws IOException {
        requireKnown("inpainter", options, List.of(GraphOptions.PICTURES, RfrFamily.HOLES, RfrFamily.KNOWN));
        Rfr inpainter = BundledInpainter.load();
        Optional<Path> folder = options.get(GraphOptions.PICTURES);
        if (folder.isPresent()) {
            inpainter = inpainter.pictures(folder.get());
        }
        Optional<Path> masks = options.get(RfrFamily.HOLES);
        Optional<ValidityMask.Known> known = options.get(RfrFamily.KNOWN);
        if (masks.isEmpty() && known.isPresent()) {
            throw new WrongUsageException("--known says how masks are read, but no --holes name any.");
        }
        if (masks.isPresent()) {
            inpainter = inpainter.holes(masks.get(), known.orElse(ValidityMask.Known.BLACK));
        }
        return inpainter.inpainter();
    }

    private static void requireKnown(String network, LoadOptions options, List<LoadOption<?>> known) {
        List<String> names = known.stream().map(LoadOption::name).toList();
        for (String name : options.names()) {
            if (!names.contains(name)) {
                throw new WrongUsageException("The bundled " + network + " takes the options "
                        + String.join(", ", names) + ", but got '" + name + "'.");
            }
        }
    }
}
