package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.examples.studio.Opening;
import io.github.rewrite4j.examples.studio.StudioServer;
import io.github.rewrite4j.examples.studio.StudioSession;
import io.github.rewrite4j.examples.studio.WorkingFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "studio",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Opens the studio in the browser: point at images, copy, paste, and see every image change. Ends"
                + " with Ctrl-C; the folder of --out keeps the session, and the same command brings it back.",
        footer = {
            "",
            "The page is for this machine only: the address holds a token without which nothing is answered.",
            "",
            "Examples:",
            "  rewrite studio",
            "  rewrite studio --generator my-stylegan2.pt --out my-session",
            "  rewrite studio --port 9000 --no-browser"
        })
final class StudioCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 7860;
    private static final int MILLISECONDS = 100;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port on this machine, 0 for any that is free (default: " + USUAL_PORT
                    + ", or any that is free where that is taken).")
    private @Nullable Integer port;

    @Option(names = "--no-browser", description = "Print the address and open no browser.")
    private boolean noBrowser;

    @Option(
            names = "--clip",
            paramLabel = "FILE",
            description = "A CLIP network with its vocabulary beside it (ViT-B-32.pt of OpenAI, or model.safetensors of"
                    + " Hugging Face), so that domains can be taught in any words.")
    private @Nullable Path clip;

    private final Console console;

    StudioCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Integer asked = port;
        if (asked != null && (asked < 0 || asked > 65535)) {
            throw new WrongUsageException("--port is " + asked + ": a port is a number from 0 to 65535.");
        }
        Path out = common.out();
        try (WorkingFolder folder = WorkingFolder.lock(out);
                Opening opening = Opening.start(common::load, generator -> session(generator, folder));
                StudioServer server = start(opening, folder, asked)) {
            console.say("The studio is at %s", server.address());
            console.say("Its session is kept in %s. Ctrl-C ends it.", out);
            if (!noBrowser) {
                Browser.open(server.address());
            }
            while (opening.failure().isEmpty()) {
                console.cancellation().check("the studio");
                Thread.sleep(MILLISECONDS);
            }
            throw new IOException(opening.failure());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private StudioSession session(Generator generator, WorkingFolder folder) throws IOException {
        StudioSession session = StudioSession.open(generator, folder.path());
        common.file().ifPresent(session::from);
        Path network = clip;
        if (network != null) {
            session.clip(network);
        }
        return session;
    }

    private static StudioServer start(Opening opening, WorkingFolder folder, @Nullable Integer asked)
            throws IOException {
        if (asked != null) {
            return StudioServer.start(opening, folder.token(), asked);
        }
        try {
            return StudioServer.start(opening, folder.token(), USUAL_PORT);
        } catch (IOException taken) {
            return StudioServer.start(opening, folder.token(), 0);
        }
    }
}
