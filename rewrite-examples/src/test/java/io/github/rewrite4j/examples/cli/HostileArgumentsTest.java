package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.rewrite4j.examples.Project;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What people and files throw at the command line: each ends in one sentence that is fit for a terminal. */
class HostileArgumentsTest {
    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);
    private static final List<String> NONSENSE = List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            "-1e999",
            "99999999999999999999",
            "nought",
            "",
            "0x10",
            "1;5",
            "½");

    @TempDir
    private Path folder;

    private static void assertSentence(Ended ended, int code, String... parts) {
        assertThat(ended.err()).contains(parts).startsWith("rewrite: ").hasSizeLessThan(1920);
        assertThat(ended.err().strip().codePoints().noneMatch(Character::isISOControl))
                .as(ended.err())
                .isTrue();
        assertThat(ended.code()).isEqualTo(code);
    }

    /** Every command with every option of it that takes numbers, found as picocli knows them. */
    private static List<List<String>> numericOptions(CommandLine at, List<String> path) {
        List<List<String>> found = new ArrayList<>();
        for (OptionSpec option : at.getCommandSpec().options()) {
            Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
            if (NUMBERS.contains(type)) {
                List<String> call = new ArrayList<>(path);
                call.add(option.longestName());
                found.add(call);
            }
        }
        at.getSubcommands().forEach((name, command) -> {
            List<String> call = new ArrayList<>(path);
            call.add(name);
            found.addAll(numericOptions(command, call));
        });
        return found;
    }

    @Test
    void numbersThatNoOptionCanMeanAreWrongUsageEverywhere() {
        CommandLine all = Rewrite.commands(new Console(System.out, System.err, new Cancellation()));
        List<List<String>> options = numericOptions(all, List.of());
        assertThat(options).hasSizeGreaterThan(30);
        int tried = 0;
        for (List<String> option : options) {
            List<String> values = new ArrayList<>(NONSENSE);
            if (!option.contains("--strength")) {
                values.addAll(List.of("-1", "-2147483649"));
            }
            // Each is refused where arguments are parsed; what becomes of that is seen once for each option.
            for (String value : values) {
                assertThatExceptionOfType(ParameterException.class)
                        .as("%s %s", option, value)
                        .isThrownBy(() -> all.parseArgs(with(option, value)));
            }
            Ended ended = run((Object[]) with(option, values.get(tried++ % values.size())));
            assertThat(ended.code()).as("%s: %s", option, ended.err()).isEqualTo(2);
            assertSentence(ended, 2, "--help");
        }
    }

    private static String[] with(List<String> option, String value) {
        List<String> call = new ArrayList<>(option);
        call.set(call.size() - 1, call.get(call.size() - 1) + "=" + value);
        return call.toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"night=NaN", "night=-Infinity", "night=1e999", "night="})
    void amountsOfDomainsAreFinite(String domain) {
        assertSentence(run("sample", "--count=1", "--domain", domain, "--out", folder), 2, "--domain is 'night=");
    }

    @Test
    void countsThatHaveNoRoomAreRefusedAtOnce() {
        assertSentence(run("sample", "--count", Integer.MAX_VALUE, "--out", folder), 1, "at most 268435455");
        assertSentence(run("sample", "--count", 4_000_000, "--out", folder), 1, "4000000", "less at a time");
        assertSentence(run("stats", "--layer", "layer5", "--samples", 200_000_000, "--out", folder), 1, "2^28 numbers");
        assertThat(folder).isEmptyDirectory();
    }

    /** Wrong usage, as the help says of exit code 2, and found before anything is loaded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sample --count",
                "sample --threads",
                "apply --patch p --count",
                "stats --layer layer5 --samples",
                "latent --samples",
                "edit --edit e.json --rank",
                "paste --exemplar e.png --context",
                "paste --exemplar e.png --steps",
                "expand --effect night --iterations",
                "expand --effect night --batch",
                "search --edit e.json --top",
                "train-projector --layer layer6 --iterations",
                "train-projector --layer layer6 --batch",
                "train-projector --layer layer6 --pool",
                "ablation strategy --seeds",
                "ablation projector --seeds",
                "ablation projector --iterations",
                "ablation expansion --seeds",
                "ablation expansion --steps"
            })
    void noneOfWhatThereMustBeSomeIsWrongUsage(String command) {
        List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ", -1)));
        arguments.addAll(List.of("0", "--out", folder));
        Ended ended = run(arguments.toArray());
        String option = command.substring(command.lastIndexOf(' ') + 1);
        assertSentence(ended, 2, option, "'0' is not a whole number from 1 to");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void freshSamplesThatHaveNoRoomAreRefusedBeforeTheWork() throws IOException {
        Path plan = folder.resolve("plan.json");
        Map<String, Object> selection = Map.of("sample", 22, "region", "full");
        Json.write(
                plan,
                Map.of(
                        "layer",
                        "layer5",
                        "rank",
                        1,
                        "object",
                        selection,
                        "paste",
                        List.of(selection),
                        "fresh",
                        3_000_000));
        assertSentence(run("edit", "--edit", plan, "--out", folder.resolve("out")), 1, "3000000 fresh images", "MB");
    }

    @Test
    void aFileOfTheOriginalInterfaceTakesLayerAndRank() throws IOException {
        float[][] square = new float[64][64];
        for (int i = 24; i < 40; i++) {
            Arrays.fill(square[i], 24, 40, 1f);
        }
        String mask = "data:image/png;base64," + Base64.getEncoder().encodeToString(Images.greyPng(square));
        Path file = folder.resolve("ui.json");
        Json.write(file, Map.of("object", List.of(1, mask), "paste", List.of(2, mask), "query", List.of(2, mask)));

        assertSentence(
                run("edit", "--edit", file, "--out", folder.resolve("out")),
                2,
                "is a file of the original interface: it names no layer",
                "--layer");
        Ended inspected = run("inspect", file);
        assertThat(inspected.code()).isZero();
        assertThat(inspected.out())
                .contains("image #1 ", "image #2 ", "mask of 64x64 pixels, 256 selected")
                .doesNotContain("base64");
        Ended edited = run("edit", "--edit", file, "--layer", "layer3", "--rank", 1, "--out", folder.resolve("out"));
        assertThat(edited.err()).doesNotContain("rewrite:");
        assertThat(edited.code()).isZero();
        assertThat(folder.resolve("out/patch.safetensors")).isNotEmptyFile();

        Path part = folder.resolve("key.json");
        Json.write(part, Map.of("key", List.of(List.of(339, mask))));
        assertSentence(
                run("edit", "--edit", part, "--layer", "layer3", "--rank", 1, "--out", folder.resolve("no")),
                1,
                "key 'object': this part is missing",
                "UnitAblation");
        assertThat(run("inspect", part).out()).contains("image #339", "no object and no paste", "UnitAblation");
    }

    @Test
    void aPlanThatNamesItsLayerTakesNoOther() throws IOException {
        Path plan = folder.resolve("plan.json");
        Files.writeString(plan, "{\"layer\": \"layer5\"}");
        assertSentence(
                run("edit", "--edit", plan, "--layer", "layer3", "--out", folder.resolve("out")),
                2,
                "says both itself");
    }

    @Test
    void aStrategyThatThereIsNotIsRefused() throws IOException {
        Path plan = folder.resolve("plan.json");
        Files.writeString(
                plan,
                "{\"layer\": \"layer5\", \"rank\": 1, \"object\": {\"sample\": 2, \"region\": \"full()\"},"
                        + " \"paste\": [{\"sample\": 3, \"region\": \"full()\"}]}");
        Path out = folder.resolve("out");
        assertSentence(run("edit", "--edit", plan, "--strategy", "magic", "--out", out), 2, "'magic'", "joint");
        assertSentence(
                run("edit", "--edit", plan, "--strategy", "joint-objective", "--auto", "--out", out), 2, "--auto");
    }

    @Test
    void controlCharactersOfFilesStayInThem() throws IOException {
        Path plan = folder.resolve("plan.json");
        Files.writeString(
                plan,
                "{\"layer\":\"layer5\",\"rank\":3,\"object\":{\"sample\":22,\"region\":\"full\\u001b[31m\\r\\nEVIL\"},"
                        + "\"paste\":[]}");
        assertSentence(
                run("edit", "--edit", plan, "--out", folder.resolve("out")), 1, "full\\u001b[31m\\u000d\\u000aEVIL");
        Ended inspected = run("inspect", plan);
        assertThat(inspected.out()).contains("\\u001b[31m").doesNotContain("\u001b");
    }

    @Test
    void anOutputThatIsALinkToNothingIsNamed() throws IOException {
        Path out = Files.createSymbolicLink(folder.resolve("out"), Path.of("nowhere"));
        assertSentence(run("sample", "--count=1", "--out", out), 1, "out is a link to 'nowhere', and there is nothing");
        assertSentence(run("sample", "--count=1", "--out", out.resolve("deeper")), 1, "is a link to 'nowhere'");
    }

    @Test
    void linksToPicturesStayLinksAsThoseToReportsDo() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        for (String name : List.of("sample.png", "report.json")) {
            Files.createSymbolicLink(out.resolve(name), pictures.resolve(name));
        }
        assertThat(run("sample", "--count=1", "--out", out).code()).isZero();
        for (String name : List.of("sample.png", "report.json")) {
            assertThat(out.resolve(name)).isSymbolicLink();
            assertThat(pictures.resolve(name)).isNotEmptyFile();
        }
    }

    @Test
    void foldersAndFilesThatCannotBeUsedAreNamed() {
        assertSentence(
                run("edit", "--edit", folder, "--out", folder.resolve("out")), 1, "is a folder", folder.toString());
        assertSentence(
                run("sample", "--generator", folder, "--out", folder.resolve("out")),
                1,
                "this is a folder; name a file in it",
                folder.toString());
        assertSentence(
                run("edit", "--edit", folder.resolve("none"), "--out", folder.resolve("out")), 1, "There is no file");
    }

    @Test
    void namesThatTheLocaleCannotHoldSayWhatToSet() {
        assertSentence(run("edit", "--edit", "a\0b"), 2, "'--edit'", "'a\\u0000b' cannot be the name of a file here");
        assertSentence(run("sample", "--count=1", "--generator", "a\0b"), 1, "cannot be the name of a file here");
        InvalidPathException unmappable =
                new InvalidPathException("gen \ufffdn.pt", "Malformed input or input contains unmappable characters");
        assertThat(Failures.sentence(unmappable)).contains("Java cannot name the file 'gen", "LC_ALL=C.UTF-8");
        assertThat(Failures.sentence(new InvalidPathException("a\0b", "Nul character not allowed")))
                .isEqualTo("'a\\u0000b' cannot be the name of a file here: Nul character not allowed.");
    }

    @Test
    void theScriptNamesFilesInTheCLocale() throws IOException, InterruptedException {
        Path script = Project.file("rewrite");
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "a system with a shell");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("rewrite-examples/target"));
        Files.writeString(home.resolve("rewrite-examples/target/rewrite.jar"), "");
        Files.copy(script, home.resolve("rewrite"));
        Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$LC_ALL\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", home.resolve("rewrite").toString());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).isZero();
        assumeTrue(!said.equals("C") || Files.exists(Path.of("/usr/bin/locale")), "a system that tells its locale");
        assertThat(said).isEqualTo("C.UTF-8");
    }
}
