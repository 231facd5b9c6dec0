import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

/// One fault in the file of a quantized model, and what must be said about it.
struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var bits = 8
    var weightBits = 8
    var pruned = false
    let change: @Sendable (inout SafeTensorsWriter) -> Void
    let message: [String]
}

private let words = "bert.embeddings.word_embeddings.weight"
private let positions = "bert.embeddings.position_embeddings.weight"
private let types = "bert.embeddings.token_type_embeddings.weight"
private let dense = "bert.encoder.layer.0.output.dense.weight"

/// A vector of ones with one odd value.
private func ones(_ count: Int, odd: Float) -> Tensor {
    let values = Tensor([Float](repeating: 1, count: count), shape: [count])
    values[count - 1] = odd
    return values
}

private let faults: [Fault] = [
    Fault(
        testDescription: "a matrix of another shape",
        change: { $0.add(dense, int8: [1, 2], shape: [2, 1]) },
        message: ["'\(dense)'", "expected: shape [32, 48]\n  found:    shape [2, 1]"]),
    Fault(
        testDescription: "a matrix of floats", change: { $0.add(dense, Tensor(zeros: [32, 48])) },
        message: ["'\(dense)'", "expected: I8\n  found:    F32"]),
    Fault(
        testDescription: "-128 in a matrix",
        change: {
            $0.add(dense, int8: [Int8](repeating: -128, count: 32 * 48), shape: [32, 48])
        }, message: ["'\(dense)'", "expected: values in -127…127\n  found:    -128"]),
    Fault(
        testDescription: "-128 as a matrix's last value",
        change: {
            $0.add(dense, int8: [Int8](repeating: 1, count: 1535) + [-128], shape: [32, 48])
        }, message: ["'\(dense)'", "expected: values in -127…127\n  found:    -128"]),
    Fault(
        testDescription: "a table with a row too few",
        change: { $0.add(words, int8: [Int8](repeating: 1, count: 49 * 32), shape: [49, 32]) },
        message: ["'\(words)'", "expected: shape [50, 32]\n  found:    shape [49, 32]"]),
    Fault(
        testDescription: "positions as unsigned bytes",
        change: { $0.add(positions, uint8: [UInt8](repeating: 1, count: 384), shape: [12, 32]) },
        message: ["'\(positions)'", "expected: I8\n  found:    U8"]),
    Fault(
        testDescription: "a negative scale",
        change: { $0.add("\(dense)_scale", ones(32, odd: -1)) },
        message: ["'\(dense)_scale'", "expected: 0 or more\n  found:    a negative scale"]),
    Fault(
        testDescription: "a scale that is not a number",
        change: { $0.add("\(words)_scale", ones(50, odd: .nan)) },
        message: ["'\(words)_scale'", "expected: finite numbers\n  found:    nan"]),
    Fault(
        testDescription: "too few scales", change: { $0.add("\(dense)_scale", ones(31, odd: 1)) },
        message: ["'\(dense)_scale'", "expected: shape [32]\n  found:    shape [31]"]),
    Fault(
        testDescription: "a bias that is not a number",
        change: { $0.add("classifier.bias", Tensor([0, .nan, 0], shape: [3])) },
        message: ["'classifier.bias'", "expected: finite numbers\n  found:    nan"]),
    Fault(
        testDescription: "a norm of the wrong length",
        change: { $0.add("bert.embeddings.LayerNorm.weight", ones(31, odd: 1)) },
        message: ["LayerNorm.weight'", "expected: shape [32]"]),
    Fault(
        testDescription: "infinite token types",
        change: { $0.add(types, ones(64, odd: .infinity).reshaped([2, 32])) },
        message: ["'\(types)'", "expected: finite numbers\n  found:    inf"]),
    Fault(
        testDescription: "an INT4 table of another width", bits: 4,
        change: { $0.add(words, uint8: [UInt8](repeating: 0, count: 50 * 15), shape: [50, 15]) },
        message: ["'\(words)'", "expected: shape [50, 16]\n  found:    shape [50, 15]"]),
    Fault(
        testDescription: "an INT4 table of signed bytes", bits: 4,
        change: { $0.add(words, int8: [Int8](repeating: 0, count: 800), shape: [50, 16]) },
        message: ["'\(words)'", "found:    I8"]),
    Fault(
        testDescription: "an infinite INT4 scale", bits: 4,
        change: {
            let scales = [UInt8](repeating: 0, count: 398) + [0x80, 0x7f]
            $0.add("\(words)_scale", uint8: scales, shape: [50, 4, 2])
        }, message: ["'\(words)_scale'", "expected: finite numbers\n  found:    NaN or infinity"]),
    Fault(
        testDescription: "INT4 scales for other groups", bits: 4,
        change: {
            $0.add("\(words)_scale", uint8: [UInt8](repeating: 0, count: 200), shape: [50, 2, 2])
        }, message: ["'\(words)_scale'", "expected: shape [50, 4, 2]"]),
    Fault(
        testDescription: "a bitmap without its shape", pruned: true,
        change: { $0.metadata["\(dense).shape"] = nil },
        message: ["'\(dense)'", "expected: shape 32,48\n  found:    no shape in metadata"]),
    Fault(
        testDescription: "a bitmap that is too short", pruned: true,
        change: { $0.add("\(dense).bitmap", uint8: [255], shape: [1]) },
        message: ["'\(dense).bitmap'", "expected: shape [192]\n  found:    shape [1]"]),
    Fault(
        testDescription: "a bitmap with more ones than values", pruned: true,
        change: {
            $0.add("\(dense).bitmap", uint8: [UInt8](repeating: 255, count: 192), shape: [192])
        }, message: ["'\(dense).values'", "expected: shape [1536]"]),
    Fault(
        testDescription: "-128 among a bitmap's values", pruned: true,
        change: {
            $0.add("\(dense).bitmap", uint8: [1] + [UInt8](repeating: 0, count: 191), shape: [192])
            $0.add("\(dense).values", int8: [-128], shape: [1])
        }, message: ["'\(dense).values'", "expected: values in -127…127\n  found:    -128"]),
    Fault(
        testDescription: "codes of another width", weightBits: 4,
        change: { $0.add(dense, uint8: [UInt8](repeating: 0, count: 32 * 23), shape: [32, 23]) },
        message: ["'\(dense)'", "expected: shape [32, 24]\n  found:    shape [32, 23]"]),
    Fault(
        testDescription: "codes of 8 bits where the configuration says 4", weightBits: 4,
        change: { $0.add(dense, int8: [Int8](repeating: 0, count: 768), shape: [32, 24]) },
        message: ["'\(dense)'", "expected: U8\n  found:    I8"]),
    Fault(
        testDescription: "multipliers for other groups", weightBits: 4,
        change: { $0.add("\(dense)_multiplier", uint8: [1, 2], shape: [2, 1]) },
        message: ["'\(dense)_multiplier'", "expected: shape [32, 1]\n  found:    shape [2, 1]"]),
    Fault(
        testDescription: "a negative scale of codes", weightBits: 4,
        change: { $0.add("\(dense)_scale", ones(32, odd: -1)) },
        message: ["'\(dense)_scale'", "expected: 0 or more\n  found:    a negative scale"]),
    Fault(
        testDescription: "too few codes for a bitmap", weightBits: 4, pruned: true,
        change: { $0.add("\(dense).values", uint8: [0], shape: [1]) },
        message: ["'\(dense).values'", "found:    shape [1]"]),
    Fault(
        testDescription: "codes beyond the last bit", weightBits: 4, pruned: true,
        change: { $0.metadata["\(dense).shape"] = "32,47" },
        message: ["'\(dense)'", "expected: shape 32,48\n  found:    32,47"]),
]

@Test(arguments: faults) func faultsInTensorsAreLocated(fault: Fault) throws {
    let folder = try TemporaryFolder()
    let model = try smallClassifier()
    if fault.pruned {
        var mask = MagnitudeMask(for: model.parameters, scope: .layer)
        try mask.update(model.parameters, sparsity: 0.5)
    }
    let options = QuantizationOptions(
        embeddingBits: fault.bits, embeddingGroup: 8, weightBits: fault.weightBits)
    let quantized = try QuantizedClassifier.quantize(model, options: options)
    try quantized.save(to: folder.file("q"))
    _ = try QuantizedClassifier.load(folder.file("q"))
    var writer = try quantized.weights.tensors()
    fault.change(&writer)
    try writer.write(to: folder.file("q/model.safetensors"))
    let error = #expect(throws: (any Error).self) {
        try QuantizedClassifier.load(folder.file("q"))
    }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.hasPrefix("\(folder.file("q/model.safetensors")): tensor '"))
    for part in fault.message { #expect(message.contains(part), "\(message)") }
}

/// A table is read row by row as ids come, so that loading need not touch all of it.
@Test func aTableMayHoldEveryByte() throws {
    let folder = try TemporaryFolder()
    let quantized = try QuantizedClassifier.quantize(smallClassifier())
    try quantized.save(to: folder.file("q"))
    var writer = try quantized.weights.tensors()
    writer.add(words, int8: [Int8](repeating: -128, count: 1600), shape: [50, 32])
    try writer.write(to: folder.file("q/model.safetensors"))
    let loaded = try QuantizedClassifier.load(folder.file("q"))
    let logits = try loaded.logits(TokenBatch([[1, 2, 3]]), compute: Compute(threads: 1))
    let areFinite = logits.values.allSatisfy { $0.isFinite }
    #expect(areFinite)
}
