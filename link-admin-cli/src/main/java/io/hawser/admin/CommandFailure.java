/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import io.hawser.status.FailureCode;

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

    /** What to do about a reason why something was not made: there is nothing to change or delete, and nothing is tried again. */
    public static String remedyOfNothing(FailureCode code) {
        return code.remedy()
                .replace("alter --link", "create --link")
                .replace("; it is tried again by itself", ", and create it again")
                .replace(", or delete the mirror", " first");
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
