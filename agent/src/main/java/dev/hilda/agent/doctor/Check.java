// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.util.List;

/** Looks at one side of the host. */
interface Check {
    /** At least one finding, also where all is well. */
    List<Finding> look(Host host) throws InterruptedException;
}
