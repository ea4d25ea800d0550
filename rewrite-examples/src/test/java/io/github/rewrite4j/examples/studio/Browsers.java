package io.github.rewrite4j.examples.studio;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.remote.RemoteWebDriver;

/** The browser that the system has, without a window; nothing is downloaded. */
final class Browsers implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 90;

    private final RemoteWebDriver driver;
    private final ChromeDriverService service;

    private Browsers(RemoteWebDriver driver, ChromeDriverService service) {
        this.driver = driver;
        this.service = service;
    }

    private static Optional<File> installed(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    /** A browser, or the test is reported as not run. */
    static Browsers open() {
        Optional<File> chromium = installed("chromium", "chromium-browser", "google-chrome");
        Optional<File> chromedriver = installed("chromedriver");
        Assumptions.assumeTrue(
                chromium.isPresent() && chromedriver.isPresent(),
                "not run: no Chromium with its driver is installed (Debian: chromium, chromium-driver)");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1280,720",
                "--force-color-profile=srgb");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get())
                .usingAnyFreePort()
                .build();
        try {
            service.start();
        } catch (IOException broken) {
            throw new IllegalStateException("The browser's driver does not start: " + broken.getMessage(), broken);
        }
        RemoteWebDriver driver = new RemoteWebDriver(service.getUrl(), options);
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
        return new Browsers(driver, service);
    }

    RemoteWebDriver driver() {
        return driver;
    }

    Object js(String script, Object... arguments) {
        Object answer = driver.executeScript(script, arguments);
        return answer == null ? "" : answer;
    }

    boolean is(String condition) {
        return Boolean.TRUE.equals(driver.executeScript("return !!(" + condition + ")"));
    }

    /** Waits until an expression is true. */
    void until(String condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (!is(condition)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It never came true: " + condition + "; jobs: "
                        + js("return JSON.stringify(window.studio?.state?.jobs)") + "; said: "
                        + js("return document.getElementById('toasts').textContent"));
            }
            Thread.sleep(40);
        }
    }

    /** Opens the page and waits for its images. */
    Browsers at(String address) throws InterruptedException {
        driver.get(address);
        until("window.studio?.state?.generator && document.body.dataset.drawn !== undefined");
        return this;
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** Clicks in the middle of the page; what was drawn anew before the click is looked for again. */
    void click(String selector) {
        js("document.querySelector(arguments[0])?.scrollIntoView({block: 'center'})", selector);
        try {
            find(selector).click();
        } catch (StaleElementReferenceException renewed) {
            find(selector).click();
        }
    }

    /** Presses keys, wherever the focus is. */
    void type(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Paints a stroke over an image, in shares of its width and height. */
    void paint(String subject, double... points) {
        WebElement mask = find("[data-subject=\"" + subject + "\"] .mask");
        js("arguments[0].scrollIntoView({block: 'center'})", mask);
        Actions actions = new Actions(driver, Duration.ofMillis(10));
        move(actions, mask, points[0], points[1]).clickAndHold();
        for (int i = 2; i < points.length; i += 2) {
            move(actions, mask, points[i], points[i + 1]);
        }
        actions.release().perform();
    }

    /** Moves the pointer over an image. */
    Actions move(Actions actions, WebElement mask, double x, double y) {
        return actions.moveToElement(mask, (int) ((x - 0.5) * mask.getSize().getWidth()), (int)
                ((y - 0.5) * mask.getSize().getHeight()));
    }

    /** Gives a file to the page as if it had been chosen behind a button. */
    void choose(String button, Path file) throws InterruptedException {
        js("HTMLInputElement.prototype.click = () => {}");
        js("arguments[0].click()", find(button));
        until("document.querySelector('input[type=file]')");
        find("input[type=file]").sendKeys(file.toAbsolutePath().toString());
    }

    /** The pixels of an image as they are shown: red, green, blue, alpha. */
    @SuppressWarnings("unchecked")
    List<Long> pixels(String subject) {
        return (List<Long>) js(
                "const c = document.querySelector('[data-subject=\"' + arguments[0] + '\"] .image');"
                        + "return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]",
                subject);
    }

    /** Mean absolute difference of pixels in a box, of 255. */
    static double difference(List<Long> one, List<Long> other, int left, int top, int right, int bottom) {
        double sum = 0;
        int width = (int) Math.sqrt(one.size() / 4.0);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                for (int c = 0; c < 3; c++) {
                    int at = (y * width + x) * 4 + c;
                    sum += Math.abs(one.get(at) - other.get(at));
                }
            }
        }
        return sum / (3.0 * (right - left) * (bottom - top));
    }

    /** What axe-core finds that is serious or worse, one line each. */
    @SuppressWarnings("unchecked")
    List<String> barriers() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                Browsers.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js"))) {
            driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        List<Map<String, Object>> violations = (List<Map<String, Object>>)
                driver.executeAsyncScript(
                        "const done = arguments[0]; axe.run(document).then((all) => done(all.violations.map((one) =>"
                                + " ({id: one.id, impact: one.impact, nodes: one.nodes.map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary.slice(0, 200))}))))");
        return violations.stream()
                .filter(one -> List.of("serious", "critical").contains(one.get("impact")))
                .map(one -> one.get("id") + ": " + one.get("nodes"))
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        service.stop();
    }
}
