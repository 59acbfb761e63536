/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

/** A command that did not do what was asked; the message is one line for the user. */
public final class CommandFailure extends RuntimeException {

    public static final int FAILED = 1;
    public static final int WRONG_USAGE = 2;
    public static final int TIMED_OUT = 3;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message);
    }

    public static CommandFailure noSuchLink(String link) {
        return failed("There is no link " + link + "; see 'link-admin list --links'");
    }

    public static CommandFailure wrongUsage(String message) {
        return new CommandFailure(WRONG_USAGE, message);
    }

    public static CommandFailure timedOut(String message) {
        return new CommandFailure(TIMED_OUT, message);
    }

    public int exitCode() {
        return exitCode;
    }
}
