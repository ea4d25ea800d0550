package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Every control of the flow, once, in a real browser. */
class StudioControlsTest {
    private static Browsers browser;
    private static Generator avatars;

    @TempDir
    private Path folder;

    private StudioServer server;
    private Opening opening;

    @BeforeAll
    static void load() throws Exception {
        browser = Browsers.open();
        avatars = BundledGenerator.load();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            avatars.close();
        }
    }

    @BeforeEach
    void serve() throws Exception {
        opening = Opening.start(
                () -> avatars.withSampler(avatars.sampler()), generator -> StudioSession.open(generator, folder));
        server = StudioServer.start(opening, "t".repeat(48), 0);
        opening.await();
        browser.at(server.address().toString());
    }

    @AfterEach
    void stop() throws Exception {
        browser.driver().get("about:blank");
        server.close();
        opening.close();
    }

    private static boolean state(String condition) {
        return browser.is("(({draft, settings, snapshots, findings}) => " + condition + ")(window.studio.state)");
    }

    private static void until(String condition) throws InterruptedException {
        browser.until("(({draft, settings, snapshots, findings, jobs}) => " + condition + ")(window.studio.state)");
    }

    /** Alphas of what is painted on an image: how many are there, and how many are neither off nor full. */
    private static long painted(String subject, int least, int most) {
        return (long) browser.js(
                "const c = document.querySelector('[data-subject=\"' + arguments[0] + '\"] .mask');"
                        + "return c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
                        + ".filter((value, at) => at % 4 === 3 && value >= arguments[1] && value <= arguments[2]).length",
                subject, least, most);
    }

    @Test
    void brushesOfEverySizeAndKind() {
        browser.paint("1:0", .4, .5, .6, .5);
        long usual = painted("1:0", 9, 255);
        browser.js("const s = document.querySelector('#tools input[type=range]'); s.value = 30;"
                + " s.dispatchEvent(new Event('input'))");
        browser.paint("1:1", .4, .5, .6, .5);
        assertThat(painted("1:1", 9, 255)).isGreaterThan(2 * usual);
        assertThat(painted("1:1", 9, 200)).isLessThan(painted("1:1", 201, 255) / 4);

        browser.click("[data-key=soft]");
        browser.paint("1:2", .5, .5, .52, .5);
        assertThat(painted("1:2", 9, 200)).isGreaterThan(painted("1:1", 9, 200));
        browser.click("[data-key=soft]");

        browser.click("[data-tool=erase]");
        browser.paint("1:1", .4, .5, .45, .5);
        assertThat(painted("1:1", 9, 255)).isPositive().isLessThan(painted("1:1", 0, 255) / 3);
        browser.click("[data-tool=flood]");
        browser.paint("1:3", .02, .02);
        assertThat(painted("1:3", 255, 255)).isGreaterThan(200);
        browser.click(".tile.active .actions button:last-child");
        assertThat(painted("1:3", 1, 255)).isZero();
    }

    @Test
    void theTrayTheListOfRulesSnapshotsAndExports() throws Exception {
        browser.js("document.querySelector('details.more').open = true");
        choose("layer", "layer2");
        until("settings.layer === 'layer2'");
        choose("rank", "1");
        until("settings.rank === 1");
        choose("alike", "0");
        until("settings.alike === 0");
        choose("gamma", "0.4");
        until("settings.gamma === 0.4");
        choose("solver", "adam");
        until("settings.solver === 'adam'");
        choose("solver", "levenberg-marquardt");
        until("settings.solver === 'levenberg-marquardt'");

        for (String subject : new String[] {"1:0", "1:1"}) {
            browser.paint(subject, .4, .4, .6, .6);
            browser.click(".tile.active [data-act=context]");
            until("draft.contexts.some((mark) => mark.subject === '" + subject + "')");
        }
        browser.click("[data-key=see-c1]");
        assertThat(browser.js("return document.activeElement.dataset.subject")).isEqualTo("1:1");
        browser.click("[data-key=drop-c0]");
        until("draft.contexts.length === 1");
        browser.click("[data-key=zero]");
        until("draft.contexts.length === 0");

        browser.paint("1:2", .35, .3, .65, .3, .65, .6, .35, .6);
        browser.click(".tile.active [data-act=search]");
        until("findings && jobs.every((job) => job.state !== 'running')");
        browser.until("document.getElementById('back') && document.querySelector('.heat:not([hidden])')");
        assertThat(state("draft.contexts.length === 0")).isTrue();
        browser.click("#back");
        browser.until("document.querySelector('[data-subject=\"1:2\"]')");

        browser.click(".tile[data-subject='1:2'] [data-act=copy]");
        until("draft.object");
        WebElement three = browser.find("[data-subject=\"1:3\"] .mask");
        browser.move(new Actions(browser.driver()), three, .5, .5).click().perform();
        until("draft.pastes.length === 1");
        browser.click("#run");
        until("draft.rules.length === 1 && jobs.every((job) => job.state !== 'running')");
        browser.click("#report");
        browser.until("document.getElementById('dialog').open");
        assertThat(browser.find("#dialog").getText()).contains("rank", "lossBefore");
        browser.js("document.getElementById('dialog').close()");

        browser.click("#snapshot");
        until("snapshots.length === 1");
        browser.js("(async () => { const rules = await (await fetch('api/save-rules')).blob();"
                + " await fetch('api/load?name=again.safetensors', {method: 'POST', body: rules,"
                + " headers: {'Content-Type': 'application/octet-stream'}}); })()");
        until("draft.rules.length === 2");
        String first = String.valueOf(browser.js("return window.studio.state.draft.rules[0].id"));
        browser.click("[data-key=down-" + first + "]");
        until("draft.rules[1].id === '" + first + "'");
        browser.js("const n = document.querySelector('[data-key=name-" + first + "]'); n.value = 'mine';"
                + " n.dispatchEvent(new Event('change'))");
        until("draft.rules[1].name === 'mine'");
        browser.click("[data-key=remove-" + first + "]");
        until("draft.rules.length === 1");
        browser.js("arguments[0].click()", browser.find("[data-key=snap-0]"));
        until("draft.rules.length === 1 && draft.rules[0].id === '" + first + "'");

        for (String what : new String[] {"save-edit", "save-original", "save-rules", "sheet?subjects=1:0&names=a"}) {
            browser.js("window.answered = null; fetch('api/" + what + "').then(async (r) =>"
                    + " { window.answered = [r.status, (await r.arrayBuffer()).byteLength]; })");
            browser.until("window.answered");
            assertThat(browser.is("window.answered[0] === 200 && window.answered[1] > 200"))
                    .as(what)
                    .isTrue();
        }
        byte[] walk = made("gif", "walk.gif");
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(walk))) {
            ImageReader gif = ImageIO.getImageReadersByFormatName("gif").next();
            gif.setInput(in);
            assertThat(gif.getNumImages(true)).isGreaterThan(2);
            assertThat(gif.read(0).getWidth()).isGreaterThanOrEqualTo(64);
        }
        Path network = Files.write(folder.resolve("made.onnx"), made("onnx", "generator.onnx"));
        try (Generator read = OnnxGenerator.load(network)) {
            assertThat(read.layers()).isNotEmpty();
        }

        browser.click("#revert");
        until("draft.rules.length === 0");
        List<Long> before = browser.pixels("1:2");
        browser.click("#erase");
        until("draft.rules.length === 1 && draft.rules[0].kind === 'erase'");
        for (int i = 0; i < 200 && browser.pixels("1:2").equals(before); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels("1:2")).isNotEqualTo(before);
        browser.click("#overfit");
        until("jobs.some((job) => job.kind === 'overfit' && job.state === 'running' && job.losses.length > 0)");
        browser.click("[data-job=overfit] button");
        until("jobs.every((job) => job.state !== 'running')");
        assertThat(state("draft.rules.length === 1")).isTrue();
    }

    /** Presses the button of an export, waits until it is made, and fetches what the page offers then. */
    private byte[] made(String button, String name) throws Exception {
        browser.click("#" + button);
        browser.until("[...document.querySelectorAll('.job.done a')].some((a) => a.href.includes('" + name + "'))");
        browser.js(
                "window.answered = null; fetch([...document.querySelectorAll('.job.done a')].find((a) =>"
                        + " a.href.includes(arguments[0])).href).then((r) => r.blob()).then((blob) => { const reader ="
                        + " new FileReader(); reader.onload = () => { window.answered = reader.result; };"
                        + " reader.readAsDataURL(blob); })",
                name);
        browser.until("window.answered");
        String answer = String.valueOf(browser.js("return window.answered"));
        return Base64.getDecoder().decode(answer.substring(answer.indexOf(',') + 1));
    }

    @Test
    void aPictureOfTheUsersOwnIsInvertedAndCanBeEdited() throws Exception {
        Path picture = folder.resolve("mine.png");
        Images.write(avatars.generate(avatars.sample(1, 5)), picture);
        // As a visitor does it, but with few steps: how well it is drawn after many is measured elsewhere.
        browser.js("const asked = window.fetch; window.fetch = (path, how) => asked(path,"
                + " String(path).includes('draw-picture') ? {...how, body: JSON.stringify({...JSON.parse(how.body),"
                + " steps: 12})} : how)");
        browser.choose("#own", picture);
        browser.until("window.studio.state.own.length === 1");
        until("draft.rules.length === 1 && draft.rules[0].kind === 'pivot'");
        until("jobs.every((job) => job.state !== 'running')");
        String own = String.valueOf(browser.js("return window.studio.state.own[0].key"));
        browser.until("document.querySelector('[data-subject=\"" + own + "\"] .image')?.width >= 64");
        List<Long> drawn = new ArrayList<>();
        for (byte value : opening.session()
                .orElseThrow()
                .views()
                .draw(List.of(own), true, 64)
                .rgba()) {
            drawn.add((long) (value & 255));
        }
        for (int i = 0; i < 200 && !browser.pixels(own).equals(drawn); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels(own)).isEqualTo(drawn);
        assertThat(browser.pixels("1:4")).isNotEqualTo(drawn);
        browser.paint(own, .35, .12, .65, .12, .5, .2);
        browser.click(".tile.active [data-act=copy]");
        until("draft.object?.subject === '" + own + "'");
    }

    @Test
    void theExampleIsOneClickAway() throws Exception {
        browser.click("#example");
        until("draft.rules.length === 1 && jobs.every((job) => job.state !== 'running')");
        browser.until("document.getElementById('report')");
        assertThat(browser.find("#hint").getText()).contains("Learnt well", "changed elsewhere");
    }

    private static void choose(String setting, String value) {
        browser.js(
                "const field = document.getElementById('set-' + arguments[0]); field.value = arguments[1];"
                        + " field.dispatchEvent(new Event('change'))",
                setting,
                value);
    }

    @Test
    void aDomainIsTaughtByALookOrByWordsThatAreKnown() throws Exception {
        browser.click("#domain");
        browser.until("document.getElementById('domain-words')");
        assertThat(browser.find("#dialog").getText()).contains("--clip");
        browser.find("#domain-words").sendKeys("a purple dragon");
        browser.click("#teach-words");
        browser.until("document.getElementById('toasts').textContent.includes('purple')");
        assertThat(browser.find("#toasts").getText()).contains("dragon", "big smile", "CLIP");
    }
}
