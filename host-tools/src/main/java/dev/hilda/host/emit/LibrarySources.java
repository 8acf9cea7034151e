// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network's C for a program of somebody else's.
 *
 * @param files name to text, in the order of the names
 * @param kernelHeaders that the files include, of the template's {@code kernels}; not what these include in turn
 * @param staticRamBytes of activations and of what kernels work in
 */
public record LibrarySources(Map<String, String> files, List<String> kernelHeaders, long staticRamBytes) {
    public LibrarySources {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        kernelHeaders = List.copyOf(kernelHeaders);
    }
}
