// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static java.util.Map.entry;

import dev.hilda.host.ir.ElementwiseFunction.Fixed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The importer of each operator, by its name; those of other domains have theirs before it. */
final class OperatorTable {
    private static final Map<String, Function<NodeImport, Value>> STANDARD = Map.ofEntries(
            entry("com.microsoft.DequantizeLinear", QuantizationImport::dequantize),
            entry("com.microsoft.QGemm", QLinearImport::gemm),
            entry("com.microsoft.QLinearAdd", QLinearImport::add),
            entry("com.microsoft.QLinearAveragePool", QLinearImport::averagePool),
            entry("com.microsoft.QLinearConcat", QLinearImport::concat),
            entry("com.microsoft.QLinearGlobalAveragePool", QLinearImport::globalAveragePool),
            entry("com.microsoft.QLinearLeakyRelu", QLinearImport::leakyRelu),
            entry("com.microsoft.QLinearMul", QLinearImport::multiply),
            entry("com.microsoft.QLinearSigmoid", QLinearImport::sigmoid),
            entry("com.microsoft.QLinearSoftmax", QLinearImport::softmax),
            entry("com.microsoft.QuantizeLinear", QuantizationImport::quantize),
            entry("Abs", node -> ElementwiseImport.function(node, Fixed.ABS)),
            entry("Add", ArithmeticImport::add),
            entry("AveragePool", PoolImport::average),
            entry("BatchNormalization", ArithmeticImport::batchNormalization),
            entry("Cast", ElementwiseImport::cast),
            entry("Clip", ElementwiseImport::clip),
            entry("Concat", MovementImport::concat),
            entry("Conv", ConvolutionImport::of),
            entry("DequantizeLinear", QuantizationImport::dequantize),
            entry("Div", ArithmeticImport::divide),
            entry("Dropout", ElementwiseImport::dropout),
            entry("Elu", ElementwiseImport::elu),
            entry("Exp", node -> ElementwiseImport.function(node, Fixed.EXP)),
            entry("Flatten", MovementImport::reshape),
            entry("Gather", MovementImport::gather),
            entry("Gelu", ElementwiseImport::gelu),
            entry("Gemm", DenseImport::gemm),
            entry("GlobalAveragePool", PoolImport::globalAverage),
            entry("GlobalMaxPool", PoolImport::globalMax),
            entry("HardSigmoid", ElementwiseImport::hardSigmoid),
            entry("HardSwish", node -> ElementwiseImport.function(node, Fixed.HARD_SWISH)),
            entry("Identity", ElementwiseImport::identity),
            entry("LeakyRelu", ElementwiseImport::leakyRelu),
            entry("MatMul", DenseImport::matMul),
            entry("Max", node -> ElementwiseImport.limit(node, false)),
            entry("MaxPool", PoolImport::max),
            entry("Min", node -> ElementwiseImport.limit(node, true)),
            entry("Mul", ArithmeticImport::multiply),
            entry("Neg", node -> ElementwiseImport.function(node, Fixed.NEG)),
            entry("PRelu", ArithmeticImport::prelu),
            entry("Pad", MovementImport::pad),
            entry("Pow", ArithmeticImport::power),
            entry("QLinearConv", QLinearImport::conv),
            entry("QLinearMatMul", QLinearImport::matMul),
            entry("QuantizeLinear", QuantizationImport::quantize),
            entry("ReduceMean", PoolImport::mean),
            entry("Relu", ElementwiseImport::relu),
            entry("Reshape", MovementImport::reshape),
            entry("Sigmoid", node -> ElementwiseImport.function(node, Fixed.LOGISTIC)),
            entry("Slice", MovementImport::slice),
            entry("Softmax", ElementwiseImport::softmax),
            entry("Squeeze", MovementImport::reshape),
            entry("Sub", ArithmeticImport::subtract),
            entry("Tanh", node -> ElementwiseImport.function(node, Fixed.TANH)),
            entry("Transpose", MovementImport::transpose),
            entry("Unsqueeze", MovementImport::reshape));

    /** Where QONNX's operators are, in files of its different authors. */
    private static final List<String> QONNX =
            List.of("qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas");

    private static final Map<String, Function<NodeImport, Value>> IMPORTERS = importers();

    /** Computed at import, from constants and fixed shapes alone. */
    private static final Set<String> FOLDED = Set.of(
            "Ceil",
            "Constant",
            "ConstantOfShape",
            "Equal",
            "Expand",
            "Floor",
            "Mod",
            "Reciprocal",
            "ReduceProd",
            "Shape",
            "Size",
            "Sqrt",
            "Where");

    /** Quantized with scales that are computed at run time. */
    private static final Set<String> DYNAMIC = Set.of("ConvInteger", "DynamicQuantizeLinear", "MatMulInteger");

    private OperatorTable() {}

    private static Map<String, Function<NodeImport, Value>> importers() {
        Map<String, Function<NodeImport, Value>> all = new HashMap<>(STANDARD);
        for (String domain : QONNX) {
            all.put(domain + ".Quant", QonnxImport::quant);
            all.put(domain + ".BipolarQuant", QonnxImport::bipolar);
        }
        return Map.copyOf(all);
    }

    static boolean isKnown(String kind) {
        return IMPORTERS.containsKey(kind) || DYNAMIC.contains(kind) || FOLDED.contains(kind) || kind.equals("Split");
    }

    /** Names of all that are read. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(IMPORTERS.keySet());
        names.addAll(FOLDED);
        names.add("Split");
        return names;
    }

    /** What a node makes; empty for one that is computed only of constants. */
    static Optional<List<Value>> run(NodeImport node) {
        if (node.entry().kind().equals("Split")) {
            return Optional.of(MovementImport.split(node));
        }
        if (DYNAMIC.contains(node.entry().kind())) {
            throw QuantizationImport.dynamic(node);
        }
        return Optional.ofNullable(IMPORTERS.get(node.entry().kind())).map(importer -> List.of(importer.apply(node)));
    }
}
