/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commands that stand under one heading of the documents, word for word but for the clusters' addresses and the places of
 * files. Confined to the test's thread.
 */
public final class DocumentedCommands {

    private static final Path ROOT = Path.of("..");
    /** Behind a prompt at the left edge, which may name a cluster, or indented as code is; a comment may follow. */
    private static final Pattern LINE =
            Pattern.compile("(?:    |([a-z]*)\\$ +)((?:link-admin|kafka-[a-z]+) .+?)(?: +#.*)?");

    private static final Pattern ADDRESS = Pattern.compile(" --bootstrap-server (\\S+)");
    private static final Pattern ELSEWHERE = Pattern.compile(ADDRESS.pattern() + "| > \\S+");
    private static final Pattern TABLE_HEAD = Pattern.compile("[A-Z]+ [A-Z ]+");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String LINK_ADMIN = "link-admin ";

    /** A heading with commands below it. */
    public enum Place {
        FIVE_MINUTES("README.md", "## Five minutes to a failover"),
        RUNBOOK("README.md", "## Runbook"),
        OPERATIONS("README.md", "## Operations"),
        INSTALLATION("docs/install.md", "## On a live cluster"),
        REMOVAL("docs/install.md", "## Remove"),
        ACTIVE_PASSIVE("docs/patterns.md", "## Active-passive");

        private final String file;
        private final String heading;

        Place(String file, String heading) {
            this.file = file;
            this.heading = heading;
        }
    }

    /**
     * A line of a document.
     *
     * @param cluster the address that it names, else the name at its prompt, else empty
     * @param words without the address and where its output goes to, with single spaces
     * @param head of the table that the document shows as its answer; empty if there is none
     */
    public record Command(String file, String heading, String cluster, String words, String head) {

        private static Command of(String file, String heading, Matcher line, String next) {
            String text = line.group(2);
            Matcher address = ADDRESS.matcher(text);
            String prompt = line.group(1) == null ? "" : line.group(1);
            String cluster = address.find() ? address.group(1) : prompt;
            return new Command(
                    file,
                    heading,
                    cluster,
                    singleSpaced(ELSEWHERE.matcher(text).replaceAll("")),
                    TABLE_HEAD.matcher(next).matches() ? singleSpaced(next) : "");
        }
    }

    private final List<Command> commands;
    private final Set<Command> left;
    private final Map<String, LinkAdmin> clusters;
    private final Path folder;

    private DocumentedCommands(List<Command> commands, Map<String, LinkAdmin> clusters, Path folder) {
        this.commands = commands;
        this.left = new LinkedHashSet<>(commands);
        this.clusters = clusters;
        this.folder = folder;
    }

    /**
     * @param clusters by the address or the name that the document gives them; empty where it gives none
     * @param folder where the properties files lie that commands name
     */
    public static DocumentedCommands at(Place place, Map<String, LinkAdmin> clusters, Path folder) throws IOException {
        List<Command> there = all().stream()
                .filter(each -> each.file().equals(place.file) && each.heading().equals(place.heading))
                .toList();
        return new DocumentedCommands(there, clusters, folder);
    }

    /** Of all documents that are written by hand. */
    static List<Command> all() throws IOException {
        List<String> files = new ArrayList<>(List.of("README.md", "CONTRIBUTING.md", "docker/README.md"));
        try (Stream<Path> documents = Files.list(ROOT.resolve("docs"))) {
            documents
                    .map(path -> "docs/" + path.getFileName())
                    .filter(name -> name.endsWith(".md"))
                    .filter(name -> !name.equals("docs/link-admin.md"))
                    .forEach(files::add);
        }
        List<Command> commands = new ArrayList<>();
        for (String file : files) {
            List<String> lines = Files.readAllLines(ROOT.resolve(file));
            String heading = "";
            for (int number = 0; number < lines.size() - 1; number++) {
                String line = lines.get(number);
                Matcher matcher = LINE.matcher(line);
                if (line.startsWith("## ")) {
                    heading = line;
                } else if (matcher.matches()) {
                    commands.add(Command.of(file, heading, matcher, lines.get(number + 1)));
                }
            }
        }
        return commands;
    }

    private static String singleSpaced(String text) {
        return text.replaceAll(" +", " ").trim();
    }

    /** The headings that no test knows of. */
    static List<Command> elsewhere() throws IOException {
        return all().stream()
                .filter(each -> Stream.of(Place.values())
                        .noneMatch(place -> place.file.equals(each.file()) && place.heading.equals(each.heading())))
                .toList();
    }

    /** What a document shows of a file by {@code cat} or {@code grep}: the lines behind that command up to an empty one. */
    static List<String> contents(Place place, String command) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(place.file));
        int start = lines.indexOf(command);
        assertThat(start).as("%s in %s", command, place.file).isNotNegative();
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.isEmpty() && !line.startsWith("```"))
                .toList();
    }

    /**
     * Runs the one command of {@code link-admin} that begins like this and goes to that cluster; it must succeed, and answer with
     * the table that the document shows, if it shows one.
     */
    public LinkAdmin.Run run(String beginning, String cluster) {
        LinkAdmin linkAdmin = clusters.get(cluster);
        assertThat(linkAdmin).as(cluster).isNotNull();
        Command command = find(LINK_ADMIN + beginning, cluster);
        LinkAdmin.Run run = linkAdmin.run(words(command)).orFail();
        assertThat(run.out()
                        .lines()
                        .map(DocumentedCommands::singleSpaced)
                        .filter(line -> line.startsWith(command.head())))
                .as("the table of '%s'", command.words())
                .hasSizeGreaterThanOrEqualTo(command.head().isEmpty() ? 0 : 1);
        return run;
    }

    /** The words behind the name of the program; the caller runs it. */
    String[] take(String beginning, String cluster) {
        return words(find(beginning, cluster));
    }

    private Command find(String beginning, String cluster) {
        List<Command> found = commands.stream()
                .filter(command -> command.words().startsWith(beginning)
                        && command.cluster().equals(cluster))
                .toList();
        assertThat(found).as("'%s' to %s, in the document", beginning, cluster).hasSize(1);
        left.remove(found.get(0));
        return found.get(0);
    }

    private String[] words(Command command) {
        return WORD.matcher(command.words())
                .results()
                .skip(1)
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .map(word -> word.endsWith(".properties") ? String.valueOf(folder.resolve(word)) : word)
                .toArray(String[]::new);
    }

    /** What was not run. */
    public List<String> left() {
        return left.stream().map(Command::words).toList();
    }
}
