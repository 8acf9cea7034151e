// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.StepProgress;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.SearchLimits;
import java.util.ArrayList;
import java.util.List;

/** The bits that fit a budget, found one way or the other. */
public record BudgetGoal(Budget budget, BitSearch search) implements BitGoal {
    /** Each budget by the rule, then by the search that looks at what bits cost. */
    public static List<BudgetGoal> compared(List<Budget> budgets) {
        List<BudgetGoal> goals = new ArrayList<>();
        for (Budget budget : budgets) {
            goals.add(new BudgetGoal(budget, BitSearch.MEMORY_DRIVEN));
            goals.add(new BudgetGoal(budget, BitSearch.SENSITIVITY));
        }
        return goals;
    }

    /** The budget as tables say it: bytes of flash, bytes of RAM and how the latter are counted. */
    String budgetLabel() {
        return budget.roBytes() + "/" + budget.rwBytes() + " "
                + budget.ramModel().label();
    }

    @Override
    public String label() {
        return budgetLabel() + " " + search.label();
    }

    @Override
    public BitAssignment assign(Graph canonical, CalibrationData data, QuantizeOptions options, StepProgress progress) {
        BitAssignment rule = MemoryDrivenAssignment.assign(canonical, budget, options.variant(), Overrides.NONE);
        return search == BitSearch.MEMORY_DRIVEN
                ? rule
                : new SensitivitySearch(canonical, budget, options, Overrides.NONE, search, SearchLimits.NONE)
                        .search(rule, data, progress)
                        .bits();
    }
}
