package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AnchorSampler;
import io.github.rewrite4j.samediff.expansion.FewShotReconstruction;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
import io.github.rewrite4j.samediff.perception.IdentityScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Option;

/** Domains that are persons, each shown by the pictures of a folder. */
final class PersonOptions {
    private static final int MOST = 10;
    private static final int SAMPLES = 16;

    @Option(
            names = "--person",
            paramLabel = "DIR",
            description =
                    "A domain that is one person, shown by the 1 to 10 PNG or JPEG files of a folder, whose name it gets;"
                            + " may be repeated. Draws NAME.png, samples among the inverted pictures, and keeps NAME-anchors.safetensors.")
    private List<Path> folders = new ArrayList<>();

    @Option(
            names = "--inversion-steps",
            paramLabel = "N",
            converter = OptionValues.Positive.class,
            defaultValue = "300",
            description = "Steps of the inversion of each picture of a person (default: ${DEFAULT-VALUE}).")
    private int steps = 300;

    private final Map<String, Person> people = new LinkedHashMap<>();

    private record Person(INDArray photos, InvertedPictures inverted) {}

    /** The objectives, after the pictures were inverted. */
    List<AdaptationObjective> objectives(Generator generator, Console console, long seed) throws IOException {
        List<AdaptationObjective> all = new ArrayList<>();
        for (Path folder : folders) {
            String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
            List<INDArray> pictures = new ArrayList<>();
            for (Path file : files(folder)) {
                pictures.add(UserPicture.read(file, generator.spec(), console::note));
            }
            INDArray photos = Nd4j.concat(0, pictures.toArray(INDArray[]::new));
            Inversion inversion =
                    Inversion.defaults().iterations(steps).pull(0.001).seed(seed);
            InvertedPictures found = console.watching(listener -> inversion.invert(generator, photos, listener));
            people.put(name, new Person(photos, found));
            FewShotReconstruction person = FewShotReconstruction.of(name, photos, found.anchors());
            AttributeNetwork eye = BundledNetworks.training();
            all.add(isFor(eye, generator) ? person.seenBy(eye, 1) : person);
        }
        return all;
    }

    private static boolean isFor(AttributeNetwork eye, Generator generator) {
        int size = eye.architecture().size();
        return generator.spec().imageHeight() == size && generator.spec().imageWidth() == size;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new WrongUsageException("--person is " + folder + ": give a folder with pictures of one person.");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(file -> String.valueOf(file.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .matches(".*\\.(png|jpe?g)"))
                    .sorted()
                    .toList();
            if (files.isEmpty() || files.size() > MOST) {
                throw new IllegalArgumentException("There are " + files.size() + " PNG and JPEG files in " + folder
                        + ": a person is shown by 1 to " + MOST + ".");
            }
            return files;
        }
    }

    /** Draws the people, and says how much they are themselves to a network that took no part in the training. */
    Facts write(ExpandedGenerator expanded, Path out, long seed) throws IOException {
        Facts.Builder facts = Facts.builder();
        for (Map.Entry<String, Person> entry : people.entrySet()) {
            String name = entry.getKey();
            Person person = entry.getValue();
            INDArray anchors = person.inverted().anchors();
            INDArray drawn;
            try (ExpandedGenerator among = expanded.withSampler(AnchorSampler.of(expanded, anchors));
                    ExpandedGenerator there = among.inDomain(name)) {
                drawn = there.generate(there.sample(SAMPLES, seed));
            }
            Images.writeGrid(Nd4j.concat(0, person.photos(), drawn), out.resolve(name + ".png"));
            SafeTensorsWriter.of(Map.of("anchors", anchors), Map.of())
                    .write(out.resolve(name + "-anchors.safetensors"));
            Facts.Builder one = Facts.builder();
            one.put("photos", person.photos().size(0));
            one.put(
                    "inversionPsnr",
                    person.inverted().fits().stream()
                            .map(InvertedPictures.Fit::psnr)
                            .toList());
            AttributeNetwork judge = BundledNetworks.evaluation();
            if (isFor(judge, expanded)) {
                one.put("identity", IdentityScore.of(judge, drawn, person.photos()));
                INDArray others = expanded.generate(expanded.sample(SAMPLES, seed));
                one.put("identityOfOthers", IdentityScore.of(judge, others, person.photos()));
            }
            facts.put(name, one.build());
        }
        return facts.build();
    }
}
