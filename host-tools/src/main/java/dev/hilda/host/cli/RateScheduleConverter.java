// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.retrain.RateSchedule;

final class RateScheduleConverter extends LabelConverter<RateSchedule> {
    RateScheduleConverter() {
        super(RateSchedule.values(), RateSchedule::label);
    }
}
