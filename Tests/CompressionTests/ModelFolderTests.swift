import Foundation
import Models
import Tensors
import TestSupport
import Testing

@testable import Compression

private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

private func prunedClassifier(
    layers: [LayerShape] = [LayerShape(heads: 2, intermediate: 33)]
) throws -> Classifier {
    let model = try smallClassifier(layers: layers)
    var mask = MagnitudeMask(for: model.parameters, scope: .layer)
    try mask.update(model.parameters, sparsity: 0.4)
    return model
}

@Test func sparseCheckpointsRoundTripAndAreSmaller() throws {
    let folder = try TemporaryFolder()
    let model = try prunedClassifier()
    try SparseCheckpoint.save(model, to: folder.file("sparse"))
    try Checkpoint.save(model, to: folder.file("plain"))
    for name in ["sparse", "plain"] {
        let read = try SparseCheckpoint.load(folder.file(name))
        #expect(read.parameters.buffer.values == model.parameters.buffer.values)
        #expect(read.config == model.config && read.labels == model.labels)
        #expect(read.pooling == model.pooling)
    }
    let sparse = try bytes(folder.file("sparse/model.safetensors")).count
    #expect(sparse < (try bytes(folder.file("plain/model.safetensors")).count))
}

@Test func modelsWithoutZerosAreStoredAsPlainCheckpoints() throws {
    let folder = try TemporaryFolder()
    let model = try smallClassifier()
    try SparseCheckpoint.save(model, to: folder.file("a"))
    let read = try Checkpoint.load(folder.file("a"))
    #expect(read.parameters.buffer.values == model.parameters.buffer.values)
}

@Test(arguments: [(8, 8), (4, 8), (8, 4), (4, 4)])
func quantizedModelsRoundTrip(bits: Int, weightBits: Int) throws {
    let folder = try TemporaryFolder()
    let compute = try Compute(threads: 1)
    var options = QuantizationOptions(
        embeddingBits: bits, embeddingGroup: 8, weightBits: weightBits)
    if weightBits == 4 { options.weightGroup = 16 }
    for model in [try smallClassifier(pooling: .cls), try prunedClassifier()] {
        let quantized = try QuantizedClassifier.quantize(model, options: options)
        try quantized.save(to: folder.file("q"))
        let first = try bytes(folder.file("q/model.safetensors"))
        let read = try QuantizedClassifier.load(folder.file("q"))
        #expect(read.options == options && read.labels == model.labels)
        #expect(read.config == model.config && read.pooling == model.pooling)
        let batch = smallBatch()
        #expect(
            try read.logits(batch, compute: compute).values
                == quantized.logits(batch, compute: compute).values)
        try read.save(to: folder.file("q"))
        #expect(try bytes(folder.file("q/model.safetensors")) == first)
    }
}

@Test func zerosMakeQuantizedModelsSmaller() throws {
    let folder = try TemporaryFolder()
    let (dense, pruned) = (try smallClassifier(), try smallClassifier())
    var mask = MagnitudeMask(for: pruned.parameters, scope: .layer)
    try mask.update(pruned.parameters, sparsity: 0.9)
    try QuantizedClassifier.quantize(dense).save(to: folder.file("dense"))
    try QuantizedClassifier.quantize(pruned).save(to: folder.file("pruned"))
    let size = try bytes(folder.file("dense/model.safetensors")).count
    #expect(try bytes(folder.file("pruned/model.safetensors")).count < size)
}

@Test func damagedFilesThrowAndNeverTrap() throws {
    let folder = try TemporaryFolder()
    let compute = try Compute(threads: 1)
    let options = QuantizationOptions(embeddingBits: 4, embeddingGroup: 8)
    let pruned = try prunedClassifier(layers: [LayerShape(heads: 1, intermediate: 5)])
    try QuantizedClassifier.quantize(pruned, options: options).save(to: folder.file("int8"))
    try SparseCheckpoint.save(pruned, to: folder.file("float"))
    let batch = smallBatch(count: 2)
    var generator = SeededGenerator(seed: 1, stream: "damage")
    let small = QuantizationOptions(weightBits: 4, weightGroup: 8)
    try QuantizedClassifier.quantize(pruned, options: small).save(to: folder.file("int4"))
    for (name, file) in [
        ("int8", "model.safetensors"), ("int8", "config.json"), ("float", "model.safetensors"),
        ("float", "config.json"), ("int4", "model.safetensors"), ("int4", "config.json"),
    ] {
        let path = "\(name)/\(file)"
        let whole = try bytes(folder.file(path))
        func tryLoading(_ damaged: [UInt8]) throws -> Bool {
            try folder.write(damaged, to: path)
            do {
                if name != "float" {
                    let model = try QuantizedClassifier.load(folder.file(name))
                    _ = try model.logits(batch, compute: compute)
                } else {
                    _ = try SparseCheckpoint.load(folder.file(name))
                }
                return true
            } catch {
                return false
            }
        }
        for length in stride(from: 0, to: whole.count - 1, by: max(1, whole.count / 24)) {
            #expect(!(try tryLoading(Array(whole.prefix(length)))), "\(path) cut at \(length)")
        }
        for round in 0..<60 {
            var damaged = whole
            // Half of the flips in the header, where names, shapes and offsets are.
            let limit = round.isMultiple(of: 2) ? min(4000, whole.count) : whole.count
            damaged[Int(generator.next() % UInt64(limit))] ^= 1 << UInt8(generator.next() % 8)
            _ = try tryLoading(damaged)
        }
        #expect(try tryLoading(whole))
    }
}

/// FNV-1a, 64 bits.
private func digest(_ bytes: [UInt8]) -> String {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
}

@Test(arguments: [(8, "7aacf6d1504c1443"), (4, "55e1b0bf5cf4ec93")])
func quantizedFilesKeepTheirBytesFromVersionToVersion(bits: Int, expected: String) throws {
    let folder = try TemporaryFolder()
    let model = try smallClassifier(layers: [LayerShape(heads: 3, intermediate: 33)])
    for name in model.parameters.names {
        let weights = model.parameters[name]
        for index in 0..<weights.count {
            weights[index] = Float((index * 7919 + name.utf8.count) % 2003 - 1001) / 512
            if name.contains("layer.0"), index % 3 == 0 { weights[index] = 0 }
        }
    }
    let options = QuantizationOptions(embeddingBits: bits, embeddingGroup: 8)
    try QuantizedClassifier.quantize(model, options: options).save(to: folder.file("q"))
    let found = digest(try bytes(folder.file("q/model.safetensors")))
    #expect(found == expected)
}
