// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import java.time.ZoneId;

/**
 * When something is to be done again and again.
 *
 * @param pattern minute, hour, day of the month, month and day of the week, as crontab(5) has them
 * @param zone whose clock it is by
 */
public record CronTime(String pattern, ZoneId zone) {
    /** @throws IllegalArgumentException that says what is wrong with the pattern */
    public CronTime {
        new CronSchedule(pattern, zone, CronStyle.UNIX);
    }

    CronSchedule schedule() {
        return new CronSchedule(pattern, zone, CronStyle.UNIX);
    }

    @Override
    public String toString() {
        return pattern + " " + zone;
    }
}
