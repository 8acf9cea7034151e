package dev.hilda.agent.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.session.RunReport;

/** How long each layer of a network took, as one JSON object; {@code layers-1.schema.json} describes it. */
public final class LayersDocument {
    /** Value of the field {@code schema}. */
    public static final String SCHEMA = "hilda/layers/1";

    private LayersDocument() {}

    /** The document of a run that came to its end. */
    public static String of(RunIdentity run, RunReport report) {
        long hz = report.greeting().hello().cpuHz();
        ObjectNode document = ResultHeader.of(SCHEMA, run);
        document.put("model", report.deployment().network().name());
        document.put("model_hash", report.deployment().modelHash());
        document.put("images", report.parity().images());
        document.put("core_clock_hz", hz);
        ArrayNode layers = document.putArray("layers");
        for (RunReport.LayerTime layer : report.layers()) {
            layers.addObject()
                    .put("name", layer.name())
                    .put("cycles_p50", layer.medianCycles())
                    .put("latency_us_p50", RunDocument.micros(layer.medianCycles(), hz));
        }
        return document.toString();
    }
}
