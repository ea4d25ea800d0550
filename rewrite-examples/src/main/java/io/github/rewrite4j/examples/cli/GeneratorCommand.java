package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that loads a generator and writes into a directory. */
abstract class GeneratorCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    private final Console console;

    GeneratorCommand(Console console) {
        this.console = console;
    }

    final Console console() {
        return console;
    }

    final long seed() {
        return common.seed();
    }

    /** Whether the generator is the bundled one, without new domains. */
    final boolean bundled() {
        return common.bundled();
    }

    /** The file that the generator is loaded from, unless it is bundled. */
    final Optional<Path> file() {
        return common.file();
    }

    /** What is said about files of generators. */
    final LoadOptions loadOptions() {
        return common.loadOptions();
    }

    /** Does the work. Writes nothing before everything is computed. */
    abstract void run(Generator generator, Path out) throws IOException;

    @Override
    public final Integer call() throws IOException {
        Path out = common.out();
        try (Generator generator = common.load()) {
            console.cancellation().check("loading the generator");
            run(generator, out);
        }
        return 0;
    }
}
