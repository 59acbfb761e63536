/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** {@code link-admin console} in a browser, as an operator uses it. Pictures of it lie in {@code target/console}. */
class ConsoleIT {

    private static final String TOPIC = "orders";
    private static final Path PICTURES = Path.of("target", "console");
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final long LIMIT_S = 20;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    private Process console;
    private ChromeDriver browser;

    @BeforeEach
    void open() throws Exception {
        Path chromium = onPath("chromium");
        Path driver = onPath("chromedriver");
        assumeThat(List.of(chromium, driver))
                .as("this machine has no chromium and chromedriver")
                .allMatch(Files::isExecutable);
        CLUSTERS.source().topics().create(TOPIC, 2);
        CLUSTERS.mirror(TOPIC, "--wait");
        Files.createDirectories(PICTURES);
        Path printed = Files.createTempFile(PICTURES, "console", ".out");
        console = CLUSTERS.linkAdmin().start(printed, "console", "--port", "0");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1000");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        Eventually.holds(() -> assertThat(Files.readString(printed)).contains("/?key="));
        browser.get(Files.readString(printed).trim());
    }

    @AfterEach
    void close() throws Exception {
        if (browser != null) {
            browser.quit();
        }
        if (console != null) {
            console.destroy();
            assertThat(console.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void showsMirrorsAndActsOnThem() throws Exception {
        write();
        awaitMirror("ACTIVE");
        assertThat(browser.getCurrentUrl()).doesNotContain("key");
        Eventually.holds(() -> assertThat(cells(TOPIC)).element(4).isEqualTo("0"));
        assertThat(texts("#links tr td")).contains("east", "ACTIVE", "1 ACTIVE", "well");

        one("#links button").click();
        Eventually.holds(() -> assertThat(one("#chart canvas").isDisplayed()).isTrue());
        Eventually.holds(() -> assertThat(texts("#tasks tr")).hasSizeGreaterThan(2));
        assertThat(one("#chart-says").getText()).isEqualTo("now 0");
        one("#unit").sendKeys("in time");
        Eventually.holds(() -> assertThat(one("#chart-says").getText()).isEqualTo("now 0ms"));
        picture("link");
        assertAccessible();

        one("#mirrors button").click();
        Eventually.holds(() -> assertThat(texts("#partitions tr")).hasSize(2).allMatch(row -> row.contains("ACTIVE")));
        Eventually.holds(() -> assertThat(one("#chart canvas").isDisplayed()).isTrue());
        picture("light");
        assertAccessible();
        show("dark");
        picture("dark");
        assertAccessible();
        browser.manage().window().setSize(new Dimension(420, 900));
        picture("narrow");
        browser.manage().window().setSize(new Dimension(1280, 1000));
        show("light");

        select();
        act("PAUSE", "");
        awaitMirror("PAUSED");
        select();
        act("RESUME", "");
        awaitMirror("ACTIVE");

        failOverByKeyboard();
        awaitMirror("STOPPED");

        // The check of accessibility has the browser warn of what it reads.
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .noneMatch(entry -> entry.getLevel().equals(Level.SEVERE));
        assertThat(requests()).isNotEmpty().allMatch(url -> url.startsWith("http://127.0.0.1:"));
        CLUSTERS.destination().pause(1);
        try {
            Eventually.holds(() -> assertThat(one("#freshness").getText()).startsWith("Not known since"));
            picture("not-known");
            assertThat(cells(TOPIC)).contains("STOPPED");
        } finally {
            CLUSTERS.destination().resume(1);
        }
        Eventually.holds(() -> assertThat(one("#freshness").getText()).startsWith("As the brokers tell"));
    }

    private void act(String verb, String word) throws IOException {
        one("#actions button[data-verb=" + verb + "]").click();
        one("#look").click();
        Eventually.holds(() ->
                assertThat(texts("#answer-rows tr")).singleElement().asString().contains("WOULD_"));
        assertThat(one("#command").getText()).startsWith("link-admin").contains("--dry-run --bootstrap-server");
        if (!word.isEmpty()) {
            one("#confirmation").sendKeys(word);
        }
        one("#go").click();
        awaitEnd();
        one("#leave").click();
    }

    /** Without a pointer, from the page's top to the end of the dialog. */
    private void failOverByKeyboard() throws IOException {
        select();
        one("#actions button[data-verb=FAILOVER]").sendKeys(Keys.ENTER);
        press(Keys.ENTER);
        Eventually.holds(() -> assertThat(browser.switchTo().activeElement().getDomAttribute("id"))
                .isEqualTo("confirmation"));
        assertThat(texts("#answer-rows td")).containsExactly(TOPIC, "WOULD_FAILOVER", "0");
        assertThat(one("#go").isEnabled()).isFalse();
        press("order");
        assertThat(one("#go").isEnabled()).isFalse();
        press("s");
        assertThat(one("#go").isEnabled()).isTrue();
        picture("confirm");
        assertAccessible();
        press(Keys.ENTER);
        awaitEnd();
        picture("done");
        assertThat(texts("#answer-rows tr")).singleElement().asString().contains("STOPPED", "nothing keeps producers");
        press(Keys.ENTER);
        assertThat(one("#dialog").isDisplayed()).isFalse();
    }

    private void press(CharSequence keys) {
        browser.switchTo().activeElement().sendKeys(keys);
    }

    private void awaitEnd() {
        Eventually.holds(() -> assertThat(one("#step").getText()).isEqualTo("Done."));
    }

    private void select() {
        one("#mirrors input").click();
        assertThat(one("#selected").getText()).isEqualTo("1 selected");
    }

    private void awaitMirror(String state) {
        Eventually.holds(() -> assertThat(cells(TOPIC)).contains(state));
    }

    private List<String> cells(String topic) {
        return texts("#mirrors tr[data-key=" + topic + "] td");
    }

    private WebElement one(String css) {
        return browser.findElement(By.cssSelector(css));
    }

    private List<String> texts(String css) {
        return browser.findElements(By.cssSelector(css)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private void show(String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void picture(String name) throws IOException {
        Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    /** What axe-core finds and calls serious or critical. It comes past the page's own rules for scripts. */
    private void assertAccessible() throws IOException {
        try (InputStream axe = ConsoleIT.class.getResourceAsStream(AXE)) {
            browser.executeScript(new String(Objects.requireNonNull(axe, AXE).readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = browser.executeAsyncScript(
                "const done = arguments[0];"
                        + "axe.run().then(all => done(all.violations.filter(each => ['serious', 'critical'].includes(each.impact))"
                        + ".map(each => each.id + ' ' + each.nodes.map(node => node.html + node.any.map(why => why.message).join()))))");
        assertThat((List<?>) found).isEmpty();
    }

    /** Of the page, to wherever. */
    private Stream<String> requests() {
        return browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> entry.getMessage())
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .map(message -> message.replaceAll("(?s).*\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"));
    }

    private static void write() {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, 5)
                .recordsPerSecond(2_000)
                .maxRecords(500);
        Workload.complete(spec, CLUSTERS.source().adminProperties());
    }

    private static Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(program));
    }
}
