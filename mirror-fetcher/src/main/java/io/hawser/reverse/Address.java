/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.ArrayList;
import java.util.List;

/** Where something listens. Immutable. */
public record Address(String host, int port) {

    /**
     * @param text host:port, the host in brackets if it holds colons
     * @throws IllegalArgumentException with one line that shows the text
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port");
        }
        return new Address(text.substring(0, colon).replaceAll("^\\[|]$", ""), Integer.parseInt(port));
    }

    /** @throws IllegalArgumentException with one line that shows the first that is wrong */
    public static List<Address> parseAll(List<String> texts) {
        List<Address> addresses = new ArrayList<>();
        texts.forEach(text -> addresses.add(parse(text.strip())));
        return addresses;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
