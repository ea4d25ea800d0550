package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledInpainter;
import io.github.rewrite4j.avatars.BundledTranslator;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.image.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Whole edits by hand in a browser on networks that are no generators of samples by style, or come from elsewhere. */
class StudioNetworksTest {
    private static final Path ONNX = Path.of(
            System.getProperty("basedir", "."),
            "..",
            "rewrite-samediff",
            "src",
            "test",
            "resources",
            "onnx",
            "dcgan11.onnx");

    private static Browsers browser;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        browser = Browsers.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Copies something in one image, places it in another, and teaches it; the pixels of the second must follow. */
    private void edited(Opening.Source source, String layer) throws Exception {
        try (Opening opening = Opening.start(source, generator -> StudioSession.open(generator, folder));
                StudioServer server = StudioServer.start(opening, "t".repeat(48), 0)) {
            opening.await();
            assertThat(opening.failure()).isEmpty();
            browser.at(server.address().toString());
            browser.js("fetch('api/settings', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                    + " body: JSON.stringify({rank: 1, alike: 0, layer: '" + layer + "'})})");
            browser.until("window.studio.state.settings.layer === '" + layer + "'");
            browser.paint("1:0", .4, .4, .6, .4, .6, .6, .4, .6, .5, .5);
            browser.click(".tile.active [data-act=copy]");
            browser.until("window.studio.state.draft.object && document.body.dataset.tool === 'place'");
            List<Long> before = browser.pixels("1:1");
            browser.move(new Actions(browser.driver()), browser.find("[data-subject=\"1:1\"] .mask"), .5, .5)
                    .click()
                    .perform();
            browser.until("window.studio.state.draft.pastes.length === 1");
            browser.click("#run");
            browser.until("window.studio.state.draft.rules.length === 1");
            browser.until("window.studio.state.jobs.every((job) => job.state !== 'running')");
            differs(before);
            browser.click("#undo");
            browser.until("window.studio.state.draft.rules.length === 0");
            is(before);
            browser.driver().get("about:blank");
        }
    }

    @Test
    void domainsBySlidersAndByThePad() throws Exception {
        try (Opening opening =
                        Opening.start(BundledExpansion::load, generator -> StudioSession.open(generator, folder));
                StudioServer server = StudioServer.start(opening, "t".repeat(48), 0)) {
            opening.await();
            browser.at(server.address().toString());
            List<Long> before = browser.pixels("1:1");
            browser.js("const s = document.querySelector('[data-domain]'); s.value = 1;"
                    + " s.dispatchEvent(new Event('input'))");
            differs(before);
            browser.js("document.querySelector('[data-domain]').dispatchEvent(new Event('change'))");
            browser.until("Object.values(window.studio.state.domains).includes(1)");
            browser.click("[data-key=domains-zero]");
            browser.until("Object.values(window.studio.state.domains).every((value) => value === 0)");
            is(before);

            WebElement pad = browser.find("#pad");
            browser.js("arguments[0].scrollIntoView({block: 'center'})", pad);
            new Actions(browser.driver())
                    .moveToElement(pad, -30, 30)
                    .clickAndHold()
                    .moveToElement(pad, 30, -30)
                    .release()
                    .perform();
            browser.until("Object.values(window.studio.state.domains).filter((value) => value > 0.5).length === 2");
            differs(before);
            browser.driver().get("about:blank");
        }
    }

    private static void differs(List<Long> before) throws InterruptedException {
        for (int i = 0; i < 200 && browser.pixels("1:1").equals(before); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels("1:1")).isNotEqualTo(before);
    }

    private static void is(List<Long> before) throws InterruptedException {
        for (int i = 0; i < 200 && !browser.pixels("1:1").equals(before); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels("1:1")).isEqualTo(before);
    }

    @Test
    void anOnnxFileOfSomebodyElse() throws Exception {
        edited(() -> GeneratorFamilies.installed().open(ONNX), "main.6");
    }

    @Test
    void aTranslator() throws Exception {
        edited(() -> BundledTranslator.load().aToB(), firstOf(() -> BundledTranslator.load()
                .aToB()));
    }

    @Test
    void anInpainter() throws Exception {
        edited(() -> BundledInpainter.load().inpainter(), firstOf(() -> BundledInpainter.load()
                .inpainter()));
    }

    @Test
    void aPictureOfTheUsersOwnIsFilledInWhereItIsPainted() throws Exception {
        Path picture = folder.resolve("mine.png");
        float[][] grey = new float[64][64];
        for (float[] row : grey) {
            Arrays.fill(row, 0.6f);
        }
        Files.write(picture, Images.greyPng(grey));
        try (Opening opening = Opening.start(
                        () -> BundledInpainter.load().inpainter(),
                        generator -> StudioSession.open(generator, folder.resolve("session")));
                StudioServer server = StudioServer.start(opening, "t".repeat(48), 0)) {
            opening.await();
            browser.at(server.address().toString());
            browser.choose("#own", picture);
            browser.until("document.querySelector('#dialog .markable .mask')");
            WebElement mask = browser.find("#dialog .markable .mask");
            new Actions(browser.driver())
                    .moveToElement(mask, -20, 0)
                    .clickAndHold()
                    .moveByOffset(40, 0)
                    .release()
                    .perform();
            browser.click("#dialog .run .main");
            browser.until("window.studio.state.own.length === 1");
            browser.until("document.querySelector('[data-subject^=\"own:\"] .image')?.width >= 64");
            String own = String.valueOf(browser.js("return window.studio.state.own[0].key"));
            List<Long> filled = List.of();
            for (int i = 0; i < 400 && (filled.isEmpty() || filled.get(0) == 0); i++) {
                Thread.sleep(40);
                filled = browser.pixels(own);
            }
            assertThat(filled.get(0)).isBetween(152L, 154L);
            assertThat(Math.abs(filled.get(4 * (32 * 64 + 32)) - 153)).isGreaterThan(1);
            browser.driver().get("about:blank");
        }
    }

    /** The first layer that a rule can be solved for: what keys see there takes the least time. */
    private static String firstOf(Opening.Source source) throws Exception {
        try (Generator network = source.load()) {
            return network.layers().stream()
                    .map(Layer::name)
                    .filter(layer -> network.memory(layer).form().isPresent())
                    .findFirst()
                    .orElseThrow();
        }
    }
}
