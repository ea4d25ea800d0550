package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code rewrite} command; see the package for what all commands have in common. */
@Command(
        name = "rewrite",
        mixinStandardHelpOptions = true,
        version = Rewrite.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        description = "Rewrites rules inside pretrained image generators.",
        footer = {
            "",
            "Examples:",
            "  rewrite sample --seed 7 --out pictures",
            "  rewrite search --edit rewrite-examples/edits/bun.json --out like-these",
            "  rewrite edit --edit rewrite-examples/edits/bun.json --out bun",
            "  rewrite paste --exemplar glasses.png --out glasses",
            "  rewrite expand --effect night --effect sketch --out domains",
            "  rewrite apply --patch bun/patch.safetensors --strength 0.5 --out half",
            "  rewrite inspect bun/patch.safetensors",
            "",
            "Exit codes: 0 done, 1 failed (one sentence on the error stream), 2 wrong usage, 130 cancelled."
        })
public final class Rewrite implements Runnable {
    /** What commands answer to {@code --version}. */
    public static final String VERSION = Recipe.LIBRARY;

    private static final int FAILED = 1;
    private static final int CANCELLED = 130;
    private static final int SECONDS_TO_STOP = 20;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "After a failure, print where in the code it happened.")
    private boolean stacktrace;

    @Option(
            names = "--log",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Write the losses of every training and edit into this folder, as CSV and for TensorBoard"
                    + " (tensorboard --logdir DIR).")
    private @Nullable Path log;

    private Rewrite() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Cancellation cancellation = new Cancellation();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cancellation, ended), "cancel"));
        int code = execute(new Console(System.out, System.err, cancellation), args);
        ended.countDown();
        System.exit(code);
    }

    /** Ctrl-C: asks the command to stop and gives it time to clean up. The process ends with 130. */
    private static void stop(Cancellation cancellation, CountDownLatch ended) {
        cancellation.request();
        try {
            if (!ended.await(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                System.err.println("rewrite: stopped without waiting any longer");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** All commands, not yet told what to do when one fails. */
    static CommandLine commands(Console console) {
        return commands(new Rewrite(), console);
    }

    private static CommandLine commands(Rewrite top, Console console) {
        CommandLine line = new CommandLine(top);
        List.of(
                        new SampleCommand(console),
                        new LayersCommand(console),
                        new StatsCommand(console),
                        new SearchCommand(console),
                        new DissectCommand(console),
                        new RelationCommand(console),
                        new EditCommand(console),
                        new EraseCommand(console),
                        new PasteCommand(console),
                        new LatentCommand(console),
                        new ExpandCommand(console),
                        new ApplyCommand(console),
                        new WalkCommand(console),
                        new ExportCommand(console),
                        new ExtractCommand(console),
                        new RebuildCommand(console),
                        new VerifyCommand(console),
                        new ComposeCommand(console),
                        new InspectCommand(console),
                        new EstimateCommand(console),
                        new InvertCommand(console),
                        new StudyCommand(console),
                        new ProjectCommand(console),
                        new TrainProjectorCommand(console),
                        new TrainCommand(console),
                        new StudioCommand(console))
                .forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine(new AblationCommand())
                .addSubcommand(new ProjectorAblationCommand(console))
                .addSubcommand(new StrategyAblationCommand(console))
                .addSubcommand(new ExpansionAblationCommand(console)));
        OptionValues.register(line);
        return line;
    }

    static int execute(Console console, String... args) {
        Rewrite top = new Rewrite();
        CommandLine line = commands(top, console);
        line.setUsageHelpWidth(110);
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((wrong, ignored) -> wrongUsage(console, wrong));
        line.setExecutionExceptionHandler((failure, at, ignored) -> top.failed(console, failure));
        line.setExecutionStrategy(parsed -> top.run(console, parsed, List.of(args)));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError full) {
            console.err()
                    .println("rewrite: There is not enough memory for this ("
                            + PrintableText.message(String.valueOf(full.getMessage()))
                            + "): ask for less at a time, or give Java more, for example by"
                            + " REWRITE_OPTS=-Xmx8g.");
            return FAILED;
        } catch (LinkageError incomplete) {
            console.err()
                    .println("rewrite: A part of Java or of a library is missing ("
                            + PrintableText.message(incomplete.toString())
                            + "): use a complete Java runtime and the whole class path.");
            return FAILED;
        }
    }

    /** Runs the command under the log that was asked for. */
    private int run(Console console, CommandLine.ParseResult parsed, List<String> args) {
        CommandLine.IExecutionStrategy plain = new CommandLine.RunLast();
        if (log == null) {
            return plain.execute(parsed);
        }
        try {
            console.log().open(log, args);
            try {
                return plain.execute(parsed);
            } finally {
                console.log().close();
            }
        } catch (IOException failure) {
            throw new CommandLine.ExecutionException(
                    parsed.commandSpec().commandLine(), String.valueOf(failure.getMessage()), failure);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int wrongUsage(Console console, ParameterException wrong) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String message =
                PrintableText.message(String.valueOf(wrong.getMessage()).strip());
        String hint = wrong instanceof UnmatchedArgumentException unmatched
                ? " " + NearestNames.hint(unmatched.getUnmatched().get(0), names(wrong.getCommandLine()))
                : "";
        console.err()
                .println("rewrite: " + message + (message.endsWith(".") ? "" : ".") + hint + " Try '" + command
                        + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /** Commands and options that could have been meant. */
    private static Set<String> names(CommandLine at) {
        Set<String> names = new TreeSet<>(at.getSubcommands().keySet());
        names.addAll(at.getCommandSpec().optionsMap().keySet());
        return names;
    }

    private int failed(Console console, Exception failure) {
        console.err().println("rewrite: " + Failures.sentence(failure));
        if (stacktrace) {
            failure.printStackTrace(console.err());
        }
        if (failure instanceof WrongUsageException) {
            return CommandLine.ExitCode.USAGE;
        }
        return failure instanceof RewriteCancelledException ? CANCELLED : FAILED;
    }
}
