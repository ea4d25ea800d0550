package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.examples.Project;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

class ExpandCommandTest {
    @TempDir
    private Path folder;

    @Test
    void domainsAreTrainedDrawnInspectedAndEntered() throws IOException {
        Path out = folder.resolve("made");
        Ended trained = run(
                "expand",
                "--effect",
                "night",
                "--accessory",
                "sunglasses",
                "--iterations",
                2,
                "--batch",
                2,
                "--fresh",
                2,
                "--out",
                out,
                "--log",
                out);
        assertThat(Files.readAllLines(out.resolve("scalars.csv"))).hasSizeGreaterThan(2);
        assertThat(trained.err()).doesNotContain("rewrite:");
        assertThat(trained.code()).isZero();
        assertThat(trained.out()).contains("with the domains [night, sunglasses]", "| night |");
        for (String file : new String[] {
            "grid.png", "traversal.png", "traversal.gif", "curve.png", "table.md", "table.json", "checkpoint"
        }) {
            assertThat(out.resolve(file)).exists();
        }
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.at("/domains/1/name").asText()).isEqualTo("sunglasses");
        assertThat(report.at("/recipe/iterations").asText()).isEqualTo("2");
        assertThat(report.at("/scores/preservation/psnr").asDouble()).isGreaterThan(20);
        Path file = out.resolve("expanded.safetensors");

        Path again = folder.resolve("again");
        Ended drawn = run("expand", "--generator", file, "--fresh", 0, "--out", again);
        assertThat(drawn.err()).doesNotContain("rewrite:");
        assertThat(drawn.code()).isZero();
        assertThat(Files.readAllBytes(again.resolve("grid.png")))
                .isEqualTo(Files.readAllBytes(out.resolve("grid.png")));

        Ended inspected = run("inspect", file);
        assertThat(inspected.out())
                .contains("kind: expanded-generator", "domain night: direction ", "latent w: spread ")
                .contains("note.curve: step,replay,source,night,sunglasses ... 2,");

        Ended half = run(
                "sample",
                "--generator",
                file,
                "--domain",
                "night=0.5",
                "--domain",
                "sunglasses",
                "--count",
                2,
                "--out",
                folder.resolve("half"));
        assertThat(half.code()).isZero();
        assertThat(JsonText.read(folder.resolve("half/report.json"))
                        .at("/domains/night")
                        .asDouble())
                .isEqualTo(0.5);
        Ended unknown =
                run("sample", "--generator", file, "--domain", "nigth", "--count", 2, "--out", folder.resolve("half"));
        assertThat(unknown.code()).isOne();
        assertThat(unknown.err()).contains("There is no domain 'nigth'", "'night'");
    }

    @Test
    void whatCannotBeExpandedIsSaidInOneSentence() {
        Path out = folder.resolve("never");
        assertThat(run("expand", "--effect", "dusk", "--out", out).err())
                .contains("There is no effect 'dusk': choose of sketch, night, 8-bit, pop-art.");
        assertThat(run("expand", "--exemplar", "glasses.png", "--out", out).err())
                .contains("give a name and a file");
        assertThat(run("expand", "--iterations", 3, "--out", out).err()).contains("There is nothing to train");
        Path teacher = Project.file(
                "rewrite-avatars/src/main/resources/io/github/rewrite4j/avatars/avatar-stylegan64.safetensors");
        Object[] taught = {"expand", "--domain-from", "old=" + teacher, "--option", "shade=blue", "--out", out};
        assertThat(run(taught).err()).contains("have no option 'shade'");
        Ended single = run("expand", "--fresh", 1, "--out", out);
        assertThat(single.code()).isEqualTo(2);
        assertThat(single.err()).contains("--fresh is 1: it must be 0, or at least 2.");
        Ended plain = run("sample", "--domain", "night", "--out", out);
        assertThat(plain.code()).isOne();
        assertThat(plain.err()).contains("--domain is for expanded generators");
        assertThat(out).doesNotExist();
    }

    @Test
    void aWishToStopEndsTheTrainingWith130() {
        Cancellation cancellation = new Cancellation();
        OutputStream atOnce = new OutputStream() {
            @Override
            public void write(int b) {
                cancellation.request();
            }
        };
        Path out = folder.resolve("stopped");
        Ended stopped = run(cancellation, atOnce, "expand", "--effect", "night", "--batch", 2, "--out", out);
        assertThat(stopped.code()).isEqualTo(130);
        assertThat(out.resolve("expanded.safetensors")).doesNotExist();
    }

    @Test
    void theAblationWritesTablesCurvesAndPictures() throws IOException {
        Path out = folder.resolve("ablation");
        Ended ended = run(
                "ablation",
                "expansion",
                "--quick",
                "--steps",
                1,
                "--measured",
                2,
                "--domains",
                2,
                "--part",
                "comparison",
                "--part",
                "count",
                "--counts",
                "1",
                "--out",
                out);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("## Expansion against plain adaptation to each domain");
        for (String file : new String[] {
            "comparison.md",
            "comparison.csv",
            "leaks.md",
            "composition.csv",
            "diversity.md",
            "count.md",
            "domains.png",
            "plain.png",
            "count.png",
            "curve.png",
            "curves.png",
            "curve-expansion.csv"
        }) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
        assertThat(JsonText.read(out.resolve("report.json"))
                        .at("/tables/count/1 domain")
                        .isObject())
                .isTrue();
        assertThat(run("ablation", "expansion", "--part", "luck", "--out", out).err())
                .contains("--part is 'luck'");
    }

    @Test
    void textsAreWordsOfTheBundledNetworkUnlessAClipNetworkIsGiven() throws IOException {
        Path out = folder.resolve("smile");
        Ended trained = run(
                "expand", "--text", "smiling=a big smile", "--iterations", 2, "--batch", 2, "--fresh", 0, "--out", out);
        assertThat(trained.err()).doesNotContain("rewrite:");
        assertThat(trained.out() + trained.err()).contains("a stand-in");
        assertThat(trained.code()).isZero();
        assertThat(JsonText.read(out.resolve("report.json"))
                        .at("/recipe/smiling.direction0")
                        .asText())
                .contains("from 'a face' to 'a big smile'");
        Ended unknown = run("expand", "--text", "sketch=a pencil sketch", "--out", out);
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("[pencil, sketch]", "ViT-B-32.pt", "merges.txt");
        assertThat(run("expand", "--clip", "x.pt", "--out", out).code()).isEqualTo(2);
        assertThat(run("expand", "--text", "sketch", "--out", out).code()).isEqualTo(2);
    }

    @Test
    void aPersonIsAddedAndThenAnotherDomainOntoIt() throws IOException {
        Path anna = Files.createDirectory(folder.resolve("anna"));
        try (Generator avatars = BundledGenerator.load()) {
            INDArray pictures = avatars.generate(avatars.sample(2, 77));
            for (int i = 0; i < 2; i++) {
                Images.write(pictures.slice(i), anna.resolve(i + ".png"));
            }
        }
        Path first = folder.resolve("first");
        Ended trained = run(
                "expand",
                "--person",
                anna,
                "--inversion-steps",
                4,
                "--iterations",
                2,
                "--batch",
                2,
                "--fresh",
                0,
                "--out",
                first);
        assertThat(trained.err()).doesNotContain("rewrite:");
        assertThat(trained.code()).isZero();
        assertThat(first.resolve("anna.png")).exists();
        assertThat(first.resolve("anna-anchors.safetensors")).exists();
        JsonNode person = JsonText.read(first.resolve("report.json")).at("/people/anna");
        assertThat(person.at("/photos").asInt()).isEqualTo(2);
        assertThat(person.at("/identity/mean").asDouble()).isBetween(-1.0, 1.0);

        Path second = folder.resolve("second");
        Ended onto = run(
                "expand",
                "--onto",
                first.resolve("expanded.safetensors"),
                "--effect",
                "night",
                "--effect",
                "sketch",
                "--share",
                "night=3",
                "--patience",
                5,
                "--snapshots",
                second.resolve("best"),
                "--iterations",
                2,
                "--batch",
                4,
                "--fresh",
                0,
                "--out",
                second);
        assertThat(onto.err()).doesNotContain("rewrite:");
        assertThat(onto.code()).isZero();
        assertThat(onto.out()).contains("with the domains [anna, night, sketch]", "earlier domains keep");
        JsonNode report = JsonText.read(second.resolve("report.json"));
        assertThat(report.at("/kept/anna").asDouble()).isGreaterThan(20);
        assertThat(report.at("/recipe/schedule").asText()).contains("3.0");
        assertThat(second.resolve("best")).isNotEmptyDirectory();
        Ended twice = run("expand", "--onto", anna.resolve("0.png"), "--effect", "night", "--out", second);
        assertThat(twice.code()).isEqualTo(1);
    }
}
