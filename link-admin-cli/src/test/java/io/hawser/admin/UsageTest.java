/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is wrong in a command line is told before any broker is asked; none is there in these tests. */
class UsageTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest(name = "link-admin {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--output table                                  | Say what to do",
                "mirror                                          | Unmatched argument",
                "list --colour red                               | Unknown option",
                "list --state SLEEPING                           | SLEEPING",
                "-o xml list                                     | xml",
                "create                                          | Missing required option: '--link=<link>'",
                "create --link e --mirror-topic a --config-file f | --config-file is for links",
                "create --link e --mirror-topic a,b --source-topic c | --source-topic goes with one",
                "create --link e --timeout soon                  | 'soon' is not a time",
                "create --link e --mode sink                     | --mode is destination or source, not sink",
                "create --link e --mode source --inbound         | --inbound goes with --mode destination",
                "create --link e --mirror-topic a --inbound      | --mode and --inbound are for links",
                "agent                                           | Missing required option: '--link=<link>'",
                "alter --link e                                  | Say what to change",
                "describe                                        | Say which",
                "describe --link e --watch often                 | 'often' is not a time",
                "list --watch 1ms                                | '1ms' is shorter than 100ms",
                "config                                          | Say what to tell",
                "probe                                           | Missing required option: '--link=<link>'",
                "pause                                           | Say which",
                "resume                                          | Say which",
                "resume --link e --accept-gap                    | topic by topic",
                "resume --mirror-topic a --accept-divergence no  | no",
                "promote                                         | Say which",
                "failover --mirror-topic a --timeout 5x          | '5x' is not a time",
                "failover --mirror-topic ( --pattern             | --pattern: Unclosed group",
                "failover --link e --pattern                     | --pattern goes with",
                "failover --mirror-topic a --to-timestamp 5 --to-offset 0:1 | not both",
                "failover --mirror-topic a --to-timestamp noon   | 'noon' is not a time like",
                "failover --mirror-topic a --to-timestamp 2999-01-01T00:00:00Z | lies in the future",
                "failover --mirror-topic a,b --to-offset 0:1     | goes with one --mirror-topic",
                "failover --mirror-topic a --to-offset 5         | '5' is not of the form",
                "failover --mirror-topic a --to-offset 1:5,1:6   | partition 1 twice",
                "verify                                          | Say which",
                "verify --link e --timeout never                 | 'never' is not a time",
                "verify --link e --max-bytes-per-second 0        | must be 1 or more",
                "verify --link e --cancel --restart              | --cancel goes with no other",
                "drill                                           | Missing required option: '--link=<link>'",
                "drill --link e --rto 5s                         | --rto goes with --canary",
                "drill --link e --canary --rto 5m                | --rto 5m is longer than --timeout 2m",
                "drill --link e --rpo often                      | 'often' is not a time",
                "drill --link e --skip disks                     | --skip: there is no check disks",
                "delete                                          | Say which",
                "list                                            | --bootstrap-server",
                "list --command-config /no/where                 | there is no file /no/where"
            })
    void refusesWhatCannotBeMeantInOneLineAndExitsWithTwo(String arguments, String words) {
        int exitCode = run(arguments);

        assertThat(exitCode).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines().findFirst().orElse(""))
                .startsWith("link-admin: ")
                .contains(words);
        assertThat(err.toString()).doesNotContain("\tat ", "Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void takesCommonOptionsBeforeAndAfterTheVerb() {
        assertThat(run("--command-config /no/where list")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no file /no/where");
        assertThat(run("list --command-config /no/other")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no file /no/other");
    }

    @Test
    void takesAnAtSignForWhatItIs(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("arguments"), "--help");

        assertThat(run("describe --mirror-topic @" + file + " --command-config /no/where"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no file");
    }

    @Test
    @Timeout(10)
    void saysAtOnceThatNobodyListensAndExitsWithOne() {
        int exitCode = run("list --bootstrap-server localhost:1,nowhere.invalid:9092");

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("link-admin: No broker answers at localhost:1,nowhere.invalid:9092 (unknown host)");
    }

    @Test
    void saysWhichAddressLeadsNowhere() {
        assertThat(run("list --bootstrap-server nowhere.invalid:9092")).isEqualTo(1);
        assertThat(err.toString()).contains("No broker answers at nowhere.invalid:9092 (unknown host)");

        assertThat(run("list --bootstrap-server 127.0.0.1")).isEqualTo(2);
        assertThat(err.toString()).contains("--bootstrap-server: 127.0.0.1 is not <host>:<port>");
    }

    @Test
    void saysThatNobodyAnswersAndExitsWithOne(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(
                folder.resolve("client.properties"), "default.api.timeout.ms=500\nrequest.timeout.ms=400\n");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int exitCode = run("list --bootstrap-server localhost:1,localhost:" + silent.getLocalPort()
                    + " --command-config " + config);

            assertThat(exitCode).isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("No broker answers at localhost:1", "security.protocol");
        }
    }

    @Test
    void helpsWithEveryVerb() {
        for (String verb : LinkAdmin.commandLine().getSubcommands().keySet()) {
            assertThat(run(verb + " --help")).as(verb).isZero();
        }
        assertThat(out.toString()).contains("--accept-gap", "--bootstrap-server", "Exit codes");
        assertThat(run("--version")).isZero();
    }

    private int run(String arguments) {
        CommandLine line = LinkAdmin.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(
                arguments.isBlank() ? new String[0] : arguments.trim().split(" +"));
    }
}
