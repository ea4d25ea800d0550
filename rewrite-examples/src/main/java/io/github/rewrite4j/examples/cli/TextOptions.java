package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeWords;
import io.github.rewrite4j.samediff.clip.Clip;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DirectionalEmbedding;
import io.github.rewrite4j.samediff.expansion.EmbeddingDirection;
import io.github.rewrite4j.samediff.perception.JointSpace;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Domains from texts, seen by CLIP networks of the user's or by the words of the bundled attribute network. */
final class TextOptions {
    private static final int PICTURES = 1024;

    @Option(
            names = "--text",
            paramLabel = "NAME=WORDS",
            description =
                    "A domain from a text, such as sketch=\"a pencil sketch\"; may be repeated. Without --clip the words"
                            + " are the attributes of the bundled network, such as smiling=\"a big smile\".")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--source-text",
            paramLabel = "WORDS",
            defaultValue = "a face",
            description = "What the generator draws now (default: ${DEFAULT-VALUE}).")
    private String source = "a face";

    @Option(
            names = "--clip",
            paramLabel = "FILE[=WEIGHT]",
            description =
                    "A CLIP network with its vocabulary beside it: ViT-B-32.pt of OpenAI, or model.safetensors of Hugging"
                            + " Face; repeated, several see together.")
    private List<String> networks = new ArrayList<>();

    @Option(
            names = "--templates",
            paramLabel = "FILE",
            description = "Sentences that texts are put into, one a line with {} for the text; none for the text alone"
                    + " (default: 24 about pictures with --clip, none without).")
    private @Nullable String templates;

    /** The objectives; networks that were opened for them are added, to be closed after the training. */
    List<AdaptationObjective> objectives(List<Clip> opened, Console console) throws IOException {
        if (texts.isEmpty()) {
            if (!networks.isEmpty() || templates != null) {
                throw new WrongUsageException("--clip and --templates say how texts are seen, but there is no --text.");
            }
            return List.of();
        }
        Map<JointSpace, Double> spaces = spaces(opened, console);
        List<AdaptationObjective> all = new ArrayList<>();
        for (String text : texts) {
            int at = text.indexOf('=');
            if (at < 1 || at == text.length() - 1) {
                throw new WrongUsageException(
                        "--text is '" + text + "': give a name and words, such as sketch=\"a pencil sketch\".");
            }
            all.add(objective(text.substring(0, at), text.substring(at + 1), spaces));
        }
        return all;
    }

    private DirectionalEmbedding objective(String name, String words, Map<JointSpace, Double> spaces)
            throws IOException {
        TextTemplates sentences = sentences();
        List<EmbeddingDirection> directions = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        spaces.forEach((space, weight) -> {
            directions.add(EmbeddingDirection.ofWords(space, source, words, sentences));
            weights.add(weight);
        });
        DirectionalEmbedding made = DirectionalEmbedding.along(name, directions.get(0), weights.get(0));
        for (int i = 1; i < directions.size(); i++) {
            made = made.and(directions.get(i), weights.get(i));
        }
        return made;
    }

    private TextTemplates sentences() throws IOException {
        String given = templates;
        if (given == null) {
            return networks.isEmpty() ? TextTemplates.none() : TextTemplates.pictures();
        }
        return given.equals("none") ? TextTemplates.none() : TextTemplates.read(Path.of(given));
    }

    private Map<JointSpace, Double> spaces(List<Clip> opened, Console console) throws IOException {
        Map<JointSpace, Double> spaces = new LinkedHashMap<>();
        if (networks.isEmpty()) {
            console.note("Texts are seen by the words of the bundled attribute network, a stand-in: for any text give a"
                    + " CLIP network with --clip.");
            spaces.put(AttributeWords.of(BundledNetworks.training(), RealAvatars.load(), PICTURES), 1.0);
            return spaces;
        }
        for (String network : networks) {
            int at = network.lastIndexOf('=');
            Clip clip = Clip.load(Path.of(at < 0 ? network : network.substring(0, at)));
            opened.add(clip);
            spaces.put(clip, at < 0 ? 1.0 : weight(network.substring(at + 1)));
        }
        return spaces;
    }

    private static double weight(String text) {
        try {
            double weight = Double.parseDouble(text);
            if (weight > 0 && !Double.isInfinite(weight)) {
                return weight;
            }
        } catch (NumberFormatException no) {
            // Said below.
        }
        throw new WrongUsageException(
                "The weight of a network in --clip is '" + text + "': it must be a positive number.");
    }
}
