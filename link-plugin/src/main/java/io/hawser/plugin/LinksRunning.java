/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

/** Shows by JMX whether links run on this broker. Thread-safe. */
final class LinksRunning implements LinksRunningMXBean {

    static final String NAME = "kafka.hawser:type=LinkAuthorizer,name=LinksRunning";

    private final NodeBean bean = new NodeBean(NAME, this);
    private volatile String reason = "they are about to start";

    void show() {
        bean.show();
    }

    void hide() {
        bean.hide();
    }

    void running() {
        reason = "";
    }

    void notRunning(Throwable cause) {
        reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public int getValue() {
        return reason.isEmpty() ? 1 : 0;
    }

    @Override
    public String getReason() {
        return reason;
    }
}
